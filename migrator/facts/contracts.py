"""The layers that a repository declares for import-linter: which of its packages may not import which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.facts.plain import ini, table, toml
from migrator.paths import RepoPath, is_within, join, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Contract", "layered"]

_FILES = frozenset({"pyproject.toml", "setup.cfg", ".importlinter"})


class Contract(NamedTuple):
    """A contract of the type `layers`, for one container."""

    path: RepoPath
    """The file that declares it."""
    name: str
    layers: tuple[tuple[RepoPath, ...], ...]
    """The modules and packages of each layer that are there, as the files and directories that they are; the highest layer first."""

    def breaks(self, source: str, target: str) -> bool:
        """Whether an import leads from a layer to a higher one."""
        here, there = self._level(source), self._level(target)
        return here is not None and there is not None and there < here

    def _level(self, path: str) -> int | None:
        return next((level for level, held in enumerate(self.layers) if any(is_within(path, one) for one in held)), None)


def layered(facts: Facts) -> tuple[Contract, ...]:
    """The contracts that hold on a tree, in the order of the files that declare them.

    https://import-linter.readthedocs.io/en/stable/contract_types/layers/ says what their words mean: layers from the highest down,
    `|` and `:` between those of one level, round brackets around one that may be missing, `containers` as what they lie in.
    """
    return facts.derive(_layered)


def _layered(facts: Facts) -> tuple[Contract, ...]:
    files = [path for path in facts.tree.called(*_FILES) if not facts.scanner.hidden(path)]
    return tuple(
        contract for path in files if b"importlinter" in facts.read(path) for said in _said(facts, path) for contract in _contracts(facts, path, said)
    )


def _said(facts: Facts, path: RepoPath) -> Iterator[Mapping[str, Any]]:
    if name(path) == "pyproject.toml":
        yield from (one for one in table(toml(facts, path), "tool", "importlinter").get("contracts", ()) if isinstance(one, dict))
        return
    parser = ini(facts, path)
    for section in parser.sections():
        if section.startswith("importlinter:contract:"):
            yield {key: value if key in {"name", "type"} else value.split("\n") for key, value in parser.items(section)}


def _contracts(facts: Facts, path: RepoPath, said: Mapping[str, Any]) -> Iterator[Contract]:
    if said.get("type") != "layers":
        return
    levels = [str(level) for level in said.get("layers", ()) if str(level).strip()]
    for container in [str(one).strip() for one in said.get("containers", ()) if str(one).strip()] or [""]:
        layers = tuple(tuple(_found(facts, path, container, level)) for level in levels)
        if any(layers):
            yield Contract(path, str(said.get("name", "")), layers)


def _found(facts: Facts, path: RepoPath, container: str, level: str) -> Iterator[RepoPath]:
    at = join(parent(path), "_.py") or RepoPath("_.py")
    for word in level.replace("|", ":").split(":"):
        module = word.strip().removeprefix("(").removesuffix(")").strip()
        found = facts.atlas.python.find(f"{container}.{module}" if container else module, at)
        if found.path is not None and not found.rest:
            yield parent(found.path) if name(found.path) == "__init__.py" else found.path
