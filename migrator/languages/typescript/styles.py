"""What a style sheet says about other files: CSS, Sass, Less, and Tailwind's directives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_css
from tree_sitter import Language, Parser

from migrator.languages.base import Mention

_TOKEN = rb"""
    /\*.*?(?:\*/|\Z)
    | @(?P<rule>import|use|forward|reference|config|plugin|source|tailwind)\b(?P<rest>(?:[^;{}"'@]|"[^"\r\n]*"|'[^'\r\n]*')*+)
    | (?:\bcomposes\s*:|@value\b)[^;{}"':@]*?\bfrom\s+(?P<quote>["'])(?P<source>[^"'\r\n]+)(?P=quote)
    | \burl\(\s*(?P<mark>["']?)(?P<url>[^"'()\s]+)(?P=mark)\s*\)
    | "(?:\\.|[^"\\\r\n])*+"? | '(?:\\.|[^'\\\r\n])*+'?
"""
_PLAIN = re.compile(_TOKEN, re.DOTALL | re.VERBOSE)
_COMMENTED = re.compile(rb"//[^\r\n]*|" + _TOKEN, re.DOTALL | re.VERBOSE)
_IMPORTED = re.compile(rb"""(?:^|,)\s*(?:\([a-z,\s]+\)\s*|not\s+)?(?:url\(\s*)?(?:"([^"\r\n]+)"|'([^'\r\n]+)'|(?<=\()([^"'()\s]+))""")
_SOURCE = re.compile(rb"""\bsource\(\s*(?:"([^"\r\n]+)"|'([^'\r\n]+)')\s*\)""")
"""Tailwind's directory in which classes are looked for, behind an `@import` or a `@tailwind`."""
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
            rest, begin = _PARENTHESES.sub(b"", match["rest"]), match.start("rest")
            named = [(kind, inner) for inner in _IMPORTED.finditer(rest)] if match["rule"] != b"tailwind" else []
            for what, inner in (*named, *(("glob", inner) for inner in _SOURCE.finditer(rest))):
                start, end = inner.span(inner.lastindex or 1)
                yield what, begin + start, begin + end
        elif match["source"] is not None:
            yield "css-import", *match.span("source")
        elif match["url"] is not None:
            yield "css-url", *match.span("url")
