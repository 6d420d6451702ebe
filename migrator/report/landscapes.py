"""What a repository runs, for people: as text, and as a picture. No secret's value is in either (L13)."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from migrator.mermaid import Edge, Node, flowchart, shape_of
from migrator.origin import plain
from migrator.report.screen import STAYS, STYLES, WARN, Screen
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Link, Workload
    from migrator.origin import Origin

__all__ = ["landscape", "mermaid"]

_FEW = 6


# a picture -------------------------------------------------------------------------------------------------------------


def mermaid(found: Landscape) -> str:
    """For Markdown: each workload a node, each pair that talks an edge with its evidence."""
    nodes = [
        Node(one.name, (one.name,) if one.kind.value == one.name else (one.name, one.kind.value), shape_of(one.kind.value)) for one in found.workloads
    ]
    edges = [Edge(source, target, ", ".join(evidence)) for (source, target), evidence in _pairs(found.links).items()]
    return "\n".join(line for line, _ in flowchart(nodes, edges, prefix="w", more="; `--format json` has them all"))


def _pairs(links: Iterable[Link]) -> Mapping[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in links:
        evidence = found.setdefault((one.source, one.target), [])
        if one.evidence not in evidence:
            evidence.append(one.evidence)
    return found


# for people ------------------------------------------------------------------------------------------------------------


def landscape(screen: Screen, found: Landscape) -> None:
    """Each workload with what it is made of and whom it asks, what differs between environments, and what needs a decision."""
    own = [one for one in found.workloads if one.kind.value != "external"]
    others = [one for one in found.workloads if one.kind.value == "external"]
    screen.hanging("", (f"{found.name}: {counted(len(own), 'workload')}, {counted(len(_pairs(found.links)), 'link')}", "bold"))
    for environment, files in found.environments.items():
        screen.hanging(f"  {environment}: ", (", ".join(files), "dim"))
    if found.migrations is not None:
        screen.hanging("  schema: ", shlex.join(found.migrations.value), (f" ({found.migrations.origins[0]})", "dim"))
    pairs = _pairs(found.links)
    for one in own:
        screen.line()
        _workload(screen, one, {target: evidence for (source, target), evidence in pairs.items() if source == one.name})
    if others:
        screen.line()
        screen.line(("Somebody else's", "bold"))
        for one in others:
            askers = [source for (source, target) in pairs if target == one.name]
            screen.hanging(f"  {one.name} ", (f"asked by {listed(askers)} ({one.origins[0]})" if askers else f"({one.origins[0]})", "dim"))
    _decisions(screen, found)


def _workload(screen: Screen, one: Workload, asked: Mapping[str, list[str]]) -> None:
    about = ", ".join(part for part in (one.kind.value, one.framework or one.language) if part)
    screen.hanging("", (one.name, "bold"), f" · {about}", (f" ({one.label})" if one.label != one.name else "", "dim"))

    def row(title: str, text: str, where: Iterable[Origin] = ()) -> None:
        place = next((f" ({origin})" for origin in where if origin.path), "")
        if text:
            screen.hanging(f"  {title:<9} ", text, (place, "dim"))

    if one.build is not None:
        file = one.build.dockerfile.value if one.build.dockerfile is not None else "an image"
        target = f", stage {one.build.target.value}" if one.build.target is not None else ""
        row("built", f"{file} in {one.build.context.value or '.'}{target}", one.build.context.origins)
    elif one.image is not None:
        row("image", one.image.value, one.image.origins)
    elif one.directory is not None:
        row("code", one.directory or ".", one.origins)
    if one.command is not None or one.entrypoint is not None:
        whole = (*(one.entrypoint.value if one.entrypoint is not None else ()), *(one.command.value if one.command is not None else ()))
        row("runs", shlex.join(whole), (one.command or one.entrypoint).origins)  # type: ignore[union-attr]  # one of them is there
    row("ports", ", ".join(f"{p.number.value} {p.name}" + (f" (host {p.published.value})" if p.published is not None else "") for p in one.ports))
    row("clock", one.schedule.value if one.schedule is not None else "", one.schedule.origins if one.schedule is not None else ())
    probes = [
        f"{p.purpose} {p.path.value if p.path is not None else shlex.join(p.command.value) if p.command is not None else ''}" for p in one.probes
    ]
    row("health", ", ".join(probes), one.probes[0].path.origins if one.probes and one.probes[0].path is not None else ())
    if one.metrics is not None:
        row("metrics", f"{one.metrics.path.value} ({one.metrics.library}, {counted(len(one.metrics.metrics), 'metric')})", one.metrics.path.origins)
    if one.settings:
        secret = [setting.name for setting in one.settings if setting.secret]
        row("settings", f"{len(one.settings)}" + (f", secret: {_some(secret)}" if secret else ""))
    row("keeps", ", ".join(str(v.source.value) for v in one.volumes if v.kind == "named" and v.source is not None))
    row("asks", ", ".join(f"{target} ({', '.join(evidence)})" for target, evidence in sorted(asked.items())))
    row("tasks", _some([task.value for task in one.tasks]))
    row("hosts", ", ".join(dict.fromkeys(host.value for host in one.hosts)))
    where = ", ".join(one.environments) + (f" (profile {', '.join(one.profiles)})" if one.profiles else "")
    row("only in", where.strip())
    for environment in dict.fromkeys(difference.environment for difference in one.differences):
        these = [difference for difference in one.differences if difference.environment == environment]
        said = [f"{d.field} = {plain(d.value)}" for d in these if d.value is not None]
        gone = [d.field.removeprefix("environment.") for d in these if d.value is None]
        row(environment, "; ".join([*said, *([f"without {_some(gone)}"] if gone else [])]))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more


def _decisions(screen: Screen, found: Landscape) -> None:
    """What was not taken over as it is; what was is counted."""
    shown = [one for one in found.decisions if one.outcome != "mapped"]
    if found.decisions:
        screen.line()
        rest = len(found.decisions) - len(shown)
        screen.line((counted(len(shown), "decision"), "bold"), f", and {counted(rest, 'field')} taken over as they are")
    for one in shown:
        sign = (WARN, STYLES[WARN]) if one.outcome == "dropped" else (STAYS, STYLES[STAYS])
        more = f" and {len(one.origins) - 1} more" if len(one.origins) > 1 else ""
        screen.hanging("  ", sign, f" {one.subject}: {one.message}", (f" ({one.origins[0]}{more})" if one.origins else "", "dim"), below=4)
