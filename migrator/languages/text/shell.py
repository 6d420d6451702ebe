"""Shell commands wherever they stand: scripts, recipes, workflow steps, package scripts, code blocks.

Words are read against the working directory that preceding `cd`s lead to; variables that hold a known folder are followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from migrator.languages.text import words
from migrator.languages.text.page import FILE, HOME, UP, Page, below

Environment = dict[str, str | None]
"""What a variable holds, as a base; None when it is not known."""

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

_SERVERS = frozenset({"uvicorn", "gunicorn", "hypercorn", "daphne", "granian", "fastapi", "waitress-serve"})
_NO_PATHS = frozenset(
    {
        "git",
        "kubectl",
        "helm",
        "gh",
        "curl",
        "wget",
        "npx",
        "apt",
        "apt-get",
        "apk",
        "brew",
        "choco",
        "scoop",
        "winget",
        "aws",
        "gcloud",
        "ssh",
        "ping",
        "redis-cli",
    }
)
"""Programs whose bare arguments are branches, packages or hosts."""
_INSTALL = frozenset({"install", "add", "i", "create", "init", "dlx", "remove", "uninstall"})
_CONTAINER = frozenset({"run", "exec", "pull", "push", "tag", "rm", "rmi", "logs", "stop", "start", "ps", "restart", "login"})
_SAYS = frozenset({"echo", "printf", "read", "export", "alias", "Write-Host", "log_info", "log_error", "log_success", "log_warning", "print"})
_TAKES = frozenset(
    [
        "ls",
        "cat",
        "cp",
        "mv",
        "rm",
        "mkdir",
        "source",
        ".",
        "bash",
        "sh",
        "zsh",
        "python",
        "python3",
        "node",
        "tsx",
        "ts-node",
        "pytest",
        "ruff",
        "black",
        "mypy",
        "flake8",
        "isort",
        "pylint",
        "bandit",
        "eslint",
        "prettier",
        "stylelint",
        "test",
        "[",
        "[[",
        "chmod",
        "chown",
        "tar",
        "zip",
        "cd",
        "rsync",
        "ln",
        "touch",
        "head",
        "tail",
        "grep",
        "find",
        "sqlite3",
        "tree",
        "code",
        "vim",
        "nano",
        "less",
        "diff",
        "wc",
        "sed",
        "awk",
        "install",
        "jq",
        "psql",
    ]
)
_RUNS = frozenset({"source", ".", "bash", "sh", "zsh", "node", "tsx", "ts-node", "deno", "bun"})
"""Programs whose first argument is a file; what follows is that file's business."""
_FILE_OPTIONS = frozenset(
    [
        "-r",
        "-c",
        "-f",
        "-C",
        "-p",
        "-d",
        "-e",
        "--file",
        "--config",
        "--cwd",
        "--prefix",
        "--dir",
        "--directory",
        "--project",
        "--requirement",
        "--constraint",
        "--rootdir",
        "--confcutdir",
        "--app-dir",
        "--chdir",
        "--env-file",
        "--editable",
        "--config-file",
        "--rcfile",
        "--context",
        "--output",
        "--source",
        "--package-dir",
        "-chdir",
    ]
)
_FOLDER_OPTIONS = frozenset({"-C", "--cwd", "--prefix", "--dir", "--directory", "--app-dir", "--chdir", "-chdir", "--project-directory"})
_MODULE_OPTIONS = frozenset({"--cov", "--app", "--settings", "--pyargs", "--ds"})
_MODULE_VARIABLES = frozenset({"DJANGO_SETTINGS_MODULE", "FLASK_APP", "CELERY_APP", "APP_MODULE", "UVICORN_APP"})
_FOLDER_NAMES = ("DIR", "PATH", "ROOT", "FOLDER", "FILE", "dir", "path", "root")
_SKIPPED = frozenset(
    [
        "if",
        "then",
        "else",
        "elif",
        "do",
        "while",
        "until",
        "for",
        "!",
        "{",
        "}",
        "time",
        "sudo",
        "exec",
        "env",
        "command",
        "@",
        "-",
        "nohup",
        "in",
        "case",
        "esac",
        "fi",
        "done",
    ]
)


