"""What the code of tests asks an application for: the requests that its clients make, as far as their paths can be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.routing import Expression, expression_of
from migrator.facts.serving import BRACES, value_of
from migrator.languages.python.parsing import Node, parse, text_of, walk

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.serving import Route, Served
    from migrator.paths import RepoPath

__all__ = ["Request", "answering", "bound", "clients", "exposed", "requests"]

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_SECOND = frozenset({"request", "stream", "build_request"})
"""Methods of clients that are told the verb first."""
_NAMED = frozenset({"url_path_for", "url_for"})
_WHOLE = frozenset({"exception_handlers", "openapi", "openapi_schema", "router", "routes", "user_middleware"})
"""Attributes of an application that show all that it has."""
_CLIENT = re.compile(r"client", re.IGNORECASE)
_APPLICATION = re.compile(r"app(lication)?$", re.IGNORECASE)
_MADE = re.compile(rb"Client\b")
_HOLE, _NAME = "\0", "\1"
_OPEN = re.compile(rf"(?<![/._\-]){_HOLE}")
"""What is put into a path where no part of it begins may be several parts of it, or a query."""
_WORD = re.compile(r"\w+")
_TOLD = 2
"""`parametrize` is told names and rows."""
_SEVERAL = 8
_HOST = re.compile(r"(https?|wss?)://[^/]*")


class Request(NamedTuple):
    """One request: its method (empty where it is not known), and its path with a NUL for each part that is put in, or the name of its route.

    Both are empty where only running the code would tell.
    """

    method: str
    path: str
    route: str
    shown: str

    @property
    def said(self) -> str:
        """What is asked for, as people may read it."""
        return f"{self.method} {self.path.replace(_HOLE, '…') or self.route}".strip()


class _Call(NamedTuple):
    method: str
    path: Expression | None
    shown: str
    surely: bool
    """Whether a client is asked, and not something else that has such a method."""


def requests(facts: Facts, module: RepoPath, known: Collection[str] = (), spans: Collection[tuple[int, int]] | None = None) -> tuple[Request, ...]:
    """What a module asks its clients for, in some spans of it where these are given; `known` are clients whatever they are called."""
    found = []
    for start, call in facts.told(module, _calls, *sorted(known)):
        if spans is None or any(first <= start < last for first, last in spans):
            text = "" if call.path is None else _spelled(facts, module, call.path)
            if call.surely or text.startswith(("/", _NAME)):
                found.append(_request(call, text))
    return tuple(found)


def clients(facts: Facts, module: RepoPath) -> tuple[str, ...]:
    """The names that a module gives to clients, and those of its fixtures that give one."""
    return facts.told(module, _named)


def _named(source: bytes) -> tuple[str, ...]:
    return tuple(sorted(set(_clients(parse(source)))))


def _request(call: _Call, text: str) -> Request:
    if text.startswith(_NAME):
        name, _, rest = text[1:].partition(_NAME)
        return Request(call.method, "", "" if rest[:1] not in {"", "?"} or "{" in name else name, call.shown)
    path = _HOST.sub("", text).partition("?")[0].partition("#")[0]
    known = bool(text) and not path.startswith(_HOLE) and not _OPEN.search(path)
    return Request(call.method, f"/{path.lstrip('/')}" if known else "", "", call.shown)


def _spelled(facts: Facts, module: RepoPath, expression: Expression) -> str:
    """The path that an expression stands for, with a NUL for each part that nobody knows without running it."""
    match expression.kind:
        case "string" | "concatenated_string" | "parenthesized_expression" | "binary_operator" if expression.parts:
            return "".join(_spelled(facts, module, part) for part in expression.parts)
        case "call" if expression.text.rpartition(".")[2] in _NAMED and expression.parts:
            return f"{_NAME}{value_of(facts, module, expression.parts[0])}{_NAME}"
        case "call":
            return _HOLE
    return BRACES.sub(_HOLE, value_of(facts, module, expression))


_ANY = re.compile(r"\{\w+\}")
"""A part of a route's path that any text fits."""


def answering(served: Served, request: Request) -> tuple[Route, ...]:
    """The routes that may answer a request, in their order up to the first that does whatever is asked for; those for other methods where there is none for its own."""
    if request.route:
        return tuple(route for route in served.distinct if route.name == request.route)
    fitting = [route for route in served.distinct if request.path and _fits(route, request.path)]
    exactly = [route for route in fitting if request.method in {"", route.method} or route.method == "MOUNT"]
    first = next((at for at, route in enumerate(exactly) if request.method and _takes(route, request.path)), len(exactly))
    return tuple(exactly[: first + 1] or fitting)


def _takes(route: Route, path: str) -> bool:
    """Whether a route that may answer a request does: what is not known of its path stands where any text may."""
    if route.method == "MOUNT":
        return True
    wanted, asked = route.path.split("/"), path.split("/")
    return len(wanted) == len(asked) and all(part == said or _ANY.fullmatch(part) for part, said in zip(wanted, asked, strict=True))


def _fits(route: Route, path: str) -> bool:
    wanted, asked = route.path.strip("/").split("/"), path.strip("/").split("/")
    for at, part in enumerate(wanted):
        if ":path}" in part:
            return True
        if at >= len(asked) or (part != asked[at] and not part.count("{") and _HOLE not in asked[at]):
            return False
    return len(wanted) == len(asked) or route.method == "MOUNT"


# the sources -----------------------------------------------------------------------------------------------------------


def exposed(facts: Facts, module: RepoPath) -> str:
    """What a module asks an application that shows all of it (`app.routes`), or an empty text."""
    return facts.told(module, _exposed)


