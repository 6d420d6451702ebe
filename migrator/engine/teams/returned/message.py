"""What a commit says that takes a step back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.engine.commits import BACK, NUMBER, PART

if TYPE_CHECKING:
    from migrator.account.entries import Account
    from migrator.errors import Finding
    from migrator.plan import PlannedStep

__all__ = ["Message"]


@dataclass(frozen=True)
class Message:
    """What a commit says that takes a step back."""

    findings: tuple[Finding, ...]
    account: Account
    """Of all steps, with the last."""

    def __call__(self, step: PlannedStep, part: str) -> str:
        """The message of a commit, or of its part."""
        subject = f"{step.step.title} (moves only)" if part else step.step.title
        why = "Files move unchanged, so that git can follow them; the rest follows in the next commit." if part else step.step.why
        told = "" if part else "".join(f"{finding.kind}: {finding}\n" for finding in self.findings)
        told += "" if part else "".join(f"{line}\n" for line in self._names())
        trailers = [f"{BACK}: {step.id}", f"{NUMBER}: {step.number}", *([f"{PART}: {part}"] if part else [])]
        return f"{subject}\n\n{why}\n\n" + (f"{told}\n" if told else "") + "\n".join(trailers) + "\n"

    def _names(self) -> tuple[str, ...]:
        """The numbers of the account, and all that is open: no record keeps it."""
        return (*self.account.counted().lines()[:1], *(f"open: {entry} ({entry.reason})" for entry in self.account.open))
