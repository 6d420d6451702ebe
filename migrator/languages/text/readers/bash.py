"""The grammar of shells: a script as a tree whose positions are those of the text, whatever stands around and inside it."""

from __future__ import annotations

import re

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_bash.language()))
_FOREIGN = re.compile(
    r"""(?P<expression>\$\{\{.*?\}\})
      | (?P<template>\{\{.*?\}\}|<[A-Za-z][\w.-]*>)
      | (?P<prompt>(?m:^)[ \t]*\$[ ](?=[^\s]))
      | (?P<end>\\?\r\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(["\\$`/])')
WORDS = frozenset(
    {"word", "string", "raw_string", "concatenation", "simple_expansion", "expansion", "command_substitution", "number", "ansi_c_string"}
    | {"translated_string", "arithmetic_expansion", "process_substitution", "extglob_pattern", "regex", "brace_expression"}
)
"""What a word of a command can be."""


def parse(text: str) -> Node:
    """The tree of a script, a character per byte; what is not the shell's own (templates, prompts, CRLF) counts as blanks or a word."""
    return _PARSER.parse(_FOREIGN.sub(_masked, text).encode("latin-1")).root_node


def _masked(found: re.Match[str]) -> str:
    """As many characters that a shell understands."""
    size = len(found.group())
    match found.lastgroup:
        case "expression":
            return "${" + "_" * (size - 3) + "}"
        case "template":
            return "_" * size
        case "prompt":
            return " " * size
        case _:
            return " \\\n"[-size:] if size > 2 else " \n"  # noqa: PLR2004  a backslash and the two characters of the line's end


def unescaped(text: str, start: int, end: int) -> tuple[str, list[int]] | None:
    """What stands in double quotes (of JSON, of TOML, of another shell), and the place of each of its characters; None without escapes."""
    if text[start - 1 : start] != '"' or text[end : end + 1] != '"' or "\\" not in text[start:end]:
        return None
    pieces: list[str] = []
    places: list[int] = []
    at = start
    for found in _ESCAPE.finditer(text, start, end):
        pieces += [text[at : found.start()], found.group(1)]
        places += [*range(at, found.start()), found.start(1)]
        at = found.end()
    pieces.append(text[at:end])
    places += range(at, end)
    return "".join(pieces), places


def errors(source: bytes) -> int:
    """How many places of a script do not parse."""
    count, open_nodes = 0, [parse(source.decode("latin-1"))]
    while open_nodes:
        node = open_nodes.pop()
        count += node.is_error or node.is_missing
        if node.has_error:
            open_nodes += node.children
    return count
