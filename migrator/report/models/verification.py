"""Committed steps and generated documents, judged again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.report.models.base import Model
from migrator.report.models.findings import GateOut
from migrator.report.models.inspection import OriginOut

if TYPE_CHECKING:
    from migrator.engine.freshness import Stale
    from migrator.plan import GateReport

__all__ = ["StaleOut", "VerifiedOut", "VerifyDocsOut", "VerifyOut"]


class VerifiedOut(Model):
    """A committed step, judged again."""

    revision: str
    step: str
    passed: bool
    gates: tuple[GateOut, ...]


class VerifyOut(Model):
    """`migrate verify --json`."""

    revisions: tuple[str, ...] = Field(description="what --rev named, or every branch of ours")
    passed: bool
    steps: tuple[VerifiedOut, ...]

    @classmethod
    def of(cls, found: Mapping[str, Iterable[tuple[str, tuple[GateReport, ...]]]]) -> Self:
        """What was found on each revision."""
        steps = tuple(
            VerifiedOut(revision=revision, step=title, passed=all(r.passed for r in reports), gates=GateOut.all(reports))
            for revision, judged in found.items()
            for title, reports in judged
        )
        return cls(revisions=tuple(found), passed=all(step.passed for step in steps), steps=steps)


class StaleOut(Model):
    """A generated document that no longer says what follows from the repository."""

    revision: str
    path: str
    step: str = Field(description="PHASE/FAMILY, as `migrate run --step` takes it")
    what: str = Field(description="changed, new, gone, or asks: an edit and the new text need a decision, which `migrate plan` shows")
    sections: tuple[str, ...] = Field(description="the headings below which something is to change")
    origins: tuple[OriginOut, ...] = Field(description="where the values stand that are said now")


class VerifyDocsOut(Model):
    """`migrate verify --docs --json`."""

    revisions: tuple[str, ...] = Field(description="what --rev named, or HEAD")
    fresh: bool
    documents: tuple[StaleOut, ...]
    next: tuple[str, ...] = Field(description="the commands that write these documents alone anew")

    @classmethod
    def of(cls, found: Mapping[str, Sequence[Stale]], following: Sequence[str]) -> Self:
        """What is stale on each revision."""
        documents = tuple(
            StaleOut(revision=revision, path=one.path, step=one.step, what=one.what, sections=one.sections, origins=OriginOut.all(one.origins))
            for revision, several in found.items()
            for one in several
        )
        return cls(revisions=tuple(found), fresh=not documents, documents=documents, next=tuple(following))
