"""Documents that are there already come to where what they are about belongs, an area a step; what is uncertain is asked, reports stay reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.documents import kinds
from migrator.paths import RepoPath, is_within
from migrator.placing import Group, Place, ask_group, moving, shared_folder, wanted
from migrator.placing import problems as shared_problems
from migrator.wording import counted
from phases.documentation.placement.options import Options
from phases.documentation.placement.places import ARCHIVE, AREAS, Documents

if TYPE_CHECKING:
    from migrator.errors import Problem
    from migrator.facts import Facts
    from migrator.phase import Part, Planning

__all__ = ["Options", "placement", "problems"]

_TABLE = "phases.documentation.placement"
_WHY = {
    "architecture": "What was decided and how things hang together is found in one place.",
    "api": "Who calls the API finds all of it in one place.",
    "guides": "Who wants to do something finds how by what he wants to do.",
    "runbooks": "Who is called at night finds what to do in one place.",
    "design": "What users see is described in one place.",
    "security": "What protects the application is reviewed by those who know about it.",
    "performance": "What is fast and what is to be is found in one place.",
    "onboarding": "Who is new begins in one place.",
    ARCHIVE: "What was true once does not stand among what is true now.",
}
_WHAT = {
    "architecture": "documents of the architecture",
    "api": "documents of the API",
    "guides": "guides",
    "runbooks": "runbooks",
    "design": "documents of design",
    "security": "documents of security",
    "performance": "documents of performance",
    "onboarding": "documents of onboarding",
    ARCHIVE: "reports of what was done once",
}
_GROUPS = tuple(Group(f"documents-{area}", _WHAT[area], names, _WHY[area]) for area, names in AREAS.items())


def problems(facts: Facts, options: Options) -> Iterator[Problem]:
    """What of the options cannot be: all of it at once."""
    yield from shared_problems(facts, _TABLE, options, kinds(), "kind of document")


def placement(planning: Planning, options: Options) -> Part:
    """Bring the documents that are there to their places; nothing on a finished tree (L6)."""
    found = Documents(planning.facts, options)
    _tell(planning, options, found)
    for group in _GROUPS:
        if go := {path: place for path, place in found.go.items() if path in planning.facts.tree and _is_of(place.new, options, group)}:
            homes = {
                target for name in group.names for place in go.values() if (target := options.targets.get(name)) and is_within(place.new, target)
            }
            title = f"Move {counted(len(go), 'document')} to {shared_folder(homes)}"
            yield from planning.offer(moving((group.slug, title, group.why), go))
    if moves := wanted(planning, options):
        go = {old: Place(new, "the plan file says so") for old, new in moves.items()}
        title = f"Move {counted(len(moves), 'file')} as the plan file says"
        yield from planning.offer(moving(("documents-as-asked", title, "The plan file says where these go."), go))


def _is_of(new: RepoPath, options: Options, group: Group) -> bool:
    """Whether a place is one of a group: that of the innermost target that it lies in."""
    inner = max(((len(target), name) for name, target in options.targets.items() if target and is_within(new, target)), default=(0, ""))
    return inner[1] in group.names


def _tell(planning: Planning, options: Options, found: Documents) -> None:
    """What becomes of all documents in counts, what stays and why, and what is asked."""
    settled = len(found.all) - len(found.go) - len(found.asked) - len(found.stay)
    counts = ((len(found.go), "go"), (len(found.asked), "are asked about"), (len(found.stay) + settled, "stay"))
    if found.go or found.asked:
        planning.note(
            "documents", "", f"{counted(len(found.all), 'document')}: " + ", ".join(f"{number:,} {what}" for number, what in counts if number)
        )
    for path, why in sorted(found.stay.items()):
        planning.note("stays", path, why)
    for group in _GROUPS:
        asked = {path: said for path, said in found.asked.items() if _is_of(said.new, options, group)}
        ask_group(planning, _TABLE, group, asked, "document")
