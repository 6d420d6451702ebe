"""Whether text that programs read still parses: how many parts of a file do not.

A part is what stands or falls by itself: the document, each command in it, each recipe. Well-kept parsers judge, and they are loaded
where a file asks for them. What a parser does not know (another shell, a template) it refuses before and after alike: nobody is blamed.
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from migrator.languages.text.catalogue.loading import Format, form
from migrator.languages.text.readers import bash
from migrator.languages.text.readers.dockerfile import instructions

if TYPE_CHECKING:
    from tree_sitter import Parser

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
"""What a workflow puts in before a shell reads it."""
_VARIABLE = re.compile(r"\$\$|\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\$\{[^{}]*\}|\$[@<^?*+%|\w]")
"""What make puts in before a shell reads it; `$$` is a dollar."""
_RECIPE = re.compile(r"^\t(?:.*\\\n)*.*$", re.MULTILINE)
_PROCESS = re.compile(r"^[\w-]+:(.*)$", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*#.*(?:\n|$)", re.MULTILINE)
_FLAGS = re.compile(r"^(?:\s*--[\w-]+(?:=\S+)?(?:\s+\\\n)?)*\s*")
_ESCAPE = re.compile(r"^#\s*escape\s*=\s*`", re.IGNORECASE | re.MULTILINE)
_SHELLS: Mapping[str, str] = {"bash": "bash", "sh": "bash", "pwsh": "powershell", "powershell": "powershell"}
"""The grammars of shells."""
_INSTRUCTIONS = frozenset(
    "FROM RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL".split()  # noqa: SIM905
)
_LISTS = frozenset({"RUN", "CMD", "ENTRYPOINT", "COPY", "ADD", "SHELL", "VOLUME"})
"""Instructions whose arguments may be a JSON list."""


def broken(source: bytes, dialect: str) -> int:
    """How many parts of a file do not parse."""
    spoken = form(dialect)
    judge = _JUDGES.get(spoken.reads)
    if judge is None:
        return 0
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    try:
        return judge(text if text.endswith("\n") else text + "\n", spoken) if text.strip() else 0
    except RecursionError:  # nested deeper than anybody writes
        return 0


@lru_cache(maxsize=8)
def _parser(grammar: str) -> Parser:
    # Loaded where a file asks for them: the program starts without.
    import tree_sitter_hcl  # noqa: PLC0415
    import tree_sitter_javascript  # noqa: PLC0415
    import tree_sitter_make  # noqa: PLC0415
    import tree_sitter_powershell  # noqa: PLC0415
    from tree_sitter import Language, Parser  # noqa: PLC0415

    grammars = {
        "hcl": tree_sitter_hcl,
        "javascript": tree_sitter_javascript,
        "make": tree_sitter_make,
        "powershell": tree_sitter_powershell,
    }
    return Parser(Language(grammars[grammar].language()))


def _fails(grammar: str, text: str) -> bool:
    if grammar == "bash":
        return bash.parse(text.encode("utf-8", "replace").decode("latin-1")).has_error
    return _parser(grammar).parse(text.encode("utf-8", "replace")).root_node.has_error


def _shell(text: str, _: Format) -> int:
    return _fails("bash", text)


def _powershell(text: str, _: Format) -> int:
    return _fails("powershell", text)


def _hcl(text: str, _: Format) -> int:
    return _fails("hcl", text)


def _toml(text: str, _: Format) -> int:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return 1
    return 0


def _ini(text: str, _: Format) -> int:
    try:
        configparser.RawConfigParser(strict=False, allow_no_value=True).read_string(text)
    except configparser.Error:
        return 1
    return 0


def _json(text: str, spoken: Format) -> int:
    """0 for JSON whose commands parse, more where it is JSON with comments or JSON5 only, and more again where it is neither."""
    try:
        whole = json.loads(text)
    except ValueError:
        # JSON with whatever people add to it is an expression of JavaScript.
        return 1 + _fails("javascript", f"({text}\n)")
    return sum(_fails("bash", command) for command in _commands(whole, spoken))


def _yaml(text: str, spoken: Format) -> int:
    import yaml  # noqa: PLC0415  the same

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        whole = [_plain(node, {}) for node in yaml.compose_all(text, Loader=loader)]
    except yaml.YAMLError:
        return 1
    if spoken.reads == "workflow":
        return sum(_fails(grammar, _EXPRESSION.sub("X", command)) for grammar, command in _runs(whole, "bash", set()))
    return sum(_fails("bash", _EXPRESSION.sub("X", command)) for command in _commands(whole, spoken))


def _plain(node: Any, seen: dict[int, Any]) -> Any:  # noqa: ANN401  YAML is anything
    """A node as data whose scalars are all texts; what an alias names is the same object."""
    if id(node) in seen:
        return seen[id(node)]
    match node.id:
        case "mapping":
            found: Any = seen.setdefault(id(node), {})
            found.update((str(key.value), _plain(value, seen)) for key, value in node.value)
        case "sequence":
            found = seen.setdefault(id(node), [])
            found.extend(_plain(item, seen) for item in node.value)
        case _:
            found = node.value
    return found


def _runs(value: object, shell: str, seen: set[int]) -> Iterator[tuple[str, str]]:
    """The commands of a workflow or an action, each with the grammar of its shell where we have it."""
    if isinstance(value, str) or id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, dict):
        if "windows" in str(value.get("runs-on", "")):
            shell = "pwsh"
        match value.get("defaults"):
            case {"run": {"shell": str(chosen)}}:
                shell = chosen
            case _:
                pass
        match value:
            case {"run": str(command)}:
                grammar = _SHELLS.get(str(value.get("shell", shell)).partition(" ")[0])
                if grammar is not None:
                    yield grammar, command
            case _:
                pass
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from _runs(item, shell, seen)


def _commands(value: object, spoken: Format) -> Iterator[str]:
    """The texts of a document that its format's rows call commands; the scripts of a package are some without a row."""
    seen: set[int] = set()
    pending: list[tuple[tuple[str, ...], object]] = [((), value)]
    while pending:
        keys, value = pending.pop()
        if isinstance(value, str):
            rows = spoken.at(keys, is_key=False)
            if (spoken.reads == "package" and keys[:1] == ("scripts",)) or any(row.holds in {"command", "script"} for row in rows[:1]):
                yield value
        elif id(value) not in seen:
            seen.add(id(value))
            pending += [((*keys, key), below) for key, below in value.items()] if isinstance(value, dict) else []
            pending += [((*keys, "*"), item) for item in value] if isinstance(value, list) else []


