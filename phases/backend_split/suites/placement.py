"""The tests of a split backend: those that exercise one part alone go along with it, with what they need of their conftest files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.atlas.python import STDLIB
from migrator.edits.spans import Respell
from migrator.edits.toml import AddTomlItem
from migrator.errors import Finding
from migrator.facts.clients import Request, clients, exposed, requests
from migrator.facts.composition import credential, statements
from migrator.facts.packages import dotted, reached
from migrator.facts.pytests import asked, configuration, conftests, is_test
from migrator.paths import RepoPath, ancestors, is_within, name, parent, relative
from migrator.step import Action, Edit, Move, Write
from migrator.wording import counted
from phases.backend_split.backend import Distribution, below, kernel_of, service_name, service_of
from phases.backend_split.partition.layers import lines_of
from phases.backend_split.suites.conftests import PROSE, Conftests, Part, is_conftest, paves, spliced, unseen
from phases.backend_split.suites.served import Answering
from phases.backend_split.suites.settings import settings_of_part, settings_of_root

if TYPE_CHECKING:
    from migrator.graph import Reference
    from phases.backend_split.imports import Namer
    from phases.backend_split.partition.modules import Partition

__all__ = ["Testing"]

_STAYS = ""
"""The label of what stays in the gateway."""
_ASIDE = ("tests", "test")
_WHOLE = "takes the whole application, and asks it for nothing that can be read"
_PATHS = frozenset({"path", "file-path"})
_TESTED = re.compile(rb"(?m)^\s*(?:async +)?def +test|^\s*class +(?:Test|\w+\([^)]*Test)")


class _Reach(NamedTuple):
    """What a test exercises: by label of a part, the files of the tests themselves that it needs, the conftest files; or why it cannot leave."""

    labels: frozenset[str] = frozenset()
    files: frozenset[RepoPath] = frozenset()
    conftests: tuple[RepoPath, ...] = ()
    application: frozenset[str] = frozenset()
    """What it takes of the application's module: a service's own application stands in for it."""
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
            path
            for path in sorted(facts.tree.below(backend.directory))
            if self._is_test(path) and path not in loaded and not facts.scanner.hidden(path)
        )

    def _is_test(self, path: RepoPath) -> bool:
        """Whether a file is a test module by its name, and not one that tests share (`test_helpers.py`)."""
        facts = self.partition.facts
        return is_test(path) and (facts.told(path, _tests_something) or not facts.graph.importers(path))

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
            if why := reach.why or self._said(reach.labels) or self._unserved(reach):
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

    def _unserved(self, reach: _Reach) -> str:
        """Why the application of the one service that a test exercises cannot answer it, or an empty text."""
        if not reach.application:
            return ""
        title = next(iter(reach.labels - {self.partition.options.kernel}), "")
        return self._answering.lacking(title, reach.application) if title else _WHOLE

    def _left_behind(self, test: RepoPath, goes: Mapping[RepoPath, str]) -> bool:
        """Whether a test needs what cannot be in two places and is needed elsewhere too: modules can, files cannot."""
        return any(not path.endswith(".py") and self._is_shared(path, goes[test], goes) for path in self._reach[test].files)

    def _is_shared(self, path: RepoPath, label: str, goes: Mapping[RepoPath, str]) -> bool:
        return any(goes.get(user) != label for user in self._users(path))

    def _users(self, path: RepoPath) -> frozenset[RepoPath]:
        """Who uses a file of the tests in the end: tests, conftest files, and what is no test at all."""
        if path not in self._used:
            incoming = self.partition.facts.graph.incoming
            found: set[RepoPath] = set()
            pending, seen = [path], {path}
            while pending:
                named = (reference for target in self._whole(pending.pop()) for reference in incoming.get(target, ()))
                for user in {one.source for one in named if one.source.endswith(".py") and one.mention.kind not in PROSE} - seen:
                    seen.add(user)
                    if self._helps(user):
                        pending.append(user)
                    else:
                        found.add(user)
            self._used[path] = frozenset(found)
        return self._used[path]

    @cached_property
    def _used(self) -> dict[RepoPath, frozenset[RepoPath]]:
        return {}

    def _helps(self, path: RepoPath) -> bool:
        """Whether a module is one that tests share."""
        return path.endswith(".py") and self._is_aside(path) and not self._is_test(path) and name(path) not in {"conftest.py", "__init__.py"}

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
        said = f": {', '.join(f'{count} to {title}' for title, count in sorted(counts.items()))}" if counts else ""
        verb = "goes" if len(goes) <= 1 else "go"
        message = f"{len(goes) or 'none'} of {counted(len(self.tests), 'test module')} {verb} along{said}"
        yield Finding("tests", self.partition.backend.directory, message, severity="info")
        reasons: dict[str, list[RepoPath]] = {}
        for test, why in sorted(stays.items()):
            reasons.setdefault(_kind(why), []).append(test)
        for _, tests in sorted(reasons.items(), key=lambda row: (-len(row[1]), row[0])):
            more = f"with {len(tests) - 1} more " if len(tests) > 1 else ""
            yield Finding("tests", tests[0], f"stays {more}because it {stays[tests[0]]}", severity="info")

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
    def _conftests(self) -> Conftests:
        return Conftests(self.partition.facts, self.partition.backend, lambda path: self._owner(path) == _STAYS, self._helps)

    @cached_property
    def _answering(self) -> Answering:
        return Answering(self.partition, self._owners)

    @cached_property
    def _reach(self) -> Mapping[RepoPath, _Reach]:
        return {test: self._reached(test) for test in self.tests}

    def _reached(self, test: RepoPath) -> _Reach:
        found = configuration(self.partition.facts, self.partition.backend.directory)
        if found is not None and any(credential(line) is not None for line in found.lines("env")):
            return _Reach(why=f"is prepared by {found.path}, with a variable that looks like a credential")
        application = self.partition.backend.application.module
        taken: set[str] = set()
        modules: set[RepoPath] = set()
        files: set[RepoPath] = set()
        pending = [test]
        parts: Mapping[RepoPath, Part] = {}
        while pending:
            while pending:
                module = pending.pop()
                found_in = self._read(module, test)
                if isinstance(found_in, str):
                    return _Reach(why=found_in)
                for target in found_in:
                    if target == application or is_conftest(target):
                        continue
                    if not self._is_aside(target):
                        modules.add(target)
                    elif target not in files:
                        files.add(target)
                        pending += [target] if target.endswith(".py") else []
                taken |= found_in.get(application, set())
            parts = self._conftests.applying(test, files)
            if why := next((part.why for part in parts.values() if part.why), ""):
                return _Reach(why=why)
            pending = sorted(target for part in parts.values() for target in part.targets if self._helps(target) and target not in files)
            files.update(pending)
        named = {one for path in (test, *files) if path.endswith(".py") for one in asked(self.partition.facts, path)}
        itself = bool(taken) or any(part.hands & named for part in parts.values())
        for part in parts.values():
            modules |= {target for target in part.targets if target != application and not self._helps(target)}
            taken |= {one.rest for one in part.imports if one.target == application}
        for path in sorted(files):
            if self._helps(path) and (why := self._conftests.whole(path).why):
                return _Reach(why=why)
        if taken:
            answered = self._answered(test, files, parts)
            if isinstance(answered, str):
                return _Reach(why=answered)
            if not answered and itself:
                return _Reach(why=_WHOLE)
            modules |= answered
        labels = {self._owner(module) for module in modules}
        preparing = tuple(conftest for conftest, part in parts.items() if part.statements or part.imports)
        why = "" if _STAYS in labels else self._astray(modules, labels)
        return _Reach(frozenset(labels), frozenset(files), preparing, frozenset(taken), why)

    def _read(self, module: RepoPath, test: RepoPath) -> dict[RepoPath, set[str]] | str:
        """What a test, or a module that it needs, names: by file, what of it; or why the test cannot leave."""
        facts, application = self.partition.facts, self.partition.backend.application.module
        if why := unseen(facts, module, self.partition.backend):
            return why
        paved = [(one.start, one.end) for one in statements(facts, module) if paves(one)]
        found: dict[RepoPath, set[str]] = {}
        for reference in facts.graph.references.get(module, ()):
            mention, target = reference.mention, reference.target.path
            if target is None or target == module or mention.kind in PROSE or any(start <= mention.start < end for start, end in paved):
                continue
            if target == application and not (mention.kind == "from" and reference.target.rest.isidentifier()):
                return "exercises what stays in the gateway"
            if target != application and (why := self._held(reference, target, test)):
                return why
            found.setdefault(target, set()).add(reference.target.rest)
        return found

    def _answered(self, test: RepoPath, files: Iterable[RepoPath], parts: Mapping[RepoPath, Part]) -> set[RepoPath] | str:
        """The modules whose routes a test asks for with what goes along with it, or why another application cannot answer it."""
        facts = self.partition.facts
        code = [path for path in (test, *sorted(files)) if path.endswith(".py")]
        known = frozenset(name for path in (*code, *parts) for name in clients(facts, path))
        made: list[Request] = [one for path in code for one in requests(facts, path, known)]
        for conftest, part in parts.items():
            made += requests(facts, conftest, known, [(one.start, one.end) for one in part.statements])
        if shown := next(filter(None, (exposed(facts, path) for path in (*code, *parts))), ""):
            return f"looks at all that the application has (`{shown}`)"
        answering = self._answering.served_by(made)
        if isinstance(answering, str):
            return answering
        if stays := next((module for module in answering if self._owner(module) == _STAYS), None):
            return f"asks for {answering[stays].said}, which stays in the gateway"
        return set(answering)

    def _astray(self, modules: set[RepoPath], labels: set[str]) -> str:
        """Why the modules that a test loads may need what is not loaded with them, or an empty text: they name it in a string."""
        found = {*labels, self.partition.options.kernel}
        pending, seen = sorted(modules), set(modules)
        while pending:
            for reference in self.partition.facts.graph.references.get(pending.pop(), ()):
                target = reference.target.path
                if target is None or target in seen or reference.mention.kind in {*PROSE, *_PATHS} or not target.endswith(".py"):
                    continue
                if self._owner(target) not in found and target not in self.partition.packages:
                    return "exercises what names modules elsewhere"
                seen.add(target)
                pending.append(target)
        return ""

    def _held(self, reference: Reference, target: RepoPath, test: RepoPath) -> str:
        """Why a test cannot leave because of what it names, or an empty text."""
        mention = reference.mention
        if mention.kind in _PATHS:
            if not self._is_aside(target) or is_within(test, target) or target.endswith(".py"):
                return f"finds {target} by a path"
        elif self._is_offered(reference, target, test):
            return ""
        elif self._is_aside(target) and (mention.kind != "from" or not self._helps(target)):
            return f"imports {target}"
        elif mention.base.startswith(".") and not self._is_aside(target):
            return "imports relatively"
        return ""

    def _is_offered(self, reference: Reference, target: RepoPath, test: RepoPath) -> bool:
        """Whether a reference takes a name of a conftest file that applies to a test by a name of the module that can be respelled."""
        taken = reference.mention.kind == "from" and not reference.mention.base.startswith(".") and reference.target.rest.isidentifier()
        return (
            taken
            and is_conftest(target)
            and self._is_aside(target)
            and target in conftests(self.partition.facts, test, self.partition.backend.directory)
        )

    def _is_aside(self, path: RepoPath) -> bool:
        """Whether a file or directory belongs to the tests: it lies where tests do, outside what the application loads."""
        backend = self.partition.backend
        if not is_within(path, backend.directory) or path in self._owners or path in self.partition.gateway:
            return False
        return any(part in _ASIDE for part in below(path, backend.directory).split("/")[: None if name(path) in _ASIDE else -1])

    # what a step does --------------------------------------------------------------------------------------------------

    def actions(self, label: str, namer: Namer, lines: Iterable[str]) -> Iterator[Action]:
        """The moves of a part's tests with what they need, and what its manifest says of them.

        `namer` knows the modules that it can import, `lines` are what it requires without its tests.
        """
        facts, place = self.partition.facts, self.place(label)
        tests = [test for test, goes in self.places.items() if goes == label]
        if not tests:
            return
        needed = {path for test in tests for path in self._reach[test].files}
        copied = {path for path in needed if self._helps(path) and self._is_shared(path, label, self.places)}
        files = sorted({file for path in (*tests, *needed - copied) for file in (path, *facts.tree.below(path)) if file in facts.tree})
        yield from (Move(path, self.target(path, place)) for path in files)
        yield from (edit for path in files if path.endswith(".py") for edit in self._respelled(path, place))
        parts = {
            conftest: part
            for conftest, part in self._conftests.together({test: self._reach[test].files for test in tests}).items()
            if part.statements or part.imports
        } | {path: self._conftests.whole(path) for path in sorted(copied)}
        for path, part in parts.items():
            yield Write(self.target(path, place), spliced(facts, path, part, self._namer(path, place, namer)).encode())
        imported = {one.target for part in parts.values() for one in part.imports if one.target is not None}
        if label != self.partition.options.kernel:
            for line in lines_of(self.partition, reached(facts, [*(file for file in files if file.endswith(".py")), *imported]), lines):
                yield Edit(place.manifest, AddTomlItem(("dependency-groups", "dev"), line))
        outside = {(one.base or one.text).partition(".")[0] for part in parts.values() for one in part.imports if one.target is None}
        yield from settings_of_part(self.partition, place, sorted(files), outside - STDLIB, frozenset(lines))
        yield from settings_of_root(self.partition, place)

    def _namer(self, path: RepoPath, place: Distribution, namer: Namer) -> Namer:
        """The names that modules have for what goes along with tests: of the service's application, and of what lies beside it."""

        def named(module: RepoPath) -> str | None:
            if module == self.partition.backend.application.module:
                return f"{place.package}.main"
            return self._beside(path, module, place) if self._helps(module) or is_conftest(module) else namer(module)

        return named

    def _beside(self, path: RepoPath, module: RepoPath, place: Distribution) -> str:
        """How a file of a part's tests names a module of these: from where it lies, as tests of several parts are loaded together."""
        home, target = parent(self.target(path, place)), self.target(module, place)
        if home == place.directory:
            return dotted(target[len(home) + 1 :])
        way = relative(target, home).split("/")
        return "." * (way.count("..") + 1) + dotted(RepoPath("/".join(part for part in way if part != "..")))

    def _respelled(self, path: RepoPath, place: Distribution) -> Iterator[Edit]:
        """What a moved test takes of the application it takes of its service's; what only made modules findable from where it lay goes."""
        facts, source = self.partition.facts, self.partition.facts.read(path)
        spans: dict[int, tuple[int, str, str]] = {}
        for said in statements(facts, path):
            if paves(said):
                end = said.end + len(source[said.end :]) - len(source[said.end :].lstrip(b"\r\n"))
                spans[said.start] = (said.start, source[said.start : end].decode(), "")
        for _, mention, target in facts.graph.references.get(path, ()):
            if mention.kind != "from" or target.path is None:
                continue
            new = ""
            if target.path == self.partition.backend.application.module:
                new = f"{place.package}.main"
            elif self._helps(target.path) or is_conftest(target.path):
                new = self._beside(path, target.path, place)
                new = new if target.rest else new[: len(new) - len(new.rpartition(".")[2])]
                new = new if not new.strip(".") else new.removesuffix(".")
            start = source.index(mention.base.encode(), source.rfind(b"from", 0, mention.start)) if new else 0
            if new and new != mention.base:
                spans[start] = (start, mention.base, new)
        if spans:
            yield Edit(self.target(path, place), Respell(tuple(spans.values())))


def _tests_something(source: bytes) -> bool:
    """Whether pytest may find a test in a module: a function or class that is called so, or derives from a case."""
    return _TESTED.search(source) is not None


def _kind(why: str) -> str:
    """What several reasons have in common: what a test asks for or exercises is its own."""
    verb, _, rest = why.partition(" ")
    return (
        f"{verb} …{rest.rpartition(',')[2]}"
        if verb in {"asks", "exercises"} and "," in rest
        else verb
        if verb == "exercises" and " and " in rest
        else why
    )
