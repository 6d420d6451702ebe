"""Mappings at the end of lists in YAML, and lines before all others: what is meant changes, every other byte stays."""

from __future__ import annotations

import pytest

from migrator.edits import EditError
from migrator.edits.lines import PutFirst
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
