"""The runners of Python's tests: pytest by its own settings, unittest and Django's where a project has no pytest."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from migrator.facts.distributions import declared, manifest_of
from migrator.facts.pytests import Configuration, configuration
from migrator.facts.suites.model import Runner
from migrator.facts.suites.patterns import Pattern, anything, globbed, named, shaped
from migrator.kinds import runs
from migrator.languages.python.parsing import parse, text_of
from migrator.paths import ROOT, RepoPath, is_within, join, name, parent
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["NAMES", "SETTINGS", "python_runners", "tests_in"]

NAMES = ("test_*.py", "*_test.py")
"""`python_files`, where nothing is said."""
_NEVER = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")
"""`norecursedirs`, where nothing is said (pytest 9.2.0)."""
_UNITTEST = re.compile(rb"-m unittest(?: discover\b)?([^\n;&|\"']*)")
SETTINGS = frozenset({"pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"})


def python_runners(facts: Facts) -> tuple[Runner, ...]:
    """Who runs Python's tests: where pytest has settings, then projects without, then the root for what is left."""
    found: dict[RepoPath, Runner] = {}
    for folder in facts.tree.folders:
        if not SETTINGS.isdisjoint(facts.tree.folders[folder]):
            said = configuration(facts, folder)
            if said is not None and parent(said.path) == folder and not facts.scanner.hidden(said.path):
                found[folder] = _configured(facts, folder, said)
    configured = tuple(found)
    for folder, entries in facts.tree.folders.items():
        manifest = manifest_of(facts, folder)
        if manifest is None or any(is_within(folder, above) for above in configured):
            continue
        begins = folder if "manage.py" in entries else _begins(facts, folder)
        wanted = declared(facts, folder)
        found[folder] = (
            _plain(folder, manifest)
            if begins is None or "pytest" in {*wanted.runtime, *wanted.development}
            else Runner("unittest", folder, manifest, (named(begins, "test*.py"),), packaged=True)
        )
    if ROOT not in found:
        found[ROOT] = _plain(ROOT, ROOT)
    return tuple(_apart(runner, found, configured) for runner in found.values())


def _apart(runner: Runner, found: dict[RepoPath, Runner], configured: tuple[RepoPath, ...]) -> Runner:
    """Who has no settings leaves alone what other projects run for themselves."""
    if runner.directory in configured:
        return runner
    others = tuple(sorted(other for other in found if other != runner.directory and is_within(other, runner.directory)))
    return Runner(runner.tool, runner.directory, runner.config, runner.include, runner.exclude, packaged=runner.packaged, apart=others)


def _plain(folder: RepoPath, manifest: RepoPath) -> Runner:
    return Runner("pytest", folder, manifest, tuple(named(folder, shape) for shape in NAMES), tuple(_pruned(folder, _NEVER)))


def _begins(facts: Facts, folder: RepoPath) -> RepoPath | None:
    """Where people have unittest look for tests of a project; None where nobody runs it."""
    for command in facts.derive(_commands):
        found = next((place for word in command if (place := join(folder, word)) is not None and place and facts.tree.is_dir(place)), None)
        if found is not None or not command:
            return found or folder
    return None


def _commands(facts: Facts) -> tuple[tuple[str, ...], ...]:
    """What unittest is given by each command that has it look for tests."""
    told = (path for path, entry in facts.tree.items() if runs(path) and entry.mode in {FILE, EXECUTABLE} and not facts.scanner.hidden(path))
    return tuple(tuple(command.split()) for path in told for command in facts.told(path, _given_to_unittest))


def _given_to_unittest(source: bytes) -> tuple[str, ...]:
    """What stands behind `-m unittest` in each command of a script, without its flags."""
    given = (found.group(1).decode("utf-8", "replace") for found in _UNITTEST.finditer(source))
    return tuple(" ".join(word for word in one.split() if not word.startswith("-")) for one in given)


def _configured(facts: Facts, folder: RepoPath, said: Configuration) -> Runner:
    shapes = _words(said, "python_files") or NAMES
    roots = tuple(one for place in _words(said, "testpaths") for one in _places(facts, folder, place)) or (folder,)
    exclude = [one for root in roots for one in _pruned(root, _words(said, "norecursedirs") or _NEVER)]
    flags = _words(said, "addopts")
    for flag, value in [(word.partition("=")[0], word.partition("=")[2]) for word in flags] + list(pairwise(flags)):
        if flag == "--ignore" and value and (place := join(folder, value)) is not None:
            exclude += [anything(place), Pattern(parent(place), shaped(name(place)))]
        elif flag == "--ignore-glob" and value and (pattern := globbed(folder, value)) is not None:
            exclude.append(pattern)
    for path in facts.tree.below(folder):
        if name(path) == "conftest.py":
            exclude += (Pattern(parent(path), f"{shaped(one)}(?:/.*)?") for one in facts.told(path, _ignored))
    include = tuple(
        Pattern(parent(root), shaped(name(root))) if root in facts.tree else named(root, shape) for root in dict.fromkeys(roots) for shape in shapes
    )
    return Runner("pytest", folder, said.path, include, tuple(exclude))


def _places(facts: Facts, folder: RepoPath, place: str) -> Iterator[RepoPath]:
    """What an entry of `testpaths` names: a folder, a file, or what a glob finds of them."""
    pattern = globbed(folder, place)
    if pattern is None:
        return
    if "*" not in place and "?" not in place:
        there = join(folder, place)
        if there is not None and (there in facts.tree or facts.tree.is_dir(there)):
            yield there
        return
    yield from (one for one in sorted(facts.tree.folders) if pattern.catches(one))


def _pruned(root: RepoPath, shapes: tuple[str, ...]) -> Iterator[Pattern]:
    """What lies below folders of these names, anywhere below a root."""
    for shape in shapes:
        yield Pattern(root, rf"(?:.*/)?{shaped(shape)}/.*")


def _words(said: Configuration, key: str) -> tuple[str, ...]:
    value = said.options.get(key, ())
    if isinstance(value, list):
        return tuple(map(str, value))
    try:
        return tuple(shlex.split(str(value))) if value else ()
    except ValueError:
        return tuple(str(value).split())


def _ignored(source: bytes) -> tuple[str, ...]:
    """What a conftest file says that is not to be collected, where it lists it."""
    if b"collect_ignore" not in source:
        return ()
    found: list[str] = []
    for node in parse(source).named_children:
        inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else node
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if inner.type in {"assignment", "augmented_assignment"} and text_of(left).startswith("collect_ignore") and right is not None:
            found += [text_of(one).strip("\"'") for one in right.named_children if one.type == "string"]
    return tuple(found)


def tests_in(source: bytes) -> tuple[str, ...]:
    """The tests that a module of Python defines, as pytest calls them behind the file's name; of a class of unknown kin those that look like tests."""
    found: list[str] = []
    for node in parse(source).named_children:
        defined = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if defined is None:
            continue
        title = text_of(defined.child_by_field_name("name"))
        if defined.type == "function_definition" and title.startswith("test"):
            found.append(title)
        elif defined.type == "class_definition" and (title.startswith("Test") or defined.child_by_field_name("superclasses") is not None):
            body = defined.child_by_field_name("body")
            for one in body.named_children if body is not None else ():
                method = one.child_by_field_name("definition") if one.type == "decorated_definition" else one
                if method is not None and method.type == "function_definition" and text_of(method.child_by_field_name("name")).startswith("test"):
                    found.append(f"{title}::{text_of(method.child_by_field_name('name'))}")
    return tuple(found)
