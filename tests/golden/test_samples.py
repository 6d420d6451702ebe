"""The samples after their phases, byte for byte. `MIGRATE_UPDATE_GOLDENS=1 pytest tests/golden` writes them anew."""

from __future__ import annotations

import os
import shutil
from fnmatch import fnmatch
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.phase import Phase
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases import automation, backend_split, documentation, foundation, infrastructure, tooling

SAMPLES = Path(__file__).parents[2] / "sample_repos"
PROXY = '[phases.backend_split]\ngateway = "proxy"\n'
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/before"))
SPLITS = {"monolith": "", "monolith-proxy": PROXY}
DERIVED = {"acme-infrastructure": "acme", "monolith-infrastructure": "monolith"}
"""By sample after phase 3, the one after the phases before it."""
LATER: dict[str, Phase] = {"tooling": tooling.phase, "documentation": documentation.phase, "automation": automation.phase}
"""Phases that follow phase 3, in their order."""
FOLLOWING = {
    f"{sample}-{after}": (f"{sample}-{before}", LATER[after])
    for sample in ("acme", "monolith")
    for before, after in pairwise(["infrastructure", *LATER])
}
"""By sample after one of them: the one before it, and the phase."""
EVERY = [*NAMES, *SPLITS, *DERIVED, *FOLLOWING]
SHOWN = ("moves.txt", "files/infra/DECISIONS.md", "files/infra/kubernetes/base/kustomization.yaml", "files/config/environments/.env.example")
"""What is kept of the second one."""
SHOWN_LATER = {
    "tooling": ("moves.txt", "files/tools/DECISIONS.md", "files/tools/cli/src/commands/*", "files/tools/linters/configs/*"),
    "documentation": ("moves.txt", "files/docs/*"),
    "automation": ("moves.txt", "files/.github/*", "files/.changeset/*"),
}
"""What is kept of samples after the phases that follow: templates and programs have tests that run them."""
SAME_FOR_ALL = ("infra/terraform/modules/", "infra/kubernetes/helm/*/templates/")
"""What phase 3 writes for every repository alike; the tests of its families read it."""

Files = dict[str, bytes]


def read(directory: Path) -> Files:
    found = (path for path in sorted(directory.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


def planned(files: Files, phase: Phase, text: str = "") -> Plan:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(content))) for path, content in files.items())
    plan_file, options = load_plan_file(text, [phase])
    facts = Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden()))
    return fold("base", facts, phases=[phase], options=options)


def phase_of(name: str) -> Phase:
    if name in FOLLOWING:
        return FOLLOWING[name][1]
    return infrastructure.phase if name in DERIVED else backend_split.phase if name in SPLITS else foundation.phase


def again(name: str) -> Plan:
    if name in FOLLOWING:
        before, phase = FOLLOWING[name]
        return planned(contents(plan(before)), phase)
    if name in DERIVED:
        return planned(contents(plan(DERIVED[name])), infrastructure.phase)
    if name in SPLITS:
        return planned(read(SAMPLES / "monolith" / "repository"), backend_split.phase, SPLITS[name])
    return planned(read(SAMPLES / name / "before"), foundation.phase)


plan = cache(again)


def contents(plan: Plan) -> Files:
    return {path: plan.end.read(path) for path in sorted(plan.end.tree)}


def moved(plan: Plan) -> dict[str, str]:
    """By file that was there: where it is now, or nothing."""
    places = {path: path for path in plan.start.tree}
    for step in plan.steps:
        places = {old: step.built.moves(now) for old, now in places.items()}
    return {old: now if now in plan.end.tree else "" for old, now in places.items()}


def changes(plan: Plan) -> Files:
    """What a phase made of a tree: the files whose bytes it wrote or edited, and `moves.txt` with all others that are not where they were.

    Records are left out: they say the same once more, and hashes of it. The samples of phase 1 have some.
    """
    places = moved(plan)
    same = {now for old, now in places.items() if now and plan.start.tree[RepoPath(old)] == plan.end.tree[RepoPath(now)]}
    lines = [f"{old} -> {now}\n" if now else f"{old} is gone\n" for old, now in sorted(places.items()) if old != now]
    written = {path: content for path, content in contents(plan).items() if path not in same and not path.startswith(".migrate/")}
    return {"moves.txt": "".join(lines).encode(), **{f"files/{path}": content for path, content in written.items()}}


def derived(plan: Plan) -> Files:
    """What phase 3 made, without what it writes for every repository alike."""
    return {path: content for path, content in changes(plan).items() if not any(fnmatch(path, f"files/{one}*") for one in SAME_FOR_ALL)}


def expected(name: str) -> tuple[Path, Files]:
    """Where a golden lies, and what has to be in it."""
    if name == "acme-infrastructure":
        return SAMPLES / "acme" / "infrastructure", derived(plan(name))
    if name in DERIVED:
        return SAMPLES / DERIVED[name] / "infrastructure", {path: content for path, content in derived(plan(name)).items() if path in SHOWN}
    if name in FOLLOWING:
        sample, _, after = name.partition("-")
        return SAMPLES / sample / after, {
            path: content for path, content in changes(plan(name)).items() if any(fnmatch(path, one) for one in SHOWN_LATER[after])
        }
    if name not in SPLITS:
        return SAMPLES / name / "after", contents(plan(name))
    made = changes(plan(name))
    if name == "monolith":
        return SAMPLES / name / "after", made
    other = changes(plan("monolith"))
    assert other.keys() <= made.keys()
    return SAMPLES / "monolith" / "after-proxy", {path: content for path, content in made.items() if other.get(path) != content}


@pytest.mark.parametrize("name", EVERY)
def test_a_sample_becomes_its_golden(name: str):
    golden, after = expected(name)
    if os.environ.get("MIGRATE_UPDATE_GOLDENS"):
        shutil.rmtree(golden, ignore_errors=True)
        for path, content in after.items():
            (golden / path).parent.mkdir(parents=True, exist_ok=True)
            (golden / path).write_bytes(content)
    wanted = read(golden)
    assert sorted(after) == sorted(wanted)
    for path, content in wanted.items():
        assert after[path] == content, path


@pytest.mark.parametrize("name", EVERY)
def test_no_step_is_set_aside(name: str):
    assert not plan(name).aside


@pytest.mark.parametrize("name", EVERY)
def test_a_finished_sample_has_no_steps(name: str):
    rest = planned(contents(plan(name)), phase_of(name), SPLITS.get(name, ""))
    assert [step.step.slug for step in (*rest.steps, *rest.aside)] == []


@pytest.mark.parametrize("name", EVERY)
def test_a_plan_is_the_same_each_time(name: str):
    assert again(name).tree == plan(name).tree
