"""The graph of a tree in numbers: what it is made of, what most others name, and what imports itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from migrator.languages import language_of
from migrator.languages.text.catalogue import plain
from migrator.paths import RepoPath
from migrator.report.screen import STAYS, STYLES, WARN, Screen, fit
from migrator.wording import counted, word

if TYPE_CHECKING:
    from migrator.report.models.inspection import GraphOut

_FEW = 10
_FEWER = 5


def graph(screen: Screen, found: GraphOut, cycles: Sequence[set[RepoPath]], formats: Callable[[str], str | None]) -> None:
    """Files and references by language and form, the files that most others name, and import cycles."""
    times = sum(sum(edge.kinds.values()) for edge in found.edges)
    screen.line((f"{counted(len(found.nodes), 'file')}, {counted(times, 'reference')} between {counted(len(found.edges), 'pair')}", "bold"))
    files = Counter(_language(node, formats) for node in found.nodes)
    forms: dict[str, Counter[str]] = {}
    for edge in found.edges:
        forms.setdefault(_language(edge.source, formats), Counter()).update(edge.kinds)
    width = max(map(len, forms), default=0)
    for language, inside in sorted(forms.items(), key=lambda item: (-item[1].total(), item[0])):
        number = files[language]
        named = ", ".join(f"{times:,} {form}" for form, times in inside.most_common(_FEWER))
        more = f", {len(inside) - _FEWER} more kinds" if len(inside) > _FEWER else ""
        screen.hanging("  ", f"{fit(language, width)}  {number:>6,}  ", (named + more, "dim"), below=width + 12)
    if quiet := sum(number for language, number in files.items() if language not in forms):
        screen.line("  ", (f"{fit('', width)}  {quiet:>6,}  in other formats, which name nothing", "dim"))
    fan_in = Counter(edge.target for edge in found.edges)
    if fan_in:
        screen.line()
        screen.line(("Named by most files", "bold"))
    for target, number in sorted(fan_in.items(), key=lambda item: (-item[1], item[0]))[:_FEW]:
        screen.line(f"  {number:>6,}  {target}")
    screen.line()
    if not cycles:
        screen.line((STAYS, STYLES[STAYS]), " nothing imports itself while it loads")
        return
    screen.line((counted(len(cycles), "import cycle"), "bold"))
    for cycle in sorted(cycles, key=lambda one: (-len(one), min(one)))[:_FEW]:
        shown = sorted(cycle)[:_FEWER]
        more = f" and {len(cycle) - _FEWER:,} more" if len(cycle) > _FEWER else ""
        screen.hanging("  ", (WARN, STYLES[WARN]), f" {counted(len(cycle), 'file')}: ", ", ".join(shown) + more, below=4)
    if len(cycles) > _FEW:
        screen.line((f"    … {len(cycles) - _FEW:,} more", "dim"))


def following(found: GraphOut, focus: RepoPath | None) -> list[tuple[str, str]]:
    """What shows more of the same graph."""
    chosen = f" --focus {word(focus)}" if focus is not None else ""
    commands = [(f"migrate graph{chosen} --format mermaid", "a picture"), (f"migrate graph{chosen} --json", "every file and reference")]
    if focus is None and found.edges:
        target = max(Counter(edge.target for edge in found.edges).items(), key=lambda item: (item[1], item[0]))[0]
        commands.insert(0, (f"migrate graph --focus {word(target)}", "one file with its neighbours"))
    return commands


def _language(path: str, formats: Callable[[str], str | None]) -> str:
    """What a file is written in, in a word."""
    spoken = language_of(RepoPath(path), formats)
    return "other" if spoken is None else plain(spoken[1])
