"""Markdown, MDX and reStructuredText: links, images, inline code and code blocks; bare prose is never touched."""

from __future__ import annotations

import re

from migrator.languages.text.page import FILE, UP, Page, names
from migrator.languages.text.readers import drawings, powershell, shell, words
from migrator.languages.text.reading import EXTENSIONS

_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(`{3,}|~{3,})[ \t]*\{?\.?([\w+#.-]*)[^\n]*$", re.MULTILINE)
_CODE = re.compile(r"(`+)([^`\n]+)\1(?!`)")
_PROMPTED = re.compile(r"^(?: {4}|\t)[ \t]*\$ \S[^\n]*(?:\n(?: {4}|\t)[ \t]*\$ \S[^\n]*)*", re.MULTILINE)
"""Commands behind a prompt in an indented block."""
_LINK = re.compile(r"\]\([ \t]*(<[^>\n]+>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)[ \t]*(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))?[ \t]*\)", re.ASCII)
"""What is no ASCII is bytes here, some of which are white space by themselves, as the second one of `à` is."""
_LABEL = re.compile(r"\[([^\[\]\s`]+)\]\(([^\s()]+)\)", re.ASCII)
"""A link whose label may be its destination."""
_REFERENCE = re.compile(r"^[ \t>]{0,8}\[[^\]\n]+\]:[ \t]+(<[^>\n]+>|\S+)", re.MULTILINE | re.ASCII)
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_ATTRIBUTE = re.compile(r"(?<=[ \t\r\n])(?:src|href|data|poster)[ \t]*=[ \t]*(?:[\"']([^\"'\n]+)[\"']|([^ \t\r\n\"'<>`{]+?)(?=[ \t\r\n>]|/>))")
_SOURCES = re.compile(r"(?<=[ \t\r\n])(?:srcset|srcSet)[ \t]*=[ \t]*[\"']([^\"']+)[\"']")
_SOURCE = re.compile(r"[^\s,]\S*[^\s,]", re.ASCII)
_FRONT = re.compile(r"\A---[ \t]*\r?\n.*?^---[ \t\r]*$", re.MULTILINE | re.DOTALL)
_RELATIVE = re.compile(r"^[ \t]*[\w.-]+:[ \t]+[\"']?(\.{1,2}/[^\"'#\r\n]*[^\"'#\s])", re.MULTILINE | re.ASCII)
_IMPORT = re.compile(
    r"^(?:import\b|export\b|\})[^\n;]*?[\"'](\.{1,2}/[^\"'\n]+)[\"'];?[ \t\r]*$|\brequire\([\"'](\.{1,2}/[^\"'\n]+)[\"']\)", re.MULTILINE
)
"""What MDX loads, as a module does."""
_INCLUDED = re.compile(
    r"\{\{#\w*(?:include|playground|template)[ \t]+([^\s:}]+)|\{%-?[ \t]*include_relative[ \t]+[\"']?([^\s\"'%]+)"
    r"|\{%-?[ \t]*include(?:-markdown)?[ \t]+[\"'](\.{1,2}/[^\"'\n]+)|^:{3,}\{(?:include|literalinclude|image|figure)\}[ \t]+(\S+)",
    re.MULTILINE | re.ASCII,
)
"""What mdBook, Jekyll, plugins of MkDocs and MyST take in."""
_SHELLS = names("bash sh shell zsh console shell-session terminal makefile make fish")
_WINDOWS = frozenset({"powershell", "pwsh", "ps1", "ps", "cmd", "bat", "batch", "dos"})
_DRAWN = re.compile(r"[\xe2]\x94|\|--|\+--|`--|\\--")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?=:[a-z]\w*$|$)")
_COMMAND = re.compile(
    r"(?:\$ )?(?:cd|python3?|pytest|uvicorn|gunicorn|celery|npm|pnpm|yarn|npx|make|docker|pip|bash|sh|node|git|ruff|mypy|alembic|cp|mv|rm|cat|source)\b "
)


