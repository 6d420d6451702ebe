"""The environment variables and the background work of Python modules, read from their sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.parsing import Node, parse, text_of, walk

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Task", "Variable", "background", "environment"]

_READERS = {"os.getenv", "getenv", "os.environ.get", "environ.get", "os.environ.setdefault", "environ.setdefault", "os.environ.pop", "environ.pop"}
_MAPPINGS = {"os.environ", "environ"}
_DECORATORS = {"task", "shared_task", "periodic_task", "actor", "repeat_every"}
_STARTING = (b"task", b"ensure_future", b"run_in_executor", b"actor")
_STARTERS = {"add_task", "create_task", "ensure_future", "run_in_executor"}


class Variable(NamedTuple):
    """An environment variable that a module reads; `required` where there is no default."""

    name: str
    line: int
    required: bool


class Task(NamedTuple):
    """Work beside requests: a `declared` task that a worker runs, or one that is `started` by a request or at the start."""

    name: str
    kind: str
    line: int


def environment(facts: Facts, module: RepoPath) -> tuple[Variable, ...]:
    """The variables that a module reads: by `os.environ`, `os.getenv` and the fields of pydantic's settings; each once, in order."""
    return facts.told(module, _environment)


def background(facts: Facts, module: RepoPath) -> tuple[Task, ...]:
    """The tasks that a module declares or starts."""
    return facts.told(module, _background)


def _environment(source: bytes) -> tuple[Variable, ...]:
    found: dict[str, Variable] = {}
    for node in walk(parse(source)) if b"env" in source or b"BaseSettings" in source else ():
        match node.type:
            case "call" if text_of(node.child_by_field_name("function")) in _READERS:
                given = _arguments(node)
                variable = (_string(given[0]), len(given) == 1) if given else ("", False)
            case "subscript" if text_of(node.child_by_field_name("value")) in _MAPPINGS:
                key = node.child_by_field_name("subscript")
                variable = (_string(key), True)
            case "class_definition" if "BaseSettings" in text_of(node.child_by_field_name("superclasses")):
                for field in _fields(node):
                    found.setdefault(field.name, field)
                continue
            case _:
                continue
        if variable[0]:
            found.setdefault(variable[0], Variable(variable[0], node.start_point.row + 1, variable[1]))
    return tuple(sorted(found.values(), key=lambda one: (one.line, one.name)))


def _fields(settings: Node) -> Iterator[Variable]:
    """The fields of a settings class, under the names by which the environment knows them."""
    body = settings.child_by_field_name("body")
    statements = [inner for one in (body.named_children if body is not None else ()) for inner in one.named_children if inner.type == "assignment"]
    prefix = ""
    for one in statements:
        value = one.child_by_field_name("right")
        if text_of(one.child_by_field_name("left")) == "model_config" and value is not None:
            prefix = _word(value, "env_prefix")
    for one in statements:
        left, value = one.child_by_field_name("left"), one.child_by_field_name("right")
        if left is None or left.type != "identifier" or one.child_by_field_name("type") is None:
            continue
        field = value is not None and value.type == "call" and text_of(value.child_by_field_name("function")).rpartition(".")[2] == "Field"
        alias = next((said for key in ("validation_alias", "alias", "env") if (said := _word(value, key))), "") if field and value is not None else ""
        required = value is None or (field and not _arguments(value) and not _has(value, "default", "default_factory"))
        ellipsis = field and [text_of(given) for given in _arguments(value)[:1]] == ["..."]
        yield Variable(alias or (prefix + text_of(left)).upper(), one.start_point.row + 1, required or ellipsis)


def _background(source: bytes) -> tuple[Task, ...]:
    found: list[Task] = []
    for node in walk(parse(source)) if any(word in source for word in _STARTING) else ():
        if node.type == "decorated_definition":
            function = text_of((node.child_by_field_name("definition") or node).child_by_field_name("name"))
            for decorator in (child.named_children[0] for child in node.children if child.type == "decorator" and child.named_children):
                call = decorator.child_by_field_name("function") if decorator.type == "call" else decorator
                if text_of(call).rpartition(".")[2] in _DECORATORS:
                    found.append(Task(_word(decorator, "name") or function, "declared", node.start_point.row + 1))
        elif node.type == "call" and (target := node.child_by_field_name("function")) is not None and target.type == "attribute":
            given = _arguments(node)
            if text_of(target.child_by_field_name("attribute")) in _STARTERS and given:
                first = given[-1] if text_of(target).endswith("run_in_executor") and len(given) == 1 else given[0]
                started = first.child_by_field_name("function") if first.type == "call" else first
                found.append(Task(text_of(started), "started", node.start_point.row + 1))
    return tuple(sorted(found, key=lambda task: (task.line, task.name)))


def _arguments(call: Node | None) -> list[Node]:
    """The positional arguments of a call."""
    arguments = call.child_by_field_name("arguments") if call is not None else None
    return [one for one in arguments.named_children if one.type not in {"keyword_argument", "comment"}] if arguments is not None else []


def _has(call: Node | None, *names: str) -> bool:
    arguments = call.child_by_field_name("arguments") if call is not None else None
    return any(text_of(one.child_by_field_name("name")) in names for one in (arguments.named_children if arguments is not None else ()))


def _word(call: Node, name: str) -> str:
    """The text of a keyword argument, or of a key in a dictionary, that is a string."""
    arguments = call.child_by_field_name("arguments") or call
    for one in arguments.named_children:
        key, value = one.child_by_field_name("name") or one.child_by_field_name("key"), one.child_by_field_name("value")
        if key is not None and (text_of(key) == name or _string(key) == name):
            return _string(value)
    return ""


def _string(node: Node | None) -> str:
    if node is None or node.type != "string" or any(child.type == "interpolation" for child in node.children):
        return ""
    return "".join(text_of(child) for child in node.children if child.type == "string_content")
