"""Climbs from a file's own place that end elsewhere: `Path(__file__).parents[2]` has no text that could be wrong, and yet it means another place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.ascents import ascents
from migrator.facts.scripts import language_by_name
from migrator.graph import line_of
from migrator.languages.python import speaks
from migrator.languages.python.filepaths import climbed, climbs
from migrator.paths import RepoPath, join

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts


def file_climbs(built: Built) -> Iterator[Finding]:
    """A warning for each climb in a moved Python file that no longer leads to where the directory it named went.

    Where strings are put on top and name something of the repository, they are a mention and follow by themselves.
    """
    before, after = built.before, built.after
    moved = {old: new for old, new in built.files.items() if speaks(old) and old in before.graph.references and new in after.tree}
    for old, new in moved.items():
        was = before.told(old, climbs)
        if not was:
            continue
        followed, follows, now = _followed(before, old), _followed(after, new), after.told(new, climbs)
        # Rewriting keeps their number; where it changed, the step itself wrote the file, and so it did where a name came on top of a climb.
        for one, other in zip(was, now, strict=True) if len(was) == len(now) else ():
            named, names = climbed(old, one.levels), climbed(new, other.levels)
            if named is None or one.strings in followed or other.strings in follows:
                continue
            if _on(built.place(named), one.added) != _on(names, other.added):
                yield Finding("file-path", new, f"`{other.text}` named {_said(named)} and would now name {_said(names)}", other.line)

    yield from _counting(built)


def _counting(built: Built) -> Iterator[Finding]:
    """The same for shell, PowerShell and JavaScript: `dirname "$HERE"`, `Split-Path $PSScriptRoot`, `path.dirname(__dirname)`."""
    for old, new in built.files.items():
        language = language_by_name(new)
        if language is None or new not in built.after.tree or old not in built.before.graph.references:
            continue
        was, now = built.before.told(old, ascents, language), built.after.told(new, ascents, language)
        for one, other in zip(was, now, strict=True) if len(was) == len(now) else ():
            named, names = climbed(old, one.levels), climbed(new, other.levels)
            if named is not None and built.place(named) != names:
                line = line_of(built.after.read(new), other.start)
                yield Finding("file-path", new, f"`{other.text}` named {_said(named)} and would now name {_said(names)}", line)


def _on(directory: RepoPath | None, added: str) -> RepoPath | None:
    """What strings on top of a directory name."""
    return directory if directory is None or not added else join(directory, added)


def _followed(facts: Facts, path: RepoPath) -> set[int]:
    """Where the mentions of a file begin that name something of the repository."""
    return {reference.mention.start for reference in facts.graph.references.get(path, ()) if reference.target.path is not None}


def _said(directory: RepoPath | None) -> str:
    return "a place outside the repository" if directory is None else directory or "the top of the repository"
