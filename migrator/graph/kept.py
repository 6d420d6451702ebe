"""The resolved mentions of whole trees, kept between runs: they follow from the tree, from how it is read, and from our own code."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from migrator.answers import code
from migrator.languages import EXTERNAL, Mention, Target

if TYPE_CHECKING:
    from migrator.cache import Cache
    from migrator.paths import RepoPath
    from migrator.tree import Tree

__all__ = ["Kept"]

_SLOTS = 16
"""So many trees are kept at most; a new one takes the place of an older one."""
_MOST = 20_000
"""Trees of more files are not kept: to decode them would hold every path many times."""

_Rows = dict[str, tuple[tuple[Mention, Target | None], ...]]
_DECODER = msgspec.msgpack.Decoder(_Rows)
_ENCODER = msgspec.msgpack.Encoder()


class Kept:
    """What one tree says, in the cache; `rules` are how it is read besides its own text."""

    def __init__(self, cache: Cache, tree: Tree, rules: str, answers: Mapping[str, str]) -> None:
        self._cache = cache
        said = "\0".join((tree.id, rules, code(), *(f"{key}={answers[key]}" for key in sorted(answers))))
        self._name = hashlib.sha256(said.encode("utf-8", "surrogateescape")).digest()
        self._slot = f"graph:{self._name[0] % _SLOTS}"
        self._fits = bool(rules) and len(tree) <= _MOST

    def take(self) -> dict[RepoPath, tuple[tuple[Mention, Target], ...]] | None:
        """The mentions of each file with what they name; None where they are not known."""
        value = self._cache.get((self._slot,)).get(self._slot, b"") if self._fits else b""
        if not value.startswith(self._name):
            return None
        try:
            rows = _DECODER.decode(memoryview(value)[len(self._name) :])
        except msgspec.MsgspecError:
            return None
        return {path: tuple((mention, target or EXTERNAL) for mention, target in pairs) for path, pairs in rows.items()}  # type: ignore[misc]  # paths as they were

    def put(self, rows: Mapping[RepoPath, tuple[tuple[Mention, Target], ...]]) -> None:
        """Keep them."""
        if self._fits:
            plain = {path: [(mention, None if target == EXTERNAL else target) for mention, target in pairs] for path, pairs in rows.items()}
            # Names that are no UTF-8 cannot be written down; such a tree is read again.
            with contextlib.suppress(UnicodeEncodeError):
                self._cache.put({self._slot: self._name + _ENCODER.encode(plain)})
