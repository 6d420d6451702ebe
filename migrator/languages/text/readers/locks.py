"""Lock files name the workspace's own members by path; everything else in them is their tools' to write."""

from __future__ import annotations

import re

from migrator.languages.text.page import FILE, Page, below
from migrator.languages.text.readers import scalars

_WORKSPACE = re.compile(r"@workspace:([\w.@/-]+)")
_LOCAL = re.compile(r"[{,] (?:editable|virtual|directory|path) = \"([^\"\n]+)\"")
_IMPORTERS = re.compile(r"^importers:[ \t]*\r?\n", re.MULTILINE)
_IMPORTER = re.compile(r"^  (?:'([^'\n]+)'|([^\s'][^:\n]*)):[ \t]*\r?$|^(?=\S)|[ '\"](?:link|file):([\w./-]+)", re.MULTILINE)


def npm(page: Page) -> None:
    """A package-lock.json: the members among `packages`, and the links to them."""
    text = page.text
    for scalar in scalars.json(text):
        if scalar.keys[:1] != ("packages",) or scalar.start >= scalar.end:
            continue
        member = scalar.is_key and len(scalar.keys) == 1 and "node_modules/" not in text[scalar.start : scalar.end]
        if member or scalar.keys[1:] == ("", "workspaces", "*") or (scalar.key == "resolved" and "://" not in text[scalar.start : scalar.end]):
            page.add("plain", scalar.start, scalar.end, FILE)


def bun(page: Page) -> None:
    """A bun.lock."""
    for scalar in scalars.json(page.text):
        if scalar.is_key and scalar.keys == ("workspaces",) and scalar.start < scalar.end:
            page.add("plain", scalar.start, scalar.end, FILE)
    yarn(page)


def yarn(page: Page) -> None:
    """A yarn.lock."""
    for found in _WORKSPACE.finditer(page.text):
        page.add("plain", *found.span(1), FILE)


def pnpm(page: Page) -> None:
    """A pnpm-lock.yaml: its importers, and the links that are relative to each."""
    text = page.text
    opening = _IMPORTERS.search(text)
    base = FILE
    for found in _IMPORTER.finditer(text, opening.end() if opening else len(text)):
        if found.lastindex is None:
            break
        start, end = found.span(found.lastindex)
        if found.lastindex < 3:  # noqa: PLR2004  a key, not a link
            page.add("plain", start, end, FILE)
            base = below(FILE, text[start:end])
        else:
            page.add("plain", start, end, base)


def uv(page: Page) -> None:
    """A uv.lock: where local packages are, at their own entries and at those that need them."""
    for found in _LOCAL.finditer(page.text):
        page.add("plain", *found.span(1), FILE)
