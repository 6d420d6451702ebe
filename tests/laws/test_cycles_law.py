"""Where loading begins a cycle of imports: one search for all of them finds what a walk from each start for each cycle finds."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.build import Built, build
from migrator.errors import Finding
from migrator.facts.cycles import import_cycles
from migrator.gates.entries import Order, entries
from migrator.paths import RepoPath, name, parent
from migrator.step import Move, Step
from tests.conftest import facts_of

FOLDERS = ("", "p", "p/q", "r")
NAMES = ("__init__", "a", "b", "c")
PATHS = tuple(f"{folder}/{module}.py".lstrip("/") for folder in FOLDERS for module in NAMES if folder or module != "__init__")


@st.composite
def programs(draw: st.DrawFn) -> tuple[dict[str, str], tuple[str, str]]:
    """Modules that import each other at random, and one of them that moves."""
    there = draw(st.lists(st.sampled_from(PATHS), min_size=3, unique=True))
    said = {path: path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in there}
    files = {path: "".join(f"import {one}\n" for one in draw(st.lists(st.sampled_from(sorted(said.values())), max_size=4))) for path in there}
    old = draw(st.sampled_from(there))
    new = draw(st.sampled_from([path for path in (*PATHS, "s/d.py", "p/d.py", "r/d.py") if path not in there]))
    return files, (old, new)


def walked(order: Order, start: RepoPath, group: set[RepoPath]) -> RepoPath | None:
    """The slow way: what of a group a walk from one module comes to first."""
    return start if start in group else next((path for path in order._walk(start) if path in group), None)


def each_for_itself(built: Built, cycles: list[set[RepoPath]]) -> Iterator[Finding]:
    """The slow way: a walk from each start for each cycle."""
    moved = [path for path in built.files if path.endswith(".py")]
    before, after = Order(built.before), Order(built.after)
    starts = {importer for path in moved for importer in built.before.graph.importers(path) if importer.endswith(".py")}
    starts |= {path for path in built.before.tree if name(path) == "__init__.py" and not before.is_package(parent(parent(path)))}
    for cycle in cycles:
        circle = {built.moves(path) for path in cycle}
        for start in sorted(starts - cycle):
            was, now = walked(before, start, cycle), walked(after, built.moves(start), circle)
            if was is not None and now is not None and built.moves(was) != now:
                said = f"begins a known cycle of imports at {now} instead of {built.moves(was)}: what that needs of the others may not be there yet"
                yield Finding("cycle", built.moves(start), said)
                break


@given(programs())
@settings(max_examples=300)
def test_one_search_finds_what_a_walk_for_each_cycle_finds(program):
    files, (old, new) = program
    built = build(facts_of(files), Step("s", "t", "w", (Move(RepoPath(old), RepoPath(new)),)))
    cycles = import_cycles(built.before)
    assert list(entries(built, cycles)) == list(each_for_itself(built, cycles))


@given(programs(), st.lists(st.sets(st.sampled_from(PATHS), min_size=1), max_size=4))
def test_what_a_module_comes_to_first_is_what_a_walk_from_it_finds(program, groups):
    order = Order(facts_of(program[0]))
    taken: set[str] = set()
    circles = []
    for group in groups:
        circles.append({RepoPath(path) for path in group - taken})
        taken |= group
    starts = [RepoPath(path) for path in program[0]]
    found = order.firsts(starts, {path: number for number, circle in enumerate(circles) for path in circle})
    for start in starts:
        slow = {number: first for number, circle in enumerate(circles) if (first := walked(order, start, circle)) is not None}
        assert found[start] == slow
