"""One file with everything in it: what a plan does to a repository, for a browser that asks no network.

The page's text, its looks and its program lie beside this in `assets`, and so does the library that draws graphs, with its licence.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

__all__ = ["asset", "in_script", "page"]

_SCRIPTS = ("cytoscape.min.js", "layout.js", "graph.js", "landscape.js", "page.js", "start.js")
_STYLE = "page.css"


@cache
def asset(name: str) -> str:
    """The text of a file of the page."""
    return (files(__package__) / "assets" / name).read_text(encoding="utf-8")


def page(data: Mapping[str, Any]) -> str:
    """The page that shows some data. Its own policy lets nothing run or be loaded but what is in it."""
    scripts = [asset(name) for name in _SCRIPTS]
    style = asset(_STYLE)
    policy = f"default-src 'none'; script-src {' '.join(map(_hashed, scripts))}; style-src {_hashed(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    parts = {
        "policy": policy,
        "title": escape(str(data["title"])),
        "style": style,
        "data": in_script(data),
        "licence": escape(asset("cytoscape.LICENSE").strip()),
        "scripts": "\n".join(f"<script>{text}</script>" for text in scripts),
    }
    head, *rest = asset("page.html").split("@@")
    # Each odd piece names a part: what a part says is never read as a template.
    return head + "".join(parts[piece] if at % 2 == 0 else piece for at, piece in enumerate(rest))


def in_script(data: object) -> str:
    """JSON as a script element may hold it: no text of it ends the element or begins a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace").decode()


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
