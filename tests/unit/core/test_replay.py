"""What was done to one tree is done to another: the same steps give the same trees, and what is new there goes where the rest went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.engine import moves
from migrator.engine.context import Engine
from migrator.engine.running import run
from migrator.engine.teams.landed import landed
from migrator.engine.teams.replay import Replayed, replay, rules_of
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.record import Record
from migrator.step import Move, MoveSymbol, Step
from phases import foundation
from tests.conftest import git

FILES = {
    "package.json": '{"private": true}\n',
    "apps/frontend/package.json": '{"name": "web", "scripts": {"dev": "next dev"}, "dependencies": {"next": "15.0.0", "react": "19.0.0"}}\n',
    "apps/frontend/next.config.mjs": "export default {};\n",
    "apps/frontend/app/page.tsx": 'import { sum } from "../lib/math";\nexport default function Page() {\n  return <b>{sum(1, 2)}</b>;\n}\n',
    "apps/frontend/lib/math.ts": "export function sum(a: number, b: number): number {\n  return a + b;\n}\n",
    "tools/start.sh": "cd apps/frontend && npm start\n",
}
NEW = {"apps/frontend/lib/new.ts": 'export { sum } from "./math";\n', "tools/test.sh": "cd apps/frontend && npm test\n"}


def _commit(directory: Path, files: Mapping[str, str], branch: str = "feature") -> None:
    git(directory, "checkout", "-qB", branch)
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "new")


def _again(engine: Engine, revision: str, branch: str) -> Replayed:
    done = landed(engine, branch)
    return replay(engine, revision, [one.record for one in done], rules_of(engine, done[0].before))


@pytest.fixture
def engine(make_repository: Callable[..., Path]) -> Engine:
    return Engine(Repository.open(make_repository(FILES)), (foundation.phase,))


def test_the_same_steps_on_the_same_tree_give_the_same_trees(engine: Engine) -> None:
    done = run(engine, engine.phases)
    made = _again(engine, "main", done.branch)
    assert made.steps
    assert [step.tree for step in made.steps] == [step.tree for step in done.steps]
    assert made.places[RepoPath("apps/frontend/app/page.tsx")] == "apps/web/app/page.tsx"


def test_what_a_branch_added_goes_along(engine: Engine) -> None:
    done = run(engine, engine.phases)
    _commit(engine.repository.path, NEW)
    made = _again(engine, "feature", done.branch)
    assert {step.id for step in made.steps} <= {step.id for step in done.steps}
    assert not {path for path in made.end.tree if path.startswith("apps/frontend")}
    assert made.end.read(RepoPath("tools/test.sh")) == b"cd apps/web && npm test\n"


def test_only_what_was_done(engine: Engine) -> None:
    first = run(engine, engine.phases, until="rename-web")
    made = _again(engine, "main", first.branch)
    assert [step.id for step in made.steps] == [step.id for step in first.steps]


def test_moves_that_were_asked_for_are_made_of_the_record(engine: Engine) -> None:
    step = Step("lib", "Move lib", "", (Move(RepoPath("apps/frontend/lib"), RepoPath("apps/frontend/src/lib")),))
    done = moves.commit_moves(engine, step, None, None)
    _commit(engine.repository.path, NEW)
    made = _again(engine, "feature", done.branch)
    assert RepoPath("apps/frontend/src/lib/new.ts") in made.end.tree
    assert _again(engine, "main", done.branch).end.tree.id == done.tree


def test_what_is_not_there_is_passed_over(engine: Engine) -> None:
    step = Step("one", "Move one", "", (Move(RepoPath("tools/start.sh"), RepoPath("tools/bin/start.sh")), Move(RepoPath("apps"), RepoPath("sites"))))
    done = moves.commit_moves(engine, step, None, None)
    git(engine.repository.path, "rm", "-q", "tools/start.sh")
    _commit(engine.repository.path, {})
    made = _again(engine, "feature", done.branch)
    assert not made.aside
    assert sorted(made.end.tree.folders[RepoPath("")]) == [".migrate", "package.json", "sites"]


def test_symbols_go_again_where_they_are(make_repository: Callable[..., Path]) -> None:
    files = {"a.py": "def f():\n    return 1\n\n\ndef g():\n    return 2\n", "b.py": "", "c.py": "from a import f\n"}
    engine = Engine(Repository.open(make_repository(files)), ())
    step = Step("f", "Move f", "", (MoveSymbol(RepoPath("a.py"), "f", RepoPath("b.py")),))
    done = moves.commit_moves(engine, step, None, None)
    _commit(engine.repository.path, {"d.py": "from a import f, g\n"})
    made = _again(engine, "feature", done.branch)
    assert b"from b import f" in made.end.read(RepoPath("d.py"))
    _commit(engine.repository.path, {"a.py": "def g():\n    return 2\n", "c.py": ""}, "without")
    assert _again(engine, "without", done.branch).steps == ()


def test_a_symbol_goes_from_the_text_that_the_step_before_left(make_repository: Callable[..., Path]) -> None:
    files = {
        "docs/word.py": "ONE = 1\n",
        "app/__init__.py": "",
        "app/text.py": "def first():\n    return 0\n\n\ndef second():\n    return 1\n",
        "app/dates.py": "import docs.word\n\n\ndef third():\n    return docs.word.ONE\n",
    }
    engine = Engine(Repository.open(make_repository(files)), ())
    done = [
        Record(phase="mv", number="mv.01", slug="docs", title="docs", why="", moves=(("docs", "manual"),)),
        Record(phase="mv", number="mv.02", slug="second", title="second", why="", symbols=(("app/text.py", "second", "app/dates.py"),)),
    ]
    made = replay(engine, "main", done, rules_of(engine, "main"))
    text = made.end.read(RepoPath("app/dates.py")).decode()
    assert text == "import manual.word\n\n\ndef third():\n    return manual.word.ONE\n\n\ndef second():\n    return 1\n"
