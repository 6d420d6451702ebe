"""The open questions of a plan, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from migrator.report.models.base import Model
from migrator.report.models.plans import QuestionOut
from migrator.report.screen import ASK, DONE
from migrator.secrets import redact
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.engine.teams.answering import Answer
    from migrator.phase import Question
    from migrator.report.screen import Screen

__all__ = ["AnswerOut", "AnsweredOut", "answered", "listing", "question"]


class AnsweredOut(Model):
    """What was said to a question."""

    id: str
    answer: str


class AnswerOut(Model):
    """`migrate answer --json`."""

    file: str
    answered: tuple[AnsweredOut, ...] = Field(description="what was written into the file")
    open: tuple[QuestionOut, ...] = Field(description="what nobody has answered yet; an answer can bring new questions, which `migrate plan` shows")

    @classmethod
    def of(cls, file: str, answers: Iterable[Answer], left: Iterable[Question]) -> AnswerOut:
        """What was said, and what is left."""
        said = tuple(AnsweredOut(id=one.question.id, answer=one.text) for one in answers)
        return cls(file=file, answered=said, open=QuestionOut.all(left))


def question(screen: Screen, one: Question, lines: Sequence[tuple[int, str]], at: str = "") -> None:
    """One question with the lines around its place, and its answers by number."""
    screen.line((f"{ASK} ", "yellow"), (one.id, "bold"), f"  {one.where}" if one.where else "", (f"   {at}" if at else "", "dim"))
    screen.wrapped("  ", one.text)
    asked = one.where.rpartition(":")[2]
    width = len(str(lines[-1][0])) if lines else 0
    for number, text in lines:
        screen.line(f"    {'>' if str(number) == asked else ' '} {number:{width}}  ", (redact(text), "" if str(number) == asked else "dim"))
    for number, answer in enumerate(one.answers, start=1):
        first, *more = answer.splitlines() or [""]
        screen.whole((f"  {number:>3}  ", "bold"), (first, "cyan"))
        for line in more:
            screen.whole(("       " + line, "cyan"))


def listing(screen: Screen, several: Sequence[tuple[Question, Sequence[tuple[int, str]]]]) -> None:
    """All open questions; one line where there are none."""
    if not several:
        screen.line(f"{DONE} nothing is asked")
    for one, lines in several:
        question(screen, one, lines)
        screen.line()


def answered(screen: Screen, file: str, answers: Sequence[Answer], left: int) -> None:
    """What was written, and how much is open."""
    for one in answers:
        screen.line(f"{DONE} {one.question.id}  ", (one.text.partition("\n")[0], "cyan"))
    said = f"{counted(len(answers), 'answer')} in {file}" if answers else "nothing was answered"
    screen.line(f"{said} · {left} open" if left else f"{said} · nothing is open")
