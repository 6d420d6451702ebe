"""Shell commands wherever they stand: scripts, recipes, workflow steps, package scripts, code blocks.

The grammar says what is a command, a word, a comment (`bash`); this says what a word names. Words are read against the working
directory, a value that follows `cd`, `pushd`, `popd`, subshells, branches and functions, and is None where nobody can know it;
variables that hold a known folder are followed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.text.page import FILE, HOME, IMAGE, UP, Page, below
from migrator.languages.text.readers import bash, programs, words

if TYPE_CHECKING:
    from tree_sitter import Node

Environment = dict[str, str | None]
"""What a variable holds, as a base; None when it is not known."""
Span = tuple[int, int]

_SELF = "self"
"""What `$0` holds: the script's own path; its parent is the script's folder."""
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")
_VARIABLE = re.compile(r'"?\$[{(]?(\w+|BASH_SOURCE\[0\])[)}]?"?(?=[/"]|$)/*')
_CALLED = re.compile(r"\$\(\w+\)")
"""A variable of a Makefile, which looks like a command."""
_OPTION = re.compile(r"--?[A-Za-z][\w.-]*=")
_FLAG = re.compile(r"--?[A-Za-z]")
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_TARGET = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):[A-Za-z_][\w.]*(?:\(.*\))?")
SERVED = re.compile(r"\b(?:uvicorn|gunicorn|hypercorn|daphne|granian)\b[^\n]*?[ \"']([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):[A-Za-z_]\w*")
"""A server and the module that it serves, on one line of whatever text."""
_IMPORT = re.compile(r"\b(?:from|import) +([A-Za-z_]\w*(?:\.\w+)*)|import_module\(\\?['\"]([A-Za-z_]\w*(?:\.\w+)*)")
_BARE = re.compile(r"\.?[\w+-][\w.+@-]*")
_PATHLIKE = re.compile(r"[\w.+@*?\[\]{}()!,:#$%~/-]+")
_BREAK = re.compile(r"(/[\w.-]+)(?:\\{1,2}[nrt])+")
"""A path, and the end of a line or a tabulator as `printf` writes it."""
_LISTED = re.compile(r"[^\s,{}()\[\]:]+(?:,[^\s,{}()\[\]:]+)+")
"""Several things, separated by commas."""
_MEMBER = re.compile(r"(?:[a-z]+=)?([^,]+)")
"""One of them, perhaps with a key."""
_SEARCHED = re.compile(r"(?:[A-Z_]*PATH|COMPOSE_FILE)\Z")
"""Variables that hold directories or files, separated by colons."""
_SHEBANG = re.compile(r"#![^\n]*\b(?:ba|z|da|k)?sh\b")
_ABSOLUTE = re.compile(r"(?:/[\w.+@-]+){2,}/?")
_LINE = re.compile(r"(?:[^\n\\]|\\.|\\\n)+", re.DOTALL)
"""A line with those that continue it."""
_FOLDER_NAMES = ("DIR", "PATH", "ROOT", "FOLDER", "FILE", "dir", "path", "root")
_OTHER_NAMES = re.compile(r"IMAGE|REGISTRY|REPO(?:SITORY)?$|TAG|URL|HOST|NAME|BRANCH|USER", re.IGNORECASE)
_ROOT_NAMES = re.compile(r"ROOT|REPO|WORKSPACE|PROJECT", re.IGNORECASE)
_MADE_NAMES = re.compile(r"OUT|DEST|DIST|GEN|TARGET|ARTIFACT|REPORT|CACHE", re.IGNORECASE)
_ELSEWHERE = frozenset({"HOME", "TMPDIR", "TEMP", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME", "PATH", "GOPATH", "RUNNER_TEMP"})
_ENDS = frozenset({"exit", "return", "die", "fail", "continue", "break", "exec"})
"""Commands after which nothing of the same branch runs."""


class Word(NamedTuple):
    """A word of a command: its span inside its quotes, and where it goes on behind a substitution at its head that leads to `base`."""

    start: int
    end: int
    head: int = -1
    base: str | None = None


def scan(page: Page, start: int, end: int, base: str = UP, env: Mapping[str, str | None] | None = None) -> Environment:
    """Note what the commands of a span name; returns the variables that they set."""
    shell = Session(page, base, env or {})
    shell.script(start, end)
    return shell.env


def whole(page: Page) -> None:
    """A shell script."""
    scan(page, 0, len(page.text))


def script(page: Page) -> None:
    """A file without an extension, if its first line says that a shell runs it."""
    if _SHEBANG.match(page.text):
        whole(page)


def modules(page: Page, spans: list[Span], base: str) -> None:
    """The modules that one command names, and nothing else."""
    if spans and programs.TELLS_MODULES.search(page.text, spans[0][0], spans[-1][1]) is not None:
        before = len(page.found)
        Session(page, base, {}).arguments([Word(*span) for span in spans])
        page.found[before:] = [mention for mention in page.found[before:] if mention.kind == "module"]


def composes(page: Page, spans: list[Span], cwd: str | None) -> None:
    """Where one command has compose find its files by itself."""
    shell = Session(page, cwd, {})
    spoken = [Word(*span) for span in spans]
    shell.composing(spoken, programs.Arguments([page.text[slice(*span)] for span in spans]) if spans else None)


def arguments(page: Page, spans: list[Span], base: str) -> None:
    """One command whose words are already apart, as in a JSON list."""
    Session(page, base, {}).command([Word(*span) for span in spans])


def assigned(page: Page, name: str, span: Span, base: str, env: Environment) -> None:
    """A variable is set to what stands in a span."""
    if span[0] < span[1]:
        shell = Session(page, base, env)
        shell.open(*span)
        shell.assign(name, shell.whole())
        env[name] = shell.env[name]


def operand(page: Page, span: Span, base: str, env: Environment, kind: str = "") -> None:
    """One word that may be a path."""
    Session(page, base, env).operand(Word(*span), kind=kind)


class Session:
    """A shell while its commands are read: the working directory (None when nobody can know it) and the variables.

    Positions are those of `text`, what is being read; `place` says where they are on the page.
    """

    def __init__(self, page: Page, base: str | None, env: Mapping[str, str | None], roots: Mapping[str, str] | None = None) -> None:
        self.page = page
        self.text = page.text
        self.places: Sequence[int] = range(len(page.text))
        self.cwd: str | None = base
        self.last: str | None = None
        """Where `cd -` leads."""
        self.before: list[str | None] = []
        self.env: Environment = dict(env)
        self.roots = roots or {}
        """Absolute directories that are known, as in an image, and the bases that they are; the longest come first."""
        self.functions: dict[str, tuple[str | None, str | None]] = {}
        """The directories in which a function begins and ends, of those that walk."""
        self.said: str | None = None
        """The directory that the last command printed."""
        self.listed = False
        """Whether the last command printed paths from the root of the repository."""
        self.ended = False
        """Whether the last command left the script, so that nothing behind it runs here."""

    # -- positions ------------------------------------------------------------------------------------------------------

    def open(self, start: int, end: int) -> None:
        """Read a span of the page from now on."""
        read = bash.unescaped(self.page.text, start, end)
        self.text, self.places = read or (self.page.text[start:end], range(start, end))

    def place(self, start: int, end: int) -> Span:
        """Where a span of the text is on the page."""
        if start >= end:
            at = self.places[start] if start < len(self.places) else len(self.page.text)
            return at, at
        return self.places[start], self.places[end - 1] + 1

    def add(self, kind: str, start: int, end: int, base: str) -> None:
        """Note a mention."""
        self.page.add(kind, *self.place(start, end), base)

    def prose(self, start: int, end: int) -> None:
        """Text for people: only what has a slash counts; an escape for a line's end or a tabulator behind a path ends it."""
        base = UP if self.cwd is None or self.cwd.startswith(IMAGE) else self.cwd
        at = start
        for found in _BREAK.finditer(self.text, start, end):
            words.scan(self.page, *self.place(at, found.end(1)), base)
            at = found.end()
        words.scan(self.page, *self.place(at, end), base)

    # -- structure ------------------------------------------------------------------------------------------------------

    def script(self, start: int, end: int) -> None:
        """The commands of a span of the page, one after the other."""
        self.open(start, end)
        self.run(bash.parse(self.text))

    def whole(self) -> Word:
        """The text as one word."""
        node = bash.parse(self.text)
        while len(node.children) == 1 and node.type not in bash.WORDS:
            node = node.children[0]
        return self.word(node) if node.type in bash.WORDS and node.end_byte - node.start_byte == len(self.text) else Word(0, len(self.text))

    def run(self, node: Node) -> None:
        """What a part of a script does."""
        match node.type:
            case "command" | "test_command" | "unset_command":
                self.simple(node)
            case "comment":
                self.prose(node.start_byte + 1, node.end_byte)
            case "variable_assignment" if self.text.startswith("-", node.start_byte):
                self.command([self.word(node)])  # the grammar takes an option that comes first for one
            case "variable_assignment":
                self.assignment(node)
            case "redirected_statement":
                self.redirected(node)
            case "subshell" | "command_substitution" | "process_substitution":
                self.apart(node.children)
            case "pipeline":
                self.pipeline(node)
            case "list":
                self.joined(node)
            case "if_statement" | "while_statement" | "for_statement" | "c_style_for_statement" | "case_statement":
                self.branching(node)
            case "function_definition":
                self.function(node)
            case "ERROR":
                self.broken(node)
            case kind if kind in bash.WORDS:
                self.operand(self.word(node))
            case _:
                self.sequence(node.children)

    def sequence(self, nodes: Sequence[Node]) -> None:
        """One after the other; what runs in the background walks alone."""
        for node, following in zip_longest(nodes, nodes[1:]):
            if following is not None and following.type == "&":
                self.apart([node])
            elif node.is_named:
                self.run(node)

    def apart(self, nodes: Sequence[Node]) -> None:
        """A shell of its own: the directory and the variables are as they were behind it."""
        held = self.cwd, self.last, self.before, self.env
        self.before, self.env = [*self.before], dict(self.env)
        self.sequence(nodes)
        self.cwd, self.last, self.before, self.env = held
        self.ended = False

    def pipeline(self, node: Node) -> None:
        """Each command of a pipe is a shell of its own that sees what the one before it says."""
        self.listed = False
        for child in node.named_children:
            self.apart([child])

    def joined(self, node: Node) -> None:
        """`left && right`, `left || right`: behind both one stands where either of them may have led."""
        left, *marks, right = node.children
        begun = self.cwd
        self.run(left)
        reached = self.cwd
        if any(mark.type == "||" for mark in marks):
            self.cwd = begun if left.type == "command" else reached
            started = self.cwd
            self.run(right)
            if self.ended or place(self.cwd) == place(started):
                self.cwd = reached
            elif place(self.cwd) != place(reached):
                self.cwd = None
            self.ended = False
        else:
            self.run(right)
            if left.type == "test_command":  # `[ -d x ] && cd x`: nobody knows whether
                self.cwd = reached if place(self.cwd) == place(reached) or self.ended else None
                self.ended = False

    def branching(self, node: Node) -> None:
        """Branches and loops: behind them the directory is known when all ways through lead to the same one."""
        loops = node.type.endswith(("while_statement", "for_statement"))
        parts: list[list[Node]] = [[]]
        complete = False
        for child in node.children:
            if child.type in {"elif_clause", "else_clause", "case_item"}:
                complete = complete or child.type == "else_clause"
                parts.append([child])
            else:
                parts[0].append(child)
        if node.type == "case_statement":
            complete = any(self.text[item.start_byte : item.end_byte].lstrip("( ").startswith("*)") for (item,) in parts[1:])
        entry: str | None = self.cwd
        ends: list[str | None] = []
        for part in parts:
            self.cwd, self.ended = entry, False
            self.sequence(part)
            if not self.ended and not (node.type == "case_statement" and part is parts[0]):
                ends.append(self.cwd)
        if loops or not complete:
            ends.append(entry)
        self.ended = not ends
        self.cwd = ends[-1] if ends and len({place(end) for end in ends}) == 1 else None

    def function(self, node: Node) -> None:
        """A function: read where it is defined; where it is called it leads as far as it did there."""
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        if name is None or body is None:
            return
        begun, held = self.cwd, self.before
        self.before = []
        self.run(body)
        if place(self.cwd) != place(begun):
            self.functions[self.said_by(name)] = begun, self.cwd
        else:
            self.functions.pop(self.said_by(name), None)
        self.cwd, self.before, self.ended = begun, held, False

    def said_by(self, node: Node) -> str:
        """The text of a part."""
        return self.text[node.start_byte : node.end_byte]

    def broken(self, node: Node) -> None:
        """What does not parse: each of its lines by itself, and of a single line the words."""
        text, places = self.text, self.places
        start, end = node.start_byte, node.end_byte
        lines = [found.span() for found in _LINE.finditer(text, start, end)]
        if len(lines) > 1:
            for first, last in lines:
                self.text, self.places = text[first:last], places[first:last]
                self.run(bash.parse(self.text))
            self.text, self.places = text, places
            return
        spoken: list[Word] = []
        for child in node.children:
            if child.type in bash.WORDS or child.type == "command_name":
                spoken.append(self.word(child))
            else:
                self.command(spoken)
                spoken = []
                if child.is_named:
                    self.run(child)
        self.command(spoken)

    # -- commands -------------------------------------------------------------------------------------------------------

    def redirected(self, node: Node) -> None:
        """A statement with what it reads and writes."""
        body = node.child_by_field_name("body")
        for child in node.children:
            if child == body:
                self.run(child)
            elif child.is_named:
                self.redirect(child, body)

    def redirect(self, node: Node, body: Node | None) -> None:
        """A file that is read or written, or text that stands in the script."""
        if node.type == "file_redirect":
            writes = any(child.type.startswith((">", "&>")) for child in node.children)
            for child in node.named_children:
                if child.type in bash.WORDS - {"number"}:
                    self.operand(self.word(child), bare=True, kind="made" if writes else "")
            return
        for child in node.children:
            if child.type == "heredoc_body":
                program = self.said_by(body).split(maxsplit=1)[0] if body is not None else ""
                if program.rpartition("/")[2] in programs.SHELLS:
                    inner = Session(self.page, self.cwd, self.env, self.roots)
                    inner.script(*self.place(child.start_byte, child.end_byte))
                else:
                    self.prose(child.start_byte, child.end_byte)
            elif child.type in {"file_redirect", "heredoc_redirect", "herestring_redirect"}:
                self.redirect(child, None)
            elif child.type in {"command", "pipeline", "list", "redirected_statement"}:
                self.run(child)
            elif child.type in bash.WORDS:
                self.prose(child.start_byte, child.end_byte)

    def assignment(self, node: Node) -> None:
        """`NAME=value` and `NAME=(values)`."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            return
        if value is None:
            self.env[self.said_by(name)] = None
        elif value.type == "array":
            self.env[self.said_by(name)] = None
            for child in value.named_children:
                self.run(child)
        else:
            self.assign(self.said_by(name), self.word(value))

    def simple(self, node: Node) -> None:
        """One simple command: assignments before it, its words, what it reads and writes."""
        spoken: list[Word] = []
        for child in _flat(node):
            if child.type == "command_name":
                spoken.append(self.word(child.children[0]))
            elif (
                child.type in bash.WORDS
                or not child.is_named
                or child.type in {"test_operator", "variable_name"}
                or self.text[child.start_byte] == "-"
            ):
                spoken.append(self.word(child))
            elif child.type in {"file_redirect", "herestring_redirect", "heredoc_redirect"}:
                self.redirect(child, None)
            else:
                self.run(child)
        self.command(spoken)

    def word(self, node: Node) -> Word:
        """A word, the substitutions in it carried out."""
        start, end = node.start_byte, node.end_byte
        head, base = -1, None
        for found in _substitutions(node):
            if _CALLED.fullmatch(self.said_by(found)):
                continue
            self.said = None
            self.apart(found.children)
            if found.start_byte - start == (self.text[start] == '"'):
                head, base = found.end_byte, self.said
                if self.text.startswith('"', head) and head < end:
                    head += 1
                while head < end and self.text[head] == "/":
                    head += 1
        if node.type in {"string", "raw_string"} and end - start > 1:
            start, end = start + 1, end - 1
        return Word(start, end, min(head, end), base) if head >= 0 else Word(start, end)

    def command(self, spoken: list[Word]) -> None:
        """One simple command: assignments, the program, its arguments."""
        spoken = [self.unquoted(word) for word in spoken]
        entered = self.cwd
        while spoken:
            start, end = spoken[0][:2]
            word = self.text[start:end].lstrip("@-+")
            if word in programs.PREFIXES and len(spoken) > 1:
                spoken = spoken[1:]
            elif (found := _ASSIGNMENT.match(self.text, start, end)) is not None:
                self.assign(found.group(1), spoken[0]._replace(start=found.end()))
                spoken = spoken[1:]
            elif word in programs.KEYWORDS or not word:
                spoken = self.sent(spoken)[1:]
            else:
                break
        if spoken:
            self.program(self.sent(spoken))
            if self.text[slice(*spoken[0][:2])].lstrip("@-+") not in _WALKS and self.text[slice(*spoken[0][:2])] not in self.functions:
                self.cwd = entered

    def sent(self, spoken: list[Word]) -> list[Word]:
        """The words without the options by which a program goes to a directory before it does anything; they are followed."""
        options = programs.GOES.get(self.text[slice(*spoken[0][:2])].lstrip("@-+").rpartition("/")[2])
        if options is None:
            return spoken
        kept: list[Word] = []
        index = 0
        while index < len(spoken):
            word = spoken[index]
            value = self.text[slice(*word[:2])]
            index += 1
            if value == "--":
                return [*kept, word, *spoken[index:]]
            if value in options and index < len(spoken):
                self.cwd = self.change(spoken[index])
                index += 1
            elif (option := _OPTION.match(value)) is not None and option.group()[:-1] in options:
                self.cwd = self.change(self.unquoted(word._replace(start=word.start + option.end())))
            else:
                kept.append(word)
        return kept

    def program(self, spoken: list[Word]) -> None:
        """A program and its arguments."""
        start, end = spoken[0][:2]
        self.said, self.ended, listed = None, False, self.listed
        self.listed = False
        if _FLAG.match(self.text, start, end):
            self.arguments([Word(start, start), *spoken])  # options alone, as in a configuration file
            return
        program = self.text[start:end].lstrip("@-+")
        targets = [word for word in spoken[1:] if self.text[word.start : word.end] == "-" or not self.text.startswith("-", word.start)]
        match program.rpartition("/")[2]:
            case "cd" | "pushd" | "chdir" as name:
                self.walk(targets, push=name == "pushd")
            case "popd":
                self.last, self.cwd = self.cwd, self.before.pop() if self.before else None
            case "pwd":
                self.said = self.cwd
            case "dirname" | "realpath" | "readlink" | "echo" as name if len(targets) == 1:
                base, begin, stop = self.base(targets[0])
                rest = self.text[begin:stop]
                if base is not None and (not rest or (begin > start and name != "echo" and _PATHLIKE.fullmatch(rest) and "$" not in rest)):
                    self.said = _above(below(base, rest)) if name == "dirname" else below(base, rest) if rest else base
                self.arguments(spoken)
            case name:
                self.ended = name in _ENDS
                if name == "git":
                    said = {self.text[slice(*word[:2])] for word in spoken}
                    self.said = HOME if "--show-toplevel" in said else None
                    self.listed = bool(said & programs.LISTS)
                if name in self.functions:
                    begun, reached = self.functions[name]
                    self.cwd = reached if place(begun) == place(self.cwd) else None
                if "/" in program and spoken[0].head < 0:
                    self.operand(Word(end - len(program), end))
                elif "/" in program:
                    self.operand(spoken[0])
                self.arguments(spoken, listed=listed)

    def walk(self, targets: list[Word], *, push: bool) -> None:
        """`cd`, `pushd`."""
        held = self.cwd
        if push:
            self.before.append(held)
        if not targets:
            self.cwd = None
        elif self.text[slice(*targets[0][:2])] == "-":
            self.cwd = self.last
        else:
            self.cwd = self.change(targets[0])
        self.last = held

    def unquoted(self, word: Word) -> Word:
        """A word without the quotes around all of it."""
        text = self.text
        start, end = word[:2]
        if end - start > 1 and text[start] in "\"'" and text[end - 1] == text[start] and text[start] not in text[start + 1 : end - 1]:
            return word._replace(start=start + 1, end=end - 1)
        if text.startswith("{posargs:", start) and text[end - 1] == "}":
            return word._replace(start=start + len("{posargs:"), end=end - 1)
        while text.startswith('\\"', start) and start < end:
            start += 2
        while text.endswith('\\"', start, end):
            end -= 2
        return word._replace(start=start, end=end)

    def assign(self, name: str, word: Word) -> None:
        """A variable is set: its value may be a path, a module, or a folder to follow."""
        word = self.unquoted(word)
        value = self.text[word.start : word.end]
        self.env[name] = None
        if name in programs.MODULE_VARIABLES:
            self.module(word)
        elif ":" in value and word.head < 0 and _SEARCHED.match(name) and "://" not in value and not any(map(str.isspace, value)):
            for found in re.finditer(r"[^:]+", value):
                self.operand(Word(word.start + found.start(), word.start + found.end()), bare=True)
        elif not _OTHER_NAMES.search(name) and (word.head >= 0 or not any(character.isspace() for character in value)):
            base, begin, end = self.base(word)
            rest = self.text[begin:end]
            if base is not None and (not rest or (_PATHLIKE.fullmatch(rest) and "$" not in rest)):
                self.env[name] = below(base, rest) if rest else base
            self.operand(word, bare=name.endswith(_FOLDER_NAMES), kind="made" if _MADE_NAMES.search(name) and "/" in value else "")

    def change(self, word: Word) -> str | None:
        """The working directory after a `cd`."""
        base, begin, end = self.base(word)
        rest = self.text[begin:end]
        if not rest:
            return base
        if rest[0] == "/" and begin == word.start and _ABSOLUTE.fullmatch(rest):
            self.add("image", begin, end, IMAGE)
            return below(IMAGE, rest)
        if base is None or base == _SELF or rest[0] in "/~$-%`" or not _PATHLIKE.fullmatch(rest) or "$" in rest:
            return None
        self.add("dir", begin, end, base)
        return below(base, rest)

    def base(self, word: Word) -> tuple[str | None, int, int]:
        """What a word is read against, and the span of it behind the variable or the substitution that says so."""
        text = self.text
        start, end = word[:2]
        if word.head >= 0:
            return word.base, min(word.head, end), end
        base: str | None = self.cwd
        begin, known = words.anchored(text, start, end)
        if known:
            base = known
        elif text.startswith("/", start):
            for place, known in self.roots.items():
                if text[start:end] == place or text.startswith(f"{place.rstrip('/')}/", start, end):
                    return known, min(start + len(place.rstrip("/")) + 1, end), end
        elif (found := _VARIABLE.match(text, start, end)) is not None:
            begin = found.end()
            base = self.variable(found.group(1), text[begin:end])
        if begin > start and text[start] == '"' and text[end - 1] == '"' and begin < end:
            end -= 1
        return base, begin, end

    def variable(self, name: str, rest: str) -> str | None:
        """The base that a variable stands for; one that nobody set may still be told by what follows it."""
        if name in {"PWD", "CURDIR", "pwd"}:
            return self.cwd
        if name in {"0", "BASH_SOURCE", "BASH_SOURCE[0]"}:
            return _SELF
        if name in self.env:
            return self.env[name]
        return UP if name not in _ELSEWHERE and ("/" in rest.strip('/"') or (rest and _ROOT_NAMES.search(name))) else None

    def operand(self, word: Word, *, bare: bool = False, kind: str = "") -> None:
        """One argument that may be a path."""
        word = self.unquoted(word)
        start, end = word[:2]
        if start >= end:
            return
        if self.text[start] == "-" and word.head < 0:
            if (option := _OPTION.match(self.text, start, end)) is not None:
                name = option.group()[:-1]
                kind = kind or ("made" if name in programs.OUTPUT_OPTIONS else "")
                self.operand(word._replace(start=option.end()), bare=bare or name in programs.FILE_OPTIONS, kind=kind)
            return
        base, begin, end = self.base(word)
        rest = self.text[begin:end]
        if word.head < 0 and _LISTED.fullmatch(self.text, start, end):
            for found in _MEMBER.finditer(self.text, start, end):
                self.operand(Word(*found.span(1)), bare=bare, kind=kind)
        elif begin == start and _ABSOLUTE.fullmatch(rest):
            self.add("image", begin, end, IMAGE)
        elif any(character.isspace() for character in rest):
            self.prose(begin if begin > start and base is None else start, end)
        elif base is None or base == _SELF or not rest or not _PATHLIKE.fullmatch(rest) or rest[0] in "/~@$%-#":
            pass
        elif begin > start and base != UP:
            self.add(kind or "plain", begin, end, base)
        elif "/" in rest.rstrip("/"):
            self.add(kind or "path", begin, end, base)
        elif (bare or begin > start) and (_BARE.fullmatch(rest.rstrip("/")) or set(rest) <= {".", "/"}):
            self.add(kind or "word", begin, end, base)

    def module(self, word: Word) -> None:
        """A dotted name, up to a colon."""
        found = _MODULE.match(self.text, *word[:2])
        if found is not None and (found.end() == word.end or self.text[found.end()] in ":,"):
            self.add("module", found.start(), found.end(), self.cwd or UP)

    def arguments(self, spoken: list[Word], *, listed: bool = False) -> None:
        """The arguments of one program; `listed` when it is told paths from the root of the repository."""
        values = [self.text[slice(*word[:2])] for word in spoken]
        known = programs.Arguments(values)
        self.composing(spoken, known)
        for index, word in enumerate(spoken[1:], 1):
            before, value, start = values[index - 1], values[index], word.start
            option = found.group() if (found := _OPTION.match(value)) is not None else ""
            if before in {"-c", "-lc", "-ec", "-Command"} and known.name in programs.SHELLS:
                inner = Session(self.page, self.cwd, self.env, self.roots)
                inner.script(*self.place(*word[:2]))
            elif before == "-c" and "import" in value:
                self.imports(*word[:2])
            elif known.is_module(index):
                self.module(word)
            elif option and "/" not in value and (option[:-1] in programs.MODULE_OPTIONS or (known.celery and option == "--app=")):
                self.module(word._replace(start=start + len(option)))
            elif known.serves and _TARGET.fullmatch(value):
                self.module(word)
            elif option == "--cov-report=" or before == "--cov-report":  # the name of a form, with a path behind a colon
                if ":" in value:
                    self.operand(word._replace(start=start + value.find(":") + 1), kind="made")
            elif known.is_pattern(index, listed=listed):
                words.pattern(self.page, *self.place(*word[:2]), HOME if listed else self.cwd or UP)
            elif known.name == "git" and (magic := programs.GIT_MAGIC.match(value)) is not None:
                self.operand(word._replace(start=start + magic.end()), bare=True)
            elif known.is_setting(index):
                begin = start + value.find("=") + 1
                if "include.path" in {before.lower(), value[: begin - start - 1].lower()}:  # seen from .git
                    begin += 3 * self.text.startswith("../", begin)
                if begin < word.end and (self.text[begin] not in "/~$." or self.text.startswith("./", begin)):
                    self.add("plain", begin, word.end, HOME)
            elif known.name in programs.SAYS:
                self.prose(*word[:2])
            elif before == "--mount" or option == "--mount=":
                self.operand(word._replace(start=start + len(option)))
            elif before in {"-v", "--volume"} and known.foreign:
                self.operand(word._replace(end=start + value.find(":")) if ":" in value else word)
            elif known.is_named(index) or (
                known.foreign
                and not known.is_bare(index)
                and option[:-1] not in programs.FILE_OPTIONS
                and before not in programs.OUTPUT_OPTIONS
                and value[:2] != "./"
            ):
                continue
            else:
                self.operand(word, bare=known.is_bare(index), kind="" if set(value) <= {".", "/"} else known.kind(index))

    def composing(self, spoken: Sequence[Word], known: programs.Arguments | None) -> None:
        """Compose finds its files from where it is started, unless it is told others."""
        if known is None or known.composes < 0:
            return
        word, following = spoken[known.composes : known.composes + 2]
        # What sets the variable may do so for all commands of its file: a workflow, a Makefile, a pipeline.
        told = "COMPOSE_FILE" in self.page.text or self.cwd is None or self.cwd.startswith(IMAGE)
        if not told and self.text[word.end : following.start].strip(" \t\r\n\\") == "":
            start = word.end - len(self.text[word.start : word.end].lstrip("@-+").rpartition("/")[2])
            self.add("composes", start, word.end, self.cwd or UP)

    def imports(self, start: int, end: int) -> None:
        """The modules that a program on the command line imports."""
        for found in _IMPORT.finditer(self.text, start, end):
            group = 1 if found.group(1) else 2
            self.add("module", found.start(group), found.end(group), self.cwd or UP)


_WALKS = frozenset({"cd", "pushd", "popd", "chdir"})


def place(base: str | None) -> str | None:
    """A directory without the steps that lead into another one and back."""
    anchor, found, steps = (base or "").partition(":")
    return f"{anchor}:{posixpath.normpath(steps)}" if found else base


def _above(base: str) -> str:
    """The directory that holds what a base stands for."""
    return FILE if base == _SELF else below(base, "..")


def _flat(node: Node) -> Iterable[Node]:
    """The parts of a command; those of a test's expressions in their order."""
    for child in node.children:
        if child.type.endswith("_expression") and child.type != "arithmetic_expression":
            yield from _flat(child)
        else:
            yield child


def _substitutions(node: Node) -> Iterable[Node]:
    """The outermost commands that are carried out in a word."""
    if node.type in {"command_substitution", "process_substitution"}:
        yield node
        return
    for child in node.children:
        yield from _substitutions(child)
