r"""A line of an env file that python-dotenv, Node's dotenv and the engine of compose files read alike.

They do not agree on much: Node's knows no escapes but `\n` between double quotes, python-dotenv puts variables in place between single quotes too,
the engine of compose files reads `$` everywhere but there.
"""

from __future__ import annotations

import re

__all__ = ["assignment"]

_BARE = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def assignment(name: str, value: str) -> str | None:
    """The line, or None where no way of writing it is read alike; it may be several lines."""
    if _NAME.fullmatch(name) is None or "\r" in value or "\0" in value:
        return None
    if _BARE.fullmatch(value):
        return f"{name}={value}"
    if not ("'" in value or "${" in value or "\\\\" in value or value.endswith("\\")):
        return f"{name}='{value}'"
    if not ('"' in value or "$" in value or "\\" in value):
        return f'{name}="{value}"'
    return None
