"""Scripts that are there already come to where what they do belongs, a group a step; what is uncertain is asked, what is of no use is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.errors import Finding, Problem
from migrator.facts.remains import copies, remains
from migrator.facts.scripts import names, scripts
from migrator.paths import RepoPath, is_within
from migrator.placing import Group, Place, ask_group, grouped, kept, moving, shared_folder, wanted
from migrator.placing import problems as shared_problems
from migrator.wording import counted, listed
from phases.tooling.placement.climbs import respelled_climbs
from phases.tooling.placement.options import Options
from phases.tooling.placement.places import Scripts

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.phase import Part, Planning
    from migrator.step import Edit

__all__ = ["Options", "placement", "problems"]

_TABLE = "phases.tooling.placement"


_GROUPS = (
    grouped(
        "scripts-development", "scripts of development", "development", "Who works on the code finds what starts, sets up and checks it in one place."
    ),
    grouped("scripts-testing", "scripts that test", "testing", "What tests is found beside what tests."),
    grouped("scripts-deployment", "scripts that build and deploy", "deployment", "What brings a version to those who use it lies together."),
    grouped("scripts-monitoring", "scripts that watch", "monitoring", "What looks after what runs lies together."),
    grouped(
        "scripts-security",
        "scripts of security",
        "security",
        "What looks for holes, and what makes secrets, is reviewed by those who know about them.",
    ),
    grouped("scripts-data", "scripts that fetch and load data", "data", "Where data comes from is found in one place."),
    grouped("scripts-utilities", "scripts that keep order", "utilities", "What is for nothing else keeps the repository in order."),
    grouped(
        "scripts-admin-scripts",
        "scripts of those who run the application",
        "user-management data-migration backup-restore emergency-tools",
        "No code of the application reaches these; people run them on its data by hand.",
    ),
    grouped(
        "scripts-developer-tools",
        "tools for developers of the application",
        "local-env mock-data seed-scripts debug-tools",
        "No code of the application reaches these; its developers run them by hand.",
    ),
    grouped(
        "scripts-analytics",
        "reports of the application",
        "dashboards reports metrics",
        "No code of the application reaches these; people count with them.",
    ),
    grouped(
        "scripts-experiments", "experiments", "feature-flags ab-tests gradual-rollouts", "No code of the application reaches these; they come and go."
    ),
)


def problems(facts: Facts, options: Options) -> Iterator[Problem]:
    """What of the options cannot be: all of it at once."""
    yield from shared_problems(facts, _TABLE, options, names())


def placement(planning: Planning, options: Options) -> Part:
    """Bring the scripts that are there to their places; nothing on a finished tree (L6)."""
    found = Scripts(planning.facts, options)
    _tell(planning, options, found)
    for group in _GROUPS:
        if go := {path: place for path, place in found.go.items() if path in planning.facts.tree and _is_of(place.new, options, group)}:
            homes = {
                options.targets[name] for name in group.names for place in go.values() if is_within(place.new, options.targets.get(name) or place.new)
            }
            title = f"Move {counted(len(go), 'script')} to {shared_folder(homes)}"
            yield from planning.offer(moving((group.slug, title, group.why), go, _climbs(planning.facts, go)))
    if moves := wanted(planning, options):
        go = {old: Place(new, "the plan file says so", found.holds.caution(old)) for old, new in moves.items()}
        title, why = f"Move {counted(len(moves), 'file')} as the plan file says", "The plan file says where these go."
        yield from planning.offer(moving(("scripts-as-asked", title, why), go, _climbs(planning.facts, go)))


def _climbs(facts: Facts, go: Mapping[RepoPath, Place]) -> Iterator[Edit]:
    known = facts.derive(scripts)
    return (edit for old, place in sorted(go.items()) if old in known for edit in respelled_climbs(facts, known[old], place.new))


def _is_of(new: RepoPath, options: Options, group: Group) -> bool:
    return any(is_within(new, options.targets.get(name) or RepoPath(" ")) for name in group.names)


def _tell(planning: Planning, options: Options, found: Scripts) -> None:
    """What stays and why, what is asked, what is twice there, and what seems to be of no use."""
    for path, why in sorted(found.stay.items()):
        planning.note("stays", path, why)
    for group in _GROUPS:
        asked = {path: said for path, said in found.asked.items() if _is_of(said.new, options, group)}
        ask_group(planning, _TABLE, group, asked, "script")
    held = kept(options)
    for paths, same in copies(planning.facts):
        said = "says the same as" if same else "says, white space aside, the same as"
        planning.note("duplicate", paths[-1], f"{said} {listed([str(one) for one in paths[:-1]])}")
    for path, one in remains(planning.facts).items():
        if not held.match_file(path):
            planning.findings.append(Finding("unused", path, one.why, one.line, "info"))
