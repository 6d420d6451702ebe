"""What is decided on the way, kept in the order in which it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from migrator.origin import Decision, Origin, Said, default

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Notes"]

_T = TypeVar("_T")
_FAMILY = "cluster"


class Notes:
    """The decisions about one cluster; what manifests and chart both rest on is the same decision in both."""

    def __init__(self) -> None:
        self._all: dict[Decision, None] = {}

    def mapped(self, subject: str, message: str, origins: Iterable[Origin] = ()) -> None:
        """A field that is carried over."""
        self._all[Decision(subject, "mapped", message, tuple(origins), _FAMILY)] = None

    def dropped(self, subject: str, message: str, origins: Iterable[Origin] = ()) -> None:
        """A field that is not, and what that means."""
        self._all[Decision(subject, "dropped", message, tuple(origins), _FAMILY)] = None

    def defaulted(self, subject: str, value: _T, why: str, origins: Iterable[Origin] = ()) -> Said[_T]:
        """A value that nothing says, with the reason why it was taken."""
        self._all[Decision(subject, "defaulted", f"{value}: {why}", tuple(origins), _FAMILY)] = None
        return default(value, why)

    def all(self) -> tuple[Decision, ...]:
        """Each once."""
        return tuple(self._all)
