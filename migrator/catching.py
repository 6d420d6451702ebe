"""Patterns and the files they catch, before a step and after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pathspec

from migrator.atlas.node import SCRIPTS
from migrator.paths import RepoPath, is_within, name, parent, suffix

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.graph import Reference

__all__ = ["Caught", "caught"]

_SET = re.compile(r"\*\*|\*\.")
"""What makes a pattern a set of files; a lone `*` stands for a name in an alias or for a package's directory."""
_PROGRAM = "include"
"""The kind of an entry by which a compiler finds its program."""
_MAGIC = re.compile(r"[*?]")


class Caught(NamedTuple):
    """A pattern that catches other files than before, and both sets of them by their paths now."""

    path: RepoPath
    reference: Reference
    before: frozenset[RepoPath]
    after: frozenset[RepoPath]


def caught(built: Built) -> Iterator[Caught]:
    """Each pattern of the result that matches more or fewer of the files than it matched before."""
    if not built.files:
        return
    origin = {new: old for old, new in built.files.items()}
    was = built.before.said(_patterns)
    for path, now in built.after.said(_patterns).items():
        old = was.get(origin.get(path, path), [])
        # Mentions keep their order when a file is rewritten; where their number changed, the step itself wrote the file.
        for one, other in zip(old, now, strict=False) if len(old) == len(now) else ():
            # Where the anchor stays, only files that moved can come or go.
            files = built.files if _anchor(one)[0] == _anchor(other)[0] else {file: built.moves(file) for file in built.before.tree}
            before = {new for file, new in files.items() if new in built.after.tree and _matches(one, file)}
            after = {new for new in files.values() if new in built.after.tree and _matches(other, new)}
            if one.mention.kind == _PROGRAM:
                # A compiler reads what any of its entries covers, and what went to another project is that one's to cover.
                shared = {new for new in before ^ after if _is_handed_over(built, origin.get(new, new), new)}
                before |= shared | {new for new in after - before if any(_matches(entry, origin.get(new, new)) for entry in _program(old))}
                after |= shared | {new for new in before - after if any(_matches(entry, new) for entry in _program(now))}
            if before != after:
                yield Caught(path, other, frozenset(before), frozenset(after))


def _patterns(references: tuple[Reference, ...]) -> list[Reference]:
    return [
        reference
        for reference in references
        if (reference.target.path is not None and _SET.search(reference.target.rest))
        or (reference.mention.kind == _PROGRAM and _anchor(reference)[0] is not None)
    ]


def _anchor(reference: Reference) -> tuple[RepoPath | None, str]:
    """The directory below which a glob looks, and the rest of it; a compiler's glob that begins with a star looks from its own file."""
    mention, target = reference.mention, reference.target
    if target.path is None and mention.kind == _PROGRAM and mention.text.startswith("*"):
        return parent(reference.source), mention.text
    return target.path, target.rest


def _program(references: list[Reference]) -> list[Reference]:
    return [reference for reference in references if reference.mention.kind == _PROGRAM]


def _is_handed_over(built: Built, old: RepoPath, new: RepoPath) -> bool:
    """Whether a file went from one compiler's configuration to another."""
    one, other = built.before.atlas.node.tsconfig_of(old), built.after.atlas.node.tsconfig_of(new)
    return one is not None and other is not None and built.moves(one.path) != other.path


def _matches(reference: Reference, path: RepoPath) -> bool:
    """Whether a glob catches a path; in a compiler's program a directory is all that it holds of the language."""
    anchor, rest = _anchor(reference)
    if anchor is None or not is_within(path, anchor) or path == anchor:
        return False
    below = path[len(anchor) + 1 if anchor else 0 :]
    if reference.mention.kind == _PROGRAM:
        rest = rest.rstrip("/") + ("" if _MAGIC.search(name(rest.rstrip("/"))) or suffix(rest) else "/**/*")
        return suffix(path) in SCRIPTS and _exactly(rest.lstrip("/")).fullmatch(below) is not None
    return _spec(rest).match_file(below)


@lru_cache(maxsize=4096)
def _spec(pattern: str) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines([f"/{one}" for one in _braces(pattern.replace("\\", "/").lstrip("/"))])


@lru_cache(maxsize=4096)
def _exactly(pattern: str) -> re.Pattern[str]:
    """A glob that catches files and not, by their directory, what lies below."""
    words = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(words.get(part) or re.escape(part) for part in re.split(r"(\*\*/?|\*|\?)", pattern)))


def _braces(pattern: str) -> list[str]:
    """The patterns that `{a,b}` stands for."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        return [pattern]
    return [whole for choice in found.group(1).split(",") for whole in _braces(pattern[: found.start()] + choice + pattern[found.end() :])]
