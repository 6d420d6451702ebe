"""A text by its lines, as people may read them."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache

from migrator.secrets import redact

__all__ = ["LONG", "Lines", "said"]

_CLIPPED = 120
LONG = 4000
"""Of a line of more bytes only what is near is looked at."""


@lru_cache(maxsize=1 << 14)
def said(token: bytes) -> str:
    """Some bytes as people may read them, without secrets and not too many."""
    return redact(token.decode("utf-8", "replace"))[:_CLIPPED]


class Lines:
    """A text with its lines."""

    def __init__(self, source: bytes) -> None:
        self.source = source

    @cached_property
    def _ends(self) -> list[int]:
        return [found.start() for found in re.finditer(rb"\n", self.source)]

    def number(self, position: int) -> int:
        """The line, counted from 1, on which a byte stands."""
        return bisect_left(self._ends, position) + 1

    def quoted(self, position: int) -> str:
        """The line on which a byte stands, as people may read it: without secrets, and of a long one the part that matters."""
        line = self.number(position)
        begin = self._ends[line - 2] + 1 if line > 1 else 0
        end = self._ends[line - 1] if line <= len(self._ends) else len(self.source)
        if end - begin > LONG:
            begin, end = max(begin, position - _CLIPPED), min(end, position + _CLIPPED)
        whole = " ".join(redact(self.source[begin:end].decode("utf-8", "replace")).split())
        if len(whole) <= _CLIPPED:
            return whole
        ahead = len(" ".join(self.source[begin:position].decode("utf-8", "replace").split()))
        left = max(0, min(ahead - _CLIPPED // 3, len(whole) - _CLIPPED))
        return ("… " if left else "") + whole[left : left + _CLIPPED] + (" …" if left + _CLIPPED < len(whole) else "")
