"""Where a value comes from, and what became of it: every value of the landscape, and by it every value in a generated file, says so (L11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from migrator.paths import RepoPath

__all__ = ["Decision", "Origin", "Said", "default", "plain"]

_T = TypeVar("_T")
_U = TypeVar("_U")


class Origin(NamedTuple):
    """A place in the repository, or a reason where no place says it."""

    path: RepoPath
    """Empty for a default."""
    line: int = 0
    """Counted from 1; 0 means the whole file."""
    why: str = ""
    """Why a default was taken, or by what evidence a place says it."""

    def __str__(self) -> str:
        if not self.path:
            return f"default: {self.why}"
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Said(Generic[_T]):
    """A value with its origins."""

    value: _T
    origins: tuple[Origin, ...]

    def then(self, change: Callable[[_T], _U]) -> Said[_U]:
        """What is made of the value; it has the same origins."""
        return Said(change(self.value), self.origins)

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one field of one source."""

    subject: str
    """What it is about: `compose: db.healthcheck.test`, `image of web`."""
    outcome: str
    """`mapped`, `defaulted` or `dropped`."""
    message: str
    """To what it is mapped, why the default was taken, or what the drop means for whoever runs it."""
    origins: tuple[Origin, ...] = ()
    family: str = ""


def default(value: _T, why: str) -> Said[_T]:
    """A value that nothing in the repository says."""
    return Said(value, (Origin(RepoPath(""), 0, why),))


def plain(value: object) -> object:
    """A value without its origins, through mappings and lists."""
    match value:
        case Said():
            return plain(value.value)
        case dict():
            return {str(plain(key)): plain(one) for key, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return value
