"""The program of all commands, and what is asked of it without one."""

from __future__ import annotations

from typing import Annotated

import typer

from migrator import __version__
from migrator.cli import commands, teams

app = typer.Typer(
    name="migrate",
    help="Takes a monorepo to a new structure, one proven and reversible commit at a time. Your work tree, index and HEAD are never touched.",
    epilog="Exit codes: 0 done, 2 usage, 3 repository, 4 plan, 5 gate failed, steps set aside, a document no longer true or a commit not what its step makes, 6 drift, 7 race, 70 bug, 130 interrupted.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"migrate {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something goes wrong: migrate --debug COMMAND ...")] = False,
) -> None:
    del version, debug  # `--debug` is read in `main`, which has to know before anything can go wrong
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


for command in (*commands.COMMANDS, *teams.COMMANDS):
    app.command()(command)
