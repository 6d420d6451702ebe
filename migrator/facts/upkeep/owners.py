"""CODEOWNERS files that people wrote, and what they speak of, as GitHub reads them (measured by the `codeowners` of PyPI)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from migrator.facts.upkeep.model import Owners, Rule
from migrator.paths import RepoPath, is_within

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["GITLAB", "PLACES", "Ownership", "catches", "counting", "owners", "rules_of"]

PLACES = (RepoPath(".github/CODEOWNERS"), RepoPath("CODEOWNERS"), RepoPath("docs/CODEOWNERS"))
"""Where GitHub looks, in this order; the first counts alone."""
GITLAB = RepoPath(".gitlab/CODEOWNERS")
"""Where GitLab looks besides the root and `docs`."""


def owners(facts: Facts, own: frozenset[RepoPath], directories: Sequence[RepoPath]) -> Iterator[Owners]:
    """The files that people wrote; of these directories, those that the one that counts leaves open."""
    there = _there(facts, own)
    for path in there:
        rules = tuple(rules_of(facts.read(path).decode("utf-8", "replace")))
        spoken = _any_of(_expression(rule.pattern) for rule in rules)
        free = [file for file in facts.tree if not spoken.match(file)] if path == there[0] else []
        without = tuple(one for one in directories if one and any(is_within(file, one) for file in free))
        idle = tuple(rule for rule in rules if not any(map(catches(rule.pattern).match, facts.tree))) if path == there[0] else ()
        yield Owners(path, rules, without, read=path == there[0], idle=idle)


def _there(facts: Facts, own: Collection[RepoPath] = ()) -> list[RepoPath]:
    return [path for path in PLACES if path in facts.tree and path not in own] or [path for path in (GITLAB,) if path in facts.tree]


def counting(facts: Facts) -> tuple[RepoPath, tuple[Rule, ...]] | None:
    """The file that counts, whoever wrote it, with its rules but for those that are passed over since they name no account, team or address; None without one."""
    for path in _there(facts):
        rules = rules_of(facts.read(path).decode("utf-8", "replace"))
        return path, tuple(rule for rule in rules if all("@" in one for one in rule.owners))
    return None


class Ownership:
    """Who owns a path by some rules: those of the last that catches it. All patterns are asked at once: there may be thousands, for each path."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        last_first = tuple(rules)[::-1]
        self._owners = [rule.owners for rule in last_first]
        self._any = _any_of(f"({_expression(rule.pattern)})" for rule in last_first)

    def __call__(self, path: RepoPath) -> tuple[str, ...]:
        """The owners; none where no rule catches a path, or that rule names nobody."""
        found = self._any.match(path)
        return self._owners[found.lastindex - 1] if found is not None and found.lastindex is not None else ()


def _any_of(expressions: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(expressions) or r"(?!)", re.DOTALL)


def rules_of(text: str) -> Iterator[Rule]:
    """The rules of a file; what follows a `#` is a comment, a section is GitLab's."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        words = re.findall(r"(?:\\.|[^\s\\])+", re.split(r"(?:^|(?<=\s))#", line, maxsplit=1)[0])
        if words and not words[0].startswith(("[", "^[", "!")):
            yield Rule(words[0], tuple(words[1:]), number)


@lru_cache(maxsize=1 << 15)
def catches(pattern: str) -> re.Pattern[str]:
    """The files that a pattern means: as in .gitignore, but `docs/*` is what lies in it and nothing below, and brackets mean nothing."""
    return re.compile(_expression(pattern), re.DOTALL)


def _expression(pattern: str) -> str:
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/") if pattern.endswith("/") else pattern.lstrip("/")
    said = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    text = "".join(said.get(part) or re.escape(part[-1]) for part in re.findall(r"\*\*/|/\*\*$|\*\*|\\.|.", body))
    # What names a file may be a directory, and then it is all in it.
    end = "/.*" if pattern.endswith("/") else "" if pattern.endswith("/*") else "(?:/.*)?"
    return f"^{'' if anchored else '(?:.*/)?'}{text}{end}$"
