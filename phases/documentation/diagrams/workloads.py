"""What runs, in three pictures: who is there, where data goes, and what runs where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.mermaid import Edge, Node, shape_of
from migrator.wording import counted
from phases.documentation.diagrams.grouping import readable

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Link, Workload
    from migrator.origin import Origin

__all__ = ["deployment", "flow", "system"]

Drawn = tuple[list[Node], list[Edge]]

_OUTSIDE = "outside"
_ASIDE = frozenset({Kind.TOOL, Kind.MONITORING})
"""Who looks at what runs: data of people does not go there."""
_KEEPS = frozenset({Kind.DATABASE, Kind.CACHE, Kind.BROKER, Kind.STORAGE})


def system(landscape: Landscape, most: int) -> Drawn:
    """Everything that runs, what the repository builds apart from what it takes, and who asks whom."""
    nodes = [_node(one, (_about(one),), _side(one)) for one in landscape.workloads]
    edges = [Edge(link.source, link.target, _by(link), link.origins) for link in landscape.links]
    return readable(nodes, edges, _kinds(landscape), most)


def flow(landscape: Landscape, most: int) -> Drawn:
    """The way of data: from whoever comes from outside through what answers to where it is kept or given away; who only looks on is left out."""
    shown = [one for one in landscape.workloads if one.kind.value not in _ASIDE]
    names = {one.name for one in shown}
    links = [link for link in landscape.links if link.source in names and link.target in names and link.condition != "completed"]
    doors = [(one, origins) for one in shown if (origins := _door(landscape, one))]
    nodes = [_node(one, (_about(one), *_kept(one)), "") for one in shown]
    nodes = [Node(_OUTSIDE, ("outside",), "round"), *nodes] if doors else nodes
    edges = [Edge(_OUTSIDE, one.name, _doors(one), origins) for one, origins in doors]
    edges += [Edge(link.source, link.target, _carried(landscape, link), link.origins) for link in links]
    used = {end for edge in edges for end in (edge.source, edge.target)}
    return readable([node for node in nodes if node.key in used], edges, {**_kinds(landscape), _OUTSIDE: _OUTSIDE}, most)


def deployment(landscape: Landscape, most: int) -> Drawn:
    """What runs in which environments, from which image, and which of it is reached at a port of the host."""
    own = [one for one in landscape.workloads if one.kind.value != Kind.EXTERNAL]
    nodes = [_node(one, _image(one), ", ".join(one.environments) if one.environments else "every environment") for one in own]
    edges = [
        Edge(_OUTSIDE, one.name, str(port.published.value), port.published.origins) for one in own for port in one.ports if port.published is not None
    ]
    nodes = [Node(_OUTSIDE, ("ports of the host",), "round"), *nodes] if edges else nodes
    return readable(nodes, edges, {**_kinds(landscape), _OUTSIDE: _OUTSIDE}, most)


def _node(one: Workload, about: Sequence[str], group: str) -> Node:
    lines = (one.name, *(text for text in about if text and text != one.name))
    return Node(one.name, lines, shape_of(one.kind.value), group, (*one.origins, *one.kind.origins))


def _kinds(landscape: Landscape) -> dict[str, str]:
    return {one.name: one.kind.value for one in landscape.workloads}


def _about(one: Workload) -> str:
    return "" if one.kind.value == Kind.EXTERNAL else ", ".join(part for part in (one.kind.value, one.framework or one.language) if part)


def _side(one: Workload) -> str:
    if one.kind.value == Kind.EXTERNAL:
        return "of others"
    return "built from this repository" if one.built or one.directory is not None else "taken as images"


def _by(link: Link) -> str:
    return link.path or (f":{link.port}" if link.port is not None else "")


def _door(landscape: Landscape, one: Workload) -> tuple[Origin, ...]:
    """By what is known that people or programs outside come to a workload first: a proxy, pages, or a name of its own; nothing where they do not."""
    if one.kind.value in _KEEPS or one.kind.value == Kind.EXTERNAL or any(link.evidence == "proxy" for link in landscape.asking(one.name)):
        return ()
    if one.kind.value in {Kind.PROXY, Kind.WEB}:
        return one.kind.origins or one.origins
    return tuple(dict.fromkeys(origin for host in one.hosts for origin in host.origins))


def _doors(one: Workload) -> str:
    return ", ".join(host.value for host in one.hosts[:2])


def _kept(one: Workload) -> tuple[str, ...]:
    kept = sorted({str(volume.source.value) for volume in one.volumes if volume.kind == "named" and volume.source is not None})
    return (f"keeps {', '.join(kept)}",) if kept and one.kind.value in _KEEPS else ()


def _carried(landscape: Landscape, link: Link) -> str:
    """What goes over a link, where that is known."""
    source, target = landscape.workload(link.source), landscape.workload(link.target)
    if target is None or source is None:
        return ""
    if target.kind.value in {Kind.CACHE, Kind.BROKER} and source.tasks:
        return counted(len(source.tasks), "kind of task", "kinds of tasks")
    if link.path:
        return link.path
    if target.routes:
        return counted(len(target.routes), "route")
    return next((port.name for port in target.ports if port.number.value == link.port), "")


def _image(one: Workload) -> tuple[str, ...]:
    """Of what it is made, and where that differs."""
    others = [f"{change.value.value} in {change.environment}" for change in one.differences if change.field == "image" and change.value is not None]
    if one.build is not None:
        made = one.build.dockerfile.value if one.build.dockerfile is not None else one.build.context.value or "."
        return (f"built by {made}", *others)
    return (one.image.value, *others) if one.image is not None else tuple(others)
