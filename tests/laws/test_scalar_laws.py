"""The readers of scalars find what well-kept parsers find, at the places where those say that it stands."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import tomlkit
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migrator.languages.text.readers import scalars

KEYS = st.text("abcxyz_-.0", min_size=1, max_size=6) | st.sampled_from(["a b", "on", "x:y", "#", "1"])
TEXTS = st.text("abcz/.-_ :#,[]{}'\"\\*&!|>%@019", max_size=14)
VALUES = st.recursive(
    TEXTS | st.integers(0, 99) | st.booleans(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)

Found = Counter[tuple[tuple[str, ...], str]]


def strings(value: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts of a document with the keys that lead to them."""
    match value:
        case str():
            yield keys, value
        case dict():
            for key, one in value.items():
                yield from strings(one, (*keys, str(key)))
        case list():
            for one in value:
                yield from strings(one, (*keys, "*"))


@given(DOCUMENTS, st.sampled_from([None, 0, 2, 4]))
def test_json_is_read_as_json_reads_it(document: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(document, indent=indent)
    values = [one for one in scalars.json(text) if not one.is_key]
    found = Counter((tuple(_unescaped(key) for key in one.keys), _unescaped(text[one.start : one.end])) for one in values)
    assert found == Counter(strings(document))
    assert all(text[one.start - 1] == text[one.end] == '"' for one in values)


def _unescaped(text: str) -> str:
    return str(json.loads(f'"{text}"'))


@given(DOCUMENTS, st.sampled_from([None, True, False]), st.sampled_from([None, '"', "'"]), st.sampled_from([2, 4]))
def test_yaml_is_read_where_libyaml_reads_it(document: dict[str, Any], flow: bool | None, style: str | None, indent: int) -> None:
    text = yaml.safe_dump(document, default_flow_style=flow, default_style=style, indent=indent, width=10_000, allow_unicode=True)
    found = Counter((one.keys, one.start, one.end) for one in scalars.yaml(text) if not one.is_key and one.start < one.end)
    assert found == Counter(_placed(text, yaml.compose(text, yaml.SafeLoader), ()))


def _placed(text: str, node: yaml.Node | None, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Where the scalars of a document stand, without their quotes, with the keys as they are written."""
    match node:
        case yaml.ScalarNode():
            start, end = _within(text, node)
            if start < end:
                yield keys, start, end
        case yaml.MappingNode():
            for key, value in node.value:
                yield from _placed(text, value, (*keys, text[slice(*_within(text, key))]))
        case yaml.SequenceNode():
            for value in node.value:
                yield from _placed(text, value, (*keys, "*"))


def _within(text: str, node: yaml.Node) -> tuple[int, int]:
    start, end = node.start_mark.index, node.end_mark.index
    while text[start : start + 1] == "!":  # a tag
        start = text.index(" ", start) + 1
    quoted = text[start : start + 1] in {'"', "'"}
    return start + quoted, end - quoted


@given(DOCUMENTS)
def test_toml_is_read_as_tomllib_reads_it(document: dict[str, Any]) -> None:
    text = tomlkit.dumps(document)
    assert tomllib.loads(text) == document
    found = Counter((one.keys, str(tomllib.loads(f'x = "{text[one.start : one.end]}"')["x"])) for one in scalars.toml(text) if not one.is_key)
    # A table of an array is read as the table that it is: rows do not tell one item from another.
    assert Counter(_named(found.elements())) == Counter(_named(strings(document)))


def _named(found: Iterable[tuple[tuple[str, ...], str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    for keys, text in found:
        yield tuple(key for key in keys if key != "*"), text
