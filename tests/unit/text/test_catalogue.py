"""Every row of the catalogue proves itself: its example follows what moves, what only looks alike stays."""

from __future__ import annotations

import pytest

from migrator.languages.text.catalogue import READERS, Format, Row, catalogue, dialect
from migrator.proving import proof

FORMATS = catalogue().formats
ROWS = [pytest.param(form, row, id=f"{form.name}-{index}") for form in FORMATS.values() for index, row in enumerate(form.own)]


@pytest.mark.parametrize("form, row", ROWS)
def test_its_example_follows_and_what_looks_alike_stays(form: Format, row: Row) -> None:
    assert row.same
    assert proof(catalogue(), form, row) == ()


@pytest.mark.parametrize("form, row", ROWS)
def test_a_row_says_where_it_is_from(form: Format, row: Row) -> None:
    assert row.tool
    assert row.source


def test_every_format_is_read() -> None:
    assert {form.reads for form in FORMATS.values()} >= READERS.keys()
    assert {dialect(path) for path in ("a/b.min.json", "a/b.png", "LICENSE")} == {None}
