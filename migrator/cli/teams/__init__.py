"""The commands for a migration that several people make, a command a module: each loads what it works with when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from migrator.cli.teams.carry import carry

COMMANDS: tuple[Callable[..., Any], ...] = (carry,)
"""The functions, in the order in which help lists them."""
