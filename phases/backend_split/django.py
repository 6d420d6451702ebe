"""Projects of Django: how their apps hold together, and the step that gives them the backend's place. No services are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import networkx as nx

from migrator.errors import Finding
from migrator.mermaid import Edge, Node, flowchart
from migrator.step import Move, Step
from migrator.wording import counted, listed, word
from phases.backend_split.backend import gateway_of
from phases.backend_split.belongings import Belongings
from phases.backend_split.packaging.visibility import javascript_member
from phases.backend_split.uprooting import from_root

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.django import Project, Tie
    from migrator.paths import RepoPath
    from phases.backend_split.options import Options

__all__ = ["details", "findings", "rename"]

_NAMED = 3


def findings(project: Project, options: Options) -> Iterator[Finding]:
    """The apps of a project in numbers, why no service is made of them, what holds them together and what could go."""
    yield _info("partition", project.directory, _summary(project))
    yield _info("absent", project.settings[0], f"no service is made of a Django project: {_reason(project)}")
    graph = _graph(project.ties)
    for knot in sorted(nx.strongly_connected_components(graph), key=lambda part: (-len(part), min(part))):
        if len(knot) > 1:
            message = f"{counted(len(knot), 'app')} need each other, so they can only go together: {listed(sorted(knot))}"
            yield _info("knot", project.directory, message + _loosened(project.ties, knot))
    free = [app for said, app in project.apps.items() if not graph.has_node(said) or not graph.out_degree(said)]
    for app in free:
        users = [tie.source for tie in project.ties if tie.target == app.dotted]
        asked = f"{listed(users)} {'need' if len(users) > 1 else 'needs'} it" if users else "and none needs it"
        to = f"{options.packages}/{app.label.replace('_', '-')}/src/{app.label}"
        message = f"needs no other app, {asked}: it could be a package of its own (`migrate mv {word(app.directory)} {word(to)}`, with a pyproject.toml beside `src`)"
        yield _info("free", app.directory, message)


def details(project: Project) -> Iterator[Finding]:
    """A picture of the apps, and each of them with what ties it to others."""
    yield _info("picture", project.directory, _picture(project))
    for said, app in project.apps.items():
        ties = [f"{tie.target} ({tie})" for tie in project.ties if tie.source == said]
        settings = f"; the settings name {counted(project.named[said], 'thing')} in it" if said in project.named else ""
        yield _info("app", app.directory, f"{_sizes(len(app.modules), app.models)}; needs {', '.join(ties) or 'no other app'}{settings}")


def rename(facts: Facts, project: Project, options: Options) -> Step | None:
    """The step that moves a project to where a backend lies; None when it is there, or something else is."""
    old, new = project.directory, gateway_of(options)
    if old == new or facts.tree.is_dir(new):
        return None
    why = "A Django project is one backend, which keeps its apps, its settings and its tables: it gets the place that backends have."
    if not old:
        return from_root(Belongings(facts, options, _modules(facts, project)), new, why)
    return Step("rename-backend", f"Move {old} to {new}", why, (Move(old, new), *javascript_member(facts, old, new)))


def _modules(facts: Facts, project: Project) -> tuple[RepoPath, ...]:
    """The modules of a project in the root: those of its apps, its settings and what lies beside these."""
    tops = {path.partition("/")[0] for path in (*project.settings, *(app.directory for app in project.apps.values()))}
    return (project.manage, *(path for path in facts.tree if path.endswith(".py") and path.partition("/")[0] in tops and "/" in path))


def _info(kind: str, path: str, message: str) -> Finding:
    return Finding(kind, path, message, severity="info")


def _sizes(modules: int, models: int) -> str:
    return ", ".join([counted(modules, "module"), *([counted(models, "table")] if models else [])])


def _summary(project: Project) -> str:
    apps = project.apps.values()
    tied = f"; {counted(len(project.ties), 'tie')} between them" if project.ties else ""
    return f"Django: {counted(len(apps), 'app')}, {_sizes(sum(len(app.modules) for app in apps), sum(app.models for app in apps))}{tied}"


def _reason(project: Project) -> str:
    """Why its apps stay one backend."""
    keys, signals = sum(tie.tables for tie in project.ties), sum(tie.signals for tie in project.ties)
    crossing = [counted(keys, "foreign key")] if keys else []
    crossing += [f"{counted(signals, 'listener')} to signals"] if signals else []
    shared = "one list of installed apps, one history of migrations and one module of settings are for all of them"
    return f"{shared}; {' and '.join(crossing)} cross from app to app" if crossing else shared


def _graph(ties: tuple[Tie, ...]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for tie in ties:
        graph.add_edge(tie.source, tie.target, weight=tie.imports + tie.tables + tie.signals + tie.urls)
    return graph


def _loosened(ties: tuple[Tie, ...], knot: set[str]) -> str:
    """The ties that hold fewest against most that lead the other way: who cuts them loosens a knot."""
    inside: Mapping[tuple[str, str], Tie] = {(tie.source, tie.target): tie for tie in ties if tie.source in knot and tie.target in knot}
    graph = _graph(tuple(inside.values()))

    def left(pair: tuple[str, str]) -> int:
        cut = graph.copy()
        cut.remove_edge(*pair)
        return max(map(len, nx.strongly_connected_components(cut)))

    light = sorted(inside, key=lambda pair: (left(pair), graph.edges[pair]["weight"], pair))[:_NAMED]
    return "; the first ties to cut: " + ", ".join(f"{source} → {target} ({inside[source, target]})" for source, target in light)


def _picture(project: Project) -> str:
    nodes = [Node(said, (f"{said}: {_sizes(len(app.modules), app.models)}",)) for said, app in project.apps.items()]
    edges = [Edge(tie.source, tie.target, str(tie)) for tie in project.ties]
    return "\n".join(line for line, _ in flowchart(nodes, edges, direction="TD"))
