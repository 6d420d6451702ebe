"""How one sees that a workload lives and is ready: by routes that its code serves, and by the checks that its sources ask for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.landscape.addresses import asked_path
from migrator.facts.landscape.model import Port, Probe, Route
from migrator.origin import Decision, Said

if TYPE_CHECKING:
    from migrator.facts.landscape.reading.programs import Program

__all__ = ["Watched", "watched"]

_PURPOSES = ("live", "ready", "start")


class Watched(NamedTuple):
    """The probes of a workload, and what was decided about them."""

    probes: tuple[Probe, ...]
    decisions: tuple[Decision, ...]


def watched(name: str, checks: tuple[Probe, ...], program: Program | None, ports: tuple[Port, ...]) -> Watched:
    """The probes of a workload: `checks` are those that compose and Dockerfile ask for, the first counts."""
    check = checks[0] if checks else None
    routes = program.routes if program is not None else ()
    asked = asked_path(_flat(check.command.value)) if check is not None and check.command is not None else None
    decisions: list[Decision] = []
    path: Said[str] | None = None
    port = asked.port if asked is not None else None
    if asked is not None and check is not None and check.command is not None:
        served = next((one for one in routes if one.method in {"GET", "ANY", "HEAD"} and _same(one.path, asked.path)), None)
        if served is not None:
            path = Said(asked.path, (*check.command.origins, served.origin))
        elif program is not None and program.complete:
            message = f"asks for {asked.path}, which no route of the code serves: such a check never succeeds, and none is made of it"
            decisions.append(Decision(f"{name}: health check", "dropped", message, check.command.origins))
        else:
            path = Said(asked.path, check.command.origins)
        if ports and asked.port and all(one.number.value != asked.port for one in ports):
            message = f"asks the port {asked.port}, but the workload listens on {', '.join(str(one.number.value) for one in ports)}"
            origins = (*check.command.origins, *(origin for one in ports for origin in one.number.origins))
            decisions.append(Decision(f"{name}: health check", "defaulted", message, origins))
            port = ports[0].number.value
    if check is not None and check.command is not None and asked is None:
        # A command tells whether a workload is well at all; to serve before it is well helps nobody.
        return Watched((replace(check, purpose="ready"),), tuple(decisions))
    port = port or (ports[0].number.value if ports else None)
    timing = check if check is not None else Probe("live")
    found = [
        replace(timing, purpose=purpose, path=said, port=port, command=None)
        for purpose in _PURPOSES
        if (said := _by_purpose(purpose, routes, path)) is not None
    ]
    return Watched(tuple(found), tuple(decisions))


def _by_purpose(purpose: str, routes: tuple[Route, ...], asked: Said[str] | None) -> Said[str] | None:
    """The path of a purpose: a route that is there for it, else what the check asks, else a route that tells of health in general."""
    own = _best(routes, purpose)
    if own is not None:
        return Said(own.path, (own.origin,))
    if purpose == "start":
        return None
    if asked is not None:
        return asked
    common = _best(routes, "health")
    return Said(common.path, (common.origin,)) if common is not None else None


def _best(routes: tuple[Route, ...], health: str) -> Route | None:
    """The route of a kind that lies nearest to the top."""
    listed = [one for one in routes if one.health == health and one.method in {"GET", "ANY"}]
    return min(listed, key=lambda one: (one.path.count("/"), len(one.path), one.path), default=None)


def _same(served: str, asked: str) -> bool:
    return (
        served.rstrip("/") == asked.rstrip("/")
        or re.fullmatch(re.sub(r"\\\{[^/]*?\\\}|<[^/]*?>|:\w+", "[^/]+", re.escape(served)), asked) is not None
    )


def _flat(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a command, those in the text of a shell too."""
    return tuple(part for word in words for part in word.split()) + words
