"""The graph of a tree as JSON, dot and mermaid.

A whole repository is readable per directory only; with a focus, one file or directory with its neighbours, file by file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.mermaid import Edge, Node, flowchart
from migrator.paths import RepoPath, is_within, parent
from migrator.report.models.inspection import EdgeOut, GraphOut

if TYPE_CHECKING:
    from migrator.graph import Graph

Edges = Mapping[tuple[str, str], int]

_READABLE = 60
"""Edges above this many are left out of a picture without a focus, the thinnest first, and it says so."""


def graph_out(graph: Graph, base: str, focus: RepoPath | None) -> GraphOut:
    """All files and references, or those that touch the focus."""
    kinds: dict[tuple[str, str], Counter[str]] = {}
    for reference in graph:
        target = reference.target.path
        if target is not None and target != reference.source and _touches(focus, reference.source, target):
            kinds.setdefault((reference.source, target), Counter())[reference.mention.kind] += 1
    if focus is None:
        nodes = {*graph.references, *(target for _, target in kinds)}
    else:
        nodes = {path for path in graph.references if is_within(path, focus)} | {path for edge in kinds for path in edge}
    edges = tuple(EdgeOut(source=source, target=target, kinds=dict(sorted(found.items()))) for (source, target), found in sorted(kinds.items()))
    return GraphOut(base=base, nodes=tuple(sorted(nodes)), edges=edges)


def _touches(focus: RepoPath | None, source: str, target: str) -> bool:
    return focus is None or is_within(source, focus) or is_within(target, focus)


def dot(found: GraphOut, focus: RepoPath | None) -> str:
    """For graphviz."""
    edges, note = _drawn(found, focus)
    lines = ["digraph migrate {", "  rankdir=LR;", "  node [shape=box, fontname=monospace];"]
    if note:
        lines.append(f"  label={_quoted(note)};")
    if focus is not None:
        lines += [f"  {_quoted(node)} [style=bold];" for node in sorted({n for edge in edges for n in edge}) if is_within(node, focus)]
    lines += [f"  {_quoted(source)} -> {_quoted(target)} [label={times}];" for (source, target), times in sorted(edges.items())]
    return "\n".join([*lines, "}"])


def mermaid(found: GraphOut, focus: RepoPath | None) -> str:
    """For Markdown."""
    edges, note = _drawn(found, focus)
    paths = sorted({node for edge in edges for node in edge})
    nodes = [Node(path, (path,), strong=focus is not None and is_within(path, focus)) for path in paths]
    links = [Edge(source, target, str(times)) for (source, target), times in sorted(edges.items())]
    return "\n".join(line for line, _ in flowchart(nodes, links, notes=[note] if note else []))


def _drawn(found: GraphOut, focus: RepoPath | None) -> tuple[Edges, str]:
    """What a picture shows, and what it leaves out."""
    edges = {(edge.source, edge.target): sum(edge.kinds.values()) for edge in found.edges}
    if focus is not None and len(edges) <= _READABLE:
        return edges, ""
    depth = max((path.count("/") for edge in edges for path in edge), default=0)
    together = edges
    while depth >= 0:
        together = _aggregated(edges, depth, focus)
        if len(together) <= _READABLE:
            return together, ""
        depth -= 1
    shown = dict(Counter(together).most_common(_READABLE))
    return shown, f"{len(together) - len(shown)} thinner edges are left out; `--focus PATH` shows a part in full"


def _aggregated(edges: Edges, depth: int, focus: RepoPath | None) -> dict[tuple[str, str], int]:
    """Edges between directories, cut at a depth; the focus stays one node of its own."""

    def place(path: str) -> str:
        if focus is not None and is_within(path, focus):
            return focus
        return "/".join(parent(path).split("/")[: depth + 1]) or "."

    found: Counter[tuple[str, str]] = Counter()
    for (source, target), times in edges.items():
        if (pair := (place(source), place(target)))[0] != pair[1]:
            found[pair] += times
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
