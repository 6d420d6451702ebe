"""Which mentions a change of paths can make mean something else, told by names alone (so that a step costs what it changes)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from migrator.languages.text.page import IMAGE

if TYPE_CHECKING:
    from migrator.languages.base import Mention

_SEPARATORS = re.compile(r"[/\\|]+")
_MARKS = re.compile(r"[/\\|:#?,;=()\[\]{}<>'\"`\s]+")
_CLIMBS = re.compile(r"[.$~%*]*")


def may_change(mention: Mention, names: frozenset[str]) -> bool:
    """Whether a mention in a file that stays could be read otherwise once paths with these last names came or went.

    Every path that reading asks for ends in a part of the token or of its base (see `reading`), so a token none of whose parts is
    among the names reads as before. A module, an alias, what compose finds, a place in an image, and a token without a name of its own, may always change.
    """
    if mention.kind in {"module", "package", "symbol", "schema", "climb", "image", "alias", "composes"} or mention.base.startswith(IMAGE):
        return True
    parts = _parts(mention.text, mention.base)
    return parts is None or not names.isdisjoint(parts)


@lru_cache(maxsize=1 << 17)
def _parts(text: str, base: str) -> frozenset[str] | None:
    """The names in a token and its base, however they are cut; None when a part is no name."""
    plain = text.replace("\\.", ".")
    found: set[str] = set()
    for whole in (text, plain, unquote(plain), base.partition(":")[2]):
        found.update(_SEPARATORS.split(whole))
        found.update(_MARKS.split(whole))
    named = {part for part in _SEPARATORS.split(plain) if not _CLIMBS.fullmatch(part)}
    return frozenset(found) if named else None
