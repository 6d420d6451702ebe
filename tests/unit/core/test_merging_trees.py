"""Three trees into one, by table; every row with its sides swapped, and no-op rows beside."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.engine.teams.merging import Merged, Side, merged
from migrator.paths import RepoPath
from migrator.tree import EXECUTABLE, FILE, SYMLINK, Entry, Store, Tree

LINES = "one\ntwo\nthree\nfour\nfive\n"
Files = Mapping[str, str]
Places = Mapping[str, str]


def _none(blob: str) -> bytes:
    raise AssertionError(blob)


def _tree(store: Store, files: Files, mode: int = FILE) -> Tree:
    return Tree((RepoPath(path), Entry(mode, store.add(text.encode()))) for path, text in files.items())


def _side(store: Store, files: Files, places: Places) -> Side:
    return Side(_tree(store, files), {RepoPath(old): RepoPath(new) for old, new in places.items()})


def _merge(base: Files, ours: tuple[Files, Places], theirs: tuple[Files, Places]) -> tuple[Merged, dict[str, str]]:
    store = Store(_none)
    found = merged(store, _tree(store, base), _side(store, *ours), _side(store, *theirs), "both")
    return found, {path: store.read(entry.blob).decode() for path, entry in found.tree.items()}


CLEAN = {
    "nobody changed anything": ({"a": LINES}, ({"a": LINES}, {}), ({"a": LINES}, {}), {"a": LINES}),
    "one side changed a text": ({"a": LINES}, ({"a": LINES}, {}), ({"a": LINES + "six\n"}, {}), {"a": LINES + "six\n"}),
    "both changed other lines": (
        {"a": LINES},
        ({"a": LINES.replace("one", "1")}, {}),
        ({"a": LINES.replace("five", "5")}, {}),
        {"a": LINES.replace("one", "1").replace("five", "5")},
    ),
    "both said the same": ({"a": LINES}, ({"a": "new\n"}, {}), ({"a": "new\n"}, {}), {"a": "new\n"}),
    "one moved it and the other changed it": ({"a": LINES}, ({"b/a": LINES}, {"a": "b/a"}), ({"a": LINES + "six\n"}, {}), {"b/a": LINES + "six\n"}),
    "moved and changed beyond likeness, and changed": (
        {"a": LINES},
        ({"b": "0\n" * 40 + LINES}, {"a": "b"}),
        ({"a": LINES + "six\n"}, {}),
        {"b": "0\n" * 40 + LINES + "six\n"},
    ),
    "both moved it to one place": ({"a": "x"}, ({"b": "x"}, {"a": "b"}), ({"b": "y"}, {"a": "b"}), {"b": "y"}),
    "two swapped, one changed": (
        {"a": "A", "b": "B"},
        ({"a": "B", "b": "A"}, {"a": "b", "b": "a"}),
        ({"a": "A!", "b": "B"}, {}),
        {"b": "A!", "a": "B"},
    ),
    "one deleted what the other left": ({"a": "x", "b": "y"}, ({"b": "y"}, {}), ({"a": "x", "b": "y"}, {}), {"b": "y"}),
    "one deleted what the other only moved": ({"a": "x"}, ({}, {}), ({"b": "x"}, {"a": "b"}), {}),
    "both deleted it": ({"a": "x"}, ({}, {}), ({}, {}), {}),
    "each added another file": ({}, ({"a": "x"}, {}), ({"b": "y"}, {}), {"a": "x", "b": "y"}),
    "both added the same": ({}, ({"a": "x"}, {}), ({"a": "x"}, {}), {"a": "x"}),
    "one moved it away and wrote another in its place": (
        {"a": "x"},
        ({"b": "x", "a": "shim"}, {"a": "b"}),
        ({"a": "x!"}, {}),
        {"b": "x!", "a": "shim"},
    ),
}

CONFLICTS = {
    "both changed one line": ({"a": LINES}, ({"a": LINES.replace("two", "2")}, {}), ({"a": LINES.replace("two", "zwei")}, {}), [("a", "text")]),
    "one deleted what the other changed": ({"a": "x"}, ({}, {}), ({"a": "y"}, {}), [("a", "deleted")]),
    "each moved it elsewhere": ({"a": "x"}, ({"b": "x"}, {"a": "b"}), ({"c": "x"}, {"a": "c"}), [("b", "moved")]),
    "both added one file, each otherwise": ({}, ({"a": "x\n"}, {}), ({"a": "y\n"}, {}), [("a", "added")]),
    "no text": ({"a": "x\0"}, ({"a": "y\0"}, {}), ({"a": "z\0"}, {}), [("a", "binary")]),
    "two came to one place": ({"a": "x", "b": "y"}, ({"c": "x", "b": "y"}, {"a": "c"}), ({"a": "x", "c": "y"}, {"b": "c"}), [("c", "place")]),
    "a file where the other has a directory": ({}, ({"a": "x"}, {}), ({"a/b": "y"}, {}), [("a", "place")]),
}


@pytest.mark.parametrize("swapped", [False, True], ids=["", "swapped"])
@pytest.mark.parametrize(("base", "ours", "theirs", "expected"), CLEAN.values(), ids=CLEAN)
def test_clean(base: Files, ours: tuple[Files, Places], theirs: tuple[Files, Places], expected: Files, *, swapped: bool) -> None:
    found, texts = _merge(base, theirs, ours) if swapped else _merge(base, ours, theirs)
    assert not found.conflicts
    assert texts == expected


@pytest.mark.parametrize("swapped", [False, True], ids=["", "swapped"])
@pytest.mark.parametrize(("base", "ours", "theirs", "expected"), CONFLICTS.values(), ids=CONFLICTS)
def test_conflicts_lose_nothing(
    base: Files, ours: tuple[Files, Places], theirs: tuple[Files, Places], expected: list[tuple[str, str]], *, swapped: bool
) -> None:
    found, texts = _merge(base, theirs, ours) if swapped else _merge(base, ours, theirs)
    kinds = [one.kind for one in found.conflicts]
    assert kinds == [kind for _, kind in expected]
    if not swapped:
        assert [one.path for one in found.conflicts] == [path for path, _ in expected]
    held = "".join(texts.values())
    if kinds != ["binary"]:
        assert all(line in held for side in (ours, theirs) for text in side[0].values() for line in text.splitlines() if text not in base.values())


def test_marks_are_those_of_git() -> None:
    _, texts = _merge({"a": "x\n"}, ({"a": "ours\n"}, {}), ({"a": "theirs\n"}, {}))
    assert texts == {"a": "<<<<<<< theirs\ntheirs\n=======\nours\n>>>>>>> ours\n"}


def test_modes_follow_whoever_changed_them() -> None:
    store = Store(_none)
    base, run = (_tree(store, {"a": "x"}, mode) for mode in (FILE, EXECUTABLE))
    changed = _tree(store, {"a": "y"})
    found = merged(store, base, Side(changed), Side(run))
    assert found.tree == _tree(store, {"a": "y"}, EXECUTABLE)
    assert not found.conflicts
    assert [one.kind for one in merged(store, base, Side(changed), Side(_tree(store, {"a": "b"}, SYMLINK))).conflicts] == ["mode"]


def test_it_says_where_their_files_are() -> None:
    found, _ = _merge({"a": "x"}, ({"b": "x"}, {"a": "b"}), ({"a": "x", "n": "new"}, {}))
    assert found.places == {"a": "b"}


_files = st.dictionaries(st.sampled_from(["a", "b", "c/d", "c/e"]), st.sampled_from(["", "1\n2\n", "1\n2\n3\n", "1\n9\n3\n", "\0"]))


@given(base=_files, side=_files)
def test_a_side_that_is_the_base_gives_the_other(base: Files, side: Files) -> None:
    for found, texts in (_merge(base, (base, {}), (side, {})), _merge(base, (side, {}), (base, {}))):
        assert texts == side
        assert not found.conflicts


@given(base=_files, ours=_files, theirs=_files)
def test_conflicts_are_the_same_with_the_sides_swapped(base: Files, ours: Files, theirs: Files) -> None:
    one, other = _merge(base, (ours, {}), (theirs, {}))[0], _merge(base, (theirs, {}), (ours, {}))[0]
    assert [(conflict.path, conflict.kind) for conflict in one.conflicts] == [(conflict.path, conflict.kind) for conflict in other.conflicts]
    if not one.conflicts:
        assert one.tree == other.tree
