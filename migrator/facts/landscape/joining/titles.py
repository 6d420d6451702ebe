"""What the repository calls itself in the manifests at its root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.facts.plain import table, toml
from migrator.paths import ROOT, RepoPath

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["title", "titles"]

_MODULE = re.compile(r"^module\s+(\S+?)(?:/v\d+)?\s*$", re.MULTILINE)
_GO = RepoPath("go.mod")


def titles(facts: Facts) -> tuple[str, ...]:
    """The names of its packages and of its module, the last part of each."""
    package = facts.atlas.node.packages.get(ROOT)
    python = dict(toml(facts, RepoPath("pyproject.toml")))
    module = _MODULE.search(facts.read(_GO).decode("utf-8", "replace")) if _GO in facts.tree else None
    listed = (
        package.name if package is not None else "", table(python, "project").get("name"), table(python, "tool", "poetry").get("name"),
        module[1] if module is not None else "",
    )  # fmt: skip
    return tuple(one.rpartition("/")[2] for one in listed if isinstance(one, str) and one)


def title(facts: Facts) -> str:
    """The first of them; of `shop-client` and `shop` the whole is `shop`. Empty where there is none."""
    found = titles(facts)
    return next((short for one in found for short in found if one.startswith((f"{short}-", f"{short}_"))), found[0] if found else "")
