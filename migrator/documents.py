"""Documents that the plan file declares: files that an approved command of the repository's own makes, taken in a throwaway checkout.

A phase asks for them by name through its facts. Whatever goes wrong is a value with its reason: a plan without a document is still a plan.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from migrator.checkout import fingerprint, ran, tail
from migrator.facts import Contents
from migrator.paths import repo_path
from migrator.secrets import credential, telling

if TYPE_CHECKING:
    from migrator.cache import Cache
    from migrator.git import Repository
    from migrator.planfile import Document
    from migrator.tree import Store, Tree
    from migrator.trust import Approved

__all__ = ["Documents"]

_LARGEST = 16 * 1024 * 1024
_SHORTEST = 8


class Documents:
    """Takes documents, each once for as long as what it depends on stays the same: `run` sees what `plan` saw (L7)."""

    def __init__(self, repository: Repository, cache: Cache, progress: Callable[[str], None]) -> None:
        self._repository = repository
        self._cache = cache
        self._progress = progress
        self._taken: dict[str, Contents] = {}

    def take(self, name: str, approved: Approved[Document], tree: Tree, store: Store) -> Contents:
        """What the files of a document hold as its command makes them from a tree, or why there are none."""
        document = approved.command
        directory = repo_path(document.directory)
        key = "document:" + fingerprint(document, tree, directory, lambda path: path)
        if key not in self._taken:
            taken = self._remembered(key)
            if taken is None:
                self._progress(f"document {name}")
                taken = self._made(approved, tree, store)
                if not taken.why:
                    self._cache.put({key: msgspec.msgpack.encode(taken.files)})
            self._taken[key] = taken
        return self._taken[key]

    def _remembered(self, key: str) -> Contents | None:
        raw = self._cache.get([key]).get(key)
        try:
            return None if raw is None else Contents(msgspec.msgpack.decode(raw, type=dict[str, bytes]))
        except msgspec.MsgspecError:
            return None

    def _made(self, approved: Approved[Document], tree: Tree, store: Store) -> Contents:
        document = approved.command
        directory = repo_path(document.directory)
        with ran(self._repository, approved, tree, store, directory=directory, place=lambda path: path) as done:
            if isinstance(done, str):
                return Contents(why=done)
            if done.code:
                return Contents(why=f"its command ended with exit code {done.code}: {tail(done.output, done.checkout)}")
            files: dict[str, bytes] = {}
            for path in document.files:
                content = _read(done.directory / path)
                if isinstance(content, str):
                    return Contents(why=f"{path} {content}")
                files[path] = content
        for path, content in files.items():
            if problem := next(_secrets(content.decode("utf-8", "replace"), {**os.environ, **document.env}), None):
                return Contents(why=f"{path} {problem}")
        return Contents(files)


def _read(path: Path) -> bytes | str:
    """What a file holds, or what is wrong with it."""
    if not path.is_file():
        return "was not written"
    if path.stat().st_size > _LARGEST:
        return f"is larger than {_LARGEST // 1024**2} MiB"
    return path.read_bytes()


def _secrets(text: str, environment: Mapping[str, str]) -> Iterator[str]:
    """What must not leave the checkout. A schema speaks of passwords and tokens all the time, so telling names alone are no secret."""
    if (at := credential(text)) is not None:
        yield f"holds what looks like a credential (line {text.count(chr(10), 0, at) + 1})"
    for name, value in sorted(environment.items()):
        if telling(name) and len(value) >= _SHORTEST and value in text:
            yield f"holds the value of the environment variable {name}"
