"""Scripts as they are named where no move can follow: in an image, and by a path of a machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.facts.scripts import scripts
from migrator.graph import line_of
from migrator.paths import RepoPath, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["absolute", "inside"]

_INSIDE = re.compile(
    rb"(?:\b(?:docker|podman|compose|kubectl|nerdctl)\b|\$[({]?(?i:dc|\w{0,20}(?:docker|compose)\w{0,20})\b)[^\n]{0,200}\b(?:exec|run)\b([^\n`\"']{0,400})"
)
"""A command in an image, by the program's name or a variable that holds it."""
_FILE = re.compile(r"[\w./-]*[\w-]+\.\w+")
_AWAY = rb"(?:^|[\s\"'=(`])(?:/|[A-Za-z]:[/\\]|~/|\$\{?HOME\}?/)(?:[\w.@$ {}-]{1,60}[/\\]{1,2}){0,20}"
"""An absolute path up to some folder."""


def inside(facts: Facts) -> Mapping[RepoPath, RepoPath]:
    """The scripts that somebody says how to start in an image, where they have the path that they have there; each with the file that says it."""
    known: dict[str, list[RepoPath]] = {}
    for path in facts.derive(scripts):
        known.setdefault(name(path), []).append(path)
    found: dict[RepoPath, RepoPath] = {}
    for source in facts.graph.references:
        for word in facts.told(source, _started_inside):
            way = word.removeprefix("./").lstrip("/")
            for path in known.get(name(word), ()):
                # The image may hold the repository, or one folder of it, in a folder of its own.
                shelf = f"/{name(parent(path))}/{name(path)}"
                if f"/{path}".endswith(f"/{way}") or f"/{way}".endswith(shelf):
                    found.setdefault(path, source)
    return found


def _started_inside(source: bytes) -> tuple[str, ...]:
    """The files that commands in an image name."""
    words = (found[1].decode("utf-8", "replace") for found in _INSIDE.finditer(source)) if b"exec" in source or b"run" in source else ()
    return tuple(dict.fromkeys(word for line in words for word in _FILE.findall(line)))


def absolute(facts: Facts, path: RepoPath) -> int:
    """The line on which a script names itself by an absolute path; 0 for none."""
    own = re.escape(path.encode()).replace(b"/", rb"[/\\]{1,2}")
    found = re.search(_AWAY + own, facts.read(path), re.MULTILINE)
    return 0 if found is None else line_of(facts.read(path), found.end())