def scan(page: Page) -> None:
    """A Markdown document."""
    text = page.text
    _documented(page)
    for found in _SNIPPET.finditer(text) if "8<" in text else ():
        page.add("plain", *found.span(1), UP)
    if (front := _FRONT.match(text)) is not None:
        for found in _RELATIVE.finditer(text, 0, front.end()):
            _link(page, *found.span(1))
    prose = 0
    position = 0
    while (opening := _FENCE.search(text, position)) is not None:
        mark = opening.group(1)
        if mark[0] == "`" and "`" in text[opening.start(2) : opening.end()]:
            position = opening.end()
            continue
        _prose(page, prose, opening.start())
        closing = re.compile(rf"^[ \t>]*{re.escape(mark)}[`~]*[ \t\r]*$", re.MULTILINE).search(text, opening.end())
        end = closing.start() if closing else len(text)
        if text[opening.start(2) - 1] == "{":
            _directed(page, opening, end)
        _block(page, opening.group(2).lower(), opening.end(), end)
        prose = position = closing.end() if closing else len(text)
    _prose(page, prose, len(text))


def _block(page: Page, language: str, start: int, end: int) -> None:
    """A code block; a script that is quoted in a document does not lie where the document does."""
    before = len(page.found)
    if language in _SHELLS:
        shell.scan(page, start, end)
    elif language in _WINDOWS:
        powershell.scan(page, start, end)
    else:
        drawings.scan(page, start, end)
        _links(page, start, end)  # a fence too many turns prose into code
        for line in re.finditer(r"[^\n]+", page.text[start:end]):
            if not _DRAWN.search(line.group()):
                words.scan(page, start + line.start(), start + line.end())
                for found in shell.SERVED.finditer(line.group()):
                    page.add("module", start + line.start() + found.start(1), start + line.start() + found.end(1), UP)
    page.found[before:] = [
        m._replace(base=UP, kind="prose") if m.base.startswith(FILE) and m.kind not in {"module", "symbol", "link"} else m
        for m in page.found[before:]
    ]


def _directed(page: Page, opening: re.Match[str], end: int) -> None:
    """What a directive of MyST names: behind it, or one document a line."""
    name = opening.group(2)
    if name in _TAKES and (found := _ARGUMENT.search(page.text, opening.end(2), opening.end())) is not None:
        _link(page, *found.span(1))
    elif name == "toctree":
        for found in _LINED.finditer(page.text, opening.end(), end):
            _document(page, *found.span(found.lastindex or 1))


_TAKES = names("include literalinclude image figure")
_ARGUMENT = re.compile(r"\}[ \t]+(\S+)", re.ASCII)
_LINED = re.compile(r"^[ \t]*(?![:\s])(?:[^<\n]*<([^>\n]+)>|([^\s<][^<\n]*?))[ \t]*\r?$", re.MULTILINE | re.ASCII)


def _prose(page: Page, start: int, end: int) -> None:
    """Text between code blocks."""
    text = page.text
    for found in _CODE.finditer(text, start, end):
        _inline(page, *found.span(2))
    for found in _IMPORT.finditer(text, start, end) if text.find("./", start, end) >= 0 else ():
        page.add("imported", *found.span(found.lastindex or 1), FILE)
    for found in _PROMPTED.finditer(text, start, end) if text.find("$ ", start, end) >= 0 else ():
        shell.scan(page, *found.span())
    _links(page, start, end)


def changelog(page: Page) -> None:
    """A document that records the past: its links still lead somewhere, what it says about paths was true at the time."""
    _links(page, 0, len(page.text))


def _links(page: Page, start: int, end: int) -> None:
    for found in _LABEL.finditer(page.text, start, end):
        label, destination = found.group(1), found.group(2).partition("#")[0]
        if "/" in label and label.removeprefix("./") == destination.removeprefix("./"):
            page.add("prose", *found.span(1), FILE)
    for pattern in (_LINK, _REFERENCE, _INCLUDED):
        for found in pattern.finditer(page.text, start, end):
            _link(page, *found.span(found.lastindex or 1))
    for tag in _TAG.finditer(page.text, start, end):
        for found in _ATTRIBUTE.finditer(page.text, *tag.span()):
            _link(page, *found.span(found.lastindex or 1))
        for several in _SOURCES.finditer(page.text, *tag.span()):
            for found in _SOURCE.finditer(page.text, *several.span(1)):
                _link(page, *found.span())


