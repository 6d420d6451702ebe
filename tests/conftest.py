"""Repositories and facts for tests: real git in a temporary directory, no mocks."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.git import Repository
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.planfile import Gate, PlanFile
from migrator.tree import FILE, Entry, Store, Tree
from migrator.trust import Approval, Approved, Door, fingerprint_of


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: garbage is looked for among what tests make, and less often, for graphs are made of many small things."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(300_000, 10, 5)


@pytest.fixture(autouse=True, scope="session")
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the machine's git configuration or of the user's cache takes part."""
    home = tmp_path_factory.mktemp("home")
    config = home / "gitconfig"
    config.write_text(
        "[user]\n\tname = Tess Ter\n\temail = tess@example.com\n[init]\n\tdefaultBranch = main\n[core]\n\tautocrlf = false\n", encoding="utf-8"
    )
    chosen = {"GIT_CONFIG_GLOBAL": str(config), "GIT_CONFIG_NOSYSTEM": "1", "COLUMNS": "120"}
    chosen |= {"MIGRATE_CACHE_DIR": str(home / "cache"), "MIGRATE_TRUST_DIR": str(home / "trust"), "MIGRATE_TRUST": ""}
    saved = {key: os.environ.get(key) for key in chosen}
    os.environ.update(chosen)
    yield
    for key, value in saved.items():
        if value is None:
            del os.environ[key]
        else:
            os.environ[key] = value


ROOT = Path(__file__).parents[1]


def git(directory: Path, *arguments: str) -> str:
    """What a git command prints."""
    done = subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True)
    return done.stdout.decode("utf-8", "surrogateescape")


@contextmanager
def interrupts(how) -> Iterator[None]:
    """What starts here inherits this way of taking an interrupt: a shell has its background jobs ignore it, and us with them."""
    before = signal.signal(signal.SIGINT, how)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def as_bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def put(directory: Path, files: Mapping[str, str | bytes | None]) -> None:
    """Files in a work tree; None deletes."""
    for path, content in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            target.unlink()
        else:
            target.write_bytes(as_bytes(content))


@pytest.fixture
def make_repository(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """A repository with one commit that holds these files."""

    def make(files: Mapping[str, str | bytes], name: str = "repo") -> Path:
        directory = tmp_path / name
        directory.mkdir()
        git(directory, "init", "-q", "-b", "main")
        put(directory, files)
        git(directory, "add", "-A")
        git(directory, "commit", "-q", "--allow-empty", "-m", "start")
        return directory

    return make


def door_for(plan_file: PlanFile) -> Door:
    """A door for somebody who has read this plan file."""
    return Door([fingerprint_of(plan_file.declared)])


def approval_of(plan_file: PlanFile) -> Approval:
    return door_for(plan_file).approval(plan_file)


def approved_gates(gates: Mapping[str, Gate]) -> Mapping[str, Approved[Gate]]:
    return approval_of(PlanFile(gates=dict(gates))).gates


class EveryDoor(Door):
    """Whatever a plan file of a test's own declares may run."""

    def approval(self, plan_file: PlanFile) -> Approval:
        return approval_of(plan_file)


def facts_of(files: Mapping[str, str | bytes]) -> Facts:
    """The facts of a tree that exists in memory only."""

    def missing(blob: str) -> bytes:
        raise KeyError(blob)

    store = Store(missing)
    tree = Tree({RepoPath(path): Entry(FILE, store.add(as_bytes(content))) for path, content in files.items()})
    return Facts(tree, store, Scanner(store, Cache(None)))


def texts(facts: Facts) -> dict[str, bytes]:
    """The files of a tree with their contents."""
    return {str(path): facts.read(path) for path in facts.tree}


@dataclass(frozen=True)
class Becomes:
    """A change after which a file says something else altogether."""

    content: str

    def apply(self, source: bytes) -> bytes:
        del source
        return self.content.encode()


__all__ = ["ROOT", "Becomes", "EveryDoor", "Repository", "approval_of", "approved_gates", "door_for", "facts_of", "git", "interrupts", "texts"]
