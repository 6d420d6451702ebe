"""One source under a scanner: its text, a character per byte, and the mentions found so far."""

from __future__ import annotations

from migrator.languages.base import Mention

FILE = "file:"
"""Read against the folder of the file itself."""
HOME = "root:"
"""Read against the repository's root."""
UP = "up:"
"""Read against a working directory that the file does not say: its folder, one of those above it, or the root."""
HERE = "here:"
"""Read against the folder of the file, or the repository's root."""
NEAR = "near:"
"""Read against the folder of the file, or the nearest above it under which it is there: where the tool ran that wrote it."""
GITHUB = "github:"
"""Read against the folder that holds `.github`."""
ROOT_MODULE = "module:"
"""Read against the Terraform module that a test belongs to: the folder of the file or the nearest above it that holds one."""
CONTEXT = "context:"
"""Read against a build context: the folder or one above it under which most of the sources named up to the next colon exist."""
DRAWN = "drawn:"
"""Read against the folder of which a tree is drawn: it is called, or holds most of, what is named up to the next colon."""
IMAGE = "image:"
"""Read against a directory in the images that are built here."""


def names(text: str) -> frozenset[str]:
    """A set of words, written as one line of them."""
    return frozenset(text.split())


def below(base: str, text: str) -> str:
    """The base that is `text` seen from another base."""
    plain = "/".join(part for part in text.replace("\\", "/").split("/") if part not in {"", "."})
    if not plain:
        return base
    return f"{base}{plain}" if base.endswith(":") else f"{base}/{plain}"


_QUOTES = frozenset("\"'`")


class Page:
    """A source that scanners read by position; byte offsets and character offsets are the same."""

    def __init__(self, source: bytes) -> None:
        self.text = source.decode("latin-1")
        self.found: list[Mention] = []

    def add(self, kind: str, start: int, end: int, base: str) -> None:
        """Note a mention; an empty one or one that is not UTF-8 names nothing."""
        while start < end and self.text[end - 1] == "\\" and self.text[end : end + 1] in _QUOTES:
            end -= 1  # it belongs to the quote behind it
        raw = self.text[start:end]
        if not raw:
            return
        if not raw.isascii():
            try:
                raw = raw.encode("latin-1").decode("utf-8")
            except UnicodeDecodeError:
                return
        self.found.append(Mention(start, end, kind, raw, base, weak=True))

    def mentions(self) -> tuple[Mention, ...]:
        """Everything found, by position; of overlapping mentions the one that starts first, then the longest, then the one found first."""
        kept: list[Mention] = []
        end = -1
        for mention in sorted(dict.fromkeys(self.found), key=lambda m: (m.start, -m.end)):  # a set has no order (L4)
            if mention.start >= end:
                kept.append(mention)
                end = mention.end
        return tuple(kept)
