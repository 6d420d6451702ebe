"""Who changed what: the history, seen from the repository as it is laid out now."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.facts.projects import projects
from migrator.facts.sources import moved_since
from migrator.facts.upkeep.model import Authorship, Person, Worked
from migrator.paths import OURS, RepoPath, ancestors, is_within

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.git.commits import Changed

__all__ = ["authorship", "makers", "shares"]

_DAY = 86_400
_IGNORED = RepoPath(".git-blame-ignore-revs")
_BOT = re.compile(
    r"\[bot\]|(?:^|[\s_-])bot$|^(?:dependabot|renovate|github[ -]actions?|web-flow|snyk|pre-commit-ci|weblate|mergify|greenkeeper|pyup|imgbot|allcontributors|semantic-release|transifex|crowdin|codecov)\b"
    r"|^(?:noreply|no-reply|actions?|hosted)@(?:github\.com|weblate\.org)$",
    re.IGNORECASE,
)
"""Names and addresses of programs that commit."""


def authorship(facts: Facts) -> Authorship:
    """Who changed what, once for each tree; nobody where there is no history."""
    return facts.derive(_authorship)


def _authorship(facts: Facts) -> Authorship:
    seen, places = _People(), _Places(facts)
    touched = [
        (who, one.time, frozenset(area for path in paths for area in places.areas(path)))
        for one, paths in _counted(facts, places)
        if (who := seen.number(one.author, one.mail)) is not None
    ]
    newest = max((time for _, time, _ in touched), default=0)
    days: dict[RepoPath, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for who, time, areas in touched:
        for area in areas:
            days[area][who].append((newest - time) // _DAY)
    known = projects(facts)
    worked = tuple(
        Worked(area, known[area].manifest if area in known else None, {who: tuple(sorted(ages)) for who, ages in sorted(days[area].items())})
        for area in sorted(days)
    )
    return Authorship(tuple(Person(tuple(names)) for names in seen.people), len(seen.bots), worked)


def makers(facts: Facts) -> Mapping[RepoPath, str]:
    """By file, who changed it most, and of several who did so last: the newest name, and no mail address."""
    seen, places, names = _People(), _Places(facts), dict[int, str]()
    counts: dict[RepoPath, Counter[int]] = defaultdict(Counter)
    for one, paths in _counted(facts, places):
        who = seen.number(one.author, one.mail)
        if who is not None:
            names.setdefault(who, one.author.strip().partition("@")[0])
            for path in paths:
                counts[path][who] += 1
    # The newest come first, and of equals the first is taken.
    return {path: names[count.most_common(1)[0][0]] for path, count in counts.items() if path in facts.tree}


def _counted(facts: Facts, places: _Places) -> Iterator[tuple[Changed, tuple[RepoPath, ...]]]:
    """The commits in which people changed something, newest first, each with the files, as they are called now."""
    ignored = _ignored(facts)
    for one in facts.changes:
        ours = bool(one.step) or any(is_within(path, OURS) for path in one.paths)
        if one.paths and not ours and one.commit not in ignored:
            yield one, tuple(map(places.now, one.paths))
        # Going back in time, what is called `old` before this commit is called `new` after it; where our steps moved things, their records say so.
        if not ours:
            places.renamed(one.renames)


def _ignored(facts: Facts) -> frozenset[str]:
    """The commits that people want blame to pass over: what only changes how code is laid out."""
    text = facts.read(_IGNORED).decode("utf-8", "replace") if _IGNORED in facts.tree else ""
    return frozenset(re.findall(r"(?m)^[ \t]*([0-9a-f]{40})\b", text))


class _People:
    """Authors, told apart by name and address: who has one of them in common with somebody is that one."""

    def __init__(self) -> None:
        self.people: list[list[str]] = []
        self.bots: set[str] = set()
        self._known: dict[str, int] = {}

    def number(self, author: str, mail: str) -> int | None:
        """Which person somebody is; None for a program."""
        name, address = author.strip().casefold(), mail.strip().casefold()
        if _BOT.search(name) or _BOT.search(address):
            self.bots.add(name)
            return None
        called = [one for one in (address, name) if one]
        number = next((self._known[one] for one in called if one in self._known), len(self.people))
        if number == len(self.people):
            self.people.append([])
        for one in called:
            if one not in self._known:
                self._known[one] = number
                self.people[number].append(one)
        return number


class _Places:
    """Where files of the past are now, and in which areas."""

    def __init__(self, facts: Facts) -> None:
        self._tree = facts.tree
        self._since = moved_since(facts)
        self._projects = projects(facts)
        self._renamed: dict[RepoPath, RepoPath] = {}
        self._areas: dict[RepoPath, tuple[RepoPath, ...]] = {}

    def renamed(self, pairs: tuple[tuple[RepoPath, RepoPath], ...]) -> None:
        """What was called so before a commit is called otherwise after it, all at once."""
        self._renamed |= {old: self._renamed.get(new, new) for old, new in pairs}

    def now(self, path: RepoPath) -> RepoPath:
        """What a file is called today, or was called last."""
        place = self._renamed.get(path, path)
        for moves in self._since if place not in self._tree else ():
            place = moves(place)
        return place

    def areas(self, place: RepoPath) -> tuple[RepoPath, ...]:
        """The whole, the folder at the top and the closest project of a file, as far as they are there."""
        if place not in self._areas:
            self._areas[place] = tuple(self._found(place))
        return self._areas[place]

    def _found(self, place: RepoPath) -> Iterator[RepoPath]:
        yield RepoPath("")
        top, _, below = place.partition("/")
        project = next((above for above in ancestors(place) if above in self._projects), RepoPath(""))
        if project:
            yield project
        elif below and self._tree.is_dir(RepoPath(top)) and (not top.startswith(".") or top == ".github"):
            yield RepoPath(top)


def shares(worked: Worked, half_life: int) -> Mapping[int, float]:
    """By person, what part of the changes is theirs; a change counts half after so many days."""
    weights = {who: sum(0.5 ** (age / half_life) for age in ages) for who, ages in worked.days.items()}
    total = sum(weights.values())
    # Rounded, since the last digits of a power are the machine's (L4).
    return {who: round(weight / total, 6) for who, weight in weights.items()} if total else {}
