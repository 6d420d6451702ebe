"""What a step leaves unsaid nowhere: every mention of an old place, in one of three columns (L15).

**rewritten**: its text changed, or was right as it stood. **left**: it stays as it is, for a reason. **open**: nobody here knows what reads it,
it may break, and a person must look. `open` is what a search of the result for the old places finds, in any text file and any format,
minus what the other columns explain: it cannot be empty by omission.


`entries` has the columns, `places` what is searched for, `named` which of them an occurrence names, `columns` which column that belongs in: with
`namespaces` for what is none of the repository's, and `names` for what stands alone. `text` is one file that is searched, `lines` quotes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migrator.account.columns import judged
from migrator.account.entries import Account, Entry
from migrator.account.lines import Lines, said
from migrator.account.named import named
from migrator.account.places import Places
from migrator.account.text import Text
from migrator.catching import caught
from migrator.kinds import kind_of
from migrator.languages.text.account import Occurrence, Search
from migrator.paths import RepoPath, is_within
from migrator.record import FOLDER
from migrator.secrets import redact

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.graph import Reference
    from migrator.kinds import Kind

__all__ = ["account"]


def account(built: Built) -> Account:
    """Every mention of a place that is not where it was, each in exactly one column."""
    places, told = Places(built), set[tuple[RepoPath, int]]()
    entries = [*_rewritten(places, told), *_found(places, told)]
    asked = {(entry.path, entry.line) for entry in entries if entry.column == "open"}
    entries += [entry for entry in _barren(built) if (entry.path, entry.line) not in asked]
    return Account(tuple(sorted(entries)))


def _rewritten(places: Places, told: set[tuple[RepoPath, int]]) -> Iterator[Entry]:
    """The mentions whose text changed; where they begin is added to what was told."""
    before, after = places.built.before, places.built.after
    for path in sorted(set(places.built.edited) & after.graph.references.keys()):
        old = before.graph.references.get(places.origin.get(path, path), ())
        lines = Lines(after.read(path))
        for was, now in _changed(old, after.graph.references[path]):
            start = now.mention.start
            told.add((path, start))
            reason = f"was {redact(was)}" if was else "written anew"
            yield Entry(path, lines.number(start), redact(now.mention.text) or lines.quoted(start), "rewritten", reason, kind_of(path, lines.source))


def _changed(old: tuple[Reference, ...], new: tuple[Reference, ...]) -> Iterator[tuple[str, Reference]]:
    """The references of a file that say something else than before, each with what it said where that is known."""
    if len(old) == len(new):
        for was, now in zip(old, new, strict=True):
            if was.mention.text != now.mention.text:
                yield was.mention.text, now
        return
    kept = Counter(reference.mention.key for reference in old)
    for now in new:
        if kept[now.mention.key] > 0:
            kept[now.mention.key] -= 1
        elif now.target.path is not None:
            yield "", now


def _found(places: Places, told: set[tuple[RepoPath, int]]) -> Iterator[Entry]:
    """What a search of the result for the old places finds and was not told."""
    if not places.topmost:
        return
    search, after = Search(places.words), places.built.after
    words = after.scanner.words(after.tree)
    holding = {path: patterns for path, there in words.items() if (patterns := search.patterns(there)) and not is_within(path, FOLDER)}
    sources = after.store.read_many(after.tree[path].blob for path in holding)
    for path, patterns in holding.items():
        source = sources[after.tree[path].blob]
        yield from _in_file(Text(places, path, source), search(source, patterns), told)


def _in_file(text: Text, occurrences: Iterable[Occurrence], told: set[tuple[RepoPath, int]]) -> Iterator[Entry]:
    lines, done = Lines(text.source), set[tuple[int, int]]()
    for one in occurrences:
        span = (one.start, one.end)
        if span in done or (place := named(text, one)) is None:
            continue
        done.add(span)
        if text.mention_at(one) in told:
            continue
        column, reason = judged(text, one, place)
        # What is left is told by its own words: some files have a hundred thousand of them.
        words = said(text.source[one.start : one.end]) if column == "left" else ""
        kind: Kind = "documents" if one.comment else text.kind
        yield Entry(text.path, lines.number(one.start), words or lines.quoted(one.start), column, reason, kind)


def _barren(built: Built) -> Iterator[Entry]:
    """Patterns that caught files and catch none any more."""
    for found in caught(built):
        if found.before and not found.after:
            lines, start, count = Lines(built.after.read(found.path)), found.reference.mention.start, len(found.before)
            reason = f"a pattern that no longer matches {count} file{'' if count == 1 else 's'} that moved"
            yield Entry(found.path, lines.number(start), lines.quoted(start), "open", reason, kind_of(found.path, lines.source))
