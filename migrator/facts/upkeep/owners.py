"""CODEOWNERS files that people wrote, and what they speak of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from migrator.codeowners import GITLAB, PLACES, Rule, Written, written
from migrator.facts.upkeep.model import Owners
from migrator.paths import RepoPath, is_within

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["counting", "owners"]


def owners(facts: Facts, own: frozenset[RepoPath], directories: Sequence[RepoPath]) -> Iterator[Owners]:
    """The files that people wrote; of these directories, those that the one that counts leaves open."""
    there = _there(facts, own)
    for path in there:
        said = _read(facts, path)
        if path != there[0]:
            yield Owners(path, said.rules, read=False)
            continue
        spoken = _any_of(said.rules)
        free = [file for file in facts.tree if not spoken.match(file)]
        # What a section owns, lines before the first one would own as well.
        own_by_section = _any_of(rule for rule in said.rules if rule.section)
        closed = [file for file in facts.tree if own_by_section.match(file)] if said.gitlab else []
        without = tuple(
            one for one in directories if one and any(is_within(file, one) for file in free) and not any(is_within(file, one) for file in closed)
        )
        yield Owners(path, said.rules, without, idle=tuple(rule for rule in said.rules if not any(map(rule.catches, facts.tree))))


def _there(facts: Facts, own: Collection[RepoPath] = ()) -> list[RepoPath]:
    return [path for path in PLACES if path in facts.tree and path not in own] or [path for path in (GITLAB,) if path in facts.tree]


def _read(facts: Facts, path: RepoPath) -> Written:
    return written(path, facts.read(path).decode("utf-8", "replace"))


def counting(facts: Facts) -> tuple[RepoPath, tuple[Rule, ...]] | None:
    """The file that counts, whoever wrote it, with its rules but for those that GitHub passes over since they name no account, team or address; None without one."""
    for path in _there(facts):
        said = _read(facts, path)
        return path, tuple(rule for rule in said.rules if said.gitlab or all("@" in one for one in rule.owners))
    return None


def _any_of(rules: Iterator[Rule] | Sequence[Rule]) -> re.Pattern[str]:
    return re.compile("|".join(rule.expression for rule in rules) or r"(?!)", re.DOTALL)
