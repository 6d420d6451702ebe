"""Who reviews a file goes on to review it where it goes: lines for CODEOWNERS where what is written there no longer catches it.

A pattern that names a file or a folder follows what it names; one with stars, or of a folder whose files go to several places, catches nothing there in
silence, and one that follows may come to catch what others own, since the last line counts. Each section of GitLab's is a file by itself. A line that was added is
made anew where what it catches moves on: back where it came from, none is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from migrator.codeowners import EVERYWHERE, Ownership, Rule, Section, Written, written
from migrator.edits.source import Source
from migrator.facts.distributions import MANIFESTS
from migrator.paths import RepoPath, ancestors, is_within, parent
from migrator.record import generated_blobs, records

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Kept", "kept", "shortened"]

_ODD = re.compile(r"[\s#!\[\]*\\\ud800-\udfff]")
"""What no pattern can say of a path; a question mark catches it."""


_MANIFESTS = (*MANIFESTS, "package.json")
"""What makes a folder that of a package."""


class Kept(NamedTuple):
    """What a CODEOWNERS file comes to say."""

    text: bytes
    added: tuple[str, ...]
    """The lines that are new in it."""


def kept(before: Facts, after: Facts, origins: Mapping[RepoPath, RepoPath], said: Collection[RepoPath], *, moved: bool) -> dict[RepoPath, Kept]:
    """The CODEOWNERS files that need lines more, or one less that an earlier step added; new lines come last in what they are a part of, where they count.

    `origins` says of new places whose files these were, `said` are the files whose text the step itself decides: there who owns what stays is as it says.
    Without anything `moved` nothing is asked of what stays.
    """
    found: dict[RepoPath, Kept] = {}
    for place in EVERYWHERE if origins else ():
        was = origins.get(place, place)
        if place not in after.tree or was not in before.tree:
            continue
        old, new = (written(where, facts.read(where).decode("utf-8", "replace")) for where, facts in ((was, before), (place, after)))
        # What stays may be caught by a pattern that follows something to it.
        beside = after.tree if moved and place not in said and [one.pattern for one in old.rules] != [one.pattern for one in new.rules] else ()
        files = sorted(path for path in {*origins, *beside} if path in after.tree and origins.get(path, path) in before.tree)
        again = _again(before, was, old, new) if beside else frozenset()
        left = replace(new, rules=tuple(rule for rule in new.rules if rule not in again))
        more = list(_more(before, after, origins, files, old, left))
        if again or any(lines for _, lines in more):
            found[place] = Kept(_with(after.read(place), again, more, gitlab=new.gitlab), tuple(line for _, lines in more for line in lines))
    return found


def shortened(before: Facts, origins: Mapping[RepoPath, RepoPath]) -> frozenset[RepoPath]:
    """The CODEOWNERS files, as they are called now, with lines that steps added: those may go again, and with them what they named."""
    places = EVERYWHERE if origins else ()
    return frozenset(place for place in places if (was := origins.get(place, place)) in before.tree and _added(before, was))


def _more(  # noqa: PLR0913, PLR0917  what was and what is, three times
    before: Facts, after: Facts, origins: Mapping[RepoPath, RepoPath], files: Collection[RepoPath], old: Written, new: Written
) -> Iterator[tuple[Section, list[str]]]:
    """The lines that each section needs."""
    then, now = Ownership(old.rules), Ownership(new.rules)
    for section in new.sections:
        lost: dict[RepoPath, str] = {}
        for path in files:
            had, has = then.within(section.name, origins.get(path, path)), now.within(section.name, path)
            # Of what a section excludes it asks nobody, whatever other lines say.
            if had is not None and (had.owners or had.excluded) and not _same(had, has) and not (has is not None and has.excluded):
                lost[path] = _tail(had, section)
        yield section, list(_lines(before, after, origins, lost, partial(_now, now, section)))


def _now(ownership: Ownership, section: Section, path: RepoPath) -> str:
    return _tail(ownership.within(section.name, path), section)


def _same(one: Rule, other: Rule | None) -> bool:
    return other is not None and (one.owners, one.excluded) == (other.owners, other.excluded)


def _tail(rule: Rule | None, section: Section) -> str:
    """What stands behind the pattern of a line that says the same at the end of a section; `!` is before it instead, `-` is none."""
    if rule is None or rule.excluded:
        return "-" if rule is None else "!"
    return "" if rule.inherited and rule.owners == section.defaults else f" {' '.join(rule.owners)}"


def _lines(
    before: Facts, after: Facts, origins: Mapping[RepoPath, RepoPath], lost: Mapping[RepoPath, str], now: Callable[[RepoPath], str]
) -> Iterator[str]:
    """A line for a folder where all in it have the same owners, what we made aside, else for the file."""
    ours = before.derive(generated_blobs) if lost else {}
    said: dict[RepoPath, str] = {}
    for folder in sorted({one for path in lost for one in _folders(before, after, path, ours)}):
        inside = [path for path in after.tree.below(folder) if path in lost or path in origins or (path in before.tree and path not in ours)]
        tails = {lost[path] if path in lost else now(path) for path in inside}
        if len(tails) == 1 and not any(is_within(folder, one) for one in said):
            said[folder] = tails.pop()
            yield _line(f"{folder}/", said[folder])
    yield from (_line(path, tail) for path, tail in lost.items() if not any(is_within(path, one) for one in said))


def _folders(before: Facts, after: Facts, path: RepoPath, ours: Collection[RepoPath]) -> Iterator[RepoPath]:
    """The folder that a file is in; and those above it up to that of a package in which people had nothing: other new folders are shelves for others too."""
    above = [one for one in ancestors(path)[:-1] if all(file in ours for file in before.tree.below(one))]
    package = next((at for at, one in reversed(list(enumerate(above))) if any(f"{one}/{manifest}" in after.tree for manifest in _MANIFESTS)), -1)
    yield from {*above[: package + 1], *filter(None, [parent(path)])}


def _line(path: str, tail: str) -> str:
    pattern = f"/{_ODD.sub('?', path)}"
    return f"!{pattern}" if tail == "!" else f"{pattern}{tail}"


def _again(before: Facts, was: RepoPath, old: Written, new: Written) -> frozenset[Rule]:
    """The lines that steps added and whose patterns follow: what they were for needs none where it is now, or another one."""
    ours = _added(before, was)
    if not ours or len(old.rules) != len(new.rules):
        return frozenset()
    return frozenset(now for then, now in zip(old.rules, new.rules, strict=True) if then.pattern in ours and then.pattern != now.pattern)


def _added(facts: Facts, place: RepoPath) -> frozenset[str]:
    """The patterns of the lines that steps added to a CODEOWNERS file, as later moves left them."""
    found: set[tuple[bool, RepoPath, str]] = set()
    where: dict[str, RepoPath] = {}
    for record in facts.derive(records):
        moves = record.substitution
        found = {(folder, moves(path), said) for folder, path, said in found}
        where = {said: moves(path) for said, path in where.items()}
        for said, lines in record.owned.items():
            where[said] = RepoPath(said)
            patterns = [line.split()[0].lstrip("!") for line in lines]
            found |= {(pattern.endswith("/"), RepoPath(pattern.strip("/")), said) for pattern in patterns}
    return frozenset(f"/{path}{'/' if folder else ''}" for folder, path, said in found if where[said] == place)


def _with(source: bytes, again: Collection[Rule], more: Sequence[tuple[Section, list[str]]], *, gitlab: bool) -> bytes:
    """A text without some lines of its rules, and with others behind the last of each section, or of the file."""
    text = Source.read(source)
    lines = text.lines()
    for rule in again:
        lines[rule.line - 1] = ""
    for section, added in sorted(more, key=lambda one: -one[0].last):
        at = section.last if gitlab else len(lines)
        if added and at and lines[at - 1] and not lines[at - 1].endswith("\n"):
            lines[at - 1] += text.newline
        lines[at:at] = [f"{line}{text.newline}" for line in added]
    return text.encoded("".join(lines))
