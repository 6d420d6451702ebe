"""What people and programs read of shims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.paths import printable
from migrator.report.models.base import Model
from migrator.report.screen import DONE, FAILED, STAYS, STYLES, WARN, Screen
from migrator.report.text import commands
from migrator.secrets import redact
from migrator.wording import counted, word

if TYPE_CHECKING:
    from migrator.engine.teams.shims import Standing

__all__ = ["ShimOut", "ShimUserOut", "ShimsOut", "shims"]

_SHOWN, _ROWS = 5, 12


class ShimUserOut(Model):
    """A place that still says an old name."""

    branch: str = Field(description="the open branch that brings it; empty for the revision itself")
    path: str
    line: int
    text: str
    holds: bool = Field(description="whether the shim stays for it: a document does not keep one")


class ShimOut(Model):
    """What a step left at an old place: a file, or the old name of a definition in a module that stays."""

    path: str
    symbol: str = Field("", description="the definition, where only that went; empty for a file")
    target: str = Field(description="the file that it stands for, or that has the definition")
    expires: dt.date
    expired: bool
    edited: bool = Field(description="people changed it since: it is theirs, and is never removed by us")
    needed: bool = Field(description="somebody uses it, or a shim in the package that it is; false where --remove would remove it")
    users: tuple[ShimUserOut, ...]

    @property
    def used(self) -> bool:
        """Whether something that runs says the old name."""
        return any(user.holds for user in self.users)


class ShimsOut(Model):
    """`migrate shims`."""

    revision: str
    today: dt.date
    shims: tuple[ShimOut, ...] = Field(description="those of the revision, before any was removed")
    removed: tuple[str, ...] = Field((), description="with --remove: the paths that are gone on the branch")
    branch: str | None = Field(None, description="with --remove, where something was removed: the branch")
    head: str | None = Field(None, description="its new tip")

    @classmethod
    def of(cls, revision: str, today: dt.date, found: Iterable[Standing], free: Container[str]) -> Self:
        """The shims of a revision; `free` are those that may go."""
        rows = tuple(
            ShimOut(
                path=printable(one.known.path),
                symbol=one.known.shim.symbol,
                target=printable(one.known.target),
                expires=one.known.shim.expires,
                expired=one.expired,
                edited=one.known.edited,
                needed=one.known.key not in free,
                users=tuple(ShimUserOut(branch=u.branch, path=printable(u.path), line=u.line, text=redact(u.text), holds=u.holds) for u in one.uses),
            )
            for one in found
        )
        return cls(revision=revision, today=today, shims=rows)


def shims(screen: Screen, found: ShimsOut, *, verbose: bool = False) -> None:
    """Counts first, then each shim with until when it is promised and who needs it, then the next command."""
    if not found.shims:
        screen.hanging(
            "",
            (STAYS, STYLES[STAYS]),
            f" {found.revision[:7]} has no shims: `[shims]` in migrate.toml or `migrate mv --shims DATE` leaves some",
            below=2,
        )
        return
    free = sum(not one.needed for one in found.shims)
    overdue = [one for one in found.shims if one.expired]
    late = sum(one.used for one in overdue)
    screen.line(
        (f"{counted(len(found.shims), 'shim')} · {len(found.shims) - free} needed · {free} that nobody needs", "bold"),
        f" · {len(overdue)} expired" + (f", {late} of them still used" if late else "") if overdue else "",
    )
    rows = sorted(found.shims, key=lambda shim: (not (shim.expired and shim.used), not shim.used, not shim.expired, shim.path, shim.symbol))
    shown = [one for at, one in enumerate(rows) if verbose or one.used or at < _ROWS]
    for one in shown:
        _shim(screen, one, verbose=verbose)
    if len(shown) < len(rows):
        screen.line((f"    and {len(rows) - len(shown)} more that nobody uses", "dim"))
    screen.line()
    if found.branch is not None:
        gone = counted(len(found.removed), "shim")
        screen.hanging("", (DONE, STYLES[DONE]), f" {gone} removed on {found.branch}: as they were left, and nobody said their names", below=2)
        branch = word(found.branch)
        commands(screen, [(f"git show --stat {branch}", "what is gone"), (f"migrate rollback --all --branch {branch}", "take it back")])
        return
    following = []
    if free:
        following.append(("migrate shims --remove", "those that nobody needs, as a commit on a branch"))
    if not verbose and (len(shown) < len(rows) or any(len(one.users) > _SHOWN for one in shown)):
        following.append(("migrate shims -v", "all of them, and everybody who uses one"))
    commands(screen, following)


def _shim(screen: Screen, one: ShimOut, *, verbose: bool) -> None:
    sign = FAILED if one.expired and one.used else WARN if one.used else STAYS
    until = f"expired {one.expires}" if one.expired else f"until {one.expires}"
    whose = ", edited since: it is yours" if one.edited else ""
    named = f"used by {len(one.users)}" if one.used else f"named in {counted(len(one.users), 'place')} that people read" if one.users else ""
    users = named or ("kept for what lies in it" if one.needed and not one.edited else "nobody uses it")
    screen.hanging(
        "  ",
        (sign, STYLES[sign]),
        f" {one.path}{f'::{one.symbol}' if one.symbol else ''} → {one.target}",
        (f"   {until}, {users}{whose}", "dim"),
        below=4,
    )
    shown = one.users if verbose else one.users[:_SHOWN]
    for user in shown:
        where = f"{user.branch}: " if user.branch else ""
        screen.line(f"      {where}{user.path}:{user.line}", (f"   {user.text}", "dim"))
    if len(one.users) > len(shown):
        screen.line((f"      and {len(one.users) - len(shown)} more", "dim"))
