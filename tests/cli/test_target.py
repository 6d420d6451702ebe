"""`migrate status --target`: each place of the structure is there, comes with a step, or is absent with what would bring it about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.engine import planning
from migrator.engine.context import Engine
from migrator.engine.target import Place, Wanted, places, wanted
from migrator.git import Repository
from migrator.registry import phases
from tests.cli.conftest import FILES, Runner
from tests.cli.practice import PHASES

PLACES = {
    "a directory with content": ("three", Place("three", "there", 1)),
    "a directory that a step fills": ("all/one", Place("all/one", "planned", step="1.01")),
    "a pattern that files have": ("*/*.txt", Place("*/*.txt", "there", 1)),
    "a pattern any way down": ("**/b.py", Place("**/b.py", "there", 1)),
    "a pattern of what a step brings": ("all/**/notes.txt", Place("all/**/notes.txt", "planned", step="1.03")),
    "what lies beside a name that begins like it": ("thre", Place("thre", "absent", why="needs three of them")),
    "a directory with a marker alone": ("kept", Place("kept", "absent", why="needs three of them")),
    "a directory with an empty file alone": ("empty", Place("empty", "absent", why="needs three of them")),
}


@pytest.mark.parametrize("name", PLACES)
def test_how_a_place_stands(name: str, make_repository: Callable[[Mapping[str, str]], Path]) -> None:
    path, expected = PLACES[name]
    directory = make_repository({**FILES, "kept/.gitkeep": "here\n", "empty/__init__.py": ""})
    with Repository.open(directory) as repository:
        plan = planning.plan(Engine(repository, lambda: PHASES), repository.resolve("HEAD"), PHASES)
        assert places(plan, [Wanted(paths=(path,), by="practice", needs="three of them")]) == (expected,)


def test_why_there_is_nothing(make_repository: Callable[[Mapping[str, str]], Path]) -> None:
    row = Wanted(paths=("nowhere",), by="practice.family", needs="one")
    with Repository.open(make_repository(FILES)) as repository:
        plan = planning.plan(Engine(repository, lambda: PHASES), repository.resolve("HEAD"), PHASES)
        told = [
            places(plan, [one], off)[0].why for one, off in ((row, ()), (row, {"practice.family"}), (row.model_copy(update={"why": "never"}), ()))
        ]
    assert told == ["needs one", "switched off in migrate.toml", "never"]


def test_a_family_says_itself_why_it_makes_nothing(migrate: Runner) -> None:
    migrate.phases = phases()
    found = {place["path"]: place for place in migrate("status", "--target", "--json").json["places"]}
    assert found["infra/kubernetes/base"]["state"] == "absent"
    assert "needs" not in found["infra/kubernetes/base"]["why"].split()[:1]
    Path("migrate.toml").write_text("[phases.infrastructure.kubernetes]\nenabled = false\n", encoding="utf-8")
    found = {place["path"]: place for place in migrate("status", "--target", "--json").json["places"]}
    assert found["infra/kubernetes/base"]["why"] == "switched off in migrate.toml"


def test_people_read_numbers_first_and_each_place_on_request(migrate: Runner) -> None:
    migrate.phases = phases()
    out = migrate("status", "--target").out
    assert "apps/web and" not in out.splitlines()[1]
    assert " absent" in out.splitlines()[1]
    # Each part of the structure is a few lines: what comes, two reasons, and how many more there are.
    rooms = [block.splitlines() for block in out.split("\n\n")[1:-1]]
    assert max(map(len, rooms)) == 5
    assert re.search(r"\n    … \d+ more places, for \d+ other reasons \(-v\)\n", out)
    assert re.search(r"\n  → \S.*  come with \d+ steps, from \d\.\d\d to \d\.\d\d\n", out)
    everything = migrate("status", "--target", "-v").out
    for row in wanted():
        for path in row.paths:
            assert path in everything


def test_a_base_is_of_the_structure_alone(migrate: Runner) -> None:
    assert "--target" in migrate("status", "--base", "HEAD", code=2).err


def test_who_makes_a_place_exists() -> None:
    known = {phase.name: set(phase.options.model_fields) for phase in phases()}
    for row in wanted():
        phase, _, family = row.by.partition(".")
        assert not row.by or phase in known, row.by
        assert not family or family in known[phase], row.by
        assert bool(row.needs) != bool(row.why), row.paths
