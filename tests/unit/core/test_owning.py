"""Who reviews a file goes on to: rows of CODEOWNERS before and after moves, as GitHub reads them; those that still catch stay alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.codeowners import Ownership, written
from migrator.edits.lines import AddLine
from migrator.paths import RepoPath
from migrator.step import Action, Edit, Move, MoveSymbol, Step, Write
from tests.conftest import facts_of, texts

OWNERS = RepoPath(".github/CODEOWNERS")
FILES = {"docs/a.md": "", "docs/b.md": "", "docs/old/c.md": "", "docs/guides/g.md": "", "src/x.py": ""}
A = {"docs/a.md": "docs/guides/deploy/a.md"}
BOTH = {**A, "docs/b.md": "docs/runbooks/b.md"}
OLD = {"docs/old/c.md": "docs/records/c.md"}


def moving(moves: Mapping[str, str], *more: Action) -> Step:
    return Step("move", "Move", "why", (*(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()), *more))


@pytest.mark.parametrize(
    "lines, moves, more",
    [
        # What ends at its folder catches nothing below it (D11).
        ("docs/* @d\n", A, "/docs/guides/deploy/ @d\n"),
        ("/docs/* @d\n", BOTH, "/docs/guides/deploy/ @d\n/docs/runbooks/ @d\n"),
        ("/docs/*.md @d @e\n", A, "/docs/guides/deploy/ @d @e\n"),
        ("* @all\n/docs/?.md @d\n", A, "/docs/guides/deploy/ @d\n"),
        # A folder that others own too, or nobody, keeps its owners.
        ("/docs/* @d\n", {"docs/a.md": "docs/guides/a.md"}, "/docs/guides/a.md @d\n"),
        ("/docs/* @d\n/docs/guides/ @g\n", {"docs/a.md": "docs/guides/a.md"}, "/docs/guides/a.md @d\n"),
        ("/docs/* @d\n", {"docs/a.md": "a.md"}, "/a.md @d\n"),
        # What follows a folder comes after nobody's line, and takes nothing that others have.
        ("/docs/old/ @o\n/docs/guides/ @g\n", {"docs/old/c.md": "docs/guides/c.md"}, "/docs/guides/c.md @o\n"),
        ("/docs/guides/ @g\n/docs/old/ @o\n", {"docs/old/c.md": "docs/guides/c.md"}, "/docs/guides/g.md @g\n"),
        ("* @all\n/docs/old/* @o\n", {"docs/old/c.md": "docs/guides/c.md"}, "/docs/guides/g.md @all\n"),
        # Signs that no reader takes for themselves.
        ("/docs/* @d\n", {"docs/a.md": "docs/my [x]/a.md"}, "/docs/my??x?/ @d\n"),
        # What is still caught, by the same people, or was nobody's.
        ("*.md @d\n", A, ""),
        ("/docs/ @d\n", BOTH, ""),
        ("/docs/** @d\n", A, ""),
        ("* @d\n/docs/* @d\n", A, ""),
        ("/src/ @d\n", A, ""),
        ("* @all\n/docs/*\n", A, ""),
        ("!/docs/* @d\n# docs/* @d\n", A, ""),
        # What is named, or goes as a whole, is followed.
        ("/docs/old/ @o\n", OLD, ""),
        ("/docs/old/* @o\n", OLD, ""),
        ("/docs/a.md @d\n", A, ""),
    ],
)
def test_who_owned_it_goes_on_to(lines: str, moves: Mapping[str, str], more: str) -> None:
    facts = facts_of({**FILES, OWNERS: lines})
    built = build(facts, moving(moves))
    after = texts(built.after)[OWNERS].decode()
    assert "".join(after.splitlines(keepends=True)[lines.count("\n") :]) == more
    assert built.losses == ()
    for path in FILES:
        if path not in moves or caught(lines, path):
            assert caught(after, moves.get(path, path)) == caught(lines, path), path


def caught(text: str, path: str) -> tuple[str, ...]:
    return Ownership(written(OWNERS, text).rules)(RepoPath(path))


@pytest.mark.parametrize("place", ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
def test_each_file_of_owners_is_told(place: str) -> None:
    built = build(facts_of({**FILES, place: "/docs/*.md @d\n"}), moving({"docs/a.md": "docs/x/a.md"}))
    assert texts(built.after)[RepoPath(place)] == b"/docs/*.md @d\n/docs/x/ @d\n"


APP = {
    "app/__init__.py": "",
    "app/models/user.py": "class User: ...\n",
    "app/models/order.py": "class Order: ...\n",
    "app/main.py": "",
    "web/x.ts": "",
}
CORE = {"app/models": "packages/core/src/core/models"}
TOML = (
    Write(RepoPath("packages/core/pyproject.toml"), b'[project]\nname = "core"\n'),
    Write(RepoPath("packages/ui/package.json"), b'{"name": "ui"}'),
)
"""What makes packages of new folders."""
MODELS = {"app/models/user.py": "packages/core/src/core/user.py", "app/models/order.py": "packages/core/src/core/order.py"}


@pytest.mark.parametrize(
    "lines, moves, more",
    [
        # A part of an owned folder: one line for the folder that is new, which is no shelf for others.
        ("/app/ @back\n", MODELS, "/packages/core/ @back\n"),
        ("/app/ @back\n", {**MODELS, "web/x.ts": "packages/ui/x.ts"}, "/packages/core/ @back\n"),
        ("/app/ @back\n/web/ @front\n", {**MODELS, "web/x.ts": "packages/core/x.ts"}, "/packages/core/src/ @back\n"),
        ("/app/ @back\n/app/models/order.py @shop\n", MODELS, "/packages/core/src/core/user.py @back\n"),
        ("/app/**/*.py @back\n", CORE, "/packages/core/ @back\n"),
        # A folder that is no package gets none for more than it holds.
        ("/app/ @back\n", {"app/models/user.py": "shared/code/app/user.py", "app/models/order.py": "shared/code/order.py"}, "/shared/code/ @back\n"),
        # What the folder that goes is called itself follows.
        ("/app/models/ @back\n", CORE, ""),
        ("app/ @back\n", {"app/models/user.py": "libs/app/user.py"}, ""),
    ],
)
def test_a_part_of_a_folder_that_is_owned_stays_owned(lines: str, moves: Mapping[str, str], more: str) -> None:
    built = build(facts_of({**APP, OWNERS: lines}), moving(moves, *TOML))
    after = built.after.read(OWNERS).decode()
    assert "".join(after.splitlines(keepends=True)[lines.count("\n") :]) == more
    for path in built.files:
        assert caught(after, built.files[path]) == caught(lines, path), path


def test_later_steps_add_what_the_lines_of_earlier_ones_catch() -> None:
    facts = facts_of({**APP, OWNERS: "/app/ @back\n/web/* @front\n"})
    once = build(facts, moving(MODELS, *TOML)).after
    built = build(once, moving({"web/x.ts": "packages/core/web/x.ts"}))
    assert built.after.read(OWNERS).decode().splitlines() == [
        "/app/ @back",
        "/packages/core/web/* @front",
        "/packages/core/ @back",
        "/packages/core/web/ @front",
    ]


SPLIT = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "app/__init__.py": "",
    "app/models.py": "class User: ...\n\n\nclass Order: ...\n",
    "lib/__init__.py": "",
}


@pytest.mark.parametrize(
    "files, step, wanted",
    [
        pytest.param(
            SPLIT,
            Step("part", "Part", "why", (MoveSymbol(RepoPath("app/models.py"), "User", RepoPath("lib/user.py")),)),
            "/app/ @back\n/lib/user.py @back\n",
            id="a definition that gets a module of its own",
        ),
        pytest.param(
            {**SPLIT, "lib/user.py": "X = 1\n"},
            Step("part", "Part", "why", (MoveSymbol(RepoPath("app/models.py"), "User", RepoPath("lib/user.py")),)),
            "/app/ @back\n",
            id="a definition that goes to where others own",
        ),
        pytest.param(
            APP,
            Step("own", "Own", "why", (Edit(OWNERS, AddLine("/web/ @front")), Edit(OWNERS, AddLine("/app/main.py @lead")))),
            "/app/ @back\n/web/ @front\n/app/main.py @lead\n",
            id="a step that says anew who owns what",
        ),
        pytest.param(
            {**APP, "README.md": "See `app/main.py`.\n"},
            Step("move", "Move", "why", (Move(RepoPath("web/x.ts"), RepoPath("packages/ui/x.ts")),)),
            "/app/ @back\n",
            id="what nobody owns",
        ),
        pytest.param(APP, Step("write", "Write", "why", (Write(RepoPath("new.py"), b""),)), "/app/ @back\n", id="nothing moves"),
    ],
)
def test_what_else_a_step_does(files: Mapping[str, str], step: Step, wanted: str) -> None:
    assert build(facts_of({**files, OWNERS: "/app/ @back\n"}), step).after.read(OWNERS).decode() == wanted


def test_a_line_counts_where_the_same_stands_above_what_overrides_it() -> None:
    lines = "/lib/models/ @back\n/lib/ @all\n/app/* @back\n"
    built = build(
        facts_of({"app/user.py": "X = 1\n", "app/main.py": "", "lib/x.py": "", OWNERS: lines}), moving({"app/user.py": "lib/models/user.py"})
    )
    assert built.after.read(OWNERS).decode() == f"{lines}/lib/models/ @back\n"


def test_the_file_keeps_its_line_ends_and_one_that_is_not_there_stays_so() -> None:
    files = {**FILES, OWNERS: b"* @all\r\n/docs/* @d"}
    assert build(facts_of(files), moving(A)).after.read(OWNERS) == b"* @all\r\n/docs/* @d\r\n/docs/guides/deploy/ @d\r\n"
    assert OWNERS not in build(facts_of(FILES), moving(A)).after.tree
