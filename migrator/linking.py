"""What lets the packages of a workspace find each other: after an install through the workspace, before it through the aliases of their tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from migrator.edits import EditError
from migrator.edits.js import AddElement, AddImport, Config
from migrator.edits.json import AddItem, SetValue
from migrator.edits.yaml import AddYamlItem
from migrator.errors import Finding
from migrator.facts.frontend import Package, config_file, paths_owner, settings, style_sheets, uses
from migrator.facts.plain import table
from migrator.paths import ROOT, RepoPath, parent, relative
from migrator.step import Action, Edit

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Linked", "alias", "consume", "in_workspace", "link"]


class Linked(NamedTuple):
    """A package of the workspace, perhaps one that is still to be made."""

    name: str
    directory: RepoPath
    version: str
    """By which others depend on it."""


def link(facts: Facts) -> str:
    """The version by which a package of the workspace depends on another one."""
    manager = facts.atlas.node.manager
    return "workspace:*" if manager in {"pnpm", "bun"} or (manager == "yarn" and _berry(facts)) else "*"


def _berry(facts: Facts) -> bool:
    return any(b"\n__metadata:" in facts.read(path) for path in facts.tree.called("yarn.lock"))


def in_workspace(facts: Facts, glob: str) -> Iterator[Action]:
    """What makes a glob one of the workspace's, if it is not."""
    declared = next((w.globs for w in facts.atlas.node.workspaces if w.root == ROOT), ())
    if glob in declared:
        return
    if RepoPath("pnpm-workspace.yaml") in facts.tree:
        yield Edit(RepoPath("pnpm-workspace.yaml"), AddYamlItem(("packages",), glob))
    elif RepoPath("package.json") in facts.tree:
        workspaces = settings(facts, RepoPath("package.json")).get("workspaces")
        yield Edit(RepoPath("package.json"), AddItem(("workspaces", "packages") if isinstance(workspaces, dict) else ("workspaces",), glob))


def consume(facts: Facts, consumer: Package, other: Linked, *, styled: bool) -> tuple[list[Action], list[Finding]]:
    """What lets a package find another one, and what of that is left to do by hand."""
    home, target, package = consumer.directory, other.name, other.directory
    actions: list[Action] = []
    findings: list[Finding] = []
    if target not in consumer.dependencies:
        actions.append(Edit(RepoPath(f"{home}/package.json"), SetValue(("dependencies", target), other.version)))
    compiler = facts.atlas.node.tsconfig_of(f"{home}/package.json")
    if compiler is not None:
        owner, _ = paths_owner(facts, compiler.path)
        there = facts.atlas.node.packages.get(package)
        # A package without `exports` is imported by the paths of its files: an alias to its sources would give them a second name.
        if (there is None or "exports" in there.manifest) and (change := alias(facts, owner, other)) is not None:
            actions.append(Edit(owner, change))
        if compiler.options.get("composite"):
            actions.append(Edit(compiler.path, AddItem(("references",), {"path": relative(package, parent(compiler.path))})))
    tried = [*_next(facts, consumer, target), *_vitest(facts, consumer, target, package), *_jest(facts, consumer, target, package)]
    if styled:
        tried += _tailwind(facts, consumer, package)
    for step, what in tried:
        if isinstance(step, Finding):
            findings.append(step)
            continue
        try:
            # Tried on the text as it is now, so that a configuration that only running tells is a finding and not a failure.
            step.change.apply(facts.read(step.path))
        except EditError as error:
            findings.append(Finding("by hand", step.path, f"{what} has to be added by hand: {error}"))
        else:
            actions.append(step)
    return actions, findings


_Tried = Iterator[tuple[Edit | Finding, str]]


def alias(facts: Facts, config: RepoPath, other: Linked) -> SetValue | None:
    """The alias by which the compiler finds a package that is not installed, or None when it has one."""
    options = table(settings(facts, config), "compilerOptions")
    key = f"{other.name}/*"
    if key in table(options, "paths"):
        return None
    _, base = paths_owner(facts, config)
    return SetValue(("compilerOptions", "paths", key), [f"{relative(other.directory, base)}/src/*"])


def _next(facts: Facts, consumer: Package, target: str) -> _Tried:
    if not uses(consumer, "next"):
        return
    what = f"`transpilePackages: ['{target}']`"
    path = config_file(facts, consumer.directory, "next.config")
    if path is None:
        yield Finding("by hand", consumer.directory, f"there is no next.config: {what} belongs into one"), what
    elif target not in _literal(facts, path, ("transpilePackages",)):
        yield Edit(path, AddElement(("transpilePackages",), f"'{target}'")), what


