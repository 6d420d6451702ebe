"""TypeScript, JavaScript, style sheets and the pages that hold them: everything by which one source names another (see `migrator.languages.base`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from migrator.atlas.changes import parts_of
from migrator.languages.typescript import markup, names, script, sidebars, styles, tools
from migrator.paths import RepoPath, suffix

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.atlas.changes import Changes
    from migrator.languages.base import Mention, Target

VERSION = 9

_DIALECTS = {
    ".ts": "ts",
    ".mts": "ts",
    ".cts": "ts",
    ".tsx": "tsx",
    ".js": "js",
    ".jsx": "js",
    ".mjs": "js",
    ".cjs": "js",
    ".css": "css",
    ".scss": "scss",
    ".sass": "scss",
    ".less": "scss",
    ".vue": "component",
    ".svelte": "component",
    ".astro": "component",
    ".html": "page",
    ".htm": "page",
}


def speaks(path: RepoPath) -> str | None:
    """`ts` (no JSX), `tsx`, `js`, each with `-config` for a tool's configuration, `-sidebar` for a list of pages; `css`; `scss` for Sass and Less; `component`; `page`."""
    dialect = _DIALECTS.get(suffix(path))
    if dialect and sidebars.is_sidebar(path):
        return f"{dialect}-sidebar"
    return f"{dialect}-config" if dialect and tools.is_configuration(path) else dialect


def scan(source: bytes, dialect: str) -> tuple[Mention, ...]:
    """Every specifier and path in a source, by position, without its quotes."""
    if dialect in {"css", "scss"}:
        return styles.scan(source, line_comments=dialect == "scss")
    if dialect in {"component", "page"}:
        return markup.scan(source)
    found = script.scan(source, typed=_typed(dialect), config=dialect.endswith("-config"))
    return tuple(sorted({*found, *sidebars.scan(source)})) if dialect.endswith("-sidebar") else found


def _typed(dialect: str) -> bool:
    return dialect.partition("-")[0] == "ts"


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """The file that a specifier names; the directory, with the tail as rest, for a glob."""
    return names.resolve(mention, at, atlas)


def rewrite(source: bytes, targets: Mapping[Mention, Target], at: RepoPath, atlas: Atlas) -> bytes:
    """The source with specifiers replaced; a name that nothing can express from here stays as it is.

    A path may be put on top of another one in the same file (`path.join(root, "a")`), so those with the shortest base go first and
    the rest is read again; one that needs no change now is kept right when its base changes.
    """
    dialect = speaks(at) or "ts"
    found = atlas.ask(scan, source, dialect) if targets else ()
    goals = {m.start: targets[m] if m in targets else resolve(m, at, atlas) for m in found if m in targets or m.base}
    asked = {m.start for m in targets if not m.base}
    while goals:
        used = [mention.text for mention in found]
        wrong = [m for m in found if m.start in goals and (m.start in asked or resolve(m, at, atlas).whole != goals[m.start].whole)]
        if not wrong:
            break
        first = min(len(mention.base) for mention in wrong)
        edits: list[tuple[int, int, str]] = []
        for mention in wrong:
            if len(mention.base) == first:
                edits += _edits(source, dialect, mention, names.Wish(goals.pop(mention.start), at, atlas, used))
        source, shifted = _spliced(source, sorted(edits))
        goals, asked = {shifted(start): goal for start, goal in goals.items()}, set()
        found = atlas.ask(scan, source, dialect) if goals else ()
    return source


def _edits(source: bytes, dialect: str, mention: Mention, wish: names.Wish) -> list[tuple[int, int, str]]:
    """What must be written where so that a mention names what it should."""
    spelled = names.spell(mention, wish)
    if mention.kind in {"joined", "cwd"} and (spelled is None or (spelled.startswith("../") and not mention.text.startswith(".."))):
        # The text before it may be what went elsewhere.
        spans = script.parts_of(source, typed=_typed(dialect)).get(mention.start, [])
        texts = [source[start:end].decode() for start, end in spans]
        if (parts := names.spell_parts(mention, texts, wish)) is not None:
            return [(start, end, new) for (start, end), old, new in zip(spans, texts, parts, strict=True) if new != old]
    return [] if spelled is None else [(mention.start, mention.end, spelled)]


def _spliced(source: bytes, edits: list[tuple[int, int, str]]) -> tuple[bytes, Callable[[int], int]]:
    """A source with spans replaced, in order, and where each position went."""
    pieces, done = [], 0
    for start, end, text in edits:
        pieces += [source[done:start], text.encode()]
        done = end
    return b"".join((*pieces, source[done:])), lambda at: at + sum(len(text.encode()) - end + start for start, end, text in edits if start < at)


def broken(source: bytes, dialect: str) -> int:
    """How many places do not parse; nothing is known of Sass, Less and pages."""
    if dialect in {"scss", "page"}:
        return 0
    if dialect == "component":
        return markup.broken(source)
    return styles.broken(source) if dialect == "css" else script.broken(source, typed=_typed(dialect))


def root(mention: Mention, at: RepoPath, atlas: Atlas) -> None:
    """No specifier is a dotted name."""
    del mention, at, atlas


def may_change(mention: Mention, at: RepoPath, changes: Changes) -> bool:
    """Whether a specifier may name something else where paths came and went or a configuration changed."""
    return changes.touch_node(mention.text, mention.base, at)


def words(mention: Mention) -> frozenset[str]:
    """The names in what a mention says and is read against, however they are cut."""
    return parts_of(mention.text, mention.base)


def changed_words(changes: Changes) -> frozenset[str]:
    """The names by which code asks for what changed."""
    return changes.node_names


def elsewhere(changes: Changes, directory: RepoPath) -> bool:
    """Whether a directory sees other roots, or is itself something else now."""
    return changes.node_elsewhere(directory)
