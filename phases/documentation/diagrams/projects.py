"""What the repository consists of, and which part needs which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.mermaid import Edge, Node
from migrator.wording import counted
from phases.documentation.diagrams.grouping import readable

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["dependencies"]


def dependencies(landscape: Landscape, most: int) -> tuple[list[Node], list[Edge]]:
    """The projects in the folders of their layers, and how many places of one import something of another."""
    ends = {one.directory for one in landscape.projects if one.needs} | {need.target for one in landscape.projects for need in one.needs}
    shown = [one for one in landscape.projects if one.directory or one.directory in ends]
    names = {one.directory for one in shown}
    nodes = [
        Node(one.directory or ".", (one.directory or "the root", *_called(one.name, one.directory)), "box", one.layer, (one.manifest,))
        for one in shown
    ]
    edges = [
        Edge(one.directory or ".", need.target or ".", counted(len(need.origins), "import"), need.origins)
        for one in shown
        for need in one.needs
        if need.target in names
    ]
    return readable(nodes, edges, {one.directory or ".": one.layer or "project" for one in shown}, most)


def _called(name: str, directory: str) -> tuple[str, ...]:
    """What its manifest calls it, where its folder does not say the same."""
    return () if name in {"", directory, directory.rpartition("/")[2]} else (name,)
