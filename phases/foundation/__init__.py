"""Phase 1, Foundation: applications in their places, shared code in packages, one workspace, one task runner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.errors import Finding, Problem
from migrator.facts.aliases import otherwise
from migrator.facts.modules import is_module
from migrator.phase import Notes, Part, Planning, Steps
from phases.foundation.configs import shared_configs
from phases.foundation.extraction import CONFIG, extraction, typescript_config
from phases.foundation.layout import Layout
from phases.foundation.options import Options, PackageKind
from phases.foundation.selection import Cluster, Selection
from phases.foundation.tokens import design_tokens
from phases.foundation.workspace import rename, task_runner, workspaces

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Options", "phase"]

_AT = "phases.foundation"
_NOTHING: dict[PackageKind, str] = {
    "types": "no module of an application holds types alone",
    "constants": "no module of an application holds literal constants alone",
    "helpers": "no functions without state are used by enough modules",
    "components": "no component is free of the application's state, or none lies where shared ones do",
}


@dataclass(frozen=True, slots=True)
class Foundation:
    """The phase."""

    name: str = "foundation"
    number: int = 1
    title: str = "Foundation"
    summary: str = "apps/web, packages/* for shared components, types, functions and tokens, one workspace, one task runner"
    options: type[Options] = Options

    def steps(self, facts: Facts, options: Options) -> Steps:
        """The steps that are still to be done, in order; none on a finished tree (L6)."""
        if wrong := tuple(_unnamed(facts, options)):
            return Notes(problems=wrong)
        planning = Planning(facts)
        if not Layout(facts, options).apps:
            planning.note("absent", "", "there is no web application: no package.json depends on a framework and has a script that serves it")
            return planning.notes()
        for part in (rename, workspaces, task_runner, design_tokens, shared_configs, _packages):
            yield from part(planning, options)
        planning.findings += _readings(planning.facts)
        return planning.notes()


phase = Foundation()


def _unnamed(facts: Facts, options: Options) -> Iterator[Problem]:
    """The options that name an application which is not there, nor where it was to go."""
    layout = Layout(facts, options)
    apps = [app for app in layout.apps if app != options.web]
    there = f"there is {', '.join(app or '. (the root)' for app in apps)}" if apps else "leave it out, or name a directory that has one"
    if options.app is not None and layout.named is None:
        yield Problem(f"{_AT}.app", f"`{options.app}` has no package.json, so it is no web application", there)
    for old, new in options.apps.items():
        if not facts.tree.is_dir(old) and not facts.tree.is_dir(new):
            yield Problem(f"{_AT}.apps", f"`{old}` is no directory of this repository, and neither is {new}", "take it out, or correct it")


def _packages(planning: Planning, options: Options) -> Part:
    """Move what is shared into packages, cluster by cluster, until nothing that can move is left."""
    stuck: set[RepoPath] = set()
    makers: dict[RepoPath, str] = {}
    """Which step made a file of a package, or the package's directory."""
    selection = Selection(planning.facts, options)
    config = typescript_config(planning, options, [place.title for place in selection.chosen.values()])
    if config is not None:
        yield from planning.offer(config)
    while True:
        selection = Selection(planning.facts, options, frozenset(stuck))
        clusters = selection.clusters()
        if not clusters:
            break
        cluster = clusters[0]
        slug = cluster.slug
        while slug in planning.offered:
            slug += "-more"
        yield from planning.offer(extraction(selection, cluster, slug, _needs(selection, cluster, planning, makers)))
        if slug in planning.landed:
            makers.setdefault(selection.layout.directory(cluster.title), slug)
            makers.update(dict.fromkeys(cluster.moves.values(), slug))
        else:
            stuck |= cluster.moves.keys()
    for path, reason in sorted(selection.stays.items()):
        planning.note("stays", path, reason)
    facts = planning.facts
    layout = Layout(facts, options)
    for title, wanted in options.packages.items():
        directory = layout.directory(title)
        if not facts.tree.is_dir(directory):
            planning.note("absent", directory, _NOTHING[wanted.kind])
        elif directory not in makers:
            planning.found(title, directory)


def _needs(selection: Selection, cluster: Cluster, planning: Planning, makers: dict[RepoPath, str]) -> tuple[str, ...]:
    """The steps that a cluster stands on: its paths, the workspace, its package, the modules that it uses."""
    slugs = ["rename-web"] if "rename-web" in planning.landed else []
    slugs.append("workspaces")
    slugs += [CONFIG] if CONFIG in planning.landed else []
    places = [
        selection.layout.directory(cluster.title),
        *(need.path for path in cluster.moves if is_module(path) for need in selection.needs(path) if need.path),
    ]
    slugs += sorted({makers[place] for place in places if place in makers})
    return planning.needs(*slugs)


def _readings(facts: Facts) -> Iterator[Finding]:
    """Aliases that a tool reads otherwise than the compiler: those that mean another file one by one, those that mean nothing as one."""
    nowhere: dict[RepoPath, int] = {}
    for reading, count in sorted(facts.derive(otherwise).items(), key=str):
        if reading.tool is None:
            nowhere[reading.config] = nowhere.get(reading.config, 0) + 1
        else:
            message = f"`{reading.specifier}` means {reading.compiler} for the compiler and {reading.tool} here ({count} uses)"
            yield Finding("alias", reading.config, message)
    for config, count in nowhere.items():
        some = "one specifier" if count == 1 else f"{count} specifiers"
        yield Finding("alias", config, f"{some} that the compiler finds by an alias, this finds nowhere")
