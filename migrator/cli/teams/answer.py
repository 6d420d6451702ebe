"""`migrate answer`: the open questions, one by one or all at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.session import Json, Repo, Session
from migrator.errors import UsageError
from migrator.wording import counted, for_phases, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.engine.teams.answering import Answer
    from migrator.plan import Plan

__all__ = ["answer"]


def answer(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    phase: Annotated[list[int] | None, typer.Option("--phase", "-p", metavar="N", help="Questions of this phase; repeatable. Default: all.")] = None,
    said: Annotated[
        list[str] | None, typer.Option("--set", metavar="ID=ANSWER", help="An answer, or the number of one, without being asked; repeatable.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Answers by id, as a JSON object or, in *.toml, under [answers].")
    ] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="REV", help="The commit whose plan asks. Default: HEAD.")] = None,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Ask the open questions, and write answers into migrate.toml. Without a terminal it lists them."""
    from migrator.engine import planning
    from migrator.engine.teams import answering
    from migrator.planfile import PLAN_FILE
    from migrator.report.teams import answer as shown
    from migrator.report.text import commands

    session = Session(ctx, repo, as_json=as_json)
    options = for_phases(phase or ())
    with session.working() as engine:
        revision = session.repository.resolve(base or "HEAD")
        made = planning.plan(engine, revision, engine.chosen(phase or ()))
    questions = answering.open_questions(made)
    given = {**(_from(source) if source else {}), **answering.given(said or (), made.questions)}
    answers = answering.chosen(given, made)
    asking = bool(questions) and not given and source is None and _can_ask(session)
    if answers:
        answering.keep(engine, revision, answers)
    elif asking:
        answers = _asked(session, made, revision)
    done = {one.question.id for one in answers}
    left = tuple(one for one in questions if one.id not in done)
    if as_json:
        session.data(shown.AnswerOut.of(PLAN_FILE, answers, left))
        return
    if not answers and not given and not asking:
        shown.listing(session.screen, [(one, answering.context(made, one)) for one in left])
        if left:
            commands(session.screen, [(f"migrate answer{options} --set {word(f'{left[0].id}=ANSWER')}", "or its number; --from FILE for several")])
        return
    shown.answered(session.screen, PLAN_FILE, answers, len(left))
    commands(session.screen, [(f"migrate plan{options}", "what would happen now")])


def _can_ask(session: Session) -> bool:
    return not session.as_json and sys.stdin.isatty() and session.screen.out.is_terminal


def _from(file: Path) -> Mapping[str, str]:
    """Answers in a file. Raises UsageError where it holds something else."""
    import json
    import tomllib

    from migrator.cli.inputs import read_text

    text = read_text(file, "the file of answers")
    hint = 'write {"ID": "ANSWER"}, or in *.toml a line ID = "ANSWER" for each'
    try:
        found = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} cannot be read: {error}", hint) from error
    if isinstance(found, dict) and isinstance(found.get("answers"), dict):
        found = found["answers"]
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise UsageError(f"{file} holds something else than an answer for each id", hint)
    return found


def _asked(session: Session, made: Plan, revision: str) -> tuple[Answer, ...]:
    """What somebody says to each question. Every answer is written at once, so that whoever leaves loses none."""
    from migrator.engine.teams import answering
    from migrator.planfile import PLAN_FILE
    from migrator.report.teams import answer as shown

    questions = answering.open_questions(made)
    found: list[Answer] = []
    try:
        for number, one in enumerate(questions, start=1):
            shown.question(session.screen, one, answering.context(made, one), f"{number} of {len(questions)}")
            while True:
                session.screen.line((f"answer ({_range(len(one.answers))}, Enter leaves it open, q ends): ", "bold"))
                line = sys.stdin.readline()
                text = line.strip()
                if not line or text == "q":
                    return tuple(found)
                if not text:
                    break
                try:
                    (said,) = answering.chosen({one.id: text}, made)
                except UsageError as error:
                    session.screen.note(f"  {error.problems[0].message}")
                    continue
                answering.keep(session.engine, revision, [said])
                found.append(said)
                break
    except KeyboardInterrupt:
        session.screen.note(f"stopped: {counted(len(found), 'answer')} in {PLAN_FILE}, the rest is open")
        raise
    return tuple(found)


def _range(count: int) -> str:
    return "text" if not count else "1" if count == 1 else f"1-{count}"
