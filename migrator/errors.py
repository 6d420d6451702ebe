"""What stops us, and what we only report.

::

    MigrateError            exit code
    ├── UsageError          2   the command line or an option makes no sense
    ├── RepositoryError     3   the repository cannot be used as it is
    ├── PlanError           4   the plan file or the steps have problems (all of them listed)
    ├── GateError           5   a gate failed, steps were set aside, or what was committed is not what follows
    ├── DriftError          6   the base moved and the plan would change
    └── RaceError           7   somebody moved our branch while we worked

Anything else that escapes is a bug (exit code 70). What a user can cause or must read without being stopped is a value:
`Problem` (must be solved before anything is written) or `Finding` (worth knowing).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from migrator.secrets import veiled

BUG = 70
"""Exit code of an error that is ours."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that must be solved before anything is written: where (a path, `file:line`, or a key), what, and the next thing to try.

    What it quotes holds no credential that shows by its own shape: whoever makes one need not think of that.
    """

    where: str
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", veiled(self.message))

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by the line of the text that they are in; those that name none are first."""

    def line(problem: Problem) -> int:
        number = problem.where.rpartition(":")[2]
        return int(number) if number.isdigit() else 0

    return sorted(problems, key=line)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something worth knowing about a tree or a step: a short kind ("ambiguous", "stays", …), where, what, and how grave.

    What it quotes holds no credential that shows by its own shape: whoever makes one need not think of that.
    """

    kind: str
    path: str
    message: str
    line: int = 0
    severity: Severity = "warning"

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", veiled(self.message))

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message}" if where else self.message


class MigrateError(Exception):
    """Stops the command: a message, a hint that names the next command to try, and an exit code of its own."""

    exit_code: ClassVar[int] = BUG

    def __init__(self, message: str, hint: str = "", problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)

    @property
    def as_problems(self) -> tuple[Problem, ...]:
        """Its problems; where it has none, itself as one."""
        return self.problems or (Problem("", self.message, self.hint),)


class UsageError(MigrateError):
    """The command line or an option makes no sense."""

    exit_code = 2


class RepositoryError(MigrateError):
    """The repository cannot be used as it is."""

    exit_code = 3


class PlanError(MigrateError):
    """The plan file or the requested steps have problems; all are in `problems`."""

    exit_code = 4


class GateError(MigrateError):
    """A gate failed and steps were set aside."""

    exit_code = 5


class DriftError(MigrateError):
    """The base moved and the plan would change."""

    exit_code = 6


class RaceError(MigrateError):
    """A ref that we were about to move was moved by somebody else."""

    exit_code = 7
