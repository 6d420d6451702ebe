"""Diagrams: what runs, where data goes, what runs where, and what needs what; each small enough to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from migrator.artefact import Artefact, Made, text_artefact
from migrator.mermaid import Edge, Lines, Node, flowchart
from migrator.origin import Decision
from migrator.paths import RepoPath
from migrator.wording import counted
from phases.documentation.diagrams.options import Options
from phases.documentation.diagrams.projects import dependencies
from phases.documentation.diagrams.workloads import deployment, flow, system

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["Diagrams", "family"]

_NAME = "diagrams"
_RUNS = "a compose file, a Dockerfile or code that serves brings it"


class _Kind(NamedTuple):
    """A diagram that there may be."""

    slug: str
    title: str
    about: str
    draw: Callable[[Landscape, int], tuple[list[Node], list[Edge]]]
    direction: str
    absent: str
    """What would bring it about."""


_KINDS = (
    _Kind(
        "system-architecture",
        "System",
        "What runs and who asks whom; on an arrow stands the port, or the path that a proxy passes on.",
        system,
        "LR",
        _RUNS,
    ),
    _Kind(
        "data-flow",
        "Data flow",
        "The way of data from outside to where it is kept or given away.",
        flow,
        "LR",
        f"nothing that runs asks anything else; {_RUNS}",
    ),
    _Kind(
        "deployment",
        "Deployment",
        "What runs in which environment, from which image, and the ports of the host that lead to it.",
        deployment,
        "TB",
        _RUNS,
    ),
    _Kind(
        "dependency",
        "Dependencies",
        "Which project imports of which, and in how many places.",
        dependencies,
        "LR",
        "no project imports of another one",
    ),
)


@dataclass(frozen=True, slots=True)
class Diagrams:
    """The family of `docs/architecture/diagrams`."""

    name: str = _NAME
    title: str = "Diagrams of what runs, where data goes and what needs what"
    why: str = (
        "A picture that nobody draws anew is wrong within months: these are drawn of what the repository says of itself, each time it is planned."
    )
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A file for each diagram that has anything to show, and a page with all of them."""
        drawn: list[tuple[_Kind, Lines, str]] = []
        decisions: list[Decision] = []
        for kind in _KINDS:
            nodes, edges = kind.draw(landscape, options.nodes)
            if not nodes or (kind.slug in {"data-flow", "dependency"} and not edges):
                decisions.append(Decision(f"diagram: {kind.slug}", "dropped", f"there is nothing to draw: {kind.absent}", (), _NAME))
                continue
            drawn.append((kind, flowchart(nodes, edges, direction=kind.direction), _size(nodes, edges)))
        if not drawn:
            return Made((), tuple(decisions), f"nothing runs, and no project imports of another one: {_RUNS}")
        files = [text_artefact(RepoPath(f"{options.directory}/{kind.slug}.mmd"), _NAME, lines) for kind, lines, _ in drawn]
        return Made((*files, _page(options, drawn)), tuple(decisions))


def _size(nodes: list[Node], edges: list[Edge]) -> str:
    return f"{counted(len(nodes), 'node')}, {counted(len(edges), 'arrow')}"


def _page(options: Options, drawn: list[tuple[_Kind, Lines, str]]) -> Artefact:
    text: Lines = [
        ("# Diagrams", ()),
        ("", ()),
        ("Drawn of what compose files, Dockerfiles, manifests and code say; planning again draws anew what changed.", ()),
        ("A cylinder keeps data, what is round belongs to somebody else.", ()),
    ]
    for kind, picture, size in drawn:
        origins = tuple(dict.fromkeys(origin for _, several in picture for origin in several))[:1]
        text += [("", ()), (f"## {kind.title}", ()), ("", ()), (f"{kind.about} {size} ([{kind.slug}.mmd]({kind.slug}.mmd)).", origins), ("", ())]
        text += [("```mermaid", ()), *picture, ("```", ())]
    return text_artefact(RepoPath(f"{options.directory}/README.md"), _NAME, text)


family = Diagrams()
