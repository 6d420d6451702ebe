"""Django applications whose label would change: it is the last part of their name, and tables, content types and migrations go by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.paths import RepoPath, name, parent

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts

_MIGRATION = re.compile(r"(?:^|/)migrations/(?:__init__|\d{4}_\w+)\.py$")
_LABEL = re.compile(rb"^[ \t]+label[ \t]*(?::[^=\n]*)?=", re.MULTILINE)
_CONFIG = re.compile(rb"^class \w+\([^)\n]*AppConfig\)", re.MULTILINE)


def labels(built: Built) -> Iterator[Finding]:
    """An error for each application with migrations that gets another name and does not say its label.

    Django 6.0.10 then plans all its migrations anew, with new, empty tables, and `makemigrations --check` says "No changes detected".
    """
    moved = {parent(parent(old)): parent(parent(new)) for old, new in built.files.items() if _MIGRATION.search(old) and _MIGRATION.search(new)}
    for old, new in sorted(moved.items()):
        if name(old) == name(new) or not old or not new or _says_label(built.after, new) or not _is_application(built.before, old):
            continue
        message = (
            f"Django calls the application {name(old)}, and would call it {name(new)}: its tables would be made anew, empty; "
            f'say label = "{name(old)}" in its AppConfig first'
        )
        yield Finding("label", new, message, severity="error")


def _says_label(facts: Facts, directory: RepoPath) -> bool:
    apps = RepoPath(f"{directory}/apps.py")
    if apps not in facts.tree:
        return False
    text = facts.read(apps)
    return bool(_CONFIG.search(text) and _LABEL.search(text))


def _is_application(facts: Facts, directory: RepoPath) -> bool:
    """Whether what has migrations is Django's: Alembic keeps its own beside no models.py or apps.py, in `versions`."""
    return any(RepoPath(f"{directory}/{file}") in facts.tree for file in ("apps.py", "models.py", "models/__init__.py"))
