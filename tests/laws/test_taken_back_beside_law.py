"""Whatever new files people put into folders that a step made: taken back, every other file is as before, none of theirs names nothing, and the gates hold.

The steps make a service of modules from two packages, with files that they write themselves. No git takes part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from migrator.cache import Cache
from migrator.engine.teams.landed import Landed
from migrator.engine.teams.returned.settling import passing, settled
from migrator.engine.teams.returned.stages import Stage
from migrator.errors import Finding
from migrator.facts import Facts
from migrator.git.commits import Commit
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.plan import failures, fold
from migrator.planfile import load_plan_file
from migrator.record import record_in
from migrator.step import Action, Move, Step, Write
from migrator.tree import FILE, Entry, Store, Tree
from tests.unit.shims.leaving import NoOptions


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """Builds are judged by other laws."""


START = {
    "backend/pyproject.toml": '[project]\nname = "backend"\nversion = "1"\n',
    **{f"backend/{folder}/__init__.py": "" for folder in ("app", "app/api", "app/core", "tests")},
    "backend/app/core/text.py": "def text():\n    return 1\n",
    "backend/app/core/dates.py": "from app.core.text import text\n\n\ndef dates():\n    return text()\n",
    "backend/app/api/login.py": "from app.core.dates import dates\n\n\ndef login():\n    return dates()\n",
    "backend/app/main.py": "from app.api.login import login\n\n\ndef app():\n    return login()\n",
    "backend/tests/test_login.py": "from app.api.login import login\n\n\ndef test_login():\n    assert login()\n",
    "backend/tests/conftest.py": "",
}
SOURCE = "services/one/src/one"
MOVES = (
    {"backend": "services/gateway"},
    {"services/gateway/app/core/dates.py": f"{SOURCE}/dates.py", "services/gateway/app/api/login.py": f"{SOURCE}/handlers/login.py"},
)
WRITES = {
    "services/one/pyproject.toml": b'[project]\nname = "one"\nversion = "1"\ndependencies = ["backend"]\n',
    f"{SOURCE}/__init__.py": b"",
    f"{SOURCE}/handlers/__init__.py": b"",
    f"{SOURCE}/main.py": b"from one.handlers.login import login\n\n\ndef app():\n    return login()\n",
    f"{SOURCE}/health.py": b"def health():\n    return True\n",
}
FOLDERS = ("services/one", "services/one/tests", "services/one/tests/deep", SOURCE, f"{SOURCE}/handlers", f"{SOURCE}/more", "services/one/scripts")
NAMES = ("one.dates", "one.handlers.login", "one.main", "one.health", "app.core.text")
WHAT = {"one.dates": "dates", "one.handlers.login": "login", "one.main": "app", "one.health": "health", "app.core.text": "text"}
CALLED = ("word{}.py", "test_word{}.py", "conftest.py", "main.py", "login.py", "NOTES{}.md")
NEWS = st.lists(
    st.tuples(st.sampled_from(FOLDERS), st.sampled_from(CALLED), st.lists(st.sampled_from(NAMES), max_size=2, unique=True)), min_size=1, max_size=4
)


ORDERS = ("at once", "writes first", "moves first")


class Splitter:
    """Moves a backend, and makes a service of some of its modules: in one step, or what it writes before or after what it moves."""

    name: str = "splitter"
    number: int = 1
    title: str = "Splitter"
    summary: str = "makes a service"
    options: type[BaseModel] = NoOptions

    def __init__(self, order: str) -> None:
        self.order = order

    def steps(self, facts: Facts, options: NoOptions) -> Steps:
        """Both steps, or three."""
        del facts, options
        writes: list[Action] = [Write(RepoPath(path), content) for path, content in WRITES.items()]
        moves: list[list[Action]] = [[Move(RepoPath(old), RepoPath(new)) for old, new in some.items()] for some in MOVES]
        parts = {"at once": [moves[1] + writes], "writes first": [writes, moves[1]], "moves first": [moves[1], writes]}[self.order]
        for number, actions in enumerate([moves[0], *parts]):
            yield Step(f"part-{number}", "Part", "The test wants it so.", tuple(actions))
        return Notes()


def _none(blob: str) -> bytes:
    raise AssertionError(blob)


def _tree(store: Store, files: Mapping[str, str]) -> Tree:
    return Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())


def _stages(store: Store, order: str) -> tuple[Tree, list[Stage]]:
    """The tree before, and the steps."""
    facts = Facts(Tree(()), store, Scanner(store, Cache(None))).at(_tree(store, START))
    phases = (Splitter(order),)
    made = fold("", facts, phases=phases, options=load_plan_file(None, phases)[1])
    assert not made.aside
    found = []
    for step in made.steps:
        tree = step.built.after.tree
        path = next(path for path in tree.below(".migrate/steps") if path not in step.built.before.tree)
        record = record_in(store.read(tree[path].blob))
        assert record is not None
        files = {old: new for old, new in step.built.files.items() if new in tree}
        found.append(Stage(Landed(record, Commit("", tree.id, (), "")), step.built.before, step.built.after, files))
    return facts.tree, found


def _news(wanted: Sequence[tuple[str, str, list[str]]], there: Tree) -> dict[RepoPath, str]:
    """Files of people where there is none."""
    found: dict[RepoPath, str] = {}
    for number, (folder, called, names) in enumerate(wanted):
        path = RepoPath(f"{folder}/{called.format(number)}")
        if path in there or path in found:
            continue
        said = "".join(f"from {name} import {WHAT[name]}\n" for name in names)
        found[path] = f"See [it](pyproject.toml), word{number}.\n" if path.endswith(".md") else f"{said}\n# word{number}\n"
    return found


@given(news=NEWS, order=st.sampled_from(ORDERS))
@settings(max_examples=200)
def test_what_is_new_in_made_folders_goes_beside_what_it_has_to_do_with(news: list[tuple[str, str, list[str]]], order: str) -> None:
    store = Store(_none)
    start, made = _stages(store, order)
    people = _news(news, made[-1].after.tree)
    today = made[-1].after.at(made[-1].after.tree.replace({path: Entry(FILE, store.add(text.encode())) for path, text in people.items()}))
    names = {path: today.graph.imports(path) for path in people}
    facts, findings, built = today, list[Finding](), []
    for stage in reversed(made):
        found, gates = settled(stage, facts)
        built.append((found.built, gates))
        findings += found.findings
        facts = found.built.after
    # What the first of two steps wrote and what the second one moved cannot always be named together from anywhere between the two.
    event(f"a boundary is crossed in between: {any(failures(gates) for _, gates in built)}")
    assert not [failures(gates) for gates in passing(built, made[0]) if failures(gates)]
    event(f"{sorted({finding.kind for finding in findings})}")
    # Byte for byte what was there, but for theirs and what of the step theirs need.
    kept = {finding.path for finding in findings if finding.kind == "kept"}
    texts = {path: store.read(entry.blob).decode() for path, entry in facts.tree.items() if path not in start}
    assert {path: entry for path, entry in facts.tree.items() if path in start} == dict(start.items())
    by_word = {path: next(place for place, text in texts.items() if text.split("word")[1:] == own.split("word")[1:]) for path, own in people.items()}
    assert len(texts) <= len(people) + len(kept)
    # What named a file names one: as many as before.
    for path, place in by_word.items():
        if path.endswith(".py"):
            assert len(facts.graph.imports(place)) == len(names[path])
