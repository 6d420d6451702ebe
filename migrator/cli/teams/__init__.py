"""The commands for a migration that several people make, a command a module: each loads what it works with when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from migrator.cli.teams.answer import answer
from migrator.cli.teams.carry import carry
from migrator.cli.teams.completion import completion
from migrator.cli.teams.report import report
from migrator.cli.teams.review import review
from migrator.cli.teams.schema import schema
from migrator.cli.teams.shims import shims
from migrator.cli.teams.staged import staged
from migrator.cli.teams.update import update

COMMANDS: tuple[Callable[..., Any], ...] = (
    carry,
    update,
    review,
    report,
    shims,
    answer,
    staged,
    completion,
    schema,
)
"""The functions, in the order in which help lists them."""
