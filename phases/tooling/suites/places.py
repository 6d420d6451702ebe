"""Where each test goes, by what it reaches for: within its project, with what it shares with nobody else, or not at all, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.projects import project_of
from migrator.facts.suites import KINDS, TEST_FOLDERS, UNIT, Runner, Shown, by_whom, classified, collected, runners
from migrator.paths import ROOT, RepoPath, ancestors, is_within, name, parent
from migrator.placing import kept
from phases.tooling.suites.conditions import After, is_package, went
from phases.tooling.suites.settings import Extension, exclusion, extension

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.step import MoveSymbol, Remove
    from phases.tooling.suites.options import Options

__all__ = ["PLAIN", "TOPS", "Bundle", "Places", "folder_of"]

PLAIN = ("tests", "test")
"""What a folder for all tests of a project is called."""
TOPS = tuple(dict.fromkeys((UNIT, "integration", "e2e", *(kind.partition("/")[0] for kind in KINDS))))
"""The kinds, without their parts."""
_SAID = {"integration/api": {"api", "apis", "http"}, "e2e/web": {"web", "browser"}, "performance/load": {"k6"}, "visual": {"screenshots"}}
"""Words that a place says as well."""


class Bundle(NamedTuple):
    """What goes together: files, each with its place, and those of them that are tests."""

    files: Mapping[RepoPath, RepoPath]
    tests: tuple[RepoPath, ...]


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
    parted: tuple[MoveSymbol | Remove, ...] = ()
    """What becomes of fixtures that tests which go and tests which stay get of one file."""
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
        left = kept(self.options)
        return {path: one for path, one in self.facts.derive(classified).items() if not left.match_file(path) and path not in self.options.moves}

    # one by one --------------------------------------------------------------------------------------------------------

    def _wanted(self, path: RepoPath, shown: Shown) -> RepoPath | None:
        """Where a test belongs; None where it is there, or stays."""
        target = self.options.targets.get(shown.kind, ROOT)
        project = project_of(self.facts, path)
        base = project.directory if project is not None else ROOT
        if name(base) == self.top and name(parent(base)) in PLAIN:
            return None  # a project of such tests alone lies where they go
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
                partings = [one for _, one in sorted(after.partings.items()) if not one.why]
                self.parted = (*(move for one in partings for move in one.moves), *(gone for one in partings for gone in one.emptied))
                return bundles
            for bundle, path, why in refused:
                bundles.remove(bundle)
                if len(bundle.files) > 1:
                    bundles += [Bundle({test: bundle.files[test]}, (test,)) for test in bundle.tests if test != path]
                if path in bundle.tests:
                    self.stay[path] = f"{self._shown[path].told(path)}; {why}"

    def _after(self, bundles: list[Bundle]) -> After:
        """What would hold once all of some bundles went."""
        moves = {old: new for bundle in bundles for old, new in bundle.files.items()}
        known: dict[RepoPath, list[Runner]] = {}
        places: dict[RepoPath, RepoPath] = {}

        def place(folder: RepoPath) -> RepoPath:
            if folder not in places:
                places[folder] = went(self.facts, folder, moves)
            return places[folder]

        for runner in runners(self.facts):
            told = self.extended[runner].runner if runner in self.extended else runner
            known.setdefault(runner.directory, []).append(told.moved(place))
        there = ({*self.facts.tree} - moves.keys()) | {*moves.values()} | {init for bundle in bundles for init in self._packages(bundle)}
        return After(self.facts, moves, there, known)

    def _extend(self, bundles: list[Bundle], after: After) -> bool:
        """Whether a runner was found that can be told of the folder of this kind, so that it finds what goes there, or goes on to leave it alone."""
        there = self.facts.derive(collected)
        known = {(one.tool, one.config): one for one in runners(self.facts)}
        going = [(test, bundle.files[test]) for bundle in bundles for test in bundle.tests]
        for old, new in going:
            was = {(one.tool, one.config) for one in there.get(old, ())}
            now = {(one.tool, one.config) for one in by_whom(new, after.known, after.there)}
            for runner in (known[one] for one in sorted(was ^ now) if one in known and known[one] not in self.extended):
                home = RepoPath(f"{folder_of(self.facts, runner.directory, self.options)}/{self.top}")
                tell = extension if (runner.tool, runner.config) in was else exclusion
                found = tell(self.facts, runner, home) if is_within(new, home) else None
                if found is not None and self._harmless(runner, found.runner, going):
                    self.extended[runner] = found
                    return True
        return False

    def _harmless(self, runner: Runner, told: Runner, going: list[tuple[RepoPath, RepoPath]]) -> bool:
        """Whether a runner that is told something else finds what stays as before, and leaves nothing of its own that goes."""
        there, moving = self.facts.derive(collected), dict(going)
        tree = self.facts.tree.keys()
        stays = (path for path in tree if path not in moving)
        return all(told.collects(path, tree) == runner.collects(path, tree) for path in stays) and not any(
            runner in there.get(old, ()) and any(one.catches(new) for one in told.exclude) for old, new in going
        )

    def _needed(self, bundles: list[Bundle], after: After) -> None:
        """Leave alone whoever finds without being told what goes in the end, and nothing else."""
        going = [bundle.files[test] for bundle in bundles for test in bundle.tests]
        for runner in list(self.extended):
            told = next(one for one in after.known[runner.directory] if (one.tool, one.config) == (runner.tool, runner.config))
            plain = runner.moved(lambda folder: went(self.facts, folder, after.moves))
            if all(told.collects(new, after.there) == plain.collects(new, after.there) for new in going):
                del self.extended[runner]

    def _refused(self, bundle: Bundle, after: After) -> tuple[RepoPath, str] | None:
        """The first file of a bundle that cannot go, and why."""
        return next(((path, why) for path in bundle.files if (why := after.against(path, test=path in bundle.tests))), None)

    def _packages(self, bundle: Bundle) -> Iterator[RepoPath]:
        """What makes packages of the folders on the way to a new place, where the old one is a package."""
        for path in bundle.tests:
            new = bundle.files[path]
            if not path.endswith(".py") or not is_package(self.facts, path):
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
