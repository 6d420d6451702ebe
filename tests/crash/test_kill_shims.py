"""L9 for `migrate shims --remove`: it dies before, during and after every single write to git, and the branch is before or after."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from migrator.engine.branches import status_of
from migrator.engine.context import Engine
from migrator.engine.moves import commit_moves
from migrator.engine.teams.shims import remove
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.planfile import Shims
from migrator.step import Move, Step
from tests.conftest import git
from tests.crash import spine
from tests.crash.test_every_instant import Killed, Mortal

pytestmark = pytest.mark.slow

BRANCH = "refs/heads/migrate/shims"
FILES = {
    "pyproject.toml": '[project]\nname = "s"\n',
    "app/__init__.py": "",
    "app/a.py": "X = 1\n",
    "app/b.py": "from app.a import X\n",
    "lib/__init__.py": "",
}
STEP = Step("a", "Move a", "The test wants it so.", (Move(RepoPath("app/a.py"), RepoPath("lib/a.py")),))


@pytest.fixture
def template(make_repository) -> Path:
    directory = make_repository(FILES, "template")
    with Repository.open(directory) as repository:
        commit_moves(Engine(repository, ()), STEP, None, None, Shims(expires="2027-02-01"))
    git(directory, "merge", "-q", "--no-edit", "migrate/mv")
    return directory


@pytest.mark.parametrize("how", ["before", "within", "after"])
def test_the_branch_is_before_or_after_and_the_next_call_ends_where_one_does(template: Path, tmp_path: Path, how: str) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(template, whole)
    with Repository.open(whole) as repository:
        made = remove(Engine(repository, ()))
    assert made is not None
    died = 0
    while True:
        died += 1
        directory = tmp_path / f"{how}-{died}"
        shutil.copytree(template, directory)
        before = spine.visible(directory)
        mortal = Mortal.open(directory)
        mortal.dies_at, mortal.how = died, how
        spine.OPENED.append(mortal)
        try:
            remove(Engine(mortal, ()))
        except Killed:
            pass
        else:
            break
        mortal.close()
        assert spine.visible(directory) == before  # L10
        with Repository.open(directory) as repository:
            engine = Engine(repository, ())
            remove(engine)
            status = status_of(engine, BRANCH)
            assert [entry.tree for entry in status.steps] == [made.tree]
            assert repository.tree(BRANCH).id == made.tree
        assert spine.visible(directory) == before
        spine.check(directory)
    assert died >= 4
