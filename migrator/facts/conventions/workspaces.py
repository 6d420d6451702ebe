"""How packages of the workspace look, and what all of them have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from migrator.facts import frontend
from migrator.facts.conventions.frontends import style
from migrator.facts.conventions.holes import common, holed, hollow, listed, most, safe
from migrator.facts.conventions.manifests import discreet
from migrator.facts.conventions.model import Library, Node
from migrator.facts.plain import said_at
from migrator.facts.sources import made, sources
from migrator.origin import Origin, Said, default
from migrator.paths import ROOT, RepoPath, join, name, parent

if TYPE_CHECKING:
    from migrator.atlas.node import Package
    from migrator.facts import Facts

__all__ = ["library", "node"]

_FRAMEWORKS = ("expo", "react-native", "next", "@tauri-apps/api", "electron")
_COMMANDS = ("commander", "yargs", "oclif", "@oclif/core", "cac")
"""What a command line is made with, where a package is one."""
_LISTS = re.compile(r"^(package\.json|pnpm-workspace\.yaml|tsconfig[^/]*\.json|\.github/workflows/[^/]+\.ya?ml|turbo\.json|nx\.json)$")
_OWN = {
    "description",
    "dependencies",
    "peerDependencies",
    "version",
    "keywords",
    "repository",
    "homepage",
    "bugs",
    "author",
    "contributors",
    "files",
    "bin",
}
_SHARED = ("packages", "libs", "shared", "modules")


def _packages(facts: Facts) -> tuple[Package, ...]:
    """Those that people wrote: what families made says nothing of how things look here (L6)."""
    ours = made(facts)
    packages = ((_manifest(one), one) for one in facts.atlas.node.packages.values())
    return tuple(one for manifest, one in packages if manifest not in ours and not facts.scanner.hidden(manifest))


def _manifest(package: Package) -> RepoPath:
    return RepoPath(f"{package.directory}/package.json".lstrip("/"))


def node(facts: Facts) -> Node | None:
    """What the packages of a workspace have in common; None where nothing has a manifest of Node."""
    packages = _packages(facts)
    if not packages:
        return None
    versions: dict[str, dict[str, list[Origin]]] = {}
    for package in packages:
        for library, version in package.dependencies.items():
            if not re.match(r"(?:workspace|file|link|portal):|\*$", version) and safe(version):
                said = said_at(facts, _manifest(package), f'"{library}"')
                versions.setdefault(library, {}).setdefault(version, []).append(said)
    wanted = {library: max(said, key=lambda one: (len(said[one]), one)) for library, said in versions.items()}
    bases = Counter(base for package in packages if (base := _base(facts, package)) is not None)
    first = next((base for base, _ in bases.most_common(1)), None)
    workspace = next(iter(facts.atlas.node.workspaces), None)
    scoped = [one for one in packages if one.name.startswith("@")]
    scope = (
        Said(f"@{frontend.scope(facts, 'packages')}/", tuple(Origin(_manifest(one), 0) for one in scoped))
        if scoped
        else default("", "no package has a scope")
    )
    return Node(
        scope=scope,
        manager=facts.atlas.node.manager_of(ROOT) or "npm",
        versions={library: Said(version, tuple(versions[library][version])) for library, version in sorted(wanted.items())},
        base=Said(first, (Origin(first),)) if first is not None else None,
        members=tuple(
            Said(str(one), (Origin(RepoPath("package.json")),))
            for one in (workspace.globs if workspace is not None and workspace.root == ROOT else ())
        ),
        typed=any(path.endswith((".ts", ".tsx")) and not path.endswith(".d.ts") for path in sources(facts)),
        frameworks={
            one: package.directory
            for one in (*_FRAMEWORKS, *_COMMANDS)
            for package in packages
            if frontend.uses(package, one) and package.directory and (one in _FRAMEWORKS or "bin" in package.manifest)
        },
        home=_home(facts),
        style=style(facts),
    )


def _home(facts: Facts) -> Said[str]:
    """The folder that most applications lie in."""
    apps = [one for one in frontend.web_apps(facts) if parent(one.directory)]
    if not apps:
        return default("apps", "no application has a folder among others")
    named = [one for one in apps if name(parent(one.directory)) == "apps"] or apps
    found = most(str(parent(one.directory)) for one in named)
    return Said(found, (Origin(next(_manifest(one) for one in apps if parent(one.directory) == found)),))


def _base(facts: Facts, package: Package) -> RepoPath | None:
    """The compiler settings outside a package that its own extend."""
    said = frontend.settings(facts, RepoPath(f"{package.directory}/tsconfig.json".lstrip("/"))).get("extends") if package.directory else None
    found = join(package.directory, said) if isinstance(said, str) and said.startswith("..") else None
    return found if found in facts.tree else None


def library(facts: Facts) -> Library | None:
    """How packages look that others use; None where there is none."""
    found = [
        one
        for one in _packages(facts)
        if one.directory and any(part in _SHARED for part in parent(one.directory).split("/")) and _has_code(facts, one)
    ]
    if not found:
        return None
    home = most(parent(one.directory) for one in found)
    siblings = [one for one in found if parent(one.directory) == home]
    manifest = common([_said(one) for one in siblings])
    settings = common([_holed(one, frontend.settings(facts, RepoPath(f"{one.directory}/tsconfig.json"))) for one in siblings])
    names = {name(one.directory): name(one.directory) for one in siblings}
    lists = [path for path in sources(facts) if _LISTS.search(path)]
    return Library(
        directory=Said(home, (Origin(_manifest(siblings[0])),)),
        manifest=discreet(manifest),
        settings=discreet(settings),
        readme=sum(RepoPath(f"{one.directory}/README.md") in facts.tree for one in siblings) * 2 > len(siblings),
        test=any(re.search(r"\.(test|spec)\.[jt]sx?$", path) for one in siblings for path in facts.tree.below(one.directory)),
        listed=listed(facts, lists, names) if len(names) > 1 else (),
        origins=tuple(Said(one.directory, (Origin(_manifest(one)),)) for one in siblings),
    )


def _has_code(facts: Facts, package: Package) -> bool:
    return any(True for _ in frontend.sources(facts, package))


def _holed(package: Package, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Data without the name of a package's directory."""
    return holed(said, partial(hollow, name=name(package.directory)))  # type: ignore[no-any-return]  # a table stays one


def _said(package: Package) -> Mapping[str, Any]:
    """What a manifest says that is not its package's own."""
    kept = {key: one for key, one in package.manifest.items() if key not in _OWN}
    return _holed(package, kept)
