"""Dockerfiles: sources of COPY and ADD are read against the build context, which the file does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.languages.text.page import CONTEXT, Page
from migrator.languages.text.readers import shell

_INSTRUCTION = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+")
_HEREDOC = re.compile(r"<<-?[\"']?(\w+)")
_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|[^\s\"]+")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_BIND = re.compile(r"--mount=type=bind,(?:[\w=./-]+,)*source=([^,\s]+)")

Span = tuple[int, int]


def scan(page: Page) -> None:
    """A Dockerfile."""
    copies: list[Span] = []
    mirrors: list[Span] = []
    commands: list[tuple[int, int]] = []
    whole = False
    for name, start, end in instructions(page.text):
        match name:
            case "COPY" | "ADD":
                sources, everything, target = _sources(page.text, start, end)
                mirrors += [target] if len(sources) == 1 and _path(page.text, target) == _path(page.text, sources[0]) else []
                copies += sources
                whole = whole or everything
            case "RUN":
                copies += [found.span(1) for found in _BIND.finditer(page.text, start, end) if found.group(1) not in {".", "./"}]
                commands.append((start, end))
            case "CMD" | "ENTRYPOINT" | "HEALTHCHECK":
                commands.append((start, end))
            case _:
                pass
    base = CONTEXT + "|".join(dict.fromkeys(_path(page.text, span) for span in copies))
    for start, end in commands:
        _command(page, start, end, base, whole=whole)
    # A package that is imported by its path is copied to that path.
    packages = {mention.text for mention in page.found if mention.kind == "module"}
    copies += [span for span in mirrors if any(text.startswith(_path(page.text, span).replace("/", ".") + ".") for text in packages)]
    for start, end in copies:
        begin = start + 1 if page.text[start] == "/" else start
        page.add("word", begin, end, base)


def _path(text: str, span: Span) -> str:
    """A path as it is without what may stand around it."""
    return text[slice(*span)].strip("/").removeprefix("./")


def instructions(text: str) -> Iterator[tuple[str, int, int]]:
    """Each instruction with the span of its arguments, continuation lines joined and here-documents included."""
    position, size = 3 if text.startswith("\xef\xbb\xbf") else 0, len(text)
    while position < size:
        found = _INSTRUCTION.match(text, position)
        end = _line_end(text, position)
        if found is None or text[position : position + 1] == "#":
            position = end + 1
            continue
        while text[position:end].rstrip().endswith("\\") and end < size:
            end = _line_end(text, end + 1)
            while text[text.rfind("\n", 0, end) + 1 : end].lstrip().startswith("#") and end < size:
                end = _line_end(text, end + 1)
        if (heredoc := _HEREDOC.search(text, found.end(), end)) is not None and found.group(1).upper() == "RUN":
            close = re.compile(rf"^{heredoc.group(1)}[ \t\r]*$", re.MULTILINE).search(text, end)
            end = close.start() if close else end
        yield found.group(1).upper(), found.end(), end
        position = end + 1


def _line_end(text: str, position: int) -> int:
    found = text.find("\n", position)
    return len(text) if found < 0 else found


def _sources(text: str, start: int, end: int) -> tuple[list[Span], bool, Span]:
    """The sources of a COPY or ADD, whether it takes the whole context, and its target; those of another stage are not ours."""
    spans: list[Span] = []
    for found in _WORD.finditer(text, start, end):
        first, last = found.span()
        word = found.group().rstrip(",")
        last = first + len(word)
        if word.startswith("--"):
            if word.startswith("--from"):
                return [], False, (end, end)
            continue
        if word in {"\\", "[", "]"}:
            continue
        first += len(word) - len(word.lstrip("["))
        last -= len(word) - len(word.rstrip("]"))
        if text[first] == '"':
            first, last = first + 1, last - 1
        spans.append((first, last))
    sources = spans[:-1]
    kept = [(s, e) for s, e in sources if text[s:e].strip("./") and "$" not in text[s] and "://" not in text[s:e] and not text.startswith("<<", s)]
    return kept, len(kept) < len(sources) and any(not text[s:e].strip("./") for s, e in sources), spans[-1] if spans else (end, end)


def copied(text: str, start: int, end: int) -> list[Span]:
    """The sources of a COPY or ADD that lie in the context, by position."""
    return _sources(text, start, end)[0]


def _command(page: Page, start: int, end: int, base: str, *, whole: bool) -> None:
    """A command inside the image: modules always, paths only where the image holds the whole context."""
    before = len(page.found)
    text = page.text
    begin = start + len(text[start:end]) - len(text[start:end].lstrip())
    if begin < end and text[begin] == "[":
        shell.arguments(page, [(found.start() + 1, found.end() - 1) for found in _STRING.finditer(text, begin, end)], base)
    else:
        shell.scan(page, start, end, base)
    added = page.found[before:]
    page.found[before:] = [m._replace(base=base) for m in added if m.kind == "module" or (whole and m.base == base and m.kind in {"path", "word"})]
