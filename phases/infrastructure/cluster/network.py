"""Who may talk to whom, and what the outside reaches: from the links of the landscape alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind, Landscape, Link, Workload
from migrator.origin import Said, default
from phases.infrastructure.cluster.model import Allow, External, Ingress, Wait
from phases.infrastructure.cluster.options import OVERLAYS, Options, Overlay

if TYPE_CHECKING:
    from phases.infrastructure.cluster.notes import Notes

__all__ = ["allows", "controller", "external", "ingress", "outside", "waits"]

_HTTPS = 443
Callers = Mapping[str, Workload]
"""By name, the workloads that the cluster runs."""


def allows(target: Workload, links: Sequence[Link], running: Callers) -> tuple[Allow, ...]:
    """Who may reach which ports of a workload; a link that names no port means all of them."""
    known = {port.number.value: port.number for port in target.ports}
    by_ports: dict[tuple[int, ...], list[Link]] = {}
    for caller in sorted({link.source for link in links if link.source in running and link.source != target.name}):
        several = [link for link in links if link.source == caller]
        said = {link.port for link in several if link.port in known}
        ports = tuple(sorted(known if not said else {port for port in said if port is not None}))
        if ports:
            by_ports.setdefault(ports, []).extend(several)
    return tuple(Allow(_callers(several, running), tuple(known[port] for port in ports)) for ports, several in sorted(by_ports.items()))


def _callers(links: Sequence[Link], running: Callers) -> tuple[Said[str], ...]:
    labels = sorted({link.source for link in links})
    return tuple(Said(running[name].label, tuple(origin for link in links if link.source == name for origin in link.origins)) for name in labels)


def waits(workload: Workload, landscape: Landscape, running: Callers, notes: Notes) -> tuple[Wait, ...]:
    """What has to be ready before a workload starts."""
    made: dict[str, Wait] = {}
    for link in landscape.asked_by(workload.name):
        target = running.get(link.target)
        if link.evidence != "depends_on" or target is None:
            continue
        subject = f"{workload.name} depends on {link.target} ({link.condition})"
        if link.condition != "healthy":
            if link.condition == "started":
                notes.dropped(subject, "Kubernetes starts both at once; the workload has to try again until the other answers", link.origins)
            continue
        port = next((one.number for one in target.ports if link.port in {None, one.number.value}), None)
        if port is None:
            notes.dropped(subject, f"{link.target} has no port to wait for", link.origins)
            continue
        how = "until its Service answers: it does so while the readiness probe passes"
        if not any(probe.purpose == "ready" for probe in target.probes):
            how = "until its port answers, which is not yet health: it has no readiness probe"
        notes.mapped(subject, f"an init container waits {how}; where {link.target} is outside the cluster nothing waits", link.origins)
        made[target.label] = Wait(target.label, Said(port.value, (*port.origins, *link.origins)))
    # Kustomize puts what a patch adds before what is there: the last component's wait comes first
    return tuple(made[name] for name in sorted(made, reverse=True))


# the outside ----------------------------------------------------------------------------------------------------------


def controller(landscape: Landscape, options: Options, notes: Notes) -> tuple[Said[str], Said[str]]:
    """The class of ingress controller, and the namespace that it runs in."""
    proxies = [one for one in landscape.workloads if one.kind.value == Kind.PROXY and one.image]
    # What stands before production tells more than what stands elsewhere
    proxy = min(proxies, key=lambda one: bool(one.environments) and "production" not in one.environments, default=None)
    if options.ingress_class:
        kind = default(options.ingress_class, "the plan says so")
    elif proxy is not None and proxy.image is not None and "traefik" in proxy.image.value:
        kind = proxy.image.then(lambda _: "traefik")
    else:
        kind = notes.defaulted("ingress class", "nginx", "no source names an ingress controller; say it as `ingress_class`")
    namespace = options.ingress_namespace
    if namespace:
        return kind, default(namespace, "the plan says so")
    name = "traefik" if kind.value == "traefik" else "ingress-nginx"
    return kind, notes.defaulted("namespace of the ingress controller", name, "where its chart puts it; say it as `ingress_namespace`")


def _exposed(workload: Workload, landscape: Landscape) -> tuple[Said[str], str] | None:
    """Below which path and at which port the outside reaches a workload: as a proxy passes it on, or where nothing does, as its port is published."""
    proxies = {one.name for one in landscape.workloads if one.kind.value == Kind.PROXY}
    proxied = [link for link in landscape.asking(workload.name) if link.evidence == "proxy" and link.source in proxies]
    ports = workload.ports
    if not ports:
        return None
    if proxied:
        first = min(proxied, key=lambda link: len(link.path))
        port = next((one for one in ports if one.number.value == first.port), ports[0])
        return Said(first.path.rstrip("/") or "/", first.origins), port.name
    if not proxies and workload.kind.value in {Kind.WEB, Kind.API}:
        for one in ports:
            if one.published is not None:
                return one.published.then(lambda _: "/"), one.name
    return None


def ingress(workload: Workload, landscape: Landscape, overlays: Sequence[Overlay], options: Options, notes: Notes) -> Ingress | None:
    """How the outside reaches a workload; None where it does not."""
    exposed = _exposed(workload, landscape)
    if exposed is None:
        return None
    path, port = exposed
    for one in workload.ports:
        if one.published and one.published.value != str(one.number.value):
            notes.dropped(
                f"host port {one.published} of {workload.name}", f"its Service listens on {one.number}, as it does itself", one.published.origins
            )
    said = next((host for host in workload.hosts if _reachable(host.value)), None)
    domain = options.domain or f"{landscape.name}.invalid"
    name = domain if path.value != "/" else f"{workload.label}.{domain}"
    hosts: dict[Overlay, Said[str]] = {}
    for overlay in overlays:
        given = options.hosts.get(overlay, {}).get(workload.name)
        if given:
            hosts[overlay] = default(given, "the plan says so")
        elif overlay == "production" and said:
            hosts[overlay] = said
        else:
            base = said or default(name, f"no source says under which name people reach {workload.name}")
            hosts[overlay] = base.then(lambda host, overlay=overlay: host if overlay == "production" else f"{overlay}.{host}")  # type: ignore[misc]
            why = f"no source says it; say it as `hosts.{overlay}.{workload.name}`" + (
                "" if options.domain or said else ", nothing is reached until then"
            )
            notes.defaulted(f"host of {workload.name} in {overlay}", hosts[overlay].value, why, path.origins)
    return Ingress(path, port, hosts)


def _reachable(host: str) -> bool:
    parts = host.split(".")
    plain = all(part and part.replace("-", "").isalnum() and part.isascii() and part == part.lower() and part.strip("-") == part for part in parts)
    return plain and len(parts) > 1 and not parts[-1].isdecimal()


def outside(landscape: Landscape, running: Callers, overlays: tuple[Overlay, ...]) -> tuple[External, ...]:
    """Somebody else's services that were seen to be asked."""
    made = []
    for workload in landscape.workloads:
        links = [link for link in landscape.asking(workload.name) if link.source in running]
        if workload.kind.value == Kind.EXTERNAL and links:
            ports = {link.port or _HTTPS: Said(link.port or _HTTPS, link.origins) for link in links}
            made.append(External(workload.label, workload.origins, tuple(ports[port] for port in sorted(ports)), _callers(links, running), overlays))
    return tuple(made)


