"""Which files a change of paths can touch, by the names that they say: so that a step costs what it changes, not what the tree holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from migrator.languages import LANGUAGES, Language, Mention, language_of
from migrator.paths import RepoPath, parent

if TYPE_CHECKING:
    from migrator.atlas.changes import Changes
    from migrator.graph import Reference

__all__ = ["Index"]

_References = tuple["Reference", ...]


class _Said:
    """What files of one language say."""

    def __init__(self) -> None:
        self.words: dict[str, list[RepoPath]] = {}
        """By name: the files that say it."""
        self.homes: dict[RepoPath, dict[RepoPath, None]] = {}
        """By directory: its files."""


class Index:
    """The files that say a name, or mean a place: some may no longer, none is missing of those that were followed."""

    def __init__(self, dialect: Callable[[str], str | None]) -> None:
        self._dialect = dialect
        self._known: dict[RepoPath, _References] = {}
        self._said = {language: _Said() for language in LANGUAGES}
        self._always: dict[RepoPath, tuple[Mention, ...]] = {}
        """By file: mentions without a name of their own, which any change may touch."""
        self._asked: dict[RepoPath, tuple[_References, tuple[tuple[Mention, frozenset[str]], ...]]] = {}
        """By file that some change touched: what it says, each mention with the names that it says."""
        self._means: dict[RepoPath, list[RepoPath]] = {}
        """By place: the files that mean it."""
        self._places: set[RepoPath] = set()
        """The files that say where a tool looks for what is in no tree."""

    def follow(self, references: Mapping[RepoPath, _References]) -> None:
        """Take in what the files of a graph say; what says what it said is known."""
        known = self._known
        for path, said in references.items():
            if known.get(path) is not said:
                self._take(path, known.get(path, ()), said)
                known[path] = said

    def _take(self, path: RepoPath, before: _References, said: _References) -> None:
        spoken = language_of(path, self._dialect)
        for place in {one.target.path for one in said} - {one.target.path for one in before}:
            if place is not None:
                self._means.setdefault(place, []).append(path)
        if any(one.target.path is None and one.target.place is not None for one in said):
            self._places.add(path)
        if spoken is None:
            return
        language, into = spoken[0], self._said[spoken[0]]
        into.homes.setdefault(parent(path), {})[path] = None
        for word in _words(language, said) - _words(language, before):
            into.words.setdefault(word, []).append(path)
        self._always[path] = tuple(one.mention for one in said if not language.words(one.mention))

    def touched(self, changes: Changes) -> dict[RepoPath, tuple[Mention, ...] | None]:
        """The files in which something may mean something else now, each with the mentions that may; None where any may."""
        found: dict[RepoPath, tuple[Mention, ...] | None] = {path: mentions for path, mentions in self._always.items() if mentions}
        for language in LANGUAGES:
            said = self._said[language]
            names = language.changed_words(changes)
            few, many = sorted((names, said.words.keys()), key=len)
            for path in {path for word in few & many for path in said.words[word]}:
                found[path] = tuple(one for one, words in self._worded(language, path) if not words or not names.isdisjoint(words))
            for directory, paths in said.homes.items():
                if language.elsewhere(changes, directory):
                    found.update(dict.fromkeys(paths))
        return found

    def _worded(self, language: Language, path: RepoPath) -> tuple[tuple[Mention, frozenset[str]], ...]:
        """The mentions of a file with the names that they say: files that one step touches, most others touch too."""
        said, asked = self._known[path], self._asked.get(path)
        if asked is None or asked[0] is not said:
            asked = self._asked[path] = said, tuple((one.mention, language.words(one.mention)) for one in said)
        return asked[1]

    def meaning(self, places: Iterable[RepoPath]) -> frozenset[RepoPath]:
        """The files that mean one of some places, or say where a tool looks for something."""
        return frozenset(self._places.union(*(self._means.get(place, ()) for place in places)))


def _words(language: Language, said: _References) -> set[str]:
    return {word for one in said for word in language.words(one.mention)}
