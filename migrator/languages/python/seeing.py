"""What a Python source mentions: candidates are found in the bytes, the syntax tree says which of them are real.

Kinds: `from` (one name of a from-import, `base` its module), `star`, `import` (one module of an import statement), `use` (an
expression that begins with a name bound by an import without `as`, with all its attributes), `attribute` (one that begins with another
imported name, `base` what that stands for), `call` (a string that stands where a module is named), `task` (one that stands where a task is),
`all` (`app.tasks.*`), `string` (any other string that is a dotted name), `doc` (a dotted name in a comment or docstring), `path` and
`doc-path` (a path, the same two ways), `folder` (a path that stands where a folder or a file is named, `base` a dot where the file sees it),
`file-path` (a path built on `__file__`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Container, Iterator

from migrator.atlas.python import STDLIB
from migrator.languages.base import Mention
from migrator.languages.python import beginnings
from migrator.languages.python.excerpts import parsed
from migrator.languages.python.filepaths import file_paths, standing_on_file
from migrator.languages.python.parsing import LETTERS, Node, decoded, enclosing, import_statements, lazy_start, occurrences, parse, text_of
from migrator.languages.python.places import folders, marks, single_words, what_stands_at
from migrator.languages.python.scopes import uses

__all__ = ["attributes", "broken", "contracts", "scan"]

_BLANK = re.compile(rb"[\s\\]+")
_NAME = rb"[^\W\d]\w*"
_DOTTED = rb"%s(?:\.%s)+" % (_NAME, _NAME)
# Every pattern begins with a literal: that is what makes a search fast.
_BODY = rb"(%s(?::[^\W\d][\w.]*)?|%s:%s|\.+%s(?:\.%s)*)" % (_DOTTED, _NAME, _NAME, _NAME, _NAME)
_STRINGS = tuple(re.compile(quote + _BODY + quote) for quote in (b'"', b"'"))
_WORDS = tuple(
    re.compile(lead + rb"""\s*(["'])(%s)\1""" % _NAME)
    for lead in (
        rb"sys\.modules\s*(?:\[|\.\w+\(|,)",
        rb"import_module\(",
        rb"__import__\(",
        rb"""import_module\(\s*["'][\w.]*["']\s*,\s*(?:package\s*=\s*)?""",
        rb"""-m["'],""",
        rb"pytest_plugins\s*=\s*[\[(]?",
    )
)
_WORD = re.compile(_NAME)
_ALL_BELOW = tuple(re.compile(rb"%s(%s(?:\.%s)*)\.\*%s" % (quote, _NAME, _NAME, quote)) for quote in (b'"', b"'"))
_QUOTED = re.compile(rb"`[~!]?(?:[^`<\n]*<)?(%s)>?`" % _DOTTED)
_COMMANDS = (
    re.compile(rb" -m\s+(%s)" % _DOTTED),
    re.compile(rb"corn\s+(%s(?:\.%s)*:%s)" % (_NAME, _NAME, _NAME)),
    re.compile(rb"celery\s+(?:-A|--app)[\s=]+(%s)" % _DOTTED),
)
"""Modules on a command line: `python -m`, `uvicorn` and `gunicorn`, `celery -A`."""
_IMPORTING = re.compile(rb"import\b[ \t]*(\([^()]*\)|(?:[^\n\\]|\\\r?\n)*)")
_FILE_NAME = re.compile(rb"/(?:[\w.-]*\w)?\.[^\W\d]\w*(?![\w/\\*{}$%<>])")
_PATH = re.compile(rb"(?:\.{1,2}/)*(?:[\w.-]+/)+[\w.-]+")
_PATH_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-"
_NOT_BEFORE_PATH = frozenset(b"\\:<>{}$%~@*")
_TASK_NAME = re.compile(rb"""(?:task|actor)\((?:[^()]|\([^()]*\))*?\b(?:actor_|task_)?name\s*=\s*(["'])([\w.]+)\1""")
_SELF = b" self"
_CHAIN = re.compile(rb"\.[^\W\d]\w*(?:\.[^\W\d]\w*)+")
"""The attributes of an expression that leads through a package: a module, and something in it."""
_PACKAGE_SAID = re.compile(rb"""\s*,\s*(?:package\s*=\s*)?(["'])(%s(?:\.%s)*)\1\s*\)""" % (_NAME, _NAME))
_PACKAGE_ARGUMENT = re.compile(rb"\s*,\s*(?:package\s*=\s*)?(?:__package__|__name__|__spec__\.parent)\s*\)")

