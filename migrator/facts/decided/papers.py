"""The decisions and proposals that people wrote, numbered as adr-tools and MADR do, or called by their day as log4brains does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.errors import UsageError
from migrator.facts.decided.model import Paper
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, name, parent, repo_path
from migrator.secrets import written

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["papers"]

_KINDS = {
    **dict.fromkeys(("adr", "adrs", "decisions", "decision-records", "architecture-decisions", "architecture-decision-records"), "decision"),
    **dict.fromkeys(("rfc", "rfcs", "proposals"), "proposal"),
}
_ABOVE = re.compile(r"docs?|documentation|architecture|design")
"""Where papers of the whole repository lie; those below an application are its own."""
_NUMBERED = re.compile(r"(?:adr|rfc)?[-_]?(\d{1,5})[-_. ].*\.(?:md|markdown)", re.IGNORECASE)
_DATED = re.compile(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d-.*\.md")
"""A day is no number from which to go on."""
_TEMPLATE = re.compile(r"(?i)(?:^|[-_ .])template")
_FOLDER = RepoPath(".adr-dir")
"""In which adr-tools keeps the folder."""


class _Text(NamedTuple):
    title: str = ""
    title_line: int = 0
    status: str = ""
    status_line: int = 0


def papers(facts: Facts, paths: Iterable[RepoPath]) -> tuple[Paper, ...]:
    """Those among some files, by path."""
    own = _said(facts)
    return tuple(_papers(facts, sorted(paths), own))


def _papers(facts: Facts, paths: Iterable[RepoPath], own: RepoPath | None) -> Iterator[Paper]:
    for path in paths:
        kind = "decision" if own is not None and parent(path) == own else _kind(parent(path))
        file = name(path)
        dated = _DATED.fullmatch(file) is not None
        numbered = None if dated else _NUMBERED.fullmatch(file)
        if not kind or (numbered is None and not dated) or _TEMPLATE.search(file):
            continue
        text = facts.told(path, _read)
        digits = numbered[1] if numbered is not None else ""
        status = Said(text.status, (Origin(path, text.status_line),)) if text.status else None
        title = Said(text.title or file, (Origin(path, text.title_line),))
        yield Paper(kind, path, int(digits) if digits else None, len(digits), title, status)


def _kind(folder: RepoPath) -> str:
    *above, last = folder.lower().split("/")
    return _KINDS.get(last, "") if all(_ABOVE.fullmatch(one) for one in above) else ""


def _said(facts: Facts) -> RepoPath | None:
    if _FOLDER not in facts.tree:
        return None
    text = decoded(facts.read(_FOLDER)).strip()
    try:
        return repo_path(text) or None
    except UsageError:
        return None


def _read(source: bytes) -> _Text:
    """The first heading, and the status as front matter, a section or a line of a list says it."""
    title, status, section, fence = ("", 0), ("", 0), False, False
    for number, line in enumerate(decoded(source).splitlines(), start=1):
        if line.lstrip().startswith(("```", "~~~")):
            fence = not fence
        if fence:
            continue
        heading = re.match(r"#{1,6}[ \t]+(.*?)[ \t#]*$", line)
        if heading is not None and not title[0]:
            title = (_plain(heading[1]), number)
        said = re.match(r"(?i)(?:[-*][ \t]+)?\**status\**[ \t]*:\**[ \t]*(.+)$", line)
        if not status[0] and said is not None:
            status = (_plain(said[1]), number)
        elif section and line.strip() and heading is None and not status[0]:
            status = (_plain(line), number)
        if heading is not None:
            section = heading[1].strip().lower() == "status"
    return _Text(*title, *status)


def _plain(text: str) -> str:
    """A text without marks, in which nothing looks like a secret."""
    return written(" ".join(re.sub(r"!?\[([^\]]*)\]\([^)]*\)|[`*\"]", r"\1", text).split()))
