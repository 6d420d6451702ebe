"""The tests of a split backend: those that exercise one part alone go along with it, with what they need of their conftest files."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from migrator.atlas.python import STDLIB
from migrator.edits.ini import AddIniItem
from migrator.edits.toml import AddTomlItem, SetTomlValue
from migrator.errors import Finding
from migrator.facts.composition import Import, Statement, imports, statements
from migrator.facts.distributions import declared, needed
from migrator.facts.pytests import asked, composed, configuration, conftests, fixtures, is_test, wanders
from migrator.graph import Reference
from migrator.paths import ROOT, RepoPath, ancestors, is_within, name, parent, relative
from migrator.step import Action, Edit, Move, Write
from phases.backend_split.application import Namer, imported, merged
from phases.backend_split.backend import Distribution, kernel_of, service_name, service_of
from phases.backend_split.partition import Partition

__all__ = ["Testing", "reachable"]

_STAYS = ""
"""The label of what stays in the gateway."""
_ASIDE = ("tests", "test")
_TABLE = ("tool", "pytest", "ini_options")
_PROSE = frozenset({"doc", "doc-path"})
_PATHS = frozenset({"path", "file-path"})
_PLUGINS = frozenset({"event_loop", "event_loop_policy", "anyio_backend"})
"""Fixtures that plugins ask for by themselves."""
_SETTINGS = frozenset({"pytest_plugins", "collect_ignore", "collect_ignore_glob"})
_CARRIED = (
    "anyio_mode",
    "asyncio_default_fixture_loop_scope",
    "asyncio_default_test_loop_scope",
    "asyncio_mode",
    "consider_namespace_packages",
    "doctest_optionflags",
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


class _Part(NamedTuple):
    """What of a conftest file some tests need: its statements and imports, what its fixtures ask for, and why it cannot be had."""

    statements: tuple[Statement, ...] = ()
    imports: tuple[Import, ...] = ()
    asks: frozenset[str] = frozenset()
    why: str = ""


class _Reach(NamedTuple):
    """What a test exercises: by label of a part, the files of the tests themselves that it needs, the conftest files; or why it cannot leave."""

    labels: frozenset[str] = frozenset()
    files: frozenset[RepoPath] = frozenset()
    conftests: tuple[RepoPath, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Testing:
    """Every test of a monolith with its place."""

    partition: Partition

    # what there is -----------------------------------------------------------------------------------------------------

    @cached_property
    def tests(self) -> tuple[RepoPath, ...]:
        """The test modules of the backend that are no part of what its application loads."""
        backend, facts = self.partition.backend, self.partition.facts
        loaded = set(self.partition.graph) - set(self.partition.unreached)
        return tuple(
            path for path in sorted(facts.tree.below(backend.directory)) if is_test(path) and path not in loaded and not facts.scanner.hidden(path)
        )

    @cached_property
    def _owners(self) -> Mapping[RepoPath, str]:
        partition = self.partition
        found = {module: title for title, mine in partition.owned.items() for module in mine}
        return found | dict.fromkeys(partition.kernel, partition.options.kernel)

    def _owner(self, path: RepoPath) -> str:
        """The part that a file belongs to: a service, the kernel, or what stays."""
        options = self.partition.options
        if path in self._owners:
            return self._owners[path]
        if is_within(path, kernel_of(options).directory):
            return options.kernel
        if is_within(path, options.directory) and not is_within(path, self.partition.backend.directory):
            folder = path[len(options.directory) + 1 :].partition("/")[0]
            return next((title for title in options.services if service_name(title) == folder), folder)
        return _STAYS

    # where tests go ----------------------------------------------------------------------------------------------------

    @cached_property
    def _placed(self) -> tuple[Mapping[RepoPath, str], Mapping[RepoPath, str]]:
        """The tests that go, each with its part, and those that stay, each with the reason."""
        goes: dict[RepoPath, str] = {}
        stays: dict[RepoPath, str] = {}
        for test in self.tests:
            reach = self._reach[test]
            if why := reach.why or self._said(reach.labels):
                stays[test] = why
            else:
                goes[test] = next(iter(reach.labels - {self.partition.options.kernel}), self.partition.options.kernel)
        taken: dict[RepoPath, RepoPath] = {}
        for test, label in list(goes.items()):
            place = self.place(label)
            reach = self._reach[test]
            for path in (test, *sorted(reach.files), *reach.conftests):
                target = self.target(path, place)
                if target in self.partition.facts.tree or taken.setdefault(target, path) != path:
                    goes.pop(test, None)
                    stays[test] = f"would be the second {name(target)} where it goes"
        changed = True
        while changed:
            changed = False
            for test in [test for test in goes if self._left_behind(test, goes)]:
                del goes[test]
                stays[test] = "shares files with what stays"
                changed = True
        return goes, stays

    def _said(self, labels: frozenset[str]) -> str:
        """Why what belongs to these parts is nobody's alone, or an empty text."""
        core = self.partition.options.kernel
        if not labels:
            return "names nothing of the application"
        if _STAYS in labels:
            return "exercises what stays in the gateway"
        return f"exercises {' and '.join(sorted(labels - {core}))}" if len(labels - {core}) > 1 else ""

    def _left_behind(self, test: RepoPath, goes: Mapping[RepoPath, str]) -> bool:
        """Whether a file that a test needs is also needed by something that does not go where the test goes."""
        graph = self.partition.facts.graph
        for path in self._reach[test].files:
            named = (reference for target in self._whole(path) for reference in graph.incoming.get(target, ()))
            users = {one.source for one in named if one.source.endswith(".py") and one.mention.kind not in _PROSE}
            if any(goes.get(user) != goes[test] and user not in self._reach[test].files for user in users):
                return True
        return False

    def _whole(self, path: RepoPath) -> tuple[RepoPath, ...]:
        """A file or directory with what lies in it and the directories of tests that it lies in: whoever names one of these uses it."""
        above = [folder for folder in ancestors(path) if self._is_aside(folder) and name(folder) not in _ASIDE]
        return (path, *above, *self.partition.facts.tree.below(path))

    @property
    def places(self) -> Mapping[RepoPath, str]:
        """The tests that go along with a service or the kernel."""
        return self._placed[0]

    def findings(self) -> Iterator[Finding]:
        """How many tests go where, and a line for every reason why others stay."""
        goes, stays = self._placed
        if not self.tests:
            return
        counts = Counter(self.place(label).title for label in goes.values())
        said = "; ".join(f"{count} to {title}" for title, count in sorted(counts.items()))
        yield Finding("tests", self.partition.backend.directory, f"of {len(self.tests)} test modules go along: {said or 'none'}", severity="info")
        reasons: dict[str, list[RepoPath]] = {}
        for test, why in sorted(stays.items()):
            reasons.setdefault(why, []).append(test)
        for why, tests in sorted(reasons.items(), key=lambda row: (-len(row[1]), row[0])):
            more = f"with {len(tests) - 1} more " if len(tests) > 1 else ""
            yield Finding("tests", tests[0], f"stays {more}because it {why}", severity="info")

    def explained(self) -> Iterator[Finding]:
        """Every test with where it goes, or why it stays."""
        goes, stays = self._placed
        for test, label in goes.items():
            yield Finding("test", test, f"exercises nothing but what {self.place(label).title} has: goes along", severity="info")
        for test, why in sorted(stays.items()):
            yield Finding("test", test, f"{why}: it stays", severity="info")

    def place(self, label: str) -> Distribution:
        """The distribution of a part."""
        options = self.partition.options
        return kernel_of(options) if label == options.kernel else service_of(options, label)

    def target(self, path: RepoPath, place: Distribution) -> RepoPath:
        """Where a test, or what goes along with it, lies in a distribution: as it lay below the monolith's tests."""
        parts = self.partition.relative(path).split("/")
        if parts == ["conftest.py"]:
            return RepoPath(f"{place.directory}/conftest.py")
        below = next((at + 1 for at, part in enumerate(parts[:-1]) if part in _ASIDE), 0)
        return RepoPath("/".join([place.directory, "tests", *parts[below:]]))

    # what tests exercise -----------------------------------------------------------------------------------------------

    @cached_property
    def _reach(self) -> Mapping[RepoPath, _Reach]:
        return {test: self._reached(test) for test in self.tests}

    def _reached(self, test: RepoPath) -> _Reach:
        found = configuration(self.partition.facts, self.partition.backend.directory)
        if found is not None and "env" in found.options:
            return _Reach(why=f"is prepared by {found.path}, with variables")
        modules: set[RepoPath] = set()
        files: set[RepoPath] = set()
        wanted = set(asked(self.partition.facts, test)) | _PLUGINS | self._everywhere
        pending = [test]
        while pending:
            module = pending.pop()
            if why := self._unseen(module):
                return _Reach(why=why)
            for reference in self.partition.facts.graph.references.get(module, ()):
                target = reference.target.path
                if target is None or target == module or reference.mention.kind in _PROSE:
                    continue
                if why := self._held(reference, target, test):
                    return _Reach(why=why)
                if not self._is_aside(target):
                    modules.add(target)
                elif target not in files:
                    files.add(target)
                    if target.endswith(".py"):
                        wanted |= asked(self.partition.facts, target)
                        pending.append(target)
        parts = self._parts(test, frozenset(wanted))
        for part in parts.values():
            if part.why:
                return _Reach(why=part.why)
            modules |= {one.target for one in part.imports if one.target is not None}
        labels = {self._owner(module) for module in modules}
        preparing = tuple(conftest for conftest, part in parts.items() if part.statements or part.imports)
        return _Reach(frozenset(labels), frozenset(files), preparing, "" if _STAYS in labels else self._astray(modules, labels))

    def _astray(self, modules: set[RepoPath], labels: set[str]) -> str:
        """Why the modules that a test loads may need what is not loaded with them, or an empty text: they name it in a string."""
        found = {*labels, self.partition.options.kernel}
        pending, seen = sorted(modules), set(modules)
        while pending:
            for reference in self.partition.facts.graph.references.get(pending.pop(), ()):
                target = reference.target.path
                if target is None or target in seen or reference.mention.kind in {*_PROSE, *_PATHS} or not target.endswith(".py"):
                    continue
                if self._owner(target) not in found and target not in self.partition.packages:
                    return "exercises what names modules elsewhere"
                seen.add(target)
                pending.append(target)
        return ""

    @cached_property
    def _everywhere(self) -> frozenset[str]:
        """The fixtures that the configuration gives to every test."""
        found = configuration(self.partition.facts, self.partition.backend.directory)
        return frozenset(" ".join(found.lines("usefixtures")).split()) if found is not None else frozenset()

    def _unseen(self, module: RepoPath) -> str:
        """Why it is not certain what a module names, or an empty text."""
        facts, package = self.partition.facts, name(self.partition.backend.package)
        if wanders(facts, module):
            return "finds files by its own place"
        for reference in facts.graph.references.get(module, ()):
            mention, target = reference.mention, reference.target
            if target.path is None and (target.others or (target.missing and (mention.base or mention.text).partition(".")[0] == package)):
                return "names what is not there"
        return "names modules that are put together while it runs" if composed(facts, module, package) else ""

    def _held(self, reference: Reference, target: RepoPath, test: RepoPath) -> str:
        """Why a test cannot leave because of what it names, or an empty text."""
        mention = reference.mention
        if mention.kind in _PATHS:
            if not self._is_aside(target) or is_within(test, target) or target.endswith(".py"):
                return f"finds {target} by a path"
        elif mention.base.startswith("."):
            return "imports relatively"
        elif self._is_aside(target) and (
            # Where tests of several parts are no packages, what lies beside a test is found from its project's directory alone.
            name(target) in {"conftest.py", "__init__.py"} or (mention.base or mention.text).partition(".")[0] not in _ASIDE
        ):
            return f"imports {target}"
        return ""

    def _is_aside(self, path: RepoPath) -> bool:
        """Whether a file or directory belongs to the tests: it lies where tests do, outside what the application loads."""
        backend = self.partition.backend
        if not is_within(path, backend.directory) or path in self._owners or path in self.partition.gateway:
            return False
        return any(part in _ASIDE for part in path[len(backend.directory) + 1 :].split("/")[: None if name(path) in _ASIDE else -1])

    # what tests need of their conftest files ---------------------------------------------------------------------------

    def _parts(self, test: RepoPath, wanted: frozenset[str]) -> dict[RepoPath, _Part]:
        """What a test needs of every conftest file that applies to it: fixtures ask for fixtures of others."""
        chain = conftests(self.partition.facts, test, self.partition.backend.directory)
        while True:
            parts = {conftest: self._part(conftest, wanted) for conftest in chain}
            grown = wanted.union(*(part.asks for part in parts.values()))
            if grown == wanted or any(part.why for part in parts.values()):
                return parts
            wanted = grown

    def _part(self, conftest: RepoPath, wanted: frozenset[str]) -> _Part:
        facts = self.partition.facts
        said, bound = statements(facts, conftest), imports(facts, conftest)
        known = {one.start: one for one in fixtures(facts, conftest)}
        if why := self._unseen(conftest):
            return _Part(why=f"{conftest} {why}")
        if star := next((r for r in facts.graph.references.get(conftest, ()) if r.mention.kind == "star" and r.target.path is not None), None):
            return _Part(why=f"{conftest} takes everything from {star.target.path}")
        offered: dict[str, Statement] = {}
        pending: list[tuple[Statement | Import, str]] = []
        for one in said:
            fixture = known.get(one.start)
            if fixture is not None and (fixture.autouse or fixture.name in wanted):
                pending.append((one, f"needs the fixture {fixture.name} of {conftest}"))
            elif one.kind in {"definition", "assignment"} and one.binds and not _runs(one):
                offered |= dict.fromkeys(one.binds, one)
            elif one.kind not in {"import", "docstring", "main"}:
                pending.append((one, f"is prepared by {conftest}"))
        used = {word for one in said if one.kind != "import" for word in one.uses}
        for local, taken in bound.items():
            if local in wanted:
                pending.append((taken, f"needs the fixture {local} of {conftest}"))
            elif taken.target is not None and local not in used:
                pending.append((taken, f"is prepared by {conftest}"))
        kept: dict[int, Statement] = {}
        needs: dict[str, Import] = {}
        while pending:
            item, reason = pending.pop()
            if isinstance(item, Import):
                needs[item.local] = item
                if item.target is not None and (self._owner(item.target) == _STAYS or not item.base):
                    return _Part(why=f"{reason}, which uses {item.target}")
            elif item.start not in kept:
                kept[item.start] = item
                if inner := self._inner(conftest, item):
                    return _Part(why=f"{reason}, which names {inner}")
                pending += [(offered[used], reason) for used in sorted(item.uses) if used in offered]
                pending += [(bound[used], reason) for used in sorted(item.uses) if used in bound]
        asks = frozenset(ask for start in kept if start in known for ask in known[start].asks)
        return _Part(tuple(kept[start] for start in sorted(kept)), tuple(needs.values()), asks)

    def _inner(self, conftest: RepoPath, statement: Statement) -> RepoPath | None:
        """What a statement that is no import names of the repository: its text would have to change."""
        for reference in self.partition.facts.graph.references.get(conftest, ()):
            target = reference.target.path
            if target is not None and statement.start <= reference.mention.start < statement.end and reference.mention.kind not in _PROSE:
                return target
        return None

    def _conftests(self, tests: Iterable[RepoPath]) -> dict[RepoPath, _Part]:
        """What some tests need of conftest files, together."""
        wanted: dict[RepoPath, set[str]] = {}
        for test in tests:
            names = set(_PLUGINS | self._everywhere)
            for module in (test, *(path for path in self._reach[test].files if path.endswith(".py"))):
                names |= asked(self.partition.facts, module)
            parts = self._parts(test, frozenset(names))
            for conftest in parts:
                wanted.setdefault(conftest, set()).update(names, *(part.asks for part in parts.values()))
        return {conftest: self._part(conftest, frozenset(names)) for conftest, names in sorted(wanted.items())}

    # what a step does --------------------------------------------------------------------------------------------------

    def actions(self, label: str, namer: Namer, lines: Iterable[str]) -> Iterator[Action]:
        """The moves of a part's tests with what they need, and what its manifest says of them.

        `namer` knows the modules that it can import, `lines` are what it requires without its tests.
        """
        facts, place = self.partition.facts, self.place(label)
        tests = [test for test, goes in self.places.items() if goes == label]
        if not tests:
            return
        files = {
            file for test in tests for path in (test, *self._reach[test].files) for file in (path, *facts.tree.below(path)) if file in facts.tree
        }
        yield from (Move(path, self.target(path, place)) for path in sorted(files))
        parts = {conftest: part for conftest, part in self._conftests(tests).items() if part.statements or part.imports}
        for conftest, part in parts.items():
            yield Write(self.target(conftest, place), self._spliced(conftest, part, namer).encode())
        outside = {(one.base or one.text).partition(".")[0] for part in parts.values() for one in part.imports if one.target is None}
        yield from self._configured(place, sorted(files), outside - STDLIB, frozenset(lines))
        yield from self._together(place)

    def _spliced(self, conftest: RepoPath, part: _Part, namer: Namer) -> str:
        """The text of a conftest file with what is needed of it, in the same order: what is set before an import has to be."""
        facts = self.partition.facts
        where = {(r.mention.base, r.mention.text): r.mention.start for r in facts.graph.references.get(conftest, ())}
        kept = {one.start for one in part.statements}
        source, last, body = facts.read(conftest), 0, ""
        for one in statements(facts, conftest):
            gap = min(source[last : one.start].count(b"\n"), 3)
            last = one.end
            text = one.text if one.start in kept or one.text.startswith("from __future__") else ""
            if one.kind == "import" and not text:
                here = [taken for taken in part.imports if one.start <= where[taken.base, taken.text] < one.end]
                text = "\n".join(merged(imported(taken, namer) for taken in here))
            if text:
                body += "\n" * (max(gap, 1) if body else 0) + text.replace("\r\n", "\n")
        return f'"""What the tests here need of {conftest}."""\n\n{body}\n'

    def _configured(self, place: Distribution, files: Iterable[RepoPath], also: Iterable[str], has: frozenset[str]) -> Iterator[Action]:
        """What makes pytest find a part's tests and modules, whether or not anything is installed."""
        facts, backend = self.partition.facts, self.partition.backend
        for path in [".", "src", *(relative(core, place.directory) for core in self._core(place))]:
            yield Edit(place.manifest, AddTomlItem((*_TABLE, "pythonpath"), path))
        yield from self._optioned(place.manifest, "tests")
        required = declared(facts, backend.directory)
        available = {**required.runtime, **required.development}
        lines, _ = needed(facts, [path for path in files if path.endswith(".py")], available, also)
        if "pytest" not in available:
            lines = ("pytest", *lines)
        for line in lines:
            if line not in has:
                yield Edit(place.manifest, AddTomlItem(("dependency-groups", "dev"), line))

    def _optioned(self, manifest: RepoPath, *places: str) -> Iterator[Action]:
        """The options of the monolith's tests for tests elsewhere."""
        found = configuration(self.partition.facts, self.partition.backend.directory)
        # No package of tests: several of one name could not be loaded together.
        flags = ["--import-mode=importlib", *(_flags(found.options.get("addopts", "")) if found is not None else ())]
        yield Edit(manifest, SetTomlValue((*_TABLE, "addopts"), flags))
        yield Edit(manifest, SetTomlValue((*_TABLE, "testpaths"), list(places)))
        for key in _CARRIED:
            if found is not None and key in found.options:
                yield Edit(manifest, SetTomlValue((*_TABLE, key), _value(key, found.options[key], found.lines(key))))

    def _together(self, place: Distribution) -> Iterator[Action]:
        """What makes all parts' tests run at once at the root; nothing where the root has options, or tests that are not theirs."""
        facts, backend, options = self.partition.facts, self.partition.backend, self.partition.options
        found = configuration(facts, ROOT)
        manifest = RepoPath("pyproject.toml")
        parts = (backend.directory, options.directory, f"{options.packages}/{options.kernel}")
        if found is None and not any(is_test(path) and not any(is_within(path, part) for part in parts) for path in facts.tree):
            yield from self._optioned(manifest, f"{options.directory}/*/tests", f"{options.packages}/{options.kernel}/tests")
        elif found is None or found.path != manifest or found.options.get("testpaths", [])[:1] != [f"{options.directory}/*/tests"]:
            return
        for path in (backend.root, *self._core(place), parent(place.home)):
            yield Edit(manifest, AddTomlItem((*_TABLE, "pythonpath"), path))

    def _core(self, place: Distribution) -> Iterator[RepoPath]:
        core = self.place(self.partition.options.kernel)
        if place != core and self.partition.facts.tree.is_dir(core.directory):
            yield parent(core.home)


def _runs(statement: Statement) -> bool:
    """Whether a definition or assignment is pytest's by its name: a hook, a list of plugins."""
    return any(bound.startswith("pytest_") or bound in _SETTINGS for bound in statement.binds)


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
    if key in {"filterwarnings", "markers", "usefixtures"}:
        return list(lines)
    return value


def reachable(partition: Partition, place: Distribution) -> Iterator[Action]:
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
