"""What modules load while they are loaded, before and after a symbol has moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from migrator.languages.base import SymbolError
from migrator.languages.python.resolving import resolve
from migrator.languages.python.seeing import scan
from migrator.paths import RepoPath, is_within, parent

if TYPE_CHECKING:
    from migrator.atlas import Atlas

__all__ = ["Loads", "check_loading"]


class Loads(Protocol):
    """What every module loads."""

    def __contains__(self, path: object, /) -> bool: ...

    def __getitem__(self, path: RepoPath, /) -> Iterable[RepoPath]: ...


def check_loading(changed: Mapping[RepoPath, bytes], loads: Loads, atlas: Atlas) -> None:
    """No import that was not there may lead back to where it stands. Raises SymbolError with the chain."""
    fresh: dict[RepoPath, set[RepoPath]] = {}

    def before(path: RepoPath) -> set[RepoPath]:
        return _loaded(loads[path], path, atlas) if path in loads else set()

    def after(path: RepoPath) -> set[RepoPath]:
        if path not in changed or not path.endswith(".py"):
            return before(path)
        if path not in fresh:
            strong = (mention for mention in scan(changed[path], "python") if not mention.weak and not mention.deferred)
            targets = (resolve(mention, path, atlas).path for mention in strong)
            fresh[path] = _loaded((target for target in targets if target is not None and target != path), path, atlas)
        return fresh[path]

    for path in sorted(changed):
        for target in sorted(after(path) - before(path)):
            if chain := _chain(target, path, after):
                raise SymbolError(f"{path} would import itself while loading: {' → '.join([path, *chain])}")


def _chain(start: RepoPath, goal: RepoPath, after: Callable[[RepoPath], set[RepoPath]]) -> list[RepoPath]:
    """The shortest way from one module to another along what they load, or nothing."""
    ways: dict[RepoPath, RepoPath | None] = {start: None}
    pending = [start]
    for here in pending:
        if here == goal:
            chain: list[RepoPath] = []
            back: RepoPath | None = here
            while back is not None:
                chain.append(back)
                back = ways[back]
            return chain[::-1]
        for target in sorted(after(here)):
            if target not in ways:
                ways[target] = here
                pending.append(target)
    return []


def _loaded(targets: Iterable[RepoPath], source: RepoPath, atlas: Atlas) -> set[RepoPath]:
    """The modules that some imports load, with the packages on the way to them that the source does not lie in."""
    found = set()
    for target in targets:
        found.add(target)
        folder = parent(target)
        while folder and (init := RepoPath(f"{folder}/__init__.py")) in atlas.tree:
            if not is_within(source, folder):
                found.add(init)
            folder = parent(folder)
    return found - {source}
