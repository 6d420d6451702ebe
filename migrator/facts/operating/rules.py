"""Rules of Prometheus as the tree has them, whoever wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import yaml

from migrator.facts.nodes import documents, items, line_number, pairs, text
from migrator.facts.operating.model import Rule
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin
from migrator.paths import suffix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["rules"]


class _Said(NamedTuple):
    """A rule, without its file; what Prometheus gives it beside, as pairs."""

    kind: str
    name: str
    expression: str
    line: int
    wait: str
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]


def rules(facts: Facts, places: Collection[RepoPath]) -> tuple[Rule, ...]:
    """The rules in some files."""
    return tuple(
        Rule(one.kind, one.name, one.expression, Origin(path, one.line), one.wait, dict(one.labels), dict(one.annotations))
        for path in places
        if suffix(path) in {".yml", ".yaml"}
        for one in facts.told(path, _read)
    )


def _read(source: bytes) -> tuple[_Said, ...]:
    return tuple(_found(source)) if b"groups:" in source and b"expr:" in source else ()


def _found(source: bytes) -> Iterator[_Said]:
    for document in documents(decoded(source)):
        top = pairs(document)
        for group in items(top.get("groups")) or items(pairs(top.get("spec")).get("groups")):
            for node in items(pairs(group).get("rules")):
                said = pairs(node)
                kind = next((one for one in ("alert", "record") if one in said), "")
                if kind and text(said.get("expr")):
                    yield _Said(
                        kind,
                        text(said[kind]),
                        text(said.get("expr")),
                        line_number(said[kind]),
                        text(said.get("for")),
                        _beside(said, "labels"),
                        _beside(said, "annotations"),
                    )


def _beside(said: dict[str, yaml.Node], key: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, text(value)) for name, value in pairs(said.get(key)).items() if isinstance(value, yaml.ScalarNode))
