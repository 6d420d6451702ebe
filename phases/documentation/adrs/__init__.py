"""Records of the decisions that the steps took, numbered on from those that people wrote, and an index of all."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Made, text_artefact
from migrator.paths import RepoPath, parent
from phases.documentation.adrs.options import Options
from phases.documentation.adrs.pages import index, page
from phases.documentation.adrs.topics import Decision, decisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migrator.facts.decided import Paper
    from migrator.facts.landscape.model import Landscape

__all__ = ["Records", "family"]

_NAME = "adrs"
_WIDTH = 3
_OURS = re.compile(r"(?:.*/)?(\d+)-([^/]+)\.md")


@dataclass(frozen=True, slots=True)
class Records:
    """The family of `docs/architecture/decisions`."""

    name: str = _NAME
    title: str = "Records of the decisions that were taken"
    why: str = "Who wonders why something lies where it does finds what was known when it was put there, what else there was, and what is still open."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A page for each decision, and the index; nothing where no step was taken."""
        decided = landscape.decided
        found = decisions(decided.steps) if decided is not None else ()
        if decided is None or not found:
            return Made((), (), "no step of an earlier phase was taken; a record follows from each that is")
        papers = [paper for paper in decided.papers if paper.kind == "decision"]
        directory = _directory(papers, options)
        places = _places(found, papers, decided.known, directory)
        pages = [text_artefact(places[one.slug], _NAME, page(one, places[one.slug], decided.reports)) for one in found]
        readme = next((path for path in decided.known if path.endswith("/README.md")), RepoPath(f"{directory}/README.md"))
        return Made((*pages, text_artefact(readme, _NAME, index(readme, [(places[one.slug], one) for one in found], papers))))


def _directory(papers: Sequence[Paper], options: Options) -> RepoPath:
    """Where the log is: people's own goes on, where there is one and none where the option says."""
    folders = Counter(parent(paper.path) for paper in papers)
    if options.directory in folders or not folders:
        return options.directory
    return min(folders, key=lambda folder: (-folders[folder], folder))


def _places(found: Sequence[Decision], papers: Sequence[Paper], known: Sequence[RepoPath], directory: RepoPath) -> Mapping[str, RepoPath]:
    """Where each decision is written: a page that has a number keeps it, others get the next ones after all that there are."""
    before = {match[2]: (int(match[1]), path) for path in known if (match := _OURS.fullmatch(path)) is not None}
    numbers = [paper.number for paper in papers if paper.number is not None]
    last = max([*numbers, *(number for number, _ in before.values())], default=0)
    width = max([_WIDTH, *(paper.width for paper in papers)])
    places: dict[str, RepoPath] = {}
    for one in found:
        if one.slug in before:
            places[one.slug] = before[one.slug][1]
        else:
            last += 1
            places[one.slug] = RepoPath(f"{directory}/{last:0{width}}-{one.slug}.md")
    return places


family = Records()
