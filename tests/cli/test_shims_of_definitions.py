"""Old names of definitions on real repositories: `migrate mv FILE::NAME --shims`, who says them, their removal, reviews, and an update with removals on the branch."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Runner
from tests.cli.test_shims import LONG, commit
from tests.conftest import git
from tests.unit.shims.leaving import Mover

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "app/__init__.py": "",
    "app/models.py": "class User: ...\n\n\nclass Order: ...\n\n\nclass Stays: ...\n",
    "app/use.py": "from app.models import Order, Stays, User\n",
    "lib/__init__.py": "",
}
USER, ORDER = "app/models.py::User", "app/models.py::Order"


@pytest.fixture
def shop(make_repository, capsys, monkeypatch) -> Runner:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (Mover([]),))


def parted(shop: Runner) -> None:
    shop("mv", USER, "lib/user.py", ORDER, "lib/order.py", "--shims", LONG)
    git(shop.directory, "merge", "-q", "--no-edit", "migrate/mv")


def listed(shop: Runner) -> dict[str, tuple[bool, list[str]]]:
    found = shop("shims", "--json").json["shims"]
    return {
        f"{one['path']}::{one['symbol']}": (one["needed"], [f"{use['branch']}:{use['path']}:{use['line']}" for use in one["users"]]) for one in found
    }


def test_who_still_says_an_old_name_is_told_also_in_open_branches(shop: Runner) -> None:
    commit(shop.directory, "app/late.py", "from app.models import Stays, User\n", "by-name")
    commit(shop.directory, "app/through.py", "from app import models\n\n\ndef one() -> object:\n    return models.Order()\n", "through-the-module")
    commit(shop.directory, "app/use.py", FILES["app/use.py"] + "\nME = Stays()\n", "says-nothing-new")
    commit(shop.directory, "app/test_it.py", "from unittest import mock\n\nwith mock.patch('app.models.User'):\n    pass\n", "mocks")
    parted(shop)
    assert listed(shop) == {
        ORDER: (True, ["through-the-module:app/through.py:5"]),
        USER: (True, ["by-name:app/late.py:1", "mocks:app/test_it.py:3"]),
    }
    out = shop("shims").out
    assert "2 shims · 2 needed · 0 that nobody needs" in out
    assert "app/models.py::Order → lib/order.py" in out


def test_who_says_one_in_the_commit_itself_is_told(shop: Runner) -> None:
    parted(shop)
    assert listed(shop) == {ORDER: (False, []), USER: (False, [])}
    commit(shop.directory, "app/late.py", "import app.models\n\nONE = app.models.User\n")
    assert listed(shop) == {ORDER: (False, []), USER: (True, [":app/late.py:3"])}


def test_those_that_nobody_says_go_and_the_last_leaves_the_plain_module(shop: Runner) -> None:
    shop("mv", USER, "lib/user.py", ORDER, "lib/order.py", "--branch", "migrate/plain")
    commit(shop.directory, "app/late.py", "from app.models import User\n", "open")
    parted(shop)
    assert shop("shims", "--remove", "--json").json["removed"] == [ORDER]
    git(shop.directory, "merge", "-q", "--no-edit", "migrate/shims")
    assert set(listed(shop)) == {USER}
    git(shop.directory, "branch", "-q", "-D", "open")
    assert shop("shims", "--remove", "--json").json["removed"] == [USER]
    assert git(shop.directory, "diff", "--name-only", "migrate/plain", "migrate/shims", "--", ".", ":!.migrate") == ""
    for branch in ("migrate/mv", "migrate/shims"):
        verdicts = [one["verdict"] for one in shop("review", f"main~1..{branch}", "--json", code=None).json["commits"]]
        assert set(verdicts) <= {"identical"}, branch
    git(shop.directory, "merge", "-q", "--no-edit", "migrate/shims")
    assert "has no shims" in shop("shims").out


def test_a_review_makes_them_again(shop: Runner) -> None:
    parted(shop)
    shop("shims", "--remove")
    reviewed = shop("review", "main~1..migrate/shims", "--json").json["commits"]
    assert [one["verdict"] for one in reviewed if one["verdict"] != "people"] == ["identical"] * 2


def test_a_branch_without_old_names_is_carried_over(shop: Runner) -> None:
    commit(shop.directory, "app/late.py", "from app.models import User\n\nME = User()\n", "late")
    parted(shop)
    shop("carry", "late")
    assert git(shop.directory, "show", "carried/late:app/late.py") == "from lib.user import User\n\nME = User()\n"
    assert git(shop.directory, "diff", "--name-only", "main", "carried/late").split() == ["app/late.py"]
    # Windows checks out no file with a colon in its name.
    assert git(shop.directory, "ls-tree", "--name-only", "main", ".migrate/steps/").split() == [
        ".migrate/steps/mv.01-app-models.py-User-and-1-more.json"
    ]


# updates of a branch with removals ---------------------------------------------------------------------------------------------


def with_removal(shop: Runner) -> None:
    """A branch that removes an old name and then moves something, and a trunk that went on."""
    parted(shop)
    shop("shims", "--remove", "--branch", "migrate/both")
    shop("mv", "app/use.py", "app/uses.py", "--branch", "migrate/both")


def test_an_update_removes_them_again(shop: Runner) -> None:
    with_removal(shop)
    commit(shop.directory, "README.md", "# Shop\n")
    done = shop("update", "--branch", "migrate/both", "--json").json
    assert [step["title"].split(" ")[0] for step in done["steps"]] == ["Remove", "Move"]
    assert b"Moved away" not in git(shop.directory, "show", "migrate/both:app/models.py").encode()
    assert git(shop.directory, "diff", "--name-only", "main", "migrate/both", "--", "app").split() == ["app/models.py", "app/uses.py"]


def test_an_update_leaves_those_that_the_new_base_needs(shop: Runner) -> None:
    with_removal(shop)
    commit(shop.directory, "app/late.py", "from app.models import User\n")
    done = shop("update", "--branch", "migrate/both", code=5)
    assert "set aside" in done.out
    assert "Moved away" in git(shop.directory, "show", "migrate/both:app/models.py")
    assert "app/uses.py" in git(shop.directory, "ls-tree", "-r", "--name-only", "migrate/both")


def test_an_update_passes_over_those_that_are_gone(shop: Runner) -> None:
    shop("mv", "app/models.py", "lib/models.py", "--shims", LONG)
    git(shop.directory, "merge", "-q", "--no-edit", "migrate/mv")
    shop("shims", "--remove", "--branch", "migrate/both")
    shop("mv", "app/use.py", "app/uses.py", "--branch", "migrate/both")
    git(shop.directory, "rm", "-q", "app/models.py")
    git(shop.directory, "commit", "-q", "-m", "Remove it by hand")
    done = shop("update", "--branch", "migrate/both", "--json").json
    assert [step["title"].split(" ")[0] for step in done["steps"]] == ["Move"]
    assert done["set_aside"] == []


def test_where_the_module_went_on_its_old_place_has_both_and_they_go_together(shop: Runner) -> None:
    shop("mv", USER, "lib/user.py", ORDER, "lib/order.py", "--branch", "migrate/plain")
    shop("mv", "app/models.py", "lib/models.py", "--branch", "migrate/plain")
    commit(shop.directory, "app/late.py", "from app.models import User\n", "open")
    parted(shop)
    shop("mv", "app/models.py", "lib/models.py", "--shims", LONG, "--branch", "migrate/on")
    git(shop.directory, "merge", "-q", "--no-edit", "migrate/on")
    assert listed(shop) == {
        "app/models.py::": (True, ["open:app/late.py:1"]),
        ORDER: (True, []),
        USER: (True, ["open:app/late.py:1"]),
    }
    assert shop("shims", "--remove", "--json").json["removed"] == []
    git(shop.directory, "branch", "-q", "-D", "open")
    assert shop("shims", "--remove", "--json").json["removed"] == ["app/models.py", ORDER, USER]
    assert git(shop.directory, "diff", "--name-only", "migrate/plain", "migrate/shims", "--", ".", ":!.migrate") == ""
    reviewed = shop("review", "main~3..migrate/shims", "--json").json["commits"]
    assert {one["verdict"] for one in reviewed} <= {"identical", "people"}


def test_taken_back_with_what_people_changed_since_none_is_left(shop: Runner) -> None:
    parted(shop)
    source = (shop.directory / "app/models.py").read_text(encoding="utf-8")
    commit(shop.directory, "app/models.py", source.replace("class Stays: ...", "class Stays:\n    size = 1"))
    commit(shop.directory, "lib/user.py", "class User:\n    age = 1\n")
    shop("rollback", "--step", "mv.01", "--onto", "main")
    back = git(shop.directory, "show", "migrate/rollback-mv.01:app/models.py")
    assert all(one in back for one in ("    age = 1\n", "class Order: ...", "    size = 1"))
    assert "Moved away" not in back
    assert git(shop.directory, "ls-tree", "--name-only", "migrate/rollback-mv.01", "lib/").split() == ["lib/__init__.py"]


def test_a_module_that_left_with_old_names_in_it_verifies(shop: Runner) -> None:
    """The step was planned on the module without them, and left them at the old place."""
    parted(shop)
    shop("mv", "app/models.py", "lib/models.py", "--shims", LONG)
    assert "User" in git(shop.directory, "show", "migrate/mv:app/models.py")
    assert "2 of 2 steps hold on migrate/mv" in shop("verify").out
