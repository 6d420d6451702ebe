"""On which ports a workload listens: what its command says, compose, its Dockerfile, its image; and where these disagree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.landscape.kinds import by_image, port_of, server_port
from migrator.facts.landscape.model import Port
from migrator.origin import Decision, Origin, Said, default
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.facts.landscape import compose
    from migrator.facts.landscape.model import Setting
    from migrator.facts.landscape.reading.images import Image

__all__ = ["Listening", "listening", "port_in"]

_NAMES = {
    80: "http",
    443: "https",
    8080: "http",
    8443: "https",
    22: "ssh",
    25: "smtp",
    587: "smtp",
    1025: "smtp",
    53: "dns",
    50051: "grpc",
    5432: "postgres",
    3306: "mysql",
    6379: "redis",
    27017: "mongodb",
    5672: "amqp",
    9092: "kafka",
    1433: "mssql",
    11211: "memcached",
}
_LONGEST = 15
_FLAG = re.compile(r"^(?:--port|-p|--bind|-b|--http-port|--listen|--address|-l|--host-port|--http|--http-socket)$")
_PORTS = re.compile(r"(?:\w+_SERVER_|APP_|API_|WEB_|SERVER_|HTTP_|LISTEN_|UVICORN_|SERVICE_)?PORT")
"""Variables that tell where a program itself listens."""
_VALUE = re.compile(r"(?:.*:)?(\d{2,5})")
_VARIABLE = re.compile(r"\$\{?([A-Z_]*PORT[A-Z_]*)(?:[:-]*[-=](\d{1,5}))?\}?")


_Found = dict[tuple[int, str], tuple[Said[int], Said[str] | None, str]]
"""By number and protocol: the number, the port of the host, and a name where one is given."""


class Listening(NamedTuple):
    """The ports of a workload, and what was decided about them."""

    ports: tuple[Port, ...]
    decisions: tuple[Decision, ...]


class _Told(NamedTuple):
    number: int | None
    variable: str


def port_in(words: Sequence[str]) -> _Told:
    """The port that a command names, and the variable by which it is told."""
    for at, word in enumerate(words):
        flag, _, given = word.partition("=")
        value = given if given and flag.startswith("-") else words[at + 1] if at + 1 < len(words) and _FLAG.match(word) else ""
        inline = re.fullmatch(r"-[pbl](\S*\d{2,5})", word)
        if inline is not None:
            flag, value = word[:2], inline[1]
        if word == "runserver" or (at and words[at - 1] == "runserver" and not word.startswith("-")):
            flag, value = "--port", word if word != "runserver" else ""
        if not value or not _FLAG.match(flag):
            continue
        variable = _VARIABLE.search(value)
        if variable is not None:
            return _Told(int(variable[2]) if variable[2] else None, variable[1])
        found = _VALUE.fullmatch(value)
        if found is not None:
            return _Told(int(found[1]), "")
    text = " ".join(words)
    variable = _VARIABLE.search(text) if re.search(r"(?:--port|--bind|-b|-p|--http)[ =]\S*\$", text) else None
    if variable is not None:
        return _Told(int(variable[2]) if variable[2] else None, variable[1])
    flagged = re.search(r"(?:^|\s)(?:--port|--bind|-b|-p)[ =](?:[\w.\[\]:]*:)?(\d{2,5})(?=\s|$|[\"'])", text)
    return _Told(int(flagged[1]), "") if flagged else _Told(None, "")


def listening(  # noqa: PLR0913  the sources of a port
    name: str,
    composed: Sequence[compose.Port],
    image: Image | None,
    command: Said[tuple[str, ...]] | None,
    *,
    official: Said[str] | None,
    framework: str,
    serves: bool,
    speaks: bool = True,
    labelled: Said[int] | None = None,
    settings: Iterable[Setting] = (),
) -> Listening:
    """The ports of a workload. What compose says counts; what the command says counts more, for there the program really listens.

    `serves` says that it answers requests where its framework lets it; `speaks` that HTTP is what it answers at its first port.
    """
    found, decisions = _composed(name, composed)
    told = port_in(command.value) if command is not None else _Told(None, "")
    given = _given(settings)
    if told.number is None and given is not None and given[1]:
        told, command, what = _Told(given[0].value, told.variable or given[2]), Said((), given[0].origins), f"{given[2]} tells it to listen on"
    else:
        what = "its command listens on"
    exposed = {(number.value, protocol): number for number, protocol in (image.ports if image is not None else ())}
    if command is not None and told.number is not None and (told.number, "TCP") not in found:
        said = Said(told.number, command.origins)
        if found:
            decisions.append(_disagreeing(name, said, [number for number, _, _ in found.values()], what))
            if len(found) == 1:
                (_, published, title) = next(iter(found.values()))
                found = {(told.number, "TCP"): (said, published, title)}
        else:
            found[told.number, "TCP"] = (said, None, "")
    if exposed and found and not exposed.keys() & found.keys():
        number = next(iter(found.values()))[0]
        decisions.append(_disagreeing(name, number, list(exposed.values()), "it listens on"))
    if not found:
        found = {key: (number, None, "") for key, number in exposed.items()}
    if not found and labelled is not None:
        found = {(labelled.value, "TCP"): (labelled, None, "")}
    row = by_image(official.value) if official is not None else None
    if not found:
        starts = command if serves and told.number is None and not told.variable else None
        usual = (
            Said(row.port, (*official.origins[:1], Origin(RepoPath(""), 0, "the usual port of this image")))
            if official is not None and row is not None and row.port
            else given[0]
            if given is not None and serves
            else _unsaid(starts, framework if serves else "")
        )
        found = {(usual.value, "TCP"): (usual, None, "")} if usual is not None else {}
    if image is not None and not found:
        message = "is no port that the file itself tells"
        decisions += [Decision(f"{name}: EXPOSE", "dropped", f"{one.value} {message}", one.origins) for one in image.open_ports]
    names = {**_NAMES, **({row.port: row.protocol} if row is not None and row.port else {})}
    addresses = {port.published: port.address.value for port in composed if port.published is not None and port.address is not None}
    ports = _named(found, told.variable, names, speaks=speaks and (row is None or not row.port))
    return Listening(
        tuple(replace(port, address=addresses.get(port.published, "")) if port.published is not None else port for port in ports), tuple(decisions)
    )


def _composed(name: str, composed: Iterable[compose.Port]) -> tuple[_Found, list[Decision]]:
    """The ports that compose names."""
    decisions: list[Decision] = []
    found: _Found = {}
    for port in composed:
        if port.number is None:
            message = f"the port {port.written.value} is known to the caller only"
            decisions.append(Decision(f"{name}: ports", "dropped", message, port.written.origins))
            continue
        if "-" in port.written.value and not found.get((port.number.value, port.protocol.upper())):
            message = f"{port.written.value} is a range; each port of it is listed by itself"
            if all(one.message != message for one in decisions):
                decisions.append(Decision(f"{name}: ports", "mapped", message, port.written.origins))
        found.setdefault((port.number.value, port.protocol.upper()), (port.number, port.published, port.name))
    return found, decisions


def _unsaid(starts: Said[tuple[str, ...]] | None, framework: str) -> Said[int] | None:
    """Where a server, or what is made with a framework, listens when nothing says otherwise."""
    server, listens = server_port(starts.value) if starts is not None else ("", 0)
    if server and starts is not None:
        return Said(listens, (*starts.origins, Origin(RepoPath(""), 0, f"where {server} listens when nothing says otherwise")))
    usual = port_of(framework)
    return default(usual, f"where {framework} listens when nothing says otherwise") if usual else None


def _given(settings: Iterable[Setting]) -> tuple[Said[int], bool, str] | None:
    """The port that the code reads from a variable, whether a source gives it that (and not only the code), and the variable."""
    for one in settings:
        if one.readers and _PORTS.fullmatch(one.name) and one.value is not None and re.fullmatch(r"\d{2,5}", one.value.value):
            return one.value.then(int), not set(one.value.origins).isdisjoint(one.givers), one.name
    return None


def _disagreeing(name: str, taken: Said[int], others: list[Said[int]], what: str) -> Decision:
    listed = ", ".join(str(one.value) for one in others)
    message = f"{what} {taken.value} ({taken.origins[0]}), another source says {listed} ({others[0].origins[0]}); {taken.value} is taken"
    return Decision(f"{name}: ports", "defaulted", message, (*taken.origins, *(origin for one in others for origin in one.origins)))


def _named(found: _Found, variable: str, names: Mapping[int, str], *, speaks: bool) -> tuple[Port, ...]:
    """The ports with names: what they speak where that is known, unique in the workload."""
    taken: set[str] = set()
    ports: list[Port] = []
    for at, ((number, transport), (said, published, given)) in enumerate(found.items()):
        title = given or names.get(number) or ("http" if speaks and not at and transport == "TCP" else "")
        title = re.sub(r"[^a-z0-9-]+", "-", title.lower()).strip("-")[:_LONGEST].strip("-")
        if title in taken or not re.search(r"[a-z]", title):
            title = f"{transport.lower()}-{number}"
        taken.add(title)
        ports.append(Port(said, title, transport, published, "" if at else variable))
    return tuple(ports)
