"""What the FastAPI, Starlette and Flask code of a tree serves: applications, routers and routes; read from the sources, which are never imported."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import imports
from migrator.facts.dialects import DIALECTS, spoken
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
    "handed",
    "included",
    "includes",
    "inclusions",
    "is_known",
    "mounted",
    "own",
    "routers",
    "routes",
    "source_of",
]

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_CLASSES = tuple((one.mark, tuple(word.encode() for word in one.classes)) for one in DIALECTS.values())
_HOOKS = {verb: kind for dialect in DIALECTS.values() for verb, kind in dialect.hooks.items()}
_INCLUDES = {verb: place for dialect in DIALECTS.values() for verb, place in dialect.includes.items()}
_PREFIXES = tuple(word for dialect in DIALECTS.values() for word in dialect.prefix)
_VIEWS = {verb for dialect in DIALECTS.values() for verb in dialect.views}
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
    """`application` or `router`; `given` for an application that a function is given by a parameter that says so."""
    prefix: Expression | None
    top: bool
    """Whether it is bound at the top of the module."""
    line: int
    scope: str
    """The function in which it is bound, an empty name at the top of the module."""
    framework: str = "fastapi"
    title: str = ""
    """The name that a blueprint is given, by which its endpoints are known."""


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
    framework: str = "fastapi"


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
        self._derived: dict[str, str] = {}
        self._views: dict[str, tuple[str, ...]] = {}
        self._returned: dict[str, list[str]] = {}
        self._locals: dict[str, set[str]] = {}

    def function(self, name: str) -> Function:
        """A function of the module."""
        parameters = self.parameters[name]
        return Function(parameters, tuple(self._returned.get(name, ())), frozenset(parameters) | self._locals.get(name, set()))

    def read(self, root: Node) -> None:
        for node in root.named_children:
            self._class(node)
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
        title = self._text(node.child_by_field_name("name"))
        self.parameters.setdefault(title, tuple(self._text(one) for one in found))
        for one in listed.named_children if listed else []:
            said = one.child_by_field_name("type")
            word = self._word(said) if said is not None else ""
            if (dialect := spoken(self._source, word)) is not None and dialect.classes[word] in dialect.given:
                name = self._text(one.child_by_field_name("name") or one.named_children[0])
                self.routers.append(Definition(name, "given", None, False, _line(one), title, dialect.framework))  # noqa: FBT003

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
        self._made(right, name, scope, top=above is None)

    def _class(self, node: Node) -> None:
        """A class of the module: what it is derived from, and the methods of requests that it answers as a view."""
        node = node.child_by_field_name("definition") or node
        body, above = node.child_by_field_name("body"), node.child_by_field_name("superclasses")
        if node.type != "class_definition" or body is None or above is None:
            return
        title = self._text(node.child_by_field_name("name"))
        if word := self._base(above):
            self._derived[title] = word
        functions = [one.child_by_field_name("definition") or one for one in body.named_children]
        said = [self._text(one.child_by_field_name("name")) for one in functions if one.type == "function_definition"]
        self._views[title] = tuple(one.upper() for one in said if one in _METHODS)

    def _base(self, above: Node) -> str:
        """The class of a framework among those that a class is derived from."""
        words = map(self._word, above.named_children)
        return next((word for word in words if spoken(self._source, word) is not None), "")

    def _word(self, node: Node | None) -> str:
        """The last name of a class or function, or of the one that it is derived from."""
        word = self._text(node).rpartition(".")[2]
        return self._derived.get(word, word)

    def _made(self, call: Node, name: str, scope: str, *, top: bool) -> None:
        """What a call makes that is bound to a name, if that is a router or an application."""
        target = call.child_by_field_name("function")
        word = self._word(target)
        words, places = self._words(call), self._places(call)
        owner = self._text(target.child_by_field_name("object")) if target is not None and target.type == "attribute" else ""
        dialect, kind = spoken(self._source, word), ""
        if dialect is not None:
            kind = dialect.classes[word]
        elif owner and (dialect := next((one for one in DIALECTS.values() if word in one.makers and one.mark in self._source), None)) is not None:
            kind = dialect.makers[word]
        if dialect is None:
            return
        prefix = next((self._expression(words[one]) for one in dialect.prefix if one in words), None)
        title = self._string(places[0]) if places and places[0].type == "string" else ""
        if prefix is None and word in dialect.below and title:
            prefix = Expression(f"/{title.lstrip('/')}", call.start_byte, "text")
        self.routers.append(Definition(name, kind, prefix, top, _line(call), scope, dialect.framework, "" if word in dialect.below else title))
        if "lifespan" in words:
            self.hooks.append(Hook("lifespan", name, self._text(words["lifespan"]), _line(call)))
        above = owner if word in dialect.makers else self._text(places[0]) if word in dialect.owned and places else ""
        if above.isidentifier():
            self.inclusions.append(
                Inclusion(above, Expression(name, call.start_byte, "identifier"), None, call.start_byte, call.end_byte, _line(call), scope)
            )

    def _decorated(self, node: Node) -> None:
        definition = node.child_by_field_name("definition")
        if definition is None:
            return
        function = self._text(definition.child_by_field_name("name"))
        for decorator in (child for child in node.children if child.type == "decorator"):
            call = next(iter(decorator.named_children), None)
            target = call.child_by_field_name("function") if call is not None and call.type == "call" else call
            if call is None or target is None or target.type != "attribute":
                continue
            router, verb = self._text(target.child_by_field_name("object")), self._text(target.child_by_field_name("attribute"))
            if verb in _HOOKS:
                self.hooks.append(Hook(_HOOKS[verb], router, function, _line(decorator)))
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
        if verb in _INCLUDES and (included := places[0] if places else words.get("router") or words.get("blueprint")) is not None:
            at = _INCLUDES[verb]
            prefix = next((words[one] for one in _PREFIXES if one in words), places[at] if 0 < at < len(places) else None)
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
        elif verb == "init_app" and places and any(one.name == router and self._is_owned(one) for one in self.routers):
            named = Expression(router, node.start_byte, "identifier")
            self.inclusions.append(Inclusion(self._text(places[0]), named, None, node.start_byte, node.end_byte, _line(node), self._scope(node)))
        elif verb == "add_url_rule" and (places or "rule" in words):
            self._rule(node, router)
        elif verb in _VIEWS and len(places) > 1:
            view = self._text(places[0]).rpartition(".")[2]
            for path in places[1:]:
                self._serve(node, router, self._views.get(view) or ("ANY",), path, view)
        elif verb in {"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route", "mount"} and places:
            function = places[1] if len(places) > 1 else words.get("endpoint") or words.get("app")
            self._endpoint(node, router, verb.removeprefix("add_").removeprefix("api_"), self._text(function).rpartition(".")[2])

    def _is_owned(self, one: Definition) -> bool:
        """Whether a router is of those that are given the application or router that includes them."""
        return one.kind == "router" and one.framework == "flask" and not one.title

    def _rule(self, call: Node, router: str) -> None:
        """`add_url_rule("/x", "name", view)`: of a class (`View.as_view("name")`) the methods are those that it has."""
        words, places = self._words(call), self._places(call)
        view = words.get("view_func") or (places[2] if len(places) > 2 else None)  # noqa: PLR2004  rule, endpoint, view
        named = words.get("endpoint") or (places[1] if len(places) > 1 else None)
        title, methods = self._text(view).rpartition(".")[2], self._listed(words.get("methods"))
        if view is not None and view.type == "call":
            maker = view.child_by_field_name("function")
            title = self._string(self._places(view)[0]) if self._places(view) else title
            methods = methods or self._views.get(self._text(maker).removesuffix(".as_view"), ()) or ("ANY",)
        title = self._string(named) if named is not None and named.type == "string" else title
        self._serve(call, router, methods or ("GET",), places[0] if places else words["rule"], title)

    def _listed(self, node: Node | None) -> tuple[str, ...]:
        return tuple(self._string(item).upper() for item in node.named_children if item.type == "string") if node is not None else ()

    def _serve(self, call: Node, router: str, methods: tuple[str, ...], path: Node | None, title: str) -> None:
        said = path and self._expression(path)
        self.endpoints.append(Endpoint(router, methods, said, title, call.start_byte, _line(call), self._scope(call)))

    def _endpoint(self, call: Node, router: str, verb: str, function: str) -> None:
        words, places = self._words(call), self._places(call)
        path = places[0] if places else words.get("path")
        name = words.get("name") or words.get("endpoint")
        methods: tuple[str, ...]
        if verb in _METHODS:
            methods = (verb.upper(),)
        elif verb in {"websocket", "websocket_route"}:
            methods = ("WEBSOCKET",)
        elif verb == "mount":
            methods = ("MOUNT",)
        elif verb in {"api_route", "route"}:
            methods = self._listed(words.get("methods")) or self._views.get(function) or ("GET",)
        else:
            return
        shown = self._string(name) if name is not None and name.type == "string" else function
        self._serve(call, router, methods, path, shown)

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
            found.setdefault(name, Router(name, one.kind, one.top, one.line, one.framework))
    return found


def _definitions_in(source: bytes) -> tuple[Definition, ...]:
    return _read(source).routers if any(word in source for mark, words in _CLASSES if mark in source for word in words) else ()


def applications(facts: Facts) -> tuple[Name, ...]:
    """The applications that a server can be given by name, that with the most routes first: made at the top of a module, or by a function that it calls."""
    return facts.derive(_applications)


def _applications(facts: Facts) -> tuple[Name, ...]:
    known = {name: router for name, router in routers(facts).items() if router.kind == "application" and router.framework == "fastapi"}
    found = {router.name for router in known.values() if router.top}
    makers = {function.encode() for name in known for function, said in source_of(facts, name.module).functions.items() if name.name in said.returned}
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
            router = _resolved(facts, name.module, said.included, 0)
            prefix = _more(facts, name.module, said, router)
            yield said, router, prefix, _inclusions(facts, router, depth + 1) if router is not None and router.module == name.module else ()


def included(facts: Facts, name: Name, modules: Collection[RepoPath]) -> Served:
    """The routes that come with what an application includes so, those of the routers of some modules."""
    return _included(facts, name, modules, 0, {})


def _included(facts: Facts, name: Name, modules: Collection[RepoPath], depth: int, known: dict[tuple[Name, int], Served]) -> Served:
    if (name, depth) not in known:
        parts = []
        for _, router, prefix, inner in _rows(facts, name, depth):
            if router is not None and inner:
                own = "" if _is_replaced(facts, router) else _own(facts, router)
                parts.append(Below(prefix + own, _included(facts, router, modules, depth + 1, known)))
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


def handed(facts: Facts, name: Name) -> Mapping[RepoPath, frozenset[str]]:
    """The functions that are given an application or router, or make it, by module."""
    found: dict[RepoPath, set[str]] = {}
    for variable in _said(facts, name)[0]:
        found.setdefault(variable.module, set()).update({variable.scope} - {""})
    return {module: frozenset(scopes) for module, scopes in found.items()}


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
    for module, local in _imported(facts, name) if any(one.top for one in definitions) else ():
        _follow(facts, _Variable(module, "", local), variables, said)
    return variables, said


def _imported(facts: Facts, name: Name) -> Iterator[tuple[RepoPath, str]]:
    """The modules that import a router and say something of it themselves (`from . import router`, `@router.get(…)`), each with its name there."""
    for module in sorted(facts.graph.importers(name.module)):
        if module.endswith(".py") and module != name.module:
            source = source_of(facts, module)
            spoken_of = {*(one.router for one in source.endpoints), *(one.router for one in source.inclusions)}
            for local, one in imports(facts, module).items() if spoken_of else ():
                if local in spoken_of and (one.target, one.rest) == (name.module, name.name):
                    yield module, local


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
    own = "" if _is_replaced(facts, name) else _own(facts, name)
    for variable, event in _said(facts, name)[1] if depth <= _DEEP else ():
        if isinstance(event, Endpoint):
            path = own + (_value(facts, variable.module, event.path, 0) if event.path is not None else "")
            yield from (Route(method, path, event.name, variable.module, variable.name, event.line) for method in event.methods)
        else:
            router = _resolved(facts, variable.module, event.included, 0)
            if router is not None:
                yield Below(own + _more(facts, variable.module, event, router), _served(facts, router, depth + 1))


def _is_replaced(facts: Facts, name: Name) -> bool:
    """Whether the prefix of a router is that of its inclusion where that gives one: a blueprint's."""
    return (known := routers(facts).get(name)) is not None and DIALECTS[known.framework].replaces


def _more(facts: Facts, module: RepoPath, said: Inclusion, router: Name | None) -> str:
    """The path below which an inclusion brings a router, besides the one that the router's routes have themselves."""
    given = _value(facts, module, said.prefix, 0) if said.prefix is not None else None
    if router is None or not _is_replaced(facts, router):
        return given or ""
    return (_own(facts, router) if given is None else given).rstrip("/")


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
