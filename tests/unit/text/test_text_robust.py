"""Whatever the bytes are: scanning answers, quickly, with spans that hold what they say."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from migrator.languages import text
from migrator.languages.text.catalogue import catalogue

# One format for each way of reading; rows only say which of the places that a reader sees count.
DIALECTS = sorted({(form.reads, form.rest): name for name, form in reversed(catalogue().formats.items()) if form.reads}.values())
ALPHABET = [
    *"\"'`()[]{}<>|;&$#\\/=:,.!*@%~^ \t\n\r-+",
    "$(",
    "${",
    "cd a/b\n",
    "apps/x",
    "```\n",
    "- ",
    "a: ",
    "[x](",
    "{{",
    "@(",
    "\xe9",
    "\xff",
    "COPY a b\n",
    "import x.y",
    "if ",
    "x\n",
]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_any_bytes_can_be_scanned(dialect: str) -> None:
    chooser = random.Random(dialect)  # noqa: S311  no secret
    for _ in range(60):
        source = "".join(chooser.choices(ALPHABET, k=chooser.randrange(120))).encode("latin-1")
        mentions = text.scan(source, dialect)
        assert mentions == text.scan(source, dialect)
        assert [source[m.start : m.end].decode() for m in mentions] == [m.text for m in mentions]
        assert all(one.end <= other.start for one, other in pairwise(mentions))


@pytest.mark.parametrize("piece", ["a", " ", "(", "{", "$(", '"', "'", "`", "\\", "a/", "[", "](", "<a ", "@'\n", "/*", "x: ", "- "])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_long_runs_are_survived(dialect: str, piece: str) -> None:
    source = (piece * 8_000).encode()
    assert all(source[m.start : m.end].decode() == m.text for m in text.scan(source, dialect))
