"""CODEOWNERS files and what they say: who is asked to review a path, as GitHub reads them (measured by the `codeowners` of PyPI) or GitLab.

GitLab has sections (`[Name]`, `^[Optional]`, `[Name][2] @default-owner`): each gives the owners of its last line that matches, so that a path can have those of
several; lines before the first heading are a section as well, and headings with one name are one section. Its patterns are those of Ruby's `File.fnmatch?`.
What it is and how it matches: GitLab's reference and `ee/lib/gitlab/code_owners`, 18.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from migrator.paths import RepoPath

__all__ = ["EVERYWHERE", "GITLAB", "PLACES", "Ownership", "Rule", "Section", "Written", "counting", "standing", "written"]

PLACES = (RepoPath(".github/CODEOWNERS"), RepoPath("CODEOWNERS"), RepoPath("docs/CODEOWNERS"))
"""Where GitHub looks, in this order; the first counts alone. GitLab looks at the last two, and then at its own."""
GITLAB = RepoPath(".gitlab/CODEOWNERS")
"""Where GitLab looks besides the root and `docs`."""
EVERYWHERE = (*PLACES, GITLAB)
"""Where either looks."""

_HEADING = re.compile(r"\^?\[([^\]]*)\](?:\[\d*\])?(?=\s|$)")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a CODEOWNERS file."""

    pattern: str
    owners: tuple[str, ...]
    line: int
    section: str = ""
    """The name of GitLab's section without regard to case; empty before the first heading."""
    inherited: bool = False
    """Whether the owners are those of the section's heading."""
    excluded: bool = False
    """`!pattern`: the section asks nobody, whatever its other lines say."""
    gitlab: bool = False

    @property
    def expression(self) -> str:
        """The files that it means, as a regular expression of their whole paths."""
        return _fnmatch(self.pattern) if self.gitlab else _ignoring(self.pattern)

    def catches(self, path: RepoPath) -> bool:
        """Whether it speaks of a file."""
        return _compiled(self.expression).match(path) is not None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a file whose lines override each other."""

    name: str
    defaults: tuple[str, ...] = ()
    """The owners that a line has that names none, where a line is added."""
    last: int = 0
    """The last line with something of it, from one; nothing where it has none."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says."""

    gitlab: bool
    rules: tuple[Rule, ...]
    sections: tuple[Section, ...] = (Section(""),)


def written(place: RepoPath, text: str) -> Written:
    """Read a file: as GitLab does where it has sections or lies in `.gitlab`, and not where GitHub alone looks."""
    lines = text.removeprefix("\ufeff").splitlines()
    if place == GITLAB or (place != PLACES[0] and any(map(_HEADING.match, map(str.strip, lines)))):
        return _of_gitlab(lines)
    return Written(gitlab=False, rules=tuple(_of_github(lines)))


def _of_github(lines: Iterable[str]) -> Iterator[Rule]:
    """What follows a `#` is a comment; what GitLab alone knows is no rule."""
    for number, line in enumerate(lines, 1):
        words = _WORD.findall(re.split(r"(?:^|(?<=\s))#", line, maxsplit=1)[0])
        if words and not words[0].startswith(("[", "^[", "!")):
            yield Rule(words[0], tuple(words[1:]), number)


def _of_gitlab(lines: Iterable[str]) -> Written:
    """A line begins with `#` or has no comment: whoever is named behind one is an owner."""
    found, sections, now = list[Rule](), {"": Section("")}, ""
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        if heading := _HEADING.match(line):
            now = heading[1].casefold()
            sections[now] = Section(now, _named(line[heading.end() :]), number)
            continue
        pattern = _WORD.match(line)
        if pattern is None:
            continue
        rest = line[pattern.end() :]
        excluded = pattern[0].startswith("!")
        inherited = not excluded and not rest.strip() and bool(sections[now].defaults)
        owners = sections[now].defaults if inherited else () if excluded else _named(rest)
        found.append(Rule(pattern[0].removeprefix("!"), owners, number, now, inherited, excluded, gitlab=True))
        sections[now] = replace(sections[now], last=number)
    return Written(gitlab=True, rules=tuple(found), sections=tuple(sections.values()))


def _named(text: str) -> tuple[str, ...]:
    """The accounts, groups, roles (`@@maintainer`) and addresses of a line; anything else is nobody."""
    return tuple(one for one in text.split() if re.search(r"@[\w.-]", one))


