"""A picture that nobody could read becomes a smaller one: what is alike stands together in one node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.mermaid import Edge, Node
from migrator.wording import listed

if TYPE_CHECKING:
    from migrator.origin import Origin

__all__ = ["merged", "readable"]

_NAMED = 3


def readable(nodes: Sequence[Node], edges: Sequence[Edge], kinds: Mapping[str, str], most: int) -> tuple[list[Node], list[Edge]]:
    """The picture with at most so many nodes and as many arrows, where the kinds of its nodes allow it: the kinds that most are of stand together first."""
    together: set[str] = set()
    shown, links = list(nodes), merged(edges)
    for kind, number in Counter(kinds[node.key] for node in nodes).most_common():
        if number < 2 or max(len(shown), len(links)) <= most:  # noqa: PLR2004  one is not together with anything
            break
        together.add(kind)
        shown, links = _together(nodes, edges, kinds, together)
    return shown, links


def _together(nodes: Sequence[Node], edges: Sequence[Edge], kinds: Mapping[str, str], together: set[str]) -> tuple[list[Node], list[Edge]]:
    homes = {node.key: f"{kinds[node.key]}*" if kinds[node.key] in together else node.key for node in nodes}
    shown: dict[str, Node] = {}
    for node in nodes:
        if homes[node.key] not in shown:
            shown[homes[node.key]] = node if homes[node.key] == node.key else _joint(nodes, kinds, kinds[node.key])
    return list(shown.values()), merged(Edge(homes[edge.source], homes[edge.target], edge.label, edge.origins) for edge in edges)


def _joint(nodes: Sequence[Node], kinds: Mapping[str, str], kind: str) -> Node:
    several = [node for node in nodes if kinds[node.key] == kind]
    names = listed([node.label[0] for node in several], _NAMED)
    origins = tuple(dict.fromkeys(origin for node in several for origin in node.origins))
    return Node(f"{kind}*", (f"{len(several)} of kind {kind}", names), several[0].shape, several[0].group, origins)


def merged(edges: Iterable[Edge]) -> list[Edge]:
    """Each pair once, with everything that is said of it; what leads to itself is left out."""
    found: dict[tuple[str, str], tuple[dict[str, None], dict[Origin, None]]] = {}
    for edge in edges:
        if edge.source != edge.target:
            labels, origins = found.setdefault((edge.source, edge.target), ({}, {}))
            labels.update(dict.fromkeys([edge.label] if edge.label else []))
            origins.update(dict.fromkeys(edge.origins))
    return [Edge(source, target, listed(list(labels), _NAMED), tuple(origins)) for (source, target), (labels, origins) in found.items()]
