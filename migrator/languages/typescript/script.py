"""What a script says about other files: one tree-sitter query finds every form, Python looks only at what it captured."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from migrator.languages.base import Mention
from migrator.languages.typescript import tools

_TEXT = "[(string . (string_fragment) @text .) (template_string . (string_fragment) @text .)]"
_FIRST = f"[(arguments . {_TEXT}) (arguments . (comment)+ . {_TEXT})]"
_QUERY = f"""
(import_statement source: (string . (string_fragment) @import .))
(export_statement source: (string . (string_fragment) @export .))
(import_require_clause source: (string . (string_fragment) @equals .))
(module name: (string . (string_fragment) @declare .))
(call_expression function: (_) @called arguments: {_FIRST})
(call_expression function: (member_expression property: (property_identifier) @_glob (#match? @_glob "^glob"))
  arguments: (arguments . (array {_TEXT}))) @globs
(call_expression arguments: (arguments . [(identifier) (member_expression) (call_expression)] @directory . [(string) (template_string)]) @joined
  (#match? @directory "^(__dirname|import\\\\.meta\\\\.dirname|process\\\\.cwd\\\\(\\\\))$"))
(call_expression function: (_) @_join arguments: (arguments . (identifier) @directory . [(string) (template_string)]) @joined
  (#match? @_join "(^|\\\\.)(join|resolve)$"))
(binary_expression left: [(identifier) (member_expression) (call_expression)] @directory operator: "+" right: (string . (string_fragment) @tail .))
(template_string . (template_substitution [(identifier) (member_expression) (call_expression)] @directory) . (string_fragment) @tail .)
(call_expression function: (_) @called arguments: (arguments . (template_string . (string_fragment) @head . (template_substitution))))
(new_expression constructor: (identifier) @called arguments: (arguments . (template_string . (string_fragment) @head . (template_substitution))))
(new_expression constructor: (identifier) @made arguments: {_FIRST})
(binary_expression
  left: (binary_expression left: [(member_expression) (await_expression (member_expression))] @called operator: "<")
  operator: ">"
  right: (parenthesized_expression [{_TEXT} (sequence_expression . {_TEXT})]))
"""
_CONSTANTS = '(lexical_declaration kind: "const" (variable_declarator name: (identifier) @name value: (_) @value))'
_STRINGS = "[(string . (string_fragment) @any .) (template_string . (string_fragment) @any .)]"
_COMMENTS = "(comment) @comment"

_MOCKS = frozenset(
    f"{runner}.{method}"
    for runner in ("vi", "jest")
    for method in (
        *("mock", "doMock", "unmock", "doUnmock", "deepUnmock", "unstable_mockModule", "setMock"),
        *("requireActual", "requireMock", "importActual", "importMock", "createMockFromModule", "genMockFromModule"),
    )
)
_REQUIRES = frozenset({"require", "module.require"})
_RESOLVES = frozenset({"require.resolve", "import.meta.resolve"})
_CONTEXTS = frozenset({"require.context", "import.meta.webpackContext"})
"""Whose argument is a directory in which modules are looked for."""
_COMPUTED = frozenset({b"import", b"require", b"require.resolve"})
"""Whose argument, when its end is computed, still names a directory."""
_FUNCTIONS = frozenset({"function_declaration", "function_expression", "arrow_function", "method_definition", "generator_function_declaration"})
_REFERENCE = re.compile(rb"""^[ \t\xef\xbb\xbf]*///[ \t]*<reference[ \t]+(path|types)[ \t]*=[ \t]*(["'])([^"'\r\n]+)\2""", re.MULTILINE)
_JSDOC = re.compile(rb"""(?:import\(\s*|(?<=[\s*])@import[ \t]+[^"'@;()<>=]{0,2000}?\bfrom[\s*]*)(["'])([^"'\r\n]+)\1""")
_PLAIN = re.compile(
    rb"""(?<![\w.$#])(?:(?P<word>import|export)(?P<type>\s+type\b)?[^"'`;()=]{0,4000}?(?<![\w.$#])from\s*|(?P<side>import)\s*"""
    rb"""|(?P<call>import(?:\s*\.\s*\w+)?|require)\s*\(\s*)"""
    rb"""(?P<quote>["'])(?P<text>[^"'\\\r\n]+)(?P=quote)"""
)
"""A statement or call that names a module, as it reads without a grammar."""
_OPENS = re.compile(
    r"(?:fs|fsp|fse|fsPromises|promises|node_fs)(?:\.promises)?\.(?:read|write|append|copy|exists|stat|lstat|open|access|create|readdir|cp|rm)\w*"
)
_OPENS_SYNC = re.compile(
    r"(?:\w+\.)*(?:(?:read|write|append|copy)(?:File|Json|JSON)|readdir|exists|stat|lstat|open|access|cp|rm|mkdir)Sync|Bun\.file|Deno\.read\w+"
)
"""Calls whose first argument is a path seen from where the process was started."""
_PATH = re.compile(r"!?(?:\.{1,2}(?:/|$)|<rootDir>/).*")
_BARE_PATH = re.compile(r"!?[\w@.\[\]()-]+(?:/[\w@.*\[\](){},|+!?$-]+)+")
_BARE_PLACE = re.compile(r"[\w@.-]+(?:/[\w@.()-]+)+/?")
_WORD = re.compile(r"!?[\w@.-]+/?")
_DIRNAMES = frozenset({b"__dirname", b"import.meta.dirname"})
_WORTH = (b"__dirname", b"import.meta", b"process.cwd")
"""Without one of these no constant is a directory that could be followed."""

_Add = Callable[..., None]
"""Notes a mention: node, kind, base, and whether it is weak or deferred."""


class _Grammar(NamedTuple):
    parser: Parser
    query: Query
    strings: Query
    comments: Query
    constants: Query


class _Directory(NamedTuple):
    """What an expression stands for: the file's own directory (`joined`) or the process's (`cwd`), and what is put on top."""

    kind: str
    parts: str


@lru_cache(maxsize=2)
def _grammar(typed: bool) -> _Grammar:
    language = Language(tree_sitter_typescript.language_typescript() if typed else tree_sitter_typescript.language_tsx())
    return _Grammar(Parser(language), *(Query(language, text) for text in (_QUERY, _STRINGS, _COMMENTS, _CONSTANTS)))


def scan(source: bytes, *, typed: bool, config: bool) -> tuple[Mention, ...]:
    """The mentions in a script, by position; `typed` picks the grammar without JSX, `config` adds the strings that look like paths."""
    grammar = _grammar(typed)
    root = grammar.parser.parse(source).root_node
    found: dict[int, Mention] = {}
    constants = _constants(root, grammar.constants) if any(word in source for word in _WORTH) else {}
    library = tools.library_of(source)

    def add(node: Node, kind: str, base: str = "", *, weak: bool = False, deferred: bool = False) -> None:
        if (text := _decoded(node)) is not None:
            found.setdefault(node.start_byte, Mention(node.start_byte, node.end_byte, kind, text, base, weak, deferred))

    for _, captured in QueryCursor(grammar.query).matches(root):
        if nodes := captured.get("text"):
            _called(captured, nodes, add, library.calls if library else frozenset())
            continue
        if directories := captured.get("directory"):
            if (directory := _directory(directories[0], constants)) is not None:
                if tails := captured.get("tail"):
                    if (mention := _tail(tails[0], directory)) is not None:
                        found.setdefault(mention.start, mention)
                else:
                    _joined(captured["joined"][0], add, directory)
            continue
        if heads := captured.get("head"):
            if _is_computed(captured["called"][0]) and (mention := _folder(heads[0])):
                found.setdefault(mention.start, mention)
            continue
        for kind, nodes in captured.items():
            for node in nodes:
                if kind == "declare":
                    add(node, kind, weak=True, deferred=True)
                elif kind in {"import", "export"}:
                    typed_only = _is_type(node)
                    add(node, f"{kind}-type" if typed_only else kind, deferred=typed_only)
                elif kind == "equals":
                    add(node, "require")
    for mention in (*_references(source, root), *_jsdoc(source, root, grammar.comments), *_unparsed(source, root)):
        found.setdefault(mention.start, mention)
    if config or library:
        for node in QueryCursor(grammar.strings).captures(root).get("any", ()):
            text = _decoded(node)
            if text is None:
                continue
            key = _key(node)
            if library and key in library.keys and "/" in text[1:] and (_PATH.fullmatch(text) or _BARE_PATH.fullmatch(text)):
                add(node, "opened", weak=True, deferred=True)
            elif config and (kind := _configured(node, text, key)):
                base = _started_in(node) if key in tools.known().beside else ""
                if base is not None:
                    add(node, kind, base, weak=True, deferred=True)
    return tuple(found[start] for start in sorted(found))


def broken(source: bytes, *, typed: bool) -> int:
    """How many places of a script do not parse."""
    root = _grammar(typed).parser.parse(source).root_node
    return sum(1 for _ in _errors(root))


def _errors(node: Node) -> Iterator[Node]:
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from _errors(child)


def _decoded(node: Node) -> str | None:
    try:
        return (node.text or b"").decode()
    except UnicodeDecodeError:
        return None


def _is_type(node: Node) -> bool:
    statement = node.parent and node.parent.parent
    second = statement.children[1] if statement is not None and len(statement.children) > 1 else None
    return second is not None and (second.type in {"type", "typeof"} or (second.is_error and second.text == b"type"))


def _key(node: Node) -> str:
    """The key of an object whose value a text is, alone or in a list."""
    pair = node.parent.parent if node.parent is not None else None
    while pair is not None and pair.type in {"array", "parenthesized_expression", "as_expression", "satisfies_expression"}:
        pair = pair.parent
    named = pair.child_by_field_name("key") if pair is not None and pair.type == "pair" else None
    return (named.text or b"").decode("utf-8", "replace").strip("\"'") if named is not None else ""


def _started_in(node: Node) -> str | None:
    """The directory that `cwd` names in the object in which a text stands, empty where there is no `cwd`; None when nobody can know it."""
    pair = node.parent.parent if node.parent is not None else None
    entries = pair.parent.named_children if pair is not None and pair.parent is not None and pair.type == "pair" else []
    for entry in entries:
        name, value = entry.child_by_field_name("key"), entry.child_by_field_name("value")
        if name is not None and value is not None and (name.text or b"").strip(b"\"'") == b"cwd":
            if value.text in _DIRNAMES:
                return ""
            said = (value.text or b"")[1:-1].decode("utf-8", "replace") if value.type == "string" else "/"
            return None if said.startswith("/") else posixpath.normpath(said)
    return ""


def _called(captured: dict[str, list[Node]], nodes: list[Node], add: _Add, more: frozenset[str]) -> None:
    """`more` are the last names of further functions that are given a path as the process sees it."""
    if "globs" in captured:
        function = captured["globs"][0].child_by_field_name("function")
        if function is not None and _is_glob(function):
            for node in nodes:
                add(node, "glob", weak=True, deferred=True)
        return
    node = nodes[0]
    if made := captured.get("made"):
        kind = made[0].text
        arguments = made[0].next_named_sibling
        against_file = arguments is not None and b"import.meta.url" in (arguments.text or b"")
        if (kind == b"URL" and against_file) or kind in {b"Worker", b"SharedWorker"}:
            add(node, "url", weak=True, deferred=True)
        return
    function = captured["called"][0]
    if function.type == "import":
        add(node, "dynamic", deferred=True)
        return
    name = (function.text or b"").decode("utf-8", "replace").removeprefix("await ").strip()
    if name in _REQUIRES:
        add(node, "require", deferred=_in_function(function))
    elif name in _RESOLVES:
        add(node, "resolve", weak=True, deferred=True)
    elif name in _CONTEXTS:
        add(node, "folder", weak=True, deferred=True)
    elif name in _MOCKS:
        add(node, "mock", deferred=True)
    elif _is_glob(function):
        add(node, "glob", weak=True, deferred=True)
    elif b"/" in (node.text or b"")[1:] and not (node.text or b"").startswith(b"/") and (_is_started(name, node) or name.rpartition(".")[2] in more):
        add(node, "opened", weak=True, deferred=True)


def _is_started(name: str, node: Node) -> bool:
    """Whether a call reads its first text as a path from where the process was started."""
    if name == "path.resolve":
        return node.parent is not None and node.parent.next_named_sibling is None
    return (_OPENS_SYNC.fullmatch(name) or _OPENS.fullmatch(name)) is not None


def _is_glob(function: Node) -> bool:
    return function.text in {b"import.meta.glob", b"import.meta.globEager"}


def _in_function(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.type in _FUNCTIONS:
            return True
        above = above.parent
    return False


def _is_computed(function: Node) -> bool:
    return function.text in _COMPUTED or (function.text == b"URL" and _is_against_file(function))


def _is_against_file(constructor: Node) -> bool:
    arguments = constructor.next_named_sibling
    return arguments is not None and b"import.meta.url" in (arguments.text or b"")


def _folder(head: Node) -> Mention | None:
    """The directory before the first computed part of a specifier: `./locales/` of `./locales/${language}.json`."""
    text = _decoded(head)
    folder = text.rpartition("/")[0] if text is not None else ""
    return Mention(head.start_byte, head.start_byte + len(folder.encode()), "folder", folder, weak=True, deferred=True) if folder else None


def _joined(arguments: Node, add: _Add, directory: _Directory) -> None:
    """`path.join(__dirname, "a", "b")`: the last part is the mention, the parts before it are what it is read against."""
    parts = literals(arguments)
    if parts:
        add(
            parts[-1],
            directory.kind,
            "/".join(filter(None, (directory.parts, *(_decoded(part) or "" for part in parts[:-1])))),
            weak=True,
            deferred=True,
        )


def literals(arguments: Node) -> list[Node]:
    """The texts behind the first argument of a call, as far as they can be read off."""
    parts: list[Node] = []
    for argument in arguments.named_children[1:]:
        inner = argument.named_children
        if argument.type not in {"string", "template_string"} or len(inner) != 1 or inner[0].type != "string_fragment":
            break
        parts.append(inner[0])
    return parts


def _tail(node: Node, directory: _Directory) -> Mention | None:
    """What is put behind a directory and a slash: `a/b.json` of `__dirname + "/a/b.json"`."""
    text = _decoded(node)
    if text is None or not text.startswith("/") or not text.strip("/"):
        return None
    return Mention(node.start_byte + 1, node.end_byte, directory.kind, text[1:], directory.parts, weak=True, deferred=True)


def _constants(root: Node, query: Query) -> dict[bytes, _Directory]:
    """The constants of a script that stand for a directory that can be told from its text; what is said twice is none."""
    found: dict[bytes, _Directory] = {}
    said: set[bytes] = set()
    for _, captured in QueryCursor(query).matches(root):
        name = captured["name"][0].text or b""
        directory = None if name in said else _directory(captured["value"][0], found)
        found.pop(name, None)
        if directory is not None:
            found[name] = directory
        said.add(name)
    return found


def _directory(node: Node, known: Mapping[bytes, _Directory]) -> _Directory | None:
    """The directory that an expression stands for."""
    text = node.text or b""
    if text in _DIRNAMES:
        return _Directory("joined", "")
    if text == b"process.cwd()":
        return _Directory("cwd", "")
    if node.type == "identifier":
        return known.get(text)
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if node.type != "call_expression" or function is None or arguments is None or not arguments.named_children:
        return None
    name, first = (function.text or b"").rpartition(b".")[2], arguments.named_children[0]
    if name == b"fileURLToPath" and first.type == "new_expression" and _is_against_file(first.named_children[0]):
        inner = first.child_by_field_name("arguments")
        base = _decoded(inner.named_children[0]) if inner is not None and inner.named_children else None
        climb = posixpath.normpath(base[1:-1]) if base and re.fullmatch(r"[\"'](?:\.{1,2}/?)+[\"']", base) else None
        return None if climb is None else _Directory("joined", "" if climb == "." else climb)
    if name == b"dirname" and b"fileURLToPath(import.meta.url)" in (first.text or b""):
        return _Directory("joined", "")
    if name not in {b"join", b"resolve", b"dirname"} or (directory := _directory(first, known)) is None:
        return None
    if name == b"dirname":
        return directory._replace(parts=f"{directory.parts}/..".lstrip("/"))
    parts = literals(arguments)
    texts = [_decoded(part) for part in parts]
    if len(parts) != len(arguments.named_children) - 1 or any(part is None or part.startswith("/") for part in texts):
        return None
    return directory._replace(parts="/".join(filter(None, (directory.parts, *texts))))


def _configured(node: Node, text: str, key: str) -> str:
    """The kind of a text in a tool's configuration, or nothing: `made` where a path stands for sure, `place` and `path` where one may."""
    string = node.parent
    pair = string.parent if string is not None else None
    if pair is not None and pair.type == "pair" and pair.child_by_field_name("key") == string:
        return "path" if _PATH.fullmatch(text) or _BARE_PATH.fullmatch(text) else ""
    keys = tools.known()
    path = _PATH.fullmatch(text) or _BARE_PATH.fullmatch(text) or _BARE_PLACE.fullmatch(text)
    if (path and key in keys.slashed) or (key in keys.sure and (path or _WORD.fullmatch(text))):
        return "made"
    if key and key not in keys.never and "/" not in key and _BARE_PLACE.fullmatch(text):
        return "place"
    return "path" if path else ""


def parts_of(source: bytes, *, typed: bool) -> dict[int, list[tuple[int, int]]]:
    """By where the last of them begins: the spans of the texts that are joined on a directory."""
    grammar = _grammar(typed)
    found: dict[int, list[tuple[int, int]]] = {}
    for _, captured in QueryCursor(grammar.query).matches(grammar.parser.parse(source).root_node):
        if joined := captured.get("joined"):
            parts = [(node.start_byte, node.end_byte) for node in literals(joined[0])]
            if parts:
                found[parts[-1][0]] = parts
    return found


def _references(source: bytes, root: Node) -> Iterator[Mention]:
    """Triple-slash directives: they count only before the first statement."""
    if b"<reference" not in source:
        return
    first = next((child.start_byte for child in root.children if child.type not in {"comment", "hash_bang_line"}), len(source))
    for match in _REFERENCE.finditer(source, 0, max(first, 0)):
        try:
            text = match[3].decode()
        except UnicodeDecodeError:
            continue
        yield Mention(match.start(3), match.end(3), f"reference-{match[1].decode()}", text, deferred=True)


def _jsdoc(source: bytes, root: Node, comments: Query) -> Iterator[Mention]:
    """`import("…")` types and `@import` tags in comments, as JavaScript that is checked by TypeScript writes them."""
    if b"/**" not in source or (b"import(" not in source and b"@import" not in source):
        return
    for node in QueryCursor(comments).captures(root).get("comment", ()):
        for match in _JSDOC.finditer(source, node.start_byte, node.end_byte):
            try:
                text = match[2].decode()
            except UnicodeDecodeError:
                continue
            yield Mention(match.start(2), match.end(2), "jsdoc", text, weak=True, deferred=True)


def _unparsed(source: bytes, root: Node) -> Iterator[Mention]:
    """What a script with places that the grammar does not know (it is older than the language) names, read without it.

    The tree still tells which strings are strings: what stands in a comment or in another text is none.
    """
    if not root.has_error:
        return
    for match in _PLAIN.finditer(source):
        start, end = match.span("text")
        node = root.descendant_for_byte_range(start, end)
        if node is None or (node.type, node.start_byte, node.end_byte) != ("string_fragment", start, end) or (text := _decoded(node)) is None:
            continue
        if match["call"] == b"require":
            yield Mention(start, end, "require", text, deferred=_in_function(node))
        elif match["call"]:
            yield Mention(start, end, "dynamic", text, deferred=True)
        else:
            kind = (match["word"] or match["side"]).decode() + ("-type" if match["type"] else "")
            yield Mention(start, end, kind, text, deferred=match["type"] is not None)


def parsed(source: bytes, *, typed: bool) -> Node:
    """The root of a source's syntax tree."""
    return _grammar(typed).parser.parse(source).root_node
