"""CODEOWNERS as GitLab reads it: each section gives owners, and what follows moves stays in its section."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.codeowners import GITLAB, PLACES, Ownership, Rule, written
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

ROOT = RepoPath("CODEOWNERS")


def owned(text: str, path: str, place: RepoPath = ROOT) -> str:
    return " ".join(Ownership(written(place, text).rules)(RepoPath(path)))


@pytest.mark.parametrize(
    "text, expected",
    [
        # Each section gives the owners of its last line that matches; before the first heading is a section too.
        ("* @all\n[Web]\n/web/ @web\n", {"web/a.ts": "@all @web", "api/a.py": "@all"}),
        ("[Docs]\n*.md @d\n/web/*.md @e\n[Web]\n/web/ @web\n", {"web/a.md": "@e @web", "b.md": "@d"}),
        ("[A]\n/web/ @one @two\n[B]\n/web/ @two\n", {"web/a": "@one @two"}),
        # Default owners, and lines that have their own.
        ("[Docs][2] @docs @lead\n/docs/\n/web/README.md @web\n", {"docs/a": "@docs @lead", "web/README.md": "@web", "api/a": ""}),
        ("^[Docs] @docs\n/docs/\n", {"docs/a": "@docs"}),
        ("[Docs] @docs\n[Web]\n/web/\n", {"web/a": ""}),
        # One name is one section, whatever its letters; defaults are those of the heading above.
        ("[Web]\n/web/ @one\n[Docs]\n/docs/ @d\n[WEB] @two\n/web/x/\n", {"web/x/a": "@two", "web/a": "@one"}),
        # What stands twice in a section stands where it was first.
        ("[A]\n/web/x @one\n/web/* @two\n/web/x @three\n", {"web/x": "@two"}),
        ("[A]\n/web/x @one\n/web/x @three\n", {"web/x": "@three"}),
        # Nobody of a section for what it excludes, wherever it says so.
        ("[A]\n!/web/gen/\n/web/ @web\n/web/gen/x @x\n[B]\n/web/ @b\n", {"web/gen/x": "@b", "web/a": "@web @b"}),
        # A comment is a line; behind owners, whoever is named in it is one.
        ("[A]\n  # /web/ @no\n/web/ @web # ask @lead\n", {"web/a": "@web @lead"}),
        ("[A] @d\n/web/ # nobody\n", {"web/a": ""}),
        ("[A]\n/web/ @@maintainer x@example.com team\n", {"web/a": "@@maintainer x@example.com"}),
        # Names of sections may hold anything; a pattern that begins with a class is no heading.
        ("[Web & API (v2)][1] @web\n/web/\n", {"web/a": "@web"}),
        ("[A]\n[wx]eb/ @web\n", {"web/a": "@web", "xeb/a": "@web"}),
        # Patterns are Ruby's.
        ("[A]\n*.[jt]s @js\n", {"web/a.ts": "@js", "a.js": "@js", "a.md": ""}),
        ("[A]\n/web[!a]x @web\n/docs[!-9]x @d\n", {"web/x": "", "web-x": "@web", "docs/x": "", "docs9x": "", "docs_x": "@d"}),
        ("[A]\n/web @web\n", {"web/a": "", "web": "@web"}),
        ("[A]\nweb/ @web\n", {"x/web/a": "@web"}),
        ("[A]\n* @all\n", {".env": "@all", "a/.b/c": "@all"}),
        ("[A]\nmy\\ docs/ @d\n\\#x @e\n", {"my docs/a": "@d", "#x": "@e"}),
    ],
)
def test_who_owns_what(text: str, expected: Mapping[str, str]) -> None:
    assert {path: owned(text, path) for path in expected} == expected
    assert {path: owned(text, path, GITLAB) for path in expected} == expected
    assert written(ROOT, text).gitlab


@pytest.mark.parametrize(
    "place, text, gitlab",
    [
        (ROOT, "/web/ @web\n", False),
        (ROOT, "\ufeff[Web]\n/web/ @web\n", True),
        (PLACES[2], "^[Web] @web\n", True),
        (GITLAB, "/web/ @web\n", True),
        # There GitHub alone looks, and what begins with a bracket is nothing to it.
        (PLACES[0], "[Web]\n/web/ @web\n", False),
        (ROOT, "[id].ts @web\n", False),
    ],
)
def test_whose_file_it_is(place: RepoPath, text: str, gitlab: bool) -> None:
    assert written(place, text).gitlab is gitlab


TREE = {"docs/a.md": "", "docs/b.md": "", "docs/api/c.md": "", "web/x.ts": "", "web/y.ts": "", "lib/z.ts": "", "gen/g.ts": "", "gen/h.ts": ""}


@pytest.mark.parametrize(
    "text, moves, expected",
    [
        # A line more stands at the end of its section.
        ("[Docs]\n/docs/* @d\n\n[Web]\n/web/ @w\n", {"docs/a.md": "guides/a.md"}, "[Docs]\n/docs/* @d\n/guides/ @d\n\n[Web]\n/web/ @w\n"),
        ("* @all\n/docs/*.md @d\n\n[Web]\n/web/ @w\n", {"docs/a.md": "guides/a.md"}, "* @all\n/docs/*.md @d\n/guides/ @d\n\n[Web]\n/web/ @w\n"),
        # In each section that it was in; a default owner stays one.
        (
            "[Docs][2] @d\n/docs/*\n# More follows.\n\n^[All] @x\n/docs/*.md @y\n/web/\n",
            {"docs/a.md": "guides/a.md"},
            "[Docs][2] @d\n/docs/*\n/guides/\n# More follows.\n\n^[All] @x\n/docs/*.md @y\n/web/\n/guides/ @y\n",
        ),
        # Of a section in two parts the last, and where that has other default owners they are written out.
        (
            "[Docs] @d\n/docs/*\n[Web]\n/web/ @w\n[docs] @e\n/lib/\n",
            {"docs/a.md": "guides/a.md"},
            "[Docs] @d\n/docs/*\n[Web]\n/web/ @w\n[docs] @e\n/lib/\n/guides/ @d\n",
        ),
        # What nobody of a section was asked for.
        ("[A] @a\n/web/\n!/gen/*\n", {"gen/g.ts": "web/g.ts"}, "[A] @a\n/web/\n!/gen/*\n!/web/g.ts\n"),
        # A line ends where the file ends, as lines end in it.
        ("[Docs] @d\r\n/docs/*", {"docs/a.md": "guides/a.md"}, "[Docs] @d\r\n/docs/*\r\n/guides/\r\n"),
        # What names what moves follows; a heading names nothing, whatever it is called.
        ("[docs/api] @d\n/docs/api/\n", {"docs/api": "api"}, "[docs/api] @d\n/api/\n"),
        ("^[docs/api][2] @d\n!/docs/api/\n", {"docs/api": "api"}, "^[docs/api][2] @d\n!/api/\n"),
        ("[docs] @d\ndocs/\n", {"docs": "handbook"}, "[docs] @d\nhandbook/\n"),
        # Nothing more: still caught in each section, or nobody's.
        ("[Docs] @d\n*.md\n[Web]\n/web/ @w\n", {"docs/a.md": "guides/a.md"}, None),
        ("[Docs]\n/docs/*\n[Web]\n/web/ @w\n", {"docs/a.md": "guides/a.md"}, None),
        ("[Docs]\n/docs/* @d\n[Web]\n/web/ @w\n", {"lib/z.ts": "libs/z.ts"}, None),
        # Nothing helps against what a section excludes.
        ("[A] @a\n/docs/*\n!/gen/\n", {"docs/a.md": "gen/a.md"}, None),
    ],
)
@pytest.mark.parametrize("place", [ROOT, GITLAB])
def test_lines_follow_in_their_sections(place: RepoPath, text: str, moves: Mapping[str, str], expected: str | None) -> None:
    step = Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
    built = build(facts_of({**TREE, place: text.encode()}), step)
    after = built.after.read(place).decode()
    assert after == (text if expected is None else expected)
    assert built.losses == ()
    if expected is not None:
        assert {path: owned(after, built.files.get(RepoPath(path), path), place) for path in TREE} == {
            path: owned(text, path, place) for path in TREE
        }


def test_patterns_are_asked_of_the_last_first_and_catch_alone_what_they_mean() -> None:
    assert [path for path in TREE if Rule("/web/*.[jt]s", ("@w",), 1, gitlab=True).catches(RepoPath(path))] == ["web/x.ts", "web/y.ts"]
    assert [path for path in TREE if Rule("/web/*.[jt]s", ("@w",), 1).catches(RepoPath(path))] == []
