"""Phase 2 on backends and plan files that nobody wishes for: all that is wrong is said at once, with its line and what to do, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from migrator.errors import PlanError
from phases.backend_split import phase
from tests.cli.conftest import Runner
from tests.cli.trees import Files, Trees, slugs, told
from tests.conftest import git

HEAD = "from fastapi import APIRouter\n"
TABLE = "[phases.backend_split]\n"
AUTH = f'{TABLE}services = {{ auth = {{ routers = ["auth.py"] }} }}\n'
PROPOSE = f"{TABLE}propose = true\n"


def routes(name: str, number: int = 3, of: str = "router") -> str:
    return "".join(f"@{of}.get('/{name}/{one}')\ndef {name}_{one}(): ...\n" for one in range(number))


def router(name: str, *includes: str) -> str:
    """A module with a router that includes those of other modules, each by `module` or `module:prefix`."""
    pairs = [one.partition(":") for one in includes]
    imports = "".join(f"from app.routers import {module}\n" for module in dict.fromkeys(module for module, _, _ in pairs))
    included = "".join(f"router.include_router({module}.router, prefix='{prefix}')\n" for module, _, prefix in pairs)
    return f"{HEAD}{imports}router = APIRouter()\n{routes(name)}{included}"


def shop(modules: Iterable[str] = ("auth", "items"), at: str = "api", lines: str = "", **others: str) -> dict[str, str]:
    """A backend whose application includes some routers; `others` are further modules with routers."""
    modules = tuple(modules)
    main = f"from fastapi import FastAPI\nfrom app.routers import {', '.join((*modules, *others))}\napp = FastAPI()\n"
    main += "".join(f"app.include_router({one}.router)\n" for one in modules) + lines
    files = {"requirements.txt": "fastapi\n", "app/__init__.py": "", "app/main.py": main, "app/routers/__init__.py": ""}
    files |= {f"app/routers/{one}.py": router(one) for one in modules} | {f"app/routers/{one}.py": text for one, text in others.items()}
    return {f"{at}/{path}": text for path, text in files.items()}


ADMIN = {"api/app/admin.py": f"from fastapi import FastAPI\nadmin = FastAPI()\n{routes('users', 1, 'admin')}"}
ONE_FILE = {
    "api/requirements.txt": "fastapi\n",
    "api/main.py": f"from fastapi import FastAPI\napp = FastAPI()\n{routes('items', 5, 'app')}{routes('users', 4, 'app')}",
}
THIRTY = {f"r{one}": router(f"r{one}", *([f"r{one + 1}:/a", f"r{one + 1}:/b"] if one < 29 else [])) for one in range(30)}


@pytest.fixture
def trees(make_repository: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Trees:
    return Trees(make_repository, Runner(Path(), capsys, (phase,)), monkeypatch, "2")


WRONG: dict[str, tuple[Files, str, list[str]]] = {
    "an application that is not there, and what is wrong besides": (
        shop(),
        f'{TABLE}application = "app.other:api"\nkernel = "email"\n[phases.backend_split.services.calendar]\nrouters = ["x.py"]\n',
        [
            "migrate.toml:2 application: `app.other:api` is no application of this repository (there is app.main:app)",
            "migrate.toml:3 kernel: `email` cannot be the name of a part (choose lower-case words joined by `-`)",
            "migrate.toml:4 services.calendar: `calendar` is a name that Python or the application uses (choose another name)",
        ],
    ),
    "an application where there is none": (
        {"api/code.py": "A = 1\n"},
        f'{TABLE}application = "code:app"\n',
        ["migrate.toml:2 application: `code:app` is no application of this repository (this repository has none)"],
    ),
    "a project that is none": (
        shop(),
        f'{TABLE}project = "web"\n',
        ["migrate.toml:2 project: `web` is no project with an application (there is app.main:app in api)"],
    ),
    "two applications of one name": (
        {**shop(), **shop(at="web")},
        f'{TABLE}application = "app.main:app"\n',
        ['migrate.toml:2 application: `app.main:app` is an application of api and of web (say `project = "api"` or `project = "web"`)'],
    ),
    "a cycle of routers": (
        shop(("auth",), one=router("one", "two"), two=router("two", "one"), lines="app.include_router(one.router)\n"),
        AUTH,
        [
            ("api/app/routers/one.py `router` of app/routers/one.py, `router` of app/routers/two.py include each other in a circle"
            " (take one of the inclusions out)")
        ],
    ),
    "thirty routers that include each other twice": (
        shop(("auth",), lines="app.include_router(r0.router)\n", **THIRTY),
        PROPOSE,
        [
            ("api/app/main.py routers include each other 30 deep, down to `router` of app/routers/r29.py"
            " (at most 16 are followed: include routers nearer to the application)"),
            ("api/app/main.py the application would serve 196,608 routes, as routers are included again and again"
            " (`router` of app/routers/r0.py is one that includes others more than once: let it include each once)"),
        ],
    ),
    "names that Python, the application or another part has": (
        shop(),
        "".join(f'[phases.backend_split.services.{name}]\nrouters = ["auth.py"]\n' for name in ("email", "Auth", "api-gateway", "class", "con")),
        [
            "migrate.toml:1 services.email: `email` is a name that Python or the application uses (choose another name)",
            "migrate.toml:3 services.Auth: a service's name is lower-case words joined by `-` (choose another name)",
            "migrate.toml:5 services.api-gateway: `api-gateway` is the name of another part (choose another name)",
            "migrate.toml:7 services.class: `class` is a name that Python or the application uses (choose another name)",
            "migrate.toml:9 services.con: 'con' is a reserved name on Windows (choose another name)",
        ],
    ),
    "patterns that mean nothing": (
        shop(),
        f'{TABLE}movable = ["paths.py"]\n[phases.backend_split.services.auth]\nrouters = ["auth.py", "../web/x.py"]\nclaims = ["nothing.py"]\n',
        [
            "migrate.toml:2 movable: `paths.py` is no module of api/app (patterns are as in .gitignore, seen from api/app)",
            "migrate.toml:3 services.auth: routers: `../web/x.py` is outside the backend (patterns are seen from api/app)",
            "migrate.toml:3 services.auth: claims `nothing.py`, which is no module of api/app (patterns are as in .gitignore)",
        ],
    ),
    "a proposal that matches nothing": (
        shop(("health", "metrics")),
        PROPOSE,
        [
            ("migrate.toml:2 propose: no service can be proposed of 2 routers: none of them serves or owns enough by itself"
            " (`services` in migrate.toml names what belongs together)")
        ],
    ),
    "a monolith of one file": (
        ONE_FILE,
        PROPOSE,
        [
            ("migrate.toml:2 propose: no service can be proposed: api/main.py serves all 9 routes"
            " (give the routes of each part of its addresses a module with a router of their own (/items 5, /users 4), and include those)")
        ],
    ),
    "backends that cannot be together": (
        {**shop(), **shop(at="web")},
        (f'{TABLE}application = "app.main:app"\n[phases.backend_split.backends]\nshop = {{ application = "app.main:app", project = "api" }}\n'
        'again = { application = "app.main:app", project = "api" }\noffice = { application = "app.main:app", project = "web", kernel = "shop-core" }\n'
        'lost = { application = "app.main:app", project = "nowhere" }\n'),
        [
            "migrate.toml:2 application: names a backend beside `backends` (leave it out, or make it one of them)",
            "migrate.toml:4 backends.shop: `app.main:app` is the application of another backend too (say `project`, or leave one out)",
            "migrate.toml:5 backends.again: `app.main:app` is the application of another backend too (say `project`, or leave one out)",
            "migrate.toml:6 backends.office: `shop-core` is a part of shop too (choose another name)",
            ("migrate.toml:7 backends.lost.application: `app.main:app` is no application of this repository in `nowhere`"
            " (there is app.main:app in api, app.main:app in web)"),
        ],
    ),
    "values that no option has": (
        shop(),
        (f'{TABLE}propose = "yes"\ngateway = "nginx"\nlayuot = "role"\ndefinitions = "half"\nmovable = "x.py"\nproject = "../web"\n'
        '[phases.backend_split.layers]\nenabled = "perhaps"\nstores = "sqlalchemy"\nstore = ["redis"]\n'
        '[phases.backend_split.backends.Shop]\napplication = "app.main:app"\n[phases.backend_split.backends.office]\nservice = {}\n'),
        [
            "migrate.toml:2 propose: should be true, false, or how many services there are to be in all, from 1 to 64",
            "migrate.toml:3 gateway: must be 'import' or 'proxy', not 'nginx'",
            "migrate.toml:4 layuot: unknown key; did you mean `layout`?",
            "migrate.toml:5 definitions: must be 'split' or 'whole', not 'half'",
            "migrate.toml:6 movable: must be a list, not 'x.py'",
            "migrate.toml:7 project: '../web' leaves the repository",
            "migrate.toml:9 layers.enabled: must be true or false, not 'perhaps'",
            "migrate.toml:10 layers.stores: must be a list, not 'sqlalchemy'",
            "migrate.toml:11 layers.store: unknown key; did you mean `stores`?",
            "migrate.toml:12 backends.Shop: a backend's name is lower-case words joined by `-`",
            "migrate.toml:14 backends.office.application: is missing",
            "migrate.toml:15 backends.office.service: unknown key; did you mean `services`?",
        ],
    ),
    "fewer services than one": (shop(), f"{TABLE}propose = 0\n", ["migrate.toml:2 propose: should be true, false, or how many services there are to be in all, from 1 to 64"]),
    "tables that are none": (
        shop(),
        f'{TABLE}services = 3\nlayers = true\nbackends = ["api"]\n',
        [
            "migrate.toml:2 services: must be a table, not 3",
            "migrate.toml:3 layers: must be a table, not true",
            "migrate.toml:4 backends: must be a table, not a list of 1",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(trees: Trees, name: str) -> None:
    files, text, said = WRONG[name]
    directory = trees({**files, "migrate.toml": text})
    before = git(directory, "for-each-ref"), git(directory, "status", "--porcelain")
    for command in ("plan", "run"):
        error = trees.runner(command, "--phase", "2", "--json", code=PlanError.exit_code).error
        assert [_shown(one) for one in error["problems"]] == said
        assert error["hint"] == ("correct what is named, and commit it" if name in _CODE else error["hint"])
        assert error["hint"].startswith("correct ")
    assert (git(directory, "for-each-ref"), git(directory, "status", "--porcelain")) == before


_CODE = {"a cycle of routers", "thirty routers that include each other twice"}
"""What is put right in the repository and not in the plan file."""


def _shown(problem: dict[str, str]) -> str:
    message = problem["message"].removeprefix("phases.backend_split.")
    return f"{problem['where']} {message}" + (f" ({problem['hint']})" if problem.get("hint") else "")


PLANNED: dict[str, tuple[Files, str, list[str], str]] = {
    "two applications: the larger is split, the other told": (
        {**shop(), **ADMIN},
        AUTH,
        ["rename-backend", "auth-service"],
        'api/app/admin.py:0 serves 1 route and is left alone: one application of a project is split, and `application = "app.admin:admin"` would',
    ),
    "two applications of two projects": (
        {**shop(), **shop(("auth",), at="web")},
        AUTH,
        ["rename-backend", "auth-service"],
        "web/app/main.py:0 serves 3 routes and is left alone, as the application of another project: this in migrate.toml splits both\n",
    ),
    "a router under two prefixes": (
        shop(("items",), auth=router("auth"), lines="app.include_router(auth.router, prefix='/a')\napp.include_router(auth.router, prefix='/b')\n"),
        AUTH,
        ["rename-backend", "auth-service"],
        "api:0 5 modules, 9 routes: 1 goes to 1 service, 2 stay in api-gateway",
    ),
    "a monolith of one file, without asking": (ONE_FILE, "", [], ":0 no service can be proposed: api/main.py serves all 9 routes; give the routes"),
    "probes alone, without asking": (shop(("health",)), "", [], ":0 no service can be proposed of 1 router: none of them serves or owns enough"),
    "no application": (
        {"api/code.py": "A = 1\n"},
        "",
        [],
        ":0 there is no FastAPI or Flask application in this repository that a server could be given by name",
    ),
    "a service that no router is": (
        shop(("health",)),
        f'{TABLE}services = {{ billing = {{ routers = ["bill*.py"] }} }}\n',
        [],
        ":0 no router of the application is one of",
    ),
}


@pytest.mark.parametrize("name", PLANNED)
def test_what_can_be_planned_is_and_the_rest_is_told(trees: Trees, name: str) -> None:
    files, text, steps, said = PLANNED[name]
    plan = trees.plan({**files, "migrate.toml": text})
    assert slugs(plan) == steps
    assert plan["set_aside"] == []
    assert [one for one in told(plan) if said in one], json.dumps(told(plan), indent=1)


def test_a_router_under_two_prefixes_is_under_both_in_its_service(trees: Trees) -> None:
    files, text, _, _ = PLANNED["a router under two prefixes"]
    directory = trees({**files, "migrate.toml": text})
    trees.runner("run", "--phase", "2", "--json")
    main = git(directory, "show", "migrate/phase-2:services/auth-service/src/auth_service/main.py")
    assert [line for line in main.splitlines() if "include_router" in line] == [
        "app.include_router(auth.router, prefix='/a')",
        "app.include_router(auth.router, prefix='/b')",
    ]
