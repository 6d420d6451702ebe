"""TypeScript, JavaScript, style sheets and the pages that hold them: everything by which one source names another (see `migrator.languages.base`)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from migrator.atlas import Atlas
from migrator.languages.base import Mention, Target
from migrator.languages.typescript import markup, names, script, styles
from migrator.paths import RepoPath, suffix

VERSION = 3

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
_CONFIG = re.compile(r"(?:\.(?:config|workspace|conf)|(?:^|/)(?:\.\w+rc|[gG]ulpfile|Gruntfile|knexfile|\.storybook/[^/]+))\.[cm]?[jt]sx?$")


def speaks(path: RepoPath) -> str | None:
    """`ts` (no JSX), `tsx`, `js`, each with `-config` for a tool's configuration; `css`; `scss` for Sass and Less; `component`; `page`."""
    dialect = _DIALECTS.get(suffix(path))
    return f"{dialect}-config" if dialect and _CONFIG.search(path) else dialect


def scan(source: bytes, dialect: str) -> tuple[Mention, ...]:
    """Every specifier and path in a source, by position, without its quotes."""
    if dialect in {"css", "scss"}:
        return styles.scan(source, line_comments=dialect == "scss")
    if dialect in {"component", "page"}:
        return markup.scan(source)
    return script.scan(source, typed=dialect in {"ts", "ts-config"}, config=dialect.endswith("-config"))


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """The file that a specifier names; the directory, with the tail as rest, for a glob."""
    return names.resolve(mention, at, atlas)


def rewrite(source: bytes, targets: Mapping[Mention, Target], at: RepoPath, atlas: Atlas) -> bytes:
    """The source with specifiers replaced; a name that nothing can express from here stays as it is."""
    if not targets:
        return source
    used = [mention.text for mention in scan(source, speaks(at) or "ts")]
    pieces, done = [], 0
    for mention in sorted(targets):
        spelled = names.spell(mention, targets[mention], at, atlas, used)
        if spelled is not None:
            pieces += [source[done : mention.start], spelled.encode()]
            done = mention.end
    return b"".join((*pieces, source[done:]))


def broken(source: bytes, dialect: str) -> int:
    """How many places do not parse; nothing is known of Sass, Less and pages."""
    if dialect in {"scss", "page"}:
        return 0
    if dialect == "component":
        return markup.broken(source)
    return styles.broken(source) if dialect == "css" else script.broken(source, typed=dialect in {"ts", "ts-config"})


def root(mention: Mention, at: RepoPath, atlas: Atlas) -> None:
    """No specifier is a dotted name."""
    del mention, at, atlas


def may_change(mention: Mention, names: frozenset[str]) -> bool:
    """Always: aliases, manifests and packages decide as well."""
    del mention, names
    return True
