"""How many of each workload run where, what changes that, and what more of it would ask more of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page, code, plain
from migrator.paths import RepoPath
from migrator.wording import listed
from phases.documentation.handling import clusters, exists, scalers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.origin import Origin
    from phases.documentation.runbooks.options import Options

__all__ = ["scaling"]

_ONCE = {Kind.JOB, Kind.SCHEDULE}
_PODS = ("Deployment", "StatefulSet")


def scaling(landscape: Landscape, several: Sequence[Workload], options: Options) -> Artefact | None:
    """The page; None where nothing runs."""
    if not several:
        return None
    page = Page(RepoPath(f"{options.directory}/scaling/README.md"), "Scaling")
    page.say("How many of each run, where that is said, and what more of it would ask more of.")
    for one in several:
        page.heading(2, plain(one.name), *one.origins)
        _numbers(page, landscape, one)
        _limits(page, one)
        _bounds(page, landscape, one)
        page.commands(each.call.then(lambda call: f"{call} get hpa") for each in clusters(landscape, one) if each.scaled)
    return page.artefact("runbooks")


def _numbers(page: Page, landscape: Landscape, one: Workload) -> None:
    rows: list[tuple[tuple[str, ...], tuple[Origin, ...]]] = []
    if one.replicas is not None:
        places = ", ".join(dict.fromkeys(page.link(each.path) for each in one.replicas.origins if each.path))
        rows.append((("compose", str(one.replicas), "no", places), one.replicas.origins))
    pods = [each for each in exists(landscape).deployed if each.kind in _PODS and one.label in {each.workload, each.name}]
    rows += [((each.kind, str(each.replicas), "no", page.link(each.origin.path)), (each.origin,)) for each in pods if each.replicas is not None]
    for each in scalers(landscape, one):
        span = f"{each.least if each.least is not None else 1} to {each.most}"
        rows.append(((each.kind, span, "yes", page.link(each.origin.path)), (each.origin,)))
    if rows:
        page.table(("what says it", "how many", "by itself", "changed in"), rows)
    elif one.kind.value in _ONCE:
        page.say("It runs to its end, one at a time.", one.kind)
    else:
        page.say("Nothing says how many run, so it is one.", *one.origins)


def _limits(page: Page, one: Workload) -> None:
    found = one.resources
    named = (("CPU", found.cpu_request, found.cpu_limit), ("memory", found.memory_request, found.memory_limit))
    said = [(what, least, most) for what, least, most in named if least is not None or most is not None]
    for what, least, most in said:
        parts = [f"asks for {least}" if least is not None else "", f"may use at most {most}" if most is not None else ""]
        page.item(f"Of {what} each {' and '.join(filter(None, parts))}.", *(each for each in (least, most) if each is not None))
    if not said and one.built:
        page.item("Nothing limits what one of it uses: `deploy.resources.limits` of its compose service would.", *one.origins)


def _bounds(page: Page, landscape: Landscape, one: Workload) -> None:
    """What stands against more of it, and what more of it means for others."""
    published = [port for port in one.ports if port.published is not None and port.published.value.rpartition(":")[2].isdecimal()]
    if published:
        numbers = ", ".join(code(port.published.value) for port in published if port.published is not None)
        page.item(
            f"It takes {numbers} of the host, so a machine can run one of it with compose.",
            *(port.published for port in published if port.published is not None),
        )
    kept = [volume for volume in one.volumes if volume.kind == "named" and volume.source is not None]
    if kept:
        names = ", ".join(code(str(volume.source)) for volume in kept)
        page.item(
            f"It keeps data in the volume {names}, which others on another machine do not see.",
            *(volume.source for volume in kept if volume.source is not None),
        )
    asks = {link.target: link for link in landscape.asked_by(one.name)}
    if asks:
        page.item(
            f"More of it asks more of {listed([plain(name) for name in asks])}.", *(origin for link in asks.values() for origin in link.origins)
        )
