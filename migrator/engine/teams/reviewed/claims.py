"""Which steps commits say they are: by the records that they bring, and by their trailers where a record is gone.

What a commit says is written by whoever made it. It is what is asked, never what is believed: `recomputing` finds out what comes of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from migrator.engine.commits import MOVES, NUMBER, PART, PHASE, STEP, UNOFFERED
from migrator.errors import Problem, UsageError
from migrator.paths import RepoPath, name
from migrator.record import FOLDER, Record, record_in, spoken
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.git import Repository
    from migrator.git.commits import Commit

__all__ = ["Claim", "Unit", "units"]

_NUMBER = re.compile(rf"(?:\d{{1,4}}|{'|'.join(UNOFFERED)})\.\d{{1,6}}", re.ASCII)
"""What numbers look like; others would be no numbers to whoever counts on from them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A step that a commit says it is."""

    phase: str
    slug: str
    number: str
    title: str
    record: Record | None = None

    @property
    def id(self) -> str:
        """The step's id, `phase/slug`."""
        return f"{self.phase}/{self.slug}"

    def __str__(self) -> str:
        return f"{self.number} {self.slug}"


@dataclass(frozen=True, slots=True)
class Unit:
    """Commits that are looked at together: one, or the two of a step whose files moved first."""

    commits: tuple[Commit, ...]
    before: str
    """The commit that they stand on; empty for a first commit."""
    claims: tuple[Claim, ...]
    """None where people made it."""
    problems: tuple[Problem, ...] = ()
    """Why it is not known what they are."""
    notes: tuple[str, ...] = ()
    """What is worth knowing and changes no tree."""

    @property
    def commit(self) -> Commit:
        """The one that leads to the tree."""
        return self.commits[-1]


def units(engine: Engine, start: str | None, head: str) -> tuple[Unit, ...]:
    """The commits of a first-parent history, oldest first; without a start the one that `head` names alone.

    Raises UsageError for the first half of a step by itself.
    """
    repository = engine.repository
    if start is None:
        last = repository.commit(head)
        if last.trailers.get(PART):
            raise UsageError(f"{head} moves the files of a step, and the next commit is the rest of it", "migrate review A..B with both")
        history = [last]
        above = repository.commit(last.parents[0]) if last.parents else None
        if above is not None and _halves(above, last):
            history = [above, last]
        span = f"{history[0].parents[0]}..{last.id}" if history[0].parents else last.id
    else:
        span = f"{start}..{head}"
        history = list(repository.log(span, first_parent=True))[::-1]
    brought: dict[str, list[RepoPath]] = {}
    for path, commit in repository.added(span, FOLDER).items():
        brought.setdefault(commit, []).append(path)
    return tuple(_unit(engine, group, brought.get(group[-1].id, [])) for group in _grouped(history))


def _halves(first: Commit, second: Commit) -> bool:
    """Whether the files of a step moved in a commit of their own."""
    return bool(first.trailers.get(PART)) and not second.trailers.get(PART) and first.trailers.get(STEP) == second.trailers.get(STEP)


def _grouped(history: Sequence[Commit]) -> Iterator[tuple[Commit, ...]]:
    seconds = {second.id: first for first, second in pairwise(history) if _halves(first, second) and second.parents == (first.id,)}
    firsts = {first.id for first in seconds.values()}
    for commit in history:
        if commit.id not in firsts:
            yield (seconds[commit.id], commit) if commit.id in seconds else (commit,)


def _unit(engine: Engine, commits: tuple[Commit, ...], paths: Sequence[RepoPath]) -> Unit:
    before, last = next(iter(commits[0].parents), ""), commits[-1]
    if not before:
        return Unit(commits, "", ())
    numbers = {phase.name: str(phase.number) for phase in engine.phases} | {name: name for name in UNOFFERED}
    claims: list[Claim] = []
    problems: list[Problem] = []
    if paths:
        # The folder alone: of a whole tree each takes as long as a small step.
        folder = engine.repository.tree(f"{last.id}:{FOLDER}")
        for path in paths:
            found = _claim(path, engine.repository.read(folder[RepoPath(path[len(FOLDER) + 1 :])].blob), last, numbers)
            claims += [found] if isinstance(found, Claim) else []
            problems += [found] if isinstance(found, Problem) else []
    if not paths and STEP in last.trailers:
        said = last.trailers
        named = Claim(said.get(PHASE, ""), said[STEP], said.get(NUMBER, ""), last.subject.partition(" ")[2])
        wrong = _unlikely(named, last)
        claims += [] if wrong else [named]
        problems += wrong
    if len(last.parents) > 1 and claims and (both := _both(engine.repository, last)) is not None:
        problems.append(both)
    notes = tuple(_otherwise(claims[0], last)) if len(claims) == 1 else ()
    return Unit(commits, before, tuple(sorted(claims, key=_order)), tuple(problems), notes)


