"""Mentions renamed in place: the token alone changes and keeps its author's form; every new text is read back first (L2, L3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from migrator.languages.base import Mention, Target
from migrator.languages.text import aliases, modules
from migrator.languages.text.bases import Base, bases, image_roots
from migrator.languages.text.page import CONTEXT, FILE, UP
from migrator.languages.text.reading import ANEW, RULES, overriding, plain_text
from migrator.paths import ROOT, RepoPath, ancestors, parent, relative

if TYPE_CHECKING:
    from migrator.atlas import Atlas

Resolve = Callable[[Mention], Target]


class Place(NamedTuple):
    """Where a source stands in which tree."""

    at: RepoPath
    atlas: Atlas


class Reading(NamedTuple):
    """How the format of a source is read: its mentions, what they name, and how many of its parts do not parse."""

    scan: Callable[[bytes], tuple[Mention, ...]]
    resolve: Resolve
    broken: Callable[[bytes], int]


_ROUNDS = 12
_FILE = " -f "
"""How compose is told a file."""
_LOOSE = frozenset({"prose", "link", "ignore", "rooted", "plain", "goes", "pattern"})
"""Kinds in which `./` is style, not meaning."""


def rewrite(source: bytes, targets: Mapping[Mention, Target], place: Place, reading: Reading) -> bytes:
    """The source with its mentions renamed.

    A mention may be the base of others (a `cd`, a `working-directory`), so mentions with the shortest base go first and the rest is
    scanned again; a mention that needs no change now is kept right when its base changes.
    """
    scan, resolve = reading.scan, reading.resolve
    goal: dict[int, Target] = {}
    for mention in scan(source):
        target = targets.get(mention) or resolve(mention)
        if target.path is not None or target.place is not None:
            goal[mention.start] = target
    hopeless: set[int] = set()
    if copied := _from_context(scan(source), goal, place, resolve):
        source, goal, hopeless = _apply(source, copied, goal, hopeless, reading)
    for _ in range(_ROUNDS):
        mentions = scan(source)
        asked = [m for m in mentions if m.start in goal and m.start not in hopeless]
        wrong = [m for m in asked if not _same(resolve(m), goal[m.start]) or _is_doubled(m, goal[m.start], place)]
        edits: dict[Mention, str] = {}
        for turn in _turns(mentions, wrong):
            spelled = ((m, _spelled(m, goal[m.start], place, resolve, _separator(m, source))) for m in turn)
            if edits := {mention: text for mention, text in spelled if text is not None}:
                break
        if not edits:
            break
        source, goal, hopeless = _apply(source, edits, goal, hopeless, reading)
    return source


def _from_context(mentions: Sequence[Mention], goal: Mapping[int, Target], place: Place, resolve: Resolve) -> dict[Mention, str]:
    """What a Dockerfile copies where one by one some would be seen from elsewhere: all at once, for together they tell from where they are seen."""
    copied = [one for one in mentions if one.start in goal and one.kind == "source" and one.base.startswith(CONTEXT)]
    wrong = [one for one in copied if not _same(resolve(one), goal[one.start])]
    spelled = {one: _spelled(one, goal[one.start], place, resolve, "/") for one in wrong}
    if all(text is not None and resolve(one._replace(text=text)).via == goal[one.start].via for one, text in spelled.items()):
        return {}
    via = goal[wrong[0].start].via  # what is right by chance says nothing of where it was seen from
    for level in (level for level in bases(UP, place.at, place.atlas) if level.via == via):
        texts = {one: _text(one, goal[one.start], level, "/") or ".." for one in copied}
        if any(text.startswith("..") for text in texts.values()):
            continue
        named = {one.text.strip("/").removeprefix("./"): text.strip("/").removeprefix("./") for one, text in texts.items()}
        sources, _, rest = copied[0].base.removeprefix(CONTEXT).partition(":")
        base = f"{CONTEXT}{'|'.join(named.get(source, source) for source in sources.split('|'))}:{rest}"
        if all(_same(resolve(one._replace(text=text, base=base)), goal[one.start]) for one, text in texts.items()):
            return {one: text for one, text in texts.items() if text != one.text}
    return {}


def _is_doubled(mention: Mention, target: Target, place: Place) -> bool:
    """Whether a module is read from elsewhere now than by those who import it."""
    return bool(target.seen) and mention.kind in modules.KINDS and modules.spelled(mention, target, place.at, place.atlas) not in {None, mention.text}


def _turns(mentions: Sequence[Mention], wrong: Sequence[Mention]) -> Iterator[list[Mention]]:
    """What is to be renamed at once: the first of these with anything that can be.

    What is copied and where it goes tell how the rest of a Dockerfile is read, so all of it changes with them, but for what is copied
    to where it is imported from: where that place stays, so does whatever names something in it.
    """
    stays: list[Mention] = []
    kept = False
    for one in reversed(mentions):
        kept = kept if one.kind == "source" else one.kind == "package" and one not in wrong
        if kept and one in wrong:
            stays.append(one)
    if stays:
        yield stays
    bases = tuple({one.base for one in wrong if one.kind == "source"})
    if bases:
        yield [one for one in wrong if one.base.startswith(bases)]
    for length in sorted({len(one.base) for one in wrong}):
        yield [one for one in wrong if len(one.base) == length]


def _same(one: Target, other: Target) -> bool:
    return one.whole == other.whole


def _apply(
    source: bytes, edits: Mapping[Mention, str], goal: dict[int, Target], hopeless: set[int], reading: Reading
) -> tuple[bytes, dict[int, Target], set[int]]:
    """The spliced source with all positions carried along.

    An edit after which the mention is no longer seen, or less of the source parses than before, is not made.
    """
    while True:
        spliced, where = _splice(source, edits)
        seen = {mention.start for mention in reading.scan(spliced)}
        unseen = {mention for mention in edits if where(mention.start) + _lead(mention) not in seen}
        if not unseen and (now := reading.broken(spliced)) and now > (was := reading.broken(source)):
            unseen = {mention for mention in edits if reading.broken(_splice(source, {mention: edits[mention]})[0]) > was} or set(edits)
        if not unseen:
            return spliced, {where(start): target for start, target in goal.items()}, {where(start) for start in hopeless}
        if len(unseen) == len(edits):
            return source, goal, hopeless | {mention.start for mention in unseen}
        # What the rest of this round makes unseen (a `cd` whose way back is not yet mended) may be seen again after the next one.
        edits = {mention: text for mention, text in edits.items() if mention not in unseen}


def _lead(mention: Mention) -> int:
    """How far behind its beginning what is written of a mention stands."""
    return len(f"{mention.text}{_FILE}") if mention.kind == "composes" else 0


def _splice(source: bytes, edits: Mapping[Mention, str]) -> tuple[bytes, Callable[[int], int]]:
    """The source with mentions replaced, and where each position went."""
    pieces: list[bytes] = []
    shifts: list[tuple[int, int]] = []
    done, shift = 0, 0
    for mention in sorted(edits):
        new = edits[mention].encode()
        pieces += [source[done : mention.start], new]
        done = mention.end
        shift += len(new) - (mention.end - mention.start)
        shifts.append((mention.start, shift))
    pieces.append(source[done:])

    def where(position: int) -> int:
        moved = 0
        for start, by in shifts:
            if start >= position:
                break
            moved = by
        return position + moved

    return b"".join(pieces), where


def _spelled(mention: Mention, target: Target, place: Place, resolve: Resolve, separator: str) -> str | None:
    """The first text that reads back as the target, the author's own base tried first."""
    if mention.kind in modules.KINDS:
        name = modules.spelled(mention, target, place.at, place.atlas)
        return name if name is not None and _same(resolve(mention._replace(text=name)), target) else None
    if mention.kind == "image":
        places = (f"{root.place}/{relative(target.path or '', root.directory)}".removesuffix("/.") + target.rest for root in image_roots(place.atlas))
        near = sorted(places, key=lambda text: -_shared(text, mention.text))  # it stays in the part of the image where it was
        return next((text for text in near if "/.." not in text and _same(resolve(mention._replace(text=text)), target)), None)
    if mention.kind == "alias":
        return aliases.spelled(mention, target, place.at, place.atlas)
    if mention.kind == "drawn":
        return _redrawn(mention, target, place)
    if mention.kind == "composes":
        return _told(mention, target, place)
    if target.path is None:
        there = _unseen(mention, target.place or "", parent(place.at), separator)
        return there if _same(resolve(mention._replace(text=there)), target) else None
    for base in _preferred(mention, target, place):
        text = _text(mention, target, base, separator)
        if text is None:
            continue
        # Where only a path counts, a single name must stay recognisable as one.
        for option in (text,) if mention.kind == "climb" or RULES[mention.kind].bare else (text, f".{separator}{text}"):
            if _same(resolve(mention._replace(text=option)), target):
                return option
    return None


