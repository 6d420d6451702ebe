"""Whole plans, kept between runs: what is looked at again, or run after it was looked at, need not be found out again.

A plan follows from the commit, the plan file, the phases, and from our own code and what it is built on; where one of them is another, so is the key.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from migrator.account.entries import Account
from migrator.account.entries import Entry as Mentioned
from migrator.answers import code
from migrator.build import Built
from migrator.errors import Finding
from migrator.paths import RepoPath
from migrator.phase import Notes, Question
from migrator.plan import Aside, GateReport, Plan, PlannedStep
from migrator.step import MergeSymbol, Move, MoveSymbol, Step
from migrator.tree import Entry, Moves

if TYPE_CHECKING:
    from migrator.cache import Cache
    from migrator.facts import Facts
    from migrator.phase import Phase
    from migrator.planfile import PlanFile
    from migrator.tree import Tree

__all__ = ["Changes", "KeptPlan", "changed", "changes", "made_by"]

_SLOTS = 8
"""So many plans are kept at most; a new one takes the place of an older one."""
_LARGE = 64 << 20
"""Plans whose new contents are more bytes than these are not kept."""


Changes = dict[RepoPath, tuple[int, str] | None]
"""What one tree has otherwise than another, as it is kept; None for what it has not."""


class _Step(msgspec.Struct, array_like=True):
    """A step as people and commits know it: what it did to files stands in the trees."""

    slug: str
    title: str
    why: str
    moves: tuple[tuple[RepoPath, RepoPath], ...]
    symbols: tuple[tuple[RepoPath, str, RepoPath], ...]
    merged: tuple[tuple[RepoPath, str, RepoPath], ...]
    needs: tuple[str, ...]
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, step: Step) -> _Step:
        moves = tuple((one.old, one.new) for one in step.actions if isinstance(one, Move))
        symbols = tuple((one.old, one.symbol, one.new) for one in step.actions if isinstance(one, MoveSymbol))
        merged = tuple((one.old, one.symbol, one.new) for one in step.actions if isinstance(one, MergeSymbol))
        return cls(step.slug, step.title, step.why, moves, symbols, merged, step.needs, step.findings)

    def step(self) -> Step:
        symbols: tuple[MoveSymbol | MergeSymbol, ...] = (*(MoveSymbol(*one) for one in self.symbols), *(MergeSymbol(*one) for one in self.merged))
        return Step(self.slug, self.title, self.why, (*(Move(*pair) for pair in self.moves), *symbols), self.needs, self.findings)


class _Planned(msgspec.Struct, array_like=True):
    phase: str
    number: str
    step: _Step
    changes: Changes
    """What the step's tree has otherwise than the one before."""
    losses: tuple[Finding, ...]
    gates: tuple[GateReport, ...]
    account: tuple[Mentioned, ...]
    todos: tuple[str, ...]
    questions: tuple[Question, ...]


