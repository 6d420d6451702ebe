"""JSON as people write it for compilers and editors."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])', re.DOTALL)


def read_jsonc(source: bytes) -> Any:  # noqa: ANN401  JSON is anything
    """JSON with comments and trailing commas; None when it is neither, or nested deeper than anybody writes."""
    try:
        return msgspec.json.decode(source)
    except RecursionError:
        return None
    except msgspec.DecodeError:
        text = source.decode("utf-8-sig", "replace")
    for pattern in (_COMMENT, _COMMA):
        text = pattern.sub(lambda found: found[1] or "", text)
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
