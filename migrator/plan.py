"""The plan file, and folding: each step is planned on the tree that the step before it will produce."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import pathspec
import pydantic

from migrator.account import EMPTY, Account, account
from migrator.afterwards import afterwards
from migrator.build import Built, build
from migrator.companions import accompanied
from migrator.errors import Finding, PlanError, Problem, UsageError
from migrator.generating.provenance import following
from migrator.graph import Reference, line_of, question_id
from migrator.languages.text.catalogue import Entry as FormatEntry
from migrator.languages.text.catalogue import said_by
from migrator.mistakes import line_of_keys, mistakes
from migrator.paths import RepoPath, repo_path
from migrator.phase import Notes, Pattern, Phase, Question
from migrator.record import Record, record_of, records, write_record
from migrator.step import Write
from migrator.tree import Entry

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.step import Step

PLAN_FILE = RepoPath("migrate.toml")
"""The plan file in the user's repository."""


# the plan file ---------------------------------------------------------------------------------------------------------


def words_of(command: str | Sequence[str]) -> list[str]:
    """The words of a command: a program, and what it is given. No shell ever reads them."""
    return shlex.split(command) if isinstance(command, str) else list(command)


class Command(pydantic.BaseModel):
    """A command that a plan file declares. It runs in throwaway checkouts, and only after a person approved it (see `migrator.trust`)."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    command: str | tuple[str, ...]
    """Words, or a line split as a shell would; `{checkout}` and `{worktree}` stand for the two directories."""
    directory: str = "."
    setup: str | tuple[str, ...] | None = None
    links: tuple[str, ...] = ()
    """Paths of the work tree that the throwaway checkout shares, such as `node_modules`."""
    inputs: tuple[str, ...] = ()
    """Paths that its result depends on; without them the whole tree. A result is remembered for as long as they do not change."""
    env: dict[str, str] = {}
    timeout: int = pydantic.Field(600, gt=0)
    """Seconds."""

    @pydantic.field_validator("command", "setup")
    @classmethod
    def _has_words(cls, command: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        if command is not None and not words_of(command):
            raise ValueError("says no program to run")
        return command

    @pydantic.field_validator("directory", "links", "inputs", "files", "report", check_fields=False)
    @classmethod
    def _inside(cls, paths: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        try:
            for path in (paths,) if isinstance(paths, str) else paths or ():
                repo_path(path)
        except UsageError as error:
            raise ValueError(error.message) from error
        return paths


class Gate(Command):
    """One `[gates.NAME]` table: a command whose new failures set a step aside."""

    read: Literal["exit", "junit", "tsc", "vitest-json", "lines", "imports"] = "exit"
    pattern: str | None = None
    """With `read = "lines"`: the regular expression that a failure's line matches; its first group, if any, is the id."""
    modules: tuple[str, ...] = ()
    """With `read = "imports"`: the Python modules to import, by their names in `directory`; `command` is the interpreter alone."""
    report: str | None = None
    """Where the command writes its report, seen from `directory`; without it the output is read."""

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Gate:
        if (self.read == "lines") != (self.pattern is not None):
            raise ValueError('`pattern` goes with read = "lines", and that needs one')
        if (self.read == "imports") != bool(self.modules):
            raise ValueError('`modules` goes with read = "imports", and that needs some')
        if not all(part.isidentifier() for module in self.modules for part in module.split(".")):
            raise ValueError("`modules` are dotted names")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"`pattern` is not a regular expression: {error}") from error
        return self


