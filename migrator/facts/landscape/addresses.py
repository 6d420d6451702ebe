"""Addresses in values: which host and port they name, and whether they hold a password."""

from __future__ import annotations

import re
from typing import NamedTuple

from migrator.facts.landscape.kinds import scheme_port
from migrator.secrets import credential, told

__all__ = ["Address", "addresses", "asked_path", "looks_secret", "outside"]

_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://(?:[^\s/@\"',]*@)?([^\s/?#\"'@)\]}]+)([^\s\"']*)")
_PLACE = re.compile(r"([A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?)(?::(\d{1,5}))?")
_PAIR = re.compile(r"(?:^|[\s,=:;@])([A-Za-z_][\w.-]*):(\d{2,5})(?=$|[\s,;/])")
_HOME = re.compile(r"localhost|127\.[\d.]+|0\.0\.0\.0|::1|host\.docker\.internal")
_OUTSIDE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
_EXAMPLES = re.compile(
    r"(?:.*[.-])?(?:example|your|my|test|invalid|local|localhost|internal|domain|placeholder)(?:-?(?:domain|app|site|host))?"
    r"(?:\.(?:com|org|net|test|invalid|local|io|dev))?",
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"passw|secret|token|api_?key|private_?key|credential|(?:^|_)(?:key|pass|pwd|salt|dsn)(?:$|_)|_auth$|signing|encryption", re.IGNORECASE
)
_PUBLIC = re.compile(
    r"public|publishable|_(?:url|uri|host|port|file|path|expire\w*|ttl|minutes|seconds|hours|days|algorithm|name|user|enabled|length|type)$",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """A host that a value names."""

    scheme: str
    """Empty for `host:port`."""
    host: str
    port: int
    """0 where nothing says it."""
    path: str = ""


def addresses(text: str) -> tuple[Address, ...]:
    """Every address that a text names: URLs, also lists of hosts in one, and `host:port`."""
    found: dict[Address, None] = {}
    rest = text
    for url in _URL.finditer(text):
        scheme = url[1].lower()
        for part in url[2].split(","):
            place = _PLACE.fullmatch(part)
            if place is not None:
                port = int(place[2]) if place[2] else scheme_port(scheme)
                found[Address(scheme, place[1], port, url[3].partition("?")[0].partition("#")[0])] = None
        rest = rest.replace(url[0], " ")
    for pair in _PAIR.finditer(rest):
        found[Address("", pair[1], int(pair[2]))] = None
    return tuple(found)


def asked_path(words: tuple[str, ...]) -> Address | None:
    """The address of its own that a health check asks: that of the container itself."""
    for word in words:
        for one in addresses(word):
            if one.scheme in {"http", "https"} and _HOME.fullmatch(one.host):
                return one._replace(path=one.path.rstrip("\"')") or "/")
    return None


def outside(host: str) -> bool:
    """Whether a host is somebody else's: a name of the internet that is no example."""
    return _OUTSIDE.fullmatch(host) is not None and _HOME.fullmatch(host) is None and not _is_example(host)


def _is_example(host: str) -> bool:
    return any(_EXAMPLES.fullmatch(part) for part in host.lower().split(".")) or host.endswith(
        (".local", ".test", ".internal", ".invalid", ".example")
    )


_SHOWN = re.compile(r"(?i)\b(?:bearer|basic)\s+(?=\S*\d)[\w.~+/=-]{8,}")
"""What a request shows to be let in."""


def looks_secret(name: str, value: str | None = None) -> bool:
    """Whether a variable is a secret: by its name, or by what it holds.

    A name that tells of something beside the secret itself (`TOKEN_EXPIRE_MINUTES`, `SECRET_NAME`) does not count, whatever else is in it.
    """
    if value is not None and (credential(value) is not None or _SHOWN.search(value) or told(f'{name}="{value}"')):
        return True
    return _NAMING.search(name) is not None and _PUBLIC.search(name) is None
