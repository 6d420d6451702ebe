"""Who reviews a file goes on to review it where it goes: lines for CODEOWNERS where what is written there no longer catches it.

A pattern that names a file or a folder follows what it names; one with stars, or of a folder whose files go to several places, catches nothing there in
silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.edits.lines import AddLine
from migrator.facts.upkeep.owners import PLACES, catches, rules_of
from migrator.paths import RepoPath, is_within, parent
from migrator.step import Edit

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.upkeep.model import Rule

__all__ = ["owned"]

_GITLAB = RepoPath(".gitlab/CODEOWNERS")
_STAR = re.compile(r"[*?]")
_ODD = re.compile(r"[\s#!\[\]*\\]")
"""What no pattern can say of a path; a question mark catches it."""


def owned(facts: Facts, moves: Mapping[RepoPath, RepoPath]) -> Iterator[Edit]:
    """The lines that moved files need to keep their owners: of a folder where all in it have them, else of the file."""
    for place in (*PLACES, _GITLAB):
        if place in facts.tree:
            rules = tuple(rules_of(facts.read(place).decode("utf-8", "replace")))
            lost = dict(_lost(facts, moves, rules))
            yield from (Edit(place, AddLine(line)) for line in _lines(facts, moves, rules, lost)) if lost else ()


def _lost(facts: Facts, moves: Mapping[RepoPath, RepoPath], rules: Sequence[Rule]) -> Iterator[tuple[RepoPath, tuple[str, ...]]]:
    """By where they go, the files that would have other owners there, with those that they have."""
    for old, new in sorted(moves.items(), key=lambda pair: pair[1]):
        was = _last(rules, old)
        if was is not None and was.owners and was.owners != _owners(rules, new) and not _follows(facts, moves, was.pattern, old):
            yield new, was.owners


def _last(rules: Sequence[Rule], path: RepoPath) -> Rule | None:
    """The rule that counts for a path: the last that catches it."""
    return next((rule for rule in reversed(rules) if catches(rule.pattern).match(path)), None)


def _owners(rules: Sequence[Rule], path: RepoPath) -> tuple[str, ...]:
    rule = _last(rules, path)
    return rule.owners if rule is not None else ()


def _follows(facts: Facts, moves: Mapping[RepoPath, RepoPath], pattern: str, old: RepoPath) -> bool:
    """Whether a pattern is rewritten with what it names: the file, or a folder of which everything goes to one place."""
    bare = pattern.strip("/")
    base = RepoPath(bare.rpartition("/")[0] if _STAR.search(bare) else bare)
    if not base or _STAR.search(base) or not is_within(old, base):
        return False
    homes = {moves[path].removesuffix(path[len(base) :]) if path in moves else None for path in facts.tree.below(base)}
    return old == base or (len(homes) == 1 and f"{homes.pop()}{old[len(base) :]}" == moves[old])


def _lines(facts: Facts, moves: Mapping[RepoPath, RepoPath], rules: Sequence[Rule], lost: Mapping[RepoPath, tuple[str, ...]]) -> Iterator[str]:
    """Lines that give the lost ones their owners back and change nobody else's."""
    after = {path: _owners(rules, path) for path in facts.tree if path not in moves} | {new: _owners(rules, new) for new in moves.values()}
    after |= lost
    said: dict[RepoPath, tuple[str, ...]] = {}
    for folder in sorted({parent(new) for new in lost} - {RepoPath("")}):
        inside = {owners for path, owners in after.items() if is_within(path, folder)}
        if len(inside) == 1 and not any(is_within(folder, one) for one in said):
            said[folder] = inside.pop()
            yield _line(f"{folder}/", said[folder])
    yield from (_line(new, owners) for new, owners in sorted(lost.items()) if not any(is_within(new, one) for one in said))


def _line(path: str, owners: Iterable[str]) -> str:
    return f"/{_ODD.sub('?', path)} {' '.join(owners)}"
