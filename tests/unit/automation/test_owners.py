"""CODEOWNERS: those who changed most, by handles that the plan file gives; a file of people's own gets what it leaves open, and wins."""

from __future__ import annotations

from collections.abc import Mapping

import pydantic
import pytest

from migrator.codeowners import PLACES, Rule, written
from migrator.errors import PlanError
from migrator.paths import RepoPath
from phases.automation.owners import family
from phases.automation.owners.options import Options
from tests.unit.automation.upkeeping import Row, after, decided, facts, history, made, plan, texts

FILES: Mapping[str, str] = {
    "apps/web/package.json": '{"name": "web"}',
    "apps/web/index.ts": "export {};\n",
    "services/api/pyproject.toml": '[project]\nname = "api"\n',
    "services/api/main.py": "x = 1\n",
    "docs/a.md": "",
}
ANN, BOB, CID = "Ann <ann@example.com>", "Bob <bob@example.com>", "Cid <cid@example.com>"
ROWS: tuple[Row, ...] = (
    (ANN, 0, ["apps/web/index.ts"]),
    (ANN, 10, ["apps/web/index.ts", "services/api/main.py"]),
    (BOB, 10, ["services/api/main.py"]),
    (BOB, 400, ["docs/a.md"]),
)
HANDLES = {"ann@example.com": "@ann", "bob": "@bob-b"}
PATH = ".github/CODEOWNERS"


def lines(*rows: Row, files: Mapping[str, str] = FILES, **options: object) -> list[str]:
    text = texts(family, files, history(*rows), **options).get(PATH, "")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_who_changed_most_owns() -> None:
    assert lines(*ROWS, handles=HANDLES) == ["* @ann @bob-b", "/apps/web/ @ann", "/docs/ @bob-b"]


@pytest.mark.parametrize(
    "rows, options, expected",
    [
        ([], {"share": 0.5}, ["* @ann", "/docs/ @bob-b", "/services/api/ @ann @bob-b"]),
        ([], {"most": 1}, ["* @ann", "/docs/ @bob-b"]),
        ([(CID, 0, ["docs/a.md"])], {}, ["* @ann @bob-b", "/apps/web/ @ann"]),
        ([(CID, 900, ["docs/a.md"])], {}, ["* @ann @bob-b", "/apps/web/ @ann", "/docs/ @bob-b"]),
        ([(CID, 900, ["docs/a.md"])], {"half_life": 100_000, "share": 0.51}, ["/apps/web/ @ann"]),
        ([], {"teams": {"docs": ["@acme/docs"]}}, ["* @ann @bob-b", "/apps/web/ @ann", "/docs/ @acme/docs"]),
        ([], {"teams": {"*": ["@acme/all"]}, "handles": {}}, ["* @acme/all"]),
        ([], {"handles": {"ann@example.com": "@ann", "BOB@example.com": "@ann"}}, ["* @ann"]),
        # what is said of a directory above already is not said again, unless something else is said in between
        ([], {"teams": {"services/api": ["@ann", "@bob-b"], "apps/web": ["@ann", "@bob-b"]}}, ["* @ann @bob-b", "/docs/ @bob-b"]),
        ([], {"handles": {}}, []),
        ([("Dora <7+dora-d@users.noreply.github.com>", 0, ["docs/a.md"])], {"handles": {}, "github_addresses": True}, ["* @dora-d"]),
        ([("Dora <7+dora-d@users.noreply.github.com>", 0, ["docs/a.md"])], {"handles": {}}, []),
    ],
)  # fmt: skip
def test_what_changes_what(rows: list[Row], options: dict[str, object], expected: list[str]) -> None:
    assert lines(*ROWS, *rows, **{"handles": HANDLES, **options}) == expected


def test_the_file_says_what_it_follows_from() -> None:
    assert "# By the history" in texts(family, FILES, history(*ROWS), handles=HANDLES, teams={"docs": ["@acme/docs"]})[PATH]
    assert "# By the history" not in texts(family, FILES, history(*ROWS), teams={"docs": ["@acme/docs"]})[PATH]


