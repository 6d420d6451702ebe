"""Local states of Terraform roots that move: git does not hold them, so they stay where they were, and Terraform begins an empty one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.paths import RepoPath, join, parent

if TYPE_CHECKING:
    from migrator.build import Built

_BACKEND = re.compile(rb'\bbackend[ \t]+"local"[ \t]*\{([^}]*)\}')
_PATH = re.compile(rb'\bpath[ \t]*=[ \t]*"([^"$]*)"')


def states(built: Built) -> Iterator[Finding]:
    """A warning for each state that Terraform 1.11.4 would no longer find, and plan to create everything again."""
    for old, new in sorted(built.files.items()):
        if not old.endswith((".tf", ".tofu")):
            continue
        for block in _BACKEND.finditer(built.before.read(old)):
            said = _PATH.search(block.group(1))
            state = join(parent(old), said.group(1).decode("utf-8", "replace") if said else "terraform.tfstate")
            if state is None or state in built.before.tree or (now := _now(built, new)) in {None, state}:
                continue
            message = f"keeps its state in {state}, which git does not hold: move it to {now}, or Terraform begins an empty one"
            yield Finding("state", new, message)


def _now(built: Built, path: RepoPath) -> RepoPath | None:
    """Where a root looks for its state afterwards."""
    block = _BACKEND.search(built.after.read(path)) if path in built.after.tree else None
    if block is None:
        return None
    said = _PATH.search(block.group(1))
    return join(parent(path), said.group(1).decode("utf-8", "replace") if said else "terraform.tfstate")