def _inline(page: Page, start: int, end: int) -> None:
    """Inline code: a path, a module, or a command."""
    text = page.text
    value = text[start:end]
    if _COMMAND.match(value):
        shell.scan(page, start, end)
    elif " " in value.strip():
        words.scan(page, start, end)
    elif (found := _IDENTIFIER.match(value)) is not None and found.group().rpartition(".")[2] not in EXTENSIONS:
        page.add("symbol", start, start + found.end(), UP)
    elif "/" in value or "\\" in value:
        first, last = words.trimmed(text, start, end)
        words.token(page, first, last, UP, "prose")


def _link(page: Page, start: int, end: int) -> None:
    """A link's destination, relative to the document; a leading slash starts at the repository's root."""
    text = page.text
    if text[start : start + 1] == "<":
        start, end = start + 1, end - 1
    value = text[start:end]
    if value and value[0] not in "#{" and "://" not in value and not value.startswith(("mailto:", "tel:", "data:", "//")):
        page.add("link", start, end, FILE)


_DIRECTIVE = re.compile(
    r"^[ \t]*\.\. +(?:\|[^|\n]+\| +)?(?:include|literalinclude|image|figure|csv-table|raw|download|thumbnail)::[ \t]+(\S+)|^[ \t]+:(?:file|target):[ \t]+(\S+)",
    re.MULTILINE | re.ASCII,
)
_TARGET = re.compile(r"`[^`<\n]*<([^`>\n]+)>`__?|:(?:download|file):`(?:[^`<\n]*<)?([^`>\n]+)>?`|^\.\. _[^:\n]+:[ \t]+(\S+)", re.MULTILINE | re.ASCII)
_LITERAL = re.compile(r"``([^`\n]+)``")
_DOTTED = r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)"
_DOCUMENTED = re.compile(
    rf"^[ \t]*(?:\.\.[ \t]+(?:py:)?(?:auto\w+|module|currentmodule|program-output)::|:::|(?:```+|:::+)\{{(?:py:)?(?:auto\w+|module|currentmodule)\}})[ \t]+{_DOTTED}"
    rf"|:(?:py:)?(?:mod|class|func|meth|exc|data|attr|obj|const):`(?:[^`<\n]*<)?[~!]?{_DOTTED}|\{{py:\w+\}}`[~!]?{_DOTTED}",
    re.MULTILINE,
)
"""What Sphinx, MyST and mkdocstrings document by its dotted name."""
_DOCUMENTS = ("::", "```{", ":`", "}`")
"""One of these stands in each of them."""
_TOCTREE = re.compile(r"^([ \t]*)\.\. toctree::[^\n]*\n((?:\1[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n)*)", re.MULTILINE)
_LISTED = re.compile(r"^[ \t]+(?!:)(?:[^<\n]*<([^>\n]+)>|([^\s<][^<\n]*?))[ \t]*\r?$", re.MULTILINE | re.ASCII)
_DOCUMENT = re.compile(r":doc:`(?:[^`<\n]*<)?([^`>\n]+)>?`")
_SNIPPET = re.compile(r"^[ \t]*-+8<-+[ \t]+\"([^\"\n]+)\"", re.MULTILINE)


def _documented(page: Page) -> None:
    for found in _DOCUMENTED.finditer(page.text) if any(mark in page.text for mark in _DOCUMENTS) else ():
        page.add("module", *found.span(found.lastindex or 1), UP)


def _document(page: Page, start: int, end: int) -> None:
    """Another document, its extension left out."""
    if start < end and page.text[start] not in "/*" and "://" not in page.text[start:end]:
        page.add("document", start, end, FILE)


def rst(page: Page) -> None:
    """A reStructuredText document."""
    text = page.text
    _documented(page)
    for listed in _TOCTREE.finditer(text):
        for found in _LISTED.finditer(text, *listed.span(2)):
            _document(page, *found.span(found.lastindex or 1))
    for found in _DOCUMENT.finditer(text):
        _document(page, *found.span(1))
    for pattern in (_DIRECTIVE, _TARGET):
        for found in pattern.finditer(text):
            group = found.lastindex or 1
            _link(page, *found.span(group))
    for found in _LITERAL.finditer(text):
        _inline(page, *found.span(1))
