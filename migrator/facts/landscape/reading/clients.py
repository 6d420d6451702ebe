"""Whom code asks over HTTP: the addresses that stand in calls of clients, and in what such addresses are usually called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.landscape.addresses import Address, addresses
from migrator.origin import Origin

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Asked", "asked"]

_CLIENTS = (b"httpx", b"requests", b"aiohttp", b"urllib", b"fetch(", b"axios", b"ky.", b"got(", b"ofetch", b"websockets")
_PYTHON = re.compile(
    rb"""(?:\.(?:get|post|put|patch|delete|head|request|stream|ws_connect|urlopen)\(\s*(?:["'][A-Z]+["']\s*,\s*)?
    |\burlopen\(\s*|\bbase_url\s*=\s*|\b\w*(?:URL|url|BASE|base|ENDPOINT|endpoint|HOST|API)\w*\s*(?::\s*\w+\s*)?=\s*)
    [rbf]{0,2}["'](https?://[^"'\s{]+)""",
    re.VERBOSE,
)
_NODE = re.compile(rb"""(?:\bfetch\(\s*|\baxios(?:\.\w+)?\(\s*|\bbaseURL\s*:\s*)["'`](https?://[^"'`\s$]+)""")


class Asked(NamedTuple):
    """An address that code asks."""

    address: Address
    origin: Origin


def asked(facts: Facts, modules: Iterable[RepoPath]) -> tuple[Asked, ...]:
    """The addresses that some modules ask, each host once, where it is asked first."""
    found: dict[str, Asked] = {}
    for module in modules:
        for url, line in _read(facts.read(module), python=module.endswith(".py")):
            for one in addresses(url):
                found.setdefault(one.host, Asked(one, Origin(module, line)))
    return tuple(found[host] for host in sorted(found))


@lru_cache(maxsize=4096)
def _read(source: bytes, *, python: bool) -> tuple[tuple[str, int], ...]:
    return tuple(_each(source, _PYTHON if python else _NODE)) if b"://" in source and any(word in source for word in _CLIENTS) else ()


def _each(source: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[str, int]]:
    for match in pattern.finditer(source):
        start = source.rfind(b"\n", 0, match.start()) + 1
        if not source[start : match.start()].lstrip().startswith((b"#", b"//", b"*")):
            yield match[1].decode("utf-8", "replace"), source.count(b"\n", 0, match.start(1)) + 1
