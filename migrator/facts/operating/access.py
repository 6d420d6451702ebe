"""Which routes ask who comes, as their code shows: by dependencies of FastAPI, and by decorators.

A dependency asks where its own code refuses (401, or 403 with a word of people in it), where it is a scheme of FastAPI's `security` that refuses by itself,
or where it depends on such a one; what is defined elsewhere is judged by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts import serving
from migrator.facts.calls import calls
from migrator.facts.landscape.reading.routes import DJANGO_URLS
from migrator.facts.operating.model import Access
from migrator.facts.routing import source_of
from migrator.languages.python.parsing import Node, enclosing, parse, text_of, walk
from migrator.origin import Origin, Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts import Facts
    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.paths import RepoPath

__all__ = ["access"]

_NAMED = re.compile(
    r"(?i)auth(?!or)|current_(?:active_)?(?:super)?user|logged_in|login|permission|jwt|api_?key|verify_token|require_(?:user|admin|role|scope)|admins?_(?:only|required)|staff_"
)
_NAMED_WORD = re.compile(rf"\w*(?:{_NAMED.pattern.removeprefix('(?i)')})\w*", re.IGNORECASE)
_OPTIONAL = re.compile(r"(?i)optional|maybe|_or_none|anonymous")
_REFUSES = re.compile(r"\b(?:HTTP_)?401|UNAUTHORIZED|Unauthori[sz]ed|NotAuthenticated|redirect\([^)]*login")
_FORBIDS = re.compile(r"\b(?:HTTP_)?403|Forbidden|PermissionDenied")
_PEOPLE = re.compile(r"(?i)user|token|role|permission|auth|credential|api_?key")
_SCHEMES = frozenset(
    {
        "OAuth2PasswordBearer",
        "OAuth2AuthorizationCodeBearer",
        "OpenIdConnect",
        "HTTPBearer",
        "HTTPBasic",
        "HTTPDigest",
        "APIKeyHeader",
        "APIKeyCookie",
        "APIKeyQuery",
    }
)
_DEPENDS = frozenset({"Depends", "Security"})
_ROUTERS = frozenset({"FastAPI", "APIRouter"})
_READ = frozenset({"fastapi", "starlette", "flask"})
_DEEP = 8


class _Named(NamedTuple):
    """What a module binds by a name: what it depends on, what its code shows of refusing, and the line."""

    depends: tuple[str, ...]
    refuses: str
    """`yes`, `no`, or `unread` where the code lies elsewhere."""
    line: int
    above: tuple[str, ...] = ()
    """Its decorators, and of a class what it is derived from."""


class _Route(NamedTuple):
    line: int
    depends: tuple[str, ...]
    decorators: tuple[str, ...]


class _Module(NamedTuple):
    names: tuple[tuple[str, _Named], ...] = ()
    routes: tuple[_Route, ...] = ()
    """By the line of a decorator."""
    includes: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """By the byte at which the call begins."""


def access(facts: Facts, landscape: Landscape) -> Mapping[Origin, Access]:
    """By the place of each route of a workload that the repository builds, whether it asks."""
    around = _around(facts)
    found: dict[Origin, Access] = {}
    for workload in landscape.workloads:
        for route in workload.routes:
            if route.origin not in found:
                found[route.origin] = _of(facts, workload, route.origin, around)
    return found


def _of(facts: Facts, workload: Workload, at: Origin, around: Mapping[serving.Name, tuple[Said[str], ...] | None]) -> Access:
    module = facts.told(at.path, _read) if at.path.endswith(".py") and at.path in facts.tree else _Module()
    said = next((one for one in module.routes if one.line == at.line), None)
    if workload.framework == "django" and at.path in facts.tree:
        return _of_django(facts, at)
    if workload.framework not in _READ or said is None:
        return Access("unread")
    asking = _asking(facts, at.path, said.depends)
    asking += tuple(Said(one, (at,)) for one in said.decorators if _NAMED.search(one) and not _OPTIONAL.search(one))
    endpoint = next((one for one in source_of(facts, at.path).endpoints if one.line == at.line), None)
    router = serving.called(facts, at.path, endpoint.router) if endpoint is not None else None
    if router is not None:
        asking += around.get(router) or ()
    return Access("asked", tuple(dict.fromkeys(asking))) if asking else Access("open")


def _of_django(facts: Facts, at: Origin) -> Access:
    """Whether a view is decorated, or derived from a class, that asks by its name; that it does not is never said, for settings and middleware may ask for all."""
    call = next((one for one in calls(facts.read(at.path), *DJANGO_URLS) if one.line == at.line and len(one.given) > 1), None)
    text = call.given[1].text if call is not None else ""
    found = [Said(one, (at,)) for one in re.findall(r"(\w+)\(", text) if _NAMED.search(one)]
    view = next(iter(re.findall(r"[\w.]*\w(?=\.as_view\(|[\s,)]*$)", text)), "")
    name = serving.called(facts, at.path, view) if view else None
    defined = dict(facts.told(name.module, _read).names).get(name.name) if name is not None and name.module.endswith(".py") else None
    if name is not None and defined is not None:
        asking = (re.search(_NAMED_WORD, one) for one in defined.above)
        found += [Said(one[0], (Origin(name.module, defined.line),)) for one in asking if one is not None]
    return Access("asked", tuple(dict.fromkeys(found))) if found else Access("unread")


def _around(facts: Facts) -> Mapping[serving.Name, tuple[Said[str], ...] | None]:
    """By router, what asks before its routes are reached, on each way that leads to them."""
    found: dict[serving.Name, tuple[Said[str], ...]] = {}
    pending = [(name, _own(facts, name), 0) for name in serving.applications(facts)]
    while pending:
        name, asking, depth = pending.pop()
        # Where one way asks and another does not, there is a way in.
        found[name] = asking if name not in found or not asking else found[name] and asking
        for module, said, router in serving.includes(facts, name) if depth < _DEEP else ():
            given = dict(facts.told(module, _read).includes).get(said.start, ())
            pending.append((router, (*asking, *_asking(facts, module, given), *_own(facts, router)), depth + 1))
    return found


def _own(facts: Facts, name: serving.Name) -> tuple[Said[str], ...]:
    """What a router asks by itself."""
    said = dict(facts.told(name.module, _read).names).get(name.name) if name.module.endswith(".py") else None
    return _asking(facts, name.module, said.depends) if said is not None else ()


def _asking(facts: Facts, module: RepoPath, depends: tuple[str, ...]) -> tuple[Said[str], ...]:
    """Those of some dependencies that ask who comes."""
    return tuple(Said(text.rpartition(".")[2], (place,)) for text in depends if (place := _asks(facts, module, text, 0)) is not None)


def _asks(facts: Facts, module: RepoPath, text: str, depth: int) -> Origin | None:
    """Where it is said that a dependency asks; None where it does not."""
    if depth > _DEEP or _OPTIONAL.search(text):
        return None
    name = serving.called(facts, module, text)
    said = dict(facts.told(name.module, _read).names).get(name.name) if name is not None and name.module.endswith(".py") else None
    if name is None or said is None or said.refuses == "unread":
        return Origin(module) if _NAMED.search(text) else None
    if said.refuses == "yes":
        return Origin(name.module, said.line)
    return next((found for one in said.depends if (found := _asks(facts, name.module, one, depth + 1)) is not None), None)


# a module ----------------------------------------------------------------------------------------------------------------


def _read(source: bytes) -> _Module:
    names: dict[str, _Named] = {}
    routes: list[_Route] = []
    includes: list[tuple[int, tuple[str, ...]]] = []
    for node in walk(parse(source)):
        line = node.start_point.row + 1
        match node.type:
            case "function_definition" | "class_definition":
                names.setdefault(
                    text_of(node.child_by_field_name("name")), _Named(tuple(_signature(node)), _refuses(text_of(node)), line, tuple(_above(node)))
                )
            case "assignment" if enclosing(node, "function_definition", "class_definition") is None:
                if (made := _assigned(node, line)) is not None:
                    names.setdefault(text_of(node.child_by_field_name("left")), made)
            case "decorated_definition":
                routes += _routes(node)
            case "call" if text_of(node.child_by_field_name("function")).endswith(".include_router"):
                includes.append((node.start_byte, tuple(_depends(node))))
    return _Module(tuple(names.items()), tuple(routes), tuple(includes))


def _assigned(node: Node, line: int) -> _Named | None:
    """A scheme of security, a router, or a type that brings its dependency."""
    right = node.child_by_field_name("right")
    text = text_of(right)
    made = text_of(right.child_by_field_name("function")).rpartition(".")[2] if right is not None and right.type == "call" else ""
    if made in _SCHEMES:
        return _Named((), "no" if re.search(r"auto_error\s*=\s*False", text) else "yes", line)
    if right is not None and (made in _ROUTERS or any(f"{word}(" in text for word in _DEPENDS)):
        return _Named(tuple(_depends(right)), "no", line)
    return _Named((), "unread", line) if right is not None and right.type == "call" else None


def _above(node: Node) -> Iterator[str]:
    if node.parent is not None and node.parent.type == "decorated_definition":
        yield from (text_of(child).removeprefix("@") for child in node.parent.children if child.type == "decorator")
    bases = node.child_by_field_name("superclasses")
    yield from (text_of(one) for one in bases.named_children) if bases is not None else ()


def _routes(node: Node) -> Iterator[_Route]:
    decorators = [child for child in node.children if child.type == "decorator"]
    definition = node.child_by_field_name("definition")
    texts = tuple(text_of(one).removeprefix("@").partition("(")[0].strip() for one in decorators)
    for one in decorators:
        if definition is not None:
            yield _Route(one.start_point.row + 1, (*_signature(definition), *_depends(one)), texts)


def _signature(node: Node) -> Iterator[str]:
    """What a function depends on: what its parameters say, and the types that they have."""
    listed = node.child_by_field_name("parameters")
    if listed is not None:
        yield from _depends(listed)
        for one in listed.named_children:
            kind = one.child_by_field_name("type")
            if kind is not None and re.fullmatch(r"[A-Z][\w.]*", text_of(kind)):
                yield text_of(kind)


def _depends(node: Node) -> Iterator[str]:
    for one in walk(node):
        if one.type == "call" and text_of(one.child_by_field_name("function")).rpartition(".")[2] in _DEPENDS:
            arguments = one.child_by_field_name("arguments")
            first = next((each for each in arguments.named_children if each.type != "comment"), None) if arguments is not None else None
            # `Depends(dependency=x)` and `Depends(RoleChecker("admin"))`
            given = first.child_by_field_name("value") if first is not None and first.type == "keyword_argument" else first
            if given is not None:
                yield text_of(given.child_by_field_name("function") if given.type == "call" else given)


def _refuses(text: str) -> str:
    return "yes" if _REFUSES.search(text) or (_FORBIDS.search(text) and _PEOPLE.search(text)) else "no"
