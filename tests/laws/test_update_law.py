"""An update has the tree that the same steps have on the new base; twice is once; taken back, nothing is left of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.engine import branches, running
from migrator.engine.rollback import take_back
from migrator.engine.teams.updated.updating import update
from migrator.paths import RepoPath
from migrator.tree import FILE, Entry
from tests.crash import spine

COUNT = 3
PLACES = [f"old/d{n}/{name}" for n in range(COUNT) for name in ("a.dat", "latin.dat", "new.dat", "deep/new.dat")] + ["keep/README.dat", "other.dat"]
CHANGES = st.dictionaries(st.sampled_from(PLACES), st.one_of(st.none(), st.integers(0, 3)), max_size=6)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("update-law") / "template"
    directory.mkdir()
    spine.ask(directory, "init", "-q", "-b", "main")
    for path, content in spine.start_files(COUNT).items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    spine.ask(directory, "add", "-A")
    spine.ask(directory, "commit", "-q", "-m", "start")
    return directory


def goes_on(engine, revision: str, changes: dict[str, int | None]) -> str:
    """A commit on another, with files changed, new or gone."""
    repository = engine.repository
    tree, store = repository.tree(revision), repository.store()
    files = dict(tree)
    for path, line in changes.items():
        if line is None:
            files.pop(RepoPath(path), None)
        else:
            entry = tree.get(RepoPath(path))
            old = b"" if entry is None else repository.read(entry.blob)
            files[RepoPath(path)] = Entry(FILE, store.add(b"line %d\n" % line + old))
    made = type(tree)(files)
    repository.write(made, store)
    return repository.write_commit(made.id, (repository.resolve(revision),), "went on")


@given(st.integers(1, COUNT), CHANGES, CHANGES, CHANGES)
@settings(max_examples=10)
def test_an_update_is_the_same_steps_on_the_new_base(
    template: Path, count: int, first: dict[str, int | None], second: dict[str, int | None], own: dict[str, int | None]
) -> None:
    directory = template.parent / "repo"
    shutil.copytree(template, directory, symlinks=True)
    try:
        engine = spine.engine_of(directory, COUNT)
        steps = [f"7.{n + 1:02d}" for n in range(count)]
        base = goes_on(engine, "main", first)
        running.run(engine, engine.phases, until=steps[-1])
        ids = {entry.step for entry in branches.status_of(engine, spine.BRANCH).steps}
        before = spine.visible(directory)
        made = update(engine, spine.BRANCH, base)
        assert {step.id for step in made.steps} == ids - {item.id for item in made.aside}
        apart = running.run(engine, engine.phases, branch="migrate/apart", base=base, only=sorted(step.id for step in made.steps))
        assert made.tree == apart.tree
        assert update(engine, spine.BRANCH, base).head == made.head
        assert spine.visible(directory) == before
        onward = goes_on(engine, base, second)
        again = update(engine, spine.BRANCH, onward)
        once = running.run(engine, engine.phases, branch="migrate/once", base=onward, only=sorted(step.id for step in again.steps))
        assert again.tree == once.tree
        # A new file of one's own goes along, wherever the base went.
        mine = {f"mine/{number}.dat": line for number, line in enumerate(own.values())}
        engine.repository.update_ref(spine.BRANCH, goes_on(engine, spine.BRANCH, mine), again.head, "mine")
        final = update(engine, spine.BRANCH, goes_on(engine, onward, own))
        assert {path for path in engine.repository.tree(final.head) if path.startswith("mine/")} == {
            path for path, line in mine.items() if line is not None
        }
        take_back(engine, spine.BRANCH, discard=True)
        assert engine.repository.read_ref(spine.BRANCH) is None
        assert spine.visible(directory) == before
    finally:
        spine.close_all()
        shutil.rmtree(directory)
