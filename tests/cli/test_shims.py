"""`migrate mv --shims`, `[shims]` and `migrate shims` on real repositories: who needs what, what goes, and what never does."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from migrator.engine.context import Engine
from migrator.engine.teams import shims as operation
from migrator.engine.teams.landed import landed
from migrator.engine.teams.replay import replay, rules_of
from migrator.git import Repository
from migrator.paths import RepoPath
from tests.cli.conftest import Runner
from tests.conftest import git
from tests.unit.shims.leaving import Mover

LONG, OVER = "2999-01-01", "2020-01-01"
BODY = "".join(f"def one_{n}() -> int:\n    return {n}\n\n\n" for n in range(9))
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "app/__init__.py": "",
    "app/core/__init__.py": "",
    "app/core/config.py": BODY,
    "app/core/late.py": BODY.replace("one", "two"),
    "app/main.py": "from app.core import late\nfrom app.core.config import one_1\n",
    "lib/__init__.py": "",
}


@pytest.fixture
def shop(make_repository, capsys, monkeypatch) -> Runner:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (Mover([{"app/core": "lib/core"}]),))


def commit(directory: Path, path: str, text: str, branch: str = "") -> None:
    """A commit of a person's, on a branch of their own if it has a name."""
    if branch:
        git(directory, "switch", "-q", "-C", branch, "main")
    (directory / path).parent.mkdir(parents=True, exist_ok=True)
    (directory / path).write_text(text, encoding="utf-8")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", path)
    git(directory, "switch", "-q", "main")


def moved(shop: Runner, until: str = LONG) -> None:
    """The package moved with shims, and that merged."""
    if until == OVER:
        commit(shop.directory, "migrate.toml", f"[shims]\nexpires = {until}\n")
        assert f"[shims] in migrate.toml expired on {OVER}" in shop("run").err
        git(shop.directory, "merge", "-q", "--no-edit", "migrate/phase-1")
        return
    shop("mv", "app/core", "lib/core", "--shims", until)
    git(shop.directory, "merge", "-q", "--no-edit", "migrate/mv")


def listed(shop: Runner, *words: str, code: int = 0) -> dict[str, tuple[bool, list[str]]]:
    found = shop("shims", *words, "--json", code=code).json
    return {one["path"]: (one["needed"], [f"{use['branch']}:{use['path']}" for use in one["users"]]) for one in found["shims"]}


ALL = {"app/core/__init__.py", "app/core/config.py", "app/core/late.py"}


def test_a_run_leaves_them_where_the_plan_file_says_so(shop: Runner) -> None:
    commit(shop.directory, "migrate.toml", f"[shims]\nexpires = {LONG}\n")
    shop("run")
    head = git(shop.directory, "rev-parse", "migrate/phase-1").strip()
    assert set(listed(shop, "--base", "migrate/phase-1")) == ALL
    assert "nothing to do" in shop("run").out
    assert git(shop.directory, "rev-parse", "migrate/phase-1").strip() == head
    shop("verify")
    shop("rollback", "--all")
    assert not git(shop.directory, "for-each-ref", "refs/heads/migrate/")


def test_a_moved_file_is_followed_past_its_shim(shop: Runner) -> None:
    moved(shop)
    subjects = git(shop.directory, "log", "--follow", "--format=%s", "--", "lib/core/config.py").splitlines()
    assert [subject.removeprefix("mv.01 ") for subject in subjects] == ["Move app/core → lib/core (moves only)", "start"]
    blamed = git(shop.directory, "blame", "-s", "lib/core/config.py").splitlines()
    assert {line.split()[1] for line in blamed} == {"app/core/config.py"}


def test_who_needs_one_is_told(shop: Runner) -> None:
    commit(shop.directory, "app/feature.py", "from app.core.config import one_1\n", "cut-before")
    commit(shop.directory, "app/main.py", FILES["app/main.py"] + "\nprint(one_1())\n", "says-nothing-new")
    commit(shop.directory, "app/merged.py", "import app.core.late\n", "merged")
    moved(shop)
    git(shop.directory, "merge", "-q", "--no-edit", "merged")
    commit(shop.directory, "app/after.py", "from app.core import config\n", "cut-after")
    commit(shop.directory, "docs.md", "`app/core/config.py` was the place.\n")
    assert listed(shop) == {
        "app/core/__init__.py": (True, []),
        "app/core/config.py": (True, [":docs.md", "cut-after:app/after.py", "cut-before:app/feature.py"]),
        "app/core/late.py": (True, [":app/merged.py"]),
    }
    out = shop("shims").out
    assert "3 shims · 3 needed · 0 that nobody needs" in out
    assert "kept for what lies in it" in out
    assert "cut-before: app/feature.py:1" in out


