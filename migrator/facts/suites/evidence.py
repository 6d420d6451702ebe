"""What a text shows of the test in it: rows of `kinds.toml`, looked for in what is neither comment nor docstring."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import pydantic
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from migrator.facts.suites.model import Evidence
from migrator.languages.python.parsing import parse, walk

__all__ = ["KINDS", "fixture_evidence", "shown"]

_GRAMMAR = Language(tree_sitter_typescript.language_tsx())
_SEEN = re.compile(rb"[^\n]")
_TESTS = {"python": re.compile(r"^\s*(?:async\s+)?def\s+test", re.MULTILINE), "javascript": re.compile(r"\b(?:test|it)(?:\.\w+)*\s*\(")}


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    kind: str
    what: str
    language: str = ""
    imports: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    least: int = 1
    distinct: bool = False
    share: float = 0.0
    unless: tuple[str, ...] = ()
    needs: str = ""


class _File(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    evidence: tuple[_Row, ...]


class _Told(NamedTuple):
    """A row for one language, its expressions made ready; the imports are one of them."""

    row: _Row
    says: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    text = files("migrator.facts.suites").joinpath("kinds.toml").read_text(encoding="utf-8")
    return _File.model_validate(tomllib.loads(text)).evidence


def _kinds() -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.kind for row in _rows()))


KINDS = _kinds()
"""Every kind of test besides those that reach for nothing, in the order in which they are tried."""


@lru_cache(maxsize=4)
def _table(language: str) -> tuple[_Told, ...]:
    found = []
    for row in _rows():
        if row.language in {"", language}:
            imports = [_imported(language, row.imports)] if row.imports else []
            found.append(_Told(row, tuple(re.compile(one) for one in (*imports, *row.says)), tuple(re.compile(one) for one in row.unless)))
    return tuple(found)


def _imported(language: str, modules: tuple[str, ...]) -> str:
    """An expression for a line that imports any of some modules."""
    if language == "python":
        whole = "|".join(re.escape(one) for one in modules if "-" not in one and "/" not in one) or "(?!)"
        parts = "|".join(
            rf"{re.escape(base)}\s+import\s+[^#\n]*\b{re.escape(last)}" for base, _, last in (one.rpartition(".") for one in modules) if base
        )
        return rf"(?m)^[ \t]*(?:(?:import|from)[ \t]+(?:{whole})(?![\w])|from[ \t]+(?:{parts or '(?!)'})\b)"
    names = "|".join(re.escape(one) for one in modules)
    return rf"""(?:\bfrom\s*|\bimport\s*|\brequire\(\s*|\bimport\(\s*)["'](?:{names})(?:/[^"']*)?["']"""


def shown(source: bytes, language: str) -> tuple[Evidence, ...]:
    """What a file shows, each kind once, in the order of the rows."""
    raw = source.decode("utf-8", "replace")
    if not any(one.search(raw) for told in _table(language) for one in told.says):
        return ()  # what stands nowhere need not be told apart from comments
    return _found(_bare(source, language).decode("utf-8", "replace"), language, 0)


def fixture_evidence(source: bytes) -> dict[int, tuple[Evidence, ...]]:
    """By where each decorated definition of a module of Python starts: what it shows, where it shows anything."""
    bare = _bare(source, "python")
    parts = ((one.start_byte, bare[one.start_byte : one.end_byte]) for one in walk(parse(source)) if one.type == "decorated_definition")
    found = {start: _found(text.decode("utf-8", "replace"), "python", source.count(b"\n", 0, start)) for start, text in parts}
    return {start: several for start, several in found.items() if several}


def _found(text: str, language: str, above: int) -> tuple[Evidence, ...]:
    found: dict[str, Evidence] = {}
    needing: list[tuple[_Told, int]] = []
    for told in _table(language):
        at = _at(told, text, language)
        if at is not None and told.row.needs:
            needing.append((told, at))
        elif at is not None:
            found.setdefault(told.row.kind, Evidence(told.row.kind, told.row.what, above + text.count("\n", 0, at) + 1))
    for told, at in needing:
        if told.row.needs in found:
            found.setdefault(told.row.kind, Evidence(told.row.kind, told.row.what, above + text.count("\n", 0, at) + 1))
    return tuple(sorted(found.values(), key=lambda one: KINDS.index(one.kind)))


def _at(told: _Told, text: str, language: str) -> int | None:
    """Where the first of a row's expressions is found; None where it does not hold."""
    if any(one.search(text) for one in told.unless):
        return None
    row = told.row
    if row.distinct or row.share:
        hits = [hit for one in told.says for hit in one.finditer(text)]
        if not hits or (row.distinct and len({hit.group(1) for hit in hits}) < row.least):
            return None
        tests = len(_TESTS[language].findall(text))
        return None if len(hits) < row.share * tests else min(hit.start() for hit in hits)
    first = [hit.start() for one in told.says if (hit := one.search(text)) is not None]
    return min(first) if len(first) >= row.least else None


def _bare(source: bytes, language: str) -> bytes:
    """A text with blanks for what is only read by people; lines and places stay."""
    blank = bytearray(source)
    for start, end in _read_by_people(source, language):
        blank[start:end] = _SEEN.sub(b" ", bytes(blank[start:end]))
    return bytes(blank)


def _read_by_people(source: bytes, language: str) -> Iterator[tuple[int, int]]:
    if language == "python":
        # A byte order mark is three blank lines to the parser: places stay.
        for node in walk(parse(source)):
            if node.type == "comment" or _is_docstring(node):
                yield node.start_byte, node.end_byte
    else:
        pending = [Parser(_GRAMMAR).parse(source).root_node]
        while pending:
            node = pending.pop()
            if node.type == "comment":
                yield node.start_byte, node.end_byte
            pending.extend(node.children)


def _is_docstring(node: Node) -> bool:
    above = node.parent
    return node.type == "string" and above is not None and above.type == "expression_statement"
