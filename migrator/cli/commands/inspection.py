"""`migrate explain` and `graph`: what a repository is made of, and where a line of it comes from."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.commands.options import Base
from migrator.cli.session import Json, Repo, Session
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["Format", "explain", "graph"]


class Format(StrEnum):
    """How the graph is written."""

    json = "json"
    dot = "dot"
    mermaid = "mermaid"
    text = "text"


def explain(
    ctx: typer.Context,
    place: Annotated[str, typer.Argument(metavar="PATH[:LINE]", help="A file, seen from the root, or one line of it.")],
    *,
    base: Annotated[str | None, typer.Option("--base", metavar="REV", help="The revision. Default: HEAD, or the branch of ours that has it.")] = None,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Where a line of a generated file comes from. The values in it, what was decided, and the steps that wrote or moved it."""
    from migrator.engine import explanation
    from migrator.report import explained
    from migrator.report.models.inspection import ExplainOut

    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        revision, (path, line) = _explained(session, place, base)
        found = ExplainOut.of(explanation.explain(engine, revision, path, line))
    if as_json:
        session.data(found)
    else:
        explained.explained(session.screen, found)


def _explained(session: Session, place: str, base: str | None) -> tuple[str, tuple[RepoPath, int]]:
    """The revision that is meant, and the place in it: what only a branch of ours has is looked for there."""
    from migrator.engine.explanation import place_of

    revision = session.repository.resolve(base or "HEAD")
    tree = session.repository.tree(revision)
    try:
        return revision, place_of(place, revision, tree)
    except UsageError:
        for status in session.statuses() if base is None else ():
            head = status.head or revision
            with contextlib.suppress(UsageError):
                return head, place_of(place, head, session.repository.tree(head))
        raise


def graph(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    form: Annotated[
        Format | None, typer.Option("--format", help="json has every file; dot and mermaid draw directories, or the focus. Default: text.")
    ] = None,
    landscape: Annotated[
        bool, typer.Option("--landscape", help="Instead: what the repository runs, who asks whom, and what differs between environments.")
    ] = False,
    focus: Annotated[str | None, typer.Option("--focus", metavar="PATH", help="Only a file or directory with its neighbours.")] = None,
    base: Base = None,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """The files and what names what. In numbers, or for programs and pictures with --json or --format."""
    if landscape:
        _landscape(Session(ctx, repo, as_json=as_json), form, focus, base)
        return
    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        from migrator.facts.cycles import import_cycles
        from migrator.paths import repo_path
        from migrator.report import pictures, summary, text

        revision = session.repository.resolve(base or "HEAD")
        tree = session.repository.tree(revision)
        place = None if focus is None else repo_path(focus)
        if place is not None and place not in tree and not tree.is_dir(place):
            raise UsageError(f"there is no {place} in {revision[:7]}", "give a path relative to the repository's root")
        session.screen.progress("reading the repository")
        facts = engine.facts(revision, engine.rules(tree))
        found = pictures.graph_out(facts.graph, revision, place or None)
        cycles = import_cycles(facts) if form in {None, Format.text} and not as_json else []
    if as_json or form is Format.json:
        session.data(found)
    elif form in {None, Format.text}:
        summary.graph(session.screen, found, cycles, facts.scanner.dialect)
        text.commands(session.screen, summary.following(found, place or None))
    else:
        session.screen.data((pictures.dot if form is Format.dot else pictures.mermaid)(found, place or None))


def _landscape(session: Session, form: Format | None, focus: str | None, base: str | None) -> None:
    if focus is not None or form is Format.dot:
        wrong = "--focus" if focus is not None else "--format dot"
        raise UsageError(f"{wrong} is for the graph of files, not for the landscape", "leave it out, or leave --landscape out")
    with session.working() as engine:
        from migrator.facts.landscape import landscape
        from migrator.report import landscape_models, landscapes, text

        revision = session.repository.resolve(base or "HEAD")
        session.screen.progress("reading the repository")
        plan_file, _ = engine.plan_file(session.repository.tree(revision))
        found = landscape(engine.facts(revision, plan_file))
    if session.as_json or form is Format.json:
        session.data(landscape_models.LandscapeOut.of(found, revision))
    elif form is Format.mermaid:
        session.screen.data(landscapes.mermaid(found))
    else:
        landscapes.landscape(session.screen, found)
        more = [("migrate graph --landscape --format mermaid", "a picture"), ("migrate graph --landscape --json", "every value with its origin")]
        text.commands(session.screen, more)
