"""The laws of phase 2 where a random monolith is of several shapes at once: traits, place, name, manager and options are drawn together."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.engine import planning, running
from migrator.engine.context import Engine
from migrator.engine.rollback import take_back
from migrator.facts.distributions import distribution
from migrator.git import Repository
from migrator.plan import Plan
from phases.backend_split import phase
from tests.conftest import git
from tests.laws.monoliths import PLACES, Files, Shape, monoliths
from tests.laws.packagings import MANAGERS, REQUIRED, required
from tests.laws.test_backend_split_laws import (
    GATEWAY,
    PROPOSE,
    after,
    answer_as_before,
    part_of,
    pass_as_before,
    slugs,
    split,
    trespasses,
    written,
)
from tests.laws.traits import several

FEW = max(2, settings.default.max_examples // 30)
CORE = "packages/backend-core"
BRANCH = "refs/heads/split"


class Mix(NamedTuple):
    """A monolith of several shapes, and what is asked of its split."""

    files: Files
    shape: Shape
    manager: str
    options: str


@st.composite
def mixes(draw: st.DrawFn) -> Mix:
    files = draw(monoliths(*draw(several())))
    manager, shape = draw(st.sampled_from(sorted(MANAGERS))), PLACES[draw(st.sampled_from(sorted(PLACES)))]
    return Mix(shape.of(MANAGERS[manager](files)), shape, manager, draw(st.sampled_from(("", PROPOSE))))


def stand(mix: Mix, plan: Plan) -> None:
    """Whatever manages the monolith makes it depend on what it needs of the parts; each part requires what it needs, and no service another."""
    texts = after(plan)
    parts = {part_of(path) for path in texts if path.startswith((CORE, "services/")) and path.endswith("/pyproject.toml")} - {GATEWAY}
    needs = {
        part: {part_of(one.target.path or "") for one in plan.end.graph if part_of(one.source) == part and "/tests/" not in one.source}
        & parts - {part}
        for part in (*parts, GATEWAY)
    }
    found = required(mix.manager, texts, GATEWAY)
    assert needs[GATEWAY] <= found <= parts
    libraries = {distribution(line) for line in REQUIRED}
    for part in parts:
        project = tomllib.loads(texts[f"{part}/pyproject.toml"])["project"]
        names = {distribution(line) for line in project["dependencies"]}
        assert names & {one.rpartition("/")[2] for one in parts} == {one.rpartition("/")[2] for one in needs[part]}
        assert names <= libraries | {CORE.rpartition("/")[2]}
        assert part == CORE or "fastapi" in names


def hold(mix: Mix, root: Path) -> None:
    """All laws for one monolith: they are tried together because splitting it takes longest."""
    plan = split(mix.files, mix.options)
    assert plan.aside == ()
    assert trespasses(plan.end) == []
    again = split(after(plan), mix.options)
    assert (slugs(again), again.aside) == ([], ())  # L6
    if plan.steps:
        stand(mix, plan)
    answer_as_before(mix.files, plan, root / "run", mix.shape)
    pass_as_before(mix.files, plan, root / "suites", mix.shape)


@given(mix=mixes())
@settings(max_examples=FEW)
def test_whatever_meets_is_split_together(mix: Mix, tmp_path_factory: pytest.TempPathFactory):
    hold(mix, tmp_path_factory.mktemp("mix"))


# what is run and taken back -------------------------------------------------------------------------------------------


def run_and_take_back(mix: Mix, root: Path) -> None:
    """Through Git: what is run has the tree that was planned (L7); taken back, the branch has every byte that was there before."""
    directory = written({**mix.files, "migrate.toml": mix.options}, root / "repo")
    for words in (("init", "-q", "-b", "main"), ("add", "-A", "-f"), ("commit", "-q", "-m", "start")):
        git(directory, *words)
    with Repository.open(directory) as repository:
        engine = Engine(repository, [phase])
        plan = planning.plan(engine, repository.resolve("HEAD"), engine.phases)
        done = running.run(engine, engine.phases, branch="split")
        assert [step.tree for step in done.steps] == [step.tree for step in plan.steps]
        for step in reversed(done.steps[:-1]):
            take_back(engine, BRANCH, to=step.number)
            assert repository.commit(repository.read_ref(BRANCH) or "").tree == step.tree
        if done.steps:
            take_back(engine, BRANCH)
        assert repository.read_ref(BRANCH) is None
        assert running.run(engine, engine.phases, branch="split").tree == plan.tree


@given(mix=mixes())
@settings(max_examples=FEW // 2)
def test_what_is_run_is_what_was_planned_and_taken_back_it_is_what_was_there(mix: Mix, tmp_path_factory: pytest.TempPathFactory):
    run_and_take_back(mix, tmp_path_factory.mktemp("run"))
