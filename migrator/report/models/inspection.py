"""What a repository is: which files name which, where a line comes from, how far it is on the way to the v3.0 structure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from migrator.paths import printable
from migrator.report.models.base import Model
from migrator.secrets import redact
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.explanation import Explanation, Line
    from migrator.engine.target import Place
    from migrator.origin import Origin

__all__ = ["DecisionOut", "EdgeOut", "ExplainOut", "ExplainedLineOut", "FollowingOut", "GraphOut", "OriginOut", "PlaceOut", "TargetOut", "TraceOut"]


class EdgeOut(Model):
    """One file naming another."""

    source: str
    target: str
    kinds: dict[str, int] = Field(description="how often, by the form of the reference")


class GraphOut(Model):
    """`migrate graph --json`."""

    base: str
    nodes: tuple[str, ...]
    edges: tuple[EdgeOut, ...]


class OriginOut(Model):
    """Where a value comes from."""

    path: str = Field(description="empty for a default")
    line: int = Field(description="0 when it is about the whole file")
    why: str
    place: str = Field(description="as people read it")

    @classmethod
    def all(cls, origins: Iterable[Origin]) -> tuple[Self, ...]:
        """Each origin."""
        return tuple(cls(path=one.path, line=one.line, why=one.why, place=str(one)) for one in origins)


class DecisionOut(Model):
    """What became of one field of one source."""

    subject: str
    outcome: str = Field(description="mapped, defaulted or dropped")
    message: str
    origins: tuple[OriginOut, ...]


class ExplainedLineOut(Model):
    """A line of a generated file."""

    number: int
    text: str
    part: str = Field(description="value: it was read somewhere; text: the family's own; edit: people wrote it since")
    origins: tuple[OriginOut, ...]
    decisions: tuple[DecisionOut, ...]

    @classmethod
    def of(cls, line: Line) -> Self:
        """A line; what looks like a secret in it is hidden."""
        decisions = tuple(
            DecisionOut(subject=one.subject, outcome=one.outcome, message=one.message, origins=OriginOut.all(one.origins)) for one in line.decisions
        )
        return cls(number=line.number, text=redact(line.text), part=line.part, origins=OriginOut.all(line.origins), decisions=decisions)


class TraceOut(Model):
    """What one step did to a file."""

    number: str
    id: str
    title: str
    did: str
    commit: str = Field(description="empty where its commit is not in the history: it was squashed")
    record: str = Field(description="the file that remembers it")


class FollowingOut(Model):
    """A command to go on with."""

    command: str
    purpose: str


class ExplainOut(Model):
    """Where a file, or a line of it, comes from."""

    path: str
    revision: str
    line: int = Field(description="0 for the whole file")
    phase: str
    family: str = Field(description="empty for a file that no family wrote")
    edited: bool = Field(description="people changed it since it was generated")
    lines: tuple[ExplainedLineOut, ...] = Field(description="the line that was asked for, or every line with a value or an edit")
    steps: tuple[TraceOut, ...] = Field(description="those that touched it, newest first")
    following: tuple[FollowingOut, ...]

    @classmethod
    def of(cls, found: Explanation) -> Self:
        """What is known, and what to do next."""
        steps = tuple(
            TraceOut(number=one.number, id=one.id, title=one.title, did=one.did, commit=one.commit, record=one.record) for one in found.traces
        )
        return cls(
            path=printable(found.path),
            revision=found.revision,
            line=found.line,
            phase=found.phase,
            family=found.family,
            edited=found.edited,
            lines=tuple(map(ExplainedLineOut.of, found.lines)),
            steps=steps,
            following=_after_explanation(found),
        )


def _after_explanation(found: Explanation) -> tuple[FollowingOut, ...]:
    first = next((origin for line in found.lines for origin in line.origins if origin.path), None)
    commit = next((trace.commit for trace in found.traces if trace.commit), "")
    said, path = [], word(printable(found.path))
    if found.line and first is not None:
        at = max(first.line, 1)
        blame = f"git blame -L {at},{at} {found.revision[:7]} -- {word(first.path)}"
        said.append(FollowingOut(command=blame, purpose="who said so there, and when"))
    if commit:
        said.append(FollowingOut(command=f"git show {commit[:12]} -- {path}", purpose="the step's change to it"))
    if not said:
        said.append(FollowingOut(command=f"git log --follow {found.revision[:7]} -- {path}", purpose="what git knows of it"))
    return tuple(said)


class PlaceOut(Model):
    """A directory or file of the v3.0 structure."""

    path: str = Field(description="seen from the root; `*` is a name, `**` any way down")
    state: Literal["there", "planned", "absent"]
    files: int = Field(description="files with content, where it is there")
    step: str = Field(description="the number of the first step that brings it, where it is planned")
    why: str = Field(description="why there is nothing and what would bring it about, where it is absent")


class TargetOut(Model):
    """`migrate status --target --json`."""

    base: str
    places: tuple[PlaceOut, ...]

    @classmethod
    def of(cls, base: str, found: Iterable[Place]) -> TargetOut:
        """What a program reads of it."""
        return cls(base=base, places=tuple(PlaceOut(**asdict(place)) for place in found))
