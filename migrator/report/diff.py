"""What a step changes, as `git diff -M` would show it; `git apply` takes it.

The trees of a plan exist in memory only, so the diff is made here and not by git, and renames are those we made, not guessed ones.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from migrator.kinds import kind_of
from migrator.report.lens import EVERYTHING, Lens
from migrator.tree import SUBMODULE
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.paths import RepoPath
    from migrator.tree import Entry, Store

_CONTEXT = 3
_ESCAPES = {0x07: "\\a", 0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0B: "\\v", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
_PRINTABLE = range(0x20, 0x7F)
_ID = 10
_NULL = "0" * _ID


def diff_of(built: Built, lens: Lens = EVERYTHING) -> bytes:
    """What a step changes, file by file, by new path."""
    return b"".join(piece for _, piece in sorted(_pieces(built, lens)))


def diff_by_kind(built: Built, lens: Lens = EVERYTHING) -> bytes:
    """The same, with files of one kind together below a line that says how many there are; git passes over such lines."""
    kinds: dict[str, list[bytes]] = {}
    for path, piece in sorted(_pieces(built, lens)):
        kinds.setdefault(kind_of(path), []).append(piece)
    ordered = sorted(kinds.items(), key=lambda item: (item[0] == "data", -len(item[1]), item[0]))
    return b"".join(f"{kind}, {counted(len(pieces), 'file')}\n\n".encode() + b"".join(pieces) + b"\n" for kind, pieces in ordered)


def _pieces(built: Built, lens: Lens) -> Iterator[tuple[RepoPath, bytes]]:
    """Each changed file's part, with the path to sort it by."""
    before, after, store = built.before.tree, built.after.tree, built.after.store
    origin = {new: old for old, new in built.files.items()}
    for new in sorted({*built.files.values(), *built.edited, *built.created}):
        old = origin.get(new, new)
        if new in after and lens.path(old, new):
            yield new, between(store, (old, before[old]) if new in built.moved else None, (new, after[new]))
    for path in built.deleted:
        old = origin.get(path, path)
        if lens.path(old, path):
            yield old, between(store, (old, before[old]), None)


def between(store: Store, old: tuple[RepoPath, Entry] | None, new: tuple[RepoPath, Entry] | None) -> bytes:
    """One file that is new (`old` is None), gone (`new` is None), moved, edited, or moved and edited."""
    source, content = (b"" if side is None else content_of(store, side[1]) for side in (old, new))
    if new is None:
        return b"" if old is None else _removed(*old, source)
    path, entry = new
    if old is None:
        head = [f"diff --git {_quoted('a/' + path)} {_quoted('b/' + path)}", f"new file mode {entry.mode:06o}"]
        return _joined(head, f"index {_NULL}..{entry.blob[:_ID]}", "/dev/null", "b/" + path, b"", content)
    was, there = old
    head = [f"diff --git {_quoted('a/' + was)} {_quoted('b/' + path)}"]
    if there.mode != entry.mode:
        head += [f"old mode {there.mode:06o}", f"new mode {entry.mode:06o}"]
    if was != path:
        head += [f"similarity index {_similarity(source, content)}%", f"rename from {_quoted(was)}", f"rename to {_quoted(path)}"]
    mode = f" {entry.mode:06o}" if there.mode == entry.mode else ""
    return _joined(head, f"index {there.blob[:_ID]}..{entry.blob[:_ID]}{mode}", "a/" + was, "b/" + path, source, content)


def content_of(store: Store, entry: Entry) -> bytes:
    """What a file says; of a submodule, what git says of it."""
    return f"Subproject commit {entry.blob}\n".encode() if entry.mode == SUBMODULE else store.read(entry.blob)


def _removed(path: RepoPath, entry: Entry, content: bytes) -> bytes:
    head = [f"diff --git {_quoted('a/' + path)} {_quoted('b/' + path)}", f"deleted file mode {entry.mode:06o}"]
    return _joined(head, f"index {entry.blob[:_ID]}..{_NULL}", "a/" + path, "/dev/null", content, b"")


def _joined(head: Sequence[str], index: str, old: str, new: str, source: bytes, content: bytes) -> bytes:  # noqa: PLR0913, PLR0917  the parts of one patch
    if source == content:
        # Like git: nothing to show for a pure rename, and an empty file has no hunks but an index.
        lines = [*head] if old != "/dev/null" and new != "/dev/null" else [*head, index]
        return _text(lines)
    lines = [*head, index]
    if b"\0" in source[:8000] or b"\0" in content[:8000]:
        return _text([*lines, f"Binary files {_quoted(old)} and {_quoted(new)} differ"])
    return _text([*lines, f"--- {_named(old)}", f"+++ {_named(new)}"]) + b"".join(hunks(source, content))


def _lines(content: bytes) -> list[bytes]:
    """Lines with their ends, split at line feeds alone."""
    lines = content.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def hunks(source: bytes, content: bytes) -> Iterator[bytes]:
    """What changed between two texts, a hunk with its lines at a time, as `git diff` writes them."""
    old, new = _lines(source), _lines(content)
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n".encode()
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (_line(b" ", line) for line in old[i1:i2])
            else:
                yield from (_line(b"-", line) for line in old[i1:i2])
                yield from (_line(b"+", line) for line in new[j1:j2])


def _range(start: int, stop: int) -> str:
    count = stop - start
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"


def _similarity(source: bytes, content: bytes) -> int:
    if source == content:
        return 100
    return min(99, int(100 * difflib.SequenceMatcher(None, _lines(source), _lines(content)).ratio()))


def _named(path: str) -> str:
    """A path in a `---` or `+++` line, where a space must be followed by a tab somewhere."""
    quoted = _quoted(path)
    return quoted + "\t" if " " in quoted and not quoted.startswith('"') else quoted


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes, with octal escapes, when it holds anything unusual."""
    raw = path.encode("utf-8", "surrogateescape")
    text = "".join(_ESCAPES.get(byte) or (chr(byte) if byte in _PRINTABLE else f"\\{byte:03o}") for byte in raw)
    return path if text == path else f'"{text}"'


def _text(lines: Sequence[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode()