class Document(Command):
    """One `[documents.NAME]` table: a command that makes files which a phase can ask for."""

    files: tuple[str, ...] = pydantic.Field(min_length=1)
    """What it leaves behind, seen from `directory`."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A command with the table of the plan file in which it stands."""

    kind: Literal["gate", "document"]
    name: str
    command: Command

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Declared commands that do not run because nobody approved them, and why; empty where all may run."""

    commands: tuple[Declared, ...] = ()
    why: str = ""

    def __bool__(self) -> bool:
        return bool(self.commands)

    def of(self, kind: Literal["gate", "document"]) -> Waiting:
        """Those of one kind."""
        return replace(self, commands=tuple(one for one in self.commands if one.kind == kind))


class PlanFile(pydantic.BaseModel):
    """What `plans/*.toml` and a repository's `migrate.toml` may say."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    exclude: tuple[Pattern, ...] = ()
    """Patterns as in .gitignore: stale copies and build products, never rewritten and never taken for code."""
    answers: dict[str, str] = {}
    """Question id to answer."""
    gates: dict[str, Gate] = {}
    documents: dict[str, Document] = {}
    """Name to what the repository's own code can say of itself; nothing of it runs before a phase asks."""
    phases: dict[str, dict[str, Any]] = {}
    """Phase name to its options; each phase has a schema of its own."""
    format: tuple[FormatEntry, ...] = ()
    """Formats and rows of the repository's own, as they stand in our catalogue. They count as they are committed: what a tree says depends on that tree alone."""

    @property
    def declared(self) -> tuple[Declared, ...]:
        """Every command that it declares."""
        gates = (Declared("gate", name, gate) for name, gate in self.gates.items())
        return (*gates, *(Declared("document", name, document) for name, document in self.documents.items()))

    def hidden(self) -> Callable[[RepoPath], bool]:
        """The predicate that `exclude` describes; our own records are never rewritten either."""
        return pathspec.GitIgnoreSpec.from_lines((*self.exclude, "/.migrate/")).match_file


def shipped(name: str = "v3.toml") -> Mapping[str, Any]:
    """A plan file of ours, as data."""
    return tomllib.loads((resources.files("plans") / name).read_text(encoding="utf-8"))


