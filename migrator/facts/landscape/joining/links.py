"""Who asks whom, each by its evidence: what compose waits for, addresses in variables, rules of proxies, clients in code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.landscape.addresses import Address, addresses, looks_secret, outside
from migrator.facts.landscape.kinds import scheme_port
from migrator.facts.landscape.model import Kind, Link, Port, Workload
from migrator.facts.landscape.reading.clients import asked
from migrator.facts.landscape.reading.existing import scraped
from migrator.facts.landscape.reading.images import image
from migrator.facts.landscape.reading.proxies import rules
from migrator.origin import Decision, Origin, Said
from migrator.paths import is_within, join
from migrator.paths import name as base_name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.joining.workloads import Put

__all__ = ["Linked", "heard", "linked"]

_OWN = re.compile(
    r"origin|cors|site|domain|callback|redirect|allowed|frontend|public_url|app_url|base_url|hostname|trusted|issuer|audience|csrf|referer|email|from",
    re.IGNORECASE,
)
"""Names of variables that tell how the application itself is reached."""
_HOME = {"localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal"}  # noqa: S104  what is compared, not bound
_CONDITIONS = ("started", "healthy", "completed")
_SCHEMA = re.compile(r"(?:^|\.)(?:w3\.org|schema\.org|json-schema\.org|xmlsoap\.org|openxmlformats\.org|github\.com|readthedocs\.io)$")
"""Hosts in names of things, whom nobody asks."""


class Linked(NamedTuple):
    """The links of a landscape, whom they lead to outside, and what was decided about them."""

    links: tuple[Link, ...]
    outside: tuple[Workload, ...]
    decisions: tuple[Decision, ...]
    hosts: Mapping[str, tuple[Said[str], ...]]
    """By workload, the names under which a proxy passes requests on to it."""


class _Net:
    """The workloads by every name under which others reach them."""

    def __init__(self, put: Mapping[str, Put]) -> None:
        self.put = put
        self.names: dict[str, list[str]] = {}
        for name, one in put.items():
            for alias in dict.fromkeys(alias for each in one.declared for alias in (each.service.name, *each.service.aliases)):
                self.names.setdefault(alias, []).append(name)
            if not one.declared:
                self.names.setdefault(name, []).append(name)

    def find(self, host: str, near: str) -> str | None:
        """The workload that a host name means for another one: that of its own projects first."""
        found = self.names.get(host, [])
        own = {declared.project.files for declared in self.put[near].declared}
        ordered = sorted(found, key=lambda name: not any(declared.project.files in own for declared in self.put[name].declared))
        return ordered[0] if ordered else None

    def port(self, name: str, said: int = 0) -> int | None:
        """The port that is asked: the one that is said, else the workload's first."""
        ports = self.put[name].workload.ports
        return said or (ports[0].number.value if ports else None)


