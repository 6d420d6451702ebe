"""Where each document goes, by what shows what it is about: to a folder for that, not at all, or as people say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.documents import Document, Evidence, documents, evidence, languages, says, site_of
from migrator.paths import RepoPath, is_within, name, parent
from migrator.placing import Asked, Place, Sorting, kept
from phases.documentation.placement.readers import reader

if TYPE_CHECKING:
    from phases.documentation.placement.options import Options

__all__ = ["ARCHIVE", "AREAS", "Documents"]

ARCHIVE = "archive"
"""What is a report, of whatever."""
AREAS: Mapping[str, frozenset[str]] = {
    "architecture": frozenset(("decisions", "rfcs", "architecture")),
    "api": frozenset(("api", "graphql", "webhooks")),
    "guides": frozenset(("getting-started", "development", "deployment", "contributing", "troubleshooting")),
    "runbooks": frozenset(("incidents", "monitoring", "scaling", "disaster-recovery")),
    "design": frozenset(("design", "design-system", "component-library", "brand-guidelines")),
    "security": frozenset(("security", "threat-model", "security-policies", "compliance")),
    "performance": frozenset(("benchmarks", "optimization-guides", "slos-slis")),
    "onboarding": frozenset(("onboarding",)),
    ARCHIVE: frozenset((ARCHIVE,)),
}
"""The kinds of documents that lie side by side."""
_FORMS = frozenset(("decisions", "rfcs"))
"""Kinds that a document is of by its form, whatever it is about: a decision about security is a decision."""
_SURE, _PLAIN, _WEAK = 5, 4, 3
"""Weights of evidence: enough by itself, enough where little speaks for anything else, and enough to ask."""
_NOTHING = "nothing shows what it is about"
_EMPTY = "is empty"
_REPORT = "is a report of what was done once: `targets.archive` gives such a place"
_MAYBE = "it may be a report of what was done"
_BESIDE = "lies beside what it is about"
_SAYS = "says what is in its folder"
_INDEX = re.compile(r"(?:readme|index|_index|toc)(?:[._-]\w\w(?:-\w+)?)?\.\w+", re.IGNORECASE)
"""What says what is in a folder."""
_TRANSLATED = re.compile(r"(.+)[._-]([a-z]{2})(?:[-_][A-Za-z]{2,4})?(\.\w+)")


class _Verdict(NamedTuple):
    """The kind for which most speaks, and whether enough does."""

    evidence: Evidence
    sure: bool
    rival: str = ""
    """What speaks as much for another kind."""


@dataclass
class Documents(Sorting):
    """The documents of one tree, sorted."""

    options: Options

    def __post_init__(self) -> None:
        for path, one in self._open():
            self._sort(path, one)
        self.join_neighbours(self._fits)
        self._indexes()
        self.make_room()

    @cached_property
    def all(self) -> Mapping[RepoPath, Document]:
        """Every document that people wrote."""
        return self.facts.derive(documents)

    def _open(self) -> Iterator[tuple[RepoPath, Document]]:
        """The documents that are nobody's to keep where they are."""
        held = kept(self.options)
        return ((path, one) for path, one in self.all.items() if not held.match_file(path) and path not in self.options.moves)

    def _sort(self, path: RepoPath, one: Document) -> None:
        shelf = self._shelf(path)
        if parent(path) and shelf is None:
            self.stay[path] = _BESIDE
            return
        verdict = self._verdict(self._original(path))
        settled = self._settled(path)
        if settled and (
            verdict is None or not verdict.sure or settled in AREAS[self._area(verdict.evidence.kind)] or verdict.evidence.kind == ARCHIVE
        ):
            return
        if not one.words and not one.headings:
            self.stay[path] = _EMPTY
        elif page := self._page(path):
            self.stay[path] = page
        elif _INDEX.fullmatch(name(path)) and parent(path):
            self.stay[path] = _SAYS
        elif verdict is None:
            self.stay[path] = _NOTHING
        elif not self.options.targets.get(verdict.evidence.kind):
            self.stay[path] = _REPORT if verdict.evidence.kind == ARCHIVE else f"{verdict.evidence.kind} has no place here"
        else:
            self._send(path, shelf or RepoPath(""), verdict, settled)

    def _send(self, path: RepoPath, shelf: RepoPath, verdict: _Verdict, settled: str) -> None:
        """To its place; or why it is for people to say, or stays after all."""
        kind = verdict.evidence.kind
        new, why = RepoPath(f"{self.options.targets[kind]}/{self._kept(path, kind)}"), str(verdict.evidence)
        site = site_of(self.facts, path)
        if held := reader(self.facts, path, new):
            self.stay[path] = held
        elif site is not None:
            self.asked[path] = Asked(new, f"{why}, and is a page of {site.generator}: its address would change")
        elif settled:
            self.asked[path] = Asked(new, f"{why}, and lies among {settled}")
        elif parent(shelf):
            self.asked[path] = Asked(new, f"{why}, and lies in {shelf}, beside what it may be about")
        elif verdict.sure:
            self.go[path] = Place(new, why)
        else:
            self.asked[path] = Asked(new, f"{why}{verdict.rival}")

    def _page(self, path: RepoPath) -> str:
        """Why a page of a documentation site stays, whatever it is about; empty where it may go."""
        site = site_of(self.facts, path)
        targets = [target for target in self.options.targets.values() if target]
        if site is None or (site.listed and any(is_within(target, site.folder) for target in targets)):
            return ""
        more = "the places are outside of that" if site.listed else "where its pages are found follows from the folder"
        return f"is a page of {site.generator} ({site.file}), and {more}"

    def _shelf(self, path: RepoPath) -> RepoPath | None:
        """The outermost folder for documents that one lies in."""
        parts = path.split("/")[:-1]
        return next((RepoPath("/".join(parts[: end + 1])) for end, part in enumerate(parts) if part.lower() in self.options.shelves), None)

    def _settled(self, path: RepoPath) -> str:
        """The kind among whose documents one lies already; empty for none."""
        inner = sorted(self.options.targets.items(), key=lambda pair: -len(pair[1]))
        return next((kind for kind, target in inner if target and is_within(path, target)), "")

    @staticmethod
    def _area(kind: str) -> str:
        return next(area for area, names in AREAS.items() if kind in names)

    # what it is ----------------------------------------------------------------------------------------------------------

    def _verdict(self, path: RepoPath) -> _Verdict | None:
        """What it is about, by the weight of what speaks for it against what speaks for something else."""
        ranked = evidence(self.facts, path)
        report = next((one for one in ranked if one.kind == ARCHIVE), None)
        topics = [one for one in ranked if one.kind != ARCHIVE]
        best = topics[0] if topics else None
        form = next((one for one in topics if one.kind in _FORMS and one.read and one.weight >= _PLAIN), None)
        if form is not None:
            return _Verdict(form, sure=True)
        if report is not None and self._is_report(report, best):
            return _Verdict(report, sure=True)
        if best is None or best.weight < _WEAK or not (best.named or best.weight >= _PLAIN):
            return None
        rival = next((one for one in ranked if self._area(one.kind) != self._area(best.kind)), None)
        second = rival.weight if rival is not None else 0
        sure = best.read and ((best.weight >= _SURE and best.weight > second) or (best.weight >= _PLAIN and best.weight >= second + 2))
        if report is not None and report.named and _SURE <= report.weight >= best.weight - 2:
            return _Verdict(best, sure=False, rival=f"; {_MAYBE}: {report}")
        if rival is not None and second >= best.weight:
            return _Verdict(best, sure=False, rival=f"; as much speaks for {rival.kind}: {rival}")
        return _Verdict(best, sure)

    @staticmethod
    def _is_report(report: Evidence, best: Evidence | None) -> bool:
        """Whether something tells what was done, whatever that was about."""
        called = any(one.what.startswith("is called") for one in report.signs) and report.named
        return report.weight >= _SURE and (called or best is None or report.weight >= best.weight)

    def _original(self, path: RepoPath) -> RepoPath:
        """The document that one is a translation of; itself where it is none."""
        found = _TRANSLATED.fullmatch(name(path))
        if found is not None and found[2] in languages() and (twin := RepoPath(f"{parent(path)}/{found[1]}{found[3]}".lstrip("/"))) in self.all:
            return twin
        parts = path.split("/")
        for number, part in enumerate(parts[:-1]):
            if part.partition("-")[0].lower() in languages():
                for other in ("en", "en-US", ""):
                    twin = RepoPath("/".join((*parts[:number], *filter(None, (other,)), *parts[number + 1 :])))
                    if twin in self.all and twin != path:
                        return twin
        return path

    def _kept(self, path: RepoPath, kind: str) -> str:
        """What of its path a document keeps: what lies below a folder that says the same as its place."""
        parts = path.split("/")
        said = next((number for number, part in enumerate(parts[:-1]) if says(part, kind)), None)
        below = parts[said + 1 :] if said is not None else parts[-1:]
        spoken = [part for part in parts[:-1] if part.partition("-")[0].lower() in languages() and self._original(path) != path]
        return "/".join((*(part for part in spoken if part not in below), *below))

    # what goes together --------------------------------------------------------------------------------------------------

    def _fits(self, path: RepoPath, one: Asked) -> bool:
        """Whether a document goes where its neighbours do: a report does not, nor what lies among its kind or in a folder for all kinds."""
        return _MAYBE not in one.why and self._is_of_one(path, parent(one.new)) and not self._settled(path)

    def _is_of_one(self, path: RepoPath, home: RepoPath) -> bool:
        """Whether the folder of a document is for something, and not for documents of all kinds."""
        folder = parent(path)
        kind = next((kind for kind, target in self.options.targets.items() if target and is_within(home, target)), None)
        return bool(folder) and (folder != self._shelf(path) or (kind is not None and says(name(folder), kind)))

    def _indexes(self) -> None:
        """What says what is in a folder goes along where all else of the folder goes to one place that has none."""
        for path in [path for path, why in self.stay.items() if why == _SAYS]:
            folder = parent(path)
            others = [one for one in self.facts.tree.below(folder) if one != path]
            homes = {parent(self.go[one].new) for one in others if one in self.go}
            if others and len(homes) == 1 and all(one in self.go for one in others):
                home = homes.pop()
                if self._is_of_one(path, home) and not any(_INDEX.fullmatch(one) for one in self.facts.tree.folders.get(home, ())):
                    del self.stay[path]
                    self.go[path] = Place(RepoPath(f"{home}/{name(path)}"), f"says what is in {folder}, all of which goes")
