"""Which names that a class's own statements say are the module's."""

from __future__ import annotations

import pytest

from migrator.languages.python.module.names import names_of
from migrator.languages.python.parsing import parse


@pytest.mark.parametrize(
    "field, uses",
    [
        ("    date: date\n", 1),
        ("    date: date\n    until: date\n", 2),
        ("    date: 'date'\n", 1),
        ("    date = 1\n    until = date\n", 0),
        ("    date: int = 1\n    until = date\n", 0),
    ],
)
def test_a_field_without_a_value_hides_no_name_of_the_module(field, uses):
    found = names_of(parse(f"from datetime import date\nclass Meal:\n{field}".encode()))
    assert [use.name for use in found.uses].count("date") == uses
