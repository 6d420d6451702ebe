"""Formats that are read here, with whose rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.report.models.base import Model

if TYPE_CHECKING:
    from migrator.proving import Proof, Use

__all__ = ["AddedRowOut", "FormatOut", "FormatsOut", "RowOut", "UnreadOut"]


class AddedRowOut(Model):
    """A row that a plan file or a package adds, and whether it holds."""

    where: str = Field(description="migrate.toml, or the entry point of a package with the file that it names")
    format: str
    at: str = Field(description="the places that it speaks of")
    proven: bool = Field(description="whether its example follows what moves and its look-alike stays")
    problems: tuple[str, ...] = ()
    files: tuple[str, ...] = Field((), description="the files here in which it speaks of something")


class RowOut(Model):
    """A row that speaks of something in this repository."""

    at: str = Field(description="the places that it speaks of")
    holds: str = Field(description="what stands there")
    tool: str = Field(description="the tool that reads it")
    stale: str = Field(description="what the tool does with a stale value")
    where: str = Field(description="who added it; empty for one that comes with the program")
    files: tuple[str, ...]


class FormatOut(Model):
    """A format of text that this repository has files of."""

    name: str
    about: str
    files: tuple[str, ...]
    rows: tuple[RowOut, ...]


class UnreadOut(Model):
    """Files of text that nobody reads, of one kind."""

    kind: str = Field(description="the extension with a star before it, or the whole name")
    files: tuple[str, ...]


class FormatsOut(Model):
    """`migrate doctor --formats --json`."""

    added: tuple[AddedRowOut, ...]
    uncommitted: bool = Field(description="whether the plan file's rows are not those that are committed, which are the ones that count")
    formats: tuple[FormatOut, ...]
    unread: tuple[UnreadOut, ...]

    @classmethod
    def of(cls, added: Sequence[Proof], found: Sequence[Use], unread: Mapping[str, Sequence[str]], *, uncommitted: bool) -> Self:
        """What is read in a tree, with whose rows."""
        origin = {one.row: one.where for one in reversed(added)}
        return cls(
            added=tuple(
                AddedRowOut(
                    where=one.where,
                    format=one.format.name,
                    at=one.row.at,
                    proven=not one.problems,
                    problems=one.problems,
                    files=tuple(sorted({path for use in found for path in use.rows.get(one.row, ())})),
                )
                for one in added
            ),
            uncommitted=uncommitted,
            formats=tuple(
                FormatOut(
                    name=use.format.name,
                    about=use.format.about,
                    files=use.files,
                    rows=tuple(
                        RowOut(at=row.at, holds=row.holds, tool=row.tool, stale=row.stale, where=origin.get(row, ""), files=files)
                        for row, files in use.rows.items()
                    ),
                )
                for use in found
            ),
            unread=tuple(UnreadOut(kind=kind, files=tuple(files)) for kind, files in unread.items()),
        )
