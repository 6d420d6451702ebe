"""Pages of Markdown, line by line, each line with where its values come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from migrator.artefact import text_artefact
from migrator.origin import Said
from migrator.paths import parent, relative
from migrator.secrets import redact
from migrator.wording import ticks

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.origin import Origin
    from migrator.paths import RepoPath

    Value = Said[Any] | Origin
    """Something that stands in a line and knows its place, or the place alone."""

__all__ = ["Page", "cell", "code", "link", "marked", "origins", "plain", "table_row"]


class Page:
    """A page as it is written; paragraphs, lists, tables and code stand apart by themselves."""

    def __init__(self, path: RepoPath, title: str, *values: Value) -> None:
        self.path = path
        self._lines: list[tuple[str, tuple[Origin, ...]]] = []
        self._kind = ""
        self.heading(1, title, *values)

    def __len__(self) -> int:
        return len(self._lines)

    def heading(self, level: int, text: str, *values: Value) -> None:
        """A heading."""
        self._put("heading", f"{'#' * level} {text}", values)

    def say(self, text: str, *values: Value) -> None:
        """A paragraph of one line."""
        self._put("paragraph", text, values)

    def item(self, text: str, *values: Value) -> None:
        """A point of a list."""
        self._put("list", f"- {text}", values)

    def table(self, head: Sequence[str], rows: Iterable[tuple[Sequence[str], Iterable[Value]]]) -> None:
        """A table; nothing without rows."""
        for number, (cells, values) in enumerate(rows):
            if not number:
                self._put("table", table_row(*head), ())
                self._put("table", "|" + "---|" * len(head), ())
            self._put("table", table_row(*cells), tuple(values))
        self._kind = "end"

    def commands(self, commands: Iterable[Said[str]]) -> None:
        """What is typed, a line each; nothing where there is nothing."""
        self.fence("sh", commands)

    def fence(self, language: str, lines: Iterable[Said[str]]) -> None:
        """Code; nothing where there is nothing."""
        found = [(line, one) for one in lines for line in redact(one.value).split("\n")]
        if found:
            marks = ticks("\n".join(line for line, _ in found), 3)
            self._put("fence", f"{marks}{language}", ())
            for line, one in found:
                self._put("fence", line, (one,))
            self._put("fence", marks, ())
            self._kind = "end"

    def link(self, path: RepoPath, text: str = "", fragment: str = "") -> str:
        """A link from here to a file of the repository."""
        return link(plain(text) if text else code(path), path, parent(self.path), fragment)

    def artefact(self, family: str) -> Artefact:
        """The file."""
        return text_artefact(self.path, family, self._lines)

    def _put(self, kind: str, text: str, values: Iterable[Value]) -> None:
        if self._lines and (kind != self._kind or kind in {"heading", "paragraph"}):
            self._lines.append(("", ()))
        self._kind = kind
        self._lines.append((redact(text), origins(*values)))


def origins(*values: Value) -> tuple[Origin, ...]:
    """The origins of some values, each once."""
    return tuple(dict.fromkeys(origin for one in values for origin in (one.origins if isinstance(one, Said) else (one,))))


def code(text: str) -> str:
    """A text as it is typed."""
    shown = " ".join(text.split())
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def plain(text: str) -> str:
    """A text of the repository among ours: nothing in it is taken for markup."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(text.split()))


def marked(text: str) -> str:
    """The same, but what stands in backticks is code."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return _escaped("`".join(parts)).replace("`", "\\`")
    return "`".join(part if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    return re.sub(r"([\\*_\[\]<>~#])", r"\\\1", text)


def link(title: str, path: RepoPath, directory: str, fragment: str = "") -> str:
    """A link to a file or folder, as seen from a page in a directory."""
    place = re.sub(r"[ ()<>#%?]", lambda found: f"%{ord(found[0]):02X}", relative(path, directory))
    return f"[{title}]({place}{f'#{fragment}' if fragment else ''})"


def cell(text: str) -> str:
    """A text with its own marks in a table: nothing in it ends the cell or the row."""
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())


def table_row(*cells: str) -> str:
    """A row of a table."""
    return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", " ".join(cell.split())) for cell in cells) + " |"
