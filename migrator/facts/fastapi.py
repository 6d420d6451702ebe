"""What the FastAPI and Starlette code of a tree serves: applications, routers and routes; read from the sources, which are never imported."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.loops import rounds
from migrator.facts.served import Below, Route, Served
from migrator.languages.python.parsing import Node, decoded, parse

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = [
    "BRACES",
    "PARAMETER",
    "Hook",
    "Inclusion",
    "Name",
    "Route",
    "Router",
    "Served",
    "Source",
    "applications",
    "called",
    "expression_of",
    "included",
    "includes",
    "inclusions",
    "is_known",
    "mounted",
    "own",
    "routers",
    "routes",
    "source_of",
    "value_of",
]

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_ROUTERS = {"FastAPI": "application", "Starlette": "application", "APIRouter": "router", "Router": "router"}
_NOTHING: Mapping[str, Node] = MappingProxyType({})
_DEEP = 16
"""No chain of re-exports and inclusions is longer."""


BRACES = re.compile(r"\{[^}]*\}")
"""What a route's path leaves open."""
PARAMETER = re.compile(r"\{(\w+)(:\w+)?\}")
"""A parameter of a route's path, with its converter."""


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
    scope: str
    """The function in which it is bound, an empty name at the top of the module."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function that a router serves, or an application mounted below a path."""

    router: str
    methods: tuple[str, ...]
    path: Expression | None
    name: str
    start: int
    line: int
    scope: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`router.include_router(other, prefix=…)`; in a loop over what is written down one for each round, each from the same place."""

    router: str
    included: Expression
    prefix: Expression | None
    start: int
    end: int
    line: int
    scope: str


@dataclass(frozen=True, slots=True)
class Passing:
    """`register(app)`: a function is given something, which may be a router, under the name of one of its parameters."""

    given: str
    function: Expression
    place: int | str
    """Which argument: its position or its name."""
    line: int
    scope: str


@dataclass(frozen=True, slots=True)
class Function:
    """What a function is given and what it returns, by name."""

    parameters: tuple[str, ...]
    returned: tuple[str, ...]
    locals: frozenset[str]
    """The names that are its own."""


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
    passings: tuple[Passing, ...] = ()
    functions: Mapping[str, Function] = None  # type: ignore[assignment]  # always given


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
    return facts.told(module, _read)


def _read(source: bytes) -> Source:
    reader = _Reader(source)
    reader.read(parse(source))
    return Source(
        tuple(reader.routers),
        tuple(reader.endpoints),
        tuple(reader.inclusions),
        tuple(reader.hooks),
        reader.imported,
        reader.values,
        tuple(reader.passings),
        {name: reader.function(name) for name in reader.parameters},
    )


def expression_of(source: bytes, node: Node, names: Mapping[str, Node] = _NOTHING) -> Expression:
    """What a piece of a source says; some names in it stand for other pieces."""
    return _Reader(source)._expression(node, names)  # noqa: SLF001  of this module


class _Reader:
    def __init__(self, source: bytes) -> None:
        self._source = source
        self.routers: list[Definition] = []
        self.endpoints: list[Endpoint] = []
        self.inclusions: list[Inclusion] = []
        self.hooks: list[Hook] = []
        self.imported: dict[str, int] = {}
        self.values: dict[str, Expression] = {}
        self.passings: list[Passing] = []
        self.parameters: dict[str, tuple[str, ...]] = {}
        self._returned: dict[str, list[str]] = {}
        self._locals: dict[str, set[str]] = {}

    def function(self, name: str) -> Function:
        """A function of the module."""
        parameters = self.parameters[name]
        return Function(parameters, tuple(self._returned.get(name, ())), frozenset(parameters) | self._locals.get(name, set()))

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
                case "function_definition" if _owner(node) is None:
                    self._function(node)
                case "return_statement" if node.named_children and node.named_children[0].type == "identifier":
                    self._returned.setdefault(self._scope(node), []).append(self._text(node.named_children[0]))
            pending.extend(reversed(node.named_children))

    def _scope(self, node: Node) -> str:
        """The name of the function in which a node stands, of the outermost one."""
        here, scope = _owner(node), ""
        while here is not None:
            scope = self._text(here.child_by_field_name("name")) if here.type == "function_definition" else scope
            here = _owner(here)
        return scope

    def _function(self, node: Node) -> None:
        listed = node.child_by_field_name("parameters")
        found = (
            [one.child_by_field_name("name") or (one.named_children[0] if one.named_children else one) for one in listed.named_children]
            if listed
            else []
        )
        self.parameters.setdefault(self._text(node.child_by_field_name("name")), tuple(self._text(one) for one in found))

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
        scope = self._scope(node)
        if scope:
            self._locals.setdefault(scope, set()).add(name)
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
            self.routers.append(Definition(name, kind, prefix and self._expression(prefix), above is None, _line(node), scope))
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
        words, places = self._words(node), self._places(node)
        given: list[tuple[int | str, Node]] = [*enumerate(places), *words.items()]
        if target is not None and target.type in {"identifier", "attribute"}:
            self.passings += [
                Passing(self._text(value), self._expression(target), place, _line(node), self._scope(node))
                for place, value in given
                if value.type == "identifier"
            ]
        if target is None or target.type != "attribute":
            return
        router, verb = self._text(target.child_by_field_name("object")), self._text(target.child_by_field_name("attribute"))
        if verb == "include_router" and (included := places[0] if places else words.get("router")) is not None:
            prefix = words.get("prefix")
            self.inclusions += [
                Inclusion(
                    router,
                    self._expression(included, names),
                    prefix and self._expression(prefix, names),
                    node.start_byte,
                    node.end_byte,
                    _line(node),
                    self._scope(node),
                )
                for names in rounds(node)
            ]
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
        self.endpoints.append(Endpoint(router, methods, path and self._expression(path), shown, call.start_byte, _line(call), self._scope(call)))

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

    def _expression(self, node: Node, names: Mapping[str, Node] = _NOTHING, depth: int = 0) -> Expression:
        """What a piece of the source says; some names in it stand for other pieces. What lies too deep for anybody to follow says nothing."""
        if depth > _DEEP:
            return Expression(self._text(node), node.start_byte, "unknown")
        if node.type == "identifier" and (stands := names.get(self._text(node))) is not None:
            return self._expression(stands)
        parts: tuple[Expression, ...] = ()
        text = self._text(node)
        match node.type:
            case "string":
                inner = [child for child in node.children if child.type in {"string_content", "interpolation"}]
                parts = tuple(
                    self._expression(child.named_children[0], names, depth + 1)
                    if child.type == "interpolation" and child.named_children
                    else Expression(self._text(child), child.start_byte, "text")
                    for child in inner
                )
            case "attribute":
                owner = node.child_by_field_name("object")
                parts = (self._expression(owner, names, depth + 1),) if owner is not None else ()
                text = self._text(node.child_by_field_name("attribute"))
            case "binary_operator" if self._text(node.child_by_field_name("operator")) == "+":
                parts = tuple(
                    self._expression(child, names, depth + 1)
                    for child in (node.child_by_field_name("left"), node.child_by_field_name("right"))
                    if child
                )
            case "concatenated_string":
                parts = tuple(self._expression(child, names, depth + 1) for child in node.named_children if child.type == "string")
            case "parenthesized_expression":
                parts = tuple(self._expression(child, names, depth + 1) for child in node.named_children[:1])
            case "call":
                default = self._words(node).get("default") or next(iter(self._places(node)), None)
                text = self._text(node.child_by_field_name("function"))
                # What a call gives is not known; for `Field("x")` and `Field(default="x")` it is, for `Settings()` its class tells.
                parts = (self._expression(default, names, depth + 1),) if default is not None else ()
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
        for one in facts.told(module, _definitions_in) if module.endswith(".py") else ():
            name = Name(module, one.name)
            found.setdefault(name, Router(name, one.kind, one.top, one.line))
    return found


def _definitions_in(source: bytes) -> tuple[Definition, ...]:
    return _read(source).routers if any(word in source for word in (b"Router", b"FastAPI", b"Starlette")) else ()


def applications(facts: Facts) -> tuple[Name, ...]:
    """The applications that a server can be given by name, that with the most routes first: made at the top of a module, or by a function that it calls."""
    return facts.derive(_applications)


def _applications(facts: Facts) -> tuple[Name, ...]:
    found = {router.name for router in routers(facts).values() if router.kind == "application" and router.top}
    makers = {
        function.encode()
        for name in routers(facts)
        for function, said in source_of(facts, name.module).functions.items()
        if routers(facts)[name].kind == "application" and name.name in said.returned
    }
    for module in facts.graph.references if makers else ():
        if module.endswith(".py") and any(maker in facts.read(module) for maker in makers):
            tops = (Name(module, name) for name, value in source_of(facts, module).values.items() if value.kind == "call")
            found.update(name for name in tops if name not in found and _is_application(facts, name))
    return tuple(sorted(found, key=lambda name: (-len(routes(facts, name)), name)))


def _is_application(facts: Facts, name: Name) -> bool:
    """Whether a name is bound to what a function makes and returns."""
    made = (variable for variable in _said(facts, name)[0] if variable.scope)
    return any(one.kind == "application" for variable in made for one in _definitions(facts, variable))


def routes(facts: Facts, name: Name) -> Served:
    """The routes that an application or router serves, in the order in which it was given them."""
    return _served(facts, name, 0)


def is_known(path: str, *sources: bytes) -> bool:
    """Whether what stands in a route's braces are parameters that some sources show as they are; what else is there, nobody knows without running it."""
    tokens = BRACES.findall(path)
    return all(PARAMETER.fullmatch(token) and any(token.encode() in source for source in sources) for token in tokens)