class _Scope:
    """The working directory at one point; None when nobody can know it."""

    def __init__(self, base: str) -> None:
        self.cwd: str | None = base
        self.before: list[str | None] = []


def scan(page: Page, start: int, end: int, base: str = UP, env: Mapping[str, str | None] | None = None) -> Environment:
    """Note what the commands of a span name; returns the variables that they set."""
    known: Environment = dict(env or {})
    scope = _Scope(base)
    saved: list[str | None] = []
    command: list[tuple[int, int]] = []
    text = page.text
    position = start
    while position < end:
        found = _LEX.match(text, position, end)
        if found is None:
            position += 1
            continue
        position = found.end()
        match found.lastgroup:
            case "comment":
                words.scan(page, found.start() + 1, found.end(), scope.cwd or UP)
            case "word":
                command.append(found.span())
            case "op":
                _command(page, command, scope, known)
                command = []
                if found.group() == "(":
                    saved.append(scope.cwd)
                elif found.group() == ")" and saved:
                    scope.cwd = saved.pop()
            case _:
                pass
    _command(page, command, scope, known)
    return known


def whole(page: Page) -> None:
    """A shell script."""
    scan(page, 0, len(page.text))


def modules(page: Page, spans: list[tuple[int, int]], base: str) -> None:
    """The modules that one command names, and nothing else."""
    if spans:
        before = len(page.found)
        _arguments(page, page.text[slice(*spans[0])].rpartition("/")[2], spans, _Scope(base), {})
        page.found[before:] = [mention for mention in page.found[before:] if mention.kind == "module"]


def arguments(page: Page, spans: list[tuple[int, int]], base: str) -> None:
    """One command whose words are already apart, as in a JSON list."""
    _command(page, spans, _Scope(base), {})


def assigned(page: Page, name: str, start: int, end: int, base: str, env: Mapping[str, str | None]) -> Environment:
    """What a variable holds after an assignment whose value stands in a span."""
    known = dict(env)
    if start < end:
        _assign(page, name, start, end, _Scope(base), known)
    return known


def operand(page: Page, start: int, end: int, base: str, env: Mapping[str, str | None]) -> None:
    """One word that may be a path."""
    _operand(page, start, end, _Scope(base), dict(env))


def _command(page: Page, spans: list[tuple[int, int]], scope: _Scope, env: Environment) -> None:
    """One simple command: assignments, the program, its arguments."""
    text = page.text
    spans = [_unquoted(text, *span) for span in spans]
    while spans:
        word = text[slice(*spans[0])].lstrip("@-+") if text[spans[0][0]] in "@-+" else text[slice(*spans[0])]
        if word in {"export", "local", "readonly", "declare", "set", "cross-env", "ENV", "dotenv"} and len(spans) > 1:
            spans = spans[1:]
        elif (found := _ASSIGNMENT.match(text, *spans[0])) is not None:
            _assign(page, found.group(1), found.end(), spans[0][1], scope, env)
            spans = spans[1:]
        elif word in _SKIPPED or not word:
            spans = spans[1:]
        else:
            break
    if not spans:
        return
    start, end = spans[0]
    program = text[start:end].lstrip("@-+")
    name = program.rpartition("/")[2]
    if name in {"cd", "pushd", "chdir"}:
        _change(page, [span for span in spans[1:] if text[span[0]] != "-" or text[slice(*span)] == "-"], scope, env, push=name == "pushd")
    elif name == "popd":
        scope.cwd = scope.before.pop() if scope.before else None
    else:
        if "/" in program:
            _operand(page, start + (end - start - len(program)), end, scope, env)
        _arguments(page, name, spans, scope, env)


