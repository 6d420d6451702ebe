"""The questions of a plan, and their answers written into the plan file.

An answer is a word for `[answers]`, a value for the option that a question names, or a piece of a plan file. All else in the file stays as it is (L3).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrator.edits import EditError
from migrator.edits.toml import AddTomlItem, PutTomlValue
from migrator.errors import PlanError, Problem, UsageError
from migrator.mistakes import nearest
from migrator.paths import repo_path
from migrator.planfile import PLAN_FILE

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.phase import Question
    from migrator.plan import Plan

__all__ = ["Answer", "chosen", "context", "given", "keep", "open_questions"]

_AROUND = 2
"""Lines shown before and behind the one that is asked about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said to a question."""

    question: Question
    text: str


def open_questions(plan: Plan) -> tuple[Question, ...]:
    """The questions of a plan that the plan file does not answer yet."""
    said = plan.start.answers
    return tuple(one for one in plan.questions if one.id not in said or (one.answers and said[one.id] not in one.answers))


def context(plan: Plan, question: Question) -> tuple[tuple[int, str], ...]:
    """The lines around the place that a question is about, by number; none where it is about no line."""
    path, _, number = question.where.rpartition(":")
    if not number.isdigit():
        return ()
    asking = (step.built.before for step in plan.steps if question in step.questions)
    facts = next((facts for facts in (*asking, plan.end, plan.start) if path in facts.tree), None)
    if facts is None:
        return ()
    lines = facts.read(repo_path(path)).decode("utf-8", "replace").splitlines()
    at = int(number)
    return tuple(enumerate(lines[max(0, at - 1 - _AROUND) : at + _AROUND], start=max(1, at - _AROUND)))


def given(words: Sequence[str], questions: Sequence[Question]) -> dict[str, str]:
    """`ID=ANSWER` by id: ids may hold an equals sign. Raises UsageError for a word without one."""
    found: dict[str, str] = {}
    known = sorted((one.id for one in questions), key=len, reverse=True)
    for word in words:
        name = next((one for one in known if word.startswith(f"{one}=")), word.partition("=")[0])
        if "=" not in word:
            raise UsageError(f"{word!r} is not ID=ANSWER", "migrate answer lists the questions")
        found[name] = word[len(name) + 1 :]
    return found


def chosen(said: Mapping[str, str], plan: Plan) -> tuple[Answer, ...]:
    """The answers to questions, each the text of an answer or its number. What stands in the plan file already is passed over.

    Raises UsageError with everything that is no question or no answer.
    """
    questions = {one.id: one for one in plan.questions}
    found: list[Answer] = []
    problems: list[Problem] = []
    for name, text in said.items():
        question = questions.get(name)
        if question is None and name in plan.start.answers:
            if plan.start.answers[name] != text:
                problems.append(Problem(name, f"is answered in {PLAN_FILE} with {plan.start.answers[name]!r}", f"change it there: [answers] {name}"))
        elif question is None:
            problems.append(Problem(name, f"no such question; {nearest(name, sorted(questions))}", "migrate answer lists the questions"))
        elif (answer := _meant(question, text)) is None:
            problems.append(Problem(name, f"{text!r} is no answer; there is {_listed(question)}"))
        else:
            found.append(Answer(question, answer))
    if problems:
        raise UsageError("nothing is written: not everything answers a question", "migrate answer", problems)
    return tuple(found)


def _meant(question: Question, text: str) -> str | None:
    if text in question.answers or (text and not question.answers):
        return text
    number = int(text) if text.isdecimal() else 0
    return question.answers[number - 1] if 0 < number <= len(question.answers) else None


def _listed(question: Question) -> str:
    return " or ".join(
        str(number) if "\n" in answer else f"{answer!r}" if len(question.answers) == 1 else f"{answer!r} ({number})"
        for number, answer in enumerate(question.answers, start=1)
    )


def keep(engine: Engine, revision: str, answers: Sequence[Answer]) -> None:
    """Write answers into the plan file of the work tree, which is made where there is none, all or none of them.

    Raises PlanError where the file cannot take one, UsageError where it cannot be written.
    """
    path = engine.repository.path / PLAN_FILE
    try:
        source = path.read_bytes() if path.is_file() else (engine.plan_text(engine.repository.tree(revision)) or "").encode()
        for answer in answers:
            for edit in _edits(answer):
                source = edit.apply(source)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_bytes(source)
        beside.replace(path)
    except EditError as error:
        raise PlanError(
            f"{PLAN_FILE} cannot be added to: {error}", f"write it into {PLAN_FILE} by hand; `migrate plan` shows the questions"
        ) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", "check its permissions") from error


def _edits(answer: Answer) -> Iterator[PutTomlValue | AddTomlItem]:
    question = answer.question
    if question.key:
        yield PutTomlValue(question.key, answer.text)
    elif "\n" in answer.text:
        yield from _pieces((), tomllib.loads(answer.text))
    else:
        yield PutTomlValue(("answers", question.id), answer.text)


def _pieces(above: tuple[str, ...], value: Any) -> Iterator[PutTomlValue | AddTomlItem]:  # noqa: ANN401  TOML is anything
    """What puts a piece of a plan file into another one: tables go on, lists get longer."""
    match value:
        case dict():
            for key, below in value.items():
                yield from _pieces((*above, key), below)
        case list():
            for item in value:
                yield AddTomlItem(above, item)
        case _:
            yield PutTomlValue(above, value)
