"""What an occurrence names: the old place, from where it is seen, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.paths import RepoPath, join, parent

if TYPE_CHECKING:
    from migrator.account.text import Text
    from migrator.languages.text.account import Occurrence

__all__ = ["APART", "BEHIND", "DOTS", "ROOT", "VARIABLE", "WILD", "Named", "named", "plain"]

ROOT, _OWN, BEHIND, APART = "root", "own", "behind", "apart"
DOTS = frozenset({".", ".."})
VARIABLE = re.compile(r"[$%{}<>*]|^~|^__\w+__$")
"""What is not known of a component: a variable of some language, or a pattern."""
WILD = re.compile(r"[*?{$<%]")
"""Where a component begins to be a pattern or a variable."""


class Named(NamedTuple):
    """What an occurrence names: a path of the tree before, from where it is seen, and how sure that is."""

    path: RepoPath
    seen: str
    """From "root", from a folder that the file sees ("own"), "behind" something that is not plain, or "apart": from nowhere that is known."""
    place: RepoPath = RepoPath("")
    """The old place itself."""
    lead: tuple[str, ...] = ()
    """The components before it, where it stands as a whole."""
    whole: bool = True
    """Whether the whole path of the place is written."""


def named(text: Text, one: Occurrence) -> Named | None:
    """The old place that an occurrence names, or None where it names none."""
    if one.dotted:
        return _module(text, one)
    for place in text.places.named.get(one.parts[one.at], ()):
        if found := _from(text, place, one):
            return found
    return None


def _module(text: Text, one: Occurrence) -> Named | None:
    said = next((dotted for end in range(len(one.parts), 1, -1) if (dotted := ".".join(one.parts[:end])) in text.places.modules), None)
    if said is None:
        return None
    return Named(RepoPath(said.replace(".", "/")), APART)


def _from(text: Text, place: RepoPath, one: Occurrence) -> Named | None:
    whole = place.split("/")
    tail = 0
    while tail < min(len(whole), one.at + 1) and one.parts[one.at - tail] == whole[len(whole) - 1 - tail]:
        tail += 1
    lead = one.parts[: one.at + 1 - tail]
    found = Named(RepoPath("/".join((place, *plain(one.rest)))), APART, place, lead, tail == len(whole))
    above = "/".join(whole[: len(whole) - tail])
    evident = tail > 1 or found.whole or (bool(one.rest) and text.places.were(found.path))
    if all(part in DOTS for part in lead):
        if not lead and found.whole:
            return found._replace(seen=ROOT)
        if any(join(base, "/".join(lead)) == above for base in (text.old_bases if ".." not in lead else (parent(text.old),))):
            return found._replace(seen=_OWN)
        return found if evident or not one.alone or text.choice(above) else None
    # Behind something that is not plain, what is in sight must tell it from another place of the same name.
    known = evident or lead[0] == "" or any(VARIABLE.search(part) for part in lead)
    return found._replace(seen=BEHIND) if known else None


def plain(parts: Iterable[str]) -> Iterator[str]:
    """The components up to the first pattern or variable."""
    for part in parts:
        if WILD.search(part):
            return
        yield part
