"""Taking back, by what was merged how: steps alone, with what stands on them, symbols, shims, slices, squashes with more in them, odd histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.cache import Cache
from migrator.engine import moves, planning
from migrator.engine.context import Engine
from migrator.engine.rollback import take_back
from migrator.engine.running import run
from migrator.engine.teams.returned.returning import take_back_onto
from migrator.errors import RepositoryError, UsageError
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.step import Move, MoveSymbol, Step
from tests.conftest import git
from tests.unit.core.test_taking_back import write
from tests.unit.shims.leaving import Mover

FILES = {
    "one/__init__.py": "",
    "one/text.py": "import one.dates\n\n\ndef first():\n    return one.dates.third()\n\n\ndef second():\n    return 2\n",
    "one/dates.py": "def third():\n    return 3\n",
    "two/__init__.py": "",
    "two/use.py": "from one.text import first, second\n\nfirst()\nsecond()\n",
    "notes/a.md": "See [the other](../other/b.md).\n",
    "other/b.md": "other\n",
    "run.sh": "python two/use.py\n",
}
MOVES = ({"one": "lib_one"}, {"notes": "docs/notes"}, {"lib_one/dates.py": "lib_one/days.py"})
Make = Callable[..., Path]


def made(repository: Path, *steps: Mapping[str, str]) -> Engine:
    """An engine with one phase that makes these moves, a step each."""
    engine = Engine(Repository.open(repository), (Mover(steps or MOVES),))
    # Plans are kept by commit and by the phase's name, and two tests may make the same commit within a second.
    engine.cache = Cache(None)
    return engine


def merge(engine: Engine, branch: str, how: str = "squash") -> str:
    """The tree of main before the merge."""
    directory, short, before = engine.repository.path, branch.removeprefix("refs/heads/"), engine.repository.commit("main").tree
    git(directory, "merge", "-q", *(("--squash",) if how == "squash" else ("--no-ff", "-m", "merge")), short)
    if how == "squash":
        git(directory, "commit", "-qm", "squash")
    return before


def texts(engine: Engine, tree: str) -> dict[str, str]:
    return {path: engine.repository.read(entry.blob).decode() for path, entry in engine.repository.tree(tree).items()}


def code(engine: Engine, tree: str) -> dict[str, str]:
    return {path: text for path, text in texts(engine, tree).items() if not path.startswith(".migrate/")}


# one step ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["squash", "no-ff"])
@pytest.mark.parametrize("named", ["number", "id", "slug"])
def test_a_step_alone_leaves_the_others(make_repository: Make, how: str, named: str) -> None:
    engine = made(make_repository(FILES))
    done = run(engine, engine.phases)
    merge(engine, done.branch, how)
    step = done.steps[1]
    back = take_back_onto(engine, "main", step={"number": step.number, "id": step.id, "slug": step.id.rpartition("/")[2]}[named])
    assert [one.landed.record.id for one in back.steps] == [step.id]
    found = code(engine, back.tree)
    assert found["notes/a.md"] == FILES["notes/a.md"]
    assert "docs/notes/a.md" not in found
    assert "from lib_one.text import first, second" in found["two/use.py"]
    # Made once more it is what was merged.
    git(engine.repository.path, "merge", "-q", "--ff-only", back.head)
    take_back(engine, back.branch, discard=True)
    assert code(engine, run(engine, engine.phases, branch="migrate/again").tree) == code(engine, done.tree)


@pytest.mark.parametrize("how", ["squash", "no-ff"])
def test_what_stands_on_a_step_goes_with_it_when_that_is_said(make_repository: Make, how: str) -> None:
    engine = made(make_repository(FILES))
    done = run(engine, engine.phases)
    merge(engine, done.branch, how)
    first, second, third = done.steps
    with pytest.raises(UsageError) as raised:
        take_back_onto(engine, "main", step=first.number)
    assert "1 later step stands on this" in raised.value.message
    assert f"--step {third.id}" in raised.value.hint
    assert [problem.where for problem in raised.value.problems] == [f"{third.number} {third.id.rpartition('/')[2]}"]
    back = take_back_onto(engine, "main", step=first.number, with_later=True)
    assert [one.landed.record.id for one in back.steps] == [third.id, first.id]
    found = code(engine, back.tree)
    assert {path: found.get(path) for path in FILES if path != "notes/a.md"} == {path: text for path, text in FILES.items() if path != "notes/a.md"}
    assert [path for path in texts(engine, back.tree) if path.startswith(".migrate/")] == [
        path for path in texts(engine, done.tree) if second.number in path and path.startswith(".migrate/")
    ]


def test_records_of_later_steps_that_do_not_stand_on_it_are_no_news(make_repository: Make) -> None:
    engine = made(make_repository(FILES), {"one": "lib_one"})
    merge(engine, run(engine, engine.phases).branch)
    later = Step("notes", "Move notes", "", (Move(RepoPath("notes"), RepoPath("docs/notes")),))
    merge(engine, moves.commit_moves(engine, later, None, None).branch)
    back = take_back_onto(engine, "main", phase=1)
    assert [finding for step in back.steps for finding in step.findings] == []
    assert [path for path in texts(engine, back.tree) if path.startswith(".migrate/")] == [".migrate/steps/mv.01-notes.json"]


def test_what_is_new_among_single_files_goes_where_those_came_from(make_repository: Make) -> None:
    engine = made(make_repository(FILES), {"other/b.md": "docs/pages/b.md"})
    merge(engine, run(engine, engine.phases).branch)
    write(engine.repository.path, {"docs/pages/c.md": "See [b](b.md).\n"})
    back = take_back_onto(engine, "main", phase=1)
    assert texts(engine, back.tree) == FILES | {"other/c.md": "See [b](b.md).\n"}


# symbols -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("since", [{}, {"two/more.py": "from one.dates import second\n\nsecond()\n"}])
def test_a_symbol_goes_back(make_repository: Make, since: dict[str, str | None]) -> None:
    engine = made(make_repository(FILES))
    step = Step("second", "Move second", "", (MoveSymbol(RepoPath("one/text.py"), "second", RepoPath("one/dates.py")),))
    done = moves.commit_moves(engine, step, None, None)
    before = merge(engine, done.branch)
    if since:
        write(engine.repository.path, since)
    back = take_back_onto(engine, "main", step="second")
    expected = {path: text.replace("one.dates", "one.text") for path, text in since.items() if text}
    assert texts(engine, back.tree) == FILES | expected
    assert since or back.tree == before


def test_a_symbol_that_people_changed_since_goes_back_as_it_is_now(make_repository: Make) -> None:
    engine = made(make_repository(FILES))
    step = Step("second", "Move second", "", (MoveSymbol(RepoPath("one/text.py"), "second", RepoPath("one/dates.py")),))
    merge(engine, moves.commit_moves(engine, step, None, None).branch)
    write(engine.repository.path, {"one/dates.py": texts(engine, "main")["one/dates.py"].replace("return 2", "return 22")})
    back = take_back_onto(engine, "main", step="second")
    found = texts(engine, back.tree)
    assert "return 22" in found["one/text.py"]
    assert "second" not in found["one/dates.py"]
    assert found["two/use.py"] == FILES["two/use.py"]


PLAIN = {
    "lib/__init__.py": "",
    "lib/some.py": "def one():\n    return 1\n\n\ndef two():\n    return 2\n",
    "lib/other.py": "def three():\n    return 3\n",
}
MINE = "\n\ndef mine():\n    return 4\n"


@pytest.mark.parametrize(("symbol", "mine", "kinds"), [("one", MINE, ["order"]), ("one", "", []), ("two", MINE, [])])
def test_definitions_between_which_people_wrote_are_there_once(make_repository: Make, symbol: str, mine: str, kinds: list[str]) -> None:
    engine = made(make_repository(PLAIN))
    step = Step("symbol", "Move it", "", (MoveSymbol(RepoPath("lib/some.py"), symbol, RepoPath("lib/other.py")),))
    merge(engine, moves.commit_moves(engine, step, None, None).branch)
    if mine:
        write(engine.repository.path, {"lib/some.py": texts(engine, "main")["lib/some.py"] + mine})
    back = take_back_onto(engine, "main", step="symbol")
    assert [finding.kind for one in back.steps for finding in one.findings] == kinds
    found = texts(engine, back.tree)["lib/some.py"]
    assert mine or found == PLAIN["lib/some.py"]
    assert [found.count(f"def {name}(") for name in ("one", "two", *(["mine"] if mine else []))] == [1] * (3 if mine else 2)


# shims -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["squash", "no-ff"])
def test_shims_go_with_the_step_that_left_them(make_repository: Make, how: str) -> None:
    plan = f"[shims]\nexpires = {dt.date(2031, 2, 1)}\n"
    engine = made(make_repository({**FILES, "migrate.toml": plan}))
    done = run(engine, engine.phases)
    before = merge(engine, done.branch, how)
    assert "one/text.py" in texts(engine, "main")
    assert take_back_onto(engine, "main", phase=1).tree == before
    write(engine.repository.path, {"two/late.py": "from one.text import second\n\nsecond()\n"})
    back = take_back_onto(engine, "main", phase=1, branch="migrate/late")
    assert texts(engine, back.tree) == {**FILES, "migrate.toml": plan, "two/late.py": "from one.text import second\n\nsecond()\n"}


# slices, squashes with more in them, odd histories -----------------------------------------------------------------------


def test_what_was_merged_of_a_phase_is_taken_back(make_repository: Make) -> None:
    engine = made(make_repository(FILES))
    done = run(engine, engine.phases)
    git(engine.repository.path, "merge", "-q", "--no-ff", "-m", "a slice", done.steps[1].commits[-1])
    back = take_back_onto(engine, "main", phase=1)
    assert [one.landed.record.id for one in back.steps] == [step.id for step in done.steps[1::-1]]
    assert texts(engine, back.tree) == FILES


def test_slices_that_came_one_after_the_other_are_taken_back_together(make_repository: Make) -> None:
    engine = made(make_repository(FILES))
    numbers = [step.number for step in planning.plan(engine, engine.repository.resolve("main"), engine.phases).steps]
    for number in numbers:
        merge(engine, run(engine, engine.phases, branch=f"migrate/{number}", until=number).branch)
        write(engine.repository.path, {f"between/{number}.md": "people\n"})
    back = take_back_onto(engine, "main", phase=1)
    assert texts(engine, back.tree) == FILES | {f"between/{number}.md": "people\n" for number in numbers}


def test_a_squash_with_changes_of_people_keeps_those(make_repository: Make) -> None:
    engine = made(make_repository(FILES))
    done = run(engine, engine.phases)
    directory = engine.repository.path
    git(directory, "merge", "-q", "--squash", done.branch.removeprefix("refs/heads/"))
    (directory / "lib_one/days.py").write_text("def third():\n    return 33\n", encoding="utf-8", newline="\n")
    (directory / "lib_one/new.py").write_text("import lib_one.days\n", encoding="utf-8", newline="\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "squash and more")
    back = take_back_onto(engine, "main", phase=1)
    assert texts(engine, back.tree) == FILES | {"one/dates.py": "def third():\n    return 33\n", "one/new.py": "import one.dates\n"}


def test_a_clock_that_goes_backwards_changes_nothing(make_repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = made(make_repository(FILES))
    done = run(engine, engine.phases)
    before = engine.repository.commit("main").tree
    directory = engine.repository.path
    for at, step in enumerate(done.steps):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{1_500_000_000 - 86_400 * at} +0000")
        git(directory, "cherry-pick", *step.commits)
    assert take_back_onto(engine, "main", phase=1).tree == before


def test_without_what_was_before_it_nothing_is_taken_back(make_repository: Make) -> None:
    engine = made(make_repository(FILES))
    merge(engine, run(engine, engine.phases).branch)
    git(engine.repository.path, "checkout", "-q", "--orphan", "begun")
    git(engine.repository.path, "commit", "-qm", "begun anew")
    refs = engine.repository.refs("refs/heads")
    with pytest.raises(RepositoryError) as raised:
        take_back_onto(engine, "begun", phase=1)
    assert "is in the first commit of this history" in raised.value.message
    assert "git fetch" in raised.value.hint
    assert engine.repository.refs("refs/heads") == refs


def test_taken_back_and_made_again_it_can_be_taken_back_again(make_repository: Make) -> None:
    engine = made(make_repository(FILES))
    first = planning.plan(engine, engine.repository.resolve("main"), engine.phases)
    for number in range(2):
        done = run(engine, engine.phases, branch=f"migrate/n{number}")
        before = merge(engine, done.branch, "squash" if number else "no-ff")
        back = take_back_onto(engine, "main", phase=1, branch=f"migrate/back{number}")
        assert back.tree == before
        merge(engine, back.branch)
        again = planning.plan(engine, engine.repository.resolve("main"), engine.phases)
        assert [(step.number, step.id, step.tree) for step in again.steps] == [(step.number, step.id, step.tree) for step in first.steps]
        with pytest.raises(UsageError, match="was taken back from main already"):
            take_back_onto(engine, "main", phase=1, branch=f"migrate/more{number}")
