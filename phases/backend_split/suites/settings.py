"""What makes pytest find the tests of the parts of a split, and what they import, whether or not anything is installed."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from migrator.edits.ini import AddIniItem
from migrator.edits.toml import AddTomlItem, SetTomlValue
from migrator.facts.distributions import needed
from migrator.facts.pytests import configuration, is_test
from migrator.paths import ROOT, RepoPath, is_within, parent, relative
from migrator.step import Action, Edit, Write
from phases.backend_split.backend import Distribution, kernel_of

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["settings_of_monolith", "settings_of_part", "settings_of_root"]

_TABLE = ("tool", "pytest", "ini_options")
_CARRIED = (
    "anyio_mode",
    "asyncio_default_fixture_loop_scope",
    "asyncio_default_test_loop_scope",
    "asyncio_mode",
    "consider_namespace_packages",
    "doctest_optionflags",
    "env",
    "faulthandler_timeout",
    "filterwarnings",
    "log_level",
    "markers",
    "python_classes",
    "python_files",
    "python_functions",
    "strict_markers",
    "timeout",
    "timeout_method",
    "usefixtures",
    "xfail_strict",
)
"""Options of pytest that mean the same wherever tests lie."""
_FLAGS = (
    "--strict",
    "--tb",
    "--asyncio-mode",
    "--timeout",
    "--durations",
    "--maxfail",
    "--show",
    "--color",
    "-q",
    "-v",
    "-r",
    "-x",
    "-l",
    "-s",
    "-W",
)


def settings_of_part(
    partition: Partition, place: Distribution, files: Iterable[RepoPath], also: Iterable[str], has: frozenset[str]
) -> Iterator[Action]:
    """What makes pytest find a part's tests and modules, whether or not anything is installed."""
    facts = partition.facts
    for path in [".", "src", *(relative(core, place.directory) for core in _core(partition, place))]:
        yield Edit(place.manifest, AddTomlItem((*_TABLE, "pythonpath"), path))
    yield from _optioned(partition, place.manifest, "tests")
    available = {**partition.required.runtime, **partition.required.development}
    lines, _ = needed(facts, [path for path in files if path.endswith(".py")], available, also)
    if "pytest" not in available:
        lines = ("pytest", *lines)
    for line in lines:
        if line not in has:
            yield Edit(place.manifest, AddTomlItem(("dependency-groups", "dev"), line))


def _optioned(partition: Partition, manifest: RepoPath, *places: str) -> Iterator[Action]:
    """The options of the monolith's tests for tests elsewhere."""
    found = configuration(partition.facts, partition.backend.directory)
    # No package of tests: several of one name could not be loaded together.
    flags = ["--import-mode=importlib", *(_flags(found.options.get("addopts", "")) if found is not None else ())]
    yield Edit(manifest, SetTomlValue((*_TABLE, "addopts"), flags))
    yield Edit(manifest, SetTomlValue((*_TABLE, "testpaths"), list(places)))
    for key in _CARRIED:
        if found is not None and key in found.options:
            yield Edit(manifest, SetTomlValue((*_TABLE, key), _value(key, found.options[key], found.lines(key))))


def settings_of_root(partition: Partition, place: Distribution) -> Iterator[Action]:
    """What makes all parts' tests run at once at the root; nothing where the root has options, or tests that are not theirs."""
    facts, backend, options = partition.facts, partition.backend, partition.options
    found = configuration(facts, ROOT)
    manifest = RepoPath("pyproject.toml")
    parts = (backend.directory, options.directory, f"{options.packages}/{options.kernel}")
    if found is None and not any(is_test(path) and not any(is_within(path, part) for part in parts) for path in facts.tree):
        yield from _optioned(partition, manifest, f"{options.directory}/*/tests", f"{options.packages}/{options.kernel}/tests")
    elif found is None or found.path != manifest or found.options.get("testpaths", [])[:1] != [f"{options.directory}/*/tests"]:
        return
    for path in (backend.root, *_core(partition, place), parent(place.home)):
        yield Edit(manifest, AddTomlItem((*_TABLE, "pythonpath"), path))


def _core(partition: Partition, place: Distribution) -> Iterator[RepoPath]:
    core = kernel_of(partition.options)
    if place != core and partition.facts.tree.is_dir(core.directory):
        yield parent(core.home)


def _flags(addopts: object) -> Iterator[str]:
    """Of the monolith's flags those that name no file and no measure of its own."""
    words = [str(word) for word in addopts] if isinstance(addopts, list) else shlex.split(str(addopts))
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word in {"-p", "-m", "-W", "-r", "--tb", "--maxfail", "--durations", "--timeout"} and at < len(words):
            at += 1
            if word != "-p" or words[at - 1].startswith("no:"):
                yield from (word, words[at - 1])
        elif word.startswith(_FLAGS):
            yield word


def _value(key: str, value: Any, lines: tuple[str, ...]) -> Any:  # noqa: ANN401  what a manifest holds
    """An option as TOML says it: an ini file has lines and words where TOML has lists and truths."""
    if not isinstance(value, str):
        return value
    if key in {"env", "filterwarnings", "markers", "usefixtures"}:
        return list(lines)
    return value


def settings_of_monolith(partition: Partition, place: Distribution) -> Iterator[Action]:
    """What lets the monolith's own tests import a distribution that is not installed; nothing where it has no tests."""
    facts, directory = partition.facts, partition.backend.directory
    found = configuration(facts, directory)
    if found is None and not any(is_test(path) for path in facts.tree.below(directory)):
        return
    path = RepoPath(f"{directory}/pyproject.toml") if found is None else found.path
    if path not in facts.tree:
        path = RepoPath(f"{directory}/pytest.ini")
    entry = relative(parent(place.home), parent(path))
    said = found.options.get("pythonpath", []) if found is not None else []
    table = (*_TABLE, "pythonpath")
    if path not in facts.tree:
        yield Write(path, f"[pytest]\npythonpath = {entry}\n".encode())
    elif found is not None and found.section != "tool.pytest.ini_options":
        yield Edit(path, AddIniItem(found.section, "pythonpath", entry))
    elif isinstance(said, str):
        yield Edit(path, SetTomlValue(table, [*said.split(), entry]))
    else:
        yield Edit(path, AddTomlItem(table, entry))
