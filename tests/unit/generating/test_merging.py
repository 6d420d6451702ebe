"""Three texts into one (L12): by table, against Git's own merge, and by law."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.generating.merging import merged

BASE = b"a\nb\nc\nd\ne\nf\n"


@pytest.mark.parametrize(
    "theirs, ours, expected",
    [
        (b"a\nB\nc\nd\ne\nf\n", BASE, b"a\nB\nc\nd\ne\nf\n"),
        (BASE, b"a\nB\nc\nd\ne\nf\n", b"a\nB\nc\nd\ne\nf\n"),
        (b"a\nB\nc\nd\ne\nf\n", b"a\nb\nc\nd\nE\nf\n", b"a\nB\nc\nd\nE\nf\n"),
        (b"a\nB\nc\nd\ne\nf\n", b"a\nB\nc\nd\nE\nf\n", b"a\nB\nc\nd\nE\nf\n"),
        (b"# mine\na\nb\nc\nd\ne\nf\n", b"a\nb\nc\nd\ne\nf\ng\n", b"# mine\na\nb\nc\nd\ne\nf\ng\n"),
        (b"a\nc\nd\ne\nf\n", b"a\nb\nc\nd\nf\n", b"a\nc\nd\nf\n"),
        (BASE.replace(b"\n", b"\r\n"), b"a\nb\nc\nd\nE\nf\n", b"a\r\nb\r\nc\r\nd\r\nE\r\nf\r\n"),
        (b"a\nb\nc\nd\ne\nf", b"A\nb\nc\nd\ne\nf\n", b"A\nb\nc\nd\ne\nf"),
        (b"a\rx\nb\nc\nd\ne\nf\n", b"a\nb\nc\nd\ne\nF\n", b"a\rx\nb\nc\nd\ne\nF\n"),
        (b"", BASE, b""),
        (BASE, b"", b""),
    ],
)
def test_what_one_side_changed_is_in_the_result(theirs: bytes, ours: bytes, expected: bytes) -> None:
    found = merged(BASE, theirs, ours)
    assert (found.content, found.conflicts) == (expected, ())


@pytest.mark.parametrize(
    "theirs, ours, line, mine, yours",
    [
        (b"a\nX\nc\nd\ne\nf\n", b"a\nY\nc\nd\ne\nf\n", 2, b"X\n", b"Y\n"),
        (b"a\nX\nc\nd\ne\nf\n", b"a\nc\nd\ne\nf\n", 2, b"X\n", b""),
        (b"a\nb\nX\nc\nd\ne\nf\n", b"a\nb\nY\nc\nd\ne\nf\n", 3, b"X\n", b"Y\n"),
        # What touches is one thing: an item may belong to the key above it.
        (b"a\nX\nc\nd\ne\nf\n", b"a\nb\nY\nd\ne\nf\n", 2, b"X\nc\n", b"b\nY\n"),
        (b"top\na\nb\nX\nd\ne\nf\n", b"a\nb\nY\nd\ne\nf\n", 4, b"X\n", b"Y\n"),
    ],
)
def test_what_both_changed_is_a_conflict_that_loses_nothing(theirs: bytes, ours: bytes, line: int, mine: bytes, yours: bytes) -> None:
    found = merged(BASE, theirs, ours)
    assert found.content == theirs
    assert [(one.line, one.theirs, one.ours) for one in found.conflicts] == [(line, mine, yours)]
    assert merged(BASE, theirs, ours, prefer="ours").content == (ours if not theirs.startswith(b"top") else b"top\n" + ours)


def test_a_conflict_leaves_what_is_in_no_conflict_merged() -> None:
    found = merged(BASE, b"X\nb\nc\nd\ne\nf\n", b"Y\nb\nc\nd\ne\nF\n")
    assert found.content == b"X\nb\nc\nd\ne\nF\n"
    assert len(found.conflicts) == 1


LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"d: 1\n", b"d: 2\n", b"\n"]), max_size=9).map(b"".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, LINES, LINES)
def test_laws(base: bytes, one: bytes, other: bytes) -> None:
    assert merged(base, base, one).content == one
    assert merged(base, one, base).content == one
    assert merged(base, one, one).content == one
    there, back = merged(base, one, other), merged(base, other, one)
    assert len(there.conflicts) == len(back.conflicts)
    assert merged(base, one, other, "ours").content == back.content


@given(
    st.integers(30, 80),
    st.lists(st.tuples(st.integers(0, 79), st.sampled_from(["change", "insert", "delete"])), min_size=1, max_size=20),
    st.lists(st.integers(0, 79), max_size=12),
)
def test_twenty_edits_by_hand_survive(size: int, edits: list[tuple[int, str]], changed: list[int]) -> None:
    base = [f"line {number}\n".encode() for number in range(size)]
    by_line = {line: how for line, how in edits if line < size}
    near = {line + step for line in by_line for step in (-1, 0, 1)}
    ours = [f"ours {n}\n".encode() if n in changed and n not in near else line for n, line in enumerate(base)]
    theirs: list[bytes] = []
    for number, line in enumerate(base):
        how = by_line.get(number)
        theirs += {"change": [b"theirs %d\n" % number], "insert": [line, b"added %d\n" % number], "delete": []}.get(how or "", [line])
    found = merged(b"".join(base), b"".join(theirs), b"".join(ours))
    lines = found.content.splitlines(keepends=True)
    assert found.conflicts == ()
    assert all(b"added %d\n" % n in lines for n, how in by_line.items() if how == "insert")
    assert all(b"theirs %d\n" % n in lines for n, how in by_line.items() if how == "change")
    assert all(base[n] not in lines for n, how in by_line.items() if how == "delete")
    assert all(b"ours %d\n" % n in lines for n in changed if n < size and n not in near)


@given(LINES, LINES, LINES)
@settings(max_examples=25, deadline=None)
def test_git_finds_a_conflict_where_we_do_or_we_are_more_careful(
    tmp_path_factory: pytest.TempPathFactory, base: bytes, one: bytes, other: bytes
) -> None:
    folder: Path = tmp_path_factory.mktemp("merge")
    for name, text in (("ours", one), ("base", base), ("theirs", other)):
        (folder / name).write_bytes(text)
    done = subprocess.run(["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=folder, capture_output=True, check=False)
    found = merged(base, one, other)
    # Which of several equal lines stayed is a matter of the differ; where neither sees a conflict and the lines are told apart, both say the same.
    if done.returncode == 0 and not found.conflicts and all(len(set(t.splitlines())) == len(t.splitlines()) for t in (base, one, other)):
        assert found.content == done.stdout