def linked(facts: Facts, put: Mapping[str, Put]) -> Linked:
    """All links between some workloads, each pair once for each kind of evidence."""
    net = _Net(put)
    found: dict[tuple[str, str, str, int | None, str], Link] = {}
    others: dict[str, list[Said[str]]] = {}
    ports: dict[str, int] = {}
    decisions: list[Decision] = []

    def note(link: Link) -> None:
        key = (link.source, link.target, link.evidence, link.port, link.path)
        known = found.get(key)
        if link.source == link.target:
            return
        if known is not None:
            condition = max(known.condition, link.condition, key=lambda one: _CONDITIONS.index(one) if one else -1)
            link = Link(*key[:3], tuple(dict.fromkeys((*known.origins, *link.origins))), link.port, condition, link.path)
        found[key] = link

    def away(source: str, to: Address, origin: Origin, evidence: str) -> None:
        if outside(to.host) and not _SCHEMA.search(to.host):
            others.setdefault(to.host, []).append(Said(to.host, (origin,)))
            ports.setdefault(to.host, to.port or scheme_port(to.scheme) or 443)
            note(Link(source, to.host, evidence, (origin,), ports[to.host]))

    named = _hosts_of(facts, put, net)
    hosts = {host.value for several in (*(one.workload.hosts for one in put.values()), *named.hosts.values()) for host in several}
    for name, one in put.items():
        for link in (wait for each in one.declared for wait in each.waits):
            target = net.find(link.target, name)
            if target is None:
                message = f"waits for {link.target}, which nothing declares"
                decisions.append(Decision(f"{name}: depends_on", "dropped", message, link.origins))
            else:
                note(Link(name, target, "depends_on", link.origins, net.port(target), link.condition))
        for variable, value, origin in _values(one):
            for to in addresses(value):
                target = net.find(to.host, name) or (_published(put, one, to) if to.host in _HOME else None)
                if target is not None:
                    note(Link(name, target, "environment", (origin,), net.port(target, 0 if to.host in _HOME else to.port)))
                elif not _OWN.search(variable) and to.host not in hosts:
                    away(name, to, origin, "environment")
            if (
                re.search(r"(?:^|_)(?:HOST|SERVER|ADDR|ADDRESS|HOSTNAME|BROKER|ENDPOINT)S?$", variable)
                and (target := net.find(value, name)) is not None
            ):
                note(Link(name, target, "environment", (origin,), net.port(target)))
        for client in asked(facts, one.program.modules) if one.program is not None else ():
            target = net.find(client.address.host, name)
            if target is not None:
                note(Link(name, target, "client", (client.origin,), net.port(target, client.address.port)))
            else:
                away(name, client.address, client.origin, "client")
        for setting in one.workload.settings:
            if setting.value is not None and not setting.givers:
                for to in addresses(setting.value.value):
                    target = net.find(to.host, name)
                    if target is not None:
                        note(Link(name, target, "code", setting.value.origins, net.port(target, to.port)))
                    elif not _OWN.search(setting.name):
                        away(name, to, setting.value.origins[0], "code")
    for link in (*named.links, *_scraping(facts, put, net)):
        note(link)
    gone = tuple(
        Workload(
            name=host,
            label=host,
            kind=Said(Kind.EXTERNAL, said[0].origins),
            origins=tuple(dict.fromkeys(origin for one in said for origin in one.origins)),
            ports=(Port(Said(ports[host], said[0].origins), "https" if ports[host] == 443 else "tcp"),),  # noqa: PLR2004  the port of HTTPS
            hosts=(said[0],),
        )
        for host, said in sorted(others.items())
    )
    return Linked(tuple(sorted(found.values(), key=_key)), gone, (*decisions, *named.decisions), named.hosts)


def heard(workload: Workload, links: Iterable[Link]) -> Workload:
    """A workload of whose port nothing of its own tells, with the one at which all others ask it."""
    told = any(origin.path for port in workload.ports for origin in port.number.origins)
    if told or workload.kind.value not in {Kind.WEB, Kind.API, Kind.UNKNOWN}:
        return workload
    asking = [link for link in links if link.target == workload.name and link.evidence != "depends_on" and link.port is not None]
    own = {port.number.value for port in workload.ports}
    numbers = {link.port for link in asking} - own
    if len(numbers) != 1:
        return workload
    origins = tuple(dict.fromkeys(origin for link in asking if link.port in numbers for origin in link.origins))
    return replace(workload, ports=(Port(Said(numbers.pop() or 0, origins)),))


def _key(link: Link) -> tuple[str, str, str, int, str]:
    return link.source, link.target, link.evidence, link.port or 0, link.path


def _values(one: Put) -> Iterator[tuple[str, str, Origin]]:
    """The values that a workload is given, secrets included: only hosts are taken of them."""
    for each in one.declared:
        for variable, known in each.service.environment.items():
            value = each.service.values.get("environment", variable)
            text = value.text if value is not None else known.value.value if known.value is not None else ""
            if text and known.origins:
                yield variable, text, known.origins[-1]
        build = each.workload.build
        for variable, said in (build.arguments if build is not None else {}).items():
            if said is not None and not looks_secret(variable, said.value):
                yield variable, said.value, said.origins[-1]
        for setting in each.workload.settings:
            if setting.name not in each.service.environment and setting.value is not None:
                yield setting.name, setting.value.value, setting.value.origins[-1]