def _told(mention: Mention, target: Target, place: Place) -> str | None:
    """Compose told which files to take, for it no longer finds them by itself."""
    start = next((base.directory for base in bases(mention.base, place.at, place.atlas) if base.via == target.via), None)
    files = [one for one in (target.path, overriding(target.path, place.atlas)) if one is not None] if target.path is not None else []
    text = mention.text + "".join(f"{_FILE}{relative(one, start or ROOT)}" for one in files)
    return text if start is not None and files and not any(character.isspace() for one in files for character in one) else None


def _unseen(mention: Mention, there: str, folder: RepoPath, separator: str) -> str:
    """A place where nothing is tracked as seen from a folder, in the form of the old text."""
    outside = there == ".." or there.startswith("../")
    text = "../" * len(ancestors(folder)) + there if outside else relative(RepoPath("" if there == "." else there), folder)
    if not text.startswith("..") and text != "." and mention.text.startswith((".", "./", ".\\")):
        text = f"./{text}"
    if mention.text.endswith(("/", "\\")) and not text.endswith("/"):
        text += "/"
    return text.replace("/", separator)


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common from the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one.split("/"), other.split("/"), strict=False)))


def _redrawn(mention: Mention, target: Target, place: Place) -> str | None:
    """The new name of an entry that stays in the folder that it is drawn in."""
    folders = (base.directory for base in bases(mention.base, place.at, place.atlas) if base.via == target.via)
    text = next((relative(target.path, folder) for folder in folders), None) if target.path is not None else None
    if text is None or text == mention.text or text.rpartition("/")[0] != mention.text.rpartition("/")[0]:
        return None
    return None if any(character.isspace() for character in text) else text


