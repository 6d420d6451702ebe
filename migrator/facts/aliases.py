"""Where the tools of one repository read an alias differently: the compiler's table against those of Vite, Vitest and Jest.

Only what is literal in a tool's configuration is read; a table that is computed, or left to a plugin that reads the
compiler's own, says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.atlas.node import is_relative
from migrator.errors import Finding
from migrator.languages import typescript

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Otherwise", "alias_differences", "differences", "otherwise"]

_KINDS = frozenset({"import", "export", "dynamic", "require", "mock"})
"""What is looked up when the program runs; types are the compiler's alone."""


class Otherwise(NamedTuple):
    """A specifier that a tool's configuration reads as another file than the compiler does, or as none."""

    config: RepoPath
    specifier: str
    compiler: RepoPath
    tool: RepoPath | None


def differences(facts: Facts) -> tuple[Finding, ...]:
    """The aliases that a test runner or a bundler of this tree reads otherwise than the compiler does."""
    return _findings(facts.derive(otherwise))


def otherwise(facts: Facts) -> Mapping[Otherwise, int]:
    """The same as values, with the number of references that are read so."""
    references = facts.graph.references.items()
    strong = (
        (path, r.mention.text, r.target.path) for path, found in references if typescript.speaks(path) for r in found if r.mention.kind in _KINDS
    )
    return _otherwise(facts.atlas, strong)


def alias_differences(atlas: Atlas, references: Iterable[tuple[RepoPath, str, RepoPath | None]]) -> tuple[Finding, ...]:
    """The findings for references given as (file, specifier, what the compiler takes it for): one per tool and specifier."""
    return _findings(_otherwise(atlas, references))


def _otherwise(atlas: Atlas, references: Iterable[tuple[RepoPath, str, RepoPath | None]]) -> Mapping[Otherwise, int]:
    users: dict[Otherwise, int] = {}
    for path, specifier, target in references:
        compiler = atlas.node.tsconfig_of(path)
        if target is None or is_relative(specifier) or compiler is None or compiler.alias_of(specifier) is None:
            continue
        for config, found in atlas.node.read_by_tools(specifier, path):
            if found != target:
                key = Otherwise(config, specifier, target, found)
                users[key] = users.get(key, 0) + 1
    return users


def _findings(readings: Mapping[Otherwise, int]) -> tuple[Finding, ...]:
    return tuple(
        Finding("alias", config, f"`{specifier}` means {target} for the compiler and {found or 'nothing'} here ({count} uses)", severity="info")
        for (config, specifier, target, found), count in sorted(readings.items(), key=str)
    )
