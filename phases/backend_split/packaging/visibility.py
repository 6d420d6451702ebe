"""Who has to see what a split moves: scripts and commands from outside, and tools that are told where code lies."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from posixpath import splitext
from typing import TYPE_CHECKING

from migrator.edits.json import AddItem
from migrator.edits.yaml import AddYamlItem
from migrator.errors import Finding
from migrator.facts.pytests import is_test
from migrator.graph import line_of
from migrator.paths import RepoPath, is_within, name, parent, relative
from migrator.step import Edit
from migrator.wording import listed

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.backend import Distribution
    from phases.backend_split.partition.modules import Partition

__all__ = ["javascript_member", "named_as_a_whole", "needs_installed"]

_SHOWN = 5
_PROSE = frozenset({".md", ".rst", ".mdx", ".adoc"})
_SOURCES = frozenset({".py", ".pyi", ".ts", ".tsx", ".js", ".jsx", ".ipynb"})
_BUILDS = ("Dockerfile", "Containerfile", "compose", "docker-compose", ".dockerignore")
"""Files of which another part of this phase takes care."""


def needs_installed(partition: Partition, moving: Collection[RepoPath], place: Distribution) -> Iterator[Finding]:
    """The files beside the application that import some modules or run them: they found them by a path, now they have to be installed."""
    facts, moved = partition.facts, frozenset(moving)
    outside = {source for module in moved for source in facts.graph.importers(module)} - set(partition.modules)
    users = sorted(source for source in outside if not _is_of_tests(source) and _needs(partition, source, moved))
    if not users:
        return
    first, *others = users
    climbing = [path for path in users if path.endswith(".py") and b"sys.path" in facts.read(path)]
    beside = f": what {'they add' if others else 'it adds'} to `sys.path` does not reach it" if climbing else ""
    also = f"; so {'does' if len(others) == 1 else 'do'} {listed([*others], _SHOWN)}" if others else ""
    yield Finding("environment", first, f"needs {place.package} installed where it runs{beside}{also}")


def _is_of_tests(path: RepoPath) -> bool:
    return is_test(path) or name(path) == "conftest.py"


def _needs(partition: Partition, source: RepoPath, moved: frozenset[RepoPath]) -> bool:
    """Whether a file imports a module, or names it on a command line or in a setting."""
    references = [reference for reference in partition.facts.graph.references.get(source, ()) if reference.target.path in moved]
    if splitext(source)[1] in _SOURCES:
        return any(not reference.mention.weak for reference in references)
    return splitext(source)[1] not in _PROSE and any(reference.mention.kind == "module" for reference in references)


def named_as_a_whole(partition: Partition) -> Iterator[Finding]:
    """The settings of tools that name the application's package as a whole: what leaves it is checked, measured and sorted there no more."""
    facts, package, options = partition.facts, partition.backend.package, partition.options
    whole = {package, RepoPath(f"{package}/__init__.py")}
    for source, references in sorted(facts.graph.references.items()):
        if splitext(source)[1] in _PROSE | _SOURCES or name(source).startswith(_BUILDS):
            continue
        lines = sorted({line_of(facts.read(source), r.mention.start) for r in references if r.target.path in whole and not r.target.rest})
        if lines:
            said = f"names {name(package)} as a whole (line {', '.join(map(str, lines))}): what leaves it lies in"
            message = f"{said} {options.packages}/*/src and {options.directory}/*/src, which have to be named beside it"
            yield Finding("configuration", source, message, lines[0], severity="info")


def javascript_member(facts: Facts, old: RepoPath, new: RepoPath) -> Iterator[Edit]:
    """What keeps a package of JavaScript that lies in a directory a member of its workspaces once that has moved."""
    for space in facts.atlas.node.workspaces:
        # A glob that names the directory itself goes along with it.
        if old not in space.members or not is_within(new, space.root) or relative(old, space.root) in space.globs:
            continue
        pnpm, manifest = (RepoPath(f"{space.root}/{file}".lstrip("/")) for file in ("pnpm-workspace.yaml", "package.json"))
        glob = f"{relative(parent(new), space.root)}/*"
        if pnpm in facts.tree:
            yield Edit(pnpm, AddYamlItem(("packages",), glob))
        elif said := facts.atlas.node.packages[space.root].manifest.get("workspaces"):
            yield Edit(manifest, AddItem(("workspaces", "packages") if isinstance(said, dict) else ("workspaces",), glob))
