"""One value of several that sources give, which environments have another, and which sources disagree."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from migrator.facts.landscape.addresses import asked_path
from migrator.facts.landscape.model import Difference
from migrator.origin import Decision, Origin, Said

if TYPE_CHECKING:
    from migrator.facts.landscape.joining.declarations import Declaration
    from migrator.facts.landscape.model import Workload
    from migrator.paths import RepoPath

__all__ = ["Ranks", "chosen", "differences", "disagreements", "shown"]

_T = TypeVar("_T")
_ORDER = ("", "production", "staging", "swarm", "test", "development")


_TRIED = 4
"""From this rank on environments are for trying things out: what only they say is theirs alone, where there is another."""


class Ranks:
    """Which source counts before which: what all environments share, then production, then the others; within one as compose lists its projects."""

    def __init__(self, declared: Sequence[Declaration]) -> None:
        self._files: dict[RepoPath, tuple[int, int]] = {}
        """By file: the rank of its environment, and which it is."""
        for at, one in enumerate(declared):
            last = one.project.files[-1]
            self._files.setdefault(last, (self.of(one.environment), at))
        for at, one in enumerate(declared):
            for path in one.project.files[:-1]:
                # The base of several environments is what they share, even where it is never run by itself.
                self._files.setdefault(path, (0, at))

    def ordered(self, declared: Sequence[Declaration]) -> list[Declaration]:
        """Declarations, those first that count first."""
        listed = sorted(enumerate(declared), key=lambda one: (self.of(one[1].environment), one[0]))
        return [one for _, one in listed]

    def base(self, origins: tuple[Origin, ...]) -> bool:
        """Whether a value belongs to what all have, and not only to development or a test."""
        return self.key(origins, 0)[0] < _TRIED or all(rank >= _TRIED for rank, _ in self._files.values())

    def shares(self, several: Iterable[tuple[Origin, ...]]) -> bool:
        """Whether one of some places is in a file that all environments share."""
        return any(self._files.get(origin.path, (1, 0))[0] == 0 for origins in several for origin in origins)

    @staticmethod
    def of(environment: str) -> int:
        """The rank of an environment."""
        return _ORDER.index(environment) if environment in _ORDER else len(_ORDER)

    def key(self, origins: tuple[Origin, ...], at: int) -> tuple[int, int]:
        """The rank of a value by the file that says it last."""
        ranks = [self._files[origin.path] for origin in origins if origin.path in self._files]
        return (max(ranks)[0] if ranks else 0, at)


def chosen(
    declared: Sequence[Declaration], ranks: Ranks, said: Callable[[Declaration], Said[_T] | None], vague: Callable[[_T], bool] = lambda _: False
) -> Said[_T] | None:
    """The value of a field that counts; one that is `vague` only where there is no other."""
    listed = [
        (vague(value.value), *ranks.key(value.origins, at), value)
        for at, one in enumerate(declared)
        if (value := said(one)) is not None and ranks.base(value.origins)
    ]
    return min(listed, key=lambda one: one[:3])[3] if listed else None


# what is told of a workload as text ------------------------------------------------------------------------------------


def shown(workload: Workload) -> Mapping[str, Said[str]]:
    """The fields of a workload by name, as text; no secret is among them."""
    found: dict[str, Said[str]] = {}

    def note(field: str, said: Said[_T] | None, text: Callable[[_T], str] = str) -> None:
        if said is not None:
            found[field] = said.then(text)

    note("image", workload.image)
    if workload.build is not None:
        note("build.context", workload.build.context, lambda path: path or ".")
        note("build.dockerfile", workload.build.dockerfile)
        note("build.target", workload.build.target)
        for name, said in workload.build.arguments.items():
            note(f"build.arguments.{name}", said)
    note("command", workload.command, shlex.join)
    note("entrypoint", workload.entrypoint, shlex.join)
    note("working_directory", workload.working_directory)
    note("user", workload.user)
    note("replicas", workload.replicas)
    note("restart", workload.restart)
    for setting in workload.settings:
        if setting.value is not None and not setting.secret and not set(setting.value.origins).isdisjoint(setting.givers):
            note(f"environment.{setting.name}", setting.value)
    if workload.ports:
        origins = tuple(dict.fromkeys(origin for port in workload.ports for origin in port.number.origins))
        listed = [f"{port.published.value}:{port.number.value}" if port.published is not None else str(port.number.value) for port in workload.ports]
        found["ports"] = Said(", ".join(listed), origins)
    if workload.volumes:
        origins = tuple(dict.fromkeys(origin for volume in workload.volumes for origin in volume.target.origins))
        listed = [f"{volume.source.value}:{volume.target.value}" if volume.source is not None else volume.target.value for volume in workload.volumes]
        found["volumes"] = Said(", ".join(listed), origins)
    for probe in workload.probes[:1]:
        note("health", probe.command, _asking)
    resources = workload.resources
    note("resources.cpu_request", resources.cpu_request)
    note("resources.cpu_limit", resources.cpu_limit)
    note("resources.memory_request", resources.memory_request)
    note("resources.memory_limit", resources.memory_limit)
    return found


def _asking(words: tuple[str, ...]) -> str:
    """What a health check does: whom it asks counts, not by which program."""
    asked = asked_path(tuple(part for word in words for part in word.split()))
    return f"GET :{asked.port}{asked.path}" if asked is not None else shlex.join(words)


def differences(
    base: Mapping[str, Said[str]], by_environment: Mapping[str, Sequence[Mapping[str, Said[str]]]], files: Collection[RepoPath]
) -> tuple[Difference, ...]:
    """What each environment gives another value, or takes away of what some files say; the first of its projects counts."""
    found: list[Difference] = []
    for environment, projects in by_environment.items():
        first: dict[str, Said[str]] = {}
        for one in projects:
            first |= {field: said for field, said in one.items() if field not in first}
        for field, said in first.items():
            if field not in base or base[field].value != said.value:
                found.append(Difference(environment, field, said))
        for field, said in base.items():
            gone = field not in first and field.startswith(("environment.", "command", "ports"))
            if gone and any(origin.path in files for origin in said.origins):
                found.append(Difference(environment, field, None))
    return tuple(sorted(found, key=lambda one: (one.environment, one.field)))


def disagreements(name: str, base: Mapping[str, Said[str]], by_environment: Mapping[str, Sequence[Mapping[str, Said[str]]]]) -> Iterable[Decision]:
    """Where two projects for the same environment give a field different values."""
    for environment, projects in by_environment.items():
        for field in dict.fromkeys(field for one in projects for field in one):
            values: dict[str, Said[str]] = {}
            for one in projects:
                if field in one:
                    values.setdefault(one[field].value, one[field])
            if len(values) > 1:
                listed = "; ".join(f"{value} ({said.origins[0]})" for value, said in values.items())
                taken = base[field].value if not environment and field in base else next(iter(values))
                where = f" in {environment}" if environment else ""
                origins = tuple(dict.fromkeys(origin for said in values.values() for origin in said.origins))
                yield Decision(f"{name}: {field}", "defaulted", f"sources disagree{where}: {listed}; {taken} is taken", origins)
