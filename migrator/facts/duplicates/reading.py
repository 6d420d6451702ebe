"""What files define, and what the names in it mean in one tree."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from migrator.atlas.node import package_name
from migrator.facts.modules import is_module
from migrator.languages import Mention
from migrator.languages.definitions import Definition, Free, known
from migrator.languages.python import definitions as python
from migrator.languages.python import resolve
from migrator.languages.python.parsing import decoded
from migrator.languages.typescript import definitions as typescript
from migrator.languages.typescript import speaks
from migrator.paths import RepoPath, name

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["defined_in", "impurity", "is_asked_for", "is_python", "is_routed", "is_source", "meaning", "offered"]

_GENERATED = re.compile(rb"@generated|\b(?:auto[- ]?generated|generated (?:by|from|with))\b|do not (?:edit|modify)", re.IGNORECASE)
_HEAD = 600
"""What is generated says so among so many bytes."""
_MERGEABLE = frozenset({"function", "type", "constant"})
_LONG = 200
"""A mean length of lines that only programs write."""
_ROUTED = frozenset(
    {
        *("page", "layout", "route", "template", "loading", "error", "not-found", "default", "middleware", "instrumentation", "global-error"),
        *("opengraph-image", "icon", "sitemap", "robots", "manifest", "_app", "_document"),
    }
)
_COMMENT = re.compile(r"^(?://|/\*|\*|.*\*/$)")
Known = dict[tuple[RepoPath, str], str]


def is_python(path: str) -> bool:
    """Whether a path is a Python module; else it is a script."""
    return path.endswith(".py")


def is_source(path: RepoPath) -> bool:
    """Whether a path is code whose definitions are read: no declarations without bodies, no configuration of a tool."""
    return is_python(path) or (is_module(path) and not (speaks(path) or "").endswith("-config"))


def is_routed(path: RepoPath) -> bool:
    """Whether a framework reads what a script exports, by the file's name: one more may be an error to it, and those of one name belong to each."""
    return not is_python(path) and name(path).partition(".")[0] in _ROUTED


def defined_in(facts: Facts, path: RepoPath) -> Mapping[str, Definition]:
    """What a file defines, by name; nothing where it is generated."""
    read: Callable[[bytes], tuple[Definition, ...]] = _python if is_python(path) else _typed if speaks(path) == "ts" else _with_elements
    return {one.name: one for one in facts.told(path, read)}


def is_asked_for(path: RepoPath, definition: Definition) -> bool:
    """Whether a framework looks for a definition under its name, or calls it: others of that name are none of its like."""
    return is_routed(path) and definition.kind in {"function", "constant"} and (definition.offered or definition.impure == typescript.DEFAULT)


def _is_made(source: bytes) -> bool:
    """Whether a program wrote a source: it says so, or its lines are longer than people's."""
    return _GENERATED.search(source, 0, _HEAD) is not None or len(source) > _LONG * (source.count(b"\n") + 10)


def _python(source: bytes) -> tuple[Definition, ...]:
    return () if _is_made(source) else python.definitions(source)


def _typed(source: bytes) -> tuple[Definition, ...]:
    return () if _is_made(source) else typescript.definitions(source, typed=True)


def _with_elements(source: bytes) -> tuple[Definition, ...]:
    return () if _is_made(source) else typescript.definitions(source, typed=False)


def meaning(facts: Facts, path: RepoPath, definition: Definition, known: Known, above: frozenset[tuple[RepoPath, str]] = frozenset()) -> str:
    """What the names that a definition takes from around it mean: the same for two definitions only where one could stand for the other.

    A name that leads to a definition means what that says, where it is nothing but that; else the place itself.
    """
    at = (path, definition.name)
    if at not in known:
        said = "\n".join(_meant(facts, path, free, known, above | {at}) for free in definition.free)
        known[at] = hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()
    return known[at]


def _meant(facts: Facts, path: RepoPath, free: Free, known: Known, above: frozenset[tuple[RepoPath, str]]) -> str:
    if free.kind == "global":
        return f"global {free.name}"
    place, title = (path, free.name) if free.kind == "own" else _origin(facts, path, free)
    if place is None:
        return f"outside {title}"
    found = defined_in(facts, place).get(title) if is_source(place) else None
    if found is None or found.impure or found.kind not in _MERGEABLE or (place, title) in above:
        return f"place {place} {title}"
    return f"same {found.kind} {found.digest} {meaning(facts, place, found, known, above)}"


def _origin(facts: Facts, path: RepoPath, free: Free) -> tuple[RepoPath | None, str]:
    """Where an import leads: the file and the name in it, or the name of what is somebody else's."""
    if is_python(path):
        mention = Mention(0, 0, "from", free.imported, free.module) if free.imported else Mention(0, 0, "import", free.module)
        target = resolve(mention, path, facts.atlas)
        found, rest, missing = target.path, target.rest, target.missing
    else:
        hit = facts.atlas.node.resolve(free.module, path)
        found, rest, missing = hit.path, free.imported, hit.missing
    if missing:
        return path, f"{free.module}:{free.imported}"
    return (None, f"{free.module}:{free.imported}") if found is None else (found, rest)


def impurity(facts: Facts, path: RepoPath, definition: Definition) -> str:
    """Why a definition is more than what it says, what it uses of other modules included; empty where it is not."""
    if definition.kind in {"class", "enum"}:
        return "each is a type of its own, which `isinstance` and comparisons tell apart"
    if definition.impure or definition.kind == "type":
        return definition.impure
    language = "python" if is_python(path) else "typescript"
    for free in definition.free:
        if free.kind == "global":
            continue
        place, title = (path, free.name) if free.kind == "own" else _origin(facts, path, free)
        if place is None:
            top = free.module.partition(".")[0] if language == "python" else package_name(free.module)[0]
            if not {free.module, top} & known(language, "modules"):
                return f"uses `{free.name}` of {free.module}"
            continue
        found = defined_in(facts, place).get(title) if is_source(place) else None
        if found is None:
            return f"uses `{free.name}`, which may change or act"
        if found.impure and found.kind not in {"type", "class", "enum"}:
            return f"uses `{free.name}`, which {found.impure}"
    return ""


def offered(facts: Facts, path: RepoPath, definition: Definition) -> str:
    """A definition of a script as it is written, with what is said of it right above, exported."""
    lines = decoded(facts.read(path)).replace("\r\n", "\n").split("\n")
    first, last = definition.line - 1, definition.last
    said = first
    while said and _COMMENT.match(lines[said - 1].strip()):
        said -= 1
    body = "\n".join(lines[first:last])
    return "\n".join([*lines[said:first], body if body.startswith("export ") else f"export {body}"])
