"""A heading that is gone is told to whoever linked to it; one that is called otherwise is followed, and one that nobody links to is nobody's loss."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step, Write
from tests.conftest import facts_of

GUIDE = "# Guide\n\n## Setup\n\n<a id='own'></a>\n\n## Run\n"
ROWS = [
    ("docs/x.md", "[a](guide.md#setup)\n", ["docs/x.md:1: `#setup` led to a heading of docs/guide.md that is gone"]),
    ("README.md", "\n\n[a](docs/guide.md#own)\n", ["README.md:3: `#own` led to a heading of docs/guide.md that is gone"]),
    ("docs/x.md", "[a](guide.md#run) [b](guide.md) [c](guide.md#never)\n", []),
]


@pytest.mark.parametrize(("path", "text", "said"), ROWS)
def test_a_heading_that_is_gone_is_told_where_somebody_links_to_it(path: str, text: str, said: list[str]) -> None:
    facts = facts_of({"docs/guide.md": GUIDE, path: text})
    over = facts.tree[RepoPath("docs/guide.md")].blob
    built = build(facts, Step("a", "A", "why", (Write(RepoPath("docs/guide.md"), b"# Guide\n\n## Run\n", over=over),)))
    report = next(one for one in judge(built) if one.gate == "references")
    assert ([str(one) for one in report.findings if one.kind == "anchor"], report.passed) == (said, True)


def test_one_that_says_where_something_went_is_followed() -> None:
    files = {"docs/guide.md": "# A\n\n## `src/a.py`\n\n[x](#srcapy)\n", "README.md": "[a](docs/guide.md#srcapy)\n", "src/a.py": ""}
    built = build(facts_of(files), Step("a", "A", "why", (Move(RepoPath("src/a.py"), RepoPath("lib/a.py")),)))
    assert [str(one) for report in judge(built) for one in report.findings if one.kind == "anchor"] == []
