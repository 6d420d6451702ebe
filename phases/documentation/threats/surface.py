"""What can be reached, what flows where, who is told which secret, and what people wrote about security."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page, code, origins, plain
from migrator.paths import name
from migrator.wording import counted, listed
from phases.documentation.handling import exists

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts.landscape.model import Landscape, Link, Port, Workload
    from migrator.origin import Origin
    from migrator.paths import RepoPath

__all__ = ["answered", "documents", "flows", "open_to_all", "reached", "secrets", "states"]

_DATA = {Kind.DATABASE, Kind.CACHE, Kind.BROKER, Kind.STORAGE}
_LOCAL = re.compile(r"127\.|localhost$|\[?::1")
_WRITTEN = re.compile(r"(?i)(?:^|[-_./])(?:security|threats?|threat-model|vulnerabilit\w+|disclosure)(?=[-_./])")
_FEW = 6
_MANY = 12


def open_to_all(one: Workload) -> tuple[Port, ...]:
    """The ports that compose publishes on every address of the host."""
    return tuple(port for port in one.ports if port.published is not None and not _LOCAL.match(port.address))


def answered(landscape: Landscape, one: Workload) -> bool:
    """Whether requests of the outside come to it: by a port of the host, or through a proxy."""
    return bool(open_to_all(one) or one.hosts or any(link.evidence == "proxy" for link in landscape.asking(one.name)))


def states(landscape: Landscape, one: Workload) -> Mapping[str, int]:
    """How many of its routes ask, do not, and cannot be told."""
    found = {"asked": 0, "open": 0, "unread": 0}
    for route in one.routes:
        access = exists(landscape).access.get(route.origin)
        found[access.state if access is not None else "unread"] += 1
    return found


def reached(page: Page, landscape: Landscape, pages: Mapping[str, RepoPath]) -> None:
    """The workloads that the outside reaches."""
    rows = []
    for one in landscape.workloads:
        if one.kind.value is Kind.EXTERNAL or not answered(landscape, one):
            continue
        ports = [code(port.published.value) for port in open_to_all(one) if port.published is not None]
        proxies = [f"through {plain(link.source)}" for link in landscape.asking(one.name) if link.evidence == "proxy"]
        by = ", ".join(dict.fromkeys([*(f"host port {each}" for each in ports), *(f"the name {code(str(host))}" for host in one.hosts), *proxies]))
        found = states(landscape, one)
        told = (
            f"{counted(len(one.routes), 'route')}: {found['asked']} ask, {found['open']} do not, {found['unread']} cannot be told"
            if one.routes
            else "no route is known"
        )
        places = origins(
            *one.origins, *(port.published for port in one.ports if port.published is not None), *one.hosts, *(route.origin for route in one.routes)
        )
        rows.append(((page.link(pages[one.name], one.name) if one.name in pages else plain(one.name), str(one.kind.value), by, told), places))
    page.heading(2, "What can be reached")
    clustered = any(one.kind == "Kustomization" for one in exists(landscape).deployed)
    page.say(f"By the compose files and proxies of this repository{'; in a cluster only what an Ingress names is' if clustered else ''}.")
    page.table(("workload", "what it is", "by", "whether it asks who comes"), rows)
    if not rows:
        page.say("No port of the host and no proxy leads to anything here.")


def flows(page: Page, landscape: Landscape) -> None:
    """Who asks whom, and where that crosses a line of trust."""
    found: dict[str, list[Link]] = {}
    for link in landscape.links:
        found.setdefault(link.target, []).append(link)
    rows = []
    for target, links in sorted(found.items()):
        other = landscape.workload(target)
        kind = other.kind.value if other is not None else Kind.UNKNOWN
        crosses = "leaves for somebody else's" if kind is Kind.EXTERNAL else "reaches what is kept" if kind in _DATA else ""
        sources = listed([plain(source) for source in sorted({link.source for link in links})], _MANY)
        evidence = ", ".join(sorted({link.evidence for link in links}))
        rows.append(((sources, plain(target), str(kind), evidence, crosses), origins(*(origin for link in links for origin in link.origins))))
    if rows:
        page.heading(2, "What flows where")
        page.table(("from", "to", "which is", "seen by", "line that it crosses"), rows)


def secrets(page: Page, landscape: Landscape) -> None:
    """Which secrets there are, by name alone, and who is told them."""
    told: dict[str, dict[str, tuple[Origin, ...]]] = {}
    for one in landscape.workloads:
        for setting in one.settings:
            if setting.secret:
                told.setdefault(setting.name, {})[one.name] = (*setting.givers, *setting.readers)
    if told:
        page.heading(2, "Secrets")
        page.say("By name; a value that looks like one is never read into these pages. The more are told one, the more there are to lose it.")
    rows = [
        (
            (code(title), str(len(who)), listed([plain(each) for each in who], _FEW)),
            origins(*(origin for places in who.values() for origin in places)),
        )
        for title, who in sorted(told.items(), key=lambda row: (-len(row[1]), row[0]))
    ]
    page.table(("secret", "told to", "who"), rows)


def documents(page: Page, landscape: Landscape) -> None:
    """What people wrote about security."""
    found = [one for one in exists(landscape).documents if _WRITTEN.search(f"{name(one.path)}")]
    if found:
        page.heading(2, "What is written already")
    for one in found:
        page.item(f"{page.link(one.path, one.title.value)}", one.title)
