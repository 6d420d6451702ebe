"""What holds a script where it is: whoever counts on its place, and what it only finds from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.facts.packages import footholds
from migrator.facts.scripts import Script, scripts
from migrator.facts.whereabouts import absolute, inside
from migrator.paths import RepoPath, ancestors, is_within, name, parent, relative, suffix
from migrator.placing import application_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.graph import Reference

__all__ = ["Holds"]

_IMAGES = {"dockerfile": "copies or starts", "compose": "mounts or starts"}
_CODE = frozenset((".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".go", ".rb", ".php", ".java"))
_DOCUMENTS = frozenset((".md", ".mdx", ".rst", ".txt", ".adoc"))
_TOOLING = frozenset(("tools", "scripts", "internal", "bin", "dev"))
"""Folders whose projects are tools, not applications."""
_MANY = 4
"""As many others as a script starts where people begin with it."""


@dataclass(frozen=True)
class Holds:
    """What holds the scripts of a tree."""

    facts: Facts

    @cached_property
    def scripts(self) -> Mapping[RepoPath, Script]:
        """All of them."""
        return self.facts.derive(scripts)

    def held(self, script: Script) -> str:
        """Why a script stays, wherever it would go; empty where nothing holds it."""
        path = script.path
        home = application_of(self.facts, path)
        image = next(((source, _IMAGES[dialect]) for source, dialect in self._namers(path, home) if dialect in _IMAGES), None)
        if image is not None:
            return f"{image[0]} {image[1]} it"
        if home is not None and home.split("/")[0] in _TOOLING:
            return f"{home} is a project of its own"
        named = self.named_by(path)
        if (manifest := next((one for one in named if name(one) == "package.json" and parent(one)), None)) is not None:
            return f"{manifest} starts it"
        if (source := self.facts.derive(inside).get(path)) is not None:
            return f"{source} starts it inside an image"
        if (loader := next((one for one in named if suffix(one) in _CODE and one not in self.scripts), None)) is not None:
            return f"{loader} {'loads' if script.code else 'starts'} it"
        if (sibling := self._taken_beside(path)) is not None:
            return f"{sibling} loads it by the folder that both are in"
        if len(started := self.starts(path)) >= _MANY:
            return f"starts {len(started)} others, {started[0]} among them: people begin with it"
        if any((one.mention.base or one.mention.text).startswith(".") for one in self._imports(path)):
            return f"is part of the package {parent(path)}"
        return ""

    def _taken_beside(self, path: RepoPath) -> RepoPath | None:
        """Who imports a module by its bare name from the folder of a package, as a program that is started there can: no root of the repository says so."""
        stem, folder = name(path).removesuffix(".py"), parent(path)
        others = (RepoPath(f"{folder}/{one}".lstrip("/")) for one in sorted(self.facts.tree.folders.get(folder, ())) if one.endswith(".py"))
        return next(
            (one for one in others if one != path and any(stem == _first(found) for found in self._imports(one) if found.target.path is None)), None
        )

    def _namers(self, path: RepoPath, home: RepoPath | None) -> Iterator[tuple[RepoPath, str]]:
        """Who names a file or a folder that it is in, but not its whole application, with the format that is written in."""
        for place in (path, *ancestors(path)[:-1]):
            if place == home:
                return
            for reference in self.facts.graph.incoming.get(place, ()):
                yield reference.source, self.facts.scanner.dialect(reference.source) or ""

    def named_by(self, path: RepoPath) -> list[RepoPath]:
        """Who names a script, those that run before those that are read."""
        return sorted({one.source for one in self.facts.graph.incoming.get(path, ())}, key=lambda one: (suffix(one) in _DOCUMENTS, one))

    def starts(self, path: RepoPath) -> list[RepoPath]:
        """The other scripts that one names."""
        return sorted(target for target in self.facts.graph.imports(path) if target in self.scripts)

    @cached_property
    def users(self) -> Mapping[RepoPath, tuple[RepoPath, ...]]:
        """By script: the others that name it."""
        found: dict[RepoPath, list[RepoPath]] = {}
        for path in self.scripts:
            for target in self.starts(path):
                found.setdefault(target, []).append(path)
        return {path: tuple(sources) for path, sources in found.items()}

    # what it finds -------------------------------------------------------------------------------------------------------

    def _imports(self, path: RepoPath) -> Iterator[Reference]:
        return (one for one in self.facts.graph.references.get(path, ()) if path.endswith(".py") and not one.mention.weak)

    def loaded(self, path: RepoPath) -> tuple[RepoPath, ...]:
        """What a script of Python loads of the repository."""
        targets = (one.target.path for one in self._imports(path))
        return tuple(dict.fromkeys(one for one in targets if one is not None and one != path))

    def beside(self, path: RepoPath) -> tuple[RepoPath, ...]:
        """What it loads because it lies beside it."""
        return tuple(one for one in self.loaded(path) if parent(path) and is_within(one, parent(path)))

    def application(self, path: RepoPath) -> RepoPath | None:
        """The first file of an application that a script loads."""
        beside = self.beside(path)
        return next((one for one in self.loaded(path) if one not in self.scripts and one not in beside), None)

    def lost(self, path: RepoPath, new: RepoPath) -> str:
        """What a script would no longer find at another place; empty where it finds all."""
        if path.endswith(".py"):
            far = next((one for one in self._imports(path) if one.target.path is not None and not self._finds(path, one)), None)
            if far is not None:
                return f"finds {self._part(path, far.target.path or path)} from the folder that it is in, or is run in"
        elif suffix(path) in _CODE and (package := self.facts.atlas.node.package_of(path)) != self.facts.atlas.node.package_of(new):
            return f"runs with what {(package.directory if package is not None else '') or 'the root'} has installed"
        home = application_of(self.facts, path)
        read = (
            one.target.path for one in self.facts.graph.references.get(path, ()) if one.mention.kind == "path" and one.target.path != one.mention.text
        )
        seen = next((one for one in read if one is not None), None) if home is not None else None
        return "" if seen is None else f"names {self._part(path, seen)} from {home}, where it is run"

    def caution(self, path: RepoPath) -> str:
        """What people have to do themselves when a script goes."""
        found: list[str] = []
        if line := absolute(self.facts, path):
            found.append(f"line {line} names it by a path of a machine: correct it there")
        far = next((one for one in self._imports(path) if one.target.path is not None and self._finds(path, one) == "run"), None)
        if far is not None:
            found.append(
                f"run it in {application_of(self.facts, far.target.path or path) or 'the root'}, as before: it loads what is found from there"
            )
        return "; ".join(found)

    def _part(self, path: RepoPath, target: RepoPath) -> RepoPath:
        """The part of its application that a script needs something of: the folder or file at the top of it."""
        home = application_of(self.facts, path) or RepoPath("")
        home = home if is_within(target, home) else RepoPath("")
        return RepoPath("/".join(target.split("/")[: home.count("/") + bool(home) + 1]))

    def _finds(self, path: RepoPath, reference: Reference) -> str:
        """How a script finds what it loads wherever it lies: `anyway` (installed, or beside it), by a `climb` that it adds to `sys.path`, or by where it is `run`.

        Empty where it does not.
        """
        target = reference.target.path
        if target is None or target == path or target in self.beside(path) or not self.facts.atlas.python.declared.isdisjoint(ancestors(target)):
            return "anyway"
        if b"sys.path" not in self.facts.read(path):
            return ""
        climbs = footholds(self.facts, path)
        first = _first(reference)
        inner = [relative(target, one.directory).partition("/")[0].removesuffix(".py") for one in climbs if is_within(target, one.directory)]
        return "climb" if first in inner else "" if climbs else "run"


def _first(reference: Reference) -> str:
    """The first word of the module that an import asks for."""
    return (reference.mention.base or reference.mention.text).partition(".")[0]