def test_a_branch_of_steps_that_was_squashed_is_no_open_branch(shop: Runner) -> None:
    shop.phases = (Mover([{"app/main.py": "app/start.py"}, {"app/core": "lib/core"}]),)
    commit(shop.directory, "migrate.toml", f"[shims]\nexpires = {LONG}\n")
    for branch in ("migrate/first", "migrate/second"):
        shop("run", "--max-steps", "1", "--branch", branch)
        git(shop.directory, "merge", "-q", "--squash", branch)
        git(shop.directory, "commit", "-q", "-m", "squashed")
    git(shop.directory, "switch", "-q", "-c", "mine", "migrate/first")
    commit(shop.directory, "app/more.py", "from app.core.late import two_1\n")
    branches = {use.partition(":")[0] for _, uses in listed(shop).values() for use in uses}
    assert branches == {"mine"}


def test_what_nobody_needs_goes_and_comes_back(shop: Runner) -> None:
    commit(shop.directory, "app/feature.py", "from app.core.config import one_1\n", "open")
    moved(shop)
    before = {path: (shop.directory / path).read_bytes() for path in ALL}
    status, head = git(shop.directory, "status", "--porcelain"), git(shop.directory, "rev-parse", "HEAD")
    found = shop("shims", "--remove", "--json").json
    assert found["removed"] == ["app/core/late.py"]
    assert found["branch"] == "migrate/shims"
    assert git(shop.directory, "diff", "--name-only", "main", "migrate/shims").split() == [
        ".migrate/steps/shims.01-remove-app-core-late.py.json",
        "app/core/late.py",
    ]
    assert (git(shop.directory, "status", "--porcelain"), git(shop.directory, "rev-parse", "HEAD")) == (status, head)
    assert {path: (shop.directory / path).read_bytes() for path in ALL} == before
    assert shop("shims", "--remove", "--json").json["removed"] == []
    shop("status")
    shop("rollback", "--all", "--branch", "migrate/shims")
    assert not git(shop.directory, "for-each-ref", "refs/heads/migrate/shims")
    git(shop.directory, "branch", "-q", "-D", "open")
    assert shop("shims", "--remove", "--json").json["removed"] == sorted(ALL)
    git(shop.directory, "merge", "-q", "--no-edit", "migrate/shims")
    assert not (shop.directory / "app/core").exists()
    assert "has no shims" in shop("shims").out


def test_without_them_the_tree_is_that_of_a_move_without(shop: Runner) -> None:
    shop("mv", "app/core", "lib/core", "--branch", "migrate/plain")
    moved(shop)
    shop("shims", "--remove")
    assert git(shop.directory, "diff", "--name-only", "migrate/plain", "migrate/shims", "--", ".", ":!.migrate") == ""


def test_one_that_people_changed_is_theirs(shop: Runner) -> None:
    moved(shop)
    theirs = (shop.directory / "app/core/late.py").read_text(encoding="utf-8") + "\n# keep this\n"
    commit(shop.directory, "app/core/late.py", theirs)
    assert "edited since: it is yours" in shop("shims").out
    assert shop("shims", "--remove", "--json").json["removed"] == ["app/core/config.py"]
    assert git(shop.directory, "show", "migrate/shims:app/core/late.py") == theirs


@pytest.mark.parametrize(("until", "used", "code"), [(LONG, True, 0), (LONG, False, 0), (OVER, True, 5), (OVER, False, 0)])
def test_one_that_expired_and_is_used_fails_a_check(shop: Runner, until: str, used: bool, code: int) -> None:
    moved(shop, until)
    if used:
        commit(shop.directory, "app/late.py", "from app.core.config import one_1\n")
    done = shop("shims", "--check", code=code)
    assert ("app/core/config.py expired on 2020-01-01 and app/late.py:1 still needs it: import lib/core/config.py there" in done.err) is (code == 5)
    assert ("expired 2020-01-01" in done.out) is (until == OVER)
    shop("shims", "--check", "--json", code=code)
    shop("shims")


def test_only_those_that_expired_go_where_that_is_said(shop: Runner) -> None:
    moved(shop, OVER)
    shop("mv", "app/main.py", "lib/main.py", "--base", "HEAD", "--branch", "migrate/more", "--shims", LONG)
    commit(shop.directory, "lib/user.py", "import app.main\n")
    shop("mv", "app/main.py", "lib/main.py", "--branch", "migrate/last", "--shims", LONG)
    git(shop.directory, "merge", "-q", "--no-edit", "migrate/last")
    assert shop("shims", "--remove", "--expired", "--json").json["removed"] == sorted(ALL)


