"""Pages: what stands apart by itself, what is escaped, where links lead, and that each line keeps its origins."""

from __future__ import annotations

import pytest

from migrator.generating.prose import Page, code, plain
from migrator.origin import Origin, Said
from migrator.paths import RepoPath

AT = Origin(RepoPath("a.py"), 3)
SAID = Said("x", (AT,))


def text(page: Page) -> str:
    return page.artefact("one").content.decode()


def test_blocks_stand_apart() -> None:
    page = Page(RepoPath("docs/a.md"), "Title", SAID)
    page.say("One.")
    page.say("Two.")
    page.item("a", SAID)
    page.item("b")
    page.commands([])
    page.commands([Said("make", (AT,)), Said("make test", (AT,))])
    page.commands([Said("ls", ())])
    page.table(("h",), [])
    page.table(("h", "i"), [(("1", "2"), (SAID,)), (("3", "4"), ())])
    page.table(("j",), [(("5",), ())])
    assert text(page) == (
        "# Title\n\nOne.\n\nTwo.\n\n- a\n- b\n\n```sh\nmake\nmake test\n```\n\n```sh\nls\n```\n\n| h | i |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n| j |\n|---|\n| 5 |\n"
    )
    assert {number for number, origins in page.artefact("one").origins.items() if origins == (AT,)} == {1, 7, 11, 12, 21}


@pytest.mark.parametrize(
    "path, text_, fragment, expected",
    [
        ("docs/b.md", "", "", "[`docs/b.md`](b.md)"),
        ("src/a b (c).py", "", "", "[`src/a b (c).py`](../src/a%20b%20%28c%29.py)"),
        ("README.md", "Read [me]", "first-steps", "[Read \\[me\\]](../README.md#first-steps)"),
        ("a`b.md", "", "", "[`` a`b.md ``](../a`b.md)"),
    ],
)
def test_links_are_seen_from_the_page(path: str, text_: str, fragment: str, expected: str) -> None:
    assert Page(RepoPath("docs/a.md"), "T").link(RepoPath(path), text_, fragment) == expected


def test_nothing_in_a_cell_ends_it() -> None:
    page = Page(RepoPath("a.md"), "T")
    page.table(("h",), [(("a | b\nc \\| d",), ())])
    assert text(page).split("\n")[4] == "| a \\| b c \\| d |"


def test_what_is_no_markup_stays_none() -> None:
    assert plain("a_b *c* <d> [e]\n# f") == "a\\_b \\*c\\* \\<d\\> \\[e\\] \\# f"
    assert (code("a"), code("a`b")) == ("`a`", "`` a`b ``")


def test_secrets_are_hidden() -> None:
    """L13."""
    page = Page(RepoPath("a.md"), "T")
    page.item("runs --password=correct-horse-9")
    assert "correct-horse" not in text(page)
