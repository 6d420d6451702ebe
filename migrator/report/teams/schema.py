"""Which JSON schemas there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from migrator.report.models.base import Model

if TYPE_CHECKING:
    from migrator.report.screen import Screen

__all__ = ["SchemaOut", "SchemasOut", "schemas"]


class SchemaOut(Model):
    """A schema that `migrate schema NAME` prints."""

    name: str
    about: str = Field(description="the first line of what it says of itself")


class SchemasOut(Model):
    """`migrate schema --json`."""

    schemas: tuple[SchemaOut, ...]


def schemas(screen: Screen, found: SchemasOut) -> None:
    """Each name with what it is about."""
    width = max(len(one.name) for one in found.schemas)
    for one in found.schemas:
        screen.line(f"{one.name:{width}}  ", (one.about, "dim"))
