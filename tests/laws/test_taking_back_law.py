"""For random trees, steps and changes since: taken back right away it is the tree before; later, migrating again gives what there was.

No git takes part: trees are in memory, and what a merge brought is told by the steps themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from migrator.cache import Cache
from migrator.engine.teams.landed import Landed
from migrator.engine.teams.replay import Replayed, replayed
from migrator.engine.teams.returned.inverse import undone
from migrator.engine.teams.returned.stages import Stage
from migrator.errors import Finding, PlanError
from migrator.facts import Facts
from migrator.git.commits import Commit
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import fold
from migrator.planfile import load_plan_file
from migrator.record import Record, record_in, write_record
from migrator.tree import FILE, Entry, Store, Tree
from phases import foundation


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """Builds are judged by other laws: here what two ways come to is compared."""


MODULES = ("app/core.py", "app/tools/text.py", "app/tools/dates.py", "app/api/views.py")
DATA = ("app/data/one.dat", "app/data/two.dat", "docs/four.dat", "docs/five.dat")
MOVES: Mapping[str, Sequence[tuple[str, str]]] = {
    "tools": [("app/tools", "lib/tools")],
    "app": [("app", "service")],
    "view": [("app/api/views.py", "app/tools/pages.py")],
    "data": [("app/data", "data"), ("docs", "manual")],
    "core": [("app/core.py", "app/api/core.py")],
}
SYMBOLS = {"symbol": ("app/tools/text.py", "text_1", "app/tools/dates.py")}

Change = tuple[str, int, int]
"""What somebody does, to which of the files that there are, and a number."""
KINDS = ("edit", "import", "new", "beside", "script", "delete", "rename")
CHANGES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 30), st.integers(0, 9)), max_size=5)
STEPS = st.lists(st.sampled_from([*MOVES, *SYMBOLS]), min_size=1, max_size=3, unique=True)


def _none(blob: str) -> bytes:
    raise AssertionError(blob)


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


def _start() -> dict[str, str]:
    files = {f"{folder}/__init__.py": "" for folder in ("app", "app/tools", "app/api")}
    for path in MODULES:
        head = "".join(f"import {_module(other)}\n" for other in MODULES if other < path)
        files[path] = (
            head + "# one\n# two\n# three\n# four\n" + "".join(f"\n\ndef {_name(path)}_{n}():\n    return {n}\n" for n in range(2)) + "# end\n"
        )
    files |= {path: "".join(f"{path} {n}\n" for n in range(8)) for path in DATA}
    return {**files, "scripts/run.sh": "#!/bin/sh\npython app/core.py\ncat app/data/one.dat\nexit 0\n"}


@dataclass
class People:
    """Files, and the words that people put into them since."""

    files: dict[str, str]
    words: set[str]

    def do(self, change: Change, number: int) -> None:
        """One more change; on files of ours nobody lays hands here."""
        kind, at, line = change
        mine = [path for path in sorted(self.files) if not path.startswith(".migrate/")]
        modules = [path for path in mine if path.endswith(".py") and not path.endswith("__init__.py")]
        code, anything = modules[at % len(modules)], mine[at % len(mine)]
        word = f"word{number}"
        match kind:
            case "edit":
                lines = self.files[anything].splitlines()
                inside = [n for n, text in enumerate(lines) if text.startswith(("#", "docs", "app", "exit")) and not text.startswith("#!")]
                if not inside:
                    return
                lost = lines[inside[line % len(inside)]]
                self.words -= {one for one in self.words if one in lost}
                lines[inside[line % len(inside)]] = f"# {word}"
                self.files[anything] = "\n".join(lines) + "\n"
            case "import":
                other = modules[line % len(modules)]
                self.files[code] = f"import {_module(other)}  # {word}\n" + self.files[code]
            case "new" | "beside":
                folder = anything.rpartition("/")[0] or "scripts"
                path = f"{folder}/{word}.py" if kind == "new" else f"{folder}/deep{number}/{word}.py"
                self.files[path] = f"import {_module(code)}\nfrom {_module(code)} import {_name(code)}_0\n# {word}\n"
            case "script":
                self.files[f"scripts/{word}.sh"] = f"cat {anything} && python {code}  # {word}\n"
            case "delete" | "rename":
                data = [path for path in mine if path.endswith(".dat")]
                if not data:
                    return
                gone = data[at % len(data)]
                text = self.files.pop(gone)
                self.words -= {one for one in self.words if kind == "delete" and one in text}
                new = f"{gone.rpartition('/')[0]}/{word}.dat"
                if kind == "rename":
                    self.files[new] = text + f"# {word}\n"
                # Who takes a file away leaves no script that names it.
                for path in [path for path in mine if path.endswith(".sh")]:
                    self.files[path] = self.files[path].replace(gone, new if kind == "rename" else "/dev/null")
            case _:
                raise AssertionError(kind)
        if kind != "delete":
            self.words.add(word)


class Migration:
    """Steps, done to any tree and taken back from any."""

    def __init__(self, store: Store, *, phases: bool = False) -> None:
        self.store = store
        self.phases = (foundation.phase,) if phases else ()
        self.options = load_plan_file(None, self.phases)[1]
        self.near = Facts(Tree(()), store, Scanner(store, Cache(None)))

    def tree(self, files: Mapping[str, str]) -> Tree:
        """Files as a tree."""
        return Tree((RepoPath(path), Entry(FILE, self.store.add(text.encode()))) for path, text in files.items())

    def texts(self, tree: Tree) -> dict[str, str]:
        """A tree as files, but for our records."""
        return {path: self.store.read(entry.blob).decode() for path, entry in tree.items() if not path.startswith(".migrate/")}

    def done(self, tree: Tree, records: Sequence[Record]) -> Replayed:
        """The steps of records, each of which its tree has."""
        return replayed(self.near.at(tree), records, self.phases, self.options, judge=None)

    def stages(self, made: Replayed) -> list[Stage]:
        """What the steps were made of, as their commits tell it."""
        found = []
        for step in made.steps:
            tree = step.built.after.tree
            path = next(path for path in tree.below(".migrate/steps") if path not in step.built.before.tree)
            record = record_in(self.store.read(tree[path].blob))
            assert record is not None
            assert write_record(record).path == path
            files = {old: new for old, new in step.built.files.items() if new in tree}
            found.append(Stage(Landed(record, Commit("", tree.id, (), "")), step.built.before, step.built.after, files))
        return found

    def back(self, made: Replayed, now: Tree) -> tuple[Tree, list[Finding]]:
        """A tree without the steps."""
        facts, findings = self.near.at(now), []
        for stage in reversed(self.stages(made)):
            found = undone(stage, facts)
            findings += [*found.findings, *found.built.losses]
            facts = found.built.after
        return facts.tree, findings


def _records(steps: Sequence[str]) -> list[Record]:
    symbols = {name: (SYMBOLS[name],) for name in steps if name in SYMBOLS}
    return [
        Record(phase="mv", number=f"mv.{n:02d}", slug=name, title=name, why="", moves=tuple(MOVES.get(name, ())), symbols=symbols.get(name, ()))
        for n, name in enumerate(steps, 1)
    ]


def _hold(migration: Migration, start: Mapping[str, str], records: Sequence[Record], changes: Sequence[Change]) -> None:
    """Both laws, on one history."""
    before = migration.tree(start)
    made = migration.done(before, records)
    assert not made.aside
    after = made.end.tree
    at_once, findings = migration.back(made, after)
    assert migration.texts(at_once) == migration.texts(before)
    assert at_once.id == before.id
    assert not findings
    people = People({path: migration.store.read(entry.blob).decode() for path, entry in after.items()}, set())
    for number, change in enumerate(changes):
        people.do(change, number)
    today = migration.tree(people.files)
    try:
        back, findings = migration.back(made, today)
    except PlanError:
        event("two files in one place")
        return
    texts = migration.texts(back)
    there = "\n".join(texts.values())
    assert not [word for word in people.words if word not in there]
    event(f"conflicts: {sum(finding.kind == 'conflict' for finding in findings)}")
    # That would be refused: nothing that named something names nothing.
    assert not [finding for finding in findings if finding.severity == "error" and finding.kind != "conflict"]
    if any(finding.severity == "error" for finding in findings):
        return
    again = migration.done(back, records)
    assert migration.texts(again.end.tree) == migration.texts(today)


@given(steps=STEPS, before=CHANGES, since=CHANGES)
@settings(max_examples=200)
def test_taken_back_it_is_as_before_and_migrated_again_as_now(steps: list[str], before: list[Change], since: list[Change]) -> None:
    people = People(_start(), set())
    for number, change in enumerate(before):
        if change[0] in {"edit", "import", "script"}:
            people.do(change, 100 + number)
    _hold(Migration(Store(_none)), people.files, _records(steps), since)


WEB = {
    "package.json": '{"private": true}\n',
    "apps/frontend/package.json": '{"name": "web", "scripts": {"dev": "next dev"}, "dependencies": {"next": "15.0.0", "react": "19.0.0"}}\n',
    "apps/frontend/next.config.mjs": "export default {};\n",
    "apps/frontend/app/page.tsx": 'import { sum } from "../lib/math";\n\n// one\n// two\n// three\nexport default () => <b>{sum(1, 2)}</b>;\n',
    "apps/frontend/components/ui/button.tsx": "// one\n// two\nexport const Button = () => <button />;\n",
    "apps/frontend/lib/math.ts": "// one\n// two\n// three\nexport function sum(a: number, b: number): number {\n  return a + b;\n}\n",
    "apps/frontend/public/one.dat": "one\ntwo\nthree\nfour\n",
    "scripts/start.sh": "cd apps/frontend && npm start\n",
}
_web_changes = st.tuples(st.sampled_from(["say", "page", "script"]), st.integers(0, 9), st.integers(0, 9))


def _web(files: dict[str, str], changes: Sequence[Change]) -> set[str]:
    words = set()
    for number, (kind, at, line) in enumerate(changes):
        pages = [path for path in sorted(files) if path.endswith((".ts", ".tsx"))]
        page, word = pages[at % len(pages)], f"word{number}"
        match kind:
            case "say":
                lines = files[page].splitlines()
                lines.insert(next((n for n, text in enumerate(lines) if text == "// one"), len(lines)) + line % 2, f"// {word}")
                files[page] = "\n".join(lines) + "\n"
            case "page":
                files[f"apps/web/app/{word}.tsx"] = f'import Page from "./page";\n\nexport const {word} = () => <Page key="{number}" />;\n'
            case _:
                files[f"scripts/{word}.sh"] = f"cat {page}  # {word}\n"
        words.add(word)
    return words


@pytest.fixture(scope="module")
def founded() -> list[Record]:
    """The records of the real phase that puts applications into their places."""
    migration = Migration(Store(_none), phases=True)
    made = fold("", migration.near.at(migration.tree(WEB)), phases=migration.phases, options=migration.options)
    found = [stage.landed.record for stage in migration.stages(Replayed(migration.near.at(migration.tree(WEB)), made.steps, ()))]
    assert any(record.moves for record in found)
    assert any(record.generated for record in found)
    return found


@given(changes=st.lists(_web_changes, max_size=4))
@settings(max_examples=30)
def test_with_a_real_phase(founded: list[Record], changes: list[Change]) -> None:
    migration = Migration(Store(_none), phases=True)
    before = migration.tree(WEB)
    made = migration.done(before, founded)
    assert migration.back(made, made.end.tree) == (before, [])
    files = {path: migration.store.read(entry.blob).decode() for path, entry in made.end.tree.items()}
    words = _web(files, changes)
    today = migration.tree(files)
    back, findings = migration.back(made, today)
    there = "\n".join(migration.texts(back).values())
    assert not [word for word in words if word not in there]
    assert not [finding for finding in findings if finding.severity == "error"]
    assert migration.texts(migration.done(back, founded).end.tree) == migration.texts(today)
