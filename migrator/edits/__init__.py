"""Changes to files that people own: by span, re-parsed to prove that only the intended thing changed (L3)."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["Change", "EditError"]


class EditError(ValueError):
    """A change does not fit the text it was meant for; the message says why."""


@runtime_checkable
class Change(Protocol):
    """One intended change to one file, as data: a frozen dataclass whose fields say everything."""

    def apply(self, source: bytes) -> bytes:
        """The changed text, or the same text when it already is as wanted. Raises EditError when it does not fit."""

    def __str__(self) -> str:
        """What it does, for a person, in a few words: `workspaces += "packages/*"`."""
