"""Texts of the repository in Markdown: nothing in them is taken for a mark, and links lead to where things are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.paths import RepoPath, relative

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["block", "cell", "code", "link", "prose", "table"]


def prose(text: str) -> str:
    """A text in which only what stands in backticks is marked."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return _escaped("`".join(parts)).replace("`", "\\`")
    return "`".join(part if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    return re.sub(r"([\\*_\[\]<>~#])", r"\\\1", text)


def cell(text: str) -> str:
    """The same in a table: nothing in it ends the cell."""
    return prose(text).replace("|", "\\|")


def code(text: str) -> str:
    """A text as code, whatever it has in it."""
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"


def link(title: str, path: RepoPath, directory: str) -> str:
    """A link to a file or folder, as seen from a page in a directory."""
    target = re.sub(r"[^\w/.~@+,=-]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), relative(path, directory))
    return f"[{title}]({target})"


def table(*cells: str) -> str:
    """A row."""
    return f"| {' | '.join(cells)} |"


def block(language: str, lines: Iterable[str]) -> list[str]:
    """A fenced block."""
    return [f"```{language}", *lines, "```"]
