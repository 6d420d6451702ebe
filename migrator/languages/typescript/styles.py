"""What a style sheet says about other files: CSS, Sass, Less, and Tailwind's directives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_css
from tree_sitter import Language, Parser

from migrator.languages.base import Mention

_TOKEN = rb"""
    /\*.*?(?:\*/|\Z)
    | @(?P<rule>import|use|forward|reference|config|plugin|source)\b(?P<rest>(?:[^;{}"'@]|"[^"\r\n]*"|'[^'\r\n]*')*+)
    | (?:\bcomposes\s*:|@value\b)[^;{}"':@]*?\bfrom\s+(?P<quote>["'])(?P<source>[^"'\r\n]+)(?P=quote)
    | \burl\(\s*(?P<mark>["']?)(?P<url>[^"'()\s]+)(?P=mark)\s*\)
    | "(?:\\.|[^"\\\r\n])*+"? | '(?:\\.|[^'\\\r\n])*+'?
"""
_PLAIN = re.compile(_TOKEN, re.DOTALL | re.VERBOSE)
_COMMENTED = re.compile(rb"//[^\r\n]*|" + _TOKEN, re.DOTALL | re.VERBOSE)
_IMPORTED = re.compile(rb"""(?:^|,)\s*(?:\([a-z,\s]+\)\s*)?(?:url\(\s*)?(?:"([^"\r\n]+)"|'([^'\r\n]+)'|(?<=\()([^"'()\s]+))""")
_PARENTHESES = re.compile(rb"\bwith\s*\(.*", re.DOTALL)


def scan(source: bytes, *, line_comments: bool) -> tuple[Mention, ...]:
    """The mentions in a style sheet, by position; `line_comments` where `//` starts one (Sass, Less)."""
    found = []
    for kind, start, end in _spans(source, line_comments):
        try:
            text = source[start:end].decode()
        except UnicodeDecodeError:
            continue
        found.append(Mention(start, end, kind, text, weak=kind != "css-import"))
    return tuple(found)


def broken(source: bytes) -> int:
    """Whether a plain style sheet does not parse."""
    return int(Parser(Language(tree_sitter_css.language())).parse(source).root_node.has_error)


def _spans(source: bytes, line_comments: bool) -> Iterator[tuple[str, int, int]]:
    for match in (_COMMENTED if line_comments else _PLAIN).finditer(source):
        if match["rule"] is not None:
            kind = "glob" if match["rule"] == b"source" else "css-import"
            rest = _PARENTHESES.sub(b"", match["rest"])
            for inner in _IMPORTED.finditer(rest):
                group = inner.lastindex or 1
                yield kind, match.start("rest") + inner.start(group), match.start("rest") + inner.end(group)
        elif match["source"] is not None:
            yield "css-import", *match.span("source")
        elif match["url"] is not None:
            yield "css-url", *match.span("url")
