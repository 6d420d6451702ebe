"""CODEOWNERS files that people wrote, and what they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from migrator.codeowners import Rule, standing, written
from migrator.facts.upkeep.model import Owners
from migrator.paths import RepoPath, is_within

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["owners"]


def owners(facts: Facts, own: frozenset[RepoPath], directories: Sequence[RepoPath]) -> Iterator[Owners]:
    """The files that people wrote; of these directories, those that the one that counts leaves open."""
    there = standing(facts.tree.keys() - own)
    for path in there:
        said = written(path, facts.read(path).decode("utf-8", "replace"))
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


def _any_of(rules: Iterator[Rule] | Sequence[Rule]) -> re.Pattern[str]:
    return re.compile("|".join(rule.expression for rule in rules) or r"(?!)", re.DOTALL)
