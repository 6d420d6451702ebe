"""Where the tools of one repository read an alias differently: the compiler's table against those of Vite, Vitest and Jest.

Only what is literal in a tool's configuration is read; a table that is computed, or left to a plugin that reads the
compiler's own, says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from migrator.atlas import Atlas
from migrator.atlas.bundlers import Rule, rules_of
from migrator.atlas.node import is_relative
from migrator.errors import Finding
from migrator.facts import Facts
from migrator.languages import typescript
from migrator.paths import ROOT, RepoPath, is_within, join, name, parent

__all__ = ["Otherwise", "alias_differences", "differences", "otherwise"]

_TOOL = re.compile(r"(vitest|vite|jest)\.config\.(?:[cm]?[jt]s|json)$")
_READS_COMPILER = re.compile(rb"tsconfig-?paths|pathsToModuleNameMapper", re.IGNORECASE)
_KINDS = frozenset({"import", "export", "dynamic", "require", "mock"})
"""What is looked up when the program runs; types are the compiler's alone."""


class _Table(NamedTuple):
    config: RepoPath
    rules: tuple[Rule, ...]


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
    tables = list(_tables(atlas))
    users: dict[Otherwise, int] = {}
    for path, specifier, target in references:
        compiler = atlas.node.tsconfig_of(path)
        if target is None or is_relative(specifier) or compiler is None or compiler.alias_of(specifier) is None:
            continue
        for table in _nearest(tables, path):
            found = _read(table, specifier, atlas)
            if found != target:
                key = Otherwise(table.config, specifier, target, found)
                users[key] = users.get(key, 0) + 1
    return users


def _findings(readings: Mapping[Otherwise, int]) -> tuple[Finding, ...]:
    return tuple(
        Finding("alias", config, f"`{specifier}` means {target} for the compiler and {found or 'nothing'} here ({count} uses)", severity="info")
        for (config, specifier, target, found), count in sorted(readings.items(), key=str)
    )


def _tables(atlas: Atlas) -> Iterator[_Table]:
    for path in sorted(atlas.tree):
        if _TOOL.fullmatch(name(path)):
            source = atlas.read(path)
            if not _READS_COMPILER.search(source) and (rules := rules_of(path, source)):
                yield _Table(path, rules)


def _nearest(tables: Iterable[_Table], path: RepoPath) -> Iterator[_Table]:
    """For each tool, the nearest table above a file; Vitest reads Vite's where it has none of its own."""
    found: dict[str, _Table] = {}
    for table in tables:
        directory = parent(table.config)
        tool = name(table.config).partition(".")[0]
        if is_within(path, directory) and (tool not in found or len(directory) >= len(parent(found[tool].config))):
            found[tool] = table
    return iter(found.values())


def _read(table: _Table, specifier: str, atlas: Atlas) -> RepoPath | None:
    for rule in table.rules:
        if rule.pattern.search(specifier):
            try:
                return atlas.node.module(join(ROOT, rule.pattern.sub(rule.replacement, specifier, count=1).lstrip("/")))
            except re.error:
                return None
    return None
