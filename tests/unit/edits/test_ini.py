"""Items of lists in INI files: what is there stays byte for byte."""

from __future__ import annotations

import pytest

from migrator.edits import EditError
from migrator.edits.ini import AddIniItem

CHANGE = AddIniItem("pytest", "pythonpath", "../lib")


@pytest.mark.parametrize(
    "before, after",
    [
        ("[pytest]\n", "[pytest]\npythonpath = ../lib\n"),
        ("[pytest]", "[pytest]\npythonpath = ../lib\n"),
        ("[pytest]\naddopts = -q\n", "[pytest]\npythonpath = ../lib\naddopts = -q\n"),
        (
            "[tox]\r\nx = 1\r\n\r\n[pytest]  ; ours\r\naddopts = -q\r\n",
            "[tox]\r\nx = 1\r\n\r\n[pytest]  ; ours\r\npythonpath = ../lib\r\naddopts = -q\r\n",
        ),
        ("[pytest]\npythonpath = src\naddopts = -q\n", "[pytest]\npythonpath = src ../lib\naddopts = -q\n"),
        ("[pytest]\npythonpath: src . \n# why\naddopts = -q\n", "[pytest]\npythonpath: src . ../lib \n# why\naddopts = -q\n"),
        ("[pytest]\npythonpath =\n    src\n    .\naddopts = -q\n", "[pytest]\npythonpath =\n    src\n    .\n    ../lib\naddopts = -q\n"),
        ("[a]\npythonpath = x\n[pytest]\npythonpath = src\n", "[a]\npythonpath = x\n[pytest]\npythonpath = src ../lib\n"),
        # pytest ignores `[tool:pytest]` in a pytest.ini; a section is made where there is none.
        ("[tool:pytest]\npythonpath = x\n", "[tool:pytest]\npythonpath = x\n\n[pytest]\npythonpath = ../lib\n"),
        ("[tox]\r\nx = 1\r\n", "[tox]\r\nx = 1\r\n\r\n[pytest]\r\npythonpath = ../lib\r\n"),
        ("[tox]\nx = 1", "[tox]\nx = 1\n\n[pytest]\npythonpath = ../lib\n"),
        ("", "[pytest]\npythonpath = ../lib\n"),
    ],
)
def test_an_item_is_added_and_nothing_else_changes(before, after):
    assert CHANGE.apply(before.encode()).decode() == after


@pytest.mark.parametrize("text", ["[pytest]\npythonpath = ../lib\n", "[pytest]\npythonpath =\n    src\n    ../lib\n"])
def test_an_item_that_is_there_stays_as_it_is(text):
    assert CHANGE.apply(text.encode()).decode() == text


@pytest.mark.parametrize("text", ["no section\n", "[pytest]\npythonpath = a\npythonpath = b\n"])
def test_what_has_no_place_for_it_is_refused(text):
    with pytest.raises(EditError):
        CHANGE.apply(text.encode())


@pytest.mark.parametrize("text", ["password hunter2\n[pytest]\n", "[pytest]\n= hunter2\nhunter2\n"])
def test_the_reason_does_not_quote_the_file(text):
    with pytest.raises(EditError) as error:
        CHANGE.apply(text.encode())
    assert "hunter2" not in str(error.value)