_ENTRY_POINTS = frozenset({"run", "Config", "Popen", "check_call"})
"""Functions that are given `module:attribute` with a module at the top."""


def scan(source: bytes, dialect: str) -> tuple[Mention, ...]:
    """Every mention in a source, by position."""
    del dialect
    found = _Candidates(source)
    root = parsed(source, found.spans)
    imports = _Imports(root, source, found.leading)
    if not imports.names <= found.imported:
        root = parse(source)
        imports = _Imports(root, source, found.leading)
    return tuple(sorted([*_imports(root, imports, found), *_strings(root, found), *_prose(root, found), *file_paths(root, source)]))


class _Candidates:
    """What may be a mention, by its looks alone. The syntax tree has to be asked about each."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.strings = [match for pattern in _STRINGS for match in pattern.finditer(source)]
        self.all_below = [match for pattern in _ALL_BELOW for match in pattern.finditer(source)] if b".*" in source else []
        self.begun = list(beginnings.candidates(source))
        self.words = [match for pattern in _WORDS for match in pattern.finditer(source)]
        self.marks = marks(source)
        self.quoted = list(_QUOTED.finditer(source))
        self.commands = [match for pattern in _COMMANDS for match in pattern.finditer(source)]
        self.paths = list(_paths(source))
        self.imported: set[str] = set()
        """The names that imports may bind, and more."""
        self.leading: dict[str, list[tuple[int, int]]] = {}
        """By those that have attributes which may lead through a package to a module: where they stand, with these."""
        self.spans = [match.span() for found in (self.strings, self.all_below, self.begun, self.words, self.quoted, self.commands) for match in found]
        self.spans += self.marks
        self.spans += self.paths
        self.spans += standing_on_file(source)
        self._look_at_imports()

    def _look_at_imports(self) -> None:
        source = self.source
        known: set[tuple[bytes, bool]] = set()
        found = [(match, set(_WORD.findall(match[1]))) for match in _IMPORTING.finditer(source)]
        led = _led(source, set[bytes]().union(*(words for _, words in found)))
        for match, words in found:
            self.spans.append(match.span())
            taken = b"from" in source[source.rfind(b"\n", 0, match.start()) + 1 : match.start()]
            for word in words:
                name = decoded(word)
                # A name that is taken from a module here may be a module that is imported there.
                if (word, taken) in known or (name in STDLIB and not taken):
                    continue
                known.add((word, taken))
                self.imported.add(name)
                if chains := led.get(word):
                    self.leading[name] = chains
                if not taken or (chains and not name[0].isupper()):
                    self.spans.extend((at, at + len(word)) for at in occurrences(source, word))


def contracts(source: bytes) -> frozenset[str]:
    """The names that a source gives to tasks: other processes know them, they stay whatever moves."""
    if b"name" not in source or (b"task(" not in source and b"actor(" not in source):
        return frozenset()
    return frozenset(decoded(match[2]) for match in _TASK_NAME.finditer(source))


def broken(source: bytes, dialect: str) -> int:
    """How many places do not parse."""
    del dialect
    root = parse(source)
    if not root.has_error:
        return 0
    count, pending = 0, [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            count += 1
        elif node.has_error:
            pending.extend(node.children)
    return count


# imports -------------------------------------------------------------------------------------------------------------------------


def _imports(root: Node, imports: _Imports, candidates: _Candidates) -> Iterator[Mention]:
    source = candidates.source
    yield from imports.mentions
    spans = {statement.start_byte: statement.end_byte for statement in imports.statements}
    starts = sorted(spans)
    for first, importing in imports.bound.items():
        for use in uses(root, source, first, importing):
            # In a broken text the names of an import look like uses.
            before = bisect_right(starts, use.start)
            if not before or spans[starts[before - 1]] <= use.start:
                yield Mention(use.start, use.end, "use", use.text, deferred=True)
    for alias, (package, importing) in imports.stands.items():
        chains = dict(candidates.leading[alias])
        if not alias[0].isupper():
            kept = {use.start for use in uses(root, source, alias, importing)}
            chains = {start: end for start, end in chains.items() if start in kept}
        for start, end in chains.items():
            yield Mention(start, end, "attribute", decoded(source[start:end]), package, deferred=True)


def attributes(source: bytes, alias: str) -> frozenset[int]:
    """Where those of the expressions begin that `attribute` says which go through the imported name and no other of that name.

    A scan leaves this open where the name is written as those of classes are: hardly one of them is a package, and nobody has to know.
    """
    root = parse(source)
    _, importing = _Imports(root, source, {alias}).stands.get(alias, ("", []))
    return frozenset(use.start for use in uses(root, source, alias, importing))


class _Imports:
    """What the imports of a source name and bind."""

    def __init__(self, root: Node, source: bytes, leading: Container[str]) -> None:
        self.mentions: list[Mention] = []
        self.bound: dict[str, list[Node]] = {}
        """By name that `import name` or `import name.other` binds: those statements."""
        self.statements = list(import_statements(root, source))
        several: dict[str, dict[str, list[Node]]] = {}
        for statement in self.statements:
            if statement.type == "import_from_statement":
                for mention, alias in _from_import(statement, source):
                    self.mentions.append(mention)
                    if alias in leading and mention.kind == "from" and mention.base.partition(".")[0] not in STDLIB:
                        several.setdefault(alias, {}).setdefault(f"{mention.base}:{mention.text}", []).append(statement)
            elif statement.type == "import_statement":
                deferred = _is_deferred(statement, source)
                for item in statement.children_by_field_name("name"):
                    name = item.child_by_field_name("name") if item.type == "aliased_import" else item
                    if name is None:
                        continue
                    text = _text(name, source)
                    self.mentions.append(Mention(name.start_byte, name.end_byte, "import", text, deferred=deferred))
                    if (first := text.partition(".")[0]) in STDLIB:
                        continue
                    if item is name:
                        self.bound.setdefault(first, []).append(statement)
                    elif (other := item.child_by_field_name("alias")) is not None and _text(other, source) in leading:
                        several.setdefault(_text(other, source), {}).setdefault(text, []).append(statement)
        # What has the same name for several things is nobody's to tell.
        self.stands = {alias: next(iter(found.items())) for alias, found in several.items() if len(found) == 1 and alias not in self.bound}
        """By any other imported name that leads to something and stands for one thing: that, and the statements."""
        self.names = {*self.bound, *self.stands}


def _led(source: bytes, names: Collection[bytes]) -> dict[bytes, list[tuple[int, int]]]:
    """By name: where it stands with attributes that may lead through a package to a module, and something in it."""
    found: dict[bytes, list[tuple[int, int]]] = {}
    plain = b"self" not in names
    for chain in _CHAIN.finditer(source) if names else ():
        start = end = chain.start()
        if plain and source.startswith(_SELF, end - len(_SELF)):
            continue  # the most frequent of all
        while start and source[start - 1] in LETTERS:
            start -= 1
        if source[start:end] in names and source[start - 1 : start] != b".":
            found.setdefault(source[start:end], []).append((start, chain.end()))
    return found


def _from_import(statement: Node, source: bytes) -> Iterator[tuple[Mention, str]]:
    """What a from-import names, each with the name that it gets here."""
    module = statement.child_by_field_name("module_name")
    if module is None:
        return
    base, deferred = _text(module, source), _is_deferred(statement, source)
    for item in statement.children_by_field_name("name"):
        name = item.child_by_field_name("name") if item.type == "aliased_import" else item
        if name is not None:
            alias = item.child_by_field_name("alias") or name
            yield Mention(name.start_byte, name.end_byte, "from", _text(name, source), base, deferred=deferred), _text(alias, source)
    last = statement.children[-1]
    if last.type == "wildcard_import":
        yield Mention(last.start_byte, last.end_byte, "star", "*", base, deferred=deferred), "*"


def _text(node: Node, source: bytes) -> str:
    """What a dotted name says, without the blanks and continued lines that may stand in it."""
    text = source[node.start_byte : node.end_byte]
    return decoded(text if text.isalnum() else _BLANK.sub(b"", text))


def _is_deferred(statement: Node, source: bytes) -> bool:
    """Whether an import does not run when its file is loaded: it is lazy, stands in a function, or is for type checkers only."""
    if lazy_start(statement, source) != statement.start_byte:
        return True
    if statement.start_point.column == 0:
        return False
    inner, here = statement, statement.parent
    while here is not None:
        if here.type in {"function_definition", "lambda"}:
            return True
        if here.type == "if_statement" and here.child_by_field_name("consequence") == inner:
            condition = here.child_by_field_name("condition")
            if condition is not None and condition.text is not None and condition.text.rpartition(b".")[2] == b"TYPE_CHECKING":
                return True
        inner, here = here, here.parent
    return False


# strings -------------------------------------------------------------------------------------------------------------------------


def _strings(root: Node, candidates: _Candidates) -> Iterator[Mention]:
    source = candidates.source
    own = b"__file__" in source
    own_names = contracts(source)
    for match in candidates.strings:
        string = _whole_string(root, match) if decoded(match[1]) not in own_names else None
        if string is None or (own and _is_under_file(string, source)):
            continue
        kind, base = _role(string, match[1], source)
        if kind:
            yield Mention(*match.span(1), kind, decoded(match[1]), base, weak=True, deferred=True)
    for match in candidates.all_below:
        string = _whole_string(root, match, match.end() - 1)
        if string is not None and what_stands_at(string) in {"module", "task"}:
            yield Mention(*match.span(1), "all", decoded(match[1]), weak=True, deferred=True)
    for match in candidates.begun:
        if (rest := beginnings.rest(root, match)) is not None:
            yield Mention(*match.span(1), "begun", decoded(match[1]), rest, weak=True, deferred=True)
    words = set(single_words(root, candidates.marks))
    for match in candidates.words:
        quote = root.descendant_for_byte_range(match.start(1), match.end(1))
        if quote is not None and quote.type == "string_start":
            words.add(match.start(2))
    for start in sorted(words):
        word = _WORD.match(source, start)
        if word is not None and decoded(word[0]) not in STDLIB:
            yield Mention(*word.span(), "call", decoded(word[0]), weak=True, deferred=True)


def _whole_string(root: Node, match: re.Match[bytes], end: int = -1) -> Node | None:
    """The string node that a match fills from quote to quote; `end` is where the closing one begins, if not behind its group."""
    quote = root.descendant_for_byte_range(match.start(), match.start() + 1)
    if quote is None or quote.type != "string_start" or quote.end_byte != match.start(1):
        return None
    string = quote.parent
    if (
        string is None
        or string.children[-1].start_byte != (match.end(1) if end < 0 else end)
        or (string.parent is not None and string.parent.type == "concatenated_string")
    ):
        return None
    return None if match.string[quote.start_byte : quote.start_byte + 1] in b"bB" else string


def _role(string: Node, text: bytes, source: bytes) -> tuple[str, str]:
    """The kind of mention that a dotted string is, by where it stands, and what it is relative to; no kind when it is none."""
    above = string.parent
    if above is None or above.type == "expression_statement":
        return "", ""
    place = what_stands_at(string)
    if place in {"name", "folder", "beside"}:
        return "", ""
    listed = above.parent if above.type == "keyword_argument" else above
    call = listed.parent if listed is not None and listed.type == "argument_list" else None
    called = text_of(call.child_by_field_name("function") if call is not None else None).rpartition(".")[2]
    if text.startswith(b"."):
        if called == "lazy" or (called == "import_module" and _PACKAGE_ARGUMENT.match(source, string.end_byte)):
            return "call", "."
        said = _PACKAGE_SAID.match(source, string.end_byte) if called in {"import_module", "find_spec", "resolve_name"} else None
        return ("call", decoded(said[2])) if said is not None else ("", "")
    if b":" in text and b"." not in text.partition(b":")[0] and place != "module" and called not in _ENTRY_POINTS:
        return "", ""
    if place != "module" and called == "import_module" and listed is not None and beginnings.is_relative(listed.named_children[0]):
        return "begun", ""  # the package of a relative name
    return {"module": "call", "logger": "call", "task": "task"}.get(place, "string"), ""


# prose and paths -----------------------------------------------------------------------------------------------------------------


def _prose(root: Node, candidates: _Candidates) -> Iterator[Mention]:
    source = candidates.source
    for found, said_in_strings in ((candidates.quoted, False), (candidates.commands, True)):
        for match in found:
            node = root.descendant_for_byte_range(*match.span(1))
            if node is not None and (_is_prose(node) or (said_in_strings and node.type == "string_content")):
                yield Mention(*match.span(1), "doc", decoded(match[1]), weak=True, deferred=True)
    named = set()
    for string, size, base in folders(root, candidates.marks):
        start = string.children[1].start_byte
        named.add(start)
        if not _is_added(string.children[1]):
            yield Mention(start, start + size, "folder", decoded(source[start : start + size]), base, weak=True, deferred=True)
    for start, end in candidates.paths:
        if start in named:
            continue
        node = root.descendant_for_byte_range(start, end)
        if node is None:
            continue
        if _is_prose(node):
            yield Mention(start, end, "doc-path", decoded(source[start:end]), weak=True, deferred=True)
        elif node.type == "string_content" and (node.start_byte, node.end_byte) == (start, end) and not _is_added(node):
            yield Mention(start, end, "path", decoded(source[start:end]), weak=True, deferred=True)


def _paths(source: bytes) -> Iterator[tuple[int, int]]:
    """Where relative paths of files stand: found by their last slash, read back to where they begin."""
    for match in _FILE_NAME.finditer(source):
        before = source[max(0, match.start() - 200) : match.start()]
        start = match.start() - (len(before) - len(before.rstrip(_PATH_LETTERS)))
        if not (start and source[start - 1] in _NOT_BEFORE_PATH) and _PATH.fullmatch(source, start, match.end()):
            yield start, match.end()


def _is_prose(node: Node) -> bool:
    """Whether a node is a comment or the text of a docstring."""
    if node.type == "comment":
        return True
    string = enclosing(node, "string") if node.type in {"string_content", "string"} else None
    return string is not None and string.parent is not None and string.parent.type == "expression_statement"


def _is_added(content: Node) -> bool:
    """Whether a string is put behind another path, so that its own bases are not known."""
    string = content.parent
    above = string.parent if string is not None else None
    if string is None or above is None:
        return False
    if above.type == "binary_operator":
        return above.child_by_field_name("right") == string
    call = above.parent if above.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    called = (function.text or b"").rpartition(b".")[2] if function is not None else b""
    return called == b"joinpath" or (called == b"join" and above.named_child(0) != string)


def _is_under_file(node: Node, source: bytes) -> bool:
    """Whether a string is part of a path built on `__file__`, which is a mention of its own."""
    here: Node | None = node
    while here is not None and here.type not in {"expression_statement", "block", "module"}:
        if here.type in {"binary_operator", "call"} and b"__file__" in source[here.start_byte : here.end_byte]:
            return True
        here = here.parent
    return False