def inclusions(facts: Facts, name: Name) -> tuple[tuple[Inclusion, Name | None], ...]:
    """What an application includes in its own module, also by routers of that module, each once: the call, and the router (None where it is not found)."""
    return _inclusions(facts, name, 0)


def _inclusions(facts: Facts, name: Name, depth: int) -> tuple[tuple[Inclusion, Name | None], ...]:
    known = _known(facts).inclusions
    if (name, depth) not in known:
        found: dict[tuple[Inclusion, Name | None], None] = {}
        for said, router, _, inner in _rows(facts, name, depth):
            found.update(dict.fromkeys(inner or [(said, router)]))
        known[name, depth] = tuple(found)
    return known[name, depth]


def _rows(facts: Facts, name: Name, depth: int) -> Iterator[tuple[Inclusion, Name | None, str, tuple[tuple[Inclusion, Name | None], ...]]]:
    """What a router includes in its own module: the call, the router, the prefix that the call gives, and what that router includes there in turn."""
    for variable, said in _said(facts, name)[1] if depth <= _DEEP else ():
        if isinstance(said, Inclusion) and variable.module == name.module:
            prefix = _value(facts, name.module, said.prefix, 0) if said.prefix is not None else ""
            router = _resolved(facts, name.module, said.included, 0)
            yield said, router, prefix, _inclusions(facts, router, depth + 1) if router is not None and router.module == name.module else ()


