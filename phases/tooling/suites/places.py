"""Where each test goes, by what it reaches for: within its project, with what it shares with nobody else, or not at all, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pathspec

from migrator.facts.projects import project_of
from migrator.facts.pytests import conftests, wanders
from migrator.facts.suites import KINDS, TEST_FOLDERS, UNIT, Runner, Shown, by_whom, classified, collected, runners
from migrator.kinds import runs
from migrator.paths import ROOT, RepoPath, ancestors, is_within, name, parent
from phases.tooling.suites.settings import Extension, extension

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.tooling.suites.options import Options

__all__ = ["PLAIN", "TOPS", "Bundle", "Places", "folder_of"]

PLAIN = ("tests", "test")
"""What a folder for all tests of a project is called."""
TOPS = tuple(dict.fromkeys((UNIT, "integration", "e2e", *(kind.partition("/")[0] for kind in KINDS))))
"""The kinds, without their parts."""
_SAID = {"integration/api": {"api", "apis", "http"}, "e2e/web": {"web", "browser"}, "performance/load": {"k6"}, "visual": {"screenshots"}}
"""Words that a place says as well."""
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


class Bundle(NamedTuple):
    """What goes together: files, each with its place, and those of them that are tests."""

    files: Mapping[RepoPath, RepoPath]
    tests: tuple[RepoPath, ...]


class _After(NamedTuple):
    """What would hold after some moves: what lies where, and who runs tests, by where."""

    moves: Mapping[RepoPath, RepoPath]
    taken: Counter[str]
    """How many have a path, where case makes no difference."""
    there: AbstractSet[RepoPath]
    known: Mapping[RepoPath, list[Runner]]


def folder_of(facts: Facts, base: RepoPath, options: Options) -> RepoPath:
    """A project's folder of tests: the one that it has, else the one that the options name."""
    there = (RepoPath(f"{base}/{one}".lstrip("/")) for one in (options.folder, *PLAIN))
    return next((one for one in there if facts.tree.is_dir(one)), RepoPath(f"{base}/{options.folder}".lstrip("/")))


