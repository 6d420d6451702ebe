"""Scripts that save and bring back: what they are for, how they are run, and whose data they touch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.facts.operating.model import Operation
from migrator.facts.purposes import purposes
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin
from migrator.paths import suffix
from migrator.tree import EXECUTABLE

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["operations"]

_PURPOSES = frozenset({"backup", "restore", "provision", "disaster-recovery"})
_STARTS = {".sh": ("bash",), ".bash": ("bash",), ".ps1": ("pwsh",), ".py": ("python",), ".js": ("node",), ".mjs": ("node",)}
_CLIENTS = {
    "postgres": r"\bpg_(?:dump(?:all)?|restore|basebackup|ctl|rewind)\b|\bpsql\b|\bpostgres(?:ql)?\b",
    "mysql": r"\bmysql(?:dump|admin)?\b|\bmariadb(?:-dump)?\b",
    "mongo": r"\bmongo(?:dump|restore|sh)\b",
    "redis": r"\bredis(?:-cli)?\b|\bBGSAVE\b|\bdump\.rdb\b",
    "sqlite": r"\bsqlite3?\b",
    "elasticsearch": r"\b_snapshot\b",
    "minio": r"\bmc[ \t]+(?:mirror|cp)\b",
    "files": r"\btar[ \t]+-?[cx]|\brsync\b|\brestic\b|\baws[ \t]+s3[ \t]+(?:cp|sync)\b",
}
"""What a script calls that reaches the data of an image."""


def operations(facts: Facts) -> tuple[Operation, ...]:
    """The scripts of those who run things, by path."""
    return tuple(_operation(facts, path, one.name, one.line) for path, one in sorted(facts.derive(purposes).items()) if one.name in _PURPOSES)


def _operation(facts: Facts, path: RepoPath, purpose: str, line: int) -> Operation:
    start = _STARTS.get(suffix(path), () if facts.tree[path].mode == EXECUTABLE else ("sh",))
    return Operation(purpose, Origin(path, line), (*start, path if start else f"./{path}"), facts.told(path, _stores))


def _stores(source: bytes) -> tuple[str, ...]:
    # What a comment tells is not what it does.
    text = re.sub(r"(?m)^[ \t]*(?:#|//|REM\b).*$", "", decoded(source))
    return tuple(store for store, said in _CLIENTS.items() if re.search(said, text))