@pytest.mark.parametrize(
    "rows, options, why",
    [
        ([], {}, "there is no history"),
        ([("renovate[bot] <bot@renovateapp.com>", 0, ["docs/a.md"])], {}, "only programs"),
        ([(ANN, 0, ["docs/a.md"]), (ANN, 1, ["docs/a.md"])], {"handles": HANDLES}, "one person"),
        ([(ANN, 0, ["docs/a.md"]), (BOB, 1, ["docs/a.md"])], {}, "2 people made it and none has a handle"),
    ],
)
def test_why_there_is_none(rows: list[Row], options: dict[str, object], why: str) -> None:
    said = made(family, FILES, history(*rows), **options)
    assert said.artefacts == ()
    assert why in said.absent


def test_nobody_is_named_without_a_handle() -> None:
    """Neither names nor addresses of the history stand in anything that is generated or reported."""
    planned = plan(FILES, history(*ROWS, (CID, 0, ["docs/a.md"])), '[phases.automation.owners.handles]\n"ann@example.com" = "@ann"\n')
    said = [
        *(text for path, text in after(planned).items() if path not in FILES),
        *(str(one) for notes in planned.notes.values() for one in notes.findings),
    ]
    assert not [text for text in said if "example.com" in text or "Bob" in text or "Cid" in text]
    assert "2 of 3 people have no handle" in after(planned)[".github/DECISIONS.md"]


def test_a_directory_that_readers_understand_differently_is_told() -> None:
    files = {"my app/package.json": '{"name": "a"}', "my app/a.ts": "", "docs/a.md": ""}
    said = made(family, files, history((ANN, 0, ["my app/a.ts"]), (BOB, 1, ["docs/a.md"])), handles=HANDLES)
    assert "my app" not in said.artefacts[0].content.decode()
    assert "do not agree" in decided(said)["owners of my app"]


def test_what_has_no_owner_is_told_at_once() -> None:
    said = decided(made(family, FILES, history(*ROWS), handles={"ann": "@ann"}, share=0.6))
    assert said["owners of docs, services/api"].startswith(
        "none of those who made most of the changes has a handle; `git shortlog -sne --no-merges HEAD -- docs`"
    )


def test_a_team_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(PlanError) as caught:
        made(family, FILES, history(*ROWS), teams={"apps/wbe": ["@acme/web"]})
    assert [one.where for one in caught.value.problems] == ["teams.apps/wbe"]


@pytest.mark.parametrize("handle", ["ann", "@", "@-ann", "ann@example.com", "@acme/", "@ann bob"])
def test_what_is_no_handle_is_refused(handle: str) -> None:
    with pytest.raises(pydantic.ValidationError):
        Options.model_validate({"handles": {"ann": handle}})


# files of people's own -------------------------------------------------------------------------------------------------

TOML = '[phases.automation.owners.handles]\n"ann@example.com" = "@ann"\n"bob" = "@bob-b"\n'
OURS = "# Where no line below matches.\n"


