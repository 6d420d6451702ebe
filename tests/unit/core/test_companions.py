"""What a tool finds by the place of a file goes along when the file moves; what belongs to others, and what only looks alike, stays."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.companions import accompanied, table
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

CLASSES = "class TestCart:\n    def test_sum(self) -> None: ...\n\n\nasync def test_free() -> None: ...\n"


def after(files: Mapping[str, str], moves: Mapping[str, str]) -> tuple[set[str], tuple[str, ...]]:
    """The files that a step's moves leave, and the paths of what it says."""
    facts = facts_of(files)
    step = accompanied(facts, Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    built = build(facts, step)
    assert [str(finding) for finding in built.losses] == []
    back = accompanied(built.after, Step("back", "Back", "why", tuple(Move(RepoPath(new), RepoPath(old)) for old, new in moves.items())))
    assert build(built.after, back).after.tree == facts.tree, "the way back leads elsewhere (L5)"
    return set(built.after.tree), tuple(finding.path for finding in step.findings)


TEST = {"tests/test_cart.py": "tests/shop/test_cart.py"}
RENAMED = {"tests/test_cart.py": "tests/shop/test_basket.py"}
UNIT = {"web/x.test.ts": "web/unit/x.test.ts"}
SPEC = {"e2e/x.spec.ts": "e2e/shop/y.spec.ts"}

GOES = [
    # syrupy
    ("tests/__snapshots__/test_cart.ambr", "tests/shop/__snapshots__/test_cart.ambr", TEST),
    ("tests/__snapshots__/test_cart.ambr", "tests/shop/__snapshots__/test_basket.ambr", RENAMED),
    ("tests/__snapshots__/test_cart/test_a.png", "tests/shop/__snapshots__/test_basket/test_a.png", RENAMED),
    ("tests/__snapshots__/test_cart.ambr", "__snapshots__/test_cart.ambr", {"tests/test_cart.py": "test_cart.py"}),
    ("__snapshots__/test_cart.ambr", "tests/__snapshots__/test_cart.ambr", {"test_cart.py": "tests/test_cart.py"}),
    # pytest-snapshot
    ("tests/snapshots/test_cart/test_a/x.json", "tests/shop/snapshots/test_cart/test_a/x.json", TEST),
    ("tests/snapshots/test_cart/test_a/x.json", "tests/shop/snapshots/test_basket/test_a/x.json", RENAMED),
    # pytest-regressions
    ("tests/test_cart/test_a.yml", "tests/shop/test_cart/test_a.yml", TEST),
    ("tests/test_cart/deep/a.csv", "tests/shop/test_basket/deep/a.csv", RENAMED),
    ("tests/test_cart/generated.py", "tests/shop/test_cart/generated.py", TEST),
    # approvaltests
    ("tests/test_cart.test_a.approved.txt", "tests/shop/test_cart.test_a.approved.txt", TEST),
    ("tests/test_cart.test_a.approved.json", "tests/shop/test_basket.test_a.approved.json", RENAMED),
    ("tests/TestCart.test_sum.approved.txt", "tests/shop/TestCart.test_sum.approved.txt", RENAMED),
    # pytest-recording, pytest-vcr
    ("tests/cassettes/test_cart/test_a.yaml", "tests/shop/cassettes/test_cart/test_a.yaml", TEST),
    ("tests/cassettes/test_cart/test_a.yaml", "tests/shop/cassettes/test_basket/test_a.yaml", RENAMED),
    ("tests/cassettes/test_free.yaml", "tests/shop/cassettes/test_free.yaml", RENAMED),
    ("tests/cassettes/test_free[eu].yaml", "tests/shop/cassettes/test_free[eu].yaml", TEST),
    ("tests/cassettes/TestCart.test_sum.yaml", "tests/shop/cassettes/TestCart.test_sum.yaml", TEST),
    # stubs
    ("shop/cart.pyi", "shop/core/basket.pyi", {"shop/cart.py": "shop/core/basket.py"}),
    # vitest, jest
    ("web/__snapshots__/x.test.ts.snap", "web/unit/__snapshots__/x.test.ts.snap", UNIT),
    ("web/__snapshots__/x.test.ts.snap", "web/__snapshots__/y.test.tsx.snap", {"web/x.test.ts": "web/y.test.tsx"}),
    ("web/__snapshots__/Button.stories.tsx.snap", "web/ui/__snapshots__/Button.stories.tsx.snap", {"web/Button.stories.tsx": "web/ui/Button.stories.tsx"}),
    ("web/__screenshots__/x.test.ts/a-chromium-linux.png", "web/unit/__screenshots__/x.test.ts/a-chromium-linux.png", UNIT),
    # playwright
    ("e2e/x.spec.ts-snapshots/o-linux.txt", "e2e/shop/y.spec.ts-snapshots/o-linux.txt", SPEC),
    ("e2e/x.spec.ts-snapshots/deep/home.aria.yml", "e2e/shop/y.spec.ts-snapshots/deep/home.aria.yml", SPEC),
    # the runner of Node.js
    ("web/x.test.mjs.snapshot", "web/unit/y.test.mjs.snapshot", {"web/x.test.mjs": "web/unit/y.test.mjs"}),
]  # fmt: skip

STAYS = [
    # another file's
    ("tests/__snapshots__/test_stay.ambr", TEST),
    ("tests/__snapshots__/test_cart_more.ambr", TEST),
    ("tests/cassettes/test_stay/test_a.yaml", TEST),
    ("tests/cassettes/test_other.yaml", TEST),
    ("tests/cassettes/other.yaml", TEST),
    ("tests/test_cart2/test_a.yml", TEST),
    ("tests/test_cart_two.test_a.approved.txt", TEST),
    ("tests/TestOther.test_a.approved.txt", TEST),
    ("tests/test_cart.test_a.received.txt", TEST),
    ("web/__snapshots__/stay.test.ts.snap", UNIT),
    ("web/__snapshots__/x.test.tsx.snap", UNIT),
    ("web/__snapshots__/x.test.ts", UNIT),
    ("e2e/x.spec.tsx-snapshots/o-linux.txt", SPEC),
    ("e2e/other/x.spec.ts-snapshots/o-linux.txt", SPEC),
    # shared by a folder
    ("tests/data/a.csv", TEST),
    ("tests/conftest.py", TEST),
    ("tests/snapshots/a.json", TEST),
    # found wherever it lies
    ("tests/.inline_snapshot/external/0f.txt", TEST),
    ("tests/__inline_snapshot__/test_cart/test_a/0f.txt", TEST),
    # a folder of tests, not of a test's data
    ("tests/test_cart/test_more.py", TEST),
    ("tests/test_cart/conftest.py", TEST),
    # of a file that is no test
    ("shop/cart/a.yml", {"shop/cart.py": "shop/core/cart.py"}),
    # no test any more
    ("tests/test_cart/a.yml", {"tests/test_cart.py": "tests/helpers.py"}),
    ("web/x.test.ts.html", UNIT),
]  # fmt: skip

OWNERS = ("tests/test_cart.py", "tests/test_stay.py", "test_cart.py", "web/x.test.ts", "web/stay.test.ts", "e2e/x.spec.ts")


def repository(old: str, moves: Mapping[str, str]) -> dict[str, str]:
    return dict.fromkeys(OWNERS, "") | {path: CLASSES if path.endswith(".py") else "" for path in moves} | {old: old}


@pytest.mark.parametrize("old, new, moves", GOES)
def test_a_companion_goes_where_its_tool_looks(old: str, new: str, moves: Mapping[str, str]) -> None:
    files = {path: text for path, text in repository(old, moves).items() if path not in moves.values()}
    found, said = after(files, moves)
    assert new in found
    assert old not in found
    assert said == ()


@pytest.mark.parametrize("old, moves", STAYS)
def test_what_belongs_to_others_stays(old: str, moves: Mapping[str, str]) -> None:
    found, said = after(repository(old, moves), moves)
    assert old in found
    assert said == ()


def test_what_moves_by_itself_goes_where_it_was_told() -> None:
    snapshot = "tests/__snapshots__/test_cart.ambr"
    files = {"tests/test_cart.py": "", snapshot: ""}
    facts = facts_of(files)
    for more, wanted in (({snapshot: "elsewhere/x.ambr"}, "elsewhere/x.ambr"), ({snapshot: snapshot}, snapshot)):
        actions = tuple(Move(RepoPath(old), RepoPath(new)) for old, new in (TEST | more).items())
        assert wanted in build(facts, accompanied(facts, Step("move", "Move", "why", actions))).after.tree


@pytest.mark.parametrize("moves", [{"tests": "checks"}, {"tests": "tests/unit"}, {"tests": "checks", "tests/test_cart.py": "checks/test_basket.py"}])
def test_a_folder_that_moves_takes_what_is_in_it(moves: Mapping[str, str]) -> None:
    files = {"tests/test_cart.py": "", "tests/__snapshots__/test_cart.ambr": "", "tests/test_cart/a.yml": ""}
    facts = facts_of(files)
    step = Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
    assert len(accompanied(facts, step).actions) == len(step.actions)


def test_what_two_files_have_stays_with_the_one_that_stays_and_is_said() -> None:
    files = {
        "tests/test_cart.py": CLASSES,
        "tests/test_two.py": CLASSES,
        "tests/TestCart.test_sum.approved.txt": "",
        "tests/cassettes/test_free.yaml": "",
    }
    found, said = after(files, TEST)
    assert {"tests/TestCart.test_sum.approved.txt", "tests/cassettes/test_free.yaml"} <= found
    assert set(said) == {"tests/TestCart.test_sum.approved.txt", "tests/cassettes/test_free.yaml"}


def test_a_taken_place_is_said() -> None:
    files = {"tests/test_cart.py": "", "tests/__snapshots__/test_cart.ambr": "old", "tests/shop/__snapshots__/test_cart.ambr": "other"}
    facts = facts_of(files)
    step = accompanied(facts, Step("move", "Move", "why", (Move(RepoPath("tests/test_cart.py"), RepoPath("tests/shop/test_cart.py")),)))
    assert [finding.path for finding in step.findings] == ["tests/__snapshots__/test_cart.ambr"]
    assert "tests/__snapshots__/test_cart.ambr" in build(facts, step).after.tree


def test_every_row_is_proved_and_says_where_it_is_from() -> None:
    for row in table():
        assert row.tool
        assert row.stale
        assert row.source
