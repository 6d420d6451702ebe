"""What `gateway = "proxy"` plans: the gateway forwards what it mounted, in order, and imports no service."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.edits import EditError
from migrator.edits.spans import Respell
from migrator.plan import Plan
from phases.backend_split.application.gateway import DropDependencies
from tests.unit.backend_split.planning import planned
from tests.unit.backend_split.test_partition import BACKEND, ROUTER

SAMPLE = Path(__file__).parents[3] / "sample_repos" / "monolith" / "repository"
SHOP = {
    path.relative_to(SAMPLE).as_posix(): path.read_text(encoding="utf-8") for path in SAMPLE.rglob("*") if path.suffix != ".pyc" and path.is_file()
}
MAIN = "apps/backend/app/main.py"
GATEWAY = "services/api-gateway"


def plan(files: Mapping[str, str], gateway: str = "proxy") -> Plan:
    return planned(files, f'[phases.backend_split]\ngateway = "{gateway}"\n')


def after(made: Plan) -> dict[str, str]:
    return {path: made.end.read(path).decode() for path in made.end.tree if not path.startswith(".migrate/")}


def slugs(made: Plan) -> list[str]:
    return [step.step.slug for step in made.steps]


@pytest.fixture(scope="module")
def shop() -> Plan:
    return plan(SHOP)


def test_forwarding_is_the_last_step_and_no_gate_refuses_it(shop: Plan):
    assert slugs(shop)[-2:] == ["analytics-service", "gateway-proxy"]
    assert shop.aside == ()


def test_without_the_option_nothing_is_forwarded():
    assert "gateway-proxy" not in slugs(plan(SHOP, "import"))


def test_only_the_imports_of_the_application_change(shop: Plan):
    mounted = after(plan(SHOP, "import"))[f"{GATEWAY}/app/main.py"].splitlines()
    forwarded = after(shop)[f"{GATEWAY}/app/main.py"].splitlines()
    changed = [(old, new) for old, new in zip(mounted, forwarded, strict=True) if old != new]
    assert {
        "from app.remote.auth_service.handlers import auth",
        "from app.remote.market_data_service.handlers import market_data",
        "from app.remote.portfolio_service.handlers.portfolio import api as portfolio",
        "from app.remote.analytics_service.handlers.analytics import router as analytics_router",
    } <= {new for _, new in changed}
    assert all(new.replace("app.remote.", "") == old for old, new in changed)


def test_the_routes_are_those_of_the_router_in_its_order_under_its_second_name_too(shop: Plan):
    files = after(shop)
    market = files[f"{GATEWAY}/app/remote/market_data_service/handlers/market_data.py"]
    shown = [line.strip() for line in market.splitlines() if line.startswith("        (")]
    assert shown[2:] == [
        '(("POST",), "/market/stored", "write_down"),',
        '(("POST",), "/market/stored/later", "write_down_later"),',
        '(("WEBSOCKET",), "/stream", "stream"),',
        '(("WEBSOCKET",), "/market/ticker/{name}", "ticker"),',
        '(("GET",), "/market/quotes/{symbol}", "quote"),',
        '(("GET", "POST"), "/market/quotes/{symbol}/trend", "trend_of"),',
    ]
    assert '\napi = gateway.service("portfolio-service")' in files[f"{GATEWAY}/app/remote/portfolio_service/handlers/portfolio.py"]


def test_what_is_written_is_python(shop: Plan):
    for path, text in after(shop).items():
        if path.endswith(".py"):
            compile(text, path, "exec")


def test_no_module_that_the_gateway_loads_imports_a_service(shop: Plan):
    unreached = {f.path.replace("apps/backend", GATEWAY) for f in shop.notes["backend_split"].details if f.kind == "unreached"}
    crossing = {
        (reference.source, reference.target.path)
        for reference in shop.end.graph
        if reference.source.startswith(f"{GATEWAY}/app/") and not reference.mention.weak and (reference.target.path or "").startswith("services/")
        if reference.source not in unreached
    }
    assert {target for _, target in crossing if not target.startswith(GATEWAY)} == set()


def test_what_the_application_does_not_load_and_imports_services_is_said(shop: Plan):
    said = {finding.path.removeprefix(f"{GATEWAY}/") for finding in shop.steps[-1].step.findings if finding.kind == "imports"}
    assert {"alembic/env.py", "app/db/seed.py", "app/tasks/notification.py"} <= said
    assert "app/main.py" not in said


def test_the_gateway_needs_the_libraries_and_its_tests_the_services(shop: Plan):
    manifest = tomllib.loads(after(shop)[f"{GATEWAY}/pyproject.toml"])
    assert {"httpx>=0.27", "tenacity>=8.2", "websockets>=15", "backend-core[domain]"} <= set(manifest["project"]["dependencies"])
    assert not any(line.endswith("-service") for line in manifest["project"]["dependencies"])
    assert "market-data-service" in manifest["dependency-groups"]["dev"]
    assert after(shop)[f"{GATEWAY}/requirements.txt"].endswith("pytest>=8\ntenacity>=8.2\nwebsockets>=15\n")
    assert "httpx>=0.27" in tomllib.loads(after(shop)["packages/backend-core/pyproject.toml"])["project"]["dependencies"]


def test_a_finished_tree_has_no_steps(shop: Plan):
    again = plan({path: shop.end.read(path).decode() for path in shop.end.tree})
    assert (slugs(again), again.aside) == ([], ())


def test_a_split_that_mounts_becomes_one_that_forwards(shop: Plan):
    mounted = plan(SHOP, "import")
    then = plan({path: mounted.end.read(path).decode() for path in mounted.end.tree})
    assert slugs(then) == ["gateway-proxy"]
    assert {p: t for p, t in after(then).items() if p.startswith(f"{GATEWAY}/app")} == {
        p: t for p, t in after(shop).items() if p.startswith(f"{GATEWAY}/app")
    }


def test_a_loop_forwards_as_its_rounds_do(shop: Plan):
    lines = SHOP[MAIN].split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith("app.include_router(social"))
    lines[start : start + 3] = [
        "PEOPLE = [social, follow, comments]",
        "for module in PEOPLE:",
        '    app.include_router(module.router, prefix=f"{settings.API_PREFIX}/v1")',
    ]
    made = plan({**SHOP, MAIN: "\n".join(lines)})
    assert (slugs(made), made.aside) == (slugs(shop), ())
    one, other = ({path: text for path, text in after(each).items() if "/remote/" in path} for each in (shop, made))
    assert one == other


OBSTACLES = [
    pytest.param(MAIN, "\nNAMES = auth.NAMES\n", "`auth` is used for more than its router: NAMES = auth.NAMES", id="another use"),
    pytest.param("apps/backend/app/routers/auth.py", "\n\nrouter.mount('/files', object())\n", "mounts an application", id="a mount"),
    pytest.param(
        "apps/backend/app/routers/auth.py",
        "\n\n@router.get(make())\ndef made() -> None: ...\n",
        "paths that only the running service knows",
        id="a path",
    ),
]


@pytest.mark.parametrize("path, added, why", OBSTACLES)
def test_what_cannot_be_forwarded_goes_on_being_mounted_with_the_reason(path, added, why):
    made = plan({**SHOP, path: SHOP[path] + added})
    assert "gateway-proxy" not in slugs(made)
    said = [finding.message for finding in made.notes["backend_split"].findings if finding.kind == "stays"]
    assert any(why in message for message in said), said


def test_what_runs_twice_is_said(shop: Plan):
    said = {finding.kind: finding.message for step in shop.steps if step.step.slug == "gateway-proxy" for finding in step.step.findings}
    assert said["dependencies"] == "gives routers dependencies: the gateway and the service will both run them"
    assert "TimingMiddleware" in said["middleware"]


def test_what_runs_once_is_not():
    text = "\n".join(line for line in SHOP[MAIN].splitlines() if "dependencies=" not in line and "iddleware" not in line) + "\n"
    kinds = {finding.kind for step in plan({**SHOP, MAIN: text}).steps if step.step.slug == "gateway-proxy" for finding in step.step.findings}
    assert not {"dependencies", "middleware"} & kinds


# edits -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source, spans, expected",
    [
        ("from a.b import c\r\n", ((5, "a.b", "x.a.b"),), "from x.a.b import c\r\n"),
        ("é = 1\nimport a as b  # a\n", ((14, "a", "x.a"),), "é = 1\nimport x.a as b  # a\n"),
        ("from a import b\nfrom a.c import d\n", ((5, "a", "x.a"), (21, "a.c", "x.a.c")), "from x.a import b\nfrom x.a.c import d\n"),
    ],
)
def test_texts_are_replaced_at_their_places(source, spans, expected):
    assert Respell(spans).apply(source.encode()) == expected.encode()


def test_another_text_at_the_place_is_an_error():
    with pytest.raises(EditError):
        Respell(((5, "a.b", "x.a.b"),)).apply(b"from b.a import c\n")


@pytest.mark.parametrize(
    "develop, expected",
    [
        (False, '[project]\ndependencies = ["fastapi", "core"]  # kept\n'),
        (True, '[project]\ndependencies = ["fastapi", "core"]  # kept\n\n[dependency-groups]\ndev = [\n    "auth-service",\n]\n'),
    ],
)
def test_dependencies_go(develop, expected):
    source = '[project]\ndependencies = ["fastapi", "auth-service", "core"]  # kept\n'
    assert DropDependencies(("auth-service",), develop).apply(source.encode()).decode() == expected


ASKING = "asks the application, which forwards now: what a service serves is answered only while that runs"
ASKED = "from fastapi.testclient import TestClient\nfrom app.main import app\ndef test_it(): assert TestClient(app).get(name).text\n"


@pytest.mark.parametrize(("tests", "said"), [("", []), ("a", [ASKING]), ("ab", [f"{ASKING}; so does 1 more"]), ("abc", [f"{ASKING}; so do 2 more"])])
def test_tests_that_ask_the_gateway_need_the_services(tests: str, said: list[str]):
    made = plan({**BACKEND, "api/tests/test_tokens.py": "import app.services.tokens\n", **{f"api/tests/test_{one}.py": ASKED for one in tests}})
    assert [finding.message for finding in made.steps[-1].step.findings if finding.kind == "tests"] == said


HANDED_ON = [
    pytest.param("from . import ai, auth, health\n__all__ = ['ai', 'auth']\n", "from app.remote.{0}_service.routers import {0}\n", id="modules"),
    pytest.param("from .ai import router, used\nfrom . import auth\n", "from {0}_service.routers.{0} import router, used\n", id="more than routers"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("init", "said"), HANDED_ON)
def test_what_a_package_hands_on_without_being_asked_is_forwarded_too(init: str, said: str):
    made = plan({**BACKEND, "api/app/routers/__init__.py": init})
    text = after(made)[f"{GATEWAY}/app/routers/__init__.py"]
    assert (slugs(made)[-1], said.format("ai") in text) == ("gateway-proxy", True)
    holding = "used" in init
    told = [finding.message for finding in made.steps[-1].step.findings if finding.kind == "imports"]
    assert told == ["goes on importing ai-service, so the gateway has to hold it: what it takes of it could go to the kernel"] * holding
    assert ("from ai_service" in text, "from auth_service" in text) == (holding, False)
    kinds = {f.path: f.kind for f in made.notes["backend_split"].details if f.kind in {"gathers", "unreached", "package"}}
    assert kinds["api/app/routers/__init__.py"] == ("gathers" if init else "package")


MORE = "from app.routers.ai import router\n\n\n@router.get('/more')\ndef more(): ...\n"
FILLED = [
    pytest.param("import app.more  # noqa: F401\n", "", [], id="loaded for its routes alone"),
    pytest.param("from app import more\n", "", [], id="by another statement"),
    pytest.param("from app.more import more\n", "print(more)\n", ["from ai_service.handlers.more import more"], id="used for more"),
]


@pytest.mark.parametrize("imports, used, expected", FILLED)
def test_what_gives_routes_to_a_forwarded_router_is_no_longer_loaded(imports: str, used: str, expected: list[str]):
    main = f"{imports}{BACKEND['api/app/main.py']}{used}"
    files = {path: text for path, text in BACKEND.items() if "/services/" not in path} | {"api/app/more.py": MORE, "api/app/main.py": main}
    files |= {f"api/app/routers/{one}.py": ROUTER.format(one) for one in ("ai", "auth")}
    made = plan(files)
    assert (slugs(made)[-1], made.aside) == ("gateway-proxy", ())
    lines = after(made)[f"{GATEWAY}/app/main.py"].splitlines()
    assert [line for line in lines if "ai_service" in line and "app.remote" not in line] == expected
    assert '"/more"' in after(made)[f"{GATEWAY}/app/remote/ai_service/handlers/ai.py"]
    said = [finding.message.partition(",")[0] for finding in made.steps[-1].step.findings if finding.kind == "imports"]
    assert said == ["goes on importing ai-service"] * len(expected)


@pytest.mark.parametrize("mounted", [True, False])
def test_a_document_of_its_own_that_loses_what_it_says_is_told(mounted: bool):
    main = BACKEND["api/app/main.py"]
    if mounted:
        main = main.replace("app.include_router(ai.router)", "sub = FastAPI()\nsub.include_router(ai.router)\napp.mount('/sub', sub)")
    files = {path: text for path, text in BACKEND.items() if "/services/" not in path} | {"api/app/main.py": main}
    files |= {f"api/app/routers/{one}.py": ROUTER.format(one) for one in ("ai", "auth")}
    made = plan(files)
    assert slugs(made)[-1] == "gateway-proxy"
    assert [finding.message.partition(" and ")[0] for finding in made.steps[-1].step.findings if finding.kind == "document"] == [
        "`sub` is mounted"
    ] * mounted
