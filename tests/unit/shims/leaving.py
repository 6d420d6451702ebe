"""Steps of moves with shims on top, in memory, and a phase that moves what it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from migrator.build import build
from migrator.cache import Cache
from migrator.facts import Facts
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.plan import Plan, fold
from migrator.planfile import PlanFile, Shims
from migrator.shims import Laid, lay
from migrator.step import Move, Step, Write
from tests.conftest import facts_of

UNTIL = Shims(expires=dt.date(2027, 2, 1))
Files = Mapping[str, str | bytes]


def moving(moves: Mapping[str, str], slug: str = "moves") -> Step:
    return Step(slug, "Move", "The test wants it so.", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))


def left(files: Files, moves: Mapping[str, str], options: Shims = UNTIL) -> Laid:
    """What a step leaves."""
    facts = facts_of(files)
    return lay(facts, build(facts, moving(moves)), moving(moves), options)


def reasons(laid: Laid) -> list[str]:
    return [f"{one.path}: {one.message}" for one in laid.step.findings if one.kind == "shim"]


class NoOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")


@dataclass
class Mover:
    """Moves what it is told, a step each, where it is still there; keeps what it saw."""

    moves: Sequence[Mapping[str, str]]
    writes: Mapping[str, bytes] | None = None
    name: str = "mover"
    number: int = 1
    title: str = "Mover"
    summary: str = "moves things"
    options: type[BaseModel] = NoOptions

    def steps(self, facts: Facts, options: NoOptions) -> Steps:
        del options
        self.seen: list[frozenset[str]] = [frozenset(facts.tree)]
        for number, moves in enumerate(self.moves):
            there = {old: new for old, new in moves.items() if old in facts.tree or facts.tree.is_dir(old)}
            if there:
                facts = yield moving(there, f"step-{number}")
                self.seen.append(frozenset(facts.tree))
        for path, content in (self.writes or {}).items():
            if RepoPath(path) not in facts.tree:
                facts = yield Step(f"write-{path}", "Write", "The test wants it so.", (Write(RepoPath(path), content),))
        return Notes()


def planned(facts: Facts, phase: Mover, shims: Shims | None = UNTIL) -> Plan:
    return fold("base", facts, phases=[phase], options={phase.name: NoOptions()}, judge=judge, shims=shims)


def hiding(files: Files) -> Facts:
    """The facts of a tree as people have it: our records are read by nobody."""
    facts = facts_of(files)
    return Facts(facts.tree, facts.store, Scanner(facts.store, Cache(None), PlanFile().hidden()))


def code(facts: Facts) -> dict[str, bytes]:
    """The files of a tree, our records aside."""
    return {str(path): facts.read(path) for path in facts.tree if not path.startswith(".migrate/")}