def _exposed(source: bytes) -> str:
    for node in walk(parse(source)):
        if node.type == "attribute" and text_of(node.child_by_field_name("attribute")) in _WHOLE:
            owner = text_of(node.child_by_field_name("object")).rpartition(".")[2]
            above = text_of(node.parent)
            if _APPLICATION.search(owner) and not above.endswith(".lifespan_context"):
                return text_of(node)
    return ""


def bound(source: bytes) -> frozenset[str]:
    """The names that the text of a module binds at its top."""
    found = set()
    for node in parse(source).named_children:
        inner = (node.child_by_field_name("definition") if node.type == "decorated_definition" else None) or node
        if inner.type in {"function_definition", "class_definition"}:
            found.add(text_of(inner.child_by_field_name("name")))
        elif node.type == "expression_statement" and node.named_children[0].type == "assignment":
            found.add(text_of(node.named_children[0].child_by_field_name("left")))
    return frozenset(found)


def _calls(source: bytes, *clients: str) -> tuple[tuple[int, _Call], ...]:
    root = parse(source)
    known = {*clients, *_clients(root)}
    return tuple((node.start_byte, call) for node in walk(root) if node.type == "call" for call in _asked(node, source, known))


def _asked(node: Node, source: bytes, clients: Collection[str]) -> Iterator[_Call]:
    """The requests that a call makes: one for each path that its test is given."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None or function.type != "attribute" or (node.parent is not None and node.parent.type == "decorator"):
        return
    verb = text_of(function.child_by_field_name("attribute"))
    if verb not in _VERBS | _SECOND and verb != "websocket_connect":
        return
    places = _places(node)
    words = {text_of(one.child_by_field_name("name")): one.child_by_field_name("value") for one in arguments.named_children}
    method = "WEBSOCKET" if verb == "websocket_connect" else verb.upper()
    if verb in _SECOND:
        said = places.pop(0) if places else words.get("method")
        method = text_of(said).strip("\"'").upper() if said is not None and said.type == "string" else ""
    path = places[0] if places else words.get("url")
    owner = function.child_by_field_name("object")
    surely = _is_client(owner, clients) and (path is not None or verb != "get")
    here = _function(node)
    if path is None or here is None:
        yield _Call(method, None if path is None else expression_of(source, path), text_of(path) or verb, surely)
        return
    several = _locals(here).get(text_of(path), [path])
    for one in several if 0 < len(several) <= _SEVERAL else [path]:
        for row in _given(here) or [{}]:
            yield _Call(method, expression_of(source, one, {**_once(here), **row}), text_of(path), surely)


def _is_client(owner: Node | None, clients: Collection[str]) -> bool:
    if owner is not None and owner.type == "call":
        return _CLIENT.search(text_of(owner.child_by_field_name("function"))) is not None
    last = text_of(owner).rpartition(".")[2]
    return last in clients or (_CLIENT.search(last) is not None and not last[:1].isupper())


def _clients(root: Node) -> Iterator[str]:
    """The names that a module gives to clients: what is made by a class of that name, and parameters that say so."""
    for node in walk(root):
        if node.type == "assignment":
            right = node.child_by_field_name("right")
            called = text_of(right.child_by_field_name("function")) if right is not None and right.type == "call" else ""
            if called.endswith("Client"):
                yield text_of(node.child_by_field_name("left")).rpartition(".")[2]
        elif node.type == "as_pattern":
            made = node.named_children[0]
            if made.type == "call" and text_of(made.child_by_field_name("function")).endswith("Client"):
                yield text_of(node.named_children[-1])
        elif node.type == "decorated_definition" and _MADE.search(node.text or b"") and (definition := node.child_by_field_name("definition")):
            yield text_of(definition.child_by_field_name("name"))
        elif node.type in {"typed_parameter", "typed_default_parameter"} and "Client" in text_of(node.child_by_field_name("type")):
            yield text_of(node.child_by_field_name("name") or node.named_children[0])


def _function(node: Node) -> Node | None:
    """The function in which a node stands."""
    here = node.parent
    while here is not None and here.type != "function_definition":
        here = here.parent
    return here


def _locals(function: Node) -> Mapping[str, list[Node]]:
    """What the names of a function are assigned; nothing for those of which that tells too little."""
    found: dict[str, list[Node]] = {}
    unknown = set()
    for one in walk(function):
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        if one.type == "assignment" and left is not None and right is not None and left.type == "identifier":
            found.setdefault(text_of(left), []).append(right)
        elif one.type in {"augmented_assignment", "for_statement"} and left is not None:
            unknown.add(text_of(left))
    return {name: values for name, values in found.items() if name not in unknown}


def _once(function: Node) -> Mapping[str, Node]:
    return {name: values[0] for name, values in _locals(function).items() if len(values) == 1}


def _given(function: Node) -> list[dict[str, Node]]:
    """What a test is given by `parametrize`, by name: the rows of one decorator after the other, each for itself."""
    found: list[dict[str, Node]] = []
    for one in function.parent.children if function.parent is not None and function.parent.type == "decorated_definition" else ():
        call = one.named_children[0] if one.type == "decorator" and one.named_children else None
        if call is None or not text_of(call.child_by_field_name("function")).endswith("parametrize"):
            continue
        places = _places(call)
        if len(places) < _TOLD or places[1].type not in {"list", "tuple"}:
            continue
        names = _WORD.findall(text_of(places[0]))
        for row in places[1].named_children:
            given = [row] if len(names) == 1 else _places(row) if row.type == "call" else row.named_children
            found.append(dict(zip(names, given, strict=False)))
    return found


def _places(call: Node) -> list[Node]:
    """The positional arguments of a call."""
    arguments = call.child_by_field_name("arguments")
    return [one for one in arguments.named_children if one.type not in {"keyword_argument", "comment"}] if arguments is not None else []
