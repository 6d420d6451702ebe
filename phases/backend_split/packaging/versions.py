"""Code that asks which version of its own distribution is installed: in a part of a split that distribution has another name, and the same version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.edits.toml import SetTomlValue
from migrator.errors import Finding
from migrator.facts.distributions import normalized
from migrator.facts.identifiers import versions_asked
from migrator.facts.plain import ini, table, toml
from migrator.paths import RepoPath
from migrator.step import Edit

if TYPE_CHECKING:
    from phases.backend_split.backend import Distribution
    from phases.backend_split.partition.modules import Partition

__all__ = ["Installed", "names_of", "unversioned", "versioned", "versions"]

_OWN = {"__name__", "__package__"}


@dataclass(frozen=True, slots=True)
class Installed:
    """Another distribution where code asks for what is installed of some: `version("shop")` becomes `version("auth-service")`."""

    names: frozenset[str]
    title: str
    own: bool = False
    """Whether that which a module is called by (`version(__name__)`) is one of those."""

    def apply(self, source: bytes) -> bytes:
        """The changed text."""
        for start, end, text in reversed(versions_asked(source)):
            if _is_of(text, self.names, own=self.own):
                source = source[:start] + f'"{self.title}"'.encode() + source[end:]
        return source

    def __str__(self) -> str:
        return f"asks for the version of {self.title}"


def names_of(partition: Partition) -> frozenset[str]:
    """The names of the monolith's distribution, as the index knows it."""
    return frozenset(normalized(str(name)) for name, _ in _declared(partition) if name)


def versions(partition: Partition, modules: Iterable[tuple[RepoPath, RepoPath]], place: Distribution) -> Iterator[Edit]:
    """What makes modules that go to a distribution ask for its version; the places of each before and after."""
    names = names_of(partition)
    for old, new in modules:
        if old.endswith(".py") and _asks(partition.facts.read(old), names):
            yield Edit(new, Installed(names, place.title))


def versioned(partition: Partition, modules: Iterable[RepoPath], place: Distribution, text: bytes = b"") -> Iterator[Edit]:
    """What gives a new distribution the monolith's version where some modules or its application's text ask for that, so that they say what they said."""
    names = names_of(partition)
    version = next((version for _, version in _declared(partition) if isinstance(version, str)), None)
    asks = any(_asks(partition.facts.read(module), names) for module in modules if module.endswith(".py")) or _asks(text, names, own=True)
    if asks and version is not None:
        yield Edit(place.manifest, SetTomlValue(("project", "version"), version))


def unversioned(partition: Partition, modules: Iterable[RepoPath], place: Distribution) -> Iterator[Finding]:
    """Where code asks for the version of what moves, and no manifest says which that is."""
    names = names_of(partition)
    asking = [module for module in modules if module.endswith(".py") and _asks(partition.facts.read(module), names)]
    if asking and not any(isinstance(version, str) for _, version in _declared(partition)):
        message = f"asks for the installed version, which no manifest says: {place.manifest} says one of its own"
        yield from (Finding("version", module, message) for module in asking)


def _declared(partition: Partition) -> Iterator[tuple[object, object]]:
    """The name and the version that each manifest of the monolith gives it."""
    directory = partition.backend.directory
    manifest = toml(partition.facts, RepoPath(f"{directory}/pyproject.toml"))
    for said in (table(manifest, "project"), table(manifest, "tool", "poetry")):
        yield said.get("name"), said.get("version")
    config = ini(partition.facts, RepoPath(f"{directory}/setup.cfg"))
    if config.has_section("metadata"):
        yield config.get("metadata", "name", raw=True, fallback=None), config.get("metadata", "version", raw=True, fallback=None)


def _asks(source: bytes, names: frozenset[str], *, own: bool = False) -> bool:
    """Whether a source asks for the version of one of some distributions."""
    return any(_is_of(text, names, own=own) for *_, text in versions_asked(source))


def _is_of(text: str, names: frozenset[str], *, own: bool) -> bool:
    return normalized(text.strip("\"'")) in names if text[:1] in {'"', "'"} else own and text in _OWN
