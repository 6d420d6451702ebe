"""A slice of a plan: what is asked for, what comes along, what has no room; rows of what is asked and the steps that are cut."""

from __future__ import annotations

import pytest

from migrator.engine.teams.weekly.slices import Slice, cut, fitting
from migrator.errors import UsageError
from tests.unit.teams.offering import FILES, STEPS, edit, move, plan_of, step, write

WHOLE = "web root api docs late"


@pytest.mark.parametrize(
    "asked, steps, along, later, large",
    [
        # Everything, where everything has room.
        (Slice(), WHOLE, "", "", ""),
        (Slice(max_steps=5), WHOLE, "", "", ""),
        (Slice(max_files=11), WHOLE, "", "", ""),
        # The first that has no room ends it, even where a later one had some.
        (Slice(max_steps=2), "web root", "", "api docs late", ""),
        (Slice(max_files=10), "web root api docs", "", "late", ""),
        (Slice(max_files=6), "web root", "", "api docs late", ""),
        (Slice(max_files=4), "web", "", "root api docs late", ""),
        # What is too large for any is passed over, with what needs it.
        (Slice(max_files=3), "docs", "", "root api late", "web"),
        # Of one owner: what is about his files, not what only follows; what those steps need comes along.
        (Slice(owner="@acme/web"), "web docs late", "", "", ""),
        (Slice(owner="@acme/core"), "web root", "web", "", ""),
        (Slice(owner="@acme/api"), "web root api", "web root", "", ""),
        (Slice(owner="@acme/api", max_steps=2), "web root", "web root", "api", ""),
        # What is ready comes before what others would have to be made for.
        (Slice(owner="@acme/docs", max_steps=1), "docs", "", "", ""),
        (Slice(owner="@ACME/Docs"), "docs", "", "", ""),
        (Slice(owner="docs"), "docs", "", "", ""),
        # About files, by their names before and after.
        (Slice(only=("docs/",)), "docs", "", "", ""),
        (Slice(only=("/pages",)), "docs", "", "", ""),
        (Slice(only=("*.md",)), "docs", "", "", ""),
        (Slice(only=("web/c.txt",)), "web late", "", "", ""),
        (Slice(only=("late.txt",)), "web late", "web", "", ""),
        (Slice(only=("root.txt", "*.md")), "web root docs", "web", "", ""),
        (Slice(only=("CODEOWNERS",)), "", "", "", ""),
        (Slice(only=("nowhere/**",)), "", "", "", ""),
        (Slice(owner="web", only=("*.md",)), "docs", "", "", ""),
        (Slice(owner="api", only=("*.md",)), "", "", "", ""),
    ],
    ids=str,
)
def test_what_is_cut(asked: Slice, steps: str, along: str, later: str, large: str) -> None:
    found = cut(plan_of(), asked)
    assert " ".join(one.step.slug for one in found.steps) == steps
    assert " ".join(one.partition("/")[2] for one in found.along) == along
    assert " ".join(one.step.slug for one in found.later) == later
    assert " ".join(one.step.slug for one in found.large) == large


def test_what_comes_along_says_for_whom() -> None:
    assert {step: needing.step.slug for step, needing in cut(plan_of(), Slice(owner="api")).along.items()} == {"rows/web": "api", "rows/root": "api"}


@pytest.mark.parametrize("until, steps", [("web", "web"), ("rows/api", "web root api"), ("1.04", "web root api docs"), (None, WHOLE)])
def test_not_beyond_a_step(until: str | None, steps: str) -> None:
    assert " ".join(one.step.slug for one in cut(plan_of(), Slice(max_steps=9), until).steps) == steps


@pytest.mark.parametrize(
    "asked, message, hint",
    [
        (
            Slice(owner="@acme/nobody"),
            "nobody is called @acme/nobody in CODEOWNERS and the history: there are @acme/core, @acme/web, @acme/api, @acme/docs",
            "--open",
        ),
        (Slice(max_files=1, owner="docs"), "no step is as small as --max-files 1: 1.04 docs touches 3 files", "--max-files 3"),
        (Slice(max_files=1, only=("web/a.txt", "docs/")), "1.04 docs touches 3 files", "--max-files 3"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_for(asked: Slice, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=r"nobody is called|touches 3 files") as raised:
        cut(plan_of(), asked)
    assert message in str(raised.value)
    assert hint in raised.value.hint


def test_an_owner_whose_short_name_two_have() -> None:
    files = {**FILES, "CODEOWNERS": "* @one/web\n/docs/ @two/web\n"}
    with pytest.raises(UsageError, match="could be @one/web or @two/web"):
        cut(plan_of(files=files), Slice(owner="web"))
    assert cut(plan_of(files=files), Slice(owner="@two/web")).ids == ("rows/docs",)


def test_what_needs_another_many_times_over_is_found_at_once() -> None:
    slugs = [f"s{number}" for number in range(60)]
    steps = tuple(step(slug, write(f"new/{slug}.txt"), needs=" ".join(slugs[:number])) for number, slug in enumerate(slugs))
    assert len(cut(plan_of(steps), Slice(only=("s59.txt",))).steps) == 60


def test_what_fits_of_a_plan_that_turned_out_otherwise() -> None:
    steps = plan_of().steps
    assert [one.step.slug for one in fitting(steps, Slice(max_files=5))] == ["web", "root"]
    assert fitting(steps, Slice(max_files=3)) == ()
    assert fitting(steps, Slice()) == steps


def test_what_a_step_edits_counts_where_it_moves_nothing() -> None:
    steps = (step("said", edit("docs/e.md"), write("fresh.txt")), *STEPS[:1])
    assert cut(plan_of(steps), Slice(owner="docs")).ids == ("rows/said",)
    assert cut(plan_of(steps), Slice(owner="web")).ids == ("rows/said", "rows/web"), "its line of CODEOWNERS names both"
    assert cut(plan_of(steps), Slice(only=("fresh.txt",))).ids == ()


@pytest.mark.parametrize(
    "asked, words",
    [
        (Slice(max_files=3), "--max-files 3"),
        (Slice(None, 2, "@acme/web", ("a b/*", "c")), '--max-steps 2 --owner "@acme/web" --only "a b/*" --only c'),
        (Slice(), ""),
    ],
    ids=str,
)
def test_as_it_is_typed(asked: Slice, words: str) -> None:
    assert str(asked) == words
    assert bool(asked) == bool(words)


def test_a_step_that_two_teams_share_is_made_by_each() -> None:
    steps = (step("both", move("web/a.txt", "x/a.txt"), move("api/d.txt", "x/d.txt")),)
    assert cut(plan_of(steps), Slice(owner="web")).ids == cut(plan_of(steps), Slice(owner="api")).ids == ("rows/both",)
