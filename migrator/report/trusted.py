"""What a repository would run, so that nothing of it can be overlooked: every word in full, what cannot be seen spelled out."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

from migrator.report.screen import ASK, DONE, STYLES, WARN, Screen
from migrator.report.text import commands as following
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.report.models.trust import TrustedOut, TrustOut

_LABEL = 13
_STATES = {"approved": (DONE, "as it was approved"), "changed": (WARN, "another text was approved under this name"), "new": (ASK, "new")}
_BLANK = re.compile(r" {9,}")


def visible(text: str) -> str:
    """A text whose every character can be seen: control characters, marks that change what stands beside them, and long blanks are spelled out."""
    escaped = "".join(
        char if char == " " or (char.isprintable() and not _modifies(char)) else char.encode("unicode_escape").decode() for char in text
    )
    return _BLANK.sub(lambda found: f"⟨{len(found[0])} spaces⟩", escaped)


def _modifies(char: str) -> bool:
    import unicodedata  # noqa: PLC0415  for what is not ASCII alone

    return not char.isascii() and unicodedata.category(char) in {"Mn", "Me", "Lm", "Sk"}


def commands(screen: Screen, found: TrustOut) -> None:
    """Every declared command."""
    if not found.commands:
        return
    where = "would run in throwaway checkouts, with your rights and your environment"
    screen.hanging("", (f"{found.source} declares {counted(len(found.commands), 'command')}, which {where}.", "bold"))
    for one in found.commands:
        _command(screen, one)
    screen.line()


def _command(screen: Screen, one: TrustedOut) -> None:
    symbol, state = _STATES[one.state]
    screen.line()
    screen.hanging("", (symbol, STYLES[symbol]), (f" {one.kind} {visible(one.name)}", "cyan"), (f"  {state} · line {one.line}", "dim"))
    _row(screen, "command", shlex.join(one.command))
    if one.setup:
        _row(screen, "setup", shlex.join(one.setup))
    _row(screen, "directory", one.directory)
    for name, value in one.environment.items():
        _row(screen, "environment", f"{name}={value}")
    for link in one.links:
        _row(screen, "links", f"{link} of your work tree, to read and to write")
    for key, value in one.further.items():
        _row(screen, key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    if one.hidden:
        screen.hanging("  ", (WARN, STYLES[WARN]), f" a secret is hidden here: read line {one.line} and below before you approve it", below=4)


def _row(screen: Screen, label: str, value: str) -> None:
    screen.hanging("    ", (f"{label:<{_LABEL}}", "dim"), visible(value), below=4 + _LABEL)


def verdict(screen: Screen, found: TrustOut) -> None:
    """Whether it may run, and what to do next."""
    if not found.commands:
        screen.line(("nothing to approve: ", "bold"), f"{found.source or 'no plan file'} declares no command")
        return
    if found.approved:
        screen.line((DONE, STYLES[DONE]), (" approved", "bold"), f"  {found.fingerprint}")
        next_ones = [(f"migrate plan --trust {found.fingerprint}", "where nobody can be asked"), ("migrate trust --forget", "take it back")]
    else:
        screen.hanging("", (WARN, STYLES[WARN]), (" not approved: ", "bold"), found.why, below=2)
        next_ones = [("migrate trust --yes", "approve it"), (f"migrate run --trust {found.fingerprint}", "for one run, or with MIGRATE_TRUST")]
    following(screen, next_ones)
