"""Move what is there: files of those who run things to where TARGET has them, a group a step; what is uncertain is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.purposes import exposed, purposes
from migrator.paths import RepoPath, is_within, parent
from migrator.placing import Group, Place, ask, ask_group, grouped, moving, shared_folder, wanted
from migrator.placing import problems as shared_problems
from migrator.step import Move, Step
from migrator.wording import counted, listed
from phases.infrastructure.placement.compose import Composed
from phases.infrastructure.placement.options import Options
from phases.infrastructure.placement.places import Places

if TYPE_CHECKING:
    from migrator.errors import Problem
    from migrator.facts import Facts
    from migrator.phase import Part, Planning

__all__ = ["Options", "placement", "problems"]

_TABLE = "phases.infrastructure.placement"


_COMPOSE = grouped(
    "compose",
    "compose files",
    "compose",
    "What runs together is said in one folder: paths in it are seen from there, so files that are used together lie together.",
)
_GROUPS = (
    grouped("docker-base", "base images", "base", "An image that others start from belongs to none of them."),
    grouped("networking", "settings of proxies", "nginx traefik caddy haproxy", "Proxies stand before all applications and belong to none."),
    grouped(
        "databases",
        "settings of databases",
        "redis sentinel postgres mysql mongodb elasticsearch",
        "What databases and caches are told lies in one place; migrations of an application stay with its code.",
    ),
    grouped(
        "monitoring",
        "settings of monitoring",
        "prometheus alertmanager grafana loki promtail tempo otel-collector",
        "Each tool that watches has a folder of its own.",
    ),
    grouped("security", "how certificates are come by", "tls", "What secures everything is infrastructure."),
    grouped(
        "operations", "scripts of operations", "provision backup restore disaster-recovery", "Who runs things finds the scripts for it in one place."
    ),
    grouped("ci-cd", "pipelines of other systems", "jenkins azure-pipelines cloudbuild", "Pipelines that may lie anywhere lie beside each other."),
)


def problems(facts: Facts, options: Options) -> Iterator[Problem]:
    """What of the options cannot be: all of it at once."""
    known = {name for group in (_COMPOSE, *_GROUPS) for name in group.names}
    yield from shared_problems(facts, _TABLE, options, known)


def placement(planning: Planning, options: Options) -> Part:
    """Bring what is there to its place; nothing on a finished tree (L6)."""
    _secrets(planning)
    yield from _composed(planning, options)
    for group in _GROUPS:
        places = Places(planning.facts, options, group.names)
        for path, why in places.stay.items():
            planning.note("stays", path, why)
        ask_group(planning, _TABLE, group, places.asked)
        if places.go:
            yield from planning.offer(_step(group, places.go, options))
    yield from _wanted(planning, options)
    for path, purpose in planning.facts.derive(purposes).items():
        if purpose.name in {"fixed", "platform"}:
            planning.note("stays", path, f"{purpose.what}")


def _secrets(planning: Planning) -> None:
    """What no move may touch, and what to do about it."""
    for path, found in planning.facts.derive(exposed).items():
        what = "a private key" if found.what == "key" else "values of secrets"
        message = f"{what} in the repository: replace it, for whoever can read the history has it; keep the new one in a store of secrets and ignore the file"
        planning.findings.append(Finding("secret", path, message, found.line))


def _composed(planning: Planning, options: Options) -> Part:
    found = Composed(planning.facts, options)
    for path, why in found.stay.items():
        planning.note("stays", path, why)
    if found.asked:
        places = {old: new for _, some in found.asked.values() for old, new in some.items()}
        ask(planning, _TABLE, _COMPOSE.slug, counted(len(places), "compose file"), listed([why for why, _ in found.asked.values()]), places)
    if not found.go:
        return
    named = tuple(found.edits(found.go))
    files = counted(len(found.go), "compose file")
    said = " The name that compose gave to their project stays: it is said in them now, so volumes and networks keep theirs." if named else ""
    target = options.targets["compose"]
    step = Step(
        slug=f"move-{_COMPOSE.slug}",
        title=f"Move {files} to {target}",
        why=f"{_COMPOSE.why}{said}",
        actions=(*(Move(old, new) for old, new in sorted(found.go.items())), *named),
        findings=tuple(Finding("by hand", path, message, line) for path, line, message in found.cautions(found.go)),
    )
    yield from planning.offer(step)


def _step(group: Group, go: Mapping[RepoPath, Place], options: Options) -> Step:
    title = f"Move {group.what} to {shared_folder(_home(place.new, options, group) for place in go.values())}"
    return moving((f"move-{group.slug}", title, group.why), go)


def _home(new: RepoPath, options: Options, group: Group) -> RepoPath:
    return next((options.targets[name] for name in sorted(group.names) if is_within(new, options.targets.get(name) or new)), parent(new))


def _wanted(planning: Planning, options: Options) -> Part:
    """What people say goes to a place of its own."""
    if moves := wanted(planning, options):
        found = Composed(planning.facts, options)
        step = Step(
            slug="move-as-asked",
            title=f"Move {counted(len(moves), 'file')} as the plan file says",
            why="The plan file says where these go.",
            actions=(*(Move(old, new) for old, new in sorted(moves.items())), *found.edits(moves)),
            findings=tuple(Finding("by hand", path, message, line) for path, line, message in found.cautions(moves)),
        )
        yield from planning.offer(step)
