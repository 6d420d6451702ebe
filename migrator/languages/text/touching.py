"""Which mentions a change of paths can make mean something else, told by names alone (so that a step costs what it changes)."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from migrator.languages.text import modules
from migrator.languages.text.bases import image_roots
from migrator.languages.text.page import DRAWN, FILE, GITHUB, HERE, HOME, IMAGE, NEAR, UP
from migrator.languages.text.reading import COMPOSE
from migrator.paths import RepoPath, ancestors, join, name

if TYPE_CHECKING:
    from migrator.atlas.changes import Changes
    from migrator.languages.base import Mention

_SEPARATORS = re.compile(r"[/\\|]+")
_MARKS = re.compile(r"[/\\|:#?,;=()\[\]{}<>'\"`\s]+")
_CLIMBS = re.compile(r"[.$~%*]*")
_WILD = re.compile(r"[*?{$<%\[]")
_STEPS = frozenset({"", ".", ".."})
_ALWAYS = frozenset({"climb", "alias"})
_COMPOSED = frozenset({*COMPOSE, ".env"})
_SAID: WeakKeyDictionary[Changes, frozenset[str]] = WeakKeyDictionary()
_UPWARDS = frozenset({UP, HERE, NEAR, FILE, HOME, GITHUB})
"""Bases that begin at directories at or above the file's; behind the colon stand the steps from there."""
_PLAIN = re.compile(r"(?!\.\.?(?:/|$))[\w.@ -]+(?:/(?!\.\.?(?:/|$))[\w.@ -]+)*")
"""Steps of which each leads into a directory of that name."""


class _Parts(NamedTuple):
    """The names in a token and its base, however they are cut."""

    first: frozenset[str]
    """What it may begin with: looked for in the directories that it is seen from."""
    inner: frozenset[tuple[str, str]]
    """Each behind the name before it: looked for in a directory of that name."""
    loose: frozenset[str]
    """Those behind something that is no name, and those of a base of which nobody knows where it leads."""
    upwards: bool
    """Whether it is seen from directories at or above the file's alone, and from those called `head` in them."""
    head: str


def may_change(mention: Mention, at: RepoPath, changes: Changes) -> bool:
    """Whether a mention in a file that stays could be read otherwise in the second of two trees.

    Every path that reading asks for is a directory that the token is seen from, joined with the first parts of the token (see `reading`), so a
    token reads as before where none of them came or went. Of a place in an image, and of what compose finds, `said` tells. An alias, and a token without
    a name of its own, may always change.
    """
    if mention.kind in _ALWAYS:
        return True
    if mention.kind in modules.KINDS:
        if _in_image(mention) and IMAGE in said(changes):
            return True
        asked = (mention.base, at)
        if asked not in changes.memo:
            changes.memo[asked] = modules.place(mention, at, changes.before)
        return changes.touch_python(modules.dotted(mention), mention.base, changes.memo[asked])
    if mention.kind == "composes" or _in_image(mention):
        return not words(mention).isdisjoint(said(changes))
    parts = _parts(mention.text, mention.base)
    homes = changes.homes
    if parts is None or not homes.keys().isdisjoint(parts.loose) or not changes.pairs.isdisjoint(parts.inner):
        return True
    if not (named := homes.keys() & parts.first):
        return False
    if mention.kind == "anywhere" or not parts.upwards or not changes.unheard.isdisjoint(named):
        return True
    levels = {*ancestors(at)}
    places = levels.union(filter(None, (join(level, parts.head) for level in levels))) if parts.head else levels
    return any(not places.isdisjoint(homes[one]) for one in named)


@lru_cache(maxsize=1 << 16)
def words(mention: Mention) -> frozenset[str]:
    """What `may_change` asks of a mention, in words: none where it may always."""
    if mention.kind in _ALWAYS or mention.kind in modules.KINDS:
        return frozenset()
    if mention.kind == "composes":
        return frozenset((*_COMPOSED, *_pieces(mention.base)))
    if _in_image(mention):
        return frozenset((IMAGE, *_pieces(mention.text), *_pieces(mention.base.removeprefix(IMAGE))))
    parts = _parts(mention.text, mention.base)
    return frozenset() if parts is None else frozenset((*parts.first, *parts.loose, *map("/".join, parts.inner)))


def said(changes: Changes) -> frozenset[str]:
    """The last names of what came or went, each also behind its directory's; `image:` where the images mirror something else, `.env` where one says something else."""
    known = _SAID.get(changes)
    if known is None:
        more = {".env"} if any(name(path) == ".env" for path in changes.rewritten) else set()
        if image_roots(changes.before) != image_roots(changes.after):
            more.add(IMAGE)
        known = _SAID[changes] = changes.said | more
    return known


def _pieces(text: str) -> set[str]:
    """The names in a text, however they are cut."""
    return {piece for cut in (_SEPARATORS, _MARKS) for piece in cut.split(text)} - {""}


def _in_image(mention: Mention) -> bool:
    return mention.kind == "image" or mention.base.startswith(IMAGE)


@lru_cache(maxsize=1 << 17)
def _parts(text: str, base: str) -> _Parts | None:
    """The names in a token and its base; None when a part is no name."""
    plain = text.replace("\\.", ".")
    if all(_CLIMBS.fullmatch(part) for part in _SEPARATORS.split(plain)):
        return None
    first: set[str] = set()
    inner: set[tuple[str, str]] = set()
    loose: set[str] = set()
    for whole in {text, plain, unquote(plain)}:
        before: set[str] = set()
        climbing = True
        for part in _SEPARATORS.split(whole):
            pieces = [piece for piece in _MARKS.split(part) if piece]
            if climbing:
                first.update((part, *pieces))
            elif before:
                inner.update((above, piece) for above in before for piece in (part, *pieces))
            else:
                loose.update((part, *pieces))
            loose.update(pieces[1:])
            named = _CLIMBS.fullmatch(part) is None and not _WILD.search(part)
            climbing = climbing and part in _STEPS
            before = {part, *pieces} if named else set()
    anchor, colon, rest = base.partition(":")
    head, steps = "", rest
    if f"{anchor}{colon}" == DRAWN:
        drawn, _, steps = rest.partition(":")
        head = drawn.partition("|")[0]
        first.update(piece for cut in (_SEPARATORS, _MARKS) for piece in cut.split(drawn))
        known = "/" not in drawn and ".." not in drawn
    else:
        known = f"{anchor}{colon}" in _UPWARDS
    if steps and known and _PLAIN.fullmatch(steps) and not text.startswith("."):
        along = steps.split("/")
        # Where the first steps are not there, a document is read from the next; where none is, a token is read as if it had none.
        inner.update(pairwise(along), ((along[-1], one) for one in tuple(first)))
        first.update(along)
    elif steps or not known:
        known = False
        loose.update(piece for cut in (_SEPARATORS, _MARKS) for piece in cut.split(rest))
    return _Parts(frozenset(first - {""}), frozenset(inner), frozenset(loose - {""}), known, head)
