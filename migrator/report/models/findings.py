"""Findings, problems, what gates said, and what stops a command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.errors import Finding, MigrateError, Problem
from migrator.report.models.base import Model

if TYPE_CHECKING:
    from migrator.plan import GateReport

__all__ = ["ErrorBody", "ErrorOut", "FindingOut", "GateOut", "ProblemOut"]


class FindingOut(Model):
    """Something worth knowing."""

    kind: str
    path: str
    line: int = Field(description="0 when it is about the whole file")
    message: str
    severity: str = Field(description="info, warning or error")

    @classmethod
    def all(cls, findings: Iterable[Finding]) -> tuple[Self, ...]:
        """Each finding."""
        return tuple(cls(kind=f.kind, path=f.path, line=f.line, message=f.message, severity=f.severity) for f in findings)

    @staticmethod
    def back(several: Iterable[FindingOut]) -> list[Finding]:
        """The findings themselves."""
        return [Finding(**one.model_dump()) for one in several]


class ProblemOut(Model):
    """Something that must be solved first."""

    where: str
    message: str
    hint: str = ""

    @classmethod
    def all(cls, problems: Iterable[Problem]) -> tuple[Self, ...]:
        """Each problem."""
        return tuple(cls(where=p.where, message=p.message, hint=p.hint) for p in problems)


class GateOut(Model):
    """What one gate said of one step."""

    gate: str
    passed: bool
    seconds: float
    ran: bool = Field(description="false for a declared gate that judged nothing, because nobody approved its command")
    findings: tuple[FindingOut, ...] = ()

    @classmethod
    def all(cls, reports: Iterable[GateReport]) -> tuple[Self, ...]:
        """Each report."""
        return tuple(cls(gate=r.gate, passed=r.passed, seconds=round(r.seconds, 3), ran=r.ran, findings=FindingOut.all(r.findings)) for r in reports)


class ErrorBody(Model):
    """What stopped a command."""

    message: str
    hint: str
    code: int = Field(description="the exit code")
    problems: tuple[ProblemOut, ...] = ()


class ErrorOut(Model):
    """What goes to standard error with --json when a command fails."""

    error: ErrorBody

    @classmethod
    def of(cls, error: MigrateError) -> Self:
        """An error."""
        return cls(error=ErrorBody(message=error.message, hint=error.hint, code=error.exit_code, problems=ProblemOut.all(error.problems)))
