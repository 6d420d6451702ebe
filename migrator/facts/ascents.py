"""How scripts climb from their own place by counting folders: `dirname "$HERE"`, `Split-Path $PSScriptRoot`. No text in them names a place, so none follows a move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Ascent", "ascents", "restated"]


class Ascent(NamedTuple):
    """An expression that climbs from a script to a folder."""

    start: int
    text: str
    levels: int
    """How many folders it climbs; 1 is the script's own."""


_SHELL_OWN = r"""(?:\$\{?0\}?|\$\{?BASH_SOURCE(?:\[0\])?\}?)"""
_SHELL_HERE = re.compile(rf"""^[ \t]*(?:(?:export|readonly|local|declare)[ \t]+)?(\w+)=[^\n]*\bdirname\b[^\n]*{_SHELL_OWN}[^\n]*$""", re.MULTILINE)
"""A variable that holds the script's own folder."""
_SHELL_UP = re.compile(r"""\$\(\s*dirname(?:\s+--)?\s+"?(?:\$\{?(?P<name>\w+)\}?|(?P<inner>\$\(.*?\)))"?\s*\)""")
_SHELL_CUT = re.compile(r"\$\{(?P<name>\w+)%/\*\}(?P<more>(?:/\.\.)*)")
_POWERSHELL_HERE = re.compile(
    r"^[ \t]*\$(\w+)[ \t]*=[ \t]*(?:\$PSScriptRoot|\(?Split-Path[ \t]+(?:-Parent[ \t]+)?(?:-Path[ \t]+)?\$MyInvocation\.MyCommand\.(?:Path|Definition)(?:[ \t]+-Parent)?\)?)[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_POWERSHELL_PIPED = re.compile(r"\$(?P<name>\w+)(?P<steps>(?:[ \t]*\|[ \t]*Split-Path(?:[ \t]+-Parent)?)+)", re.IGNORECASE)
_POWERSHELL_STEP = re.compile(r"Split-Path[ \t]+(?:-Parent[ \t]+)?(?:-Path[ \t]+)?", re.IGNORECASE)
_SCRIPT_UP = re.compile(r"path\.dirname\(\s*(?P<inner>path\.dirname\([^()]*\)|__dirname)\s*\)(?P<more>(?:\s*,\s*(?:'\.\.'|\"\.\.\"))*)")


def ascents(source: bytes, language: str) -> tuple[Ascent, ...]:
    """The expressions of a script that climb above its own folder by counting, outermost ones only, by position in bytes."""
    text = source.decode("utf-8", "surrogateescape")
    if any(len(line) > _LONG for line in text.split("\n")):
        return ()
    found = {"shell": _shell, "powershell": _powershell, "javascript": _javascript}.get(language)
    if found is None:
        return ()
    taken: list[Ascent] = []
    end = 0
    for start, stop, levels in sorted(found(text), key=lambda one: (one[0], -one[1])):
        if start >= end and levels > 1 and (language == "javascript" or not _FURTHER.match(text, stop)):
            taken.append(Ascent(len(text[:start].encode("utf-8", "surrogateescape")), text[start:stop], levels))
            end = stop
    return tuple(taken)


_FURTHER = re.compile(r"""/\.\.|\)?[ \t]*,?[ \t]*(?:-ChildPath[ \t]+)?["']\.\.""")
"""What goes on from a climb: it is a text that follows a move by itself."""
_LONG = 1000
"""Lines longer than this nobody wrote."""
_Spans = Iterator[tuple[int, int, int]]


def _shell(text: str) -> _Spans:
    here = {match[1] for match in _SHELL_HERE.finditer(text) if match[0].count("dirname") == 1 and "/.." not in match[0]}
    for match in re.finditer(r"\$\(\s*dirname\b", text):
        stop = _closing(text, match.start() + 1)
        inner = text[match.start() : stop]
        names = re.findall(r"\$\{?(\w+)\}?", inner.replace("BASH_SOURCE[0]", "BASH_SOURCE"))
        climbs = inner.count("dirname")
        if "/.." in inner or ".." in text[stop : stop + 3] or not re.fullmatch(r"[\s$(){}\"\w\[\]/-]*", inner) or len(names) != 1:
            continue
        own = names[0] in {"0", "BASH_SOURCE"}
        if own or names[0] in here:
            yield match.start(), stop, climbs if own else climbs + 1
    for match in _SHELL_CUT.finditer(text):
        if match["name"] == "0" or match["name"] in here:
            yield *match.span(), (1 if match["name"] == "0" else 2) + match["more"].count("..")


def _powershell(text: str) -> _Spans:
    here = {"psscriptroot", *(match[1].lower() for match in _POWERSHELL_HERE.finditer(text))}
    for match in _POWERSHELL_PIPED.finditer(text):
        if match["name"].lower() in here:
            yield *match.span(), 1 + match["steps"].lower().count("split-path")
    for match in _POWERSHELL_STEP.finditer(text):
        if text[: match.start()].rstrip().endswith("|"):
            continue
        stop, levels = _climbed(text, match.end(), here)
        if levels:
            yield match.start(), stop, levels + 1


def _climbed(text: str, at: int, here: set[str], most: int = 9) -> tuple[int, int]:
    """Where the argument of a `Split-Path` ends, and how many folders above the script it is; 0 where that is not known."""
    plain = re.compile(r"\$(\w+)\b(?![.\\/])(?:[ \t]+-Parent\b)?", re.IGNORECASE).match(text, at)
    if plain is not None:
        return plain.end(), int(plain[1].lower() in here)
    if most and text[at : at + 1] == "(" and (step := _POWERSHELL_STEP.match(text, at + 1)) is not None:
        stop, levels = _climbed(text, step.end(), here, most - 1)
        rest = re.compile(r"[ \t]*\)(?:[ \t]+-Parent\b)?", re.IGNORECASE).match(text, stop)
        return (rest.end(), levels + 1) if rest is not None and levels else (at, 0)
    return at, 0


def _javascript(text: str) -> _Spans:
    # A text on top of a climb is one of its arguments, which no reader follows from here.
    for match in _SCRIPT_UP.finditer(text):
        yield *match.span(), 1 + match[0].count("dirname(") + match["more"].count("..")


def _closing(text: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`."""
    depth = 0
    for index in range(at, min(len(text), at + _LONG)):
        depth += (text[index] == "(") - (text[index] == ")")
        if not depth:
            return index + 1
    return at


def restated(ascent: Ascent, language: str, way: str) -> str:
    """An expression for the folder that lies that way from where one leads."""
    match language:
        case "powershell":
            return f'(Join-Path ({ascent.text}) "{way}")'
        case "javascript":
            further = "".join(f', "{part}"' for part in way.split("/"))
            return f"{ascent.text}{further}" if "," in ascent.text else f"path.join({ascent.text}{further})"
        case _:
            return f"{ascent.text}/{way}"
