"""Our words for what a value should have been: whoever writes a plan file does not know the library that checks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydantic

__all__ = ["mistakes"]

_KINDS = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "a table",
    "float_parsing": "a number",
    "float_type": "a number",
    "frozen_set_type": "a list",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "json_invalid": "JSON",
    "json_type": "JSON",
    "list_type": "a list",
    "mapping_type": "a table",
    "model_attributes_type": "a table",
    "model_type": "a table",
    "set_type": "a list",
    "string_type": "a text",
    "tuple_type": "a list",
}
_BOUNDS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "string_too_long": "a text of {max_length} characters at most",
    "string_too_short": "a text of {min_length} characters at least",
    "too_long": "a list of {max_length} or fewer",
    "too_short": "a list of {min_length} or more",
}
_SHOWN = 40


def mistakes(error: pydantic.ValidationError) -> list[tuple[tuple[str, ...], str]]:
    """What is wrong with a value: for each place the keys that lead there, and what should stand there instead; each place once."""
    places: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for item in error.errors(include_url=False):
        places.setdefault(_place(item["loc"]), []).append({**item})
    return [(keys, _said(items)) for keys, items in places.items()]


def _place(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys to a value; what only tells one alternative of a type from another is none of them."""
    return tuple(str(part) for part in loc if not (isinstance(part, str) and (part in {"str", "int", "float", "bool"} or "[" in part)))


def _said(items: list[Mapping[str, Any]]) -> str:
    first = items[0]
    wanted = list(dict.fromkeys(kind for item in items if (kind := _wanted(item))))
    match first["type"]:
        case "extra_forbidden":
            return "unknown key"
        case "missing":
            return "is missing"
        case _ if wanted:
            return f"must be {' or '.join(wanted)}, not {_shown(first['input'])}"
        case _:
            return str(first["msg"]).removeprefix("Value error, ")


def _wanted(item: Mapping[str, Any]) -> str:
    """What should stand there, or nothing where the check speaks for itself."""
    if item["type"] in {"literal_error", "enum"}:
        return str(item["ctx"]["expected"])
    if item["type"] in _BOUNDS:
        return _BOUNDS[item["type"]].format_map(item["ctx"])
    return _KINDS.get(item["type"], "")


def _shown(value: object) -> str:
    """A value as it stands in the file, clipped."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple | set | frozenset):
        return f"a list of {len(value)}"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