def test_a_clock_that_goes_backwards_only_says_otherwise_what_is_over(shop: Runner) -> None:
    moved(shop, LONG)
    with Repository.open(shop.directory) as repository:
        engine = Engine(repository, shop.phases)
        head = repository.resolve("HEAD")
        days = [dt.date(2999, 1, 2), dt.date(2999, 1, 1), dt.date(1999, 1, 1)]
        assert [{one.expired for one in operation.standings(engine, head, day)} for day in days] == [{True}, {False}, {False}]


def test_squashed_and_in_a_fresh_clone_they_are_known(shop: Runner, tmp_path: Path, monkeypatch) -> None:
    shop("mv", "app/core", "lib/core", "--shims", LONG)
    git(shop.directory, "merge", "-q", "--squash", "migrate/mv")
    git(shop.directory, "commit", "-q", "-m", "squashed")
    git(tmp_path, "clone", "-q", str(shop.directory), "fresh")
    monkeypatch.chdir(tmp_path / "fresh")
    assert set(listed(shop)) == ALL


WRONG = [
    pytest.param(("shims", "--expired"), 2, "--expired says what --remove does", id="expired without remove"),
    pytest.param(("shims", "--branch", "x"), 2, "--branch says what --remove does", id="branch without remove"),
    pytest.param(("shims", "--remove", "--check"), 2, "--check only looks, --remove removes", id="both"),
    pytest.param(("shims", "--base", "nowhere"), 3, "'nowhere' names no commit", id="no such commit"),
    pytest.param(("shims", "--remove", "--branch", "main"), 3, "main is checked out", id="the branch is checked out"),
    pytest.param(("mv", "app/core", "lib/core", "--shims", "soon"), 2, "'soon' is not a date", id="no date"),
    pytest.param(("mv", "app/core", "lib/core", "--shims", OVER), 2, f"{OVER} is over, shims until then would have expired", id="a day that is over"),
    pytest.param(("mv", "app/core", "lib/core", "--shims", "2027-02-31"), 2, "'2027-02-31' is not a date", id="no such day"),
]


@pytest.mark.parametrize(("words", "code", "message"), WRONG)
def test_what_makes_no_sense_is_said(shop: Runner, words, code, message) -> None:
    moved(shop)
    refs = git(shop.directory, "for-each-ref")
    assert message in shop(*words, code=code).err
    assert git(shop.directory, "for-each-ref") == refs


TABLES = [
    pytest.param("[shims]\npython = true\n", "migrate.toml:1: shims.expires", id="no date"),
    pytest.param('[shims]\nexpires = "soon"\n', "migrate.toml:2: shims.expires", id="no date at all"),
    pytest.param(f"[shims]\nexpires = {LONG}\nexpire = 1\n", "migrate.toml:3: shims.expire", id="no such key"),
    pytest.param(f'[shims]\nexpires = {LONG}\nphases = ["movers"]\n', "migrate.toml:3: shims.phases: there is no phase 'movers'", id="no such phase"),
]


@pytest.mark.parametrize(("table", "message"), TABLES)
def test_a_table_that_makes_no_sense_is_said_with_its_line(shop: Runner, table: str, message: str) -> None:
    commit(shop.directory, "migrate.toml", table)
    assert message in shop("plan", code=4).err


def test_a_record_edited_by_hand_loses_nothing(shop: Runner) -> None:
    moved(shop)
    (record,) = (shop.directory / ".migrate/steps").glob("*.json")
    said = json.loads(record.read_text(encoding="utf-8"))
    said["shims"] = [{**one, "target": "lib/core/gone.py", "expires": OVER} if one["path"].endswith("late.py") else one for one in said["shims"]]
    commit(shop.directory, f".migrate/steps/{record.name}", json.dumps(said))
    assert re.search(r"late.py → lib/core/gone.py +expired", shop("shims").out)
    commit(shop.directory, f".migrate/steps/{record.name}", "{}")
    assert "has no shims" in shop("shims").out
    assert "nothing was removed" not in shop("shims", "--remove").err
    assert (shop.directory / "app/core/late.py").is_file()


def test_what_moves_did_with_shims_is_done_again_to_a_branch_that_was_cut_before(shop: Runner) -> None:
    commit(shop.directory, "app/feature.py", "from app.core.config import one_1\n", "feature")
    moved(shop)
    with Repository.open(shop.directory) as repository:
        engine = Engine(repository, shop.phases)
        done = [one.record for one in landed(engine, "main")]
        again = replay(engine, "feature", done, rules_of(engine, "feature"))
        assert again.aside == ()
        tree = repository.tree("main")
        assert {path: entry for path, entry in again.end.tree.items() if path != "app/feature.py"} == dict(tree)
        assert again.end.read(RepoPath("app/feature.py")) == b"from lib.core.config import one_1\n"
