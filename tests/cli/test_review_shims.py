"""`migrate review` of steps that leave shims, that were refused any, and that remove them: made again, each is what was committed."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git
from tests.unit.shims.leaving import Mover

LONG = "2999-01-01"
BODY = "".join(f"def one_{n}() -> int:\n    return {n}\n\n\n" for n in range(9))
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "app/__init__.py": "",
    "app/clock.py": BODY,
    "app/main.py": "from app.clock import one_1\n",
    "lib/__init__.py": "",
    "package.json": '{"name": "r", "workspaces": ["packages/*", "apps/*"]}',
    "packages/core/package.json": '{"name": "core", "exports": {"./*": "./src/*.ts"}}',
    "packages/core/src/a.ts": "export const a = 1;\n",
    "packages/core/src/b.ts": "export const b = 1;\n",
    "apps/web/package.json": '{"name": "web", "exports": {"./*": "./*.ts"}, "dependencies": {"core": "*"}}',
    "apps/web/x.ts": 'import { a } from "core/a";\n',
}
LEFT = {"app/clock.py": "lib/clock.py"}
REFUSED = {"packages/core/src/a.ts": "apps/web/a.ts"}
"""What would stay behind would have a package import an application."""


def runner(make_repository, capsys, monkeypatch, *moves: dict[str, str]) -> Runner:
    # Plans are kept by commit and by the phase's name: what is planned otherwise needs another commit, also within one second.
    directory = make_repository({**FILES, "moves.txt": repr(moves), "migrate.toml": f"[shims]\nexpires = {LONG}\n"})
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (Mover(moves),))


def shims_of(migrate: Runner, revision: str) -> list[list[str]]:
    """The shims that each step says it left."""
    paths = git(migrate.directory, "ls-tree", "-r", "--name-only", revision, ".migrate/steps").split()
    records = (json.loads(git(migrate.directory, "show", f"{revision}:{path}")) for path in paths)
    return [[one["path"] for one in record.get("shims", ())] for record in records]


def verdicts(migrate: Runner, *words: str) -> list[str]:
    result = migrate("review", "--json", *words, code=None)
    assert not [one["problems"] for one in result.json["commits"] if one["problems"]]
    return [one["verdict"] for one in result.json["commits"]]


@pytest.mark.parametrize(
    ("moves", "left"),
    [
        ([LEFT], [list(LEFT)]),
        ([REFUSED], [[]]),
        ([REFUSED, LEFT], [[], list(LEFT)]),
        ([LEFT, REFUSED], [list(LEFT), []]),
    ],
)
def test_steps_of_phases(make_repository, capsys, monkeypatch, moves, left) -> None:
    migrate = runner(make_repository, capsys, monkeypatch, *moves)
    migrate("run")
    assert shims_of(migrate, "migrate/phase-1") == left
    assert verdicts(migrate) == ["identical"] * len(moves)
    git(migrate.directory, "merge", "-q", "--squash", "migrate/phase-1")
    git(migrate.directory, "commit", "-q", "-m", "All of it")
    assert verdicts(migrate, "HEAD") == ["identical"]


@pytest.mark.parametrize(("moves", "left"), [(LEFT, [list(LEFT)]), (REFUSED, [[]])])
def test_moves_by_themselves(make_repository, capsys, monkeypatch, moves, left) -> None:
    migrate = runner(make_repository, capsys, monkeypatch)
    migrate("mv", *next(iter(moves.items())), "--shims", LONG)
    assert shims_of(migrate, "migrate/mv") == left
    assert verdicts(migrate) == ["identical"]


def test_the_removal_of_some(make_repository, capsys, monkeypatch) -> None:
    migrate = runner(make_repository, capsys, monkeypatch)
    migrate("mv", *next(iter(LEFT.items())), "--shims", LONG)
    git(migrate.directory, "merge", "-q", "--no-edit", "migrate/mv")
    git(migrate.directory, "branch", "-q", "-D", "migrate/mv")
    migrate("shims", "--remove")
    assert verdicts(migrate, "migrate/shims") == ["identical"]
    git(migrate.directory, "switch", "-q", "migrate/shims")
    (migrate.directory / "app/main.py").write_text("", encoding="utf-8")
    git(migrate.directory, "commit", "-q", "-a", "--amend", "--no-edit")
    assert verdicts(migrate, "HEAD") == ["differs"]


def test_a_shim_that_somebody_changed_in_the_commit(make_repository, capsys, monkeypatch) -> None:
    migrate = runner(make_repository, capsys, monkeypatch, LEFT)
    migrate("run")
    git(migrate.directory, "switch", "-q", "migrate/phase-1")
    (shim,) = LEFT
    (migrate.directory / shim).write_text("import os\n", encoding="utf-8")
    git(migrate.directory, "commit", "-q", "-a", "--amend", "--no-edit")
    result = migrate("review", "HEAD", "--json", code=5)
    assert [change["path"] for change in result.json["commits"][0]["changes"]] == [shim]
