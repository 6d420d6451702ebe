"""The short forms of ports, mounts, devices and durations, by the engine's own grammar."""

from __future__ import annotations

import posixpath
import re
from math import isfinite
from typing import TypedDict

from migrator.facts.landscape.compose.places import is_path

__all__ = ["MOST_PORTS", "Mounted", "Published", "ShorthandError", "device", "duration", "mount", "port_range", "ports", "size", "words"]


class ShorthandError(ValueError):
    """A short form that the engine refuses; the message says why, and quotes nothing."""


class Published(TypedDict, total=False):
    """One port in the long form."""

    mode: str
    host_ip: str
    target: int
    published: str
    protocol: str


class Mounted(TypedDict, total=False):
    """One mount in the long form."""

    type: str
    source: str
    target: str
    read_only: bool
    bind: dict[str, str | bool]
    volume: dict[str, bool]


_HIGHEST = 65535
MOST_PORTS = 1000
_DIGITS = 5
_PROTOCOLS = {"tcp", "udp", "sctp"}


def ports(text: str) -> list[Published]:
    """`[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`, each part but the address a number or a range. Raises ShorthandError."""
    rest, slash, protocol = text.partition("/")
    protocol = protocol.lower() if slash and protocol else "tcp"
    parts = rest.split(":")
    target = parts[-1]
    outside = parts[-2] if len(parts) > 1 else ""
    address = ":".join(parts[:-2]).strip("[]")
    if not target:
        raise ShorthandError("no port of the container is given")
    first, last = port_range(target)
    start, end = port_range(outside) if outside else (0, 0)
    if protocol not in _PROTOCOLS:
        raise ShorthandError(f"{protocol} is no protocol of a port")
    if outside and end - start != last - first and first != last:
        raise ShorthandError("the ranges inside and outside are not equally long")
    if last - first > MOST_PORTS:
        raise ShorthandError("the range is too long to be meant")
    found: dict[str, Published] = {}
    for number in range(first, last + 1):
        one: Published = {"mode": "ingress", "target": number, "protocol": protocol}
        if address:
            one["host_ip"] = address
        if outside:
            one["published"] = outside if first == last and start != end else str(start + number - first)
        found[f"{number}/{protocol}"] = one
    return [found[key] for key in sorted(found)]


def port_range(text: str) -> tuple[int, int]:
    """The first and last of `8000` or `8000-8005`. Raises ShorthandError."""
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise ShorthandError("what should be a port is no number")
    start, end = (int(one) if len(one) <= _DIGITS else _HIGHEST + 1 for one in (first, last if dash else first))
    if end < start or end > _HIGHEST:
        raise ShorthandError("the range of ports ends before it begins, or above 65535")
    return start, end


_PROPAGATION = {"rprivate", "private", "rshared", "shared", "rslave", "slave"}
_SHORTEST = 2


def mount(text: str) -> Mounted:
    """`[SOURCE:]TARGET[:OPTIONS]`; a source that is a path is a bind mount. Raises ShorthandError."""
    if not text:
        raise ShorthandError("a mount is empty")
    if len(text) <= _SHORTEST:
        return {"type": "volume", "target": text}
    parts = _drives(text.split(":"))
    if "" in parts or len(parts) > len(("source", "target", "options")):
        raise ShorthandError("a mount has an empty part between colons, or more of them than it may have")
    source, target = ("", parts[0]) if len(parts) == 1 else (parts[0], parts[1])
    found: Mounted = {"target": posixpath.normpath(target)}
    if source:
        found["source"] = source
    bind: dict[str, str | bool] = {}
    volume: dict[str, bool] = {}
    for option in parts[2].split(",") if len(parts) > _SHORTEST else ():
        match option:
            case "ro":
                found["read_only"] = True
            case "nocopy":
                volume["nocopy"] = True
            case "z" | "Z":
                bind["selinux"] = option
            case _ if option in _PROPAGATION:
                bind["propagation"] = option
            case _:
                pass
    if is_path(source):
        return {"type": "bind", **found, "bind": {**bind, "create_host_path": True}, **({"volume": volume} if volume else {})}
    return {"type": "volume", **found, "volume": volume, **({"bind": bind} if bind else {})}


def _drives(parts: list[str]) -> list[str]:
    """Parts between colons; the letter of a drive is no part of its own."""
    found: list[str] = []
    for part in parts:
        if found and len(found[-1]) == 1 and found[-1].isalpha():
            found[-1] += f":{part}"
        else:
            found.append(part)
    return found


def device(text: str) -> dict[str, str]:
    """`SOURCE[:TARGET[:PERMISSIONS]]`."""
    source, target, permissions = (*text.split(":"), "", "")[:3]
    return {"source": source, "target": target or source, "permissions": permissions or "rwm"}


_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_SPAN = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)")


def duration(text: str) -> float:
    """Seconds of `1h5m30s20ms`. Raises ShorthandError."""
    body = text.removeprefix("-").removeprefix("+")
    if body == "0":
        return 0.0
    spans = list(_SPAN.finditer(body))
    if not spans or "".join(span[0] for span in spans) != body:
        raise ShorthandError("what should be a duration is none: it needs a unit, as in `30s`")
    seconds = sum(float(span[1]) * _UNITS[span[2]] for span in spans)
    if not isfinite(seconds):
        raise ShorthandError("what should be a duration is longer than any")
    return -seconds if text.startswith("-") else seconds


_QUOTES = "\"'`"
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(?:([kmgtp])(?:ib|b)?|b)?", re.IGNORECASE)


def size(text: str) -> int:
    """Bytes of `512m`. Raises ShorthandError."""
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ShorthandError("what should be a size is none: write it as in `512m`")
    bytes_ = float(found[1]) * 1024 ** (" kmgtp".index(found[2].lower()) if found[2] else 0)
    if not isfinite(bytes_):
        raise ShorthandError("what should be a size is larger than any")
    return int(bytes_)


def words(text: str) -> tuple[tuple[str, ...], str]:
    """The words of a command as the engine splits it, and what it leaves out: it starts no shell, and stops at the first `;`, `&`, `|`, `<` or `>`.

    Raises ShorthandError for a quotation without an end, or a bracket.
    """
    found: list[str] = []
    buffer, got, quote, escaped = "", False, "", False
    for at, char in enumerate(text):
        if escaped:
            buffer, got, escaped = buffer + char, True, False
        elif char == "\\" and quote != "'":
            escaped = True
        elif char in " \t\r\n" and not quote:
            found += [buffer] if got else []
            buffer, got = "", False
        elif char in _QUOTES and quote in {"", char}:
            quote, got = ("" if quote else char), True
            buffer += char if char == "`" else ""
        elif quote == "$" and char == ")":
            buffer, quote = buffer + char, ""
        elif char == "(" and not quote:
            if not buffer.endswith("$"):
                raise ShorthandError("a command has a bracket that is not quoted")
            buffer, quote = buffer + char, "$"
        elif char in ";&|<>" and not quote:
            got = got and not (char == ">" and buffer[:1].isdecimal())
            return (*found, *([buffer] if got else [])), text[at:]
        else:
            buffer, got = buffer + char, True
    if quote or escaped:
        raise ShorthandError("a quotation in a command has no end")
    return (*found, *([buffer] if got else [])), ""
