"""A plan that was made is kept: what is said and done of it is what would be without, and whatever it follows from makes another of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrator.cache import Cache
from phases import backend_split, foundation, infrastructure
from tests.cli.conftest import Runner
from tests.cli.practice import Practice
from tests.conftest import ROOT, git

REAL = (foundation.phase, backend_split.phase, infrastructure.phase)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], set[bytes]]:
    """The names of the plans that are kept by now, in a cache of the test's own."""
    monkeypatch.setenv("MIGRATE_CACHE_DIR", str(tmp_path / "cache"))

    def names() -> set[bytes]:
        connection = sqlite3.connect(tmp_path / "cache" / "answers.sqlite")
        rows = connection.execute("select value from entries where key like 'plan:%'").fetchall()
        connection.close()
        return {value[4:36] for (value,) in rows}

    return names


def timeless(said: Any) -> Any:
    """What was said, without how long it took and which commits of today it made."""
    if isinstance(said, dict):
        return {key: timeless(value) for key, value in said.items() if key not in {"seconds", "commits", "head", "base"}}
    return [timeless(one) for one in said] if isinstance(said, list) else said


def of(migrate: Runner, cache: Path | None, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    monkeypatch.setenv("MIGRATE_CACHE_DIR", str(cache or ""))
    return timeless(migrate(*words, "--json").json)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["acme/before", pytest.param("monolith/repository", marks=pytest.mark.long)])
def test_a_kept_plan_is_the_plan_and_runs_to_the_same_trees(  # noqa: PLR0913, PLR0917  fixtures
    name: str,
    make_repository: Callable[[Mapping[str, str | bytes]], Path],
    capsys,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kept: Callable[[], set[bytes]],
) -> None:
    folder = ROOT / "sample_repos" / name
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    directory = make_repository(files)
    monkeypatch.chdir(directory)
    migrate = Runner(directory, capsys, REAL)
    cache = tmp_path / "cache"
    first = of(migrate, cache, monkeypatch, "plan")
    assert len(kept()) == 1
    assert of(migrate, cache, monkeypatch, "plan") == first == of(migrate, None, monkeypatch, "plan")
    monkeypatch.setenv("MIGRATE_CACHE_DIR", str(cache))
    said = [migrate("plan", *more).out.partition("\n")[2] for more in ((), ("-v",), ("--diff",))]
    made = of(migrate, cache, monkeypatch, "run")
    git(directory, "branch", "-q", "-D", "migrate/phase-1-2-3")
    git(directory, "update-ref", "-d", "refs/migrate/journal")
    monkeypatch.setenv("MIGRATE_CACHE_DIR", "")
    assert said == [migrate("plan", *more).out.partition("\n")[2] for more in ((), ("-v",), ("--diff",))]
    assert made == of(migrate, None, monkeypatch, "run")


@pytest.mark.parametrize(
    "change",
    [
        lambda runner: (runner.directory / "migrate.toml").write_text('[phases.practice]\ninto = "other"\n', encoding="utf-8"),
        lambda runner: git(runner.directory, "commit", "-q", "--allow-empty", "-m", "goes on"),
        lambda runner: setattr(runner, "phases", [replace(runner.phases[0], title="Another"), *runner.phases[1:]]),
        lambda runner: setattr(runner, "phases", [Practice("third", 3), *runner.phases]),
    ],
    ids=["an option", "a commit", "a phase's own", "a phase more"],
)
def test_whatever_a_plan_follows_from_makes_another(migrate: Runner, change: Callable[[Runner], object], kept: Callable[[], set[bytes]]) -> None:
    migrate("plan", "--json")
    migrate("plan", "--json")
    before = kept()
    assert len(before) == 1
    change(migrate)
    migrate("plan", "--json")
    assert kept() - before


def test_a_step_that_is_set_aside_stays_so(migrate: Runner, kept: Callable[[], set[bytes]]) -> None:
    (migrate.directory / "migrate.toml").write_text('[phases.practice]\nbad = "two"\n', encoding="utf-8")
    first, second = (timeless(migrate("plan", "--json").json) for _ in range(2))
    assert len(kept()) == 1
    assert first == second
    assert first["set_aside"]


def test_plans_of_a_part_and_of_what_cannot_be_are_not_kept(migrate: Runner, kept: Callable[[], set[bytes]]) -> None:
    migrate("run", "--until", "1.01", "--json")
    (migrate.directory / "migrate.toml").write_text("[phases.practice]\nimpossible = true\n", encoding="utf-8")
    migrate("plan", "--json", code=4)
    assert kept() == set()


def test_a_plan_that_reads_otherwise_than_it_was_written_is_made_again(migrate: Runner, tmp_path: Path, kept: Callable[[], set[bytes]]) -> None:
    sound = timeless(migrate("plan", "--json").json)
    cache = Cache(tmp_path / "cache")
    for slot in range(8):
        for key, value in cache.get([f"plan:{slot}"]).items():
            cache.put({key: value[:32] + b"\x93\x01\x02\x03"})
    assert timeless(migrate("plan", "--json").json) == sound
