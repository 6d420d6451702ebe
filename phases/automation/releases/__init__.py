"""Releases: what has a version gets the next one from what was changed, by changesets or release-please."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pathspec

from migrator.artefact import Artefact, Made, json_artefact, text_artefact
from migrator.facts.upkeep import Upkeep
from migrator.origin import Decision, Origin, default
from migrator.paths import RepoPath
from migrator.wording import counted, listed
from phases.automation.releases.options import Options

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.upkeep import Released

__all__ = ["chosen", "family"]

_NAME = "releases"
_SEMVER = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_RUN = {"npm": "npx", "pnpm": "pnpm dlx", "yarn": "yarn dlx", "bun": "bunx"}
"""What runs a package that is not installed, by package manager."""


@dataclass(frozen=True, slots=True)
class Releases:
    """The family of `.changeset`, `release-please-config.json` and `CHANGELOG.md`."""

    name: str = _NAME
    title: str = "Versions follow from what was changed"
    why: str = "Each project that says a version gets the next one, its changelog and its tag from the changes that people describe."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """The settings of one tool, and a changelog where there is none; nothing where releases are made already."""
        known = landscape.upkeep or Upkeep()
        if known.releasers:
            there = listed(list(dict.fromkeys(f"{one.tool} ({one.origin})" for one in known.releasers)))
            return Made((), (), f"releases are made by {there} already")
        tool = chosen(known, options)
        if not tool:
            why = "no project of a workspace of Node" if options.tool == "changesets" else "no manifest"
            return Made((), tuple(_left(known, options, [])), f"{why} says a version in a file: one brings it")
        taken = _versioned(known, options, members=tool == "changesets")
        made = _changesets(landscape, options) if tool == "changesets" else _release_please(taken)
        started = () if "changelog" in known.existing else (_changelog(taken),)
        return Made((*made, *started), (*_left(known, options, taken), *_decisions(tool, options, taken)))


def chosen(known: Upkeep, options: Options) -> str:
    """`changesets` or `release-please`; empty where nothing has a version, or something makes releases already."""
    members, every = _versioned(known, options, members=True), _versioned(known, options)
    if known.releasers or not every:
        return ""
    if options.tool == "auto":
        return "changesets" if 2 * len(members) > len(every) else "release-please"
    return "" if options.tool == "changesets" and not members else options.tool


def _versioned(known: Upkeep, options: Options, *, members: bool = False) -> list[Released]:
    return [one for one in _looked_at(known, options) if not _why_not(one) and (one.member or not members)]


def _looked_at(known: Upkeep, options: Options) -> list[Released]:
    kept = pathspec.GitIgnoreSpec.from_lines(options.keep)
    return [one for one in known.released if not kept.match_file(f"{one.directory}/x")]


def _why_not(one: Released) -> str:
    """Why no tool can give a project its next version; empty where one can."""
    if one.derived:
        return f"its version is made by {one.derived}, of tags that are there already"
    if one.version is None:
        return "its manifest says no version"
    return (
        "" if _SEMVER.fullmatch(one.version.value) else f"its version {one.version} is no Semantic Version, from which the next one could be counted"
    )


def _changesets(landscape: Landscape, options: Options) -> Iterator[Artefact]:
    config = {
        "changelog": "@changesets/cli/changelog",
        "commit": False,
        "fixed": [],
        "linked": [],
        "access": "restricted",
        "baseBranch": default(options.branch, "option branch"),
        "updateInternalDependencies": "patch",
        "ignore": [],
        "privatePackages": {"version": True, "tag": True},
    }
    yield json_artefact(RepoPath(".changeset/config.json"), _NAME, config)
    manager = landscape.conventions.node.manager if landscape.conventions is not None and landscape.conventions.node is not None else "npm"
    run = f"{_RUN.get(manager, 'npx')} @changesets/cli@{options.changesets}"
    pin = default("", "option changesets").origins
    yield text_artefact(
        RepoPath(".changeset/README.md"),
        _NAME,
        [
            ("# Changesets", ()),
            ("", ()),
            ("Each file here describes a change, and which packages it gives a new version.", ()),
            ("", ()),
            (f"- Before you ask for a review: `{run} add`", pin),
            (f"- When a release is made, `{run} version` writes versions and changelogs: where `release.yml` is a workflow, it does", pin),
        ],
    )


def _release_please(taken: Sequence[Released]) -> Iterator[Artefact]:
    packages: dict[str, Any] = {}
    for one in taken:
        # For Python, release-please has no component of its own, and for Node it drops the scope, by which two come to have one tag.
        named = {"component": _component(one)} if one.directory else {"include-component-in-tag": False}
        packages[one.directory or "."] = {"release-type": one.language, **named}
    config = {"include-component-in-tag": True, "include-v-in-tag": True, "tag-separator": "-", "packages": packages}
    yield json_artefact(RepoPath("release-please-config.json"), _NAME, config)
    yield json_artefact(RepoPath(".release-please-manifest.json"), _NAME, {one.directory or ".": one.version for one in taken})


def _component(one: Released) -> str:
    """What a tag calls a project: its path, which no other has."""
    return one.directory.replace("/", "-")


def _changelog(taken: Sequence[Released]) -> Artefact:
    lines = ["# Changelog", ""]
    if [one.directory for one in taken] != [""]:
        lines += [
            "What concerns all of the repository. Each project that is released has a changelog beside its manifest from its first release on.",
            "",
        ]
    return text_artefact(RepoPath("CHANGELOG.md"), _NAME, [(line, ()) for line in [*lines, "## Unreleased"]])


def _left(known: Upkeep, options: Options, taken: Sequence[Released]) -> Iterator[Decision]:
    """Projects that get no version, by the reason."""
    reasons: dict[str, list[Released]] = {}
    for one in _looked_at(known, options):
        if one not in taken:
            why = _why_not(one) or 'changesets knows only packages of the workspace; `tool = "release-please"` knows all'
            reasons.setdefault(why, []).append(one)
    for why, several in reasons.items():
        places = listed([one.directory or "the root" for one in several])
        yield Decision(f"release of {places}", "dropped", why, tuple(Origin(one.manifest) for one in several), _NAME)


def _decisions(tool: str, options: Options, taken: Sequence[Released]) -> Iterator[Decision]:
    if options.tool == "auto":
        text = f"{tool}, since {'most' if tool == 'changesets' else 'not most'} projects with a version are packages of a workspace of Node"
        yield Decision("tool of releases", "defaulted", text, (), _NAME)
    if tool == "changesets":
        example = taken[0].name
        yield Decision("tags", "mapped", f"`{example}@1.0.0`: changesets can make no other; private packages get one too", (), _NAME)
        return
    first = next((one for one in taken if one.directory), None)
    if first is not None:
        text = (
            f"`{_component(first)}-v1.0.0`: release-please puts the component first; `v1.0.0-{_component(first)}` no tool makes, and by SemVer it would be "
            f"a version before 1.0.0"
        )
        yield Decision("tags", "mapped", text, (), _NAME)
    yield Decision("first release", "defaulted", "it looks back 500 commits; `bootstrap-sha` in release-please-config.json begins later", (), _NAME)
    yield Decision(
        "changelogs",
        "mapped",
        f"{counted(len(taken), 'project')} by commits as Conventional Commits writes them: `fix:`, `feat:`; others give no version",
        (),
        _NAME,
    )


family = Releases()
