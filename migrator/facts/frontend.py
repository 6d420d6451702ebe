"""Which packages of a tree are web applications, and where the configurations of their tools lie."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from migrator.atlas.node import Package
from migrator.edits import EditError
from migrator.edits.json import loads
from migrator.facts.modules import is_module, module_of
from migrator.facts.plain import table
from migrator.paths import ROOT, RepoPath, is_within, join, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = [
    "USUAL",
    "Package",
    "config_file",
    "environment",
    "paths_owner",
    "scope",
    "scripts",
    "settings",
    "sources",
    "style_sheets",
    "uses",
    "web_apps",
]

USUAL = ("web", "frontend", "front-end", "client", "webapp", "web-app", "website", "app")
"""What a main web application is often called, so that it says nothing of the project."""

_FRAMEWORKS = ("next", "react-dom", "vue", "svelte", "@angular/core", "solid-js")
_SCRIPTS = {"dev", "start", "serve"}
_DELEGATES = re.compile(r"\b(turbo|nx|lerna|moon|rush|yarn workspaces?|concurrently)\b|\s(-r|--recursive|--parallel|-F|--filter|-w|--workspaces?)\b")
"""Commands that serve what lies in members of a workspace."""
_ROLES = re.compile(r"[-_.](frontend|front|web|webapp|website|app|client|ui|site|monorepo|root|workspace)$")
_CODE = (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs")


def settings(facts: Facts, path: RepoPath) -> dict[str, Any]:
    """The object in a JSON file, with comments or without; empty when the file is not there or holds none."""
    try:
        data = loads(facts.read(path)) if path in facts.tree else {}
    except EditError:
        return {}
    return data if isinstance(data, dict) else {}


def uses(package: Package, *names: str) -> bool:
    """Whether a manifest depends on any of these, of any sort but peers."""
    tables = (package.manifest.get(key) for key in ("dependencies", "devDependencies", "optionalDependencies"))
    return any(name in table for table in tables if isinstance(table, dict) for name in names)


def scripts(package: Package) -> dict[str, str]:
    """The scripts of a manifest."""
    table = package.manifest.get("scripts")
    return {name: text for name, text in table.items() if isinstance(text, str)} if isinstance(table, dict) else {}


def web_apps(facts: Facts) -> tuple[Package, ...]:
    """The packages that are web applications: they depend on a framework and have a script that serves them; outermost first.

    The root of a workspace is one only where it has sources of its own that use the framework.
    """
    roots = {workspace.root for workspace in facts.atlas.node.workspaces}
    return tuple(
        package
        for package in facts.atlas.node.packages.values()
        if uses(package, *_FRAMEWORKS) and _SCRIPTS & scripts(package).keys() and (package.directory not in roots or _serves_itself(facts, package))
    )


def _serves_itself(facts: Facts, package: Package) -> bool:
    if any(_DELEGATES.search(line) for task, line in scripts(package).items() if task in _SCRIPTS):
        return False
    return any(
        any(
            specifier == name or specifier.startswith(f"{name}/")
            for specifier in module_of(facts, path).specifiers
            for name in (*_FRAMEWORKS, "react")
        )
        for path in sources(facts, package)
        if "/" in relative(path, package.directory) and not relative(path, package.directory).startswith(".")
    )


def scope(facts: Facts, directory: str, main: RepoPath | None = None) -> str:
    """The scope of package names, without `@`: what applications and the packages in a directory use already, or the project's name."""
    packages = facts.atlas.node.packages
    apps = [app.directory for app in web_apps(facts) if not is_within(app.directory, directory)]
    ours = [package for package in packages.values() if package.directory in apps or is_within(package.directory, directory)]
    if scopes := [package.name[1:].partition("/")[0] for package in ours if package.name.startswith("@")]:
        return max(sorted(set(scopes)), key=scopes.count)
    titles = [packages[place].name for place in (ROOT, main, *apps) if place is not None and place in packages]
    found = next((title for title in titles if title), "")
    while (shorter := _ROLES.sub("", found)) != found and shorter:
        found = shorter
    return found if found and found not in USUAL else "repo"


def config_file(facts: Facts, directory: str, *stems: str) -> RepoPath | None:
    """The first of these configurations that is there, under any extension of code: `next.config` finds `next.config.mjs`."""
    for stem in stems:
        for extension in _CODE:
            path = join(directory, stem + extension)
            if path is not None and path in facts.tree:
                return path
    return None


def sources(facts: Facts, package: Package) -> Iterator[RepoPath]:
    """The JavaScript and TypeScript sources of a package, those of packages inside it left out."""
    for path in facts.tree.below(package.directory):
        if is_module(path) and not facts.scanner.hidden(path) and facts.atlas.node.package_of(path) == package:
            yield path


def style_sheets(facts: Facts, package: Package) -> Iterator[RepoPath]:
    """The style sheets of a package."""
    for path in facts.tree.below(package.directory):
        if path.endswith(".css") and not facts.scanner.hidden(path) and facts.atlas.node.package_of(path) == package:
            yield path


def environment(facts: Facts, packages: Iterable[Package]) -> tuple[str, ...]:
    """The environment variables that the sources of some packages name, sorted."""
    found: set[str] = set()
    for package in packages:
        for path in sources(facts, package):
            if b".env" in facts.read(path):
                found |= module_of(facts, path).env
    return tuple(sorted(found))


def paths_owner(facts: Facts, config: RepoPath) -> tuple[RepoPath, RepoPath]:
    """The compiler configuration in which the `paths` of another one are written, and the directory they are read against."""
    at: RepoPath | None = config
    base: RepoPath | None = None
    for _ in range(8):
        if at is None or at not in facts.tree:
            break
        data = settings(facts, at)
        options = table(data, "compilerOptions")
        if base is None and isinstance(options.get("baseUrl"), str):
            base = join(parent(at), options["baseUrl"])
        if "paths" in options:
            return at, parent(at) if base is None else base
        above = data.get("extends")
        at = join(parent(at), above) if isinstance(above, str) and above.startswith(".") else None
        if at is not None and at not in facts.tree:
            at = RepoPath(at + ".json")
    return config, parent(config) if base is None else base
