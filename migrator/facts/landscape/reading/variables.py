"""Which environment variables code reads, where, and what it takes them for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.landscape.addresses import addresses, looks_secret
from migrator.facts.modules import is_module, parsed
from migrator.facts.settings import environment
from migrator.origin import Origin, Said

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Reading", "readings", "type_of"]

_BEHIND = re.compile(rb"""\s*(?:\?\?|\|\|)\s*(?:(["'`])([^"'`$\n]*)\1|(-?\d+(?:\.\d+)?)\b|(true|false)\b)?""")
_AROUND = re.compile(rb"(?:\b(?:Number|parseInt|parseFloat|Boolean)\s*\(|[+])\s*$")
_COMPARED = re.compile(rb"""\s*[!=]==?\s*["'](?:true|false|1|0)["']""")
_NAMED = re.compile(rb"\b(?:process|import\.meta)\.env\.([A-Za-z_]\w*)")
_OWN = frozenset({"NODE_ENV", "CI", "VERCEL", "VERCEL_ENV", "VERCEL_URL", "MODE", "DEV", "PROD", "SSR", "BASE_URL", "NEXT_RUNTIME", "NEXT_PHASE"})
"""What tools set by themselves."""


class Reading(NamedTuple):
    """One place at which code reads a variable."""

    name: str
    origin: Origin
    type: str
    """`string` where nothing says more."""
    default: Said[str] | None
    """None for a secret too."""
    required: bool
    secret: bool
    description: str


def readings(facts: Facts, modules: Iterable[RepoPath]) -> tuple[Reading, ...]:
    """The variables that some modules read, by name and place."""
    found: list[Reading] = []
    for module in modules:
        if module.endswith(".py"):
            found += _python(facts, module)
        elif is_module(module):
            found += _node(facts, module)
    return tuple(sorted(found, key=lambda one: (one.name, one.origin)))


def type_of(name: str, value: str | None, said: str = "") -> str:
    """The type of a variable: what the code says, else what its default shows."""
    if said and said != "string":
        return said
    if value is not None and not said:
        if value.lower() in {"true", "false"}:
            return "boolean"
        if re.fullmatch(r"\d+", value):
            return "integer"
    if value is not None and re.match(r"[a-z][a-z0-9+.-]*://", value) and addresses(value):
        return "url"
    return "url" if re.search(r"_(?:url|uri|dsn)$", name, re.IGNORECASE) else said or "string"


def _python(facts: Facts, module: RepoPath) -> Iterator[Reading]:
    for one in environment(facts, module):
        origin = Origin(module, one.line)
        secret = one.secret or looks_secret(one.name, one.default)
        default = None if secret or one.default is None else Said(one.default, (origin,))
        yield Reading(one.name, origin, type_of(one.name, one.default, one.type), default, one.strict, secret, one.description)


def _node(facts: Facts, module: RepoPath) -> Iterator[Reading]:
    for name, line, default, said in facts.told(module, _read, "ts" if module.endswith((".ts", ".mts", ".cts")) else "tsx"):
        if name not in _OWN:
            origin = Origin(module, line)
            secret = looks_secret(name, default)
            value = None if secret or not default else Said(default, (origin,))
            yield Reading(name, origin, type_of(name, default, said), value, False, secret, "")  # noqa: FBT003  a missing one is undefined


def _read(source: bytes, dialect: str) -> tuple[tuple[str, int, str | None, str], ...]:
    """Each name behind `process.env.` or `import.meta.env.`: its line, the literal that stands in where it is missing, and its type."""
    if _NAMED.search(source) is None:
        return ()
    found = []
    root = parsed(source, jsx=dialect == "tsx")
    for match in _NAMED.finditer(source):
        node = root.descendant_for_byte_range(*match.span(1))
        if node is None or node.type != "property_identifier":
            continue  # a comment or a text says it
        behind = _BEHIND.match(source, match.end())
        default = next((one.decode("utf-8", "replace") for one in (behind[2], behind[3], behind[4]) if one is not None), None) if behind else None
        around = _AROUND.search(source, max(0, match.start() - 24), match.start())
        said = "boolean" if _COMPARED.match(source, match.end()) or (around and b"Boolean" in around[0]) else "number" if around else ""
        found.append((match[1].decode(), source.count(b"\n", 0, match.start()) + 1, default, said))
    return tuple(found)
