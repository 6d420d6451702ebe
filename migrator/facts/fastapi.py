"""What the FastAPI and Starlette code of a tree serves: applications, routers and routes; read from the sources, which are never imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from migrator.facts import Facts
from migrator.languages.python.parsing import Node, decoded, parse
from migrator.paths import RepoPath

__all__ = ["Hook", "Inclusion", "Name", "Route", "Router", "Source", "applications", "contributions", "routers", "routes", "source_of"]

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_ROUTERS = {"FastAPI": "application", "Starlette": "application", "APIRouter": "router", "Router": "router"}
_DEEP = 16
"""No chain of re-exports and inclusions is longer."""


class Name(NamedTuple):
    """Something that a module binds."""

    module: RepoPath
    name: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A piece of a source: its text and where it stands."""

    text: str
    start: int
    kind: str
    parts: tuple[Expression, ...] = ()
    """What an attribute, an addition, a formatted string or a call is made of."""


@dataclass(frozen=True, slots=True)
class Definition:
    """`name = APIRouter(prefix=…)` or `name = FastAPI(…)`."""

    name: str
    kind: str
    """`application` or `router`."""
    prefix: Expression | None
    top: bool
    """Whether it is bound at the top of the module."""
    line: int


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function that a router serves, or an application mounted below a path."""

    router: str
    methods: tuple[str, ...]
    path: Expression | None
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`router.include_router(other, prefix=…)`."""

    router: str
    included: Expression
    prefix: Expression | None
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Hook:
    """What an application does around its routes: `middleware`, `event`, `exception_handler`, `lifespan`."""

    kind: str
    router: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """What one module says."""

    routers: tuple[Definition, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    inclusions: tuple[Inclusion, ...] = ()
    hooks: tuple[Hook, ...] = ()
    imported: Mapping[str, int] = None  # type: ignore[assignment]  # always given
    """Local name to the byte at which the imported name stands."""
    values: Mapping[str, Expression] = None  # type: ignore[assignment]  # always given
    """What the module's names, and its classes' attributes as `Class.name`, are assigned."""


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One route of an application. `method` is `WEBSOCKET` for a WebSocket and `MOUNT` for a mounted application."""

    method: str
    path: str
    name: str
    module: RepoPath
    """The module whose function serves it."""
    router: str
    """The name of the router in that module."""
    line: int


@dataclass(frozen=True, slots=True)
class Router:
    """A router or an application of the tree."""

    name: Name
    kind: str
    top: bool
    line: int


# the sources -----------------------------------------------------------------------------------------------------------


def source_of(facts: Facts, module: RepoPath) -> Source:
    """What a module says; nothing where it does not speak of routers."""
    return _read(facts.read(module))


@lru_cache(maxsize=8192)
def _read(source: bytes) -> Source:
    reader = _Reader(source)
    reader.read(parse(source))
    return Source(tuple(reader.routers), tuple(reader.endpoints), tuple(reader.inclusions), tuple(reader.hooks), reader.imported, reader.values)


class _Reader:
    def __init__(self, source: bytes) -> None:
        self._source = source
        self.routers: list[Definition] = []
        self.endpoints: list[Endpoint] = []
        self.inclusions: list[Inclusion] = []
        self.hooks: list[Hook] = []
        self.imported: dict[str, int] = {}
        self.values: dict[str, Expression] = {}

    def read(self, root: Node) -> None:
        pending = [root]
        while pending:
            node = pending.pop()
            match node.type:
                case "import_from_statement" | "import_statement":
                    self._import(node)
                case "assignment":
                    self._assignment(node)
                case "decorated_definition":
                    self._decorated(node)
                case "call":
                    self._call(node)
            pending.extend(reversed(node.named_children))

    def _import(self, node: Node) -> None:
        for item in node.children_by_field_name("name"):
            bound = item.child_by_field_name("alias") or item
            named = item.child_by_field_name("name") if item.type == "aliased_import" else item
            if named is not None:
                self.imported[self._text(bound)] = named.start_byte

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type != "identifier":
            return
        name = self._text(left)
        above = _owner(node)
        if above is None:
            self.values.setdefault(name, self._expression(right))
        elif above.type == "class_definition":
            self.values.setdefault(f"{self._text(above.child_by_field_name('name'))}.{name}", self._expression(right))
        if right.type != "call":
            return
        kind = _ROUTERS.get(self._text(right.child_by_field_name("function")).rpartition(".")[2])
        if kind is not None:
            words = self._words(right)
            prefix = words.get("prefix")
            self.routers.append(Definition(name, kind, prefix and self._expression(prefix), above is None, _line(node)))
            if "lifespan" in words:
                self.hooks.append(Hook("lifespan", name, self._text(words["lifespan"]), _line(node)))

    def _decorated(self, node: Node) -> None:
        definition = node.child_by_field_name("definition")
        if definition is None:
            return
        function = self._text(definition.child_by_field_name("name"))
        for decorator in (child for child in node.children if child.type == "decorator"):
            call = next(iter(decorator.named_children), None)
            target = call.child_by_field_name("function") if call is not None and call.type == "call" else None
            if call is None or target is None or target.type != "attribute":
                continue
            router, verb = self._text(target.child_by_field_name("object")), self._text(target.child_by_field_name("attribute"))
            if verb in {"middleware", "on_event", "exception_handler"}:
                self.hooks.append(Hook({"on_event": "event"}.get(verb, verb), router, function, _line(decorator)))
            else:
                self._endpoint(call, router, verb, function)

    def _call(self, node: Node) -> None:
        target = node.child_by_field_name("function")
        if target is None or target.type != "attribute":
            return
        router, verb = self._text(target.child_by_field_name("object")), self._text(target.child_by_field_name("attribute"))
        words, places = self._words(node), self._places(node)
        if verb == "include_router" and (included := places[0] if places else words.get("router")) is not None:
            prefix = words.get("prefix")
            self.inclusions.append(
                Inclusion(router, self._expression(included), prefix and self._expression(prefix), node.start_byte, node.end_byte, _line(node))
            )
        elif verb in {"add_middleware", "add_exception_handler", "add_event_handler"} and places:
            kind = {"add_middleware": "middleware", "add_event_handler": "event"}.get(verb, "exception_handler")
            self.hooks.append(Hook(kind, router, self._text(places[0]), _line(node)))
        elif verb in {"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route", "mount"} and places:
            function = places[1] if len(places) > 1 else words.get("endpoint") or words.get("app")
            self._endpoint(node, router, verb.removeprefix("add_").removeprefix("api_"), self._text(function).rpartition(".")[2])

    def _endpoint(self, call: Node, router: str, verb: str, function: str) -> None:
        words, places = self._words(call), self._places(call)
        path = places[0] if places else words.get("path")
        name = words.get("name")
        methods: tuple[str, ...]
        if verb in _METHODS:
            methods = (verb.upper(),)
        elif verb in {"websocket", "websocket_route"}:
            methods = ("WEBSOCKET",)
        elif verb == "mount":
            methods = ("MOUNT",)
        elif verb in {"api_route", "route"}:
            listed = words.get("methods")
            methods = tuple(self._string(item).upper() for item in listed.named_children if item.type == "string") if listed is not None else ("GET",)
        else:
            return
        shown = self._string(name) if name is not None and name.type == "string" else function
        self.endpoints.append(Endpoint(router, methods, path and self._expression(path), shown, _line(call)))

    def _words(self, call: Node) -> dict[str, Node]:
        """The keyword arguments of a call."""
        found = {}
        for argument in arguments.named_children if (arguments := call.child_by_field_name("arguments")) is not None else ():
            key, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
            if argument.type == "keyword_argument" and key is not None and value is not None:
                found[self._text(key)] = value
        return found

    def _places(self, call: Node) -> list[Node]:
        """The positional arguments of a call."""
        arguments = call.child_by_field_name("arguments")
        return [a for a in arguments.named_children if a.type not in {"keyword_argument", "comment"}] if arguments is not None else []

    def _expression(self, node: Node) -> Expression:
        parts: tuple[Expression, ...] = ()
        text = self._text(node)
        match node.type:
            case "string":
                inner = [child for child in node.children if child.type in {"string_content", "interpolation"}]
                parts = tuple(
                    self._expression(child.named_children[0])
                    if child.type == "interpolation" and child.named_children
                    else Expression(self._text(child), child.start_byte, "text")
                    for child in inner
                )
            case "attribute":
                owner = node.child_by_field_name("object")
                parts = (self._expression(owner),) if owner is not None else ()
                text = self._text(node.child_by_field_name("attribute"))
            case "binary_operator" if self._text(node.child_by_field_name("operator")) == "+":
                parts = tuple(self._expression(child) for child in (node.child_by_field_name("left"), node.child_by_field_name("right")) if child)
            case "concatenated_string":
                parts = tuple(self._expression(child) for child in node.named_children if child.type == "string")
            case "parenthesized_expression":
                parts = tuple(self._expression(child) for child in node.named_children[:1])
            case "call":
                default = self._words(node).get("default") or next(iter(self._places(node)), None)
                text = self._text(node.child_by_field_name("function"))
                # What a call gives is not known; for `Field("x")` and `Field(default="x")` it is, for `Settings()` its class tells.
                parts = (self._expression(default),) if default is not None else ()
        return Expression(text, node.start_byte, node.type, parts)

    def _string(self, node: Node) -> str:
        return "".join(self._text(child) for child in node.children if child.type == "string_content")

    def _text(self, node: Node | None) -> str:
        return decoded(self._source[node.start_byte : node.end_byte].removeprefix(b"\xef\xbb\xbf")) if node is not None else ""


def _owner(node: Node) -> Node | None:
    """The function or class in which a node stands."""
    here = node.parent
    while here is not None and here.type not in {"function_definition", "class_definition", "lambda"}:
        here = here.parent
    return here


def _line(node: Node) -> int:
    return node.start_point.row + 1


# across modules --------------------------------------------------------------------------------------------------------


def routers(facts: Facts) -> Mapping[Name, Router]:
    """Every router and application that is bound at the top of a module or in a function, by where it is bound."""
    return facts.derive(_routers)


def _routers(facts: Facts) -> Mapping[Name, Router]:
    found: dict[Name, Router] = {}
    for module in facts.graph.references:
        if module.endswith(".py") and (b"Router" in (source := facts.read(module)) or b"FastAPI" in source or b"Starlette" in source):
            for one in source_of(facts, module).routers:
                name = Name(module, one.name)
                found.setdefault(name, Router(name, one.kind, one.top, one.line))
    return found


def applications(facts: Facts) -> tuple[Name, ...]:
    """The applications that a server can be given by name, that with the most routes first."""
    found = [router.name for router in routers(facts).values() if router.kind == "application" and router.top]
    return tuple(sorted(found, key=lambda name: (-len(routes(facts, name)), name)))


def routes(facts: Facts, name: Name) -> tuple[Route, ...]:
    """The routes that an application or router serves, in the order in which it was given them."""
    return tuple(_served(facts, name, "", 0))


def contributions(facts: Facts, name: Name) -> tuple[tuple[Inclusion, Name | None, str, tuple[Route, ...]], ...]:
    """What an application includes: the call, the router (None where it is not found), the whole prefix, and the routes that come with it."""
    source = source_of(facts, name.module)
    found = []
    for inclusion in source.inclusions:
        if inclusion.router != name.name:
            continue
        prefix = _value(facts, name.module, inclusion.prefix, 0) if inclusion.prefix is not None else ""
        router = _resolved(facts, name.module, inclusion.included, 0)
        found.append((inclusion, router, prefix, tuple(_served(facts, router, prefix, 1)) if router is not None else ()))
    return tuple(found)


def _served(facts: Facts, name: Name, prefix: str, depth: int) -> Iterator[Route]:
    if depth > _DEEP:
        return
    source = source_of(facts, name.module)
    definition = next((one for one in source.routers if one.name == name.name), None)
    own = prefix + (_value(facts, name.module, definition.prefix, 0) if definition is not None and definition.prefix is not None else "")
    events: list[Endpoint | Inclusion] = [*source.endpoints, *source.inclusions]
    for event in sorted((event for event in events if event.router == name.name), key=lambda event: event.line):
        if isinstance(event, Endpoint):
            path = own + (_value(facts, name.module, event.path, 0) if event.path is not None else "")
            yield from (Route(method, path, event.name, name.module, name.name, event.line) for method in event.methods)
        else:
            router = _resolved(facts, name.module, event.included, 0)
            more = _value(facts, name.module, event.prefix, 0) if event.prefix is not None else ""
            if router is not None:
                yield from _served(facts, router, own + more, depth + 1)


def _resolved(facts: Facts, module: RepoPath, expression: Expression, depth: int) -> Name | None:
    """The router that an expression names, also by a second name (`api = router`)."""
    found = _binding(facts, module, expression, depth)
    if found is None or found in routers(facts) or depth > _DEEP:
        return found
    said = source_of(facts, found.module).values.get(found.name)
    return _resolved(facts, found.module, said, depth + 1) if said is not None and said.kind in {"identifier", "attribute"} else None


def _binding(facts: Facts, module: RepoPath, expression: Expression, depth: int) -> Name | None:
    """Where what an expression names is bound: a module's name, or a module itself (with an empty name)."""
    if depth > _DEEP:
        return None
    if expression.kind == "attribute" and expression.parts:
        owner = _binding(facts, module, expression.parts[0], depth + 1)
        if owner is None:
            return None
        if not owner.name:
            return _exported(facts, owner.module, expression.text, depth + 1)
        return Name(owner.module, f"{owner.name}.{expression.text}")
    if expression.kind != "identifier":
        return None
    return _exported(facts, module, expression.text, depth)


def _exported(facts: Facts, module: RepoPath, name: str, depth: int) -> Name | None:
    """What a module means by a name, through what it imports."""
    if depth > _DEEP or not module.endswith(".py"):
        return None
    source = source_of(facts, module)
    if name in source.imported and not any(one.name == name for one in source.routers):
        at = source.imported[name]
        for reference in facts.graph.references.get(module, ()):
            if reference.mention.start == at and reference.target.path is not None and not reference.mention.weak:
                target, rest = reference.target.path, reference.target.rest
                return _exported(facts, target, rest, depth + 1) if rest and "." not in rest else Name(target, rest)
        return None
    return Name(module, name)


def _value(facts: Facts, module: RepoPath, expression: Expression, depth: int) -> str:
    """The text that an expression stands for; its own text in braces where nobody knows without running it."""
    unknown = "{" + expression.text + "}"
    if depth > _DEEP:
        return unknown
    match expression.kind:
        case "text":
            return expression.text
        case "string" | "concatenated_string" | "parenthesized_expression" | "binary_operator":
            return "".join(_value(facts, module, part, depth + 1) for part in expression.parts)
        case "call" if expression.parts and expression.text.rpartition(".")[2] in {"Field", "getenv", "get"}:
            return _value(facts, module, expression.parts[0], depth + 1)
        case "identifier" | "attribute":
            found = _binding(facts, module, expression, depth)
            value = _constant(facts, found, depth + 1) if found is not None else None
            return unknown if value is None else _value(facts, value[0], value[1], depth + 1)
    return unknown


def _constant(facts: Facts, name: Name, depth: int) -> tuple[RepoPath, Expression] | None:
    """What a name is assigned: a module's name, or an attribute of an instance whose class gives it a value."""
    values = source_of(facts, name.module).values
    if name.name in values:
        return name.module, values[name.name]
    owner, dot, attribute = name.name.rpartition(".")
    if not dot or depth > _DEEP:
        return None
    built = values.get(owner)
    if built is not None and built.kind == "call":
        made = _exported(facts, name.module, built.text, depth + 1)
        if made is not None:
            return _constant(facts, Name(made.module, f"{made.name}.{attribute}"), depth + 1)
    return None