def _order(claim: Claim) -> tuple[int, int, int]:
    """The order in which steps were numbered; moves that were asked for one by one come last."""
    phase, _, count = claim.number.rpartition(".")
    return (not phase.isdecimal(), int(phase) if phase.isdecimal() else 0, int(count) if count.isdecimal() else 0)


def _claim(path: RepoPath, source: bytes, commit: Commit, numbers: Mapping[str, str]) -> Claim | Problem:
    """What a record says that its step is; where it and the name of its file differ, somebody edited it."""
    record = record_in(source)
    if record is None:
        return Problem(path, _unread(source), f"git show {commit.id[:7]} -- {word(path)}")
    said, stem = commit.trailers, name(path).removesuffix(".json")
    candidates = [(record.phase, record.slug, record.number), (said.get(PHASE, ""), said.get(STEP, ""), said.get(NUMBER, ""))]
    fitting = [one for one in candidates if _NUMBER.fullmatch(one[2]) and f"{one[2]}-{spoken(one[1])}" == spoken(stem)]
    named = next((one for one in fitting if numbers.get(one[0]) == one[2].partition(".")[0]), None) or next(iter(fitting), None)
    if named is None:
        number, _, rest = stem.partition("-")
        if not _NUMBER.fullmatch(number):
            return Problem(path, "is no name that a record has: its number is none", f"git show {commit.id[:7]} -- {word(path)}")
        named = (record.phase, record.slug if spoken(record.slug) == spoken(rest) else rest, number)
    if numbers.get(named[0], named[2].partition(".")[0]) != named[2].partition(".")[0]:
        return Problem(
            path,
            f"steps of {named[0]} are numbered {numbers[named[0]]}.01 and so on, and not {named[2]}",
            f"git show {commit.id[:7]} -- {word(path)}",
        )
    if unknown := _newer(source):
        return Problem(
            path,
            f"says what this version of migrate does not know ({', '.join(unknown)}): a newer one wrote it",
            "pip install --upgrade migrate-monorepo",
        )
    return Claim(*named, record.title, record)


def _unread(source: bytes) -> str:
    unknown = ", ".join(_newer(source))
    return "is no record that this version of migrate reads" + (f" (it says {unknown})" if unknown else "")


def _newer(source: bytes) -> list[str]:
    """The keys of a record that we do not know."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        return []
    return sorted(map(str, data.keys() - Record.model_fields.keys())) if isinstance(data, dict) else []


def _unlikely(claim: Claim, commit: Commit) -> list[Problem]:
    fits = _NUMBER.fullmatch(claim.number) or (claim.phase, claim.number) == (MOVES, MOVES)
    return [] if fits else [Problem("", f"the trailers of {commit.id[:7]} give no number that a step has", f"git show {commit.id[:7]}")]


def _otherwise(claim: Claim, commit: Commit) -> Iterator[str]:
    """What the trailers of a step's commit say otherwise than its record: they are no part of the tree."""
    if claim.record is None or STEP not in commit.trailers:
        return
    said = tuple(commit.trailers.get(key, "") for key in (PHASE, STEP, NUMBER))
    if said != (claim.phase, claim.slug, claim.number):
        yield f"its trailers say {said[2]} {said[0]}/{said[1]}, its record {claim.number} {claim.id}"


def _both(repository: Repository, merge: Commit) -> Problem | None:
    """Why a merge of two migrations cannot be made again from one side."""
    ours, theirs = merge.parents[:2]
    base = repository.merge_base(ours, theirs)
    known = set(repository.tree(base).below(FOLDER)) if base else set[RepoPath]()
    mine, other = (set(repository.tree(side).below(FOLDER)) - known for side in (ours, theirs))
    if not (mine - other and other - mine) or base is None:
        return None
    each = f"migrate review {base[:7]}..{ours[:7]} and migrate review {base[:7]}..{theirs[:7]}"
    return Problem("", "both sides of this merge have steps of their own, so no one tree leads to it by steps", each)
