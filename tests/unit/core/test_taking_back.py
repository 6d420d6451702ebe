"""What was merged is taken back: right after a merge of whatever kind that is the tree before, byte for byte; later, what people wrote stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.engine import moves, planning
from migrator.engine.branches import status_of
from migrator.engine.context import Engine
from migrator.engine.rollback import take_back
from migrator.engine.running import run
from migrator.engine.teams.returned.returning import take_back_onto
from migrator.errors import MigrateError, PlanError, RepositoryError, UsageError
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.step import Move, Step
from phases import foundation
from tests.conftest import git, put

FILES = {
    "package.json": '{"private": true}\n',
    "apps/frontend/package.json": '{"name": "web", "scripts": {"dev": "next dev"}, "dependencies": {"next": "15.0.0", "react": "19.0.0"}}\n',
    "apps/frontend/next.config.mjs": "export default {};\n",
    "apps/frontend/tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./*"]}}}\n',
    "apps/frontend/app/page.tsx": 'import { Button } from "@/components/ui/button";\nimport { sum } from "../lib/math";\n\n'
    "export default function Page() {\n  return <Button>{sum(1, 2)}</Button>;\n}\n",
    "apps/frontend/components/ui/button.tsx": 'import * as React from "react";\n\nexport function Button(p: { children: React.ReactNode }) {\n'
    "  return <button>{p.children}</button>;\n}\n",
    "apps/frontend/lib/math.ts": "export function sum(a: number, b: number): number {\n  return a + b;\n}\n",
    "tools/start.sh": "cd apps/frontend && npm start\n",
    "docs/ghost.md": "The old [page](../apps/web/app/page.tsx) was dead.\n",
}


@pytest.fixture
def engine(make_repository: Callable[..., Path]) -> Engine:
    return Engine(Repository.open(make_repository(FILES)), (foundation.phase,))


def _merge(engine: Engine, branch: str, how: str) -> str:
    directory, short = engine.repository.path, branch.removeprefix("refs/heads/")
    before = engine.repository.commit("main").tree
    if how == "squash":
        git(directory, "merge", "-q", "--squash", short)
        git(directory, "commit", "-qm", "one squash")
    else:
        git(directory, "merge", "-q", f"--{how}", short)
    return before


def write(directory: Path, files: Mapping[str, str | None]) -> None:
    put(directory, files)
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "people")


def _texts(engine: Engine, tree: str) -> dict[str, str]:
    return {path: engine.repository.read(entry.blob).decode() for path, entry in engine.repository.tree(tree).items()}


@pytest.mark.parametrize("how", ["squash", "no-ff", "ff-only"])
def test_right_after_the_merge_it_is_the_tree_before(engine: Engine, how: str) -> None:
    done = run(engine, engine.phases)
    before = _merge(engine, done.branch, how)
    trunk = engine.repository.resolve("main")
    back = take_back_onto(engine, "main", phase=1)
    assert back.tree == before
    assert back.branch == "refs/heads/migrate/rollback-1"
    assert engine.repository.resolve("main") == trunk
    assert [one.landed.record.id for one in back.steps] == [step.id for step in done.steps][::-1]
    again = planning.plan(engine, back.head, engine.phases)
    assert [(step.number, step.tree) for step in again.steps] == [(step.number, step.tree) for step in done.steps]


@pytest.mark.parametrize("how", ["squash", "no-ff", "ff-only"])
def test_what_people_did_since_stays_as_they_would_have_done_it_before(engine: Engine, how: str) -> None:
    done = run(engine, engine.phases)
    _merge(engine, done.branch, how)
    directory = engine.repository.path
    now = _texts(engine, "main")
    page = now["apps/web/app/page.tsx"]
    write(
        directory,
        {
            "apps/web/app/page.tsx": page.replace("sum(1, 2)", "sum(1, 3)"),
            "apps/web/lib/twice.ts": 'import { sum } from "./math";\nexport const twice = (n: number) => sum(n, n);\n',
            "apps/web/app/other/page.tsx": f"{page.splitlines()[0]}\nexport default function Other() {{\n  return <Button>x</Button>;\n}}\n",
            "tools/test.sh": "cd apps/web && npm test\n",
            "tools/start.sh": "cd apps/web && npm start -- --port 1\n",
        },
    )
    back = take_back_onto(engine, "main", phase=1)
    expected = {
        **FILES,
        "apps/frontend/app/page.tsx": FILES["apps/frontend/app/page.tsx"].replace("sum(1, 2)", "sum(1, 3)"),
        "apps/frontend/lib/twice.ts": 'import { sum } from "./math";\nexport const twice = (n: number) => sum(n, n);\n',
        "apps/frontend/app/other/page.tsx": 'import { Button } from "../../components/ui/button";\nexport default function Other() {\n'
        "  return <Button>x</Button>;\n}\n",
        "tools/test.sh": "cd apps/frontend && npm test\n",
        "tools/start.sh": "cd apps/frontend && npm start -- --port 1\n",
    }
    assert _texts(engine, back.tree) == expected
    assert not [finding for step in back.steps for finding in step.findings]


def test_one_commit_a_step_says_what_it_takes_back_and_the_branch_can_go_again(engine: Engine) -> None:
    done = run(engine, engine.phases)
    _merge(engine, done.branch, "squash")
    back = take_back_onto(engine, "main", phase=1)
    assert engine.repository.commit(back.head).trailers["Migrate-Rollback"] == done.steps[0].id
    assert status_of(engine, back.branch).head == back.head
    take_back(engine, back.branch)
    assert engine.repository.read_ref(back.branch) is None


def test_what_is_generated_and_edited_since_is_kept_and_told(engine: Engine) -> None:
    done = run(engine, engine.phases)
    _merge(engine, done.branch, "squash")
    path = "packages/ui/package.json"
    write(engine.repository.path, {path: _texts(engine, "main")[path].replace("{", '{\n  "author": "us",', 1)})
    back = take_back_onto(engine, "main", phase=1)
    kept = [finding for step in back.steps for finding in step.findings if finding.kind == "kept"]
    assert kept
    assert '"author": "us"' in _texts(engine, back.tree)[kept[-1].path]


def _unmerged(engine: Engine) -> None:
    git(engine.repository.path, "reset", "-q", "--hard", "main~1")


def _by_hand(engine: Engine) -> None:
    path = next(path for path in _texts(engine, "main") if path.startswith(".migrate/steps/"))
    write(engine.repository.path, {path: _texts(engine, "main")[path].replace("apps", "sites")})


def _both_places(engine: Engine) -> None:
    write(engine.repository.path, {"apps/frontend/lib/math.ts": "export const other = 1;\n"})


def _taken_back(engine: Engine) -> None:
    back = take_back_onto(engine, "main", phase=1)
    git(engine.repository.path, "merge", "-q", "--ff-only", back.head)
    take_back(engine, back.branch, discard=True)


def _stood_on(engine: Engine) -> None:
    step = Step("app", "Move app", "", (Move(RepoPath("apps/web/app"), RepoPath("apps/web/src/app")),))
    made = moves.commit_moves(engine, step, None, None)
    git(engine.repository.path, "merge", "-q", "--ff-only", made.head)


def _nothing(_: Engine) -> None:
    """The branch is as it was."""


BAD = {
    "not merged": (_unmerged, "main", UsageError, "is not merged into main"),
    "a record edited by hand": (_by_hand, "main", RepositoryError, "was changed since"),
    "a file in both places": (_both_places, "main", PlanError, "cannot be taken back"),
    "taken back already": (_taken_back, "main", UsageError, "was taken back from main already"),
    "stood on": (_stood_on, "main", UsageError, "stands on this"),
    "no such revision": (_nothing, "nope", RepositoryError, "names no commit"),
}


@pytest.mark.parametrize(("prepare", "onto", "error", "said"), BAD.values(), ids=BAD)
def test_bad_input(engine: Engine, prepare: Callable[[Engine], None], onto: str, error: type[MigrateError], said: str) -> None:
    done = run(engine, engine.phases)
    _merge(engine, done.branch, "squash")
    prepare(engine)
    refs = engine.repository.refs("refs/heads")
    with pytest.raises(error) as raised:
        take_back_onto(engine, onto, phase=1)
    assert said in raised.value.message
    assert raised.value.hint
    assert engine.repository.refs("refs/heads") == refs
