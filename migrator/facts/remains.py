"""Scripts that are twice there, and those that seem to be of no use any more."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.scripts import scripts
from migrator.graph import line_of
from migrator.paths import RepoPath, join
from migrator.secrets import redact

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Remains", "copies", "remains"]


class Remains(NamedTuple):
    """Why a script seems to be of no use: it is empty, or nothing names it and what it names is gone."""

    why: str
    line: int = 0


def copies(facts: Facts) -> tuple[tuple[tuple[RepoPath, ...], bool], ...]:
    """Scripts that say the same, white space aside: the paths of each group, and whether they are the same to the byte."""
    groups: dict[str, list[RepoPath]] = {}
    for path in facts.derive(scripts):
        if digest := facts.told(path, _digest):
            groups.setdefault(digest, []).append(path)
    return tuple(
        (tuple(paths), len({facts.tree[path].blob for path in paths}) == 1)
        for paths in sorted(groups.values())
        if len(paths) > 1
    )  # fmt: skip


def _digest(source: bytes) -> str:
    words = source.removeprefix(b"\xef\xbb\xbf").split()
    return hashlib.sha256(b" ".join(words)).hexdigest() if words else ""


def remains(facts: Facts) -> Mapping[RepoPath, Remains]:
    """The scripts that seem to be of no use, each with what shows it."""
    found: dict[RepoPath, Remains] = {}
    for path, script in facts.derive(scripts).items():
        if not facts.read(path).strip():
            found[path] = Remains("is empty")
            continue
        dead = [
            one.mention
            for one in facts.graph.references.get(path, ())
            if one.target.missing and one.mention.weak and _is_gone(facts, one.mention.text)
        ]
        if dead and script.runs and path not in facts.graph.incoming:
            more = f" and {len(dead) - 1} more that are gone" if len(dead) > 1 else ", which is gone"
            line = line_of(facts.read(path), dead[0].start)
            found[path] = Remains(f"nothing names it, and it names `{redact(dead[0].text)}`{more}", line)
    return found


def _is_gone(facts: Facts, text: str) -> bool:
    """Whether a path is there from nowhere that a person would look from."""
    path = join("", text.replace("\\", "/").strip("/"))
    return "/" in text and path is not None and path not in facts.tree and not facts.tree.is_dir(path)
