"""Plans of phase 2, for its tests. A plan never changes: what is planned twice is planned once, and each content is scanned once for all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pytest

from migrator.cache import Cache
from migrator.facts import Contents, Facts
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.backend_split import phase

_STORE = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
_SCANNER = Scanner(_STORE, Cache(None), load_plan_file(None, [phase])[0].hidden())


def facts_of(files: Mapping[str, str], contents: Contents | None = None) -> Facts:
    """The facts of a tree, with what its document `openapi` holds."""
    tree = Tree((RepoPath(path), Entry(FILE, _STORE.add(text.encode()))) for path, text in files.items())
    return Facts(tree, _STORE, _SCANNER, documents={"openapi": contents}.get)


def planned(files: Mapping[str, str], options: str = "", contents: Contents | None = None) -> Plan:
    """What phase 2 plans on a tree, with the text of a plan file."""
    said = None if contents is None else (frozenset(contents.files.items()), contents.why)
    return _planned(frozenset(files.items()), options, said)


@lru_cache(maxsize=32)
def _planned(files: frozenset[tuple[str, str]], options: str, said: tuple[frozenset[tuple[str, bytes]], str] | None) -> Plan:
    return anew(dict(files), options, None if said is None else Contents(dict(said[0]), said[1]))


def anew(files: Mapping[str, str], options: str = "", contents: Contents | None = None) -> Plan:
    """The same, planned again whoever has planned it before."""
    _, parsed = load_plan_file(options or None, [phase])
    return fold("base", facts_of(files, contents), phases=[phase], options=parsed, judge=judge)