def included(facts: Facts, name: Name, modules: Collection[RepoPath]) -> Served:
    """The routes that come with what an application includes so, those of the routers of some modules."""
    return _included(facts, name, modules, 0, {})


def _included(facts: Facts, name: Name, modules: Collection[RepoPath], depth: int, known: dict[tuple[Name, int], Served]) -> Served:
    if (name, depth) not in known:
        parts = []
        for _, router, prefix, inner in _rows(facts, name, depth):
            if router is not None and inner:
                parts.append(Below(prefix + _own(facts, router), _included(facts, router, modules, depth + 1, known)))
            elif router is not None and router.module in modules:
                parts.append(Below(prefix, _served(facts, router, 1)))
        known[name, depth] = Served(tuple(parts))
    return known[name, depth]


def mounted(facts: Facts, name: Name) -> tuple[tuple[RepoPath, Name], ...]:
    """Everything that an application or router includes, and what that includes, each once: the module that says so, and the router."""
    return _mounted(facts, name, 0)


def _mounted(facts: Facts, name: Name, depth: int) -> tuple[tuple[RepoPath, Name], ...]:
    known = _known(facts).mounted
    if (name, depth) not in known:
        found: dict[tuple[RepoPath, Name], None] = {}
        for variable, said in _said(facts, name)[1] if depth <= _DEEP else ():
            if isinstance(said, Inclusion) and (router := _resolved(facts, variable.module, said.included, 0)) is not None:
                found[variable.module, router] = None
                found.update(dict.fromkeys(_mounted(facts, router, depth + 1)))
        known[name, depth] = tuple(found)
    return known[name, depth]


