"""Who reviews a test goes on to review it: a line of CODEOWNERS for each folder whose tests went to several places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pathspec

from migrator.edits.lines import AddLine
from migrator.paths import RepoPath, is_within, parent
from migrator.step import Edit

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["owned"]

_FILES = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


class _Line(NamedTuple):
    """A line: its pattern, and who owns what it catches."""

    pattern: str
    owners: str
    """Empty where what it catches is nobody's."""

    def catches(self, path: RepoPath) -> bool:
        # GitHub's stars stay in their folder, where git's catch what lies below a folder that they catch.
        return _spec(self.pattern).match_file(path) and not (self.pattern.endswith("/*") and parent(path) != self.folder)

    @property
    def folder(self) -> str:
        """The folder that the pattern is about; empty where it has a star before its end."""
        bare = self.pattern.strip("/").removesuffix("/**").removesuffix("/*")
        return "" if set(bare) & set("*?[") else bare


@lru_cache(maxsize=1024)
def _spec(pattern: str) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines([pattern])


def owned(facts: Facts, moves: Mapping[RepoPath, RepoPath]) -> Iterator[Edit]:
    """The lines that files which leave an owner's folder need to keep their owners."""
    for place in map(RepoPath, _FILES):
        lines = _lines(facts, place) if place in facts.tree else ()
        wanted: dict[str, None] = {}
        for old, new in sorted(moves.items()):
            was, now = _last(lines, old), _last(lines, new)
            if was is None or not was.owners or not was.folder or (now is not None and now.owners == was.owners):
                continue
            rest = old[len(was.folder) :]
            # A folder of which everything goes to one place is followed by whoever names it.
            whole = all(moves.get(path, "").endswith(path[len(was.folder) :]) for path in facts.tree.below(RepoPath(was.folder)))
            if is_within(old, was.folder) and rest and new.endswith(rest) and not whole:
                wanted[f"/{new.removesuffix(rest)}/ {was.owners}"] = None
        yield from (Edit(place, AddLine(line)) for line in wanted)


def _lines(facts: Facts, place: RepoPath) -> tuple[_Line, ...]:
    said = (line.split("#")[0].split() for line in facts.read(place).decode("utf-8", "replace").splitlines())
    return tuple(_Line(words[0], " ".join(words[1:])) for words in said if words and not words[0].startswith(("[", "^", "!")))


def _last(lines: tuple[_Line, ...], path: RepoPath) -> _Line | None:
    """The line that counts for a path: the last that catches it."""
    return next((line for line in reversed(lines) if line.catches(path)), None)
