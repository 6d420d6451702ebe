"""Lists of requirements that pip and pip-tools read: what they include is seen from the file that says it.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.languages.text.page import FILE, UP
from migrator.languages.text.readers import words

if TYPE_CHECKING:
    from migrator.languages.text.page import Page

__all__ = ["scan"]

_INCLUDED = re.compile(r"(?m)^[ \t]*(?:-[rc]|--(?:requirement|constraint)\b)[ \t=]*(?P<path>[^\s=;#][^\s;#]*)")


def scan(page: Page) -> None:
    """The lists that a list includes, and every word with a slash."""
    at = 0
    for found in _INCLUDED.finditer(page.text):
        words.scan(page, at, found.start(), UP, "path")
        start, at = found.span("path")
        words.token(page, start, at, FILE, "beside")
    words.scan(page, at, len(page.text), UP, "path")
