"""How imports are said where modules have other names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.packages import dotted
from migrator.paths import RepoPath, is_within

if TYPE_CHECKING:
    from migrator.facts.composition import Import

__all__ = ["Namer", "absolute", "import_line", "import_lines", "renamed"]

_WIDTH = 88
"""No import statement is longer on one line, as formatters have it when nobody says otherwise."""
Namer = Callable[[RepoPath], str | None]
"""The dotted name that a module of this repository has for whoever imports it, None when it is not theirs to import."""


def renamed(one: Import, namer: Namer) -> tuple[str, str]:
    """What a module imports for a name where modules have other names: from where, and what."""
    base, text = one.base, one.text
    if one.target is not None:
        module = namer(one.target) or ""
        rest = one.rest or ("*" if text == "*" else "")
        above, last = module[: len(module) - len(module.rpartition(".")[2])], module.rpartition(".")[2]
        base, text = (module, rest) if rest else (above if not above.strip(".") else above[:-1], last)
    alias = f" as {one.local}" if one.local != (text if base else text.partition(".")[0]) or one.renamed else ""
    return base, text + alias


def absolute(one: Import, root: str) -> str:
    """An import of one name as it is said from everywhere; what is no module below the directory that imports are seen from is said so already."""
    inside = one.target is not None and (not root or is_within(one.target, root))
    base, text = renamed(one if inside else replace(one, target=None), lambda path: dotted(path[len(root) + 1 :] if root else path))
    return import_line(base, [text])


def import_lines(wanted: Iterable[tuple[str, str]]) -> list[str]:
    """Import statements, one for each module, in the order that isort gives them."""
    found: dict[str, set[str]] = {}
    for base, text in wanted:
        found.setdefault(base, set()).add(text)
    plain = [import_line("", [text]) for text in sorted(found.pop("", set()))]
    return [*plain, *(line for base, texts in sorted(found.items()) for line in _from(base, sorted(texts, key=_order)))]


def _order(text: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    name = text.partition(" ")[0]
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def _from(base: str, texts: list[str]) -> list[str]:
    line = import_line(base, texts)
    return [line] if len(line) <= _WIDTH else [f"from {base} import (", *(f"    {text}," for text in texts), ")"]


def import_line(base: str, texts: Iterable[str]) -> str:
    """One import statement, on one line."""
    return f"from {base} import {', '.join(texts)}" if base else f"import {', '.join(texts)}"