def _published(put: Mapping[str, Put], near: Put, to: Address) -> str | None:
    """The workload of the same projects that answers at a port of the host."""
    own = {declared.project.files for declared in near.declared}
    for name, one in put.items():
        for declared in one.declared:
            if declared.project.files in own and one is not near and to.port:
                for port in declared.service.ports:
                    if port.published is not None and port.published.value == str(to.port):
                        return name
    return None


class _Named(NamedTuple):
    links: tuple[Link, ...]
    decisions: tuple[Decision, ...]
    hosts: Mapping[str, tuple[Said[str], ...]]


def _hosts_of(facts: Facts, put: Mapping[str, Put], net: _Net) -> _Named:
    """What the rules of proxies say: those in files that a workload is given, and those that Traefik reads off labels."""
    found: list[Link] = []
    decisions: list[Decision] = []
    hosts: dict[str, dict[str, Said[str]]] = {}
    for path, listed in rules(facts).items():
        owners = [name for name, one in put.items() if _has(facts, one, path)] or _alike(put, path)
        for name in owners:
            for rule in listed:
                target = net.find(rule.to.host, name)
                if target is not None:
                    found.append(Link(name, target, "proxy", (rule.origin,), net.port(target, rule.to.port), path=rule.path))
                    for host in rule.hosts:
                        hosts.setdefault(target, {}).setdefault(host.value, host)
                elif "." not in rule.to.host and rule.to.host not in _HOME:
                    message = f"passes requests below {rule.path} to {rule.to.host}, which nothing declares"
                    decisions.append(Decision(f"{name}: proxy", "dropped", message, (rule.origin,)))
    traefik = [name for name, one in put.items() if _is_traefik(one.workload)]
    for name, one in put.items():
        for each in one.declared:
            if each.rules is not None and each.rules.origin is not None and one.workload.name not in traefik:
                for proxy in traefik:
                    for place in each.rules.paths or ("/",):
                        port = each.rules.port.value if each.rules.port is not None else 0
                        found.append(Link(proxy, name, "proxy", (each.rules.origin,), net.port(name, port), path=place))
    return _Named(tuple(found), tuple(dict.fromkeys(decisions)), {name: tuple(several.values()) for name, several in hosts.items()})


def _alike(put: Mapping[str, Put], path: str) -> list[str]:
    """The one proxy for which a file can be: it mounts a file of that name from where none is, or no other is of the kind."""
    proxies = [name for name, one in put.items() if one.workload.kind.value is Kind.PROXY]
    named = [
        name
        for name in proxies
        for each in put[name].declared
        if any(mount.path is not None and base_name(mount.path.value) == base_name(path) for mount in each.service.mounts)
    ]
    kind = "caddy" if "caddy" in path.lower() else "haproxy" if "haproxy" in path.lower() else "traefik" if "traefik" in path.lower() else "nginx"
    alike = [name for name in proxies if (said := put[name].workload.image) is not None and kind in said.value] or proxies
    return named[:1] or (alike if len(alike) == 1 else [])


def _is_traefik(workload: Workload) -> bool:
    return workload.image is not None and workload.image.value.rpartition("/")[2].startswith("traefik")


def _has(facts: Facts, one: Put, path: str) -> bool:
    """Whether a workload is given a file: it is mounted, or copied into its image."""
    for each in one.declared:
        if any(mount.path is not None and is_within(path, mount.path.value) for mount in each.service.mounts):
            return True
    build = one.workload.build
    if build is None or build.dockerfile is None:
        return False
    if one.workload.kind.value is not Kind.PROXY and "nginx" not in (build.base.value if build.base is not None else ""):
        return False
    found = image(facts, build.dockerfile.value, build.target.value if build.target is not None else "")
    copied: Sequence[str] = found.copied if found is not None else ()
    return any((place := join(build.context.value, word)) is not None and is_within(path, place) for word in copied)


def _scraping(facts: Facts, put: Mapping[str, Put], net: _Net) -> Iterator[Link]:
    """Whom a Prometheus asks, as the configuration that it is given says."""
    for path, listed in scraped(facts).items():
        for name, one in put.items():
            if _has(facts, one, path):
                for host, port, origin in listed:
                    target = net.find(host, name)
                    if target is not None:
                        yield Link(name, target, "client", (origin,), net.port(target, port))
