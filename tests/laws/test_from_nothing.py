"""What a plan carries along from step to step is what it would be if each step came first: facts, findings, gates, account, and what a phase offers next.

From nothing means: the tree alone, read anew, by a scanner and a store that know nothing, with nothing kept between runs.
"""

from __future__ import annotations

import ast
import functools
import itertools
import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from pydantic import BaseModel

from migrator.build import Built
from migrator.cache import Cache
from migrator.facts import Facts, aliases, builds, compose, composing, frontend, ghosts, neighbours, purposes, serving
from migrator.facts.cycles import import_cycles
from migrator.facts.landscape import landscape
from migrator.facts.serving import Served
from migrator.gates import judge
from migrator.gates.agreement import disagreements
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.phase import Notes, Phase, Steps
from migrator.plan import Aside, GateReport, Judge, Plan, PlannedStep, fold
from migrator.planfile import load_plan_file
from migrator.step import Action, Edit, Move, Remove, Step, Write
from migrator.tree import FILE, Entry, Store, Tree
from phases import automation, backend_split, documentation, foundation, infrastructure, repair, tooling
from tests.conftest import ROOT, Becomes

SAMPLES = ROOT / "sample_repos"
PROXY = '[phases.backend_split]\ngateway = "proxy"\n'
SEEDS = range(int(os.environ.get("MIGRATE_LAW_SEEDS", "3")))
"""For the quick part one of each sample, for the slow part these."""

Fact = Callable[[Facts], Any]


def all_routes(facts: Facts) -> object:
    """What is asked of routers, of each of them."""
    names = [*serving.routers(facts), *serving.applications(facts)]
    return {(name, ask.__name__): ask(facts, name) for name in names for ask in (serving.routes, serving.inclusions, serving.mounted, serving.own)}


WHOLE: tuple[Fact, ...] = (
    aliases.differences,
    builds.builds,
    compose.entries,
    compose.unread,
    serving.applications,
    serving.routers,
    all_routes,
    frontend.web_apps,
    ghosts.ghosts,
    import_cycles,
    landscape,
    neighbours.neighbours,
    purposes.purposes,
    purposes.exposed,
    composing.used,
    composing.together,
    composing.unfollowed,
    composing.initial,
    disagreements,
)
"""What is asked of a tree as a whole, also where no phase and no gate asked."""
MEMOS = frozenset({"_known", "_nothing_known"})
"""Facts that are tables which fill while other facts are asked for: those are what is compared."""


# from nothing ----------------------------------------------------------------------------------------------------------


def anew(facts: Facts) -> Facts:
    """The facts of the same tree, of which nothing is known yet."""
    store = Store(facts.store.read)
    scanner = Scanner(store, Cache(None), facts.scanner.hidden, facts.scanner.formats)
    return Facts(facts.tree, store, scanner, answers=facts.answers)


def forget() -> None:
    """Nothing that a function remembers of contents and places is used again; tables that we ship are the same for ever."""
    for name, module in tuple(sys.modules.items()):
        for found in tuple(vars(module).values()) if name.startswith(("migrator.", "phases.")) else ():
            if isinstance(found, functools._lru_cache_wrapper):
                size = found.cache_parameters()["maxsize"]
                if size is not None and size > 1:
                    found.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def known() -> Iterator[dict[Fact, tuple[Any, ...]]]:
    """Every fact that somebody asked for, with what else it was asked with."""
    found: dict[Fact, tuple[Any, ...]] = {}
    asked = Facts.derive

    def derive(self: Facts, fact: Fact, *rest: Any) -> Any:
        found.setdefault(fact, rest)
        return asked(self, fact, *rest)

    Facts.derive = derive  # type: ignore[method-assign]  the same, noting down what was asked
    yield found
    Facts.derive = asked  # type: ignore[method-assign]


def plain(value: object) -> object:
    """A value as something that is equal where it says the same."""
    if isinstance(value, nx.DiGraph):
        return frozenset(value.nodes), frozenset(value.edges)
    if isinstance(value, Served):
        return tuple(value)
    if isinstance(value, Mapping):
        return {key: plain(found) for key, found in value.items()}
    if isinstance(value, (set, frozenset)):
        return frozenset(value)
    if isinstance(value, (list, tuple)):
        found = [plain(one) for one in value]
        # Components of a graph come in no order.
        return frozenset(found) if found and all(isinstance(one, frozenset) for one in found) else tuple(found)
    return value


# plans -----------------------------------------------------------------------------------------------------------------


def told(built: Built) -> tuple[GateReport, ...]:
    """What the gates say, without how long they took."""
    return tuple(replace(report, seconds=0) for report in judge(built))


def lenient(built: Built) -> tuple[GateReport, ...]:
    """The same, and nothing is refused: random steps break much, and it goes on from there."""
    return tuple(replace(report, passed=True) for report in told(built))