def external(  # noqa: PLR0913  each is a fact of its own
    workload: Workload, landscape: Landscape, running: Callers, overlays: tuple[Overlay, ...], *, options: Options, notes: Notes
) -> External | None:
    """A database or cache that the cluster does not run in some overlays, but reaches; None where nothing asks for it."""
    links = [link for link in landscape.asking(workload.name) if link.source in running]
    if not links or not workload.ports:
        return None
    callers = [running[link.source] for link in links]
    naming = sorted({
        setting.name for caller in callers for setting in caller.settings
        if setting.value is not None and setting.givers and not setting.secret and workload.name in setting.value.value
    })  # fmt: skip
    hosts: dict[Overlay, Said[str]] = {}
    for overlay in overlays:
        given, subject = options.externals.get(overlay, {}).get(workload.name), f"host of {workload.name} in {overlay}"
        if given:
            hosts[overlay] = default(given, "the plan says so")
        elif naming:
            why = f"{', '.join(naming)} names it by the name it has in the cluster; say where it lies as `externals.{overlay}.{workload.name}`"
            hosts[overlay] = notes.defaulted(subject, f"{workload.label}.{OVERLAYS[overlay]}.{landscape.name}.invalid", why, workload.origins)
        else:
            notes.mapped(subject, "outside the cluster; only secrets name it, so the store has to hold the address of the real one", workload.origins)
    return External(workload.label, workload.origins, tuple(port.number for port in workload.ports), _callers(links, running), overlays, hosts)
