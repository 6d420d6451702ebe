"""Where a service's modules lie: by the role that their code shows, whole packages or none of them, never two in one place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.errors import PlanError
from migrator.facts.serving import Name, routes
from migrator.paths import RepoPath
from migrator.plan import Plan
from tests.unit.backend_split.planning import planned

ROUTER = "from fastapi import APIRouter\n{0}\nrouter = APIRouter()\n\n\n@router.get('/{1}')\ndef {1}() -> None: ...\n"
SOCKET = "from fastapi import APIRouter\n{0}\nrouter = APIRouter()\n\n\n@router.websocket('/{1}')\nasync def {1}(socket) -> None: ...\n"
OTHER = "routers/other.py"
"""A router of no service: the gateway keeps it."""
ROLES = """
[phases.backend_split.services.shop]
routers = ["*shop*", "*/shop/"]
[phases.backend_split.services.shop.roles]
follows = { names = ["follow*"] }
providers = { names = ["provider*"], imports = ["httpx", "google.*"] }
websocket = { serves = ["websocket"] }
batch = { tasks = true }
"""


def router(module: str = "shop", *needs: str, made: str = ROUTER) -> str:
    return made.format("\n".join(f"from app.{need.rpartition('.')[0]} import {need.rpartition('.')[2]}" for need in needs), module)


def monolith(files: Mapping[str, str]) -> dict[str, str]:
    """A backend with these modules of the package `app`; all that make a router are included, every directory gets its `__init__`."""
    found = {f"backend/app/{path}": text for path, text in {OTHER: router("other"), **files}.items()}
    folders = {"/".join(path.split("/")[:depth]) for path in found for depth in range(2, path.count("/") + 1)}
    serving = [(path[8:-3].replace("/", "."), f"router{index}") for index, path in enumerate(sorted(found)) if "APIRouter()" in found[path]]
    imports = "".join(f"from {module} import router as {name}\n" for module, name in serving)
    included = "".join(f"app.include_router({name})\n" for _, name in serving)
    main = f"from fastapi import FastAPI\n{imports}\napp = FastAPI()\n{included}"
    marks = {f"{folder}/__init__.py": "" for folder in folders}
    rest = {"backend/app/main.py": main, "backend/pyproject.toml": "[project]\nname = 'x'\nversion = '1'\ndependencies = ['fastapi', 'httpx']\n"}
    return {**marks, **rest, **found}


def plan(files: Mapping[str, str], options: str = ROLES) -> Plan:
    return planned(files, options)


def modules(made: Plan, service: str = "shop") -> set[str]:
    """The modules of a service, without what marks directories."""
    home = f"services/{service}-service/src/{service}_service/"
    found = {path.removeprefix(home) for path in made.end.tree if path.startswith(home)}
    return {path for path in found if path != "main.py" and not path.endswith("__init__.py")}


def why(made: Plan, slug: str = "shop-service") -> str:
    return next(step.step.why for step in made.steps if step.step.slug == slug)


SHOWN = [
    pytest.param({"routers/shop.py": router()}, {"handlers/shop.py"}, id="what has routes"),
    pytest.param({"api/v1/shop/routes.py": router()}, {"handlers/v1/shop/routes.py"}, id="the layer goes, what lies below it stays below"),
    pytest.param({"routers/shop.py": router(made=SOCKET)}, {"websocket/shop.py"}, id="what has sockets alone"),
    pytest.param(
        {"routers/shop.py": router() + "\n\n@router.websocket('/s')\nasync def s(socket) -> None: ...\n"}, {"handlers/shop.py"}, id="what has both"
    ),
    pytest.param({"routers/shop_follow.py": router()}, {"follows/shop_follow.py"}, id="a word of its name, before what it serves"),
    pytest.param(
        {"routers/shop.py": router("shop", "services.prices"), "services/prices.py": "import httpx\n"},
        {"handlers/shop.py", "providers/prices.py"},
        id="a library",
    ),
    pytest.param(
        {"routers/shop.py": router("shop", "services.prices"), "services/prices.py": "def f() -> None:\n    from google.auth import x\n"},
        {"handlers/shop.py", "providers/prices.py"},
        id="a library inside of a function, by its whole name",
    ),
    pytest.param({"routers/shop.py": router() + "\nimport httpx\n"}, {"handlers/shop.py"}, id="a router is no provider, whatever it imports"),
    pytest.param(
        {
            "routers/shop.py": router("shop", "services.work"),
            "services/work.py": "from celery import shared_task\n\n@shared_task(name='w')\ndef w(): ...\n",
        },
        {"handlers/shop.py", "batch/work.py"},
        id="tasks",
    ),
    pytest.param(
        {"routers/shop.py": router("shop", "core.providers.deep.a"), "core/providers/deep/a.py": "A = 1\n"},
        {"handlers/shop.py", "providers/deep/a.py"},
        id="a folder that is named for it is it",
    ),
    pytest.param(
        {"routers/shop.py": router("shop", "core.deep.provider_a"), "core/deep/provider_a.py": "A = 1\n"},
        {"handlers/shop.py", "providers/provider_a.py"},
        id="a name needs no folders",
    ),
]


@pytest.mark.parametrize("files, expected", SHOWN)
def test_a_module_lies_in_the_folder_of_the_first_role_that_it_shows(files, expected):
    made = plan(monolith(files))
    assert (modules(made), made.aside) == (expected, ())


KEPT = [
    pytest.param({"services/prices.py": "PRICE = 1\n"}, {"services/prices.py"}, id="what shows nothing"),
    pytest.param({"services/prices.py": "import httpx_fake\nfollowed = 1\n"}, {"services/prices.py"}, id="a longer library, a name inside"),
    pytest.param(
        {"services/prices.py": "def started(tasks):\n    tasks.add_task(started)\n"}, {"services/prices.py"}, id="tasks that are not declared"
    ),
    pytest.param(
        {
            "services/prices.py": "import httpx\nfrom pathlib import Path\nTEXT = (Path(__file__).parent / 'text.json').read_text()\n",
            "services/text.json": "{}",
        },
        {"services/prices.py", "services/text.json"},
        id="what finds a file from where it lies",
    ),
]


@pytest.mark.parametrize("files, expected", KEPT)
def test_what_shows_no_role_keeps_its_folder(files, expected):
    made = plan(monolith({"routers/shop.py": router("shop", "services.prices"), **files}))
    assert (modules(made), made.aside) == ({"handlers/shop.py", *expected}, ())


def test_the_folders_of_the_monolith_can_be_kept():
    made = plan(monolith({"routers/shop.py": router()}), f'[phases.backend_split]\nlayout = "monolith"\n{ROLES}')
    assert (modules(made), "role" in why(made)) == ({"routers/shop.py"}, False)


def test_the_plan_says_how_many_modules_each_role_has():
    made = plan(
        monolith(
            {"routers/shop.py": router("shop", "services.prices", "core.units"), "services/prices.py": "import httpx\n", "core/units.py": "U = 1\n"}
        )
    )
    assert why(made).endswith("Folders by role: providers 1, handlers 1; 1 keeps its folder.")


# packages that say something -------------------------------------------------------------------------------------------

TWO = {"routers/shop.py": router("shop", "core.providers.a"), "core/providers/a.py": "A = 1\n", "core/providers/b.py": "import httpx\n"}
LOUD = {"core/providers/__init__.py": "from app.core.providers import a, b\n"}
"""A package that loads what is in it: in one piece it is loaded in the same order."""


def test_a_package_that_says_something_has_a_role_as_a_whole():
    made = plan(monolith({**TWO, **LOUD}))
    assert (modules(made), made.aside) == ({"handlers/shop.py", "providers/a.py", "providers/b.py"}, ())
    text = made.end.read(RepoPath("services/shop-service/src/shop_service/providers/__init__.py")).decode()
    assert text == "from shop_service.providers import a, b\n"


def test_a_package_that_says_something_and_does_not_go_as_a_whole_has_none():
    shared = {OTHER: router("other", "core.units"), "core/units/__init__.py": "import logging\n", "core/units/x.py": "X = 1\n"}
    files = {**shared, "routers/shop.py": router("shop", "core.units.follow"), "core/units/follow.py": "import httpx\n"}
    made = plan(monolith(files))
    assert (modules(made), made.aside) == ({"handlers/shop.py", "core/units/follow.py"}, ())


def test_nobody_joins_a_package_that_says_something():
    files = {**TWO, **LOUD, "routers/shop.py": router("shop", "core.providers.a", "services.prices"), "services/prices.py": "import httpx\n"}
    made = plan(monolith(files))
    assert (modules(made), made.aside) == ({"handlers/shop.py", "providers/a.py", "providers/b.py", "services/prices.py"}, ())


def test_nobody_joins_a_package_that_says_something_and_goes_in_part():
    shared = {OTHER: router("other", "follows.x"), "follows/__init__.py": "import logging\n", "follows/x.py": "X = 1\n"}
    files = {**shared, "routers/shop.py": router("shop", "follows.a", "core.follow"), "follows/a.py": "A = 1\n", "core/follow.py": "F = 1\n"}
    made = plan(monolith(files))
    assert (modules(made), made.aside) == ({"handlers/shop.py", "follows/a.py", "core/follow.py"}, ())


# one place for each ----------------------------------------------------------------------------------------------------


def test_two_of_one_name_keep_folders_of_their_own_in_the_role():
    files = {"routers/shop_follow.py": router("shop", "schemas.shop_follow"), "schemas/shop_follow.py": "X = 1\n"}
    made = plan(monolith(files))
    assert (modules(made), made.aside) == ({"follows/routers/shop_follow.py", "follows/schemas/shop_follow.py"}, ())
    said = [finding.message for step in made.steps for finding in step.step.findings if finding.kind == "layout"]
    assert said == [f"goes to follows/{folder}/shop_follow.py: follows/shop_follow.py is not free" for folder in ("routers", "schemas")]


def test_no_folder_has_the_name_of_a_module_beside_it():
    made = plan(monolith({"routers/shop.py": router("shop", "handlers"), "handlers.py": "X = 1\n"}))
    assert (modules(made), made.aside) == ({"routers/shop.py", "handlers.py"}, ())


def test_what_nothing_is_left_in_is_no_package_any_more():
    made = plan(monolith({"routers/shop.py": router("shop", "core.deep.providers.a"), "core/deep/providers/a.py": "A = 1\n"}))
    assert not any(path.startswith("services/api-gateway/app/core/") for path in made.end.tree)
    assert made.aside == ()


def test_a_finished_tree_has_no_steps():
    made = plan(monolith({**TWO, **LOUD}))
    again = plan({path: made.end.read(path).decode() for path in made.end.tree})
    assert (again.steps, again.aside) == ((), ())


# what comes later ------------------------------------------------------------------------------------------------------

APP = "services/api-gateway/app"
FIRST = {"routers/shop.py": router("shop", "services.prices"), "services/prices.py": "import httpx\n"}


def later(files: Mapping[str, str], options: str = ROLES, changed: Mapping[str, str] | None = None) -> Plan:
    """The plan on a split of `FIRST` to which people added routers and modules of theirs."""
    made = plan(monolith(FIRST), options)
    tree = {path: made.end.read(path).decode() for path in made.end.tree}
    names = [(path[:-3].replace("/", "."), f"later{index}") for index, path in enumerate(files) if "APIRouter()" in files[path]]
    main = tree[f"{APP}/main.py"].replace(
        "\n\napp =", "".join(f"\nfrom app.{module} import router as {name}" for module, name in names) + "\n\napp =", 1
    )
    main += "".join(f"app.include_router({name})\n" for _, name in names)
    marks = {f"{APP}/{path.rpartition('/')[0]}/__init__.py": "" for path in files}
    return plan({**tree, **marks, f"{APP}/main.py": main, **{f"{APP}/{path}": text for path, text in files.items()}, **(changed or {})}, options)


LATER = [
    pytest.param({"routers/shop_more.py": router("more")}, {"handlers/shop_more.py"}, id="a router"),
    pytest.param(
        {"routers/shop_more.py": router("more", "services.work"), "services/work.py": "import httpx\n"},
        {"handlers/shop_more.py", "providers/work.py"},
        id="what it alone needs",
    ),
    pytest.param({"routers/shop.py": router("more")}, {"handlers/routers/shop.py"}, id="no place that is taken"),
    pytest.param(
        {"routers/shop_more.py": router("more").replace("\n\nrouter", "\nfrom shop_service.providers import prices\n\nrouter", 1)},
        {"handlers/shop_more.py"},
        id="a router that uses what the service has",
    ),
]


@pytest.mark.parametrize("files, expected", LATER)
def test_what_is_added_to_the_monolith_later_goes_to_its_service(files, expected):
    made = later(files)
    assert ([step.step.slug for step in made.steps], made.aside) == (["shop-service"], ())
    assert modules(made) == {"handlers/shop.py", "providers/prices.py", *expected}
    application = Name(RepoPath("services/shop-service/src/shop_service/main.py"), "app")
    assert {route.path for route in routes(made.end, application)} == {"/shop", "/more", "/health"}
    again = plan({path: made.end.read(path).decode() for path in made.end.tree})
    assert (again.steps, again.aside) == ((), ())


def test_an_application_that_people_changed_is_not_written_over():
    main = "services/shop-service/src/shop_service/main.py"
    before = plan(monolith(FIRST)).end.read(RepoPath(main)).decode()
    made = later(LATER[0].values[0], changed={main: before + "\n\nAPP = app\n"})
    assert [item.step.slug for item in made.aside] == ["shop-service"]
    served = later(LATER[0].values[0], changed={main: before + "\n\n@app.get('/own')\ndef own() -> None: ...\n"})
    said = [finding.message for finding in served.notes["backend_split"].findings if finding.path.endswith("shop_service/main.py")]
    assert said == ["serves what the gateway does not mount (GET /own): give it the router by hand"]


def test_a_gateway_that_forwards_keeps_what_it_forwards_with():
    options = f'[phases.backend_split]\ngateway = "proxy"\n{ROLES}'
    made = later(LATER[0].values[0], options)
    said = [finding.message for finding in made.notes["backend_split"].findings if finding.path.endswith("shop_service/main.py")]
    assert ([step.step.slug for step in made.steps], made.aside) == ([], ())
    assert said == ["serves what the gateway does not mount (GET /shop): give it the router by hand"]


@pytest.mark.parametrize("claim", ["core/providers/a.py", "core/", "core/providers/*"])
def test_a_claim_outlives_its_role(claim):
    options = ROLES.replace("routers =", f'claims = ["{claim}"]\nrouters =')
    made = plan(monolith({**TWO, "core/providers/b.py": "B = 1\n"}), options)
    assert "providers/a.py" in modules(made)
    again = plan({path: made.end.read(path).decode() for path in made.end.tree}, options)
    assert (again.steps, again.problems) == ((), ())


WRONG = [("class", "should be a name that Python can import"), ("a-b", "should be a name that Python can import"), ("1", "should be a name")]


@pytest.mark.parametrize("role, message", WRONG)
def test_a_role_is_a_name_that_python_can_import(role, message):
    with pytest.raises(PlanError) as raised:
        plan(monolith({}), f"[phases.backend_split.roles.'{role}']\nnames = ['x']\n")
    assert any(message in problem.message for problem in raised.value.problems)
