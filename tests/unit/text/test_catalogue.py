"""Every row of the catalogue proves itself: its example follows what moves, what only looks alike stays."""

from __future__ import annotations

import pytest

from migrator.languages.text.catalogue import READERS, Format, Row, catalogue, dialect
from tests.unit.text.monorepo import after

MOVES = {"apps/backend": "services/api", "apps/frontend": "apps/web", "server": "services/server", "docs/img": "docs/pictures"}
MODULES = {"apps/backend/app/core": "apps/backend/app/base"}
NAMES = {
    "{backend}": ("apps/backend", "services/api"),
    "{web}": ("apps/frontend", "apps/web"),
    "{top}": ("server", "services/server"),
    "{docs}": ("docs/img", "docs/pictures"),
}
MARKS = ("{module}", "{schema}")
MORE = {
    "apps/backend/app/core/config.py": "class Item: ...\n",
    "server/main.py": "",
    "server/requirements.txt": "",
    "server/Dockerfile": "",
    "apps/backend/Dockerfile": "",
    "apps/backend/lib/api/package.json": "{}",
    "studio/tsconfig.json": '{"compilerOptions": {"baseUrl": ".."}}',
}

FORMATS = catalogue().formats
ROWS = [pytest.param(form, row, id=f"{form.name}-{index}") for form in FORMATS.values() for index, row in enumerate(form.own)]
MOVING = [param for param in ROWS if param.values[1].holds != "nothing"]


def said(form: Format, row: Row, text: str, *, new: bool) -> str:
    for mark, pair in NAMES.items():
        text = text.replace(mark, pair[new])
    module = "app.base.config" if new else "app.core.config"
    return text.replace("{module}", module).replace("{schema}", module.replace(".", "__") + "__Item")


def place(form: Format, row: Row) -> str:
    return row.file or next(name for name in form.files if not set(name) & set("*?[{"))


def moved(form: Format, row: Row, text: str) -> str:
    path = place(form, row)
    assert dialect(path) == form.name, f"{path} is read as {dialect(path)}"
    moves = MODULES if any(mark in row.example for mark in MARKS) else MOVES
    return after(path, said(form, row, text, new=False), moves, MORE).decode()


@pytest.mark.parametrize("form, row", MOVING)
def test_an_example_follows(form: Format, row: Row) -> None:
    assert any(mark in row.example for mark in (*NAMES, *MARKS)), "the example moves nothing"
    assert moved(form, row, row.example) == said(form, row, row.example, new=True)


@pytest.mark.parametrize("form, row", ROWS)
def test_what_looks_alike_stays(form: Format, row: Row) -> None:
    assert row.same
    assert moved(form, row, row.same) == said(form, row, row.same, new=False)


@pytest.mark.parametrize("form, row", ROWS)
def test_a_row_says_where_it_is_from(form: Format, row: Row) -> None:
    assert row.tool
    assert row.source


def test_every_format_is_read() -> None:
    assert {form.reads for form in FORMATS.values()} >= READERS.keys()
    assert {dialect(path) for path in ("a/b.min.json", "a/b.png", "LICENSE")} == {None}
