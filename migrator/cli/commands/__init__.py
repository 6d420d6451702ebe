"""The commands of one migration, by what they are about: read what was given, let the engine work, print what came of it.

Each imports what it works with when it runs: help, the version and a mistake on the command line load nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from migrator.cli.commands.inspection import explain, graph
from migrator.cli.commands.mv import mv
from migrator.cli.commands.plan import plan
from migrator.cli.commands.rollback import rollback
from migrator.cli.commands.run import run
from migrator.cli.commands.setup import demo, doctor, init, phases, trust
from migrator.cli.commands.status import done, log, status
from migrator.cli.commands.verify import verify

COMMANDS: tuple[Callable[..., Any], ...] = (
    init,
    plan,
    run,
    status,
    done,
    log,
    rollback,
    verify,
    explain,
    graph,
    doctor,
    phases,
    mv,
    trust,
    demo,
)
"""The functions, in the order in which help lists them."""
