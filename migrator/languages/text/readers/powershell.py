"""PowerShell scripts: `$PSScriptRoot`, `Join-Path`, `Split-Path`, `Set-Location` and the variables and tables that hold their results."""

from __future__ import annotations

import re
from typing import NamedTuple

from migrator.languages.text.page import FILE, HOME, UP, Page, below, names
from migrator.languages.text.readers import shell, words

_LEX = re.compile(
    r"""(?P<comment><\#.*?\#>|(?<![\w\\/`$-])\#[^\n]*)
      | (?P<here>@"[ \t]*\r?\n.*?\n"@|@'[ \t]*\r?\n.*?\n'@)
      | (?P<string>"(?:[^"`]|`.|"")*"|'(?:[^']|'')*')
      | (?P<space>[ \t\r]+|`\r?\n)
      | (?P<separator>\n|;|\|\||&&|\||,)
      | (?P<open>@?[({]|\$\()
      | (?P<close>[)}])
      | (?P<equals>[+]?=)
      | (?P<word>\$\{[^}\n]+\}|[^\s;|,(){}="'`]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SCRIPT = "script"
"""What a variable with the script's own path holds; its parent is the script's folder."""
_VARIABLE = re.compile(r"\$\{?(?:(?:global|script|local|using|private|env|this):)?([A-Za-z_]\w*)\}?((?:\.\w+)*)", re.IGNORECASE)
_PATHLIKE = re.compile(r"[\w.+@*?\[\]{}~$!#-]*(?:[/\\]+[\w.+@*?\[\](){}$~!#-]*)*")
_PARENTS = re.compile(r"(?:\.Parent)+\b", re.IGNORECASE)
_BARE = re.compile(r"\.?[\w+-][\w.+-]*")
_LOCATION = frozenset({"cd", "set-location", "push-location", "pushd", "sl", "chdir"})
_LITERAL = names(
    "test-path get-content set-content add-content get-childitem copy-item move-item remove-item invoke-item get-item resolve-path "
    "convert-path new-item out-file start-process get-itemproperty split-path import-module python python3 node pytest . & source ls "
    "cat"
)
_MATCHES = names("-match -notmatch -cmatch -imatch -cnotmatch -inotmatch")
"""Operators in front of a regular expression."""
_WRITES = names("> >> *> 2> -outfile -destinationpath -outputpath")
_WRITERS = names("out-file set-content add-content export-csv tee-object export-clixml mkdir md")
"""What stands in front of a file that is written."""
_FOLDERS = ("dir", "path", "root", "folder", "file", "script", "context", "directory")
"""How the name of what holds a path ends."""
_ROOTS = re.compile(r"root|repo|workspace|project", re.IGNORECASE)
_BRANCHES = names("if elseif else foreach for while switch catch do")
_ON = names("try finally")
"""Blocks that run in any case, where the walk goes on."""
_ENDS = names("exit return throw break continue")
_SELF = frozenset({"$pscommandpath", "$myinvocation.mycommand.path", "$myinvocation.mycommand.definition", "$script:myinvocation.mycommand.path"})


class _Token(NamedTuple):
    kind: str
    start: int
    end: int


class _Script:
    """A span of PowerShell while it is read."""

    def __init__(self, page: Page, tokens: list[_Token], base: str) -> None:
        self.page = page
        self.tokens = tokens
        self.closes = _pairs(tokens)
        self.cwd: str | None = base
        self.before: list[str | None] = []
        self.env: dict[str, str | None] = {}
        self.keyword = ""
        """The word that the statement being read begins with."""
        self.ended = False
        """Whether the last statement left the block, so that nothing behind it runs."""

    def text(self, token: _Token) -> str:
        return self.page.text[token.start : token.end]

    # -- structure ------------------------------------------------------------------------------------------------------

    def block(self, at: int, end: int) -> None:
        """Statements; a block in braces has a working directory of its own."""
        statement = at
        while at < end:
            token = self.tokens[at]
            if token.kind == "separator" and self.text(token) != ",":
                self.statement(statement, at)
                statement = at + 1
            elif token.kind == "open":
                at = self.closing(at, end)
            at += 1
        self.statement(statement, min(at, end))

    def closing(self, at: int, end: int) -> int:
        """The index of the bracket that closes the one at `at`."""
        return min(self.closes.get(at, end - 1), end - 1)

    def inner(self, at: int, close: int) -> None:
        """The statements between two brackets; behind a branch the directory is known when it leads back to where it began."""
        saved, held, keyword = self.cwd, list(self.before), self.keyword
        self.block(at + 1, close)
        if self.text(self.tokens[at]).endswith("{") and keyword not in _ON:
            leaves = self.ended or keyword not in _BRANCHES or shell.place(self.cwd) == shell.place(saved)
            self.cwd, self.before = saved if leaves else None, held
        self.keyword, self.ended = keyword, False

    def statement(self, at: int, end: int) -> None:
        """An assignment or a command."""
        if at >= end:
            return
        self.keyword = self.text(self.tokens[at]).lower()
        self.ended = self.keyword in _ENDS
        equals = next((i for i in range(at, min(end, at + 4)) if self.tokens[i].kind == "equals"), None)
        if equals is not None and equals > at and equals + 1 < end:
            name = self.text(self.tokens[equals - 1])
            value = self.pipeline(equals + 1, end, named=name.lower().strip("\"'").endswith(_FOLDERS))
            self.env[name.strip("\"'").lower().rpartition(":")[2].rpartition(".")[2].lstrip("$[{").rstrip("}")] = value
            return
        self.pipeline(at, end)

    def pipeline(self, at: int, end: int, *, named: bool = False) -> str | None:
        """A command or value, and what it leads to as a base."""
        while at < end and (self.tokens[at].kind == "separator" or self.text(self.tokens[at]) in {"&", "return", "if", "!", "-not"}):
            at += 1
        if at >= end:
            return None
        first = self.tokens[at]
        program = self.text(first).lower() if first.kind == "word" else ""
        if program in _LOCATION:
            return self.locate(at + 1, end, push=program.startswith("push"))
        if program in {"pop-location", "popd"}:
            self.cwd = self.before.pop() if self.before else None
            return None
        if program == "join-path":
            return self.joined(at + 1, end)
        if program == "split-path":
            return self.above(at + 1, end)
        if program == "git" and "--show-toplevel" in [self.text(token) for token in self.tokens[at:end]]:
            return HOME
        if program in {"get-location", "$pwd", "$pwd.path"}:
            return self.cwd
        if program in {"get-item", "resolve-path", "convert-path"}:
            return self.first(at + 1, end)
        return self.plain(at, end, named=named)

    # -- commands -------------------------------------------------------------------------------------------------------

    def first(self, at: int, end: int) -> str | None:
        """The first argument's value; the others are only read."""
        value: str | None = None
        seen = False
        while at < end:
            if self.tokens[at].kind == "word" and self.text(self.tokens[at]).startswith("-"):
                at += 1
                continue
            found, at = self.value(at, end, bare=True)
            if not seen:
                value, seen = found, True
        return value

    def locate(self, at: int, end: int, *, push: bool) -> str | None:
        if push:
            self.before.append(self.cwd)
        while at < end and self.tokens[at].kind == "word" and self.text(self.tokens[at]).startswith("-"):
            at += 1
        target = self.value(at, end, bare=True, kind="dir")[0] if at < end else None
        self.cwd = target
        return target

    def joined(self, at: int, end: int) -> str | None:
        """`Join-Path BASE CHILD …`"""
        base: str | None = None
        known = started = False
        while at < end:
            token = self.tokens[at]
            if token.kind == "separator" or (token.kind == "word" and self.text(token).startswith("-")):
                at += 1
                continue
            if not started:
                base, at = self.value(at, end, bare=True)
                started, known = True, base is not None
                continue
            if token.kind == "open" or (token.kind == "word" and self.text(token).startswith("$")):
                _, at = self.value(at, end)
                base = None
                continue
            start, stop = _inside(self.page.text, token)
            rest = self.page.text[start:stop]
            if rest[:1] in {"/", "\\"}:
                start, rest = start + 1, rest[1:]
            if rest and "$" not in rest and _PATHLIKE.fullmatch(rest):
                if known and base is not None:
                    self.page.add("plain", start, stop, base)
                    base = below(base, rest)
                elif "/" in rest or "\\" in rest:
                    self.page.add("path", start, stop, UP)
            else:
                base = None
            at += 1
        return base

    def above(self, at: int, end: int) -> str | None:
        """`Split-Path`: the parent, unless another part is asked for."""
        options = {self.text(token).lower() for token in self.tokens[at:end] if token.kind == "word" and self.text(token).startswith("-")}
        value = self.first(at, end)
        if value is None or options & {"-leaf", "-qualifier", "-leafbase", "-extension"}:
            return None
        return FILE if value == _SCRIPT else below(value, "..")

    def plain(self, at: int, end: int, *, named: bool) -> str | None:
        """Anything else: every token is read by itself, and a value alone is what the statement is worth."""
        start, value = at, None
        while at < end and self.tokens[at].kind == "word" and self.text(self.tokens[at]).startswith("["):
            at += 1
        program = self.text(self.tokens[at]).lower() if at < end else ""
        spans: list[tuple[int, int]] = []
        index = at
        while index < end:
            if self.tokens[index].kind == "open":
                index = self.closing(index, end)
            elif self.tokens[index].kind in {"word", "string"}:
                spans.append(_inside(self.page.text, self.tokens[index]))
            index += 1
        shell.modules(self.page, spans, self.cwd or UP)
        shell.composes(self.page, spans, self.cwd)
        index = at
        while index < end:
            token = self.tokens[index]
            if token.kind in {"separator", "close", "equals"}:
                index += 1
                continue
            before = self.text(self.tokens[index - 1]).lower() if index > at else ""
            if token.kind == "string" and (before in _MATCHES or (program == "select-string" and before in {program, "-pattern"})):
                words.pattern(self.page, *_inside(self.page.text, token), HOME)
                index += 1
                continue
            bare = named or (program in _LITERAL and index > at)
            found, index = self.value(index, end, bare=bare, kind="made" if before in _WRITES or (program in _WRITERS and index > at) else "")
            value = found if index >= end and start == at and value is None else None
        return value

    # -- values ---------------------------------------------------------------------------------------------------------

    def value(self, at: int, end: int, *, bare: bool = False, kind: str = "") -> tuple[str | None, int]:
        """The base that a value stands for, and the index behind it."""
        token = self.tokens[at]
        if token.kind == "open":
            close = self.closing(at, end)
            if self.text(token).endswith("{"):
                self.inner(at, close)
                return None, close + 1
            if not any(t.kind == "separator" and self.text(t) != "," for t in self.tokens[at:close]):
                found = self.assigned(at + 1, close)
            else:
                self.inner(at, close)
                found = None
            return self.members(found, close + 1, end)
        if token.kind in {"string", "word"}:
            return self.literal(token, bare=bare, kind=kind), at + 1
        return None, at + 1

    def assigned(self, at: int, end: int) -> str | None:
        if any(token.kind == "equals" for token in self.tokens[at : min(end, at + 4)]):
            self.statement(at, end)
            return None
        return self.pipeline(at, end) if at < end else None

    def members(self, base: str | None, at: int, end: int) -> tuple[str | None, int]:
        """`.Parent`, `.FullName` and the like behind a bracket."""
        while at < end and self.tokens[at].kind == "word" and self.text(self.tokens[at]).startswith("."):
            if self.tokens[at].start != self.tokens[at - 1].end:
                break
            start = self.tokens[at].start
            chain = _PARENTS.match(self.page.text, start, self.tokens[at].end)
            if chain is not None and base is not None and base.startswith(FILE):
                self.page.add("climb", start, chain.end(), base)
            for member in self.text(self.tokens[at]).lower().split(".")[1:]:
                if base is not None and member in {"parent", "directory"}:
                    base = FILE if base == _SCRIPT else below(base, "..")
                elif member not in {"fullname", "path", "providerpath", "directoryname", "parent"}:
                    base = None
            at += 1
        return base, at

    def variable(self, text: str) -> str | None:
        """What a variable holds."""
        lowered = text.lower()
        if lowered in _SELF:
            return _SCRIPT
        found = _VARIABLE.fullmatch(text)
        if found is None:
            return None
        name, members = (
            found.group(1).lower(),
            [member for member in found.group(2).lower().split(".") if member and member not in {"fullname", "path"}],
        )
        if name == "psscriptroot":
            base: str | None = FILE
        elif name == "pwd":
            base = self.cwd
        else:
            last = next((member for member in reversed(members) if member != "parent"), name)
            members = members[members.index(last) + 1 :] if last in members else members
            base = self.env.get(last)
        for member in members:
            base = below(base, "..") if member == "parent" and base is not None else None
        return base

    def literal(self, token: _Token, *, bare: bool, kind: str) -> str | None:
        """A string or bare word: noted where it looks like a path, and the base that it stands for."""
        text = self.page.text
        start, end = _inside(text, token)
        value = text[start:end]
        if not value or value[0] == "-":
            return None
        base, begin, known = self.cwd, start, False
        if value[0] == "$" and (found := _VARIABLE.match(text, start, end)) is not None and token.kind != "single":
            after = found.end()
            if after == end:
                return self.variable(value)
            if text[after] not in "/\\":
                return None
            base, known = self.variable(found.group()), True
            begin = after + 1
            while begin < end and text[begin] in "/\\":
                begin += 1
            if base is None and self.unknown(text[begin:end]):
                self.page.add("path", begin, end, UP)
                return None
            if base is None and bare and _ROOTS.search(found.group(1)) and _BARE.fullmatch(text, begin, end):
                self.page.add(kind or "word", begin, end, UP)
                return below(UP, text[begin:end])
        rest = text[begin:end]
        if any(character.isspace() for character in rest):
            words.scan(self.page, begin, end, self.cwd or UP)
            return None
        if base in {None, _SCRIPT} or not rest or rest[0] in "/\\~%$@#" or not _PATHLIKE.fullmatch(rest):
            return None
        separated = "/" in rest.rstrip("/\\") or "\\" in rest.rstrip("/\\")
        if separated or known or (bare and _BARE.fullmatch(rest)) or (bare and not rest.strip("./\\")):
            named = known or kind == "dir"
            self.page.add(kind or ("plain" if known else "path" if separated else "word"), begin, end, base or UP)
            return below(base or UP, rest) if named or bare or separated else None
        return None

    @staticmethod
    def unknown(rest: str) -> bool:
        """Whether what follows an unknown variable may still be told by itself."""
        return ("/" in rest or "\\" in rest) and "$" not in rest and bool(_PATHLIKE.fullmatch(rest))


def _pairs(tokens: list[_Token]) -> dict[int, int]:
    """For every bracket that opens, the index of the one that closes it."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for index, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(index)
        elif token.kind == "close" and opened:
            found[opened.pop()] = index
    return found


def _inside(text: str, token: _Token) -> tuple[int, int]:
    """A token's span without quotes."""
    if token.kind == "string" or text[token.start] in "\"'":
        return token.start + 1, max(token.start + 1, token.end - 1)
    return token.start, token.end


def scan(page: Page, start: int, end: int, base: str = UP) -> None:
    """Note what the commands of a span name."""
    tokens: list[_Token] = []
    for found in _LEX.finditer(page.text, start, end):
        match found.lastgroup:
            case "comment" | "here":
                words.scan(page, found.start(), found.end(), base)
            case "space":
                pass
            case kind:
                tokens.append(_Token(kind or "", *found.span()))
    script = _Script(page, tokens, base)
    script.block(0, len(tokens))


def whole(page: Page) -> None:
    """A PowerShell script."""
    scan(page, 0, len(page.text))
