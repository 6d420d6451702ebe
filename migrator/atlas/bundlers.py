"""The aliases that bundlers and test runners declare in their configuration, where those are literal.

A table that is computed, or left to a plugin that reads the compiler's own, says nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from migrator.atlas.jsonc import read_jsonc
from migrator.paths import ROOT, RepoPath, join, name, parent

__all__ = ["Rule", "Table", "is_tool", "rules_of", "table_of"]

_TOOL = re.compile(r"(vitest|vite|jest)\.config\.(?:[cm]?[jt]s|json)$")
_READS_COMPILER = re.compile(rb"tsconfig-?paths|pathsToModuleNameMapper", re.IGNORECASE)


class Rule(NamedTuple):
    """What a tool replaces in a specifier, and by which path of the repository (with the number of a group for what it matched)."""

    pattern: re.Pattern[str]
    replacement: str
    find: str = ""
    """What is replaced where that is a fixed text, a whole word of the specifier's path."""


class Table(NamedTuple):
    """What a tool that does not read the compiler's table replaces, by the tool's configuration."""

    config: RepoPath
    rules: tuple[Rule, ...]

    def place(self, specifier: str) -> RepoPath | None:
        """The path that the tool makes of a specifier, None where no rule is for it."""
        for rule in self.rules:
            if rule.pattern.search(specifier):
                try:
                    return join(ROOT, rule.pattern.sub(rule.replacement, specifier, count=1).lstrip("/"))
                except re.error:
                    return None
        return None


@lru_cache(maxsize=1 << 17)
def is_tool(path: RepoPath) -> bool:
    """Whether a file configures a test runner or a bundler whose table is looked at beside the compiler's."""
    return _TOOL.fullmatch(name(path)) is not None


def table_of(config: RepoPath, source: bytes) -> Table | None:
    """The literal table of a tool's configuration, None where it has none of its own."""
    rules = () if _READS_COMPILER.search(source) else rules_of(config, source)
    return Table(config, rules) if rules else None


@lru_cache(maxsize=1 << 8)
def rules_of(config: RepoPath, source: bytes) -> tuple[Rule, ...]:
    """The literal alias rules of a configuration, in the order in which its tool tries them."""
    if config.endswith(".json"):
        raw = read_jsonc(source)
        mapper = raw.get("moduleNameMapper") if isinstance(raw, dict) else None
        pairs = mapper.items() if isinstance(mapper, dict) else ()
        return tuple(rule for key, value in pairs if (rule := _mapped(str(key), value, config)))
    root = Parser(Language(tree_sitter_typescript.language_tsx())).parse(source).root_node
    return tuple(_rules(root, config))


def _rules(node: Node, config: RepoPath) -> Iterator[Rule]:
    if node.type == "pair" and (value := node.child_by_field_name("value")) is not None:
        key = _text(node.child_by_field_name("key"))
        if key == "alias" and value.type == "object":
            yield from (rule for find, target in _pairs(value) if (rule := _replaced(find, target, config)))
            return
        if key == "alias" and value.type == "array":
            for entry in value.named_children:
                fields = {_text(field): target for field, target in _pairs(entry)}
                if rule := _replaced(fields.get("find"), fields.get("replacement"), config):
                    yield rule
            return
        if key == "moduleNameMapper" and value.type == "object":
            yield from (rule for find, target in _pairs(value) if (rule := _mapped(_text(find), _text(target), config)))
            return
    for child in node.named_children:
        yield from _rules(child, config)


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    for child in node.named_children:
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type == "pair" and key is not None and value is not None:
            yield key, value


def _replaced(find: Node | None, target: Node | None, config: RepoPath) -> Rule | None:
    """Vite's rule: an expression, or a text that is the whole specifier or what stands before a slash in it."""
    place = _place(target, config) if target is not None else None
    if find is None or place is None:
        return None
    if find.type == "regex":
        return _rule(_text(find.child_by_field_name("pattern")), place)
    text = _text(find)
    slash = "/" if text.endswith("/") else ""
    rule = _rule(f"^{re.escape(text)}{'' if slash else '(?=/|$)'}", place + slash)
    return rule._replace(find=text) if rule else None


def _rule(pattern: str, place: str) -> Rule | None:
    try:
        return Rule(re.compile(pattern), re.sub(r"\$(\d)", r"\\\1", place.replace("\\", "\\\\")))
    except re.error:
        return None


def _mapped(key: str, value: object, config: RepoPath) -> Rule | None:
    """Jest's rule: an expression and a path with `$1`."""
    if not isinstance(value, str) or not value.startswith(("<rootDir>/", "./")):
        return None
    place = join(parent(config), value.removeprefix("<rootDir>/"))
    return None if place is None else _rule(key, place)


def _place(node: Node, config: RepoPath) -> RepoPath | None:
    """The path that an expression stands for, where it can be read off."""
    here = parent(config)
    if node.type in {"string", "template_string"}:
        text = _text(node)
        return join(here, text.lstrip("/")) if text.startswith((".", "/")) else None
    if node.type in {"identifier", "member_expression"}:
        if _text(node) in {"__dirname", "import.meta.dirname"}:
            return here
        inner = node.child_by_field_name("object")
        return _place(inner, config) if inner is not None and _text(node).endswith((".pathname", ".href")) else None
    arguments = node.child_by_field_name("arguments")
    function = _text(node.child_by_field_name("function") or node.child_by_field_name("constructor"))
    if arguments is None:
        return None
    parts = [child for child in arguments.named_children if child.type != "comment"]
    if function == "fileURLToPath" and len(parts) == 1:
        return _place(parts[0], config)
    if function == "URL" and parts and "import.meta.url" in _text(arguments):
        return join(here, _text(parts[0]))
    if function.rpartition(".")[2] in {"resolve", "join"} and parts:
        first = (
            _text(parts[0]) if parts[0].type == "string" else "" if _text(parts[0]) in {"__dirname", "import.meta.dirname", "process.cwd()"} else None
        )
        if first is None or any(part.type != "string" for part in parts[1:]):
            return None
        return join(here, posixpath.join(first, *map(_text, parts[1:])))
    return None


def _text(node: Node | None) -> str:
    """The source of a node, a string without its quotes."""
    text = (node.text or b"").decode("utf-8", "replace") if node is not None else ""
    return text[1:-1] if node is not None and node.type in {"string", "template_string"} else text
