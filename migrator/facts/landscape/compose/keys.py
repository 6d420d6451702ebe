"""What becomes of each key of a service; the table is `keys.toml`, printed in `docs/compose-keys.md`."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from migrator.origin import Decision

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.model import Service
    from migrator.facts.landscape.compose.values import Value
    from migrator.origin import Origin

__all__ = ["Key", "decisions", "keys", "page"]

OUTCOMES = ("mapped", "defaulted", "dropped")


class Key(NamedTuple):
    """A key of a service, or a part of one (`deploy.replicas`)."""

    name: str
    outcome: str
    """`mapped`, `defaulted` or `dropped`."""
    says: str
    """To what it is mapped, what is taken instead, or what the drop means."""


@lru_cache(maxsize=1)
def keys() -> Mapping[str, Key]:
    """All keys, by name."""
    said = tomllib.loads((resources.files(__package__) / "keys.toml").read_text(encoding="utf-8"))
    return {name: Key(name, outcome, text) for outcome in OUTCOMES for name, text in sorted(said[outcome].items())}


def decisions(service: Service) -> tuple[Decision, ...]:
    """What becomes of each key that a service has, the innermost that has a row; in the order of the keys."""
    found = [] if not service.extends else [_decision(service, "extends", tuple(origin for one in service.extends for origin in one.origins))]
    for name, value in _written(service):
        found += [_decision(service, key, one.origins) for key, one in _parts(name, value)]
    return tuple(sorted(found, key=lambda one: one.subject))


def _written(service: Service) -> Iterator[tuple[str, Value]]:
    """What somebody wrote; the default network and dependencies that other keys bring nobody did."""
    for name, value in service.values.pairs.items():
        brought = name == "networks" and set(value.pairs) == {"default"} and value.origins == service.values.origins
        needed = name == "depends_on" and all(one.evidence != "depends_on" for one in service.depends_on.values())
        if not (brought or needed):
            yield name, value


def _parts(name: str, value: Value) -> list[tuple[str, Value]]:
    """The innermost keys that have a row; the key itself where none has."""
    parts = [part for key, one in value.pairs.items() for part in _parts(f"{name}.{key}", one)]
    known = [part for part in parts if part[0] in keys()]
    return known or [(name, value)]


def _decision(service: Service, name: str, origins: tuple[Origin, ...]) -> Decision:
    row = keys().get(name)
    if row is None and name.startswith("x-"):
        return Decision(f"compose: {service.name}.{name}", "dropped", "an extension: only what reads it knows what it means", origins)
    if row is None:
        return Decision(f"compose: {service.name}.{name}", "dropped", "the engine knows no such key", origins)
    return Decision(f"compose: {service.name}.{name}", row.outcome, row.says, origins)


def page() -> str:
    """The table as a document for people."""
    titles = {"mapped": "Mapped", "defaulted": "Something else is taken", "dropped": "Dropped, with this warning"}
    lines = [
        "# Keys of compose services",
        "",
        "What becomes of each key of a service where Kubernetes, Helm, Terraform and configuration are derived from compose files. Every decision is also",
        "listed, with its line, in the report of the run that took it. This page is written from `migrator/facts/landscape/compose/keys.toml`.",
    ]
    for outcome in OUTCOMES:
        lines += ["", f"## {titles[outcome]}", "", "| key | |", "|---|---|"]
        lines += [f"| `{key.name}` | {key.says} |" for key in keys().values() if key.outcome == outcome]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
