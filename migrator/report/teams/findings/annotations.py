"""Findings as annotations of GitHub: lines that a workflow's runner takes out of what a step prints, and shows at the files of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; a step shows ten of each type and drops the rest in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.report.teams.findings.located import rule
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.report.teams.findings.located import Located

__all__ = ["lines"]

_TYPES = {"error": "error", "warning": "warning", "info": "notice"}
_MOST = 10


def lines(command: str, found: Iterable[Located]) -> tuple[str, ...]:
    """The lines: how many there are of each type, then the gravest of each, as many as are shown."""
    several = tuple(found)
    counts = Counter(_TYPES[one.severity] for one in several)
    if not several:
        return ()
    said = ", ".join(counted(counts[kind], kind) for kind in _TYPES.values() if counts[kind])
    shown = [f"::notice title={_property(f'migrate {command}')}::{_data(said)}"]
    left = Counter({kind: _MOST - (kind == "notice") for kind in _TYPES.values()})
    for one in several:
        kind = _TYPES[one.severity]
        if left[kind]:
            left[kind] -= 1
            shown.append(_line(kind, one))
    return tuple(shown)


def _line(kind: str, one: Located) -> str:
    properties = {"file": one.path, **({"line": str(one.line)} if one.line else {}), "title": rule(one.rule).title}
    return f"::{kind} {','.join(f'{name}={_property(value)}' for name, value in properties.items())}::{_data(one.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
