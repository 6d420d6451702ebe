"""What commands are called on the command line: the directory's own name and the command's, each once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.facts.projects.model import Command
    from migrator.paths import RepoPath

__all__ = ["named"]

_ORDER = ("package", "make", "just", "task")
"""Of two commands of one name, that of the first keeps it."""
_ODD = re.compile(r"[^\w:./-]+")


def named(commands: Sequence[Command]) -> Mapping[Command, str]:
    """Each command with its name: `web:dev`, at the root `dev`; another runner's of that name is `make:web:dev`, a third is counted."""
    places = _places({one.directory for one in commands})
    found: dict[Command, str] = {}
    taken: set[str] = set()
    for one in sorted(
        commands, key=lambda one: (_ORDER.index(one.runner) if one.runner in _ORDER else len(_ORDER), one.directory, one.origin, one.name)
    ):
        short = _ODD.sub("-", ":".join(filter(None, (places[one.directory], one.name)))).strip("-") or one.runner
        wanted = (short, f"{one.runner}:{short}", *(f"{one.runner}:{short}:{count}" for count in range(2, len(commands) + 2)))
        found[one] = next(title for title in wanted if title not in taken)
        taken.add(found[one])
    return found


def _places(directories: set[RepoPath]) -> Mapping[RepoPath, str]:
    """The last part of each directory, the whole path where two end alike; nothing for the root."""
    ends = Counter(one.rpartition("/")[2] for one in directories)
    return {one: last if ends[last := one.rpartition("/")[2]] == 1 else one.replace("/", "-") for one in directories}
