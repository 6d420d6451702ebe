"""The first commands: a plan file, a demonstration, the phases that are installed, the tools and gates that are there."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from migrator.report.models.base import Model
from migrator.report.models.plans import PlanOut
from migrator.report.models.runs import RunOut

if TYPE_CHECKING:
    from migrator.doctor import Proposal, Tool
    from migrator.phase import Phase

__all__ = ["DemoOut", "DoctorOut", "InitOut", "PhaseOut", "PhasesOut", "ProposalOut", "ToolOut"]


class InitOut(Model):
    """`migrate init --json`."""

    path: str
    written: bool
    text: str


class DemoOut(Model):
    """`migrate demo --json`."""

    directory: str = Field(description="where the sample lies; gone afterwards unless --keep was given")
    kept: bool
    plan: PlanOut
    run: RunOut


class PhaseOut(Model):
    """An installed phase."""

    number: int
    name: str
    title: str
    summary: str
    options: dict[str, Any] = Field(description="JSON schema of its table in the plan file")

    @classmethod
    def of(cls, phase: Phase) -> Self:
        """A phase."""
        from migrator.report.teams.pages.documented import Documented  # noqa: PLC0415  it reads sources

        options = phase.options.model_json_schema(schema_generator=Documented)
        return cls(number=phase.number, name=phase.name, title=phase.title, summary=phase.summary, options=options)


class PhasesOut(Model):
    """`migrate phases --json`."""

    phases: tuple[PhaseOut, ...]


class ToolOut(Model):
    """An optional program."""

    name: str
    purpose: str
    path: str | None = Field(description="null when it is not installed")
    version: str = Field(description="what it said when it was asked; empty when it is not installed or does not run")


class ProposalOut(Model):
    """A gate that the repository's own manifests suggest."""

    name: str
    source: str = Field(description="the file that suggests it")
    missing: str = Field(description="what it lacks to run here; empty when nothing")
    declared: bool = Field(description="whether the plan file has a gate of this name")
    toml: str = Field(description="the table for the plan file")


class DoctorOut(Model):
    """`migrate doctor --json`."""

    tools: tuple[ToolOut, ...]
    gates: tuple[ProposalOut, ...]

    @classmethod
    def of(cls, tools: Iterable[Tool], proposals: Iterable[Proposal], declared: Container[str]) -> Self:
        """What can run here."""
        return cls(
            tools=tuple(ToolOut(name=t.name, purpose=t.purpose, path=t.path, version=t.version) for t in tools),
            gates=tuple(ProposalOut(name=p.name, source=p.source, missing=p.missing, declared=p.name in declared, toml=p.toml()) for p in proposals),
        )