def _unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """A word's span without the quotes around all of it."""
    if end - start > 1 and text[start] in "\"'" and text[end - 1] == text[start] and text[start] not in text[start + 1 : end - 1]:
        return start + 1, end - 1
    while text.startswith('\\"', start) and start < end:
        start += 2
    while text.endswith('\\"', start, end):
        end -= 2
    return start, end


def _assign(page: Page, name: str, start: int, end: int, scope: _Scope, env: Environment) -> None:
    """A variable is set: its value may be a path, a module, or a folder to follow."""
    start, end = _unquoted(page.text, start, end)
    value = page.text[start:end]
    env[name] = None
    if name in _MODULE_VARIABLES:
        _module(page, start, end, scope)
        return
    if (found := _DIRNAME.search(value)) is not None:
        climbs = "/.." * (value.count("dirname") - 1)
        up = found.group("up").strip("/")
        if up:
            page.add("dir", start + found.end("up") - len(up), start + found.end("up"), FILE)
        env[name] = below(FILE, up + climbs)
        return
    if "git rev-parse --show-toplevel" in value:
        env[name] = HOME
        return
    if value in {"$(pwd)", "$PWD", "${PWD}", "`pwd`", "$(shell pwd)"}:
        env[name] = scope.cwd
        return
    if any(character.isspace() for character in value):
        return
    base, begin = _base(page.text, start, end, scope, env)
    if base is not None and begin < end:
        rest = page.text[begin:end]
        if _PATHLIKE.fullmatch(rest) and "$" not in rest:
            env[name] = below(base, rest)
    elif base is not None:
        env[name] = base
    _operand(page, start, end, scope, env, bare=name.endswith(_FOLDER_NAMES))


def _change(page: Page, spans: list[tuple[int, int]], scope: _Scope, env: Environment, *, push: bool) -> None:
    """The working directory changes."""
    if push:
        scope.before.append(scope.cwd)
    if not spans:
        scope.cwd = None
        return
    start, end = spans[0]
    text = page.text
    base, begin = _base(text, start, end, scope, env)
    if begin > start and text[start] == '"' and text[end - 1] == '"':
        end -= 1
    if begin >= end:
        scope.cwd = base
        return
    rest = text[begin:end]
    if base is None or rest[0] in "/~$-%`" or not _PATHLIKE.fullmatch(rest) or "$" in rest:
        scope.cwd = None
        return
    page.add("dir", begin, end, base)
    scope.cwd = below(base, rest)


def _base(text: str, start: int, end: int, scope: _Scope, env: Environment) -> tuple[str | None, int]:
    """What a word is read against, and where it goes on after the variable that says so."""
    if (found := _HOME.match(text, start, end)) is not None:
        return HOME, found.end()
    if (found := _OWN.match(text, start, end)) is not None:
        return FILE, found.end()
    begin, known = words.anchored(text, start, end)
    if known:
        return known, begin
    if (found := _VARIABLE.match(text, start, end)) is not None:
        name = found.group(1)
        if name in {"PWD", "CURDIR"}:
            return scope.cwd, found.end()
        if name in env:
            return env[name], found.end()
        return (UP if found.end() < end else None), found.end()
    return scope.cwd, start


def _operand(page: Page, start: int, end: int, scope: _Scope, env: Environment, *, bare: bool = False, kind: str = "") -> None:
    """One argument that may be a path."""
    text = page.text
    start, end = _unquoted(text, start, end)
    if start >= end:
        return
    if text[start] == "-":
        if (found := _OPTION.match(text, start, end)) is not None:
            _operand(page, found.end(), end, scope, env, bare=bare or found.group()[:-1] in _FILE_OPTIONS, kind=kind)
        return
    base, begin = _base(text, start, end, scope, env)
    if begin > start and text[start] == '"' and text[end - 1] == '"':
        end -= 1
    rest = text[begin:end]
    if any(character.isspace() for character in rest):
        words.scan(page, start, end, scope.cwd or UP)
        return
    if base is None or not rest or not _PATHLIKE.fullmatch(rest) or rest[0] in "/~@$%-#":
        return
    if "/" in rest.rstrip("/"):
        page.add(kind or "path", begin, end, base)
    elif bare or begin > start:
        if _BARE.fullmatch(rest.rstrip("/")) or set(rest) <= {".", "/"}:
            page.add(kind or "word", begin, end, base)