def includes(facts: Facts, name: Name) -> tuple[tuple[RepoPath, Inclusion, Name], ...]:
    """What an application or router includes by itself, wherever that is said: the module, the call, and the router."""
    said = ((variable.module, one) for variable, one in _said(facts, name)[1] if isinstance(one, Inclusion))
    found = ((module, one, _resolved(facts, module, one.included, 0)) for module, one in said)
    return tuple((module, one, router) for module, one, router in found if router is not None)


def called(facts: Facts, module: RepoPath, text: str) -> Name | None:
    """Where what a module calls by a text is defined, through what it imports."""
    return _called(facts, module, text)


def own(facts: Facts, name: Name) -> tuple[Endpoint, ...]:
    """What an application serves by itself in its own module, also by routers of that module that it includes."""
    names = [name, *(router for module, router in mounted(facts, name) if module == name.module == router.module)]
    return tuple(
        said
        for one in dict.fromkeys(names)
        for variable, said in _said(facts, one)[1]
        if isinstance(said, Endpoint) and variable.module == name.module
    )


class _Variable(NamedTuple):
    """A name of a module, or of one of its functions."""

    module: RepoPath
    scope: str
    name: str


_Said = list[tuple[_Variable, Endpoint | Inclusion]]


@dataclass(frozen=True)
class _Known:
    """What was found out of each router of a tree, from how many inclusions below the one that was asked about; beyond `_DEEP` nobody follows."""

    said: dict[Name, tuple[list[_Variable], _Said]] = field(default_factory=dict)
    served: dict[tuple[Name, int], Served] = field(default_factory=dict)
    mounted: dict[tuple[Name, int], tuple[tuple[RepoPath, Name], ...]] = field(default_factory=dict)
    inclusions: dict[tuple[Name, int], tuple[tuple[Inclusion, Name | None], ...]] = field(default_factory=dict)


def _known(facts: Facts) -> _Known:
    return facts.derive(_nothing_known)


def _nothing_known(_: Facts) -> _Known:
    return _Known()


def _said(facts: Facts, name: Name) -> tuple[list[_Variable], _Said]:
    """The names that one router has, and what is said of it under them, in order.

    Besides its own name these are the one in the function that made it and those of the parameters under which other functions are given it.
    """
    known = _known(facts).said
    if name not in known:
        known[name] = _heard(facts, name)
    return known[name]


def _heard(facts: Facts, name: Name) -> tuple[list[_Variable], _Said]:
    variables: list[_Variable] = []
    said: _Said = []
    definitions = [one for one in source_of(facts, name.module).routers if one.name == name.name]
    starts = [""] if any(one.top for one in definitions) else ["", *dict.fromkeys(one.scope for one in definitions)]
    for scope in starts:
        _follow(facts, _Variable(name.module, scope, name.name), variables, said)
    return variables, said


def _follow(facts: Facts, variable: _Variable, variables: list[_Variable], said: _Said) -> None:
    if variable in variables or len(variables) > _DEEP:
        return
    variables.append(variable)
    source = source_of(facts, variable.module)
    made = source.values.get(variable.name) if not variable.scope else None
    if made is not None:
        for router in _made(facts, variable.module, made):
            _follow(facts, router, variables, said)
    events: list[Endpoint | Inclusion | Passing] = [*source.endpoints, *source.inclusions, *source.passings]
    for event in sorted((event for event in events if _is_of(facts, variable, event)), key=lambda event: event.line):
        if not isinstance(event, Passing):
            said.append((variable, event))
        elif (parameter := _parameter(facts, variable.module, event)) is not None:
            _follow(facts, parameter, variables, said)


