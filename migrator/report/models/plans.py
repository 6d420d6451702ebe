"""A plan: its steps, those set aside, its questions, and a slice of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.report.diff import diff_of
from migrator.report.lens import EVERYTHING, Lens
from migrator.report.models.accounts import AccountOut
from migrator.report.models.base import Model
from migrator.report.models.findings import FindingOut, GateOut, ProblemOut
from migrator.report.models.trust import WaitingOut
from migrator.step import MergeSymbol, MoveSymbol, Step

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.engine.teams.weekly.slices import Cut
    from migrator.phase import Question
    from migrator.plan import Aside, Plan, PlannedStep

__all__ = ["AsideOut", "DoneOut", "PlanOut", "QuestionOut", "SliceOut", "StepOut", "moves_of"]


class AsideOut(Model):
    """A step that was not made, with the reasons."""

    id: str
    phase: str
    number: str
    title: str
    findings: tuple[FindingOut, ...]

    @classmethod
    def all(cls, items: Iterable[Aside]) -> tuple[Self, ...]:
        """Each step."""
        return tuple(cls(id=i.id, phase=i.phase, number=i.number, title=i.step.title, findings=FindingOut.all(i.findings)) for i in items)


class StepOut(Model):
    """A step of a plan, with what it makes of the tree before it."""

    id: str = Field(description="never changes: PHASE/SLUG")
    phase: str
    number: str = Field(description="what people say: 1.03")
    title: str
    why: str
    needs: tuple[str, ...] = Field(description="slugs of steps of the same phase")
    moves: tuple[tuple[str, str], ...] = Field(description="[old, new]; a symbol as [FILE::NAME, FILE]")
    edits: tuple[str, ...] = Field(description="files whose content changes, by their new path")
    creates: tuple[str, ...]
    deletes: tuple[str, ...]
    tree: str = Field(description="the id of the tree it makes, which `run` commits")
    findings: tuple[FindingOut, ...]
    gates: tuple[GateOut, ...]
    account: AccountOut
    todos: tuple[str, ...] = Field(description="what a person has to do by hand afterwards")
    diff: str | None = Field(None, description="with --diff")

    @classmethod
    def of(cls, step: PlannedStep, *, diff: bool = False, lens: Lens = EVERYTHING) -> Self:
        """A planned step."""
        built = step.built
        return cls(
            id=step.id,
            phase=step.phase,
            number=step.number,
            title=step.step.title,
            why=step.step.why,
            needs=step.step.needs,
            moves=moves_of(step.step, built),
            edits=built.edited,
            creates=built.created,
            deletes=built.deleted,
            tree=step.tree,
            findings=FindingOut.all(step.findings),
            gates=GateOut.all(step.gates),
            account=AccountOut.of(step.account),
            todos=step.todos,
            diff=diff_of(built, lens).decode("utf-8", "replace") if diff else None,
        )


def moves_of(step: Step, built: Built) -> tuple[tuple[str, str], ...]:
    """What moves as it was asked for: files, directories, symbols."""
    symbols = tuple((f"{a.old}::{a.symbol}", str(a.new)) for a in step.actions if isinstance(a, MoveSymbol | MergeSymbol))
    return (*((str(old), str(new)) for old, new in sorted(built.moves.pairs.items())), *symbols)


class DoneOut(Model):
    """What a phase wanted and found already there."""

    phase: str
    slug: str
    message: str


class QuestionOut(Model):
    """What only a person can decide; `migrate answer --set ID=ANSWER` writes it into the plan file."""

    id: str
    where: str
    text: str
    answers: tuple[str, ...] = Field(description="one of several lines is a piece of a plan file")
    key: str = Field(description="the option that the answer is for; empty where it goes into [answers] under the id, or is a piece")

    @classmethod
    def all(cls, questions: Iterable[Question]) -> tuple[Self, ...]:
        """Each question."""
        return tuple(cls(id=q.id, where=q.where, text=q.text, answers=q.answers, key=".".join(q.key)) for q in questions)


class SliceOut(Model):
    """The slice that was asked for."""

    files: int = Field(description="the files that its steps touch, a file once for each step")
    along: dict[str, str] = Field(description="steps that were not asked for, by id, each with the one that needs it")
    later: tuple[str, ...] = Field(description="ids of the steps that were asked for and have no room")
    too_large: tuple[str, ...] = Field(description="ids of the steps that are larger than any slice of this size")

    @classmethod
    def of(cls, cut: Cut | None) -> Self | None:
        """A slice; None where the whole was asked for."""
        if cut is None:
            return None
        along = {step: needing.id for step, needing in cut.along.items()}
        return cls(files=cut.files, along=along, later=tuple(one.id for one in cut.later), too_large=tuple(one.id for one in cut.large))


class PlanOut(Model):
    """`migrate plan --json`."""

    base: str
    base_tree: str
    steps: tuple[StepOut, ...]
    set_aside: tuple[AsideOut, ...] = Field(description="steps that cannot be made, with the reasons")
    done: tuple[DoneOut, ...]
    questions: tuple[QuestionOut, ...]
    findings: tuple[FindingOut, ...] = Field(description="what the phases left alone, and why")
    problems: tuple[ProblemOut, ...]
    waiting: WaitingOut = Field(description="what the plan file declares and nobody approved: `migrate trust`")
    tree: str = Field(description="the id of the last tree; equal to `tree` of `run`")
    slice: SliceOut | None = Field(None, description="what `steps` were cut to, where a slice was asked for")

    @classmethod
    def of(cls, plan: Plan, *, diff: bool = False, lens: Lens = EVERYTHING) -> Self:
        """A plan."""
        return cls(
            base=plan.base,
            base_tree=plan.start.tree.id,
            steps=tuple(StepOut.of(step, diff=diff, lens=lens) for step in lens.chosen(plan)),
            set_aside=AsideOut.all(plan.aside),
            done=tuple(DoneOut(phase=name, slug=d.slug, message=d.message) for name, notes in plan.notes.items() for d in notes.done),
            questions=QuestionOut.all(plan.questions),
            findings=FindingOut.all(
                (*(finding for notes in plan.notes.values() for finding in (*notes.foremost, *notes.findings, *notes.details)), *plan.unasked)
            ),
            problems=ProblemOut.all(plan.problems),
            waiting=WaitingOut.of(plan.waiting),
            tree=plan.tree,
            slice=SliceOut.of(lens.cut),
        )
