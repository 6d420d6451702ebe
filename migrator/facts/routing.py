"""What one Python source says of routers and applications: what it makes, what it serves, what it includes; nothing of other sources is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from migrator.facts.dialects import DIALECTS, Dialect, spoken
from migrator.facts.loops import cased, rounds
from migrator.languages.python.parsing import Node, decoded, parse, walk

__all__ = [
    "DEEP",
    "Class",
    "Definition",
    "Endpoint",
    "Expression",
    "Function",
    "Hook",
    "Inclusion",
    "Passing",
    "Source",
    "classes",
    "imported_and_filled",
    "read",
]

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_VIEWS = {"cbv", "controller"}
"""Decorators of class-based views: fastapi-utils' own, and the name under which a project keeps its copy."""
_HOOKS = {verb: kind for dialect in DIALECTS.values() for verb, kind in dialect.hooks.items()}
_INCLUDES = {verb: place for dialect in DIALECTS.values() for verb, place in dialect.includes.items()}
_PREFIXES = tuple(dict.fromkeys(word for dialect in DIALECTS.values() for word in dialect.prefix))
_RESOURCES = {verb for dialect in DIALECTS.values() for verb in dialect.views}
_FILLS = tuple(f".{verb}(".encode() for verb in (*_INCLUDES, *_RESOURCES, "add_url_rule"))
"""What gives a router something without a decorator."""
_CHANGES = {"append", "clear", "extend", "insert", "pop", "remove"}
"""What makes a list another one."""
_NAMED = {"identifier", "attribute"}
_NAMING = {"identifier", "attribute", "call", "list", "tuple"}
"""What may stand for a router or for several."""
_NOTHING: Mapping[str, Node] = MappingProxyType({})
DEEP = 16
"""No chain of re-exports and inclusions is longer."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A piece of a source: its text and where it stands."""

    text: str
    start: int
    kind: str
    parts: tuple[Expression, ...] = ()
    """What an attribute, an addition, a formatted string or a call is made of."""

    @property
    def root(self) -> Expression:
        """What stands before the first dot of an attribute; itself for anything else."""
        return self.parts[0].root if self.kind == "attribute" and self.parts else self


@dataclass(frozen=True, slots=True)
class Definition:
    """`name = APIRouter(prefix=…)` or `name = FastAPI(…)`."""

    name: str
    maker: str
    """What makes it, by its last name: which of them make routers, only the classes of all modules tell."""
    prefix: Expression | None
    top: bool
    """Whether it is bound at the top of the module."""
    line: int
    through: str
    """The function that is given it and gives it back, where there is one: `made = filled(APIRouter())`."""
    scope: str
    """The function in which it is bound (`Class.method`; of `self.name` the class), an empty name at the top of the module."""
    title: str = ""
    """The name that a blueprint is given, by which its endpoints are known."""
    given: bool = False
    """Whether a function is given it, by a parameter that says what it is."""


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
    mounted: Expression | None = None
    """What is mounted."""
    end: int = 0
    inside: str = ""
    """The function in which that is said, whoever's the router is."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`router.include_router(other, prefix=…)`; in a loop over what is written down one for each round, each from the same place.

    An application that is mounted below a path is one too, where it is of this repository.
    """

    router: str
    included: Expression
    prefix: Expression | None
    start: int
    end: int
    line: int
    scope: str
    names: tuple[str, ...] = ()
    """What the loop around it calls each of what it goes through, where that is not written down beside it."""
    over: Expression | None = None
    """What that loop goes through."""
    inside: str = ""
    """The function in which it stands, whoever's the router is."""


@dataclass(frozen=True, slots=True)
class Passing:
    """`register(app)`: a function is given something, which may be a router, under the name of one of its parameters."""

    given: str
    function: Expression
    place: int | str
    """Which argument: its position or its name."""
    line: int
    scope: str
    value: Expression
    start: int
    """Where the call begins."""
    end: int


@dataclass(frozen=True, slots=True)
class Function:
    """What a function is given and what it returns, by name."""

    parameters: tuple[str, ...]
    returned: tuple[Expression, ...]
    locals: frozenset[str]
    """The names that are its own."""
    returns: str = ""
    """What it says that it returns."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of a module, with the last names of what it derives from."""

    name: str
    bases: tuple[str, ...]
    prefix: Expression | None
    """The prefix that it gives to what it makes: what it hands on to the class above, or the default of its parameter."""


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
    """What the module's names, its classes' attributes as `Class.name`, and those of its functions as `function:name` are assigned."""
    passings: tuple[Passing, ...] = ()
    functions: Mapping[str, Function] = None  # type: ignore[assignment]  # always given
    """Its functions, and its classes' as `Class.name`."""


