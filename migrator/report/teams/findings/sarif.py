"""Findings as SARIF 2.1.0, which code scanning, editors and many a dashboard read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what of it code scanning uses stands in GitHub's "SARIF support for code scanning".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from migrator import __version__
from migrator.report.teams.findings.located import rule

if TYPE_CHECKING:
    from migrator.report.teams.findings.located import Located

__all__ = ["sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"
_MOST = 5000
"""Code scanning shows so many of a run, and refuses a file of 25,000."""


def sarif(command: str, found: Iterable[Located]) -> str:
    """The text of a log with one run; the gravest findings of more than can be shown."""
    shown = tuple(found)[:_MOST]
    kinds = sorted({one.rule for one in shown})
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "migrate", "semanticVersion": __version__, "version": __version__, "rules": [_rule(kind) for kind in kinds]}},
        "automationDetails": {"id": f"migrate/{command}/"},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [_result(one, kinds.index(one.rule), seen) for one in shown],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(kind: str) -> dict[str, Any]:
    about = rule(kind)
    return {
        "id": _id(kind),
        "name": "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", kind)),
        "shortDescription": {"text": f"{about.title}."},
        "fullDescription": {"text": f"{about.title}."},
        "help": {"text": about.help, "markdown": about.help},
    }


def _id(kind: str) -> str:
    return f"migrate/{kind.replace(' ', '-')}"


def _result(one: Located, index: int, seen: Counter[str]) -> dict[str, Any]:
    # Code scanning takes nothing without a line: what is about a whole file is shown at its first.
    place = {"artifactLocation": {"uri": uri(one.path), "uriBaseId": _ROOT}, "region": {"startLine": one.line or 1}}
    mark = _fingerprint(one)
    seen[mark] += 1
    return {
        "ruleId": _id(one.rule),
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": one.message or one.rule},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{seen[mark]}"},
    }


def uri(path: str) -> str:
    """A path as a reference that is relative to the root: a colon in its first part would make a scheme of that."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@")


def _fingerprint(one: Located) -> str:
    """What a finding is wherever in its file it stands: lines and counts may change, what is said and of which file may not."""
    said = re.sub(r"\d+", "0", one.message)
    return hashlib.sha256(repr((one.rule, one.path, said)).encode()).hexdigest()[:16]
