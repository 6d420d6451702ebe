"""What phase 2 plans, on the sample and on small variations of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.facts import Facts
from migrator.facts.serving import Name, routes
from migrator.paths import RepoPath
from migrator.phase import Notes
from migrator.plan import Plan
from tests.unit.backend_split.planning import anew, planned

SAMPLE = Path(__file__).parents[3] / "sample_repos" / "monolith" / "repository"
SHOP = {
    path.relative_to(SAMPLE).as_posix(): path.read_text(encoding="utf-8") for path in SAMPLE.rglob("*") if path.suffix != ".pyc" and path.is_file()
}
APP = "apps/backend/app"
GATEWAY = Name(RepoPath("services/api-gateway/app/main.py"), "app")


def plan(files: Mapping[str, str], options: str = "") -> Plan:
    return planned(files, options)


def after(made: Plan) -> dict[str, str]:
    return {path: made.end.read(path).decode() for path in made.end.tree if not path.startswith(".migrate/")}


def notes(made: Plan) -> Notes:
    return made.notes["backend_split"]


def places(made: Plan) -> dict[str, str]:
    kinds = {"owned", "shared", "gateway", "unreached", "package"}
    return {f.path.removeprefix(APP + "/"): f.kind for f in notes(made).details if f.kind in kinds}


def slugs(made: Plan) -> list[str]:
    return [step.step.slug for step in made.steps]


def served(facts: Facts, name: Name) -> set[tuple[str, str, str]]:
    return {(route.method, route.path, route.name) for route in routes(facts, name)}


@pytest.fixture(scope="module")
def shop() -> Plan:
    return plan(SHOP)


# the plan --------------------------------------------------------------------------------------------------------------


def test_every_module_has_its_place(shop: Plan):
    modules = {path.removeprefix(APP + "/") for path in SHOP if path.startswith(APP) and path.endswith(".py")}
    assert places(shop).keys() == {*modules, "apps/backend/scripts/fees.py"}
    assert len(modules) > 90


@pytest.mark.parametrize(
    "module, kind",
    [
        ("routers/auth.py", "owned"),
        ("schemas/auth.py", "owned"),
        ("services/exchange.py", "owned"),
        ("services/trends.py", "owned"),
        ("core/config.py", "shared"),
        ("core/timing.py", "shared"),
        ("models/__init__.py", "shared"),
        ("models/portfolio.py", "owned"),
        ("core/broker.py", "gateway"),
        ("services/texts.py", "gateway"),
        ("routers/greetings.py", "gateway"),
        ("main.py", "gateway"),
        ("services/quotes_cache.py", "shared"),
        ("services/portfolio/__init__.py", "owned"),
        ("tasks/market.py", "owned"),
        ("tasks/notification.py", "unreached"),
        ("apps/backend/scripts/fees.py", "owned"),
        ("services/legacy.py", "unreached"),
        ("routers/__init__.py", "package"),
    ],
)
def test_where_modules_go(shop: Plan, module, kind):
    assert places(shop)[module] == kind


def test_what_cannot_say_which_file_it_finds_stays_and_so_does_what_needs_it():
    said = {f.path: f.message for f in notes(planned({**SHOP, f"{APP}/services/texts.py": "T = find(__file__)\n"})).details}
    assert said[f"{APP}/services/texts.py"] == "finds files by its own place, and no text says which"
    assert said[f"{APP}/routers/greetings.py"] == "needs services/texts.py, which stays"


def test_all_eight_places_of_the_target_come_out(shop: Plan):
    services = ["auth", "market-data", "portfolio", "social", "ai", "notification", "analytics"]
    assert slugs(shop) == ["rename-backend", "kernel", *(f"{title}-service" for title in services)]
    assert [f.message for f in notes(shop).findings if f.kind == "absent"] == []


def test_no_service_is_invented():
    files = {
        **SHOP,
        f"{APP}/services/ai/models.py": f"import os\nHERE = os.listdir(os.path.splitext(__file__)[0])\n{SHOP[f'{APP}/services/ai/models.py']}",
    }
    files[f"{APP}/main.py"] = (
        SHOP[f"{APP}/main.py"].replace("app.include_router(analytics_router", "print(analytics_router").replace("events.router", "ai.router")
    )
    made = plan(files)
    assert [f.message for f in notes(made).findings if f.kind == "absent"] == [
        "every router of ai stays with services/ai/models.py: no service is made of it",
        "no router of the application is one of analytics's: no service is made",
    ]
    assert not {"ai-service", "analytics-service"} & set(slugs(made))


def test_a_table_that_another_service_refers_to_is_shared_since_neither_can_write_without_it(shop: Plan):
    assert {places(shop)[f"models/{name}.py"] for name in ("quote", "user")} == {"shared"}
    assert [f.message for f in notes(shop).findings if f.kind == "foreign-key"] == []


def test_a_service_loads_the_tables_that_its_own_refer_to_where_nothing_imports_them(shop: Plan):
    line = "import backend_core.data.models.quote  # noqa: F401\n"
    assert {path.split("/")[1] for path, text in after(shop).items() if path.endswith("_service/main.py") and line in text} == {"portfolio-service"}


def test_what_is_loaded_by_its_name_goes_along_and_names_go_too(shop: Plan):
    assert {places(shop)[f"services/providers/{name}.py"] for name in ("base", "cutlery", "crockery", "registry")} == {"owned"}
    registry = next(text for path, text in after(shop).items() if path.endswith("providers/registry.py"))
    assert "app." not in registry.replace("market_data_service.", "")


def test_a_foreign_key_to_what_a_service_claims_is_flagged():
    made = plan(SHOP, f"{TABLE}market-data]\nclaims = ['models/quote.py']\n")
    assert [f.message for f in notes(made).findings if f.kind == "foreign-key"] == ["holdings refers to quotes of market-data-service"]
    assert made.aside == ()


@pytest.mark.parametrize(
    "said, kind",
    [
        ("who = relationship('Quote')", "shared"),
        ("who = relationship('app.models.quote.Quote')", "shared"),
        ("who: Mapped['Quote'] = relationship()", "shared"),
        ("who: Mapped[list['Quote']] = relationship(viewonly=True)", "shared"),
        ("who = relationship('Message')", "owned"),
        ("who: Mapped['Quote']", "owned"),
        ("# relationship('Quote')", "owned"),
    ],
)
def test_a_mapped_class_that_another_service_relates_to_is_shared(said: str, kind: str):
    files = dict(SHOP)
    files[f"{APP}/models/portfolio.py"] = files[f"{APP}/models/portfolio.py"].replace('ForeignKey("quotes.id")', "") + f"\n    {said}\n"
    made = plan(files)
    assert places(made)["models/quote.py"] == kind
    assert made.aside == ()


def test_a_repository_without_a_backend_is_left_alone():
    made = plan({"README.md": "hello\n", "tool.py": "print(1)\n"})
    assert (slugs(made), [f.kind for f in notes(made).findings]) == ([], ["absent"])


# the result ------------------------------------------------------------------------------------------------------------


def test_no_step_is_refused(shop: Plan):
    assert [(item.step.slug, item.findings) for item in shop.aside] == []


def test_the_gateway_serves_what_the_monolith_served(shop: Plan):
    assert served(shop.end, GATEWAY) == served(shop.start, Name(RepoPath(f"{APP}/main.py"), "app"))


@pytest.mark.parametrize(
    "service, expected",
    [
        ("auth", {("GET", "/api/auth/me", "me")}),
        ("portfolio", {("GET", "/api/v1/portfolio", "holdings"), ("GET", "/api/v2/portfolio", "holdings")}),
        ("social", {("GET", "/api/v1/social/feed", "read"), ("POST", "/api/v1/social/feed", "add")}),
        (
            "market-data",
            {
                ("GET", "/api/market/quotes/{symbol}", "quote"),
                ("GET", "/api/market/quotes/{symbol}/trend", "trend_of"),
                ("POST", "/api/market/quotes/{symbol}/trend", "trend_of"),
                ("WEBSOCKET", "/api/stream", "stream"),
            },
        ),
    ],
)
def test_a_service_serves_its_own_routes_under_the_same_paths(shop: Plan, service, expected):
    package = service.replace("-", "_") + "_service"
    main = RepoPath(f"services/{service}-service/src/{package}/main.py")
    assert expected | {("GET", "/health", "service_health")} <= served(shop.end, Name(main, "app"))


def test_each_route_is_served_by_one_service_or_the_gateway(shop: Plan):
    mains = [RepoPath(path) for path in shop.end.tree if path.startswith("services/") and path.endswith("_service/main.py")]
    taken = [route for main in mains for route in served(shop.end, Name(main, "app")) - {("GET", "/health", "service_health")}]
    assert len(mains) == 7
    assert len(taken) == len(set(taken)) > 50
    assert set(taken) < served(shop.start, Name(RepoPath(f"{APP}/main.py"), "app"))


def test_a_service_has_the_middleware_and_those_resources_of_the_lifespan_that_it_needs(shop: Plan):
    text = after(shop)["services/social-service/src/social_service/main.py"]
    assert "add_middleware(TimingMiddleware)" in text
    assert "add_middleware(CORSMiddleware" in text
    assert "exception_handler(ZeroDivisionError)" in text
    assert "    create_tables()\n    app.state.hub = Hub()\n    yield\n" in text
    assert "broker" not in text
    assert "quotes_cache" not in text


def test_no_service_and_no_shared_module_imports_the_gateway_or_another_service(shop: Plan):
    for reference in shop.end.graph:
        source, target = reference.source.split("/"), (reference.target.path or "").split("/")
        if reference.mention.weak or target[0] != "services":
            continue
        if source[0] == "packages" or (source[0] == "services" and source[1] != "api-gateway"):
            assert source[:2] == target[:2], reference


def test_a_service_depends_on_what_it_imports(shop: Plan):
    files = after(shop)
    market = tomllib.loads(files["services/market-data-service/pyproject.toml"])
    assert set(market["project"]["dependencies"]) == {
        "backend-core[domain]",
        "fastapi>=0.110",
        "httpx>=0.27",
        "pydantic-settings>=2.2",
        "uvicorn[standard]>=0.29",
    }
    social = tomllib.loads(files["services/social-service/pyproject.toml"])
    assert "httpx>=0.27" not in social["project"]["dependencies"]
    assert social["tool"]["uv"]["sources"] == {"backend-core": {"workspace": True}}


def test_one_workspace_holds_all_of_them(shop: Plan):
    root = tomllib.loads(after(shop)["pyproject.toml"])
    members = root["tool"]["uv"]["workspace"]["members"]
    assert all(f"{member}/pyproject.toml" in after(shop) for member in members)
    assert len(members) == 9


def test_what_a_package_loads_is_still_loaded_by_what_left_it(shop: Plan):
    assert after(shop)["services/portfolio-service/src/portfolio_service/models/__init__.py"] == "import backend_core.data.models  # noqa: F401\n"


def test_strings_that_name_modules_follow(shop: Plan):
    (text,) = (text for path, text in after(shop).items() if path.endswith("/tests/test_market.py"))
    assert 'mock.patch("market_data_service.services.trends.PRICES"' in text


def test_a_finished_tree_has_no_steps(shop: Plan):
    files = {path: shop.end.read(path).decode() for path in shop.end.tree}
    again = plan(files)
    assert (slugs(again), again.aside) == ([], ())


def test_a_plan_is_the_same_each_time(shop: Plan):
    assert anew(SHOP).tree == shop.tree


def test_what_several_services_reach_through_a_function_is_shared():
    text = SHOP[f"{APP}/services/feed.py"] + "\n\ndef quoted() -> float:\n    from app.services.exchange import price\n\n    return price('SPOON')\n"
    made = plan({**SHOP, f"{APP}/services/feed.py": text})
    assert {places(made)[f"services/{name}.py"] for name in ("exchange", "trends")} == {"shared"}
    assert made.aside == ()


def test_what_imports_the_application_stays():
    text = SHOP[f"{APP}/services/feed.py"] + "\n\ndef all_routes() -> list[object]:\n    from app.main import app\n\n    return app.routes\n"
    made = plan({**SHOP, f"{APP}/services/feed.py": text})
    assert places(made)["services/feed.py"] == places(made)["routers/social.py"] == "gateway"
    assert places(made)["routers/follow.py"] == "owned"
    assert made.aside == ()


@pytest.mark.parametrize(
    "line, kind",
    [
        ("import os\nHERE = find_root(__file__)\n", "gateway"),
        ("from pathlib import Path\nENV = Path(__file__).resolve().parent.parent / '.env.local'\n", "owned"),
        ("import sys, os\nsys.path.append(os.path.dirname(os.path.dirname(__file__)))\n", "owned"),
        ("# __file__ is not asked for\nNAME = '__file__'\n", "owned"),
    ],
)
def test_what_asks_for_its_own_place_stays_where_no_text_says_what_for(line: str, kind: str):
    made = plan({**SHOP, f"{APP}/services/exchange.py": line + SHOP[f"{APP}/services/exchange.py"]})
    assert places(made)["services/exchange.py"] == places(made)["routers/market_data.py"] == kind
    assert made.aside == ()


# claims ----------------------------------------------------------------------------------------------------------------

TABLE = "[phases.backend_split.services."
CLAIM = f"{TABLE}auth]\nclaims = ['core/security.py']\n"


def test_outside_importers_of_a_claimed_module_are_listed_and_stay():
    made = plan(SHOP, CLAIM)
    assert places(made)["core/security.py"] == "owned"
    crossing = {f.path for f in notes(made).findings if f.kind == "cross-service"}
    assert {f"{APP}/routers/portfolio.py", f"{APP}/routers/social.py"} <= crossing
    assert not {"services/feed.py", "routers/market_data.py", "routers/ai.py"} & {path.removeprefix(f"{APP}/") for path in crossing}
    assert ("portfolio-service" in slugs(made), "market-data-service" in slugs(made), made.aside) == (False, True, ())


def test_a_claim_survives_its_own_completion():
    made = plan(SHOP, CLAIM)
    again = plan({path: made.end.read(path).decode() for path in made.end.tree}, CLAIM)
    assert (slugs(again), again.problems) == ([], ())


PROBLEMS = [
    pytest.param(f"{TABLE}json]\nrouters = ['x.py']\n", ["`json` is a name that Python or the application uses"], id="a module of Python"),
    pytest.param(f"{TABLE}api-gateway]\nrouters = ['x.py']\n", ["`api-gateway` is the name of another part"], id="the gateway's name"),
    pytest.param(f"{TABLE}Big]\nrouters = ['x.py']\n", ["a service's name is lower-case words joined by `-`"], id="no name"),
    pytest.param(f"{TABLE}x]\nrouters = ['../web/*']\n", ["routers: `../web/*` is outside the backend"], id="a seed outside"),
    pytest.param(f"{TABLE}auth]\nclaims = ['nowhere.py']\n", [f"claims `nowhere.py`, which is no module of {APP}"], id="a claim on nothing"),
    pytest.param(
        f"{CLAIM}{TABLE}social]\nclaims = ['core/security.py']\n", ["claims core/security.py, which auth claims too"], id="two claims on one module"
    ),
    pytest.param(
        f"{TABLE}auth]\nclaims = ['models/user.py']\n",
        [
            "claims models/user.py: the claim makes a cycle, models/user.py needs core/database.py, which needs models/user.py and is not auth's",
        ],
        id="a cycle",
    ),
    pytest.param(
        f"{TABLE}json]\nrouters = ['x.py']\n{TABLE}x]\nrouters = ['../web/*']\n",
        ["`json` is a name that Python or the application uses", "routers: `../web/*` is outside the backend"],
        id="all at once",
    ),
]


@pytest.mark.parametrize("options, messages", PROBLEMS)
def test_a_wrong_plan_gets_all_its_problems_before_anything_is_planned(options, messages):
    made = plan(SHOP, options)
    assert [problem.message for problem in made.problems] == messages
    assert slugs(made) == []