def read_toml(text: str, where: str) -> Mapping[str, Any]:
    """What a plan file says, as data. Raises PlanError where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PlanError(f"{where} is not TOML", f"correct {where}", [Problem(f"{where}:{line.group(1) if line else 1}", str(error))]) from error
    except RecursionError as error:
        raise PlanError(f"{where} is nested too deeply", f"correct {where}") from error


def load_plan_file(text: str | None, phases: Iterable[Phase], where: str = PLAN_FILE) -> tuple[PlanFile, dict[str, pydantic.BaseModel]]:
    """The plan file on top of the shipped one, and each phase's options.

    Raises PlanError with every problem of the file, each with its line.
    """
    given = read_toml(text or "", where)
    problems: list[Problem] = []

    def collect(error: pydantic.ValidationError, prefix: tuple[str, ...], model: type[pydantic.BaseModel]) -> None:
        for place, message in mistakes(error, model):
            keys = (*prefix, *place)
            problems.append(Problem(f"{where}:{line_of_keys(text or '', keys)}", f"{'.'.join(keys)}: {message}"))

    formats, wrong = said_by(given, text or "", where)
    problems += wrong
    merged = {**_merge(shipped(), given), "format": formats}
    known = {phase.name: phase for phase in phases}
    plan_file = PlanFile()
    try:
        plan_file = PlanFile.model_validate(merged)
    except pydantic.ValidationError as error:
        collect(error, (), PlanFile)
    for name in _table(given, "phases"):
        if name not in known:
            message = f"phases.{name}: no such phase; there are {', '.join(sorted(known))}"
            problems.append(Problem(f"{where}:{line_of_keys(text or '', ('phases', name))}", message, "migrate phases"))
    options: dict[str, pydantic.BaseModel] = {}
    for name, phase in known.items():
        try:
            options[name] = phase.options.model_validate(_table(merged, "phases").get(name, {}))
        except pydantic.ValidationError as error:
            collect(error, ("phases", name), phase.options)
    if problems:
        raise PlanError(f"{where} has problems", f"correct {where}, `migrate init --print` shows a complete one", problems)
    return plan_file, options


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table of a plan file; what is none is reported elsewhere."""
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _merge(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge, everything else is replaced."""
    merged = dict(base)
    for key, value in top.items():
        there = merged.get(key)
        merged[key] = _merge(there, value) if isinstance(there, Mapping) and isinstance(value, Mapping) else value
    return merged


# folding ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GateReport:
    """What one gate says of one step: findings of severity "error" are the reasons when it did not pass."""

    gate: str
    passed: bool
    seconds: float
    findings: tuple[Finding, ...] = ()
    ran: bool = True
    """False for a declared gate that said nothing because nobody approved its command."""


Judge = Callable[[Built], tuple[GateReport, ...]]
"""The static gates: pure, so that the plan already knows what they will say (L7)."""


@dataclass(frozen=True)
class PlannedStep:
    """A step with its place in the plan and what it makes of the tree before it."""

    phase: str
    number: str
    """What people say: `1.03`."""
    built: Built
    gates: tuple[GateReport, ...] = ()
    account: Account = EMPTY
    """What became of every mention of a place that moved (L15)."""
    todos: tuple[str, ...] = ()
    """What a person has to do by hand afterwards."""

    @property
    def step(self) -> Step:
        """The step."""
        return self.built.step

    @property
    def id(self) -> str:
        """What never changes: `foundation/rename-web`."""
        return f"{self.phase}/{self.step.slug}"

    @property
    def tree(self) -> str:
        """The id of the tree it must produce (L7)."""
        return self.built.after.tree.id

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the step says about itself and what building it found."""
        return (*self.step.findings, *(finding for report in self.gates for finding in report.findings))

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the step leaves alone because it could mean two things, one of which moves."""
        built = self.built
        touched = [
            r
            for references in built.before.graph.references.values()
            for r in references
            if any(built.moves(path) != path for path in r.target.others)
        ]
        return tuple(
            Question(
                question_id(reference.source, reference.mention),
                f"{reference.source}:{line_of(built.before.read(reference.source), reference.mention.start)}",
                f"`{reference.mention.text}` could mean {' or '.join(reference.target.others)}" + _refused(built.before.answers, reference),
                reference.target.others,
            )
            for reference in touched
            if reference.target.path is None
        )

    def answers_to(self, name: str) -> bool:
        """Whether a person means this step: by number, id or slug."""
        return name in {self.number, self.id, self.step.slug}


@dataclass(frozen=True)
class Aside:
    """A step that is not made, and why."""

    phase: str
    step: Step
    number: str
    findings: tuple[Finding, ...]

    @property
    def id(self) -> str:
        """The step's id."""
        return f"{self.phase}/{self.step.slug}"

    def answers_to(self, name: str) -> bool:
        """Whether a person means this step."""
        return name in {self.number, self.id, self.step.slug}


@dataclass(frozen=True)
class Plan:
    """The steps that lead from a base to a tree, with what the phases say besides."""

    base: str
    """Commit id."""
    start: Facts
    steps: tuple[PlannedStep, ...]
    aside: tuple[Aside, ...]
    notes: Mapping[str, Notes]
    """By phase name."""
    waiting: Waiting = Waiting()
    """What the plan file declares and nobody approved."""

    @property
    def end(self) -> Facts:
        """The facts of the last tree."""
        return self.steps[-1].built.after if self.steps else self.start

    @property
    def tree(self) -> str:
        """The id of the last tree (L7)."""
        return self.end.tree.id

    @property
    def hopeless(self) -> tuple[Finding, ...]:
        """Why nothing was planned; empty where there are steps, or where all is there already."""
        if self.steps or self.aside or any(notes.done for notes in self.notes.values()):
            return ()
        return tuple(note for notes in self.notes.values() for note in notes.findings if note.kind == "absent" and not note.path)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What only a person can decide, each question once: the phases' own and those about ambiguous references."""
        asked = [question for notes in self.notes.values() for question in notes.questions]
        asked += [question for step in self.steps for question in step.questions]
        return tuple({question.id: question for question in asked}.values())

    @property
    def unasked(self) -> tuple[Finding, ...]:
        """The answers of the plan file to nothing that is asked: where steps were made before, they may have been used up, and nothing is said."""
        if not self.start.answers or self.start.derive(records):
            return ()
        steps = (step.built for step in self.steps)
        graphs = (built.after.graph.references.get(path, ()) for built in steps for path in (*built.files.values(), *built.edited, *built.created))
        asked = {question_id(reference.source, reference.mention) for reference in chain(*self.start.graph.references.values(), *graphs)}
        return tuple(Finding("answer", PLAN_FILE, f"answers nothing that is asked: {answer}") for answer in self.start.answers if answer not in asked)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What makes phases impossible."""
        return tuple(problem for notes in self.notes.values() for problem in notes.problems)


def _refused(answers: Mapping[str, str], reference: Reference) -> str:
    """What to add to a question that has an answer which is none."""
    answer = answers.get(question_id(reference.source, reference.mention))
    return "" if answer is None else f"; the answer {answer!r} is neither"


def fold(  # noqa: PLR0913  keyword-only from the third on
    base: str,
    start: Facts,
    *,
    phases: Sequence[Phase],
    options: Mapping[str, pydantic.BaseModel],
    aside: Mapping[str, tuple[Finding, ...]] | None = None,
    numbers: Mapping[str, str] | None = None,
    judge: Judge = lambda _: (),
    wanted: Callable[[str, Step, str], bool] = lambda _phase, _step, _number: True,
    progress: Callable[[str], None] = lambda _: None,
) -> Plan:
    """Plan phases one after the other, each step on the tree that the step before it produces.

    `aside` names steps (by id) that must not be made, with the reasons; what needs them is set aside too, and so is a step that
    cannot be built or that the static gates refuse. `numbers` are those under which people know steps (by id) already. `wanted` leaves steps out without a word.
    """
    facts = start
    steps: list[PlannedStep] = []
    left: list[Aside] = []
    notes: dict[str, Notes] = {}
    for phase in phases:
        known = {step: number for step, number in (numbers or {}).items() if step.startswith(f"{phase.name}/")}
        taken = (*known.values(), *(r.number for r in start.derive(records) if r.phase == phase.name))
        count = max((int(number.rpartition(".")[2]) for number in taken), default=0)
        gone: set[str] = set()
        generator = phase.steps(facts, options[phase.name])
        try:
            step = next(generator)
            while True:
                step_id = f"{phase.name}/{step.slug}"
                count += step_id not in known
                number = known.get(step_id, f"{phase.number}.{count:02d}")
                progress(f"{number} {step.slug}")
                if not wanted(phase.name, step, number):
                    gone.add(step.slug)
                elif reasons := _reasons(step, step_id, gone, aside or {}):
                    gone.add(step.slug)
                    left.append(Aside(phase.name, step, number, reasons))
                else:
                    made = _made(facts, phase, step, number, judge)
                    if isinstance(made, Aside):
                        gone.add(step.slug)
                        left.append(made)
                    else:
                        steps.append(made)
                        facts = made.built.after
                step = generator.send(facts)
        except StopIteration as stop:
            notes[phase.name] = stop.value or Notes()
    return Plan(base, start, tuple(steps), tuple(left), notes)


def _reasons(step: Step, step_id: str, gone: Collection[str], aside: Mapping[str, tuple[Finding, ...]]) -> tuple[Finding, ...]:
    if step_id in aside:
        return aside[step_id]
    return tuple(Finding("needs", "", f"needs {need}, which is not made", severity="error") for need in step.needs if need in gone)


def _made(facts: Facts, phase: Phase, step: Step, number: str, judge: Judge) -> PlannedStep | Aside:
    step = accompanied(facts, step)
    record = record_of(step, phase.name, number)
    try:
        built = build(facts, _recording(step, record))
    except PlanError as error:
        findings = tuple(Finding("problem", problem.where, problem.message, severity="error") for problem in error.problems)
        return Aside(phase.name, step, number, findings)
    told, todos = account(built), afterwards(built)
    followed = following(facts, built.after, built.moves, {action.path for action in step.actions if isinstance(action, Write)})
    built = _recorded(built, step, record.model_copy(update={"account": told.counted(), "todos": todos, "followed": followed}))
    gates = judge(built)
    if failed := tuple(finding for report in gates if not report.passed for finding in report.findings if finding.severity == "error"):
        return Aside(phase.name, step, number, failed)
    return PlannedStep(phase.name, number, built, gates, told, todos)


def _recording(step: Step, record: Record) -> Step:
    return replace(step, actions=(*step.actions, write_record(record)))


def _recorded(built: Built, step: Step, record: Record) -> Built:
    """What a step built, with what is known only now in its record: nothing reads that, so all else stays as it is."""
    write, after = write_record(record), built.after
    tree = after.tree.replace({write.path: Entry(write.mode, after.store.add(write.content))})
    return replace(built, step=_recording(step, record), after=after.at(tree, after.atlas, after.graph))