def shown(made: PlannedStep | Aside) -> dict[str, object]:
    """Everything that a plan says of a step."""
    if isinstance(made, Aside):
        return {"phase": made.phase, "number": made.number, "step": made.step, "aside": made.findings}
    built = made.built
    return {
        "phase": made.phase,
        "number": made.number,
        "tree": made.tree,
        "moved": built.moved.id,
        "moves": built.moves,
        "files": dict(built.files),
        "changes": (built.created, built.deleted, built.edited),
        "losses": built.losses,
        "gates": made.gates,
        "account": made.account.entries,
        "todos": made.todos,
        "questions": made.questions,
        "findings": made.findings,
        "step": made.step,
    }


@dataclass
class Watched:
    """A phase that notes down what it offers, in their order, with what it takes to plan it."""

    inner: Phase
    options: Mapping[str, BaseModel]
    judge: Judge
    offered: list[Step] = field(default_factory=list)
    told: list[Facts] = field(default_factory=list)
    """The facts that it was given, before each step and after the last."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def steps(self, facts: Facts, options: BaseModel) -> Steps:
        self.told.append(facts)
        generator = self.inner.steps(facts, options)
        try:
            step = next(generator)
            while True:
                self.offered.append(step)
                facts = yield step
                self.told.append(facts)
                step = generator.send(facts)
        except StopIteration as stop:
            return stop.value

    def planned(self, facts: Facts) -> Plan:
        """All its steps, one after the other."""
        return fold("base", facts, phases=[self], options=self.options, judge=self.judge)

    def alone(self, facts: Facts, step: Step, number: str) -> PlannedStep | Aside:
        """A step planned as if it was the first, of a tree of which nothing is known."""
        forget()
        numbers = {f"{self.inner.name}/{step.slug}": number}
        plan = fold("base", anew(facts), phases=[Single(self.inner, step)], options=self.options, numbers=numbers, judge=self.judge)
        return (*plan.steps, *plan.aside)[0]


@dataclass
class Single:
    """A phase of one step."""

    inner: Phase
    step: Step

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def steps(self, facts: Facts, options: BaseModel) -> Steps:
        del facts, options
        yield self.step
        return Notes()


def check(plan: Plan, phase: Watched, known: Mapping[Fact, tuple[Any, ...]]) -> None:
    """Each step of a plan against the same step planned from nothing, and the facts of what it leaves."""
    made = {entry.step.slug: entry for entry in (*plan.steps, *plan.aside)}
    assert len(made) == len(phase.offered)
    for step, before, after in zip(phase.offered, phase.told[:-1], phase.told[1:], strict=True):
        planned = made[step.slug]
        if not (isinstance(planned, Aside) and any(finding.kind == "needs" for finding in planned.findings)):
            again = shown(phase.alone(before, step, planned.number))
            for what, value in shown(planned).items():
                assert value == again.get(what), f"{what} of {step.slug}"
        if after is before:
            continue
        forget()
        fresh = anew(after)
        assert dict(after.graph.references) == dict(fresh.graph.references), step.slug
        for fact, rest in [*known.items(), *((fact, ()) for fact in WHOLE)]:
            if fact.__name__ in MEMOS:
                continue
            one, other = ((fact(facts) if fact in WHOLE else facts.derive(fact, *rest)) for facts in (after, fresh))
            assert plain(one) == plain(other), f"{fact.__module__}.{fact.__name__} after {step.slug}"


def offers(plan: Plan, phase: Watched) -> None:
    """What a phase offers, and says at last, is the same when it is given facts of which nothing is known."""
    forget()
    given = anew(phase.told[0])
    generator = phase.inner.steps(given, phase.options[phase.name])
    found = []
    try:
        found.append(next(generator))
        for before, after in itertools.pairwise(phase.told):
            # A step that was set aside is told by the facts being those that were there.
            given = given if after is before else anew(after)
            found.append(generator.send(given))
    except StopIteration as stop:
        notes = stop.value or Notes()
    assert found == phase.offered
    assert notes == plan.notes[phase.name]


def started(files: Mapping[str, bytes], text: str, phases: Sequence[Phase]) -> tuple[Facts, dict[str, BaseModel]]:
    """The facts of a tree as a plan starts with them, and the options of the phases."""
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(content))) for path, content in files.items())
    plan_file, options = load_plan_file(text, phases)
    return Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden()), answers=plan_file.answers), options


def sample(name: str) -> dict[str, bytes]:
    """The files of a sample."""
    directory = SAMPLES / name
    found = (path for path in sorted(directory.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


# the phases on the samples -----------------------------------------------------------------------------------------------

QUICK = ("pnpm-half-migrated/before", "python-only/before", "root-frontend/before", "two-apps/before")
PLANS = [
    *[(name, "", (foundation.phase,)) for name in QUICK],
    pytest.param(
        "acme/before",
        "",
        (repair.phase, foundation.phase, backend_split.phase, infrastructure.phase, tooling.phase, documentation.phase, automation.phase),
        marks=pytest.mark.slow,
    ),
    pytest.param("monolith/repository", "", (foundation.phase, backend_split.phase, tooling.phase), marks=pytest.mark.slow),
    pytest.param("monolith/repository", PROXY, (backend_split.phase,), marks=pytest.mark.slow),
]


RAN = set[tuple[str, str]]()
"""The samples whose plans were compared in this process."""


@pytest.mark.parametrize(("name", "text", "phases"), PLANS)
def test_a_plan_says_of_each_step_what_the_step_alone_would_say(name, text, phases, known):
    RAN.add((name, text))
    facts, options = started(sample(name), text, phases)
    for one in phases:
        phase = Watched(one, options, told)
        plan = phase.planned(facts)
        check(plan, phase, known)
        offers(plan, phase)
        facts = plan.end


# random steps ------------------------------------------------------------------------------------------------------------


class Nothing(BaseModel):
    """No options."""


@dataclass
class Chance:
    """A phase that moves, copies, edits and removes whatever it comes upon, the same each time for one seed."""

    seed: str
    count: int
    name: str = "chance"
    number: int = 9
    title: str = "Chance"
    summary: str = "moves things about"
    options: type[BaseModel] = Nothing

    def steps(self, facts: Facts, options: Nothing) -> Steps:
        del options
        chosen = random.Random(self.seed)  # noqa: S311  the same choice each time
        for index in range(self.count):
            actions = tuple(dict.fromkeys(action for _ in range(chosen.choice([1, 1, 1, 2, 3])) for action in self._some(chosen, facts)))
            facts = yield Step(f"s{index}", f"Do {index}", "The test wants it so.", actions)
        return Notes()

    def _some(self, chosen: random.Random, facts: Facts) -> Sequence[Action]:
        files = [path for path in facts.tree if not path.startswith(".migrate/")]
        folders = sorted(path for path in facts.tree.folders if path and not path.startswith(".migrate"))
        path, other = chosen.choice(files), chosen.choice(files)
        last, folder = path.rpartition("/")[2], chosen.choice([*folders, RepoPath("new"), RepoPath("packages/kit"), RepoPath("services/one")])
        match chosen.randrange(9):
            case 0 | 1:
                return [Move(path, RepoPath(f"{folder}/{last}"))]
            case 2:
                return [Move(path, RepoPath(f"{path.rpartition('.')[0]}_b.{last.rpartition('.')[2]}"))]
            case 3 | 4:
                from_folder = chosen.choice(folders)
                return [Move(from_folder, RepoPath(f"{folder}/{from_folder.rpartition('/')[2]}_x"))]
            case 5:
                return [Move(path, other), Move(other, path)] if path != other else []
            case 6:
                return [Remove(path)]
            case 7:
                # What configures a place comes to lie elsewhere as well: a manifest, an `__init__.py`, a module of the same name.
                return [Write(RepoPath(f"{folder}/{last}"), facts.read(path))] if f"{folder}/{last}" not in facts.tree else []
        alike = [one for one in files if one.rpartition(".")[2] == path.rpartition(".")[2]]
        text = facts.read(chosen.choice(alike)).decode("utf-8", "replace")
        return [Edit(path, Becomes(chosen.choice([text, f"{facts.read(path).decode('utf-8', 'replace')}\n# see {other} and {folder}\n"])))]


def random_steps(name: str, seed: int, count: int, known: Mapping[Fact, tuple[Any, ...]]) -> Plan:
    chance = Chance(f"{name} {seed}", count)
    facts, options = started(sample(name), "", [chance])
    phase = Watched(chance, options, lenient)
    plan = phase.planned(facts)
    check(plan, phase, known)
    return plan


@pytest.mark.parametrize("name", QUICK)
def test_random_steps_leave_what_they_would_leave_as_the_first(name, known):
    assert random_steps(name, 0, 6, known).steps, "the case shows nothing"


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["acme/before", "monolith/repository", *QUICK])
def test_many_random_steps_leave_what_they_would_leave_as_the_first(name, seed, known):
    assert random_steps(name, seed + 1, 12, known).steps, "the case shows nothing"


# what is asked for at all --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_fact_that_is_kept_was_compared(known):
    """What the code derives is asked for in one of the plans above, whichever process compares that."""
    for name, text, phases in (getattr(one, "values", one) for one in PLANS):
        if (name, text) not in RAN:  # another process compares what this plan asks for
            facts, options = started(sample(name), text, phases)
            for one in phases:
                facts = Watched(one, options, told).planned(facts).end
    named = {fact.__name__ for fact in (*known, *WHOLE)}
    asked = {name for folder in ("migrator", "phases") for file in (ROOT / folder).rglob("*.py") for name in _derived(file)}
    assert asked - named == set()


def _derived(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "derive" and isinstance(node.args[0], ast.Name):
            yield node.args[0].id
