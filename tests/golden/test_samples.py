"""The samples after phase 1, byte for byte. `MIGRATE_UPDATE_GOLDENS=1 pytest tests/golden` writes them anew."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import Plan, fold, load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.foundation import phase

SAMPLES = Path(__file__).parents[2] / "sample_repos"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/before"))


def read(directory: Path) -> dict[str, bytes]:
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def planned(files: dict[str, bytes], text: str | None = None) -> Plan:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(content))) for path, content in files.items())
    plan_file, options = load_plan_file(text, [phase])
    facts = Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden()))
    return fold("base", facts, phases=[phase], options=options)


def contents(plan: Plan) -> dict[str, bytes]:
    return {path: plan.end.read(path) for path in sorted(plan.end.tree)}


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    return {name: planned(read(SAMPLES / name / "before")) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_becomes_its_golden(name: str, plans: dict[str, Plan]):
    after, golden = contents(plans[name]), SAMPLES / name / "after"
    if os.environ.get("MIGRATE_UPDATE_GOLDENS"):
        shutil.rmtree(golden, ignore_errors=True)
        for path, content in after.items():
            (golden / path).parent.mkdir(parents=True, exist_ok=True)
            (golden / path).write_bytes(content)
    wanted = read(golden)
    assert sorted(after) == sorted(wanted)
    for path, content in wanted.items():
        assert after[path] == content, path


@pytest.mark.parametrize("name", NAMES)
def test_no_step_is_set_aside(name: str, plans: dict[str, Plan]):
    assert not plans[name].aside


@pytest.mark.parametrize("name", NAMES)
def test_a_finished_sample_has_no_steps(name: str, plans: dict[str, Plan]):
    again = planned(contents(plans[name]))
    assert [step.step.slug for step in (*again.steps, *again.aside)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_is_the_same_each_time(name: str, plans: dict[str, Plan]):
    assert planned(read(SAMPLES / name / "before")).tree == plans[name].tree
