"""The environment variables and the background work of Python modules, read from their sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.calls import calls, literal
from migrator.languages.python.parsing import Node, enclosing, occurrences, parse, text_of, walk

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Task", "Variable", "background", "environment"]

_READERS = {"os.getenv", "getenv", "os.environ.get", "environ.get", "os.environ.setdefault", "environ.setdefault", "os.environ.pop", "environ.pop"}
_MAPPINGS = {"os.environ", "environ"}
_CASTS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "list", "json": "list", "url": "url", "db_url": "url"}
_SWITCH = re.compile(r"bool|switch|flag", re.IGNORECASE)
_LISTING = re.compile(r"list|array|split|\bset", re.IGNORECASE)
_LIBRARIES = {"config": (b"decouple", b"starlette.config"), "env": (b"environ.Env", b"environs"), "Env": (b"environs",)}
"""What reads variables by a name of its own, and the words in a source that show that it does."""
_URLS = {"AnyUrl", "HttpUrl", "AnyHttpUrl", "PostgresDsn", "RedisDsn", "AmqpDsn", "MongoDsn", "MySQLDsn", "KafkaDsn", "CockroachDsn", "WebsocketUrl"}
_SECRETS = {"SecretStr", "SecretBytes"}
_DECORATORS = {"task", "shared_task", "periodic_task", "actor", "repeat_every"}
_STARTING = (b"task", b"ensure_future", b"run_in_executor", b"actor")
_STARTERS = {"add_task", "create_task", "ensure_future", "run_in_executor"}


class Variable(NamedTuple):
    """An environment variable that a module reads; `required` where there is no default."""

    name: str
    line: int
    required: bool
    strict: bool = False
    """The module does not go on without it: a missing key, a field of a settings class without a default."""
    type: str = ""
    """`string`, `integer`, `number`, `boolean`, `url` or `list`, where the code says so."""
    default: str | None = None
    """A literal; it may be a secret."""
    description: str = ""
    secret: bool = False
    """Its type says that it is a secret."""


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
    asks = any(word in source for word in (b"environ", b"getenv", b"BaseSettings", b"decouple", b"starlette.config"))
    listed = [*_fields_of(source), *_asked(source)] if asks else []
    for one in sorted(listed, key=lambda one: (one.line, one.name)):
        found.setdefault(one.name, one)
    return tuple(found.values())


def _asked(source: bytes) -> Iterator[Variable]:
    """The variables that a source asks the environment for, also through functions of its own and through the usual libraries."""
    root = parse(source)
    wrappers: dict[str, None] = {}
    for word in (b"environ", b"getenv"):
        for at in occurrences(source, word):
            node = root.descendant_for_byte_range(at, at + len(word))
            asking = _asking(node) if node is not None and node.type == "identifier" else None
            if asking is None:
                continue
            key, strict = _key(asking)
            if told := _string(key):
                yield _variable(told, asking, strict=strict)
            elif key is not None and key.type == "identifier" and (wrapper := _wrapper(asking, text_of(key))):
                wrappers[wrapper] = None
    libraries = [name for name, shown in _LIBRARIES.items() if any(word in source for word in shown)]
    for call in calls(source, *wrappers, *libraries, *(_CASTS if "env" in libraries else ())):
        name = call.said(0)
        if name is None or not re.fullmatch(r"[A-Za-z_]\w*", name) or (call.last not in {*wrappers, *libraries} and call.owner != "env"):
            continue
        fallback, cast = call.said(1, "default"), call.words.get("cast")
        said = cast.text if cast is not None else call.last
        has = "default" in call.words or len(call.given) > 1
        strict = not has and call.last not in wrappers
        yield Variable(name, call.line, not has, strict, _CASTS.get(said) or _by_name(said), None if fallback == "None" else fallback)


def _asking(node: Node) -> Node | None:
    """The call or subscript that asks for a variable, of which a name is the last or the first part."""
    above = node.parent
    if above is not None and above.type == "attribute" and above.child_by_field_name("attribute") == node:
        node, above = above, above.parent
    if above is not None and above.type == "attribute" and above.child_by_field_name("object") == node:
        node, above = above, above.parent
    if above is None:
        return None
    if above.type == "call" and above.child_by_field_name("function") == node and text_of(node) in _READERS:
        return above
    return above if above.type == "subscript" and above.child_by_field_name("value") == node and text_of(node) in _MAPPINGS else None


def _key(asking: Node) -> tuple[Node | None, bool]:
    """What is asked for, and whether its absence is an error."""
    if asking.type == "call":
        return next(iter(_arguments(asking)), None), False
    return asking.child_by_field_name("subscript"), not _is_assigned(asking)


def _is_assigned(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "assignment" and node.parent.child_by_field_name("left") == node


def _variable(name: str, asking: Node, *, strict: bool) -> Variable:
    given = _arguments(asking) if asking.type == "call" else []
    words = _words(asking) if asking.type == "call" else {}
    second = given[1] if len(given) > 1 else words.get("default")
    default = literal(second) if second is not None else None
    required = second is None and not (asking.type == "subscript" and _is_assigned(asking))
    return Variable(name, asking.start_point.row + 1, required, strict, _use(asking), None if default == "None" else default)


def _use(asking: Node) -> str:
    """The type that is made of a value where it is read."""
    node, above = asking, asking.parent
    while above is not None and above.type in {"parenthesized_expression", "argument_list", "boolean_operator", "attribute", "call"}:
        if above.type == "call":
            function = text_of(above.child_by_field_name("function"))
            last = function.rpartition(".")[2]
            if last in {"int", "float", "bool"}:
                return _CASTS[last]
            if (said := _by_name(last)) and node.type in {"argument_list", "attribute"}:
                return said
        node, above = above, above.parent
    return "boolean" if above is not None and above.type == "comparison_operator" and re.search(r"(?i)[\"']true[\"']", text_of(above)) else ""


def _by_name(function: str) -> str:
    """The type that a function gives by its name."""
    if _SWITCH.search(function):
        return "boolean"
    return "integer" if re.search(r"(?i)int$|integer|number", function) else "list" if _LISTING.search(function) else ""


def _wrapper(asking: Node, parameter: str) -> str:
    """The function that asks for the variable that its first parameter names."""
    function = enclosing(asking, "function_definition")
    listed = function.child_by_field_name("parameters") if function is not None else None
    first = next(iter(listed.named_children), None) if listed is not None else None
    return text_of(function.child_by_field_name("name")) if function is not None and text_of(first).partition(":")[0].strip() == parameter else ""


def _fields_of(source: bytes) -> Iterator[Variable]:
    root = parse(source)
    seen: set[int] = set()
    for at in occurrences(source, b"BaseSettings"):
        node = root.descendant_for_byte_range(at, at + 12)
        settings = enclosing(node, "class_definition") if node is not None else None
        if settings is not None and settings.start_byte not in seen and "BaseSettings" in text_of(settings.child_by_field_name("superclasses")):
            seen.add(settings.start_byte)
            yield from _fields(settings)


def _fields(settings: Node) -> Iterator[Variable]:
    """The fields of a settings class, under the names by which the environment knows them."""
    body = settings.child_by_field_name("body")
    statements = [inner for one in (body.named_children if body is not None else ()) for inner in one.named_children if inner.type == "assignment"]
    prefix = next((_word(value, "env_prefix") for one in statements if (value := _right(one, "model_config")) is not None), "")
    inner = [one for one in (body.named_children if body is not None else ()) if one.type == "class_definition"]
    for one in (two for config in inner for two in walk(config) if two.type == "assignment"):
        prefix = _string(_right(one, "env_prefix")) or prefix
    for one in statements:
        left, value = one.child_by_field_name("left"), one.child_by_field_name("right")
        if left is None or left.type != "identifier" or one.child_by_field_name("type") is None or text_of(left) == "model_config":
            continue
        annotation = text_of(one.child_by_field_name("type"))
        field = value is not None and value.type == "call" and text_of(value.child_by_field_name("function")).rpartition(".")[2] == "Field"
        alias = next((said for key in ("validation_alias", "alias", "env") if (said := _word(value, key))), "") if field and value is not None else ""
        required = value is None or (field and not _arguments(value) and not _has(value, "default", "default_factory"))
        ellipsis = field and [text_of(one) for one in _arguments(value)[:1]] == ["..."]
        given = next(iter(_arguments(value)), _words(value).get("default")) if field and value is not None else value
        default = literal(given) if given is not None else None
        yield Variable(
            alias or (prefix + text_of(left)).upper(),
            one.start_point.row + 1,
            required or ellipsis,
            required or ellipsis,
            _annotated(annotation),
            None if default == "None" else default,
            _word(value, "description") if field and value is not None else "",
            not _SECRETS.isdisjoint(re.findall(r"\w+", annotation)),
        )


def _right(assignment: Node, name: str) -> Node | None:
    return assignment.child_by_field_name("right") if text_of(assignment.child_by_field_name("left")) == name else None


def _annotated(annotation: str) -> str:
    """The type of a field by its annotation."""
    names = [one for one in re.findall(r"[A-Za-z_]\w*", annotation) if one not in {"Optional", "None", "Annotated", "Union", "Final", "ClassVar"}]
    first = names[0] if names else ""
    if first.lower() in {"list", "set", "tuple", "frozenset", "sequence", "dict", "mapping", "cors"}:
        return "list"
    return "url" if first in _URLS else _CASTS.get({"PositiveInt": "int", "NonNegativeInt": "int", "SecretStr": "str"}.get(first, first), "")


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


def _words(call: Node) -> dict[str, Node]:
    """The keyword arguments of a call."""
    arguments = call.child_by_field_name("arguments")
    listed = [
        (one.child_by_field_name("name"), one.child_by_field_name("value")) for one in (arguments.named_children if arguments is not None else ())
    ]
    return {text_of(key): value for key, value in listed if key is not None and value is not None}


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