@pytest.mark.parametrize(
    "theirs, expected",
    [
        ("/apps/ @acme/web\n", f"{OURS}/docs/ @bob-b\n/services/api/ @ann @bob-b\n\n/apps/ @acme/web\n"),
        ("# Ours.\n\n# Web\n/apps/web/ @w\n", f"# Ours.\n\n{OURS}/docs/ @bob-b\n/services/api/ @ann @bob-b\n\n# Web\n/apps/web/ @w\n"),
        ("*.ts @w\n/services/\n", f"{OURS}/apps/web/ @ann\n/docs/ @bob-b\n\n*.ts @w\n/services/\n"),
        ("# Nothing yet.\n", f"# Nothing yet.\n{OURS}/apps/web/ @ann\n/docs/ @bob-b\n/services/api/ @ann @bob-b\n"),
        ("* @acme/all\n", "* @acme/all\n"),
        ("/apps/web/index.ts @w\n/docs/ @d\n/services/ @s\n", f"{OURS}/apps/web/ @ann\n\n/apps/web/index.ts @w\n/docs/ @d\n/services/ @s\n"),
        ("/apps/ @w\r\n/docs/ @d\r\n", f"{OURS}/services/api/ @ann @bob-b\n\n".replace("\n", "\r\n") + "/apps/ @w\r\n/docs/ @d\r\n"),
    ],
)
@pytest.mark.parametrize("place", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
def test_what_people_wrote_gets_what_it_leaves_open(theirs: str, expected: str, place: str) -> None:
    files = {**FILES, place: theirs}
    planned = plan(files, history(*ROWS), TOML)
    assert (planned.problems, planned.aside) == ((), ())
    assert after(planned)[place] == expected
    assert [path for path in after(planned) if path.endswith("CODEOWNERS")] == [place]
    again = plan(after(planned), history(*ROWS), TOML)
    assert again.steps == ()


def test_of_several_files_the_first_counts() -> None:
    files = {**FILES, ".github/CODEOWNERS": "* @acme/all\n", "docs/CODEOWNERS": "/docs/ @d\n"}
    said = made(family, files, history(*ROWS), handles=HANDLES)
    assert decided(said)["owners in docs/CODEOWNERS"] == "nobody reads it: .github/CODEOWNERS counts alone"


def test_planning_again_gives_nothing() -> None:
    """L6, also once our steps stand in the history."""
    first = plan(FILES, history(*ROWS), TOML)
    assert PATH in after(first)
    ours = history((CID, 0, [PATH, ".migrate/steps/6.01-owners.json", "docs/a.md"]))
    assert plan(after(first), (*ours, *history(*ROWS)), TOML).steps == ()


@pytest.mark.parametrize(
    "theirs, expected",
    [
        # What a section owns is not asked twice, by lines that it does not override.
        ("[Web]\n/apps/web/index.ts @w\n", f"{OURS}/docs/ @bob-b\n/services/api/ @ann @bob-b\n\n[Web]\n/apps/web/index.ts @w\n"),
        ("[All] @all\n*\n", "[All] @all\n*\n"),
    ],
)
def test_sections_of_gitlab_keep_what_they_own(theirs: str, expected: str) -> None:
    assert after(plan({**FILES, "CODEOWNERS": theirs}, history(*ROWS), TOML))["CODEOWNERS"] == expected


@pytest.mark.parametrize(
    "line, expected",
    [
        ("/a/ @x @y", ("/a/", ("@x", "@y"))),
        ("/a/ @x # why", ("/a/", ("@x",))),
        ("/a/", ("/a/", ())),
        ("/a\\ b/ @x", ("/a\\ b/", ("@x",))),
        ("# /a/ @x", None),
        ("", None),
        ("[Section] @x", None),
        ("^[Section]", None),
        ("!/a/ @x", None),
    ],
)
def test_how_lines_are_read(line: str, expected: tuple[str, tuple[str, ...]] | None) -> None:
    found = [(one.pattern, one.owners) for one in written(PLACES[0], f"{line}\n").rules]
    assert found == ([expected] if expected is not None else [])


@pytest.mark.parametrize(
    "pattern, file, expected",
    [
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/a/b.md", False),
        ("/*", "a/b", False),
        ("/apps/web", "apps/web/a.js", True),
        ("apps/", "x/apps/a", True),
        ("*.js", "x/a.js", True),
        ("/lib/[a-z]x.py", "lib/ax.py", False),
        ("a/**/b", "a/b", True),
        ("/a/**", "a/x/y", True),
        ("/a/**", "a", False),
    ],
)
def test_what_a_pattern_means(pattern: str, file: str, expected: bool) -> None:
    assert Rule(pattern, (), 1).catches(RepoPath(file)) is expected


def test_facts_of_a_tree_without_history_are_facts() -> None:
    assert facts(FILES).changes == ()