def _module(page: Page, start: int, end: int, scope: _Scope) -> None:
    """A dotted name, up to a colon; an attribute call behind it does not matter."""
    found = _MODULE.match(page.text, start, end)
    if found is not None and (found.end() == end or page.text[found.end()] in ":,"):
        page.add("module", found.start(), found.end(), scope.cwd or UP)


def _arguments(page: Page, name: str, spans: list[tuple[int, int]], scope: _Scope, env: Environment) -> None:
    """The arguments of one program."""
    text = page.text
    values = [text[slice(*span)] for span in spans]
    programs = {value.rpartition("/")[2] for value in values}
    served = bool(programs & _SERVERS)
    celery = "celery" in programs
    foreign = name in _NO_PATHS or (name in {"docker", "podman", "docker-compose"} and bool(programs & _CONTAINER))
    installs = name in {"npm", "pnpm", "yarn", "bun", "pip", "pip3", "uv", "poetry", "pipx", "cargo", "go"} and bool(set(values[1:3]) & _INSTALL)
    if name == "git" and bool(set(values[1:2]) & {"add", "rm", "mv", "diff", "log", "ls-files", "restore", "blame"}):
        foreign = False
    takes = name in _TAKES or any(option == "-m" and module in _TAKES for option, module in pairwise(values))
    runs = name in _RUNS or "python" in name.lower() or any("python" in value.lower() for value in values[:3])
    for index, (start, end) in enumerate(spans[1:], 1):
        before, value = values[index - 1], values[index]
        if before in {"-c", "-lc", "-ec", "-Command"} and name in {"bash", "sh", "zsh", "CMD-SHELL"}:
            scan(page, start, end, scope.cwd or UP, env)
        elif before == "-c" and "import" in value:
            _imports(page, start, end, scope)
        elif (before == "-m" and _runs_modules(values[: index - 1])) or before in _MODULE_OPTIONS or (celery and before == "-A"):
            _module(page, start, end, scope)
        elif (option := _OPTION.match(value)) is not None and (option.group()[:-1] in _MODULE_OPTIONS or (celery and value.startswith("--app="))):
            _module(page, start + option.end(), end, scope)
        elif served and _TARGET.fullmatch(value):
            _module(page, start, end, scope)
        elif name in _SAYS:
            words.scan(page, start, end, scope.cwd or UP)
        elif foreign or installs:
            if before in {"-v", "--volume"}:
                _operand(page, start, start + value.find(":") if ":" in value else end, scope, env)
            elif before in _FILE_OPTIONS or (option is not None and option.group()[:-1] in _FILE_OPTIONS) or value.startswith("./"):
                _operand(page, start, end, scope, env, bare=before in _FILE_OPTIONS)
        else:
            folder = before in _FOLDER_OPTIONS and not set(value) <= {".", "/"}
            _operand(page, start, end, scope, env, bare=takes or runs or before in _FILE_OPTIONS, kind="dir" if folder else "")
            runs = runs and (value.startswith("-") or "python" in value.lower())


def _runs_modules(values: list[str]) -> bool:
    return any("python" in value.lower() or value in {"py", "coverage", "run", "-"} for value in values)


def _imports(page: Page, start: int, end: int, scope: _Scope) -> None:
    """The modules that a program on the command line imports."""
    for found in _IMPORT.finditer(page.text, start, end):
        group = 1 if found.group(1) else 2
        page.add("module", found.start(group), found.end(group), scope.cwd or UP)
