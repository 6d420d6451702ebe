"""Several backends in one repository: each is split for itself, who is left alone is told, and what cannot be together is said at once."""

from __future__ import annotations

import re

import pytest

from tests.unit.backend_split.planning import anew, planned
from tests.unit.backend_split.test_backends_at_the_root import MANIFEST, shop


def project(directory: str) -> dict[str, str]:
    return {f"{directory}/{path}": text for path, text in {**shop("app", "app"), "pyproject.toml": MANIFEST}.items()}


TWO = {**project("apps/store"), **project("apps/office"), "README.md": "`apps/store/app/main.py` and `apps/office/app/main.py`\n"}
TABLES = """
[phases.backend_split.backends.store]
application = "app.main:app"
project = "apps/store"
services = { orders = { routers = ["auth.py"] }, prices = { routers = ["ai.py"] } }

[phases.backend_split.backends.office]
application = "app.main:app"
project = "apps/office"
services = { people = { routers = ["auth.py"] }, pay = { routers = ["ai.py"] } }
"""
SLUGS = [
    *("store-rename-backend", "store-kernel", "orders-service", "prices-service"),
    *("office-rename-backend", "office-kernel", "people-service", "pay-service"),
]


def test_each_gets_its_own_split():
    made = planned(TWO, TABLES)
    assert (made.problems, [(item.step.slug, item.findings) for item in made.aside]) == ((), [])
    assert [step.step.slug for step in made.steps] == SLUGS
    assert [step.step.needs for step in made.steps[-2:]] == [("office-rename-backend", "office-kernel")] * 2
    tree = made.end.tree
    assert sorted(tree.folders["services"]) == [
        "office-gateway",
        "orders-service",
        "pay-service",
        "people-service",
        "prices-service",
        "store-gateway",
    ]
    assert sorted(tree.folders["packages"]) == ["office-core", "store-core"]
    text = made.end.read("services/pay-service/src/pay_service/handlers/ai.py").decode()
    assert "from office_core.database import engine" in text
    assert made.end.read("README.md").decode() == "`services/store-gateway/app/main.py` and `services/office-gateway/app/main.py`\n"


def test_a_second_plan_finds_nothing_more_to_do():
    first = planned(TWO, TABLES)
    again = anew({path: first.end.read(path).decode() for path in first.end.tree}, TABLES)
    assert (again.problems, again.aside, [step.step.slug for step in again.steps]) == ((), (), [])


def test_services_of_the_phase_have_the_backends_name_before_theirs():
    text = re.sub(r"(?m)^services = .*\n", "", TABLES)
    made = planned(TWO, text)
    assert [step.step.slug for step in made.steps if step.step.slug.endswith("-service")] == [
        *("store-auth-service", "store-ai-service", "office-auth-service", "office-ai-service")
    ]


ITEMS = "from fastapi import APIRouter\nrouter = APIRouter()\n" + "".join(f"@router.get('/items/{one}')\ndef {one}(): ...\n" for one in "abc")


def test_proposed_services_have_the_backends_name_too_and_the_tables_that_are_told_keep_them():
    files = TWO | {f"apps/{name}/app/routers/items.py": ITEMS for name in ("store", "office")}
    text = re.sub(r"(?m)^services = .*\n", "", TABLES)
    propose = "[phases.backend_split]\npropose = true\n"
    made = planned(files, propose + text)
    assert [(item.step.slug, item.findings) for item in made.aside] == []
    slugs = [step.step.slug for step in made.steps]
    assert [one for one in slugs if "items" in one] == ["store-items-service", "office-items-service"]
    tables = [one.message.partition("\n")[2] for one in made.notes["backend_split"].details if one.kind == "table"]
    assert [step.step.slug for step in planned(files, "\n".join((text, *tables))).steps] == slugs
    again = anew({path: made.end.read(path).decode() for path in made.end.tree}, propose + text)
    assert (again.problems, again.aside, [step.step.slug for step in again.steps]) == ((), (), [])


WRONG = [
    (TABLES.replace("office]", "office]\nkernel = 'store-core'"), ["backends.office: `store-core` is a part of store too"]),
    (TABLES.replace("people", "orders"), ["backends.office: `orders-service` is a part of store too"]),
    (
        TABLES.replace("apps/office", "apps/store"),
        [f"backends.{one}: `app.main:app` is the application of another backend too" for one in ("store", "office")],
    ),
    (
        TABLES.replace("app.main:app", "app.nothing:app", 1).replace("pay =", "select ="),
        [
            "backends.store.application: `app.nothing:app` is no application of this repository in `apps/store`",
            "backends.office.services.select: `select` is a name that Python or the application uses",
        ],
    ),
    (
        '[phases.backend_split]\napplication = "app.main:app"\n' + TABLES,
        ["application: names a backend beside `backends`"],
    ),
    (
        '[phases.backend_split]\napplication = "app.main:app"\n',
        ["application: `app.main:app` is an application of apps/office and of apps/store"],
    ),
]


@pytest.mark.parametrize("text, messages", WRONG)
def test_all_that_is_wrong_is_said_at_once_and_nothing_is_planned(text, messages):
    made = planned(TWO, text)
    assert [f"{one.where.removeprefix('phases.backend_split.')}: {one.message}" for one in made.problems] == messages
    assert made.steps == ()


def told(files: dict[str, str], text: str = "") -> list[tuple[str, str]]:
    return [(one.path, one.message) for one in planned(files, text).notes["backend_split"].findings if one.kind == "backends"]


def test_who_is_left_alone_is_told_with_what_would_split_both():
    ((path, message),) = told(TWO)
    assert path == "apps/store/app/main.py"
    table = message.partition("\n")[2]
    assert planned(TWO, table).problems == ()
    assert [step.step.slug for step in planned(TWO, table).steps if "rename" in step.step.slug] == ["office-rename-backend", "store-rename-backend"]


@pytest.mark.parametrize("one, other", [("apps/store/api", "apps/office/api"), ("Big_Store.v2", "1office")])
def test_the_tables_that_are_told_name_backends_as_they_may_be_called(one: str, other: str):
    files = project(one) | project(other)
    ((_, message),) = told(files)
    made = planned(files, message.partition("\n")[2])
    assert (made.problems, len([step for step in made.steps if "rename" in step.step.slug])) == ((), 2)


ALONE = [
    pytest.param(project("apps/store"), "", 0, id="the only one"),
    pytest.param(TWO, TABLES, 0, id="all of them are asked for"),
    pytest.param(
        {**project("api"), "tests/main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home(): ...\n"}, "", 0, id="of tests"
    ),
    pytest.param({**project("api"), "api/app/empty.py": "from fastapi import FastAPI\nother = FastAPI()\n"}, "", 0, id="without routes"),
    pytest.param(
        {**project("api"), "api/scripts/stress.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home(): ...\n"},
        "",
        0,
        id="a script",
    ),
    pytest.param(
        {**project("api"), "api/app/admin.py": "from fastapi import FastAPI\nadmin = FastAPI()\n@admin.get('/')\ndef home(): ...\n"},
        '[phases.backend_split]\napplication = "app.main:app"\n',
        0,
        id="of one project, where the other was chosen",
    ),
    pytest.param(
        {**project("api"), "api/app/admin.py": "from fastapi import FastAPI\nadmin = FastAPI()\n@admin.get('/')\ndef home(): ...\n"},
        "",
        1,
        id="of one project",
    ),
]


@pytest.mark.parametrize("files, text, many", ALONE)
def test_only_what_is_left_alone_is_told(files, text, many):
    assert len(told(files, text)) == many
