"""Who reviews a file goes on to review it where it goes: lines for CODEOWNERS where what is written there no longer catches it.

A pattern that names a file or a folder follows what it names; one with stars, or of a folder whose files go to several places, catches nothing there in
silence, and one that follows may come to catch what others own, since the last line counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.edits.lines import AddLine
from migrator.facts.upkeep.owners import GITLAB, PLACES, owners_of, rules_of
from migrator.paths import RepoPath, is_within, parent
from migrator.step import Edit

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.upkeep.model import Rule

__all__ = ["owned"]

_STAR = re.compile(r"[*?]")
_ODD = re.compile(r"[\s#!\[\]*\\]")
"""What no pattern can say of a path; a question mark catches it."""


def owned(facts: Facts, moves: Mapping[RepoPath, RepoPath]) -> Iterator[Edit]:
    """The lines by which files keep their owners: of a folder where all in it have the same, else of the file."""
    for place in (*PLACES, GITLAB):
        if place in facts.tree:
            rules = tuple(rules_of(facts.read(place).decode("utf-8", "replace")))
            yield from (Edit(place, AddLine(line)) for line in _lines(facts, moves, rules))


def _lines(facts: Facts, moves: Mapping[RepoPath, RepoPath], rules: Sequence[Rule]) -> Iterator[str]:
    homes = [_followed(facts, moves, rule.pattern) for rule in rules]
    then = [rule if pair is None else replace(rule, pattern=rule.pattern.replace(*pair, 1)) for rule, pair in zip(rules, homes, strict=True)]
    # What stays may be caught by a pattern that follows something to it.
    beside = {path for _, home in filter(None, homes) for path in facts.tree.below(RepoPath(home))}
    had = {moves.get(path, path): owners_of(rules, path) for path in {*moves, *beside}}
    lost = {path: owners for path, owners in sorted(had.items()) if owners and owners != owners_of(then, path)}
    said: dict[RepoPath, tuple[str, ...]] = {}
    for folder in sorted({parent(path) for path in lost} - {RepoPath("")}):
        stay = {owners_of(then, path) for path in facts.tree.below(folder) if path not in moves and path not in lost}
        inside = stay | {lost.get(path) or owners_of(then, path) for path in had if is_within(path, folder)}
        if len(inside) == 1 and not any(is_within(folder, one) for one in said):
            said[folder] = inside.pop()
            yield _line(f"{folder}/", said[folder])
    yield from (_line(path, owners) for path, owners in lost.items() if not any(is_within(path, one) for one in said))


def _followed(facts: Facts, moves: Mapping[RepoPath, RepoPath], pattern: str) -> tuple[str, str] | None:
    """What a pattern names and where that goes, where it is rewritten with it: a file, or a folder of which everything goes to one place."""
    bare = pattern.strip("/")
    base = RepoPath(bare.rpartition("/")[0] if _STAR.search(bare) else bare)
    if not base or _STAR.search(base):
        return None
    if base in moves:
        return base, moves[base]
    below = list(facts.tree.below(base))
    homes = {moves[path].removesuffix(path[len(base) :]) if path in moves else None for path in below}
    home = homes.pop() if len(homes) == 1 else None
    return (base, home) if home and all(moves[path] == home + path[len(base) :] for path in below) else None


def _line(path: str, owners: Iterable[str]) -> str:
    return f"/{_ODD.sub('?', path)} {' '.join(owners)}"
