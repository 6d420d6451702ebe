"""The account on a terminal: numbers first, what nobody may overlook, names on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from migrator.kinds import RUNS
from migrator.report.models.accounts import AccountOut, MentionOut, TodoOut
from migrator.report.screen import STYLES, WARN, Screen

_FEW = 5
_LABEL = 11


def numbers(told: AccountOut) -> str:
    """An account in a few words; empty where nothing names an old place."""
    rewritten, left, still = (sum(column.values()) for column in (told.rewritten, told.left, told.open))
    if not (rewritten or left or still):
        return ""
    said = [f"{rewritten:,} rewritten"] + ([f"{left:,} left"] if left else []) + [f"{still:,} open" if still else "nothing open"]
    return " · ".join(said)


def columns(screen: Screen, told: AccountOut, *, indent: str = "  ", urgently: bool = True, where: str = "") -> None:
    """Each column by kind or reason; with `urgently` false, also that some of what is open is in files that run, and where it is named."""
    for word, column in (("rewritten", told.rewritten), ("left", told.left), ("open", told.open)):
        if column:
            screen.hanging(f"{indent}{word.ljust(_LABEL)}", (_listed(column), "dim"), below=len(indent) + _LABEL)
    if told.urgent and not urgently:
        screen.line(indent, (f"{WARN} open", STYLES[WARN] + " bold"), (f"     {_running(told)}{where}", "bold"))


def _running(told: AccountOut) -> str:
    return f"{told.urgent:,} in files that run: look before you merge"


def urgent(screen: Screen, told: AccountOut, *, indent: str = "  ", verbose: bool = False, few: int = _FEW) -> None:
    """What is open in files that run, in a line that cannot be overlooked, else the first of what is open; with `verbose` everything."""
    still = [mention for mention in told.mentions if mention.column == "open"]
    running = [mention for mention in still if mention.kind in RUNS]
    if running:
        screen.line(indent, (f"{WARN} open", STYLES[WARN] + " bold"), (f"     {_running(told)}", "bold"))
    shown = still if verbose else (running or still)[:few]
    for mention in shown:
        place = f"{mention.path}:{mention.line}"
        screen.line(f"{indent}{' ' * _LABEL}{place}   {mention.text}", (f"   {mention.reason}", "dim"))
    if few and not verbose and len(still) > len(shown):
        screen.line((f"{indent}{' ' * _LABEL}… and {len(still) - len(shown):,} more (-v)", "dim"))


def by_hand(screen: Screen, todos: Sequence[TodoOut] | Sequence[str]) -> None:
    """What a person has to do afterwards."""
    if not todos:
        return
    screen.line(("Then by hand", "bold"))
    for todo in todos:
        label = f"{todo.id}" if isinstance(todo, TodoOut) else "·"
        screen.hanging(f"  {label.rjust(2)}  ", todo.text if isinstance(todo, TodoOut) else todo)


def together(accounts: Sequence[AccountOut]) -> AccountOut:
    """The accounts of steps in their order as one: a line that several leave open is open once, as the last of them says it."""
    last = {line_of(mention): at for at, told in enumerate(accounts) for mention in told.mentions if mention.column == "open"}
    again = [[one for one in told.mentions if one.column == "open" and last[line_of(one)] != at] for at, told in enumerate(accounts)]
    sums: list[dict[str, int]] = []
    for part in ("rewritten", "left", "open"):
        total: dict[str, int] = {}
        for told in accounts:
            column: Mapping[str, int] = getattr(told, part)
            for key, number in column.items():
                total[key] = total.get(key, 0) + number
        if part == "open":
            for mention in chain.from_iterable(again):
                total[mention.kind] -= 1
        sums.append({key: number for key, number in sorted(total.items(), key=lambda item: (-item[1], item[0])) if number})
    rewritten, left, still = sums
    mentions = tuple(mention for told, gone in zip(accounts, again, strict=True) for mention in told.mentions if mention not in gone)
    running = sum(told.urgent for told in accounts) - sum(mention.kind in RUNS for mention in chain.from_iterable(again))
    return AccountOut(rewritten=rewritten, left=left, open=still, urgent=running, mentions=mentions)


def line_of(mention: MentionOut) -> tuple[str, int, str]:
    """What tells one line from another, whichever step leaves it."""
    return mention.path, mention.line, mention.text


def _listed(column: Mapping[str, int]) -> str:
    return " · ".join(f"{word} {number:,}" for word, number in column.items())
