"""The areas of a layout, and what they import of each other: what linters of boundaries are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.atlas.node import SCRIPTS, package_name, star
from migrator.facts.areas.linters import linters
from migrator.facts.areas.model import Area, Import, Linter, Node, Package, Python
from migrator.facts.areas.modules import Modules, views
from migrator.facts.distributions import normalized
from migrator.facts.projects import projects
from migrator.graph import line_of
from migrator.languages.base import MISSING
from migrator.origin import Origin
from migrator.paths import ROOT, RepoPath, ancestors, is_within, suffix

if TYPE_CHECKING:
    from migrator.atlas.node import Offer
    from migrator.facts import Facts
    from migrator.facts.projects import Project
    from migrator.graph import Reference

__all__ = ["Area", "Import", "Linter", "Node", "Package", "Python", "areas", "linters", "views"]

_LAYERS = {
    **dict.fromkeys(("apps", "applications"), "apps"),
    **dict.fromkeys(("packages", "libs", "libraries"), "packages"),
    **dict.fromkeys(("services", "microservices"), "services"),
    "tools": "tools",
    "internal": "internal",
}
"""The folders of v3.0 and their usual names elsewhere."""
_WHOLE = ("tools", "internal")
"""Layers that are one area: nobody outside of them uses anything of them."""
_PYTHON = frozenset({".py"})
_NODE = frozenset((*SCRIPTS, ".vue", ".svelte"))
_IMPORTS = {
    "python": frozenset({"import", "from", "star"}),
    "node": frozenset({"import", "import-type", "export", "export-type", "require", "dynamic", "reference-path"}),
}
"""The kinds of mentions that both of the linters take for imports."""


@dataclass
class _Found:
    """An area as it is come upon."""

    directory: RepoPath
    layer: str = ""
    folder: RepoPath = ROOT
    projects: list[Project] = field(default_factory=list)
    files: dict[str, list[RepoPath]] = field(default_factory=lambda: defaultdict(list))
    imports: list[tuple[Reference, _Found | None, str]] = field(default_factory=list)


def areas(facts: Facts, sources: Collection[RepoPath]) -> tuple[Area, ...]:
    """The areas that some files make up, by directory."""
    sources = frozenset(sources)
    layout = _Layout([one for one in projects(facts).values() if one.manifest.path in sources])
    spoken = {path: language for path in sorted(sources) if (language := _language(path)) and path in facts.graph.references}
    for path, language in spoken.items():
        layout.of(path, language).files[language].append(path)
    own = {name for found in layout.known.values() for name in _names(found)}
    for path, language in spoken.items():
        here = layout.of(path, language)
        for one in facts.graph.references[path]:
            mention, target = one.mention, one.target
            if mention.weak or mention.kind not in _IMPORTS[language]:
                continue
            ends = spoken if language == "python" else facts.tree
            if target.path is not None and target.via == "source of dist" and not _is_offered(facts, target.path):
                here.imports.append((one._replace(target=MISSING), None, language))
            elif target.path is not None and target.path in ends and (there := layout.of(target.path, language)) is not here:
                here.imports.append((one, there, language))
            elif target.path is None and language == "node" and package_name(mention.text)[0] in own:
                here.imports.append((one, None, language))
    modules = Modules(facts, spoken, {path: layout.of(path, language).directory for path, language in spoken.items()})
    found = [one for _, one in sorted(layout.known.items()) if one.files or one.projects]
    imports = {one.directory: _imports(facts, one, modules) for one in found}  # all of them first: they say which packages are looked at
    return tuple(_area(facts, one, layout, modules, imports[one.directory]) for one in found)


def _offers(facts: Facts) -> Mapping[RepoPath, tuple[Offer, ...]]:
    """What each package of the tree offers, by its directory."""
    return {directory: tuple(facts.atlas.node.offered(package)) for directory, package in facts.atlas.node.packages.items() if package.name}


def _is_offered(facts: Facts, path: RepoPath) -> bool:
    """Whether a file of a package is one that others may import of by a name."""
    package = facts.atlas.node.package_of(path)
    offers = facts.derive(_offers).get(package.directory, ()) if package is not None else ()
    return any(one.path == path or star(one.path, path) for one in offers)


def _language(path: RepoPath) -> str:
    ending = suffix(path)
    return "python" if ending in _PYTHON else "node" if ending in _NODE else ""


class _Layout:
    """Which area a path belongs to."""

    def __init__(self, known: Iterable[Project]) -> None:
        self.known: dict[RepoPath, _Found] = {}
        listed = list(known)
        self._folders = {folder: layer for one in listed if (placed := _folder(one.directory)) for folder, layer in (placed,)}
        self._folders |= {RepoPath(layer): layer for layer in _WHOLE}
        self._projects = {one.directory: one.language for one in listed}
        for one in listed:
            self.of(RepoPath(f"{one.directory}/x".lstrip("/")), one.language).projects.append(one)

    def of(self, path: RepoPath, language: str) -> _Found:
        """The area of a file; in no layer, a package.json parts no module of Python from its package."""
        above = ancestors(path)[::-1]
        folder = next((one for one in above if one in self._folders), None)
        inside = [] if folder is None else [one for one in above if one != folder and is_within(one, folder)]
        if folder is None or (not inside and self._folders[folder] not in _WHOLE):
            return self._at(next((one for one in reversed(above) if self._projects.get(one) in {"python", language}), ROOT))
        layer = self._folders[folder]
        if layer in _WHOLE:
            return self._at(folder, layer, folder)
        return self._at(next((one for one in inside if one in self._projects), inside[0]), layer, folder)

    def _at(self, directory: RepoPath, layer: str = "", folder: RepoPath = ROOT) -> _Found:
        return self.known.setdefault(directory, _Found(directory, layer, folder))


def _folder(directory: RepoPath) -> tuple[RepoPath, str] | None:
    """The outermost folder above a project that is called as a layer is."""
    for one in ancestors(directory)[::-1]:
        layer = _LAYERS.get(one.rpartition("/")[2].lower())
        if layer is not None and (layer not in _WHOLE or "/" not in one):
            return one, layer
    return None


def _names(found: _Found) -> tuple[str, ...]:
    return tuple(one.name for one in found.projects if one.language == "node" and one.name)


def _imports(facts: Facts, found: _Found, modules: Modules) -> tuple[Import, ...]:
    """By file and what it imports, each once."""
    known: dict[tuple[RepoPath, str], Import] = {}
    for reference, there, language in found.imports:
        path, text = reference.source, reference.mention.text
        target = reference.target.path or RepoPath("")
        named = modules.names(reference, found.directory, there.directory) if language == "python" and there is not None else None
        key = path, (named[1] if named else target) or text
        origin = Origin(path, line_of(facts.read(path), reference.mention.start))
        before = known[key].origins if key in known else ()
        known[key] = Import(path, target, text, tuple(dict.fromkeys((*before, origin))), named)
    return tuple(known[key] for key in sorted(known))


def _area(facts: Facts, found: _Found, layout: _Layout, modules: Modules, imports: tuple[Import, ...]) -> Area:
    return Area(
        found.directory,
        found.layer,
        found.folder,
        tuple(one.manifest for one in found.projects),
        modules.python(found.directory) if found.files.get("python") else None,
        _node(facts, found) if found.files.get("node") or _names(found) else None,
        tuple(_requires(found, layout)),
        imports,
    )


def _requires(found: _Found, layout: _Layout) -> Iterable[tuple[RepoPath, Origin]]:
    """What the manifests of an area name of the others."""
    for other in layout.known.values():
        names = {normalized(one.name) if one.language == "python" else one.name for one in other.projects if one.name}
        mine = next((one for one in found.projects if other is not found and names & {*one.requirements}), None)
        if mine is not None:
            yield other.directory, Origin(mine.manifest.path)


def _node(facts: Facts, found: _Found) -> Node:
    atlas = facts.atlas.node
    packages = [atlas.packages[one.directory] for one in found.projects if one.directory in atlas.packages and atlas.packages[one.directory].name]
    compiler = atlas.tsconfig_of(f"{found.directory}/x".lstrip("/"))
    aliased = compiler is not None and (compiler.aliases or compiler.base_url is not None)
    files = found.files["node"]
    tops = {found.directory} if found.directory else {RepoPath(path.partition("/")[0]) for path in files}
    return Node(
        tuple(one.name for one in packages),
        tuple(offer for one in packages for offer in facts.derive(_offers)[one.directory]),
        any("exports" not in one.manifest for one in packages),
        tuple(sorted(tops)) if files else (),
        tuple(sorted({suffix(path): path for path in reversed(files)}.items())),
        compiler.path if compiler is not None and aliased else None,
    )