def read(source: bytes) -> Source:
    """What a source says; nothing where it does not speak of routers."""
    reader = _Reader(source)
    reader.read(parse(source))
    return Source(
        tuple(reader.routers),
        tuple(reader.endpoints),
        tuple(reader.inclusions),
        tuple(reader.hooks),
        reader.imported,
        {name: value for name, value in reader.values.items() if name not in reader.changed},
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
        self.changed: set[str] = set()
        """The lists that are not what they are at first."""
        self.passings: list[Passing] = []
        self.parameters: dict[str, tuple[str, ...]] = {}
        self._returned: dict[str, list[Expression]] = {}
        self._locals: dict[str, set[str]] = {}
        self._returns: dict[str, str] = {}
        self._derived: dict[str, str] = {}
        self._views: dict[str, tuple[str, ...]] = {}

    def function(self, name: str) -> Function:
        """A function of the module."""
        parameters = self.parameters[name]
        own = frozenset(parameters) | self._locals.get(name, set())
        return Function(parameters, tuple(self._returned.get(name, ())), own, self._returns.get(name, ""))

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
                case "augmented_assignment":
                    self.changed.add(self._text(node.child_by_field_name("left")))
                case "decorated_definition":
                    self._decorated(node)
                case "call":
                    self._call(node)
                case "function_definition" if _owner(node) is None or self._is_method(node):
                    self._function(node, self._scope(node, own=True))
                case "return_statement" if node.named_children and node.named_children[0].type in _NAMING:
                    self._returned.setdefault(self._scope(node), []).append(self._expression(node.named_children[0]))
            pending.extend(reversed(node.named_children))

    def derived(self, node: Node) -> Class:
        """A class."""
        above = node.child_by_field_name("superclasses")
        bases = [self._text(one).partition("[")[0].rpartition(".")[2] for one in (above.named_children if above is not None else ())]
        return Class(self._text(node.child_by_field_name("name")), tuple(bases), self._given(node))

    def _given(self, node: Node) -> Expression | None:
        """The prefix that a class gives to what it makes."""
        made = next(
            (one for one in walk(node) if one.type == "function_definition" and self._text(one.child_by_field_name("name")) == "__init__"), None
        )
        if made is None:
            return None
        called = (one for one in walk(made) if one.type == "call" and self._text(one.child_by_field_name("function")) == "super().__init__")
        handed = next((word for one in called if (word := self._words(one).get("prefix")) is not None), None)
        if handed is not None and handed.type != "identifier":
            return self._expression(handed)
        listed = made.child_by_field_name("parameters")
        for one in listed.named_children if listed is not None else ():
            value = one.child_by_field_name("value")
            if self._text(one.child_by_field_name("name")) == "prefix" and value is not None:
                return self._expression(value)
        return None

    def _scope(self, node: Node, name: str = "", *, own: bool = False) -> str:
        """The name of the outermost function in which a node stands (or which it is), with that of its class; of what is a `self`'s that of the class."""
        here, scope = node if own else _owner(node), ""
        while here is not None:
            above = _owner(here)
            if here.type == "function_definition":
                scope = self._text(here.child_by_field_name("name"))
                if above is not None and above.type == "class_definition":
                    scope = f"{self._text(above.child_by_field_name('name'))}.{scope}"
            here = above
        return scope.partition(".")[0] if "." in scope and name.partition(".")[0] == "self" else scope

    def _is_method(self, node: Node) -> bool:
        above = _owner(node)
        return above is not None and above.type == "class_definition" and _owner(above) is None

    def _function(self, node: Node, name: str) -> None:
        listed = node.child_by_field_name("parameters")
        self._returns.setdefault(name, self._text(node.child_by_field_name("return_type")).strip("\"'"))
        found = (
            [one.child_by_field_name("name") or (one.named_children[0] if one.named_children else one) for one in listed.named_children]
            if listed
            else []
        )
        self.parameters.setdefault(name, tuple(text for one in found if (text := self._text(one)) not in {"self", "cls"}))
        for one, bound in zip(listed.named_children if listed else [], found, strict=True):
            said = one.child_by_field_name("type")
            if said is not None and (maker := self._text(said).strip("\"'").rpartition(".")[2]).isidentifier():
                self.routers.append(Definition(self._text(bound), maker, None, False, _line(one), "", name, given=True))  # noqa: FBT003

    def _import(self, node: Node) -> None:
        for item in node.children_by_field_name("name"):
            bound = item.child_by_field_name("alias") or item
            named = item.child_by_field_name("name") if item.type == "aliased_import" else item
            if named is not None:
                self.imported[self._text(bound)] = named.start_byte

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type not in _NAMED or (node.parent is not None and node.parent.type == "assignment"):
            return
        name = self._text(left)
        above = _owner(node)
        scope = self._scope(node, name)
        while right is not None and right.type == "assignment":  # `a = b = APIRouter()`: the one is the other
            also = right.child_by_field_name("left")
            if also is not None and also.type == "identifier" and left.type == "identifier":
                self.values.setdefault(f"{scope}:{self._text(also)}" if scope else self._text(also), self._expression(left))
            right = right.child_by_field_name("right")
        if right is None:
            return
        if left.type == "attribute" and not (name.startswith("self.") and scope):
            return
        if scope:
            self._locals.setdefault(scope, set()).add(name)
            if right.type in _NAMING:
                self.values.setdefault(f"{scope}:{name}", self._expression(right))
        elif above is None:
            self.values.setdefault(name, self._expression(right))
        elif above.type == "class_definition":
            self.values.setdefault(f"{self._text(above.child_by_field_name('name'))}.{name}", self._expression(right))
        made = self._made(right) if right.type == "call" else None
        if made is not None:
            through = "" if made == right else self._text(right.child_by_field_name("function"))
            self._define(made, name, scope, through, top=above is None)

    def _define(self, made: Node, name: str, scope: str, through: str, *, top: bool) -> None:
        """What may be a router or an application, made by a call and bound to a name."""
        target = made.child_by_field_name("function")
        words, places, maker = self._words(made), self._places(made), self._last(made)
        word = self._derived.get(maker, maker)
        dialect = self._dialect(word)
        prefix = next((self._expression(words[one]) for one in (dialect.prefix if dialect else _PREFIXES) if one in words), None)
        title = self._string(places[0]) if places and places[0].type == "string" else ""
        if dialect is not None and word in dialect.below:
            prefix, title = prefix or (Expression(f"/{title.lstrip('/')}", made.start_byte, "text") if title else None), ""
        self.routers.append(Definition(name, maker, prefix, top, _line(made), through, scope, title))
        if "lifespan" in words:
            self.hooks.append(Hook("lifespan", name, self._text(words["lifespan"]), _line(made)))
        above = ""
        if dialect is not None and word in dialect.makers and target is not None:
            above = self._text(target.child_by_field_name("object"))
        elif dialect is not None and word in dialect.owned and places:
            above = self._text(places[0])
        if above.isidentifier():
            self._include(made, above, Expression(name, made.start_byte, "identifier"))

    def _dialect(self, word: str) -> Dialect | None:
        """The framework of which a word makes routers: its class, or a method of its routers."""
        makers = (one for one in DIALECTS.values() if word in one.makers and one.mark in self._source)
        return spoken(self._source, word) or next(makers, None)

    def _include(self, call: Node, router: str, included: Expression) -> None:
        """A router that is included by being given the one that includes it."""
        self.inclusions.append(
            Inclusion(router, included, None, call.start_byte, call.end_byte, _line(call), self._scope(call, router), inside=self._scope(call))
        )

    def _class(self, node: Node) -> None:
        """A class of the module: what it is derived from, and the methods of requests that it answers as a view."""
        node = node.child_by_field_name("definition") or node
        body, above = node.child_by_field_name("body"), node.child_by_field_name("superclasses")
        if node.type != "class_definition" or body is None or above is None:
            return
        title = self._text(node.child_by_field_name("name"))
        words = (self._text(one).rpartition(".")[2] for one in above.named_children)
        if word := next((known for one in words if spoken(self._source, known := self._derived.get(one, one)) is not None), ""):
            self._derived[title] = word
        functions = [one.child_by_field_name("definition") or one for one in body.named_children]
        said = [self._text(one.child_by_field_name("name")) for one in functions if one.type == "function_definition"]
        self._views[title] = tuple(one.upper() for one in said if one in _METHODS)

    def _made(self, call: Node) -> Node | None:
        """The call that makes what a call gives: of a class, or one that a function is given which fills it and gives it back."""
        if self._is_class(call):
            return call
        given = [one for one in (*self._places(call), *self._words(call).values()) if one.type == "call" and self._is_class(one)]
        return given[0] if len(given) == 1 else None

    def _is_class(self, call: Node) -> bool:
        word, target = self._last(call), call.child_by_field_name("function")
        return word[:1].isupper() or (target is not None and target.type == "attribute" and self._dialect(word) is not None)

    def _last(self, call: Node) -> str:
        """The last name of what a call calls."""
        return self._text(call.child_by_field_name("function")).rpartition(".")[2]

    def _decorated(self, node: Node) -> None:
        definition = node.child_by_field_name("definition")
        if definition is None:
            return
        function = self._text(definition.child_by_field_name("name"))
        for decorator in (child for child in node.children if child.type == "decorator"):
            call = next(iter(decorator.named_children), None)
            if definition.type == "class_definition" and call is not None and call.type == "call":
                self._view(call, definition)
            target = call.child_by_field_name("function") if call is not None and call.type == "call" else call
            if call is None or target is None or target.type != "attribute":
                continue
            router, verb = self._text(target.child_by_field_name("object")), self._text(target.child_by_field_name("attribute"))
            if verb in _HOOKS:
                self.hooks.append(Hook(_HOOKS[verb], router, function, _line(decorator)))
            elif call.type == "call":
                self._endpoint(call, router, verb, function)

    def _view(self, call: Node, definition: Node) -> None:
        """The methods of a class that serve what its decorator says: `@cbv(router, "/items")`, by their names."""
        places, body = self._places(call), definition.child_by_field_name("body")
        if body is None or not places or self._text(call.child_by_field_name("function")).rpartition(".")[2] not in _VIEWS:
            return
        for one in body.named_children if len(places) > 1 else ():
            verb = self._text(one.child_by_field_name("name")) if one.type == "function_definition" else ""
            if verb in _METHODS:
                self.endpoints += [
                    Endpoint(self._text(places[0]), (verb.upper(),), self._expression(path), verb, one.start_byte, _line(one), self._scope(call))
                    for path in places[1:]
                ]

    def _call(self, node: Node) -> None:
        target = node.child_by_field_name("function")
        words, places = self._words(node), self._places(node)
        given: list[tuple[int | str, Node]] = [*enumerate(places), *words.items()]
        if target is not None and target.type in {"identifier", "attribute"}:
            alone = node.parent is not None and node.parent.type in {"assignment", "expression_statement", "return_statement"}
            self.passings += [
                Passing(
                    text,
                    self._expression(target),
                    place,
                    _line(node),
                    self._scope(node, text),
                    self._expression(value),
                    node.start_byte,
                    node.end_byte,
                )
                for place, value in given
                if value.type in ("identifier", *(_NAMING if alone else ()))
                for text in [self._text(value)]
            ]
        if target is None or target.type != "attribute":
            return
        router, verb = self._text(target.child_by_field_name("object")), self._text(target.child_by_field_name("attribute"))
        if verb in _CHANGES:
            self.changed.add(router)
        if verb in _INCLUDES and (included := places[0] if places else words.get("router") or words.get("blueprint")) is not None:
            at = _INCLUDES[verb]
            prefix = next((words[one] for one in _PREFIXES if one in words), places[at] if 0 < at < len(places) else None)
            every = rounds(node)
            looped, over = ((), None) if any(every) else self._looped(node)
            self.inclusions += [
                Inclusion(
                    router,
                    self._expression(included, names),
                    prefix and self._expression(prefix, names),
                    node.start_byte,
                    node.end_byte,
                    _line(node),
                    self._scope(node, router),
                    looped,
                    over,
                    self._scope(node),
                )
                for names in every
            ]
        elif verb in {"add_middleware", "add_exception_handler", "add_event_handler"} and places:
            kind = {"add_middleware": "middleware", "add_event_handler": "event"}.get(verb, "exception_handler")
            self.hooks.append(Hook(kind, router, self._text(places[0]), _line(node)))
        elif verb == "init_app" and places and any(one.name == router and self._is_owned(one) for one in self.routers):
            self._include(node, self._text(places[0]), Expression(router, node.start_byte, "identifier"))
        elif verb == "add_url_rule" and (places or "rule" in words):
            self._rule(node, router)
        elif verb in _RESOURCES and len(places) > 1:
            view = self._text(places[0]).rpartition(".")[2]
            for path in places[1:]:
                self._serve(node, router, self._views.get(view) or ("ANY",), path, view)
        elif verb in {"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route", "mount"} and places:
            function = places[1] if len(places) > 1 else words.get("endpoint") or words.get("app")
            self._endpoint(node, router, verb.removeprefix("add_").removeprefix("api_"), self._text(function).rpartition(".")[2], function)

    def _is_owned(self, one: Definition) -> bool:
        """Whether a router is of those that are given the application or router that includes them."""
        word = self._derived.get(one.maker, one.maker)
        return (dialect := self._dialect(word)) is not None and word in dialect.owned

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
        """The methods of requests that are written down."""
        return tuple(self._string(item).upper() for item in node.named_children if item.type == "string") if node is not None else ()

    def _looped(self, node: Node) -> tuple[tuple[str, ...], Expression | None]:
        """The names of the nearest loop around a node, and what it goes through."""
        here = node.parent
        while here is not None and here.type not in {"function_definition", "class_definition", "lambda", "for_statement"}:
            here = here.parent
        left, right = (here.child_by_field_name(field) if here is not None else None for field in ("left", "right"))
        if left is None or right is None or right.type not in _NAMING:
            return (), None
        return tuple(self._text(one) for one in ([left] if left.type == "identifier" else left.named_children)), self._expression(right)

    def _endpoint(self, call: Node, router: str, verb: str, function: str, served: Node | None = None) -> None:
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
        self._serve(call, router, methods, path, shown, served if verb == "mount" else None)

    def _serve(  # noqa: PLR0913, PLR0917  what an endpoint is
        self, call: Node, router: str, methods: tuple[str, ...], path: Node | None, title: str, served: Node | None = None
    ) -> None:
        mounted = self._expression(served) if served is not None else None
        self.endpoints.append(
            Endpoint(
                router,
                methods,
                path and self._expression(path),
                title,
                call.start_byte,
                _line(call),
                self._scope(call, router),
                mounted,
                call.end_byte,
                self._scope(call),
            )
        )

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
        if depth > DEEP:
            return Expression(self._text(node), node.start_byte, "unknown")
        if node.type == "identifier" and (stands := names.get(self._text(node))) is not None:
            return self._expression(stands)
        if node.type == "call" and names and (said := cased(node, names)) is not None:
            return Expression(f'"{said}"', node.start_byte, "string", (Expression(said, node.start_byte, "text"),))
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
            case "list" | "tuple":
                parts = tuple(self._expression(child, names, depth + 1) for child in node.named_children if child.type != "comment")
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


def expression_of(source: bytes, node: Node, names: Mapping[str, Node] = _NOTHING) -> Expression:
    """What a piece of a source says; some names in it stand for other pieces."""
    return _Reader(source)._expression(node, names)  # noqa: SLF001  of this module


def _owner(node: Node) -> Node | None:
    """The function or class in which a node stands."""
    here = node.parent
    while here is not None and here.type not in {"function_definition", "class_definition", "lambda"}:
        here = here.parent
    return here


def _line(node: Node) -> int:
    return node.start_point.row + 1


# classes ---------------------------------------------------------------------------------------------------------------


def classes(source: bytes, *names: str) -> tuple[Class, ...]:
    """The classes at the top of a source that derive from one of some names."""
    if b"class " not in source or not any(name.encode() in source for name in names):
        return ()
    reader, wanted = _Reader(source), frozenset(names)
    found = (node.child_by_field_name("definition") or node for node in parse(source).named_children)
    made = (reader.derived(node) for node in found if node.type == "class_definition")
    return tuple(one for one in made if not wanted.isdisjoint(one.bases))


def imported_and_filled(source: bytes) -> tuple[str, ...]:
    """The names that a source imports and gives routes or routers to."""
    if b"@" not in source and not any(call in source for call in _FILLS):
        return ()
    said = read(source)
    filling: tuple[Endpoint | Inclusion, ...] = (*said.endpoints, *said.inclusions)
    given = [one.router for one in filling if not one.scope]
    return tuple(dict.fromkeys(name for name in given if name.partition(".")[0] in said.imported))
