"""The sample after phases 1 to 3, and what phase 3 says when somebody changed something in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.phase import Phase
from migrator.plan import Plan, fold
from migrator.planfile import PlanFile, load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases import backend_split, foundation, infrastructure
from tests.conftest import ROOT


def missing(blob: str) -> bytes:
    """What is asked for and was never there."""
    raise KeyError(blob)


STORE = Store(missing)
SCANNER = Scanner(STORE, Cache(None), PlanFile().hidden())

SAMPLE = ROOT / "sample_repos" / "acme" / "before"
PHASES: tuple[Phase, ...] = (foundation.phase, backend_split.phase, infrastructure.phase)
INFRASTRUCTURE = PHASES[2:]
REPORT = "infra/DECISIONS.md"

Files = Mapping[str, bytes]


def sample() -> Files:
    """The sample before all phases."""
    return {path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in sorted(SAMPLE.rglob("*")) if path.is_file()}


def facts(files: Files, answers: Mapping[str, str] | None = None) -> Facts:
    """The facts of files; what one file says by itself is read once."""
    tree = Tree((RepoPath(path), Entry(FILE, STORE.add(content))) for path, content in files.items())
    return Facts(tree, STORE, SCANNER, answers=answers)


def planned(files: Files, phases: Sequence[Phase] = PHASES, text: str = "", *, judged: bool = False) -> Plan:
    """What phases make of files, as the engine plans it."""
    plan_file, options = load_plan_file(text, phases)
    judges = {"judge": judge} if judged else {}
    return fold("base", facts(files, plan_file.answers), phases=phases, options=options, **judges)


def contents(plan: Plan) -> Files:
    """The tree that a plan leads to."""
    return {str(path): plan.end.read(path) for path in sorted(plan.end.tree)}


@cache
def before() -> Files:
    """The sample when phase 3 begins."""
    return contents(planned(sample(), PHASES[:2]))


@cache
def whole() -> Plan:
    """Phase 3 of it, judged by the gates."""
    return planned(before(), INFRASTRUCTURE, judged=True)


@cache
def finished() -> Files:
    """The sample when phase 3 is done."""
    return contents(whole())


def generated(files: Files) -> Files:
    """What is derived: without our records, which also say on which line a fact stands, and the report, which links to it."""
    return {path: content for path, content in files.items() if not path.startswith(".migrate/") and path != REPORT}


def edited(files: Files, path: str, old: str, new: str) -> Files:
    """The files after one text in one of them became another; where nothing is to go, the new one is put at its end."""
    text = files.get(path, b"").decode()
    assert old in text, f"{path} has no {old!r}"
    return {**files, path: (text.replace(old, new, 1) if old else text + new).encode()}
