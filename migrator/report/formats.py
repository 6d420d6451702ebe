"""What `migrate doctor --formats` says: rows that were added, the formats that are read, and what nobody reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.report.screen import DONE, FAILED, STAYS, STYLES, WARN, Screen
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.report.models.formats import FormatOut, FormatsOut

_FEW = 3
_MANY = 12


def formats(screen: Screen, found: FormatsOut, *, verbose: bool) -> None:
    """Counts first; with `verbose` every row and file."""
    _added(screen, found)
    rows = sum(len(form.rows) for form in found.formats)
    files = sum(len(form.files) for form in found.formats)
    screen.line(
        (f"Read here: {counted(files, 'file')} of {counted(len(found.formats), 'format')}, {counted(rows, 'row')} of the catalogue in use", "bold")
    )
    for form in found.formats if verbose else found.formats[:_MANY]:
        _format(screen, form, verbose=verbose)
    if not verbose and len(found.formats) > _MANY:
        screen.line((f"  … and {counted(len(found.formats) - _MANY, 'format')} more (-v)", "dim"))
    screen.line()
    files = sum(len(kind.files) for kind in found.unread)
    screen.line(
        (f"Nobody reads: {counted(files, 'file')} of text of {counted(len(found.unread), 'kind')}" if files else "Nobody reads: nothing", "bold")
    )
    for kind in found.unread if verbose else found.unread[:_MANY]:
        screen.hanging(f"  {len(kind.files):>5}  ", (f"{kind.kind}  ", "cyan"), (_some(kind.files, verbose=verbose), "dim"))
    if not verbose and len(found.unread) > _MANY:
        screen.line((f"  … and {counted(len(found.unread) - _MANY, 'kind')} more (-v)", "dim"))
    if files:
        screen.hanging("  ", ("what these name does not follow; a move lists it as open. A [[format]] in migrate.toml reads them", "dim"))


def _added(screen: Screen, found: FormatsOut) -> None:
    if not found.added:
        return
    wrong = sum(not row.proven for row in found.added)
    screen.line((f"Added: {counted(len(found.added), 'row')}, {f'{wrong} not proven' if wrong else 'all proven'}", "bold"))
    for row in found.added:
        symbol = DONE if row.proven else FAILED
        here = f"  in {counted(len(row.files), 'file')}" if row.files else "  nothing here says it"
        screen.hanging("  ", (symbol, STYLES[symbol]), f" {row.where}: {row.format}, {row.at}", (here, "dim"), below=4)
        for problem in row.problems:
            screen.wrapped("    ", problem)
    if found.uncommitted:
        screen.hanging("  ", (WARN, STYLES[WARN]), " these are not the committed ones, and those count: commit migrate.toml", below=4)
    screen.line()


def _format(screen: Screen, form: FormatOut, *, verbose: bool) -> None:
    screen.hanging(f"  {len(form.files):>5}  ", (f"{form.name}  ", "cyan"), (_some(form.files, verbose=verbose), "dim"))
    for row in form.rows:
        of = f" [{row.where}]" if row.where else ""
        more = f"  {_some(row.files, verbose=True)}" if verbose else ""
        screen.hanging(
            "         ", (STAYS, STYLES[STAYS]), f" {row.at}{of}  ", (f"{row.holds} in {counted(len(row.files), 'file')}{more}", "dim"), below=11
        )


def _some(files: Sequence[str], *, verbose: bool) -> str:
    shown = files if verbose else files[:_FEW]
    return ", ".join(shown) + (f" and {len(files) - len(shown):,} more" if len(shown) < len(files) else "")
