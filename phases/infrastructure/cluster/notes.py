"""What is decided on the way, kept in the order in which it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from migrator.origin import Decision, Origin, Said, default
from migrator.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Notes"]

_T = TypeVar("_T")
_FAMILY = "cluster"
_OF = " of "


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
        """Each once; what is the same of several workloads (`X of a`, `X of b`) is told of them together."""
        groups: dict[tuple[object, ...], list[Decision]] = {}
        for one in self._all:
            field, of, _ = one.subject.rpartition(_OF)
            groups.setdefault((field, one.outcome, one.message, one.origins) if of and one.origins else (one,), []).append(one)
        return tuple(map(_together, groups.values()))


def _together(several: list[Decision]) -> Decision:
    field, of, _ = several[0].subject.rpartition(_OF)
    return several[0] if len(several) == 1 else replace(several[0], subject=field + of + listed([one.subject.rpartition(_OF)[2] for one in several]))
