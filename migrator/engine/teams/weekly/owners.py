"""Who owns a step: those who own what it is about, by CODEOWNERS, and where that names nobody for it by the history.

What a step is about is what it moves; where it moves nothing, what it changes or takes away; else what it makes. Files whose references only follow have no part
in it: the team whose code moves makes the move, whoever names that code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from migrator.codeowners import Ownership, counting
from migrator.errors import UsageError
from migrator.facts.upkeep.authorship import makers
from migrator.paths import RepoPath
from migrator.record import FOLDER, Record, place_of, record_in
from migrator.tree import followed
from migrator.wording import listed, word

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.plan import Plan, PlannedStep

__all__ = ["HISTORY", "Owners", "Subject", "about", "made", "owners", "subjects", "touched", "within"]

HISTORY = "history"
_PART = 5
"""A fifth of the files that a step is about makes an owner; where nobody has so many, most do."""
_FEW = 12


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns the files of one tree."""

    source: str
    """The CODEOWNERS file that counts, or `HISTORY`."""
    names: tuple[str, ...]
    """Everybody: as the file has them, or by history those who changed most files first."""
    of: Callable[[RepoPath], tuple[str, ...]]
    """Who owns a file; nobody perhaps."""
    behind: Callable[[], Owners] | None = None
    """Who does by the history, for what the file leaves open."""

    def share(self, paths: Iterable[RepoPath]) -> tuple[str, ...]:
        """Who owns some files together: whoever has a fifth of those that are owned, else whoever has most; by how many."""
        files = tuple(paths)
        owned = [names for names in map(self.of, files) if names]
        counts = Counter(name for names in owned for name in names)
        ranked = sorted(counts, key=lambda name: (-counts[name], name))
        found = tuple(name for name in ranked if counts[name] * _PART >= len(owned)) or tuple(ranked[:1])
        return found or (self.behind().share(files) if self.behind is not None else ())

    def meant(self, name: str) -> str:
        """The owner that a person names: as written, or without `@` and the organisation. Raises UsageError for one that nobody is, or several could be."""
        alike = _alike(self.names, name)
        everybody = self.names
        if not alike and self.behind is not None:
            everybody = (*self.names, *self.behind().names)
            alike = _alike(everybody, name)
        if len(alike) == 1:
            return alike[0]
        if alike:
            raise UsageError(f"--owner {name} could be {' or '.join(alike)}", f"--owner {word(alike[0])}")
        where = "the history" if self.source == HISTORY else f"{self.source} and the history"
        there = f"there are {listed(list(everybody), _FEW)}" if everybody else "nobody owns anything here"
        raise UsageError(f"nobody is called {name or 'nothing'} in {where}: {there}", "migrate status --open shows who owns which steps")


def _alike(names: Iterable[str], name: str) -> list[str]:
    wanted = name.casefold()
    if same := [one for one in names if one.casefold() == wanted]:
        return same
    return [one for one in names if wanted.removeprefix("@") in {(bare := one.casefold().removeprefix("@")), bare.rpartition("/")[2]}]


def owners(facts: Facts) -> Owners:
    """Who owns what in a tree: by the CODEOWNERS file that counts, and by who changed each file most where it names nobody for a step."""
    if (said := counting(facts.tree, facts.read)) is None:
        return _by_history(facts)
    place, rules = said
    names = tuple(dict.fromkeys(owner for rule in rules for owner in rule.owners))
    return Owners(str(place), names, cache(Ownership(rules)), cache(partial(_by_history, facts)))


def _by_history(facts: Facts) -> Owners:
    most = makers(facts)
    return Owners(HISTORY, tuple(name for name, _ in Counter(most.values()).most_common()), lambda path: (most[path],) if path in most else ())


# what steps are about --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """What a step of a plan is about."""

    files: tuple[RepoPath, ...]
    """As they are called in the tree on which planning began, or will be where they are new."""
    names: frozenset[RepoPath]
    """The same by all their names: there, before the step, and after it."""


def subjects(plan: Plan) -> Mapping[str, Subject]:
    """What each step of a plan is about, by id."""
    home: dict[RepoPath, RepoPath] = {}
    found = {}
    for step in plan.steps:
        moved, after = step.built.files, step.built.after
        place = place_of(step.number, step.step.slug)
        record = record_in(after.read(place)) if place in after.tree else None
        files = (record and about(record, moved)) or touched(step)
        first = tuple(home.get(path, path) for path in files)
        found[step.id] = Subject(first, frozenset((*first, *files, *(moved.get(path, path) for path in files))))
        home |= {new: home.get(old, old) for old, new in moved.items()}
    return found


def about(record: Record, moved: Collection[RepoPath]) -> tuple[RepoPath, ...]:
    """The files that a step is about by its record, of which `moved` are those that its moves take along."""
    from_modules = dict.fromkeys(RepoPath(old) for old, _, _ in record.symbols)
    changed = dict.fromkeys(map(RepoPath, (*(path for path, _ in record.edits), *record.removed)))
    return (*moved, *from_modules) or tuple(changed) or tuple(map(RepoPath, record.generated))


def touched(step: PlannedStep) -> tuple[RepoPath, ...]:
    """Every file that a step moves, changes, makes or takes away, once, by its last name; its own record is none."""
    built = step.built
    files = sorted({*built.files.values(), *built.edited, *built.created, *built.deleted})
    return tuple(path for path in files if not path.startswith(f"{FOLDER}/"))


def made(facts: Facts, records: Sequence[Record]) -> Iterator[tuple[RepoPath, ...]]:
    """What each step is about that was made, in the order in which they were, by where that is by now."""
    moves = [record.substitution for record in records]
    for number, record in enumerate(records, 1):
        yield within(facts, (followed(path, moves[number:]) for path in about(record, [RepoPath(new) for _, new in record.moves])))


def within(facts: Facts, places: Iterable[RepoPath]) -> tuple[RepoPath, ...]:
    """Some places as files: of a directory all that lie in it; what is not there stays as it is."""
    return tuple(file for place in places for file in (facts.tree.below(place) if facts.tree.is_dir(place) else (place,)))
