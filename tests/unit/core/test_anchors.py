"""Links to headings: a heading that names what moves is called otherwise afterwards, and whoever links to it follows; nobody else does."""

from __future__ import annotations

import pytest

from migrator.build import build, rebuilt
from migrator.facts.documents import anchors, slug
from migrator.paths import RepoPath
from migrator.step import Move, Step
from migrator.tree import Moves
from tests.conftest import facts_of, texts

MOVED = "# A\n\n## The `src/app.py` file\n\nText.\n\n## Notes\n"
PAIRS = [
    ("[x](guide.md#the-srcapppy-file)\n", "[x](guide.md#the-libapppy-file)\n"),
    ("[x](./guide.md#the-srcapppy-file 'T')\n", "[x](./guide.md#the-libapppy-file 'T')\n"),
    ("[x]: guide.md#the-srcapppy-file\n", "[x]: guide.md#the-libapppy-file\n"),
    ('<a href="guide.md#the-srcapppy-file">x</a>\n', '<a href="guide.md#the-libapppy-file">x</a>\n'),
    ("[é](guide.md#the-srcapppy-file) é [y](guide.md#the-srcapppy-file)\n", "[é](guide.md#the-libapppy-file) é [y](guide.md#the-libapppy-file)\n"),
    # What leads elsewhere, or led nowhere, stays.
    ("[x](guide.md#notes) [y](guide.md)\n", None),
    ("[x](guide.md#the-srcapppy-files)\n", None),
    ("[x](other.md#the-srcapppy-file)\n", None),
    ("[x](#the-srcapppy-file)\n", None),
]


def _built(files: dict[str, str], old: str = "src/app.py", new: str = "lib/app.py") -> dict[str, str]:
    built = build(facts_of({"src/app.py": "", **files}), Step("a", "A", "why", (Move(RepoPath(old), RepoPath(new)),)))
    assert built.losses == ()
    again = rebuilt(built.before, built.after, built.step, moves=built.moves, written=frozenset(), whole=frozenset())
    assert again.losses == ()
    back = Moves({place: origin for origin, place in built.files.items()})
    home = build(built.after, Step("back", "Back", "why", tuple(Move(*pair) for pair in back.pairs.items())))
    assert {path: text.decode() for path, text in texts(home.after).items()} == {"src/app.py": "", **files}
    return {path: text.decode() for path, text in texts(built.after).items()}


@pytest.mark.parametrize(("text", "after"), PAIRS)
def test_links_follow_a_heading_that_names_what_moved(text: str, after: str | None) -> None:
    files = {"docs/guide.md": MOVED, "docs/other.md": "# Other\n", "docs/x.md": text}
    assert _built(files)["docs/x.md"] == (text if after is None else after)


def test_escapes_stay_escapes() -> None:
    files = {"docs/guide.md": "# A\n\n## Über `src/app.py`\n", "docs/x.md": "[x](guide.md#%C3%BCber-srcapppy) [y](guide.md#über-srcapppy)\n"}
    assert _built(files)["docs/x.md"] == "[x](guide.md#%C3%BCber-libapppy) [y](guide.md#über-libapppy)\n"


def test_so_do_the_links_of_the_document_itself_wherever_it_goes() -> None:
    text = "- [it](#the-srcapppy-file)\n- [notes](#notes)\n\n[r]: #the-srcapppy-file\n\n" + MOVED
    after = _built({"docs/guide.md": text})["docs/guide.md"]
    assert after == text.replace("src/app.py", "lib/app.py").replace("the-srcapppy-file", "the-libapppy-file")
    assert _built({"docs/guide.md": text}, "docs/guide.md", "handbook/guide.md")["handbook/guide.md"] == text


SLUGS = [
    ("Getting started", "getting-started"),
    ("What's new? (v2.0)", "whats-new-v20"),
    ("🚀 Deploy & run", "-deploy--run"),
    ("⚙️ Settings", "️-settings"),
    ("The `--flag` of **run**", "the---flag-of-run"),
    ("snake_case and _emphasis_", "snake_case-and-emphasis"),
    ("[A link](x.md) ![img](a.png)", "a-link"),
    ("Über uns", "über-uns"),
    ("部署 指南", "部署-指南"),
    ("A <b>tag</b> here", "a-tag-here"),
    ("API Down (fast)", "api-down-fast"),
    ("a_b-c", "a_b-c"),
]


@pytest.mark.parametrize(("heading", "expected"), SLUGS)
def test_an_anchor_is_called_as_github_calls_it(heading: str, expected: str) -> None:
    assert slug(heading) == expected


def test_anchors_are_headings_in_order_and_what_documents_name_themselves() -> None:
    text = '# A\n\n## B\n\n```\n# no\n```\n\n## B\n\n<a id="own"></a>\n\nUnder\n-----\n\n## C {#custom}\n\n<!-- ## D -->\n'
    assert anchors(text.encode(), "markdown") == ("a", "b", "b-1", "under", "custom", "c", "own")
    rst = ".. _label:\n\nTitle\n=====\n\nPart\n----\n\nText\n"
    assert anchors(rst.encode(), "rst") == ("title", "part", "label")
