"""The variables of a workload: who gives them, who reads them, and the port that one of them tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.landscape.discretion import told_by
from migrator.facts.landscape.model import Port, Setting
from migrator.facts.landscape.reading.variables import Reading, readings, type_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.joining.choosing import Ranks
    from migrator.facts.landscape.joining.declarations import Declaration
    from migrator.facts.landscape.reading.images import Image
    from migrator.facts.landscape.reading.programs import Program
    from migrator.origin import Said

__all__ = ["settings", "told_by_variable"]

_QUIET = frozenset({"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "LANG", "LC_ALL", "DEBIAN_FRONTEND"})
"""What images set for the sake of their tools."""


def settings(facts: Facts, declared: Sequence[Declaration], ranks: Ranks, found: Image | None, code: Program | None) -> tuple[Setting, ...]:
    """The variables of a workload: what sources give it, and what its code reads."""
    given: dict[str, list[Setting]] = {}
    for one in ranks.ordered(declared):
        for setting in one.workload.settings:
            given.setdefault(setting.name, []).append(setting)
    for name, origins in (found.secrets if found is not None else {}).items():
        given.setdefault(name, []).append(Setting(name, None, True, False, (), origins))  # noqa: FBT003  a secret that no code needs to read
    read: dict[str, list[Reading]] = {}
    for reading in readings(facts, code.modules) if code is not None else ():
        read.setdefault(reading.name, []).append(reading)
    baked = {
        name: said
        for name, said in (found.environment if found is not None else {}).items()
        if name not in _QUIET and (name in read or name in given)
    }
    listed: list[Setting] = []
    for name in sorted({*given, *read}):
        gives, reads = given.get(name, []), read.get(name, [])
        baked_in = baked.get(name)
        secret = any(one.secret for one in gives) or any(one.secret for one in reads) or (baked_in is not None and _tells(name, baked_in.value))
        value = (
            _value(gives, ranks)
            or (baked_in if baked_in is not None and baked_in.value else None)
            or next((one.default for one in reads if one.default), None)
        )
        said = next((one.type for one in reads if one.type != "string"), "") or next((one.type for one in gives), "string")
        listed.append(
            Setting(
                name,
                None if secret else value,
                secret,
                any(one.required for one in reads) and not any(one.default is not None for one in reads),
                tuple(dict.fromkeys(one.origin for one in reads)),
                tuple(dict.fromkeys((*(origin for one in gives for origin in one.givers), *(baked_in.origins if baked_in is not None else ())))),
                said or type_of(name, value.value if value is not None else None),
                next((one.description for one in reads if one.description), ""),
            )
        )
    return tuple(listed)


def _tells(name: str, value: str) -> bool:
    """Whether an image bakes in a secret: all of a value, or a part of it."""
    return looks_secret(name, value) or bool(told_by((value,)))


def _value(gives: Iterable[Setting], ranks: Ranks) -> Said[str] | None:
    listed = [
        (ranks.key(one.value.origins, at), one.value) for at, one in enumerate(gives) if one.value is not None and ranks.base(one.value.origins)
    ]
    return min(listed, key=lambda one: one[0])[1] if listed else None


def told_by_variable(ports: tuple[Port, ...], settings: tuple[Setting, ...], named: str) -> tuple[Port, ...]:
    """The ports with the variable by which the code is told the first: the one in its command, or a PORT that it reads."""
    known = {one.name for one in settings if one.readers or one.givers}
    if not ports or ports[0].variable:
        return ports
    variable = named or ("PORT" if "PORT" in known and re.search(r"\d", str(ports[0].number.value)) else "")
    return (replace(ports[0], variable=variable), *ports[1:]) if variable else ports