def _vitest(facts: Facts, consumer: Package, target: str, package: RepoPath) -> _Tried:
    if not uses(consumer, "vitest", "vite"):
        return
    place = f"{relative(package, consumer.directory)}/src"
    for path in filter(None, (config_file(facts, consumer.directory, "vitest.config", "vite.config"),)):
        what = f"an alias for {target}"
        source = facts.read(path)
        try:
            config = Config(source)
            node = config.get(("resolve", "alias"))
            listed = node is not None and config.resolve(node).type == "array"
        except EditError:
            yield Finding("by hand", path, f"{what} has to be added by hand: its configuration is no literal"), what
            return
        if f"{target}'".encode() in source or f'{target}"'.encode() in source:
            return
        if b"path.resolve(__dirname" in source:
            code = f"path.resolve(__dirname, '{place}')"
        else:
            yield Edit(path, AddImport("import { fileURLToPath } from 'node:url';")), what
            code = f"fileURLToPath(new URL('{place}', import.meta.url))"
        element = f"{{ find: '{target}', replacement: {code} }}" if listed else f"'{target}': {code}"
        yield Edit(path, AddElement(("resolve", "alias"), element, first=True)), what


def _jest(facts: Facts, consumer: Package, target: str, package: RepoPath) -> _Tried:
    if not uses(consumer, "jest", "next-jest"):
        return
    home = consumer.directory
    key, value = f"^{target}/(.*)$", f"<rootDir>/{relative(package, home)}/src/$1"
    what = f"a `moduleNameMapper` for {target}"
    manifest, plain = RepoPath(f"{home}/package.json"), RepoPath(f"{home}/jest.config.json")
    if "jest" in consumer.manifest:
        yield Edit(manifest, SetValue(("jest", "moduleNameMapper", key), value, first=True)), what
    elif plain in facts.tree:
        yield Edit(plain, SetValue(("moduleNameMapper", key), value, first=True)), what
    elif (path := config_file(facts, home, "jest.config")) is not None and target.encode() not in facts.read(path):
        yield Edit(path, AddElement(("moduleNameMapper",), f"'{key}': '{value}'", first=True)), what


def _tailwind(facts: Facts, consumer: Package, package: RepoPath) -> _Tried:
    if not uses(consumer, "tailwindcss"):
        return
    home = consumer.directory
    glob = f"{relative(package, home)}/src/**/*.{{js,jsx,ts,tsx}}"
    path = config_file(facts, home, "tailwind.config")
    if path is not None:
        what = f"`{glob}` in `content`"
        keys = ("content", "files") if _is_object(facts, path, ("content",)) else ("content",)
        if glob.encode() not in facts.read(path):
            yield Edit(path, AddElement(keys, f"'{glob}'")), what
        return
    for sheet in style_sheets(facts, consumer):
        text = facts.read(sheet)
        if found := re.search(rb"@import\s+([\"'])tailwindcss\1[^;]*;", text):
            line = f'@source "{relative(package, parent(sheet))}/src";'
            if line.encode() not in text:
                yield Edit(sheet, AddStatement(found.group().decode(), line)), line
            return
    yield Finding("by hand", home, f"Tailwind must be told of {package}/src: no configuration of it was found"), ""


@dataclass(frozen=True, slots=True)
class AddStatement:
    """A statement of a style sheet in the line below another one."""

    after: str
    line: str

    def apply(self, source: bytes) -> bytes:
        """The changed text, the same when the line is there. Raises EditError when the other statement is not."""
        if self.line.encode() in source:
            return source
        at = source.find(self.after.encode())
        if at < 0:
            raise EditError(f"`{self.after}` is not there")
        end = at + len(self.after.encode())
        newline = b"\r\n" if source[end : end + 2] == b"\r\n" else b"\n"
        return source[:end] + newline + self.line.encode() + source[end:]

    def __str__(self) -> str:
        return self.line


def _literal(facts: Facts, path: RepoPath, keys: tuple[str, ...]) -> list[str]:
    try:
        value = Config(facts.read(path)).value(keys)
    except ValueError:
        return []
    return value if isinstance(value, list) else []


def _is_object(facts: Facts, path: RepoPath, keys: tuple[str, ...]) -> bool:
    try:
        config = Config(facts.read(path))
        node = config.get(keys)
        return node is not None and config.resolve(node).type == "object"
    except ValueError:
        return False
