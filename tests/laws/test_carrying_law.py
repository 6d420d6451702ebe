"""For random histories: a branch carried onto migrated main is what the migration makes of main with the branch merged into it, conflicts apart.

No git takes part: trees are in memory, and each side says what it renamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from migrator.cache import Cache
from migrator.engine.teams.carried.transplanting import Version, transplanted
from migrator.engine.teams.carried.versions import folders, migrated
from migrator.engine.teams.merging import Side, merged
from migrator.engine.teams.replay import replayed
from migrator.facts import Facts
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import fold
from migrator.planfile import load_plan_file
from migrator.record import Record, record_of
from migrator.tree import FILE, Entry, Store, Tree
from phases import foundation


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """Builds are judged by other laws: here two ways are compared that build alike."""


MODULES = ("app/core.py", "app/tools/text.py", "app/tools/dates.py", "app/api/views.py")
"""What is imported: edited by both, renamed and deleted by nobody, for a plain merge would leave dangling what the other side imports anew."""
DATA = ("app/data/one.dat", "app/data/two.dat", "app/three.dat", "docs/four.dat", "docs/five.dat")
"""What is edited, renamed and deleted by both."""
FOLDERS = ("app", "app/tools", "app/api", "app/data", "docs", "scripts")
MOVES: Mapping[str, Sequence[tuple[str, str]]] = {
    "tools": [("app/tools", "lib/tools")],
    "app": [("app", "src/app")],
    "view": [("app/api/views.py", "app/web/pages.py")],
    "data": [("app/data", "data"), ("docs", "manual")],
    "core": [("app/core.py", "app/kernel/core.py")],
}
SYMBOLS = {"symbol": ("app/tools/text.py", "text_1", "app/tools/dates.py")}


@dataclass
class Line:
    """One side of a history: its files, and where those of the start are by now."""

    files: dict[str, str]
    places: dict[str, str] = field(default_factory=dict)

    def after(self, change: tuple[str, str, int, str], side: str) -> Line:
        """The next version."""
        kind, at, number, target = change
        files, places = dict(self.files), dict(self.places)
        here = places.get(at, at)
        match kind:
            case "edit" if here in files:
                files[here] = _edited(files[here], number, f"# {side} {number}")
            case "import" if here in files and here.endswith(".py"):
                files[here] = _edited(files[here], number, f"import {_module(target)}  # {side}", insert=True)
            case "new":
                files[f"{at}/{side}_{number}.py"] = f"import {_module(target)}\nfrom {_module(target)} import {_name(target)}_0\n"
            case "script":
                files[f"scripts/{side}_{number}.sh"] = f"cat {target} && python {target}\n"
            case "delete" if here in files:
                del files[here]
            case "rename" if here in files and target not in files:
                files[target] = files.pop(here)
                places[at] = target
        return Line(files, places)


def _edited(text: str, number: int, line: str, *, insert: bool = False) -> str:
    lines = text.splitlines()
    at = number % len(lines)
    lines[at : at if insert else at + 1] = [lines[at], line] if insert and lines[at].startswith("import") else [line]
    return "\n".join(lines) + "\n"


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


def _start() -> dict[str, str]:
    files = {f"{folder}/__init__.py": "" for folder in ("app", "app/tools", "app/api")}
    for path in MODULES:
        name = _name(path)
        head = "".join(f"import {_module(other)}\n" for other in MODULES if other < path)
        files[path] = head + "# one\n# two\n# three\n# four\n" + "".join(f"\n\ndef {name}_{n}():\n    return {n}\n" for n in range(2)) + "# end\n"
    files |= {path: "".join(f"{path} {n}\n" for n in range(8)) for path in DATA}
    return {**files, "scripts/run.sh": "#!/bin/sh\npython app/core.py\ncat app/data/one.dat\nexit 0\n"}


_changes = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(DATA), st.integers(0, 7), st.just("")),
    st.tuples(st.just("edit"), st.sampled_from(MODULES), st.integers(3, 7), st.just("")),
    st.tuples(st.just("import"), st.sampled_from(MODULES), st.integers(0, 2), st.sampled_from(MODULES)),
    st.tuples(st.just("new"), st.sampled_from(FOLDERS), st.integers(0, 3), st.sampled_from(MODULES)),
    st.tuples(st.just("script"), st.just(""), st.integers(0, 3), st.sampled_from(MODULES)),
    st.tuples(st.just("delete"), st.sampled_from(DATA), st.just(0), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(DATA), st.just(0), st.sampled_from(["app/data/six.dat", "docs/seven.dat", "app/eight.dat"])),
)
_lines = st.lists(_changes, min_size=1, max_size=4)


def _none(blob: str) -> bytes:
    raise AssertionError(blob)


def _tree(store: Store, files: Mapping[str, str]) -> Tree:
    return Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())


def _paths(pairs: Mapping[str, str]) -> dict[RepoPath, RepoPath]:
    return {RepoPath(old): RepoPath(new) for old, new in pairs.items()}


def _code(tree: Tree) -> Tree:
    return tree.only(lambda path: not path.startswith(".migrate/"))


class Migration:
    """Steps, done to any tree."""

    def __init__(self, store: Store, done: Sequence[Record], *, phases: bool = False) -> None:
        self.store, self.done = store, done
        self.phases = (foundation.phase,) if phases else ()
        self.options = load_plan_file(None, self.phases)[1]
        self.near = Facts(Tree(()), store, Scanner(store, Cache(None)))

    def of(self, tree: Tree, moves: Mapping[RepoPath, RepoPath] | None = None, renames: Mapping[RepoPath, RepoPath] | None = None) -> Version:
        """A tree after the steps."""
        facts = self.near.at(tree)
        made = replayed(facts, self.done, self.phases, self.options, judge=None)
        found = migrated(facts, made.end, made.places, moves or {})
        return Version(found.before, found.after, found.places, renames or {})


def _renamed(old: Line, new: Line) -> dict[str, str]:
    """What one version renamed since another."""
    return {was: now for at, now in new.places.items() if (was := old.places.get(at, at)) != now}


def _hold(migration: Migration, main: Line, branch: Sequence[Line]) -> None:
    """The law, on one history; the first of the branch is where both begin."""
    store, start = migration.store, _tree(migration.store, branch[0].files)
    plain = merged(
        store,
        start,
        Side(_tree(store, main.files), _paths(main.places)),
        Side(_tree(store, branch[-1].files), _paths(branch[-1].places)),
    )
    assume(not plain.conflicts)
    wanted = migration.of(plain.tree)
    onto = migration.of(_tree(store, main.files))
    base = migration.of(start)
    moved = {base.place(old): onto.place(new) for old, new in _paths(main.places).items() if new in onto.before}
    moved = {old: new for old, new in moved.items() if old in base.after and old not in onto.after}
    base = migration.of(start, folders(base.after, moved))
    versions = [
        migration.of(_tree(store, one.files), folders(base.after, moved) or moved, _paths(_renamed(before, one))) for before, one in pairwise(branch)
    ]
    left = {old: new for old, new in moved.items() if old in base.after}
    *_, last = transplanted(store, base, versions, onto.after, left)
    found = _code(last.tree)
    expected = _code(wanted.after)
    assert not last.conflicts
    assert {path: store.read(entry.blob) for path, entry in found.items()} == {path: store.read(entry.blob) for path, entry in expected.items()}
    assert {path for path in last.tree if path.startswith(".migrate/")} == {path for path in onto.after if path.startswith(".migrate/")}


def _history(changes: Sequence[tuple[str, str, int, str]], side: str, start: Line) -> list[Line]:
    lines = [start]
    for change in changes:
        lines.append(lines[-1].after(change, side))
    return lines


@given(
    steps=st.lists(st.sampled_from([*MOVES, *SYMBOLS]), min_size=1, max_size=3, unique=True),
    ours=_lines,
    theirs=_lines,
)
@settings(max_examples=300)
def test_carried_and_then_merged_is_merged_and_then_migrated(
    steps: list[str], ours: list[tuple[str, str, int, str]], theirs: list[tuple[str, str, int, str]]
) -> None:
    store = Store(_none)
    done = [
        Record(
            phase="mv",
            number=f"mv.{n:02d}",
            slug=name,
            title=name,
            why="",
            moves=tuple(MOVES.get(name, ())),
            symbols=(SYMBOLS[name],) if name in SYMBOLS else (),
        )
        for n, name in enumerate(steps)
    ]
    start = Line(_start())
    main = _history(ours, "main", start)[-1]
    branch = _history(theirs, "branch", start)
    event(f"{len(theirs)} commits")
    _hold(Migration(store, done), main, branch)


WEB = {
    "package.json": '{"private": true}\n',
    "apps/frontend/package.json": '{"name": "web", "scripts": {"dev": "next dev"}, "dependencies": {"next": "15.0.0", "react": "19.0.0"}}\n',
    "apps/frontend/next.config.mjs": "export default {};\n",
    "apps/frontend/app/page.tsx": 'import { sum } from "../lib/math";\n\n// one\n// two\n// three\nexport default () => <b>{sum(1, 2)}</b>;\n',
    "apps/frontend/lib/math.ts": "// one\n// two\n// three\nexport function sum(a: number, b: number): number {\n  return a + b;\n}\n",
    "apps/frontend/public/one.dat": "one\ntwo\nthree\nfour\n",
    "scripts/start.sh": "cd apps/frontend && npm start\n",
}
_PAGES = ("apps/frontend/app/page.tsx", "apps/frontend/lib/math.ts")
_web_changes = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(_PAGES), st.integers(2, 4), st.just("")),
    st.tuples(st.just("page"), st.sampled_from(["apps/frontend/app", "apps/frontend/lib"]), st.integers(0, 2), st.just("")),
    st.tuples(st.just("script"), st.just(""), st.integers(0, 2), st.sampled_from(_PAGES)),
    st.tuples(st.just("rename"), st.just("apps/frontend/public/one.dat"), st.just(0), st.just("apps/frontend/public/two.dat")),
    st.tuples(st.just("delete"), st.just("apps/frontend/public/one.dat"), st.just(0), st.just("")),
)


def _web(changes: Sequence[tuple[str, str, int, str]], side: str) -> list[Line]:
    lines = [Line(WEB)]
    for kind, at, number, target in changes:
        before = lines[-1]
        match kind:
            case "say" if at in before.files:
                lines.append(Line({**before.files, at: _edited(before.files[at], number % 3 + 1, f"// {side} {number}")}, before.places))
            case "page":
                text = f'import {{ sum }} from "../lib/math";\n\nexport const {side} = () => sum({number}, 0);\n'
                lines.append(Line({**before.files, f"{at}/{side}_{number}.ts": text}, before.places))
            case _:
                lines.append(before.after((kind, at, number, target), side))
    return lines


@pytest.fixture(scope="module")
def founded() -> list[Record]:
    """The records of the real phase that puts applications into their places."""
    store = Store(_none)
    options = load_plan_file(None, (foundation.phase,))[1]
    made = fold("", Facts(_tree(store, WEB), store, Scanner(store, Cache(None))), phases=(foundation.phase,), options=options)
    found = [record_of(step.step, step.phase, step.number) for step in made.steps]
    assert any(record.moves for record in found)
    return found


@given(ours=st.lists(_web_changes, max_size=3), theirs=st.lists(_web_changes, min_size=1, max_size=3))
@settings(max_examples=40)
def test_with_a_real_phase(founded: list[Record], ours: list[tuple[str, str, int, str]], theirs: list[tuple[str, str, int, str]]) -> None:
    _hold(Migration(Store(_none), founded, phases=True), _web(ours, "main")[-1], _web(theirs, "branch"))
