"""What happens when a module is loaded, beyond that it has its names then."""

from __future__ import annotations

import re

from migrator.facts.modules import read_module
from migrator.languages.definitions import inside, known
from migrator.languages.python.parsing import Node, parse, text_of

__all__ = ["acts", "is_script"]

_MAIN = re.compile(rb"^if\s+__name__\s*==|^#!", re.MULTILINE)
_QUIET = frozenset(
    {
        "comment",
        "import_statement",
        "import_from_statement",
        "future_import_statement",
        "function_definition",
        "class_definition",
        "type_alias_statement",
    }
)


def is_script(source: bytes) -> bool:
    """Whether a Python module is run by its path."""
    return _MAIN.search(source) is not None


def acts(source: bytes, language: str) -> str:
    """What loading a module does besides, in words; nothing where it only defines."""
    if language == "typescript":
        read = read_module(source, jsx=b"</" in source or b"/>" in source)
        return "does something when it is loaded" if {"effect", "ambient"} & read.kinds or not read.parsed else ""
    for statement in parse(source).named_children:
        if call := _call(statement):
            return f"calls `{call}` when it is loaded"
    return ""


def _call(statement: Node) -> str:
    """A call that a statement of the top level makes, and that is not known to make a value and nothing else."""
    if statement.type in _QUIET:
        return ""
    looked = [child for child in statement.children if child.type == "decorator"] if statement.type == "decorated_definition" else [statement]
    for one in looked:
        for node in inside(one):
            if node.type == "call":
                called = text_of(node.child_by_field_name("function"))
                if called.rpartition(".")[2] not in known("python", "making"):
                    return called
        if one.type == "decorator" and (said := text_of(one)[1:]).rpartition(".")[2].partition("(")[0] not in known("python", "making"):
            return said
    return ""
