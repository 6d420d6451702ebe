"""Command gates: the repository's own checks, judged against the baseline.

Real repositories have failing tests, so the question is never "does it pass" but "is there a failure that was not there before",
by test id or by error, with ids mapped through the moves; tests that left the directory of their gate are run where they went. Commands run in throwaway checkouts only, so a check that dirties
tracked files harms nothing, and only those that the plan file declares ever run.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import msgspec

from migrator.checkout import fingerprint, ran, tail
from migrator.errors import Finding, RepositoryError
from migrator.facts.distributions import MANIFESTS
from migrator.gates import imports
from migrator.paths import ROOT, RepoPath, ancestors, is_within, join, parent, repo_path
from migrator.plan import GateReport
from migrator.secrets import redact

if TYPE_CHECKING:
    from migrator.cache import Cache
    from migrator.git import Repository
    from migrator.planfile import Gate
    from migrator.tree import Moves, Store, Tree
    from migrator.trust import Approved

__all__ = ["CommandGates", "Outcome", "read_outcome"]


class Outcome(msgspec.Struct, frozen=True):
    """What a command said: how often each failure occurred, and which ids passed (where its report tells).

    `ran` is False when the command could not be started or ran out of time; `flaky` are ids that differed between two runs.
    """

    failed: dict[str, int]
    passed: frozenset[str] = frozenset()
    flaky: frozenset[str] = frozenset()
    ran: bool = True
    why: str = ""


class CommandGates:
    """The approved gates of a plan file, for one run.

    The baseline is taken once, twice over to find what is flaky, and cached by (tree of the inputs, command).
    """

    def __init__(self, repository: Repository, gates: Mapping[str, Approved[Gate]], cache: Cache, progress: Callable[[str], None]) -> None:
        self._repository = repository
        self._approved = gates
        self._gates = {name: approved.command for name, approved in gates.items()}
        self._cache = cache
        self._progress = progress
        self._baseline: dict[str, Outcome] = {}
        self._asked: dict[str, dict[str, tuple[RepoPath, RepoPath] | None]] = {}
        """By gate: the modules that it imports, where they are in the baseline."""
        self._installed: frozenset[RepoPath] = frozenset()
        """The distributions of the baseline."""

    def __bool__(self) -> bool:
        return bool(self._gates)

    def take_baseline(self, tree: Tree, store: Store) -> None:
        """Run every gate on the tree from which the run starts. Raises RepositoryError when one cannot run at all."""
        self._installed = imports.distributions(tree)
        for name, gate in self._gates.items():
            here = directory_of(gate, ())
            self._asked[name] = imports.asked(gate, tree, store, here) if gate.modules else {}
            key = self._key(gate, tree, (here,), ())
            known = self._remembered(key)
            if known is None:
                self._progress(f"gate {name}: baseline, first run")
                first = self._run(name, tree, store, here, ())
                if first.ran:
                    self._progress(f"gate {name}: baseline, second run")
                    second = self._run(name, tree, store, here, ())
                    known = _with_flaky(first, second)
                else:
                    known = first
                if known.ran:
                    self._remember(key, known)
            if not known.ran:
                raise RepositoryError(f"the gate {name!r} cannot run here: {known.why}", "migrate doctor, or correct [gates] in migrate.toml")
            self._baseline[name] = known

    def judge(self, tree: Tree, store: Store, moves: Sequence[Moves]) -> tuple[GateReport, ...]:
        """What each gate says of a tree that lies some moves after the baseline."""
        reports = []
        for name, gate in self._gates.items():
            started = time.perf_counter()
            here = directory_of(gate, moves)
            further = elsewhere(gate, self._baseline[name], tree, moves)
            key = self._key(gate, tree, (here, *further), moves)
            outcome = self._remembered(key)
            if outcome is None:
                self._progress(f"gate {name}")
                outcome = _merged([self._run(name, tree, store, directory, moves) for directory in (here, *further)])
                if outcome.ran:
                    self._remember(key, outcome)
            findings = tuple(compare(name, gate, self._baseline[name], outcome, moves))
            if further:
                findings += (Finding(name, further[0], f"ran in {_several(further)} too, where tests went", severity="info"),)
            if here and not repo_path(gate.directory):
                # An application that lay at the root took the root's checks along; nobody should have to guess where one ran.
                findings += (Finding(name, here, f"ran in {here}, where the root went", severity="info"),)
            passed = not any(finding.severity == "error" for finding in findings)
            reports.append(GateReport(name, passed, time.perf_counter() - started, findings))
        return tuple(reports)

    # one run ---------------------------------------------------------------------------------------------------------

    def _key(self, gate: Gate, tree: Tree, directories: Sequence[RepoPath], moves: Sequence[Moves]) -> str:
        # Where tests went they need what went with them: their results depend on more than the inputs that were named.
        asked = gate if len(directories) == 1 else gate.model_copy(update={"inputs": ()})
        return "outcome:" + ":".join(fingerprint(asked, tree, directory, partial(place, moves=moves)) for directory in directories)

    def _remembered(self, key: str) -> Outcome | None:
        raw = self._cache.get([key]).get(key)
        try:
            return None if raw is None else msgspec.msgpack.decode(raw, type=Outcome)
        except msgspec.MsgspecError:
            return None

    def _remember(self, key: str, outcome: Outcome) -> None:
        self._cache.put({key: msgspec.msgpack.encode(outcome)})

    def _run(self, name: str, tree: Tree, store: Store, directory: RepoPath, moves: Sequence[Moves]) -> Outcome:
        gate, names, words, gone = self._gates[name], dict[str, str | None](), tuple[str, ...](), set[str]()
        there = partial(place, moves=moves)
        if gate.modules:
            names = imports.named(self._asked[name], tree, store, directory, there)
            # Of a whole package what was taken apart or away is missed by those who named it: other gates see to that.
            gone = {
                f"{path}::import" for one, of in self._asked[name].items() if of and one not in gate.modules and (path := there(of[0])) not in tree
            }
            names = {one: said for one, said in names.items() if one not in gone}
            fresh = imports.distributions(tree) - {there(one) for one in self._installed}
            words = imports.arguments(names, fresh, directory)
        with ran(self._repository, self._approved[name], tree, store, directory=directory, place=there, arguments=words) as done:
            if isinstance(done, str):
                return Outcome({}, ran=False, why=done)
            if gate.modules:
                told = imports.read(done.output, names)
                failed, passed = told or (set(), set())
                return Outcome(dict.fromkeys(failed, 1), frozenset(passed | gone), ran=told is not None, why=tail(done.output, done.checkout))
            report = done.directory / gate.report if gate.report else None
            if report is not None and not report.is_file():
                return Outcome({}, ran=False, why=f"it wrote no report {gate.report} (exit code {done.code}): {tail(done.output, done.checkout)}")
            text = report.read_text(encoding="utf-8", errors="replace") if report is not None else done.output
            return read_outcome(gate, done.code, text.replace(str(done.checkout), "").replace("\\", "/"), directory, tree)


# reading results -------------------------------------------------------------------------------------------------------

_MANIFESTS = ("pyproject.toml", "package.json")
"""What makes a directory a project."""
_TSC = re.compile(r"^(?P<path>[^\s(].*?)\((?P<line>\d+),(?P<column>\d+)\): error (?P<code>TS\d+): (?P<message>.*)$", re.MULTILINE)


def read_outcome(gate: Gate, code: int, text: str, directory: RepoPath, tree: Tree) -> Outcome:
    """What a command's output or report says of a tree; ids that are paths are seen from the repository's root."""
    if gate.read == "exit":
        return Outcome({"exit code": 1} if code else {})
    if gate.read == "lines":
        found = (match.group(1) if match.groups() else match.group(0) for match in re.finditer(gate.pattern or "", text, re.MULTILINE))
        return Outcome(dict(Counter(redact(line.strip()) for line in found)))
    if gate.read == "tsc":
        errors = Counter(f"{_rooted(match['path'], directory)}: {match['code']}" for match in _TSC.finditer(text))
        if code and not errors:
            return Outcome({}, ran=False, why=f"tsc ended with exit code {code}: {tail(text)}")
        return Outcome(dict(errors))
    try:
        return _junit(text, directory, tree) if gate.read == "junit" else _vitest(text, directory)
    except (ET.ParseError, ValueError, KeyError, TypeError) as error:
        return Outcome({}, ran=False, why=f"its {gate.read} report cannot be read: {error}")


def _rooted(path: str, directory: RepoPath) -> str:
    """A path that a command printed, seen from the root (the checkout's own prefix is already cut off)."""
    if path.startswith("/"):
        return path[1:]
    return join(directory, path) or path


def _junit(text: str, directory: RepoPath, tree: Tree) -> Outcome:
    failed: Counter[str] = Counter()
    passed: set[str] = set()
    for case in ET.fromstring(text).iter("testcase"):  # noqa: S314  written by the declared command itself
        test = _case_id(case, directory, tree)
        if any(child.tag in {"failure", "error"} for child in case):
            failed[test] += 1
        elif not any(child.tag == "skipped" for child in case):
            passed.add(test)
    return Outcome(dict(failed), frozenset(passed - failed.keys()))


def _case_id(case: ET.Element, directory: RepoPath, tree: Tree) -> str:
    """The id of a test: its file, its class, its name. The file is what its dotted name leads to, as moves are about files."""
    module, title, path = case.get("classname") or "", case.get("name") or "", case.get("file")
    parts = (module or title).split(".")
    # pytest counts from its root directory, which may lie above.
    for base in (directory, *ancestors(directory)):
        for cut in range(len(parts), 0, -1):
            if (found := join(base, "/".join(parts[:cut]) + ".py")) is not None and found in tree:
                return "::".join([found, *parts[cut:], *([title] if module else [])])
    return f"{_rooted(path, directory)}::{module.rpartition('.')[2]}::{title}" if path else f"{directory}//{module}::{title}"


def _vitest(text: str, directory: RepoPath) -> Outcome:
    failed: Counter[str] = Counter()
    passed: set[str] = set()
    for suite in json.loads(text)["testResults"]:
        path = _rooted(suite["name"], directory)
        tests = suite.get("assertionResults", [])
        if not tests and suite.get("status") == "failed":
            failed[path] += 1
        for test in tests:
            test_id = f"{path}::{test['fullName']}"
            if test["status"] == "failed":
                failed[test_id] += 1
            elif test["status"] == "passed":
                passed.add(test_id)
    return Outcome(dict(failed), frozenset(passed - failed.keys()))


def _several(directories: Sequence[RepoPath]) -> str:
    few = 2
    return " and ".join(directories) if len(directories) <= few else f"{len(directories)} more projects"


def _merged(outcomes: Sequence[Outcome]) -> Outcome:
    """What several runs said together; the first that could not run speaks for all."""
    if broken := next((one for one in outcomes if not one.ran), None):
        return broken
    failed: Counter[str] = Counter()
    for one in outcomes:
        failed.update(one.failed)
    return Outcome(dict(failed), frozenset(test for one in outcomes for test in one.passed if test not in failed))


def _with_flaky(first: Outcome, second: Outcome) -> Outcome:
    if not second.ran:
        return second
    flaky = frozenset(test for test in first.failed.keys() | second.failed.keys() if first.failed.get(test) != second.failed.get(test))
    flaky |= first.passed ^ second.passed
    failed = {test: count for test, count in first.failed.items() if test not in flaky}
    return Outcome(failed, (first.passed & second.passed) - flaky, flaky)


# comparing -------------------------------------------------------------------------------------------------------------


def place(path: RepoPath, moves: Iterable[Moves]) -> RepoPath:
    """Where a path is after some moves."""
    for move in moves:
        path = move(path)
    return path


def directory_of(gate: Gate, moves: Iterable[Moves]) -> RepoPath:
    """Where a gate runs after some moves: it goes along with its directory, unless the plan file says the root in so many words."""
    here = repo_path(gate.directory)
    if gate.directory == "." and "directory" in gate.model_fields_set:
        return ROOT
    for moved in moves:
        here = place(here, (moved,)) or _project_of_root(moved)
    return here


def _project_of_root(moved: Moves) -> RepoPath:
    """Where what describes the root's project went together with it: the root where it stays."""
    homes = {parent(new) for old, new in moved.pairs.items() if old in {*MANIFESTS, "package.json"} and new.endswith(f"/{old}")}
    return homes.pop() if len(homes) == 1 else ROOT


def mapped(test: str, moves: Sequence[Moves]) -> str:
    """A failure's id after some moves: the path that it begins with follows them."""
    for mark in ("//", "::", ": "):
        path, sep, rest = test.partition(mark)
        if sep:
            return f"{place(RepoPath(path), moves)}{sep}{rest}"
    return place(RepoPath(test), moves)


def elsewhere(gate: Gate, before: Outcome, tree: Tree, moves: Sequence[Moves]) -> tuple[RepoPath, ...]:
    """The projects to which tests of a gate went, out of its directory: the same command runs there, as their new home would run them."""
    start, here = directory_of(gate, ()), directory_of(gate, moves)
    found: set[RepoPath] = set()
    for test in (before.passed | before.failed.keys()) if gate.read in {"junit", "vitest-json"} else ():
        old, new = RepoPath(test.partition("::")[0]), RepoPath(mapped(test, moves).partition("::")[0])
        if new in tree and is_within(old, start) and not is_within(new, here):
            found.update([above for above in ancestors(new) if any(join(above, manifest) in tree for manifest in _MANIFESTS)][:1])
    # What runs above the gate's directory would run its tests a second time.
    return tuple(sorted(directory for directory in found if not is_within(here, directory)))


def compare(name: str, gate: Gate, before: Outcome, after: Outcome, moves: Sequence[Moves]) -> Iterator[Finding]:
    """New failures as errors, tests that no longer run as errors, what was fixed and what is flaky as information."""
    if not after.ran:
        yield Finding(name, gate.directory, f"could not run: {after.why}", severity="error")
        return
    failed: Counter[str] = Counter()
    for test, count in before.failed.items():
        failed[mapped(test, moves)] += count
    flaky = {mapped(test, moves) for test in before.flaky}
    for test, count in sorted(after.failed.items()):
        if test not in flaky and (more := count - failed[test]) > 0:
            yield Finding(name, test, f"{more} new failure{'s' if more > 1 else ''}", severity="error")
    there = after.passed | after.failed.keys()
    for test in sorted(mapped(test, moves) for test in before.passed):
        if test not in there and test not in flaky:
            yield Finding(name, test, "passed before and no longer runs", severity="error")
    fixed = sorted(test for test in failed if test not in after.failed and test not in flaky)
    if fixed:
        yield Finding(name, fixed[0], f"{len(fixed)} known failure{'s are' if len(fixed) > 1 else ' is'} gone", severity="info")
    if flaky:
        yield Finding(name, min(flaky), f"{len(flaky)} flaky, not counted", severity="info")
