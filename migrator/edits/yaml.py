"""Changes to lists in YAML, by the positions that ruamel reports: everything else stays byte for byte."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from migrator.edits import EditError
from migrator.edits.source import Source

__all__ = ["AddYamlItem"]


@dataclass(frozen=True, slots=True)
class AddYamlItem:
    """A string at the end of the block list under a top-level key, unless it is there already; the list is made where it is missing."""

    key: str
    item: str

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when what is there is no block list."""
        text = Source.read(source)
        document = _load(text.text)
        shown = self.item if re.fullmatch(r"[\w./-]+", self.item) else json.dumps(self.item)
        there = document.get(self.key)
        if there is None and self.key not in document:
            gap = "\n" if text.text and not text.text.endswith("\n") else ""
            end = len(text.text)
            return text.splice(end, end, f"{gap}{self.key}:\n  - {shown}\n")
        if not isinstance(there, CommentedSeq) or there.fa.flow_style() or not there:
            raise EditError(f"`{self.key}` is no list with one item a line")
        if self.item in there:
            return source
        line, column = there.lc.item(len(there) - 1)
        lines = text.text.splitlines(keepends=True)
        dash = lines[line][:column].rpartition("-")[0]
        quoted = f"'{self.item}'" if lines[line][column : column + 1] == "'" else shown
        if not lines[line].endswith("\n"):
            quoted = "\n" + dash + "- " + quoted
            end = len(text.text)
            changed = text.splice(end, end, quoted)
        else:
            end = sum(map(len, lines[: line + 1]))
            changed = text.splice(end, end, f"{dash}- {quoted}\n")
        if list(_load(Source.read(changed).text)[self.key]) != [*there, self.item]:
            raise EditError("the change would alter more than it should")
        return changed

    def __str__(self) -> str:
        return f"{self.key} += {json.dumps(self.item)}"


def _load(text: str) -> Any:  # noqa: ANN401  a CommentedMap, which ruamel does not type
    try:
        document = YAML().load(text)
    except YAMLError as error:
        raise EditError(f"not YAML: {error}") from error
    except RecursionError as error:
        raise EditError("nested too deeply") from error
    if document is None:
        return CommentedMap()
    if not isinstance(document, CommentedMap):
        raise EditError("the file holds no mapping")
    return document
