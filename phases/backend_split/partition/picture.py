"""A picture of a partition."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from migrator.mermaid import Edge, Node, flowchart

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["picture"]


def picture(partition: Partition) -> str:
    """The services, the shared kernel and the gateway in mermaid, with how many imports lead from one to the other."""
    places = partition.parts
    sizes = Counter(places.values())
    edges = Counter((places[source], places[target]) for source, target in partition.graph.edges if places.get(source) and places.get(target))
    nodes = [Node(place, (f"{place}: {sizes[place]}",)) for place in sorted(sizes)]
    links = [Edge(a, b, str(count)) for (a, b), count in sorted(edges.items()) if a != b]
    return "\n".join(line for line, _ in flowchart(nodes, links, direction="TD"))