class _Plan(msgspec.Struct, array_like=True):
    steps: tuple[_Planned, ...]
    aside: tuple[tuple[str, _Step, str, tuple[Finding, ...]], ...]
    notes: dict[str, Notes]
    unasked: tuple[Finding, ...]
    contents: tuple[bytes, ...]
    """What the repository does not have yet."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Plan)


class KeptPlan:
    """One plan in the cache, by all that it follows from. What an approved command of the repository makes is not among that: with declared documents no plan is kept."""

    def __init__(  # noqa: PLR0913, PLR0917  all that a plan follows from
        self,
        cache: Cache,
        base: str,
        plan_file: PlanFile,
        phases: Sequence[Phase],
        aside: Mapping[str, tuple[Finding, ...]],
        numbers: Mapping[str, str],
    ) -> None:
        self._cache = cache
        given = (base, plan_file.model_dump_json(), sorted(aside.items()), sorted(numbers.items()))
        self._name = hashlib.sha256(repr((given, *made_by(phases))).encode("utf-8", "surrogateescape")).digest()
        self._slot = f"plan:{self._name[0] % _SLOTS}"
        self._fits = not plan_file.documents

    def take(self, base: str, start: Facts) -> Plan | None:
        """The plan; None where it is not known."""
        value = self._cache.get((self._slot,)).get(self._slot, b"") if self._fits else b""
        if not value.startswith(self._name):
            return None
        try:
            kept = _DECODER.decode(memoryview(value)[len(self._name) :])
        except msgspec.MsgspecError:
            return None
        for content in kept.contents:
            start.store.add(content)
        steps: list[PlannedStep] = []
        before = start
        for one in kept.steps:
            step = one.step.step()
            moves = Moves(one.step.moves)
            after = before.at(changed(before.tree, one.changes))
            built = Built(step, before, after, moves.apply(before.tree), moves, moves.files(before.tree), one.losses)
            steps.append(PlannedStep(one.phase, one.number, built, one.gates, Account(one.account), one.todos, one.questions))
            before = after
        aside = tuple(Aside(phase, step.step(), number, findings) for phase, step, number, findings in kept.aside)
        return Plan(base, start, tuple(steps), aside, kept.notes, kept.unasked)

    def put(self, plan: Plan) -> None:
        """Keep a plan."""
        added = plan.start.store.added
        blobs = {entry.blob for step in plan.steps for tree in (step.built.moved, step.built.after.tree) for entry in tree.values()}
        contents = tuple(added[blob] for blob in sorted(blobs & added.keys()))
        if not self._fits or sum(map(len, contents)) > _LARGE:
            return
        kept = _Plan(
            tuple(map(_planned, plan.steps)),
            tuple((one.phase, _Step.of(one.step), one.number, one.findings) for one in plan.aside),
            dict(plan.notes),
            plan.unasked,
            contents,
        )
        # Names that are no UTF-8 cannot be written down; such a plan is made again.
        with contextlib.suppress(UnicodeEncodeError):
            self._cache.put({self._slot: self._name + _ENCODER.encode(kept)})


def _planned(one: PlannedStep) -> _Planned:
    made = changes(one.built.before.tree, one.built.after.tree)
    return _Planned(one.phase, one.number, _Step.of(one.step), made, one.built.losses, one.gates, one.account.entries, one.todos, one.questions)


def changes(before: Tree, after: Tree) -> Changes:
    """What the second of two trees has otherwise than the first."""
    lone, differing = before.unlike(after)
    return {path: (after[path].mode, after[path].blob) if path in after else None for path in sorted(lone | differing)}


def changed(tree: Tree, kept: Changes) -> Tree:
    """A tree with what another has otherwise."""
    return tree.replace({path: None if entry is None else Entry(*entry) for path, entry in kept.items()})


# what a plan is made by ------------------------------------------------------------------------------------------------


def made_by(phases: Sequence[Phase]) -> Iterator[object]:
    """What our own code is, and that of the phases, as far as files tell without being read; and which distributions are installed."""
    held = tuple(_held(phases))
    yield platform.platform(), held
    yield from ((package, code(package)) for package in sorted({one.partition(".")[0] for one in (__name__, *held)}))
    for directory in filter(None, sys.path):
        with contextlib.suppress(OSError):
            yield sorted(one.name for one in Path(directory).iterdir() if one.suffix in {".dist-info", ".egg-info"})


def _held(things: Iterable[object]) -> Iterator[str]:
    """What phases and all that they hold are called: their modules and names, and plain values as they are."""
    for one in things:
        if isinstance(one, tuple | list):
            yield from _held(one)
        elif isinstance(one, str | int):
            yield f".{one}"
        else:
            named = one if hasattr(one, "__qualname__") else type(one)
            yield f"{named.__module__}.{named.__qualname__}"
            if dataclasses.is_dataclass(one) and not isinstance(one, type):
                yield from _held(getattr(one, each.name) for each in dataclasses.fields(one))
