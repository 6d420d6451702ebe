"""What is made of where tests lie: by modules that go up from there, by conftest files that collect by it, by whoever runs a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.pytests import wanders
from migrator.kinds import runs
from migrator.paths import parent

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["callers", "climbs", "decides"]

_DECIDES = re.compile(
    rb"^def pytest_(?:collect_file|collect_directory|ignore_collect|pycollect_makemodule)\b"
    rb"|^def pytest_collection_modifyitems\b.*\n(?:(?:[ \t].*)?\n)*?[ \t].*(?:fspath|nodeid|\.path\b|location)",
    re.MULTILINE,
)
"""Hooks by which a conftest file collects, or tells tests apart, by where they lie."""
_OWN_FOLDER = re.compile(
    rb"sys\.path\.(?:append|insert)\((?:\d+,\s*)?(?:str\()?(?:os\.path\.(?:join|abspath|realpath)\()*os\.path\.dirname\((?:os\.path\.(?:abspath|realpath)\()?__file__\)*[^\n]*"
    rb"|sys\.path\.(?:append|insert)\((?:\d+,\s*)?str\(Path\(__file__\)(?:\.(?:resolve|absolute)\(\))?\.parent\)+[^\n]*"
    rb"|pytest\.main\([^\n]*__file__[^\n]*"
)
"""A module that lets Python look beside itself, or runs itself."""


def callers(facts: Facts, folder: RepoPath) -> Iterator[RepoPath]:
    """The scripts, pipelines and images that name a folder below the root: what they run of it they find there."""
    return (one.source for one in facts.graph.incoming.get(folder, ()) if folder and runs(one.source))


def decides(facts: Facts, conftest: RepoPath) -> bool:
    """Whether a conftest file collects tests, or tells them apart, by where they lie."""
    return facts.told(conftest, _decides)


def _decides(source: bytes) -> bool:
    return _DECIDES.search(source) is not None


def climbs(facts: Facts, path: RepoPath) -> bool:
    """Whether a module goes up from where it lies to something that no text names, or looks beside itself and finds something there."""
    if not wanders(facts, path):
        return False
    return facts.told(path, _goes_up) or any(
        parent(one.target.path) == parent(path) and "." not in (one.mention.base or one.mention.text)
        for one in facts.graph.references.get(path, ())
        if one.target.path is not None and one.target.path != path and not one.mention.weak
    )


def _goes_up(source: bytes) -> bool:
    return b"__file__" in _OWN_FOLDER.sub(b"", source)