def _preferred(mention: Mention, target: Target, place: Place) -> list[Base]:
    """The bases of a mention, the one that it was read against first; prose would rather start at the root than climb."""
    anew, via = target.via.startswith(ANEW), target.via.removeprefix(ANEW)
    found = list(bases(UP if anew else mention.base, place.at, place.atlas))

    def rank(base: Base) -> tuple[bool, bool]:
        climbs = relative(target.path or "", base.directory).startswith("..") and ".." not in mention.text
        return (climbs and mention.kind == "prose", base.via != via)

    return sorted(found, key=rank)


def _text(mention: Mention, target: Target, base: Base, separator: str) -> str | None:
    """A target as seen from one base, in the form of the old text: `./`, leading and trailing slash, separators, tail."""
    old, rest = plain_text(mention), target.rest
    if mention.kind == "climb":
        steps = ancestors(base.directory)
        return old[: len(".parent")] * (steps.index(target.path) + 1) if target.path in steps else None
    if target.path is None or not old.endswith(rest):
        return None
    rule = RULES[mention.kind]
    body = old[: len(old) - len(rest)]
    rooted = rule.rooted and body.startswith("/")
    new = relative(target.path, ROOT if rooted and (rule.link or not mention.base.startswith(FILE)) else base.directory)
    ending = next((ending for ending in rule.endings if new.endswith(ending)), "")
    if ending and not body.endswith(ending):
        new = new.removesuffix(ending)
    climbs = new == ".." or new.startswith("../")
    if climbs and (rooted or mention.kind == "ignore"):
        return None
    if rooted:
        new = "/" if new == "." else f"/{new}"
    elif mention.kind == "ignore" and "/" not in new + rest.rstrip("/"):
        new = f"/{new}"
    elif not climbs and new != "." and (body.startswith(("./", ".\\")) or (body.startswith("..") and mention.kind not in _LOOSE)):
        new = f"./{new}"
    if body.endswith(("/", "\\")) and not new.endswith("/"):
        new += "/"
    if rule.link and ("%" in old or (" " in new and " " not in old)):
        new = quote(new, safe="/()[]@!$&'*+,;=:~-._")
    elif any(character.isspace() for character in new) and not any(character.isspace() for character in old):
        return None
    if mention.kind == "pattern":
        new = (new + rest).replace(".", "\\.")
        return new.replace("/", "\\/") if "\\/" in mention.text else new
    return new.replace("/", separator) + rest


def _separator(mention: Mention, source: bytes) -> str:
    """The separator that the author wrote, in the mention or just before it."""
    if "/" in mention.text:
        return "/"
    before = source[max(0, mention.start - 2) : mention.start].decode("latin-1")
    for text in (mention.text, before):
        if "\\\\" in text:
            return "\\\\"
        if text.endswith("\\") or "\\" in mention.text:
            return "\\"
    return "\\" if mention.kind == "batch" and not before.endswith("/") else "/"
