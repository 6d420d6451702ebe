"""What a person can do where no phase could plan anything, or before what is declared runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.paths import RepoPath, is_within, name, parent
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.plan import Plan

_HOMES = {
    "services": frozenset({"manage.py", "pyproject.toml", "requirements.txt", "wsgi.py", "go.mod", "Cargo.toml", "Gemfile", "pom.xml"}),
    "apps": frozenset({"package.json"}),
}
"""Where v3.0 has what a file of some name begins."""
_MANY = 3


def by_hand(made: Plan) -> list[tuple[str, str]]:
    """The moves to type, each with what it is for: directories that hold a program, to where v3.0 has them; none where there is a plan."""
    if not made.hopeless:
        return []
    homes: dict[RepoPath, str] = {}
    for path in sorted(made.start.tree, key=lambda path: (path.count("/"), path)):
        directory = parent(path)
        home = next((home for home, names in _HOMES.items() if name(path) in names), None)
        settled = not directory or directory.split("/")[0] in {*_HOMES, "packages"}
        if home is not None and not settled and not any(is_within(directory, above) for above in homes):
            homes[directory] = home
    pairs = ((word(directory), word(f"{home}/{name(directory)}")) for directory, home in homes.items())
    moves = [(f"migrate mv {old} {new}", "by hand: what names it follows") for old, new in pairs]
    return moves[:_MANY] or [("migrate mv OLD NEW", "by hand: what names it follows")]


def to_approve(made: Plan) -> list[tuple[str, str]]:
    """The command that approves what a plan waits for; none where it waits for nothing."""
    return [("migrate trust", "what this repository would run, and approve it")] if made.waiting else []
