"""Mappings at the end of lists in YAML, and lines before all others: what is meant changes, every other byte stays."""

from __future__ import annotations

import tomllib

import pytest

from migrator.edits import EditError
from migrator.edits.lines import PutFirst
from migrator.edits.toml import AddTomlItem, SetTomlValue
from migrator.edits.yaml import AddYamlItem

ITEM = {"name": "b", "with": {"x": ["*"]}}


@pytest.mark.parametrize(
    "before, expected",
    [
        ("jobs:\n  - name: a\n", '  - name: b\n    with:\n      x:\n        - "*"\n'),
        ("jobs:\n- name: a\n", '- name: b\n  with:\n    x:\n    - "*"\n'),
        ("jobs:\n  - name: a\n\n  - name: c\n", '\n  - name: b\n    with:\n      x:\n        - "*"\n'),
        ("jobs:\n  # First.\n  - name: a  # one\nend: 1\n", None),
        ("jobs:\n  - name: a", '\n  - name: b\n    with:\n      x:\n        - "*"'),
        ("jobs:\r\n  - name: a\r\n", '  - name: b\r\n    with:\r\n      x:\r\n        - "*"\r\n'),
        ("\ufeffjobs:\n  - name: a\n", '  - name: b\n    with:\n      x:\n        - "*"\n'),
    ],
)
def test_a_mapping_behind_the_last_item(before: str, expected: str | None) -> None:
    change = AddYamlItem(("jobs",), ITEM)
    made = change.apply(before.encode())
    if expected is None:
        assert made.decode() == before.replace("end: 1\n", '  - name: b\n    with:\n      x:\n        - "*"\nend: 1\n')
    else:
        assert made.decode() == before + expected
    assert change.apply(made) == made


@pytest.mark.parametrize("before", ["jobs: [{name: a}]\n", "jobs: []\n", "jobs: a\n", "jobs:\n"])
def test_where_no_mapping_can_be_added(before: str) -> None:
    with pytest.raises(EditError):
        AddYamlItem(("jobs",), ITEM).apply(before.encode())


@pytest.mark.parametrize(
    "before, expected",
    [
        ("b\n", "# A.\na\n\nb\n"),
        ("# Ours.\n\nb\n", "# Ours.\n\n# A.\na\n\nb\n"),
        ("# B.\nb\n", "# A.\na\n\n# B.\nb\n"),
        ("# Ours.\n\n# B.\n# More.\nb\nc\n", "# Ours.\n\n# A.\na\n\n# B.\n# More.\nb\nc\n"),
        ("", "# A.\na\n"),
        ("# Ours.", "# Ours.\n# A.\na\n"),
        ("# Ours.\r\n\r\nb\r\n", "# Ours.\r\n\r\n# A.\r\na\r\n\r\nb\r\n"),
        ("b\na\n", "b\na\n"),
        ("b\n  a\n", "b\n  a\n"),
    ],
)
def test_lines_before_all_others(before: str, expected: str) -> None:
    change = PutFirst(("# A.", "a"))
    made = change.apply(before.encode())
    assert made.decode() == expected
    assert change.apply(made) == made


APART = "[tool.a.b]\nx = 1\n\n[project.urls]\nhome = ''\n\n[tool.black]\nline = 1\n\n[tool.a]\ny = 2\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_of_tables_that_others_stand_between_gets_one_more(end, mark):
    source = f"{mark}{APART.replace(chr(10), end)}".encode()
    first = SetTomlValue(("tool", "uv", "sources", "core"), {"workspace": True}).apply(source)
    assert first.startswith(source)
    second = SetTomlValue(("tool", "uv", "sources", "auth"), {"workspace": True}).apply(first)
    said = tomllib.loads(second.decode("utf-8-sig"))
    assert said == tomllib.loads(APART) | {
        "tool": {**tomllib.loads(APART)["tool"], "uv": {"sources": {key: {"workspace": True} for key in ("core", "auth")}}}
    }
    assert SetTomlValue(("tool", "uv", "sources", "auth"), {"workspace": True}).apply(second) == second


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_in_a_table_that_others_stand_between_gets_one_more(end):
    source = APART.replace("\n", end).encode()
    first = AddTomlItem(("tool", "pytest", "ini_options", "pythonpath"), "src").apply(source)
    assert first.startswith(source)
    second = AddTomlItem(("tool", "pytest", "ini_options", "pythonpath"), "lib").apply(first)
    assert tomllib.loads(second.decode())["tool"] == {**tomllib.loads(APART)["tool"], "pytest": {"ini_options": {"pythonpath": ["src", "lib"]}}}
    assert (b"\n" in second.replace(b"\r\n", b"")) is (end == "\n")
