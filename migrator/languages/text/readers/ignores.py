"""Files of patterns, one a line: only those anchored to a folder name something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.languages.text.page import FILE, HOME, Page

_NAME = re.compile(r"[\w.-]+")
_LINE = re.compile(r"^(?:\xef\xbb\xbf)?[ \t]*(!?)([^\s#!][^\r\n]*?)[ \t]*\r?$", re.MULTILINE)


def _patterns(page: Page) -> Iterator[tuple[int, int]]:
    for found in _LINE.finditer(page.text):
        yield found.span(2)


def gitignore(page: Page) -> None:
    """`.gitignore` and its likes: a slash that is not the last character anchors a pattern to the file's folder."""
    for start, end in _patterns(page):
        if "/" in page.text[start : end - 1] and not page.text.startswith("**/", start) and "\\" not in page.text[start:end]:
            page.add("ignore", start, end, FILE)


def dockerignore(page: Page) -> None:
    """`.dockerignore`: every pattern is anchored to the build context, which is where the file lies."""
    for start, end in _patterns(page):
        if not page.text.startswith("**/", start):
            page.add("ignored", start, end, FILE)


def gitattributes(page: Page) -> None:
    """`.gitattributes`: the pattern is the first word."""
    for start, end in _patterns(page):
        first = start + len(page.text[start:end].split(None, 1)[0])
        if "/" in page.text[start : first - 1] and not page.text.startswith("**/", start):
            page.add("ignore", start, first, FILE)


def codeowners(page: Page) -> None:
    """`CODEOWNERS`: patterns as in `.gitignore`, seen from the repository's root; a name alone means every directory of that name."""
    for start, end in _patterns(page):
        pattern = page.text[start:end].split(None, 1)[0]
        if pattern.endswith("/") and _NAME.fullmatch(pattern[:-1]):
            page.add("anywhere", start, start + len(pattern), HOME)
        elif "/" in pattern[:-1] and not pattern.startswith("**/") and not pattern.startswith(("[", "^[")):
            page.add("ignore", start, start + len(pattern), HOME)
