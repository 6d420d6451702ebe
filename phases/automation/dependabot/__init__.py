"""Dependabot: the dependencies that the repository really has, by the files that name them."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pathspec

from migrator.artefact import Made, yaml_artefact
from migrator.facts.upkeep import Updatable, Upkeep
from migrator.origin import Decision, Origin, Said, default
from migrator.paths import RepoPath
from migrator.wording import listed
from phases.automation.dependabot.options import Options

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.upkeep import Update

__all__ = ["covered", "entry", "family", "wanted"]

_NAME = "dependabot"
_PATH = RepoPath(".github/dependabot.yml")
_ACTIONS = "github-actions"
_OWN = "/.github/actions/*"
"""Actions of the repository's own, those of this phase among them: a pattern may match nothing."""


@dataclass(frozen=True, slots=True)
class Dependabot:
    """The family of `.github/dependabot.yml`."""

    name: str = _NAME
    title: str = "Updates are proposed for what the repository depends on"
    why: str = (
        "Each directory with dependencies is looked at, small updates come together, and new versions are left alone until others have tried them."
    )
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """The file; where people wrote one, it stays and gets what it lacks by a step of its own."""
        known = landscape.upkeep or Upkeep()
        renovate = next((one for one in known.updaters if one.tool == "renovate"), None)
        if renovate is not None:
            return Made((), (), f"Renovate updates this repository ({renovate.origin}); two would propose everything twice")
        theirs = [one for one in known.updaters if one.tool == "dependabot"]
        entries = wanted(known, options)
        there = {_ACTIONS, *(one.ecosystem for one in known.updatable)}
        needless = [Decision("without", "dropped", f"nothing here is updated by {one}", (), _NAME) for one in options.without if one not in there]
        if theirs:
            decisions = tuple(decision for one in theirs for update in one.updates for decision in _told(known, one.origin.path, update))
            decisions = (*decisions, *needless)
            broken = next((one for one in theirs if one.broken), None)
            lacks = (
                f"; it cannot be read ({broken.broken}), so nothing is added to it"
                if broken is not None
                else "; what it does not look at is added at its end"
            )
            return Made((), decisions, f"{theirs[0].origin.path} is yours and stays{lacks}")
        if not entries:
            return Made((), tuple(needless), "nothing names a dependency that Dependabot can read: a manifest, an image or a workflow brings it")
        model = {"version": 2, "updates": [entry(ecosystem, several, options) for ecosystem, several in groupby(entries, lambda one: one.ecosystem)]}
        return Made((yaml_artefact(_PATH, self.name, model, header="What Dependabot proposes updates of."),), tuple(needless))


def wanted(known: Upkeep, options: Options) -> list[Updatable]:
    """What is to be updated, by ecosystem."""
    kept = pathspec.GitIgnoreSpec.from_lines(options.keep)
    found = [one for one in known.updatable if one.ecosystem not in options.without and not kept.match_file(f"{one.directory}/x")]
    if found and _ACTIONS not in {*options.without, *(one.ecosystem for one in found)}:
        found.append(Updatable(_ACTIONS, RepoPath(""), Origin(RepoPath(""), 0, "this phase writes workflows")))
    return sorted(found, key=lambda one: (one.ecosystem, one.directory))


def entry(ecosystem: str, several: Iterator[Updatable] | Sequence[Updatable], options: Options) -> dict[str, Any]:
    """An entry of the file: the directories of an ecosystem together."""
    group: dict[str, Any] = {"patterns": ["*"]} if ecosystem == _ACTIONS else {"patterns": ["*"], "update-types": ["minor", "patch"]}
    places = [Said(f"/{one.directory}", (one.origin,)) for one in several]
    if ecosystem == _ACTIONS:
        places = [*(one for one in places if one.value == "/"), default(_OWN, "actions of the repository's own")]
    said: dict[str, Any] = {
        "package-ecosystem": ecosystem,
        "directories": places,
        "schedule": {"interval": default(options.interval, "option interval")},
        "groups": {f"{ecosystem}-all" if ecosystem == _ACTIONS else f"{ecosystem}-minor-and-patch": group},
    }
    if options.cooldown_days:
        said["cooldown"] = {"default-days": default(options.cooldown_days, "option cooldown_days")}
    return said


def covered(one: Updatable, updates: Sequence[Update]) -> bool:
    """Whether an entry looks at a directory already; pip and uv read the same manifests."""
    same = {"pip", "uv"} if one.ecosystem in {"pip", "uv"} else {"npm", "bun"} if one.ecosystem in {"npm", "bun"} else {one.ecosystem}
    return any(update.ecosystem in same and any(_is_meant(f"/{one.directory}", said, update) for said in update.directories) for update in updates)


def _is_meant(place: str, said: str, update: Update) -> bool:
    """Whether an entry means a directory: `directories` takes patterns, `directory` is one path, whatever the schema lets pass (D12)."""
    return place == _plain(said) or ("directories" in update.keys and fnmatch.fnmatchcase(place, _plain(said)))


def _plain(said: str) -> str:
    return "/" + said.strip("/").removeprefix("./")


def _told(known: Upkeep, path: RepoPath, update: Update) -> Iterator[Decision]:
    """What an entry of people says that nothing comes of."""
    here = (Origin(path, update.line),)
    there = {f"/{one.directory}" for one in known.updatable}
    dead = [one for one in update.directories if _plain(one) != _OWN and not any(_is_meant(place, one, update) for place in there)]
    if dead and "*" in dead[0] and "directory" in update.keys:
        yield Decision(
            f"dependabot: {update.ecosystem}.directory", "dropped", f"{dead[0]} is taken for a path: patterns belong under `directories`", here, _NAME
        )
    elif dead:
        yield Decision(
            f"dependabot: {update.ecosystem}",
            "dropped",
            f"nothing in {listed(dead)} can be updated, so Dependabot reports an error instead",
            here,
            _NAME,
        )
    if "reviewers" in update.keys:
        yield Decision(f"dependabot: {update.ecosystem}.reviewers", "dropped", "GitHub no longer reads it; CODEOWNERS says who reviews", here, _NAME)


family = Dependabot()
