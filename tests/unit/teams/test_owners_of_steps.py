"""Who owns files and steps: CODEOWNERS as GitHub reads it, else who changed what most."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.engine.teams.weekly.owners import HISTORY, made, owners, subjects
from migrator.errors import UsageError
from migrator.facts.upkeep.authorship import makers
from migrator.paths import RepoPath
from migrator.record import Record, records
from tests.conftest import facts_of
from tests.unit.automation.upkeeping import Row, facts, history
from tests.unit.teams.offering import edit, move, plan_of, remove, step, write

ANN, BOB = "Ann <ann@example.com>", "Bob <bob@example.com>"
FIVE = {"a/1": "", "a/2": "", "a/3": "", "b/4": "", "b/5": ""}


@pytest.mark.parametrize(
    "files, source, paths, expected",
    [
        # The last line that matches counts, and one without owners takes them away.
        ({"CODEOWNERS": "* @all\n/a/ @a\n"}, "CODEOWNERS", "a/1 b/4", ("@a", "@all")),
        ({"CODEOWNERS": "/a/ @a\n* @all\n"}, "CODEOWNERS", "a/1 b/4", ("@all",)),
        ({"CODEOWNERS": "* @all\n/a/\n"}, "CODEOWNERS", "a/1", ()),
        ({"CODEOWNERS": "/a/ @a @x/b mail@example.com\n"}, "CODEOWNERS", "a/1", ("@a", "@x/b", "mail@example.com")),
        # Of three places the first counts alone.
        ({"CODEOWNERS": "* @root\n", ".github/CODEOWNERS": "* @github\n", "docs/CODEOWNERS": "* @docs\n"}, ".github/CODEOWNERS", "a/1", ("@github",)),
        ({"CODEOWNERS": "* @root\n", "docs/CODEOWNERS": "* @docs\n"}, "CODEOWNERS", "a/1", ("@root",)),
        ({"docs/CODEOWNERS": "* @docs\n"}, "docs/CODEOWNERS", "a/1", ("@docs",)),
        ({".gitlab/CODEOWNERS": "* @lab\n"}, ".gitlab/CODEOWNERS", "a/1", ("@lab",)),
        ({"x/CODEOWNERS": "* @x\n"}, HISTORY, "a/1", ()),
        # Of GitLab's sections each counts, with its default owners.
        ({".gitlab/CODEOWNERS": "* @all\n[A][2] @a @b\n/a/\n"}, ".gitlab/CODEOWNERS", "a/1", ("@a", "@all", "@b")),
        ({"CODEOWNERS": "[A] @a\n/a/\n!/a/1\n^[B]\n/b/ @b\n"}, "CODEOWNERS", "a/1 b/4", ("@b",)),
        # A line with what is no owner is passed over.
        ({"CODEOWNERS": "* @all\n/a/ team\n"}, "CODEOWNERS", "a/1", ("@all",)),
        # A fifth makes an owner, and less does where nobody has more.
        ({"CODEOWNERS": "/a/ @a\n/b/4 @b\n"}, "CODEOWNERS", "a/1 a/2 a/3 a/x b/4", ("@a", "@b")),
        ({"CODEOWNERS": "/a/ @a\n/b/4 @b\n"}, "CODEOWNERS", "a/1 a/2 a/3 a/x a/y b/4", ("@a",)),
        ({"CODEOWNERS": "/a/1 @a\n"}, "CODEOWNERS", "a/1 a/2 a/3 b/4 b/5", ("@a",)),
        ({"CODEOWNERS": "".join(f"/{n} @{n}\n" for n in "stuvwx")}, "CODEOWNERS", "s t u v w x", ("@s",)),
        ({"CODEOWNERS": ""}, "CODEOWNERS", "a/1", ()),
    ],
)
def test_who_owns_files_together(files: Mapping[str, str], source: str, paths: str, expected: tuple[str, ...]) -> None:
    found = owners(facts_of({**FIVE, **files}))
    assert found.source == source
    assert found.share(map(RepoPath, paths.split())) == expected


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([(ANN, 0, ["a/1"])], {"a/1": "Ann"}),
        ([(ANN, 5, ["a/1"]), (ANN, 4, ["a/1"]), (BOB, 1, ["a/1"])], {"a/1": "Ann"}),
        # Of equals the last.
        ([(ANN, 5, ["a/1"]), (BOB, 1, ["a/1", "a/2"])], {"a/1": "Bob", "a/2": "Bob"}),
        # Where files are now.
        ([(ANN, 5, ["old"]), (BOB, 4, ["old > a/1"]), (BOB, 3, ["a/2"])], {"a/1": "Ann", "a/2": "Bob"}),
        # Programs own nothing, and what is gone is nobody's.
        ([("dependabot[bot] <x@example.com>", 0, ["a/1"]), (ANN, 9, ["gone"])], {}),
        # One person under two addresses; the newest name, and of an address what stands before the @.
        (
            [(ANN, 3, ["a/1"]), ("Ann B. <ann@example.com>", 0, ["a/2"]), (BOB, 1, ["a/1"]), ("Ann B. <ann@home.example>", 2, ["a/1"])],
            {"a/1": "Ann B.", "a/2": "Ann B."},
        ),
        ([("cy@example.com <cy@example.com>", 0, ["a/1"])], {"a/1": "cy"}),
        ([], {}),
    ],
)
def test_who_made_a_file(rows: list[Row], expected: Mapping[str, str]) -> None:
    known = facts(FIVE, history(*rows))
    assert makers(known) == expected
    assert not any("@" in name for name in owners(known).names)


def test_a_step_of_people_is_nobodys_and_its_moves_are_followed() -> None:
    record = '{"phase": "x", "number": "1.01", "slug": "s", "title": "", "why": "", "moves": [["old", "a"]]}'
    known = facts({**FIVE, ".migrate/steps/1.01-s.json": record}, history((BOB, 0, ["a/1", ".migrate/steps/1.01-s.json"]), (ANN, 1, ["old/1"])))
    assert makers(known) == {"a/1": "Ann"}


@pytest.mark.parametrize(
    "lines, paths, expected",
    [
        # The history counts where the file names nobody for any of it.
        ("/a/ @a\n", "a/1", ("@a",)),
        ("/a/ @a\n", "b/4", ("Ann",)),
        ("/a/ @a\n", "a/1 b/4 b/5", ("@a",)),
        ("/a/ @a\n", "new/file", ()),
        ("", "a/1 b/4", ("Bob", "Ann")),
    ],
)
def test_what_the_file_leaves_open(lines: str, paths: str, expected: tuple[str, ...]) -> None:
    known = facts({**FIVE, "CODEOWNERS": lines}, history((ANN, 1, ["b/4"]), (BOB, 2, ["a/1", "a/2"])))
    found = owners(known)
    assert set(found.share(map(RepoPath, paths.split()))) == set(expected)
    assert found.meant("bob") == "Bob"


@pytest.mark.parametrize(
    "actions, about",
    [
        ((move("web", "x"), edit("docs/e.md"), write("new.txt")), "web/a.txt web/b.txt web/c.txt"),
        ((move("g.txt", "x/g.txt"),), "g.txt"),
        ((edit("docs/e.md"), write("new.txt")), "docs/e.md"),
        ((edit("docs/e.md"), remove("api/d.txt")), "docs/e.md api/d.txt"),
        ((remove("api/d.txt"), write("new.txt")), "api/d.txt"),
        ((write("new.txt"), write("web/new.txt")), "new.txt web/new.txt"),
    ],
    ids=str,
)
def test_what_a_step_is_about(actions, about: str) -> None:
    (found,) = subjects(plan_of((step("one", *actions),))).values()
    assert sorted(found.files) == sorted(about.split())


def test_a_step_after_others_is_about_what_was_there_first() -> None:
    found = subjects(plan_of())["rows/late"]
    assert found.files == ("web/c.txt",)
    assert found.names == {"web/c.txt", "apps/web/c.txt", "apps/web/late.txt"}


def test_what_was_made_is_about_where_that_is_by_now() -> None:
    def record(number: str, *moves: tuple[str, str], edits: tuple[str, ...] = ()) -> Record:
        return Record(phase="x", number=number, slug="s", title="", why="", moves=moves, edits=tuple((path, "") for path in edits))

    known = facts_of({"apps/web/a": "", "apps/web/b": "", "pages/c": ""})
    several = [
        record("1", ("web", "site")),
        record("2", edits=("docs/c",)),
        record("3", ("site", "apps/web"), ("docs", "pages")),
        record("4", ("gone", "nowhere")),
    ]
    assert list(made(known, several)) == [
        ("apps/web/a", "apps/web/b"),
        ("pages/c",),
        ("apps/web/a", "apps/web/b", "pages/c"),
        ("nowhere",),
    ]


def test_the_plan_and_the_records_of_what_it_made_agree_on_owners() -> None:
    plan = plan_of()
    before, after = owners(plan.start), owners(plan.end)
    planned = {name: before.share(subject.files) for name, subject in subjects(plan).items()}
    there = records(plan.end)
    assert {one.id: after.share(paths) for one, paths in zip(there, made(plan.end, there), strict=True)} == planned
    assert planned["rows/late"] == ("@acme/web",)


def test_nobody_where_nobody_owns_anything() -> None:
    with pytest.raises(UsageError, match="nobody is called x in the history: nobody owns anything here"):
        owners(facts_of(FIVE)).meant("x")
