"""The settings of a repository by name: what all workloads that have one say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from migrator.origin import Said
from phases.infrastructure.environments import ENVIRONMENTS, needed, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts.landscape.model import Landscape, Setting, Workload
    from migrator.origin import Origin

__all__ = ["PATTERNS", "Entry", "entries"]

PATTERNS = {
    "integer": r"^-?[0-9]+$",
    "number": r"^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$",
    "boolean": r"^([Tt]rue|TRUE|[Ff]alse|FALSE|1|0|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$",
    "url": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$",
}
"""How texts of a type look; a variable is always a text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name and all that is known of it."""

    name: str
    uses: tuple[tuple[Workload, Setting], ...]
    values: Mapping[str, Said[str]]
    """By environment (`example` too), where it has one value for all."""
    differing: Mapping[str, tuple[tuple[Workload, Said[str]], ...]]
    """By environment, what workloads are given there that do not agree."""
    there: frozenset[str]
    """The environments in which something that runs has it."""

    @property
    def secret(self) -> bool:
        """Whether any of its workloads keeps it as a secret."""
        return any(setting.secret for _, setting in self.uses)

    @property
    def kept(self) -> bool:
        """Whether it has to be in the store of secrets."""
        return any(needed(setting) for _, setting in self.uses)

    @property
    def required(self) -> bool:
        """Whether some code does not start without it."""
        return any(setting.required for _, setting in self.uses)

    @property
    def type(self) -> str:
        """What settings classes say that it is, where they agree and what is given is such."""
        said = {setting.type for _, setting in self.uses} - {"string"}
        kind = said.pop() if len(said) == 1 else "string"
        pattern = PATTERNS.get(kind)
        return kind if pattern is None or all(re.search(pattern, value.value) for value in self.values.values()) else "string"

    @property
    def description(self) -> str:
        """What the first that describes it says."""
        return next((setting.description for _, setting in self.uses if setting.description), "")

    @property
    def readers(self) -> tuple[Origin, ...]:
        """Where code reads it."""
        return tuple(dict.fromkeys(origin for _, setting in self.uses for origin in setting.readers))

    @property
    def givers(self) -> tuple[Origin, ...]:
        """Where sources set it."""
        return tuple(dict.fromkeys(origin for _, setting in self.uses for origin in setting.givers))

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Every place that speaks of it."""
        return (*self.readers, *self.givers)

    def flag(self, patterns: tuple[str, ...]) -> bool:
        """Whether it turns something on or off."""
        return not self.secret and any(fnmatchcase(self.name, pattern) for pattern in patterns)


def entries(landscape: Landscape) -> Iterator[Entry]:
    """Every name, in order."""
    uses: dict[str, list[tuple[Workload, Setting]]] = {}
    for workload in landscape.workloads:
        for setting in workload.settings:
            uses.setdefault(setting.name, []).append((workload, setting))
    given: dict[str, dict[str, list[tuple[Workload, Said[str]]]]] = {name: {} for name in uses}
    there: dict[str, set[str]] = {name: set() for name in uses}
    for environment in ENVIRONMENTS.values():
        for workload, setting, value in settings(landscape, environment):
            there[setting.name].add(environment)
            if value is not None:
                given[setting.name].setdefault(environment, []).append((workload, value))
    for name, several in sorted(uses.items()):
        if not any(setting.secret for _, setting in several):
            found = {"example": [(workload, setting.value) for workload, setting in several if setting.value is not None], **given[name]}
        else:
            found = {}
        alike = {environment: values for environment, values in found.items() if len({value.value for _, value in values}) == 1}
        values = {environment: Said(pairs[0][1].value, _origins(pairs)) for environment, pairs in alike.items()}
        differing = {environment: tuple(pairs) for environment, pairs in found.items() if pairs and environment not in alike}
        yield Entry(name, tuple(several), values, differing, frozenset(there[name]))


def _origins(pairs: list[tuple[Workload, Said[str]]]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(origin for _, value in pairs for origin in value.origins))