def _make(text: str, _: Format) -> int:
    found = sum(_fails("bash", _recipe(line.group())) for line in _RECIPE.finditer(text))
    return found + _fails("make", text)


def _recipe(text: str) -> str:
    """A recipe as the shell gets it."""
    return _VARIABLE.sub(lambda found: "$" if found.group() == "$$" else "X", text.strip().lstrip("@+-"))


def _procfile(text: str, _: Format) -> int:
    return sum(_fails("bash", line.group(1)) for line in _PROCESS.finditer(text))


def _dockerfile(text: str, _: Format) -> int:
    """Instructions that are none, lists that are none, and commands that their shell would not take."""
    if _ESCAPE.search(text):
        return 0
    grammar: str | None = "bash"
    found = 0
    for word, command in _steps(text):
        if word not in _INSTRUCTIONS:
            found += 1
        elif word in _LISTS and command.startswith("["):
            found += _is_no_list(command.replace("\\\n", ""))
        elif word in {"RUN", "CMD", "ENTRYPOINT"} and "<<" not in command and grammar is not None:
            found += _fails(grammar, command)
        if word == "SHELL":
            grammar = next((known for shell, known in _SHELLS.items() if shell in re.split(r"\W+", command)), None)
        elif word == "FROM":
            grammar = "bash"
    return found


def _steps(text: str) -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile with their arguments, without comments and flags, and without those that only say when."""
    for word, start, end in instructions(text):
        arguments = text[start:end]
        if word == "ONBUILD" or (word == "HEALTHCHECK" and "CMD" in arguments):
            first, _, rest = arguments[arguments.find("CMD") if word == "HEALTHCHECK" else 0 :].strip().partition(" ")
            yield first.upper(), _FLAGS.sub("", _COMMENT.sub("", rest), count=1)
        else:
            yield word, _FLAGS.sub("", _COMMENT.sub("", arguments), count=1)


def _is_no_list(text: str) -> bool:
    """Whether what begins as a list of texts is none: docker would take it for a command of the shell."""
    try:
        return not isinstance(json.loads(text), list)
    except ValueError:
        return True


_JUDGES: Mapping[str, Callable[[str, Format], int]] = {
    "compose": _yaml,
    "dockerfile": _dockerfile,
    "hcl": _hcl,
    "ini": _ini,
    "json": _json,
    "lock-bun": _json,
    "lock-npm": _json,
    "lock-pnpm": _yaml,
    "lock-uv": _toml,
    "make": _make,
    "package": _json,
    "powershell": _powershell,
    "procfile": _procfile,
    "shell": _shell,
    "terraform": _hcl,
    "toml": _toml,
    "tsconfig": _json,
    "workflow": _yaml,
    "yaml": _yaml,
}
"""By the reader of a format; what is not here has no syntax that could break."""
