"""Shell commands wherever they stand: scripts, recipes, workflow steps, package scripts, code blocks.

Words are read against the working directory that preceding `cd`s lead to; variables that hold a known folder are followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from migrator.languages.text.page import FILE, HOME, UP, Page, below
from migrator.languages.text.readers import programs, words

Environment = dict[str, str | None]
"""What a variable holds, as a base; None when it is not known."""
Span = tuple[int, int]

_LEX = re.compile(
    r"""(?P<space>[ \t\r]+|\\\r?\n)
      | (?P<comment>(?<![^\s;&|(])\#[^\n]*)
      | (?P<op>\n|&&|\|\||;;|[;&|()])
      | (?P<redirect>\d?[<>]+&?)
      | (?P<word>(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|\$\([^()]*(?:\([^()]*\)[^()]*)*\)|\$\{\{[^}]*\}\}|\$\{[^}]*\}|`[^`]*`|[^\s"'\\;&|()<>`])+)
    """,
    re.VERBOSE | re.DOTALL,
)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")
_VARIABLE = re.compile(r'"?\$[{(]?(\w+)[)}]?"?(?=[/"]|$)/*')
_OPTION = re.compile(r"--?[A-Za-z][\w.-]*=")
_FLAG = re.compile(r"--?[A-Za-z]")
_HOME = re.compile(r'"?\$\(git rev-parse --show-toplevel[^)]*\)"?/*')
_OWN = re.compile(r'"?\$\(dirname "?\$(?:0|\{?BASH_SOURCE(?:\[0\])?\}?|\{0\})"?\)"?/*')
_DIRNAME = re.compile(r'dirname\s+(?:--\s+)?["\']?\$(?:0|\{?BASH_SOURCE|\{0)[^)\s]*\)+["\']?(?P<up>(?:/[\w.-]+)*)')
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_TARGET = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):[A-Za-z_][\w.]*(?:\(.*\))?")
SERVED = re.compile(r"\b(?:uvicorn|gunicorn|hypercorn|daphne|granian)\b[^\n]*?[ \"']([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):[A-Za-z_]\w*")
"""A server and the module that it serves, on one line of whatever text."""
_IMPORT = re.compile(r"\b(?:from|import) +([A-Za-z_]\w*(?:\.\w+)*)|import_module\(\\?['\"]([A-Za-z_]\w*(?:\.\w+)*)")
_BARE = re.compile(r"\.?[\w+-][\w.+@-]*")
_PATHLIKE = re.compile(r"[\w.+@*?\[\]{}()!,:#$%~/-]+")
_FOLDER_NAMES = ("DIR", "PATH", "ROOT", "FOLDER", "FILE", "dir", "path", "root")
_OTHER_NAMES = re.compile(r"IMAGE|REGISTRY|REPO(?:SITORY)?$|TAG|URL|HOST|NAME|BRANCH|USER", re.IGNORECASE)
_ROOT_NAMES = re.compile(r"ROOT|REPO|WORKSPACE|PROJECT", re.IGNORECASE)
_ELSEWHERE = frozenset({"HOME", "TMPDIR", "TEMP", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME", "PATH", "GOPATH", "RUNNER_TEMP"})


def scan(page: Page, start: int, end: int, base: str = UP, env: Mapping[str, str | None] | None = None) -> Environment:
    """Note what the commands of a span name; returns the variables that they set."""
    shell = _Shell(page, base, env or {})
    shell.script(start, end)
    return shell.env


def whole(page: Page) -> None:
    """A shell script."""
    scan(page, 0, len(page.text))


def modules(page: Page, spans: list[Span], base: str) -> None:
    """The modules that one command names, and nothing else."""
    if spans:
        before = len(page.found)
        _Shell(page, base, {}).arguments(spans)
        page.found[before:] = [mention for mention in page.found[before:] if mention.kind == "module"]


def arguments(page: Page, spans: list[Span], base: str) -> None:
    """One command whose words are already apart, as in a JSON list."""
    _Shell(page, base, {}).command(spans)


def assigned(page: Page, name: str, span: Span, base: str, env: Environment) -> None:
    """A variable is set to what stands in a span."""
    if span[0] < span[1]:
        shell = _Shell(page, base, env)
        shell.assign(name, *span)
        env[name] = shell.env[name]


def operand(page: Page, span: Span, base: str, env: Environment) -> None:
    """One word that may be a path."""
    _Shell(page, base, env).operand(*span)


class _Shell:
    """A shell while its commands are read: the working directory (None when nobody can know it) and the variables."""

    def __init__(self, page: Page, base: str, env: Mapping[str, str | None]) -> None:
        self.page = page
        self.text = page.text
        self.cwd: str | None = base
        self.before: list[str | None] = []
        self.env: Environment = dict(env)

    def script(self, start: int, end: int) -> None:
        """Commands, one after the other; parentheses make a shell of their own."""
        saved: list[str | None] = []
        spans: list[Span] = []
        position = start
        while position < end:
            found = _LEX.match(self.text, position, end)
            if found is None:
                position += 1
                continue
            position = found.end()
            match found.lastgroup:
                case "comment":
                    words.scan(self.page, found.start() + 1, found.end(), self.cwd or UP)
                case "word":
                    spans.append(found.span())
                case "op":
                    self.command(spans)
                    spans = []
                    if found.group() == "(":
                        saved.append(self.cwd)
                    elif found.group() == ")" and saved:
                        self.cwd = saved.pop()
                case _:
                    pass
        self.command(spans)

    def command(self, spans: list[Span]) -> None:
        """One simple command: assignments, the program, its arguments."""
        spans = [self.unquoted(*span) for span in spans]
        while spans:
            start, end = spans[0]
            word = self.text[start:end].lstrip("@-+")
            if word in programs.PREFIXES and len(spans) > 1:
                spans = spans[1:]
            elif (found := _ASSIGNMENT.match(self.text, start, end)) is not None:
                self.assign(found.group(1), found.end(), end)
                spans = spans[1:]
            elif word in programs.KEYWORDS or not word:
                spans = spans[1:]
            else:
                break
        if not spans:
            return
        start, end = spans[0]
        if _FLAG.match(self.text, start, end):
            self.arguments([(start, start), *spans])  # options alone, as in a configuration file
            return
        program = self.text[start:end].lstrip("@-+")
        match program.rpartition("/")[2]:
            case "cd" | "pushd" | "chdir" as name:
                if name == "pushd":
                    self.before.append(self.cwd)
                targets = [span for span in spans[1:] if self.text[span[0]] != "-" or self.text[slice(*span)] == "-"]
                self.cwd = self.change(*targets[0]) if targets else None
            case "popd":
                self.cwd = self.before.pop() if self.before else None
            case _:
                if "/" in program:
                    self.operand(end - len(program), end)
                self.arguments(spans)

    def unquoted(self, start: int, end: int) -> Span:
        """A word's span without the quotes around all of it."""
        text = self.text
        if end - start > 1 and text[start] in "\"'" and text[end - 1] == text[start] and text[start] not in text[start + 1 : end - 1]:
            return start + 1, end - 1
        if text.startswith("{posargs:", start) and text[end - 1] == "}":
            return start + len("{posargs:"), end - 1
        while text.startswith('\\"', start) and start < end:
            start += 2
        while text.endswith('\\"', start, end):
            end -= 2
        return start, end

    def assign(self, name: str, start: int, end: int) -> None:
        """A variable is set: its value may be a path, a module, or a folder to follow."""
        start, end = self.unquoted(start, end)
        value = self.text[start:end]
        self.env[name] = None
        if name in programs.MODULE_VARIABLES:
            self.module(start, end)
        elif (found := _DIRNAME.search(value)) is not None:
            up = found.group("up").strip("/")
            if up:
                self.page.add("dir", start + found.end("up") - len(up), start + found.end("up"), FILE)
            self.env[name] = below(FILE, up + "/.." * (value.count("dirname") - 1))
        elif "git rev-parse --show-toplevel" in value:
            self.env[name] = HOME
        elif value in {"$(pwd)", "$PWD", "${PWD}", "`pwd`", "$(shell pwd)"}:
            self.env[name] = self.cwd
        elif not any(character.isspace() for character in value) and not _OTHER_NAMES.search(name):
            base, begin, end = self.base(start, end)
            rest = self.text[begin:end]
            if base is not None and (not rest or (_PATHLIKE.fullmatch(rest) and "$" not in rest)):
                self.env[name] = below(base, rest)
            self.operand(start, end, bare=name.endswith(_FOLDER_NAMES))

    def change(self, start: int, end: int) -> str | None:
        """The working directory after a `cd`."""
        base, begin, end = self.base(start, end)
        rest = self.text[begin:end]
        if not rest:
            return base
        if base is None or rest[0] in "/~$-%`" or not _PATHLIKE.fullmatch(rest) or "$" in rest:
            return None
        self.page.add("dir", begin, end, base)
        return below(base, rest)

    def base(self, start: int, end: int) -> tuple[str | None, int, int]:
        """What a word is read against, and the span of it behind the variable that says so."""
        text = self.text
        base: str | None = self.cwd
        begin, known = words.anchored(text, start, end)
        if known:
            base = known
        elif (found := _HOME.match(text, start, end)) is not None:
            base, begin = HOME, found.end()
        elif (found := _OWN.match(text, start, end)) is not None:
            base, begin = FILE, found.end()
        elif (found := _VARIABLE.match(text, start, end)) is not None:
            begin = found.end()
            base = self.variable(found.group(1), text[begin:end])
        if begin > start and text[start] == '"' and text[end - 1] == '"' and begin < end:
            end -= 1
        return base, begin, end

    def variable(self, name: str, rest: str) -> str | None:
        """The base that a variable stands for; one that nobody set may still be told by what follows it."""
        if name in {"PWD", "CURDIR"}:
            return self.cwd
        if name in self.env:
            return self.env[name]
        return UP if name not in _ELSEWHERE and ("/" in rest.strip('/"') or (rest and _ROOT_NAMES.search(name))) else None

    def operand(self, start: int, end: int, *, bare: bool = False, kind: str = "") -> None:
        """One argument that may be a path."""
        start, end = self.unquoted(start, end)
        if start >= end:
            return
        if self.text[start] == "-":
            if (option := _OPTION.match(self.text, start, end)) is not None:
                self.operand(option.end(), end, bare=bare or option.group()[:-1] in programs.FILE_OPTIONS, kind=kind)
            return
        base, begin, end = self.base(start, end)
        rest = self.text[begin:end]
        if any(character.isspace() for character in rest):
            words.scan(self.page, start, end, self.cwd or UP)
        elif base is None or not rest or not _PATHLIKE.fullmatch(rest) or rest[0] in "/~@$%-#":
            pass
        elif begin > start and base != UP:
            self.page.add(kind or "plain", begin, end, base)
        elif "/" in rest.rstrip("/"):
            self.page.add(kind or "path", begin, end, base)
        elif (bare or begin > start) and (_BARE.fullmatch(rest.rstrip("/")) or set(rest) <= {".", "/"}):
            self.page.add(kind or "word", begin, end, base)

    def module(self, start: int, end: int) -> None:
        """A dotted name, up to a colon."""
        found = _MODULE.match(self.text, start, end)
        if found is not None and (found.end() == end or self.text[found.end()] in ":,"):
            self.page.add("module", found.start(), found.end(), self.cwd or UP)

    def arguments(self, spans: list[Span]) -> None:
        """The arguments of one program."""
        values = [self.text[slice(*span)] for span in spans]
        known = programs.Arguments(values)
        for index, (start, end) in enumerate(spans[1:], 1):
            before, value = values[index - 1], values[index]
            option = found.group() if (found := _OPTION.match(value)) is not None else ""
            if before in {"-c", "-lc", "-ec", "-Command"} and known.name in {"bash", "sh", "zsh", "CMD-SHELL"}:
                inner = _Shell(self.page, self.cwd or UP, self.env)
                inner.script(start, end)
            elif before == "-c" and "import" in value:
                self.imports(start, end)
            elif known.is_module(index):
                self.module(start, end)
            elif option and (option[:-1] in programs.MODULE_OPTIONS or (known.celery and option == "--app=")):
                self.module(start + len(option), end)
            elif known.serves and _TARGET.fullmatch(value):
                self.module(start, end)
            elif known.name in programs.SAYS:
                words.scan(self.page, start, end, self.cwd or UP)
            elif before in {"-v", "--volume"} and known.foreign:
                self.operand(start, start + value.find(":") if ":" in value else end)
            elif known.is_named(index) or (
                known.foreign and not known.is_bare(index) and option[:-1] not in programs.FILE_OPTIONS and value[:2] != "./"
            ):
                continue
            else:
                folder = before in programs.FOLDER_OPTIONS and not set(value) <= {".", "/"}
                self.operand(start, end, bare=known.is_bare(index), kind="dir" if folder else "")

    def imports(self, start: int, end: int) -> None:
        """The modules that a program on the command line imports."""
        for found in _IMPORT.finditer(self.text, start, end):
            group = 1 if found.group(1) else 2
            self.page.add("module", found.start(group), found.end(group), self.cwd or UP)


Session = _Shell
"""A shell that goes on over several spans: the commands of a list."""