def _made(facts: Facts, module: RepoPath, expression: Expression) -> tuple[_Variable, ...]:
    """What a call returns of its function's own names."""
    maker = _called(facts, module, expression.text) if expression.kind == "call" else None
    function = source_of(facts, maker.module).functions.get(maker.name) if maker is not None and maker.module.endswith(".py") else None
    return tuple(_Variable(maker.module, maker.name, local) for local in function.returned) if maker is not None and function is not None else ()


def _parameter(facts: Facts, module: RepoPath, passing: Passing) -> _Variable | None:
    """The parameter under which a function is given a router."""
    function = _binding(facts, module, passing.function, 0)
    said = source_of(facts, function.module).functions.get(function.name) if function is not None and function.module.endswith(".py") else None
    if function is None or said is None:
        return None
    if isinstance(passing.place, str):
        return _Variable(*function, passing.place) if passing.place in said.parameters else None
    return _Variable(*function, said.parameters[passing.place]) if passing.place < len(said.parameters) else None


def _called(facts: Facts, module: RepoPath, text: str) -> Name | None:
    """The function that a call's text names."""
    owner, dot, last = text.rpartition(".")
    if not dot:
        return _exported(facts, module, text, 0)
    found = _exported(facts, module, owner, 0) if "." not in owner else None
    return _exported(facts, found.module, last, 1) if found is not None and not found.name else None


def _is_of(facts: Facts, variable: _Variable, said: Endpoint | Inclusion | Passing) -> bool:
    """Whether what is said of a router by name is said of a variable: in its function, or, of a module's, wherever no function has one of that name."""
    if (said.given if isinstance(said, Passing) else said.router) != variable.name:
        return False
    if variable.scope or not said.scope:
        return said.scope == variable.scope
    function = source_of(facts, variable.module).functions.get(said.scope)
    return function is None or variable.name not in function.locals


def _definitions(facts: Facts, variable: _Variable) -> tuple[Definition, ...]:
    """Where a variable is bound to a router."""
    return tuple(one for one in source_of(facts, variable.module).routers if one.name == variable.name and one.scope == variable.scope)


def _served(facts: Facts, name: Name, depth: int) -> Served:
    known = _known(facts).served
    if (name, depth) not in known:
        known[name, depth] = Served(tuple(_parts(facts, name, depth)))
    return known[name, depth]


def _parts(facts: Facts, name: Name, depth: int) -> Iterator[Route | Below]:
    own = _own(facts, name)
    for variable, event in _said(facts, name)[1] if depth <= _DEEP else ():
        if isinstance(event, Endpoint):
            path = own + (_value(facts, variable.module, event.path, 0) if event.path is not None else "")
            yield from (Route(method, path, event.name, variable.module, variable.name, event.line) for method in event.methods)
        else:
            router = _resolved(facts, variable.module, event.included, 0)
            more = _value(facts, variable.module, event.prefix, 0) if event.prefix is not None else ""
            if router is not None:
                yield Below(own + more, _served(facts, router, depth + 1))


def _own(facts: Facts, name: Name) -> str:
    """The prefix that a router itself has."""
    bound = ((variable.module, one.prefix) for variable in _said(facts, name)[0] for one in _definitions(facts, variable))
    module, prefix = next(bound, (name.module, None))
    return _value(facts, module, prefix, 0) if prefix is not None else ""


def _resolved(facts: Facts, module: RepoPath, expression: Expression, depth: int) -> Name | None:
    """The router that an expression names, also by a second name (`api = router`), or that a function makes."""
    if expression.kind == "call":
        made = (Name(one.module, one.name) for one in _made(facts, module, expression) if _definitions(facts, one))
        return next(made, None)
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


def value_of(facts: Facts, module: RepoPath, expression: Expression) -> str:
    """The text that an expression of a module stands for; its own text in braces where nobody knows without running it."""
    return _value(facts, module, expression, 0)


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
