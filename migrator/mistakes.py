"""Our words for what a value should have been: whoever writes a plan file does not know the library that checks it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args, get_origin

import pydantic

__all__ = ["line_of_keys", "mistakes", "nearest"]

_KINDS = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_inexact": "a date such as 2027-02-01",
    "date_from_datetime_parsing": "a date such as 2027-02-01",
    "date_parsing": "a date such as 2027-02-01",
    "date_type": "a date such as 2027-02-01",
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
    "string_pattern_mismatch": "a text like {pattern}",
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
_MANY = 20


def mistakes(error: pydantic.ValidationError, model: type[pydantic.BaseModel] | None = None) -> list[tuple[tuple[str, ...], str]]:
    """What is wrong with a value: for each place the keys that lead there, and what should stand there instead; each place once.

    With the model that was to be filled, an unknown key comes with those that there are.
    """
    places: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for item in error.errors(include_url=False):
        places.setdefault(_place(item["loc"]), []).append({**item})
    return [(keys, _said(items) + (_known(model, keys) if items[0]["type"] == "extra_forbidden" else "")) for keys, items in places.items()]


def nearest(word: str, known: Sequence[str]) -> str:
    """What somebody may have meant who wrote a word that is none of those that are known; else all of these."""
    close = get_close_matches(word, known, 1)
    if close:
        return f"did you mean `{close[0]}`?"
    shown = ", ".join(known[:_MANY]) + (f" and {len(known) - _MANY} more" if len(known) > _MANY else "")
    return f"there {'is' if len(known) == 1 else 'are'} {shown or 'none'}"


def _known(model: object, keys: tuple[str, ...]) -> str:
    """What could stand where a key stands that is not known."""
    for key in keys[:-1]:
        model = _below(model, key)
    fields = model.model_fields if isinstance(model, type) and issubclass(model, pydantic.BaseModel) else {}
    return f"; {nearest(keys[-1], tuple(fields))}" if fields else ""


def _below(kind: object, key: str) -> object:
    """The type of what stands at a key of a type."""
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        field = kind.model_fields.get(key)
        return None if field is None else field.annotation
    inner = get_args(kind)
    if get_origin(kind) in {dict, Mapping}:
        return inner[1]
    if get_origin(kind) in {tuple, list}:
        return inner[0]
    return next((found for one in inner if (found := _below(one, key)) is not None), None)


def line_of_keys(text: str, keys: tuple[str, ...]) -> int:
    """The line on which the deepest part of a key path that is written in a TOML text stands; 1 when none is."""
    best = (0, 1)
    table: tuple[str, ...] = ()
    items: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[{1,2})([^\]]+)\]", line):
            table = ()
            *above, last = (part.strip(" \"'") for part in header.group(2).split("."))
            for part in above:
                table = (*table, part)
                table = (*table, str(items[table])) if table in items else table
            table = (*table, last)
            if header.group(1) == "[[":
                items[table] = items.get(table, -1) + 1
            table = (*table, str(items[table])) if table in items else table
            here: tuple[str, ...] = table
        elif assignment := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            here = (*table, *(part.strip(" \"'") for part in assignment.group(1).split(".")))
        else:
            continue
        if here == keys[: len(here)] and len(here) > best[0]:
            best = (len(here), number)
    return best[1]


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
