"""What functions say of contents alone, kept between runs: each content is asked about once, however many trees it is in."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import msgspec

from migrator.tree import object_id

if TYPE_CHECKING:
    from migrator.cache import Cache
    from migrator.paths import RepoPath
    from migrator.tree import Store, Tree

__all__ = ["PARSERS", "SHORT", "Answers", "code", "parsers"]

_T = TypeVar("_T")
_ENCODER = msgspec.msgpack.Encoder()
_Asked = tuple[Callable[..., Any], tuple[str, ...], str]
"""A function, what it is given beside a content, and the id of that."""
SHORT = 4096
"""To say something of a content of so few bytes costs no more than to look it up."""
PARSERS = (
    "libcst",
    "pyyaml",
    "ruamel.yaml",
    "tomlkit",
    "tree-sitter",
    "tree-sitter-bash",
    "tree-sitter-css",
    "tree-sitter-hcl",
    "tree-sitter-javascript",
    "tree-sitter-make",
    "tree-sitter-powershell",
    "tree-sitter-python",
    "tree-sitter-typescript",
)
"""The distributions that read contents for us."""


class Answers:
    """What pure functions of a content, and of some texts beside it, say of the files of trees."""

    def __init__(self, store: Store, cache: Cache) -> None:
        self._store = store
        self._cache = cache
        self._known: dict[_Asked, Any] = {}
        self._looked: set[_Asked] = set()
        """What was looked for in the cache."""
        self._begun: set[tuple[Callable[..., object], tuple[str, ...]]] = set()
        """What was asked of one file: of the next on it is asked of all."""

    def of(self, function: Callable[..., _T], tree: Tree, path: RepoPath, *given: str) -> _T:
        """What a function says of a file. Its answer is encoded by its annotation: tuples, texts, numbers, and classes of such."""
        asked = (function, given, tree[path].blob)
        if asked in self._known:
            return self._known[asked]  # type: ignore[no-any-return]  # the mapping is typed by its keys
        if asked not in self._looked:
            if (function, given) in self._begun:
                self._look(function, given, tree, path.rpartition(".")[2])
            else:  # texts that are one file's own are asked of no other
                self._begun.add((function, given))
                self._take({_key(*asked): asked})
            if asked in self._known:
                return self._known[asked]  # type: ignore[no-any-return]  # the same
        return self._answered(asked, self._store.read(tree[path].blob))  # type: ignore[no-any-return]  # the same

    def say(self, function: Callable[..., _T], source: bytes, *given: str) -> _T:
        """The same of a content that is in no tree yet."""
        asked = (function, given, object_id("blob", source))
        if asked not in self._known:
            if asked not in self._looked and len(source) > SHORT:
                self._take({_key(*asked): asked})
            if asked not in self._known:
                return self._answered(asked, source)  # type: ignore[no-any-return]  # the same
        return self._known[asked]  # type: ignore[no-any-return]  # the mapping is typed by its keys

    def _answered(self, asked: _Asked, source: bytes) -> Any:  # noqa: ANN401  the function's
        function, given, _ = asked
        answer = self._known[asked] = function(source, *given)
        # What is no UTF-8 cannot be written down, and is asked again.
        with contextlib.suppress(UnicodeEncodeError):
            self._cache.put_later(_key(*asked), _ENCODER.encode(answer))
        return answer

    def _look(self, function: Callable[..., object], given: tuple[str, ...], tree: Tree, extension: str) -> None:
        """Take from the cache what it knows of all files of a kind: they are asked about one after the other."""
        blobs = tree.blobs.get(extension, ())
        self._take({_key(function, given, blob): (function, given, blob) for blob in blobs if (function, given, blob) not in self._looked})

    def _take(self, wanted: Mapping[str, _Asked]) -> None:
        """What the cache has of some answers."""
        self._looked.update(wanted.values())
        for key, value in self._cache.get(wanted).items():
            try:
                self._known.setdefault(wanted[key], _decoder(wanted[key][0]).decode(value))
            except msgspec.MsgspecError:
                continue


@lru_cache(maxsize=64)
def _decoder(function: Callable[..., object]) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(get_type_hints(function)["return"])


def _key(function: Callable[..., object], given: Iterable[str], blob: str) -> str:
    return f"{_named(function)}:{','.join(given)}:{blob}"


@lru_cache(maxsize=64)
def _named(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__qualname__}:{code(function.__module__.partition('.')[0])}"


@cache
def code(package: str = __name__.partition(".")[0]) -> str:
    """What the code of a loaded package is, as far as files tell without being read, and which parsers are installed: another version answers for itself."""
    found = hashlib.sha256(parsers().encode())
    place = getattr(sys.modules.get(package), "__file__", None)
    for directory, folders, files in os.walk(Path(place).parent) if place else ():
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for file in sorted(files):
            stat = Path(directory, file).stat()
            found.update(f"{file}:{stat.st_size}:{stat.st_mtime_ns};".encode())
    return found.hexdigest()[:16]


@cache
def parsers() -> str:
    """Which versions of parsers are installed, and of Python: another one may see something else in the same content."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  it loads the parser of mails, which help need not wait for

    found = hashlib.sha256(sys.version.encode())
    for name in PARSERS:
        with contextlib.suppress(PackageNotFoundError):
            found.update(f"{name}:{version(name)};".encode())
    return found.hexdigest()[:8]
