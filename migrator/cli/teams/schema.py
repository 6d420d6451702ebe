"""`migrate schema`: what editors and programs check a plan file and our output with."""

from __future__ import annotations

from typing import Annotated

import typer

from migrator.cli.session import Json  # noqa: TC001  typer reads it
from migrator.errors import UsageError

__all__ = ["schema"]


def schema(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="`migrate-toml` for the plan file, or a command with --json. Default: list them.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Print the JSON Schema of migrate.toml. With the options of every installed phase, or of what a command prints with --json."""
    from migrator.mistakes import nearest
    from migrator.report.models.base import dumps
    from migrator.report.schemas import SCHEMAS
    from migrator.report.schemas import schema as text
    from migrator.report.teams.schema import SchemaOut, SchemasOut, schemas

    given = ctx.obj
    if name is not None and name not in SCHEMAS:
        raise UsageError(f"there is no schema {name!r}; {nearest(name, sorted(SCHEMAS))}", "migrate schema")
    if name is not None:
        given.screen.data(text(name, given.phases).rstrip("\n"))
        return
    found = SchemasOut(schemas=tuple(SchemaOut(name=one, about=(model.__doc__ or "").partition("\n")[0]) for one, model in SCHEMAS.items()))
    if as_json:
        given.screen.data(dumps(found))
    else:
        schemas(given.screen, found)
