"""How names stand in commands: as they are where a shell takes them so, and always as one word of it."""

from __future__ import annotations

import shlex

import pytest

from migrator.wording import word

ROWS = {
    "a branch": ("migrate/phase-1", "migrate/phase-1"),
    "a revision": ("HEAD~2^", "HEAD~2^"),
    "a range": ("main...migrate/phase-1", "main...migrate/phase-1"),
    "an answer": ("merge:a/b.yml:1=yes", "merge:a/b.yml:1=yes"),
    "a team": ("@acme/web", "@acme/web"),
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
