"""How what others wrote stands in commands and in Markdown: names as one word of a shell, texts between enough backticks."""

from __future__ import annotations

import shlex

import pytest

from migrator.wording import ticks, word

ROWS = {
    "a branch": ("migrate/phase-1", "migrate/phase-1"),
    "a revision": ("HEAD~2^", "HEAD~2^"),
    "a range": ("main...migrate/phase-1", "main...migrate/phase-1"),
    "an answer": ("merge:a/b.yml:1=yes", "merge:a/b.yml:1=yes"),
    "a team, which PowerShell would read": ("@acme/web", '"@acme/web"'),
    "an address": ("a@acme.example", "a@acme.example"),
    "letters of others": ("größe/дом", "größe/дом"),
    "a folder of a router": ("app/(shop)/[id]/page.tsx", '"app/(shop)/[id]/page.tsx"'),
    "a space": ("a b/*", '"a b/*"'),
    "nothing": ("", '""'),
    "a home that is none": ("~a", '"~a"'),
    "a quote": ("it's", '"it\'s"'),
    "what double quotes read": ("x;$(reboot)", "'x;$(reboot)'"),
    "both quotes": ("it's $HOME", "'it'\\''s $HOME'"),
}


@pytest.mark.parametrize("name, expected", ROWS.values(), ids=ROWS)
def test_a_name_is_one_word(name: str, expected: str) -> None:
    assert word(name) == expected
    assert shlex.split(f"git show {word(name)}")[2:] == [name]


@pytest.mark.parametrize("text, least, expected", [("", 1, "`"), ("a", 3, "```"), ("a`b", 1, "``"), ("a`b", 3, "```"), ("``` a ````", 3, "`````")])
def test_backticks_are_more_than_inside(text: str, least: int, expected: str) -> None:
    assert ticks(text, least) == expected
