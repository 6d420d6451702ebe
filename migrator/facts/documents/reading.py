"""What a document says by its markup: title, headings, prose, and the anchors that links may lead to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from migrator.facts.documents.model import Heading
from migrator.paths import suffix

__all__ = ["MARKUPS", "Content", "anchors", "content", "markup_of", "plain", "slug"]

MARKUPS = {".md": "markdown", ".markdown": "markdown", ".mdx": "markdown", ".rst": "rst"}
"""Endings of documents whose links we follow, with how they are marked up."""

_LARGE = 1 << 21
"""Files above this many bytes are data."""
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"""^title:[ \t]*["']?([^\n]*?)["']?[ \t]*$""", re.MULTILINE)
_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(`{3,}|~{3,})")
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDER = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_HTML = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.IGNORECASE)
_ADORNED = re.compile(r"""^([!-/:-@\[-`{-~])\1{2,}[ \t]*$""")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SAID = re.compile(r"\{#([^\s}]+)[^}]*\}[ \t]*$")
_OWN = re.compile(r"""<[A-Za-z][^<>]*?\s(?:id|name)=["']([^"'\s]+)["']""")
_LABEL = re.compile(r"^\.\. _([^:\n]+):[ \t]*$|^\(([\w.-]+)\)=[ \t]*$", re.MULTILINE)
_CODE = re.compile(r"(`+)(.+?)\1")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|~~)(?=\S)(.+?)(?<=\S)\1|(?<!\w)(___|__|_)(?=\S)(.+?)(?<=\S)\3(?!\w)")


class Content(NamedTuple):
    """What a document says, without its code."""

    title: str
    headings: tuple[Heading, ...]
    prose: str
    """Its lines; those of code and comments are empty."""


def markup_of(path: str) -> str:
    """How a document is marked up; empty for what is none of ours to read."""
    return MARKUPS.get(suffix(path).lower(), "")


def content(source: bytes, markup: str) -> Content:
    """The title, headings and prose of a document in `markdown` or `rst`; of what is no text, nothing."""
    if len(source) > _LARGE or b"\0" in source[:8192]:
        return Content("", (), "")
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    front = _FRONT.match(text)
    said = _TITLE.search(front[1]) if front is not None else None
    if front is not None:
        text = "\n" * front[0].count("\n") + text[front.end() :]
    prose = text if markup == "rst" else _without_code(text)
    headings = tuple(_rst(prose) if markup == "rst" else _markdown(prose))
    return Content(said[1] if said is not None and said[1] else headings[0].text if headings else "", headings, prose)


def _without_code(text: str) -> str:
    """The same lines, those of fenced code and of comments empty."""
    lines: list[str] = []
    mark = ""
    for line in _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text).split("\n"):
        fence = _FENCE.match(line)
        if mark:
            if fence is not None and fence[1].startswith(mark) and not line.strip(" \t>`~"):
                mark = ""
            lines.append("")
        elif fence is not None and not ("`" in fence[1] and "`" in line[fence.end() :]):
            mark = fence[1]
            lines.append("")
        else:
            lines.append(line)
    return "\n".join(lines)


def _markdown(prose: str) -> Iterator[Heading]:
    before = ""
    for number, line in enumerate(prose.split("\n"), 1):
        found = _ATX.match(line)
        if found is not None:
            yield Heading(len(found[1]), found[2] or "", number)
        elif before.strip() and not before.startswith(("    ", "\t", "|", ">", "-", "*", "+", "#")) and (under := _UNDER.match(line)):
            yield Heading(1 if under[1][0] == "=" else 2, before.strip(), number - 1)
        elif "<h" in line.lower():
            yield from (Heading(int(html[1]), html[2].strip(), number) for html in _HTML.finditer(line))
        before = line


def _rst(prose: str) -> Iterator[Heading]:
    lines = prose.split("\n")
    levels: list[tuple[str, bool]] = []
    for number in range(1, len(lines)):
        title, under = lines[number - 1].rstrip(), _ADORNED.match(lines[number])
        if under is None or not title.strip() or _ADORNED.match(title) or len(lines[number].rstrip()) < len(title.strip()):
            continue
        over = number > 1 and lines[number - 2].rstrip() == lines[number].rstrip()
        if title[0].isspace() and not over:
            continue
        if (under[1], over) not in levels:
            levels.append((under[1], over))
        yield Heading(levels.index((under[1], over)) + 1, title.strip(), number)


# anchors ---------------------------------------------------------------------------------------------------------------


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading: what is no letter, mark, digit or `_` is left out, white space becomes `-`."""
    bare = plain(heading).strip().lower()
    return "".join("-" if one == " " else one for one in bare if one in "- " or unicodedata.category(one) in _WORD)


_WORD = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"))


def plain(heading: str) -> str:
    """A heading without its markup."""
    kept: list[str] = []

    def keep(code: re.Match[str]) -> str:
        kept.append(code[2].strip() or code[2])
        return f"\0{len(kept) - 1}\0"

    text = _TAG.sub("", _IMAGE.sub("", _CODE.sub(keep, _SAID.sub("", heading))))
    for _ in range(3):  # one in the other
        text = _EMPHASIS.sub(lambda found: found[2] or found[4], _LINK.sub(r"\1", text))
    return re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], text)


def anchors(source: bytes, markup: str) -> tuple[str, ...]:
    """What links into a document may name behind a `#`, in order: its headings as GitHub calls them, and what it calls so itself."""
    said = content(source, markup)
    found: dict[str, None] = {}
    times: dict[str, int] = {}
    for heading in said.headings:
        if (own := _SAID.search(heading.text)) is not None:
            found[own[1]] = None
        name = base = slug(heading.text)
        while name in times:
            times[base] += 1
            name = f"{base}-{times[base]}"
        times[name] = 0
        found[name] = None
    found.update(dict.fromkeys(_own(said.prose)))
    return tuple(found)


def _own(prose: str) -> Iterator[str]:
    """The anchors that a document gives itself: `id` and `name` of HTML, labels of Sphinx."""
    yield from (found[1] for found in _OWN.finditer(prose))
    yield from (found[1] or found[2] for found in _LABEL.finditer(prose))
