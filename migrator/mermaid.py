"""Flowcharts of mermaid: the one writer of them, with everything that mermaid trips over in it.

What a thing is called is never an id, since `end`, `graph` and others are words of the language, and `a---x` an arrow; each label is in quotes. Mermaid draws
no more than 500 edges and reads a text of more than 50,000 characters without drawing it (measured with 11.17 and 12.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.origin import Origin

__all__ = ["Edge", "Lines", "Node", "flowchart", "shape_of"]

_EDGES = 400
_LETTERS = 45_000
_SHAPES = {"box": ("[", "]"), "store": ("[(", ")]"), "queue": ("[[", "]]"), "round": ("([", "])")}
_KINDS = {"database": "store", "cache": "store", "storage": "store", "broker": "queue", "external": "round"}
_ODD = frozenset('"#<>&;`\\')

Lines = list[tuple[str, tuple["Origin", ...]]]
"""The lines of a picture, each with where what it says comes from."""


class Node(NamedTuple):
    """A thing in a picture."""

    key: str
    """By which edges name it."""
    label: tuple[str, ...]
    """Its lines."""
    shape: str = "box"
    """`box`, `store`, `queue` or `round`."""
    group: str = ""
    """The title of the frame that it stands in."""
    origins: tuple[Origin, ...] = ()
    strong: bool = False
    """Whether it is what the picture is about."""


class Edge(NamedTuple):
    """Who leads to whom."""

    source: str
    target: str
    label: str = ""
    origins: tuple[Origin, ...] = ()


def shape_of(kind: str) -> str:
    """How a workload of a kind is drawn: a cylinder keeps data, what is round is somebody else's."""
    return _KINDS.get(kind, "box")


def flowchart(  # noqa: PLR0913  keyword-only from the third on
    nodes: Sequence[Node], edges: Iterable[Edge], *, direction: str = "LR", prefix: str = "n", notes: Sequence[str] = (), more: str = ""
) -> Lines:
    """A flowchart of nodes, in their frames, and the edges between them.

    `notes` are comments; `more` is what the comment adds that tells how many edges are left out.
    """
    ids = {node.key: f"{prefix}{number}" for number, node in enumerate(nodes)}
    known = [edge for edge in edges if edge.source in ids and edge.target in ids]
    body = list(_nodes(nodes, ids))
    room = _LETTERS - sum(len(line) + 1 for line, _ in body)
    drawn: Lines = []
    for edge in known[:_EDGES]:
        label = f"|{_label((edge.label,))}|" if edge.label else ""
        line = f"  {ids[edge.source]} -->{label} {ids[edge.target]}"
        room -= len(line) + 1
        if room < 0:
            break
        drawn.append((line, edge.origins))
    left = len(known) - len(drawn)
    said = [*notes, *([f"{left} more links are left out{more}"] if left else [])]
    head: Lines = [(f"flowchart {direction}", ()), *((f"  %% {note}", ()) for note in said)]
    strong = [ids[node.key] for node in nodes if node.strong]
    tail: Lines = [("  classDef focus stroke-width:3px", ()), (f"  class {','.join(strong)} focus", ())] if strong else []
    return [*head, *body, *drawn, *tail]


def _nodes(nodes: Sequence[Node], ids: Mapping[str, str]) -> Iterator[tuple[str, tuple[Origin, ...]]]:
    frames: dict[str, list[Node]] = {}
    for node in nodes:
        frames.setdefault(node.group, []).append(node)
    for number, (title, several) in enumerate(frames.items()):
        indent = "    " if title else "  "
        if title:
            # No node is ever called so: a frame with the id of a node in it is a circle to mermaid 11.
            yield f"  subgraph frame{number}[{_label((title,))}]", ()
        for node in several:
            begin, end = _SHAPES[node.shape]
            yield f"{indent}{ids[node.key]}{begin}{_label(node.label)}{end}", node.origins
        if title:
            yield "  end", ()


def _label(lines: Iterable[str]) -> str:
    """A label: in quotes, with what mermaid trips over as entities."""
    texts = (" ".join(line.split()) for line in lines)
    return '"' + "<br/>".join("".join(f"#{ord(char)};" if char in _ODD else char for char in text) for text in texts) + '"'