def standing(paths: Container[RepoPath]) -> list[RepoPath]:
    """Those among some paths, the one that counts first: GitLab's own where there is no other."""
    return [path for path in PLACES if path in paths] or [path for path in (GITLAB,) if path in paths]


def counting(paths: Container[RepoPath], read: Callable[[RepoPath], bytes]) -> tuple[RepoPath, tuple[Rule, ...]] | None:
    """The file that counts, with its rules but for those that GitHub passes over since they name no account, team or address; None without one."""
    for path in standing(paths):
        said = written(path, read(path).decode("utf-8", "replace"))
        return path, tuple(rule for rule in said.rules if said.gitlab or all("@" in one for one in rule.owners))
    return None


class Ownership:
    """Who owns a path by some rules: those of the last that catches it in each section. All patterns are asked at once: there may be thousands, for each path."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        named: dict[str, dict[str | int, Rule]] = {}
        for rule in rules:
            # What GitLab finds twice in a section stands where it was first, and says what it says last.
            named.setdefault(rule.section, {})[rule.expression if rule.gitlab else rule.line] = rule
        self._sections = {name: _Last(tuple(several.values())) for name, several in named.items()}

    def __call__(self, path: RepoPath) -> tuple[str, ...]:
        """The owners; none where no rule catches a path, or those name nobody."""
        found = [rule.owners for one in self._sections.values() if (rule := one.rule(path)) is not None]
        return found[0] if len(found) == 1 else tuple(dict.fromkeys(owner for owners in found for owner in owners))

    def within(self, section: str, path: RepoPath) -> Rule | None:
        """The rule of a section that counts for a path; None where none speaks of it."""
        return self._sections[section].rule(path) if section in self._sections else None


@dataclass(frozen=True)
class _Last:
    rules: tuple[Rule, ...]

    @cached_property
    def _ordered(self) -> tuple[Rule, ...]:
        return (*(rule for rule in self.rules if rule.excluded), *(rule for rule in reversed(self.rules) if not rule.excluded))

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(f"({rule.expression})" for rule in self._ordered) or r"(?!)", re.DOTALL)

    def rule(self, path: RepoPath) -> Rule | None:
        found = self._any.match(path)
        return self._ordered[found.lastindex - 1] if found is not None and found.lastindex is not None else None


@lru_cache(maxsize=1 << 15)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL)


def _ignoring(pattern: str) -> str:
    """As in .gitignore, but `docs/*` is what lies in it and nothing below, and brackets mean nothing."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/") if pattern.endswith("/") else pattern.lstrip("/")
    said = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    text = "".join(said.get(part) or re.escape(part[-1]) for part in re.findall(r"\*\*/|/\*\*$|\*\*|\\.|.", body))
    # What names a file may be a directory, and then it is all in it.
    end = "/.*" if pattern.endswith("/") else "" if pattern.endswith("/*") else "(?:/.*)?"
    return f"^{'' if anchored else '(?:.*/)?'}{text}{end}$"


def _fnmatch(pattern: str) -> str:
    """As Ruby's `File.fnmatch?` with FNM_PATHNAME and FNM_DOTMATCH, after what GitLab makes of a pattern: a directory without a slash behind it is none."""
    whole = "/**/*" if pattern == "*" else pattern if pattern.startswith("/") else f"/**/{pattern}"
    whole += "**/*" if whole.endswith("/") else ""
    text = ""
    for part in re.findall(r"(?<=/)(?:\*\*/)+|\*+|\\.|\[(?:\\.|[^\]\\])*\]|.", whole):
        if part.startswith("**") and part.endswith("/"):
            text += "(?:[^/]+/)*"
        elif part.startswith("*"):
            text += "[^/]*"
        elif part == "?":
            text += "[^/]"
        elif part.startswith("[") and len(part) > 1:
            text += _class(part[1:-1])
        else:
            text += r"(?!)" if part == "[" else re.escape(part[-1])
    return f"^{text.removeprefix('/')}$"


def _class(body: str) -> str:
    """A class of characters, which takes no slash."""
    negated = body[:1] in {"!", "^"}
    inside = re.sub(r"(?<!\\)([\[&~|^])", r"\\\1", body[1:] if negated else body)
    return f"(?!/)[{'^' if negated else ''}{inside}]" if inside else "(?!)"