@dataclass
class Places:
    """The tests of one tree of which it shows what they reach for, each where it goes, or why it stays; `top` is the kind that is looked at."""

    facts: Facts
    options: Options
    top: str
    go: dict[RepoPath, RepoPath] = field(default_factory=dict)
    """The tests."""
    along: dict[RepoPath, RepoPath] = field(default_factory=dict)
    """What goes with them: helpers, conftest files and data of folders that go as a whole."""
    packages: tuple[RepoPath, ...] = ()
    """Files that make packages of the new folders, where the old ones are packages."""
    stay: dict[RepoPath, str] = field(default_factory=dict)
    extended: dict[Runner, Extension] = field(default_factory=dict)
    """Runners that have to be told of the new folders, and what tells them."""

    def __post_init__(self) -> None:
        wanted: dict[RepoPath, RepoPath] = {}
        for path, shown in sorted(self._shown.items()):
            if shown.kind.partition("/")[0] == self.top and (new := self._wanted(path, shown)) is not None:
                wanted[path] = new
        bundles = self._kept(list(self._bundles(wanted)))
        for bundle in bundles:
            self.go |= {path: bundle.files[path] for path in bundle.tests}
            self.along |= {old: new for old, new in bundle.files.items() if old not in bundle.tests}
        self.packages = tuple(sorted({init for bundle in bundles for init in self._packages(bundle)}))

    @cached_property
    def _shown(self) -> Mapping[RepoPath, Shown]:
        left = pathspec.GitIgnoreSpec.from_lines((*self.options.keep, *self.options.stays))
        return {path: one for path, one in self.facts.derive(classified).items() if not left.match_file(path) and path not in self.options.moves}

    # one by one --------------------------------------------------------------------------------------------------------

    def _wanted(self, path: RepoPath, shown: Shown) -> RepoPath | None:
        """Where a test belongs; None where it is there, or stays."""
        target = self.options.targets.get(shown.kind, ROOT)
        project = project_of(self.facts, path)
        base = project.directory if project is not None else ROOT
        folder = folder_of(self.facts, base, self.options)
        home = RepoPath(f"{folder}/{target}")
        if not target or is_within(path, home):
            return None
        aside = next((above for above in reversed(ancestors(path)) if is_within(above, base) and name(above) in TEST_FOLDERS), None)
        if aside is None and parent(path) == base:
            aside = base
        if aside is None or (aside != base and parent(aside) != base):
            self.stay[path] = "lies with the code that it tests"
            return None
        below = parent(path)[len(aside) :].strip("/").split("/")
        lead = ([] if aside == base or name(aside) in PLAIN else [name(aside).partition("-")[0].partition("_")[0]]) + [one for one in below if one]
        said = {*target.split("/"), *_SAID.get(shown.kind, ()), shown.kind.partition("/")[0]}
        rest = [one for one in below if one and one not in said]
        new = RepoPath("/".join([home, *rest, name(path)]))
        if lead and lead[0] in TOPS and lead[0] != self.top:
            self.stay[path] = f"{shown.told(path)}; people put it among tests of {lead[0]}"
            return None
        return new

    # together ----------------------------------------------------------------------------------------------------------

    def _bundles(self, wanted: Mapping[RepoPath, RepoPath]) -> Iterator[Bundle]:
        """Whole folders where all tests below go to one place, else file by file."""
        tests = {*self.facts.derive(classified), *self.facts.derive(collected)}
        done: set[RepoPath] = set()
        for path, new in wanted.items():
            if path in done:
                continue
            bundle = next(
                (found for above in reversed(ancestors(path)) if self._is_whole(above) and (found := self._folder(above, wanted, tests)) is not None),
                None,
            )
            found = bundle or Bundle({path: new}, (path,))
            done.update(found.files)
            yield found

    def _is_whole(self, folder: RepoPath) -> bool:
        """Whether a folder may go as a whole: it lies among tests and is not a project's folder for all of them."""
        return (name(folder) in TEST_FOLDERS and name(folder) not in PLAIN) or any(name(above) in TEST_FOLDERS for above in ancestors(folder))

    def _folder(self, folder: RepoPath, wanted: Mapping[RepoPath, RepoPath], tests: set[RepoPath]) -> Bundle | None:
        inside = sorted(self.facts.tree.below(folder))
        mine = [path for path in inside if path in tests]
        homes = {new.removesuffix(path[len(folder) :]) if (new := wanted.get(path, ROOT)).endswith(path[len(folder) :]) else ROOT for path in mine}
        home = homes.pop() if len(homes) == 1 else ROOT
        if not home or any(self.facts.scanner.hidden(path) for path in inside):
            return None
        return Bundle({path: RepoPath(f"{home}{path[len(folder) :]}") for path in inside}, tuple(mine))

    # what has to hold --------------------------------------------------------------------------------------------------

    def _kept(self, bundles: list[Bundle]) -> list[Bundle]:
        """Those that can go together: each is found by whom it was found, with the same fixtures, and nothing lies where it goes."""
        while True:
            after = self._after(bundles)
            if self._extend(bundles, after):
                continue
            refused = [(bundle, path, why) for bundle in bundles if (found := self._refused(bundle, after)) is not None for path, why in [found]]
            if not refused:
                self._needed(bundles, after)
                return bundles
            for bundle, path, why in refused:
                bundles.remove(bundle)
                if len(bundle.files) > 1:
                    bundles += [Bundle({test: bundle.files[test]}, (test,)) for test in bundle.tests if test != path]
                if path in bundle.tests:
                    self.stay[path] = f"{self._shown[path].told(path)}; {why}"

    def _after(self, bundles: list[Bundle]) -> _After:
        """What would hold once all of some bundles went."""
        moves = {old: new for bundle in bundles for old, new in bundle.files.items()}
        known: dict[RepoPath, list[Runner]] = {}
        places: dict[RepoPath, RepoPath] = {}

        def place(folder: RepoPath) -> RepoPath:
            if folder not in places:
                places[folder] = self._place(folder, moves)
            return places[folder]

        for runner in runners(self.facts):
            told = self.extended[runner].runner if runner in self.extended else runner
            known.setdefault(runner.directory, []).append(told.moved(place))
        there = ({*self.facts.tree} - moves.keys()) | {*moves.values()} | {init for bundle in bundles for init in self._packages(bundle)}
        return _After(
            moves, Counter(path.casefold() for path in (*(one for one in self.facts.tree if one not in moves), *moves.values())), there, known
        )

    def _extend(self, bundles: list[Bundle], after: _After) -> bool:
        """Whether a runner was found that can be told of the folder of this kind, so that it finds what goes there."""
        there = self.facts.derive(collected)
        for old, new in ((test, bundle.files[test]) for bundle in bundles for test in bundle.tests):
            for runner in there.get(old, ()):
                if runner in self.extended or any(
                    one.config == runner.config and one.tool == runner.tool for one in by_whom(new, after.known, after.there)
                ):
                    continue
                home = RepoPath(f"{folder_of(self.facts, runner.directory, self.options)}/{self.top}")
                found = extension(self.facts, runner, home) if is_within(new, home) else None
                if found is not None and all(
                    runner in there.get(path, ()) for path in self.facts.tree.below(home) if found.runner.collects(path, after.there)
                ):
                    self.extended[runner] = found
                    return True
        return False

    def _needed(self, bundles: list[Bundle], after: _After) -> None:
        """Leave alone whoever finds without being told what goes in the end."""
        going = [bundle.files[test] for bundle in bundles for test in bundle.tests]
        for runner in list(self.extended):
            told = next(one for one in after.known[runner.directory] if (one.tool, one.config) == (runner.tool, runner.config))
            plain = runner.moved(lambda folder: self._place(folder, after.moves))
            if not any(told.collects(new, after.there) and not plain.collects(new, after.there) for new in going):
                del self.extended[runner]

    def _refused(self, bundle: Bundle, after: _After) -> tuple[RepoPath, str] | None:
        """The first file of a bundle that cannot go, and why."""
        return next(((path, why) for path in bundle.files if (why := self._against(path, bundle, after))), None)

    def _against(self, path: RepoPath, bundle: Bundle, after: _After) -> str:
        """Why a file cannot go, or an empty text."""
        new, tree = bundle.files[path], self.facts.tree
        if (new in tree and new not in after.moves) or tree.is_dir(new):
            return f"{new} is there already"
        if after.taken[new.casefold()] > 1:
            return f"another would be {new} as well"
        if path in bundle.tests and (why := self._uncollected(path, new, after)):
            return why
        return self._unprepared(path, new, after) if path.endswith(".py") else ""

    def _uncollected(self, path: RepoPath, new: RepoPath, after: _After) -> str:
        """Why a test would be collected by others than before."""
        before = self.facts.derive(collected).get(path, ())
        if unclear := next((one.why for one in before if one.why), ""):
            return unclear
        was, now = ({(one.tool, one.config) for one in several} for several in (before, by_whom(new, after.known, after.there)))
        for tool, config in sorted(was - now):
            return f"{tool} ({config or 'at the root'}) would not find it at {new}"
        for tool, config in sorted(now - was):
            return f"{tool} ({config or 'at the root'}) would collect it at {new} as well"
        for folder in ancestors(path):
            caller = next((one.source for one in self.facts.graph.incoming.get(folder, ()) if folder and runs(one.source)), None)
            if caller is not None and not is_within(new, self._place(folder, after.moves)):
                return f"{caller} names {folder}, of which not all goes"
        return ""

    def _place(self, folder: RepoPath, moves: Mapping[RepoPath, RepoPath]) -> RepoPath:
        """Where a folder is after moves: all of its files went together, and who names it follows."""
        inside = self.facts.tree.below(folder) if folder and folder not in self.facts.tree else ()
        if any(path not in moves for path in inside):
            return folder
        homes = {moves[path].removesuffix(path[len(folder) :]) if moves[path].endswith(path[len(folder) :]) else ROOT for path in inside}
        home = homes.pop() if len(homes) == 1 else ROOT
        return RepoPath(home or folder)

    def _unprepared(self, path: RepoPath, new: RepoPath, after: _After) -> str:
        """Why a module of Python would miss what prepares it, or find something else beside it."""
        moves, there = after.moves, after.there
        was = {moves.get(one, one) for one in conftests(self.facts, path, ROOT)}
        now = {one for above in ancestors(new) if (one := RepoPath(f"{above}/conftest.py".lstrip("/"))) in there}
        if lost := sorted(was - now):
            return f"it would no longer be prepared by {lost[0]}"
        if more := sorted(now - was):
            return f"it would be prepared by {more[0]} as well"
        if deciding := next((one for one in conftests(self.facts, path, ROOT) if _DECIDES.search(self.facts.read(one))), None):
            return f"{deciding} decides by itself what is collected where"
        packaged = self._is_package(path)
        for reference in self.facts.graph.references.get(path, ()):
            target = reference.target.path
            beside = target is not None and parent(target) == parent(path) and target.endswith(".py")
            if (
                beside
                and target is not None
                and not packaged
                and not reference.mention.weak
                and moves.get(target, target) != RepoPath(f"{parent(new)}/{name(target)}")
            ):
                return f"it imports {target}, which Python finds because it lies beside it"
        if self._climbs(path):
            return "it finds files by its own place"
        if not packaged and any(RepoPath(f"{above}/__init__.py") in there for above in ancestors(new) if above and not is_within(path, above)):
            return "it would become part of a package, which it is not"
        return ""

    def _climbs(self, path: RepoPath) -> bool:
        """Whether a module goes up from where it lies to something that no text names."""
        if not wanders(self.facts, path):
            return False
        source = self.facts.read(path)
        return b"__file__" in _OWN_FOLDER.sub(b"", source) or any(
            parent(one.target.path) == parent(path) and "." not in (one.mention.base or one.mention.text)
            for one in self.facts.graph.references.get(path, ())
            if one.target.path is not None and one.target.path != path and not one.mention.weak
        )

    def _is_package(self, path: RepoPath) -> bool:
        return RepoPath(f"{parent(path)}/__init__.py".lstrip("/")) in self.facts.tree

    def _packages(self, bundle: Bundle) -> Iterator[RepoPath]:
        """What makes packages of the folders on the way to a new place, where the old one is a package."""
        for path in bundle.tests:
            new = bundle.files[path]
            if not path.endswith(".py") or not self._is_package(path):
                continue
            for above in ancestors(new):
                init = RepoPath(f"{above}/__init__.py".lstrip("/"))
                if init in self.facts.tree or is_within(path, above):
                    break
                if init not in bundle.files.values():
                    yield init

    def shown(self, path: RepoPath) -> str:
        """What shows the kind of a test."""
        return self._shown[path].told(path)
