"""What the FastAPI, Starlette and Flask code of a tree serves: applications, routers and routes; read from the sources, which are never imported."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from migrator.facts.dialects import DIALECTS, FASTAPI, Dialect
from migrator.facts.routing import (
    DEEP,
    Class,
    Definition,
    Endpoint,
    Expression,
    Function,
    Hook,
    Inclusion,
    Passing,
    Source,
    classes,
    imported_and_filled,
    read,
)
from migrator.facts.served import Below, Route, Served

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = [
    "BRACES",
    "DEEP",
    "PARAMETER",
    "Expression",
    "Hook",
    "Inclusion",
    "Name",
    "Route",
    "Router",
    "Served",
    "Source",
    "applications",
    "called",
    "filled",
    "fillers",
    "included",
    "includes",
    "inclusion_graph",
    "inclusions",
    "is_known",
    "mounted",
    "own",
    "routers",
    "routes",
    "source_of",
    "unread",
    "value_of",
]

_MAKERS = {word: (dialect, kind) for dialect in DIALECTS.values() for word, kind in {**dialect.makers, **dialect.classes}.items()}
"""The libraries' classes, and methods that make routers; those of a project that derive from them make the same."""
_LOCAL = ".<locals>."
"""What stands between a function's name and that of something in it, as Python writes it."""
BRACES = re.compile(r"\{[^}]*\}")
"""What a route's path leaves open."""
PARAMETER = re.compile(r"\{(\w+)(:\w+)?\}")
"""A parameter of a route's path, with its converter."""


class Name(NamedTuple):
    """Something that a module binds; what a function binds is called as Python does: `make.<locals>.router`."""

    module: RepoPath
    name: str

    @property
    def local(self) -> str:
        """What it is called where it is bound."""
        return self.name.rpartition(_LOCAL)[2]

    @property
    def scope(self) -> str:
        """The function that binds it; empty for what is bound at the top of its module."""
        return self.name.rpartition(_LOCAL)[0]


@dataclass(frozen=True, slots=True)
class Router:
    """A router or an application of the tree."""

    name: Name
    kind: str
    """`application` or `router`; `given` for an application that a function is given by a parameter that says so."""
    top: bool
    line: int
    framework: str
    title: str
    """The name that a blueprint is given, by which its endpoints are known."""


class _Variable(NamedTuple):
    """A name of a module, or of one of its functions."""

    module: RepoPath
    scope: str
    name: str

    @property
    def router(self) -> Name:
        """What it is called from everywhere."""
        return Name(self.module, f"{self.scope}{_LOCAL}{self.name}" if self.scope else self.name)


class _Made(NamedTuple):
    """What the instances of a class are."""

    dialect: Dialect
    kind: str
    module: RepoPath | None
    """The module of the class; None for those of libraries."""
    of: Class | None


_Names = Mapping[str, tuple["RepoPath", Expression]]
"""What the names of a loop stand for, each with the module that says so."""
_NOTHING: _Names = MappingProxyType({})


@dataclass(slots=True)
class _Heard:
    """What is known of one router: its names, the calls by which functions got it, and what is said of it under those names."""

    variables: list[_Variable] = field(default_factory=list)
    ways: dict[tuple[RepoPath, int], None] = field(default_factory=dict)
    events: list[tuple[_Variable, Endpoint | Inclusion]] = field(default_factory=list)


class _Place(NamedTuple):
    """Where something is said: a module, the function of it (or an empty name), and what the names of the loop around it stand for."""

    module: RepoPath
    scope: str = ""
    names: _Names = _NOTHING


class _Said(NamedTuple):
    """One thing that is said of a router: what it serves at a path, or which router it includes below one (None where that is not found)."""

    variable: _Variable
    event: Endpoint | Inclusion
    router: Name | None
    path: str


def source_of(facts: Facts, module: RepoPath) -> Source:
    """What a module says; nothing where it does not speak of routers."""
    return facts.told(module, read)


# routers and applications ----------------------------------------------------------------------------------------------


def routers(facts: Facts) -> Mapping[Name, Router]:
    """Every router and application that is bound at the top of a module or in a function, by where it is bound."""
    return facts.derive(_routers)


def _routers(facts: Facts) -> Mapping[Name, Router]:
    found: dict[Name, Router] = {}
    known = facts.derive(_kinds)
    for module in _modules(facts):
        for one in facts.told(module, _definitions_in, *sorted(known)):
            if _is_made(facts, module, one):
                name, made = _Variable(module, one.scope, one.name).router, known[one.maker]
                kind = "given" if one.given else made.kind
                found.setdefault(name, Router(name, kind, one.top, one.line, made.dialect.framework, one.title))
    return found


def _modules(facts: Facts) -> Iterator[RepoPath]:
    return (module for module in facts.graph.references if module.endswith(".py"))


def _definitions_in(source: bytes, *names: str) -> tuple[Definition, ...]:
    return tuple(one for one in read(source).routers if one.maker in names) if any(name.encode() in source for name in names) else ()


def _kinds(facts: Facts) -> Mapping[str, _Made]:
    """What the classes make that derive from routers and applications, by their names."""
    found = {word: _Made(dialect, kind, None, None) for word, (dialect, kind) in _MAKERS.items()}
    fresh = True
    while fresh:
        fresh = False
        names = sorted(found)
        for module in _modules(facts):
            for one in facts.told(module, classes, *names):
                above = next((found[base] for base in one.bases if base in found and _is_spoken(facts, module, found[base])), None)
                known = found.get(one.name)  # a library's of that name is another one (`Api` of Flask-RESTful)
                if above is not None and (known is None or known.module is None):
                    found[one.name], fresh = above._replace(module=module, of=one), True
    return found


def _is_spoken(facts: Facts, module: RepoPath, made: _Made) -> bool:
    """Whether a module uses a library's class or one of the project, and not just one of the same name."""
    return made.module is not None or made.dialect.mark in facts.read(module)


def _is_made(facts: Facts, module: RepoPath, one: Definition) -> bool:
    """Whether a definition binds a router: its class makes some, and the function that it went through gives back what it is given."""
    made = facts.derive(_kinds).get(one.maker)
    if made is None or not _is_spoken(facts, module, made) or (one.given and made.kind not in made.dialect.given):
        return False
    maker = _called(facts, module, one.through) if one.through else None
    function = source_of(facts, maker.module).functions.get(maker.name) if maker is not None and maker.module.endswith(".py") else None
    return not one.through or (function is not None and any(back.text in function.parameters for back in function.returned))


def _made_in(facts: Facts, module: RepoPath) -> tuple[Definition, ...]:
    """The routers that a module binds."""
    return tuple(one for one in source_of(facts, module).routers if _is_made(facts, module, one))


def _definitions(facts: Facts, variable: _Variable) -> tuple[Definition, ...]:
    """Where a variable is bound to a router."""
    return tuple(one for one in _made_in(facts, variable.module) if one.name == variable.name and one.scope == variable.scope)


def applications(facts: Facts) -> tuple[Name, ...]:
    """The applications that a server can be given by name, that with the most routes first: made at the top of a module, or by a function that it calls."""
    return facts.derive(_applications)


def _applications(facts: Facts) -> tuple[Name, ...]:
    found = {router.name for router in routers(facts).values() if _is_served(router) and router.top}
    makers = _factories(facts)
    for module in _modules(facts) if makers else ():
        if any(maker.encode() in facts.read(module) for maker in makers):
            tops = (Name(module, name) for name, value in source_of(facts, module).values.items() if value.kind == "call" and name.isidentifier())
            found.update(name for name in tops if name not in found and _is_application(facts, name))
    return tuple(sorted(found, key=lambda name: (-len(routes(facts, name)), name)))


def _is_served(router: Router) -> bool:
    """Whether a server can be given it by its name alone; what is Flask's own, `flask.applications` says."""
    return router.kind == "application" and router.framework == FASTAPI.framework


def _factories(facts: Facts) -> frozenset[str]:
    """The last names of the functions and methods that may give back an application: where one is made, and where what those give is given on."""
    inside = {name.module for name, router in routers(facts).items() if _is_served(router) and not router.top}
    found = {function for module in inside for function, said in source_of(facts, module).functions.items() if said.returned}
    names = {function.rpartition(".")[2] for function in found}
    for _ in range(DEEP if names else 0):
        fresh = set()
        for module in _modules(facts):
            if any(name.encode() in facts.read(module) for name in names):
                source = source_of(facts, module)
                for function, said in source.functions.items():
                    given = [source.values.get(f"{function}:{back.text}", back) for back in said.returned]
                    if any(back.kind == "call" and back.text.rpartition(".")[2] in names for back in given):
                        fresh.add(function.rpartition(".")[2])
        if fresh <= names:
            break
        names |= fresh
    return frozenset(names)


def _is_application(facts: Facts, name: Name) -> bool:
    """Whether a name is bound to what a function makes and returns."""
    known = facts.derive(_kinds)
    made = (variable for variable in _heard(facts, name).variables if variable.scope)
    every = (known[one.maker] for variable in made for one in _definitions(facts, variable))
    return any((one.kind, one.dialect) == ("application", FASTAPI) for one in every)


# what they serve and include -------------------------------------------------------------------------------------------


def routes(facts: Facts, name: Name) -> Served:
    """The routes that an application or router serves, in the order in which it was given them; of what it mounts, those of this repository's applications."""
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
    for said in _said(facts, name) if depth <= DEEP else ():
        if isinstance(said.event, Inclusion) and said.variable.module == name.module:
            there = said.router is not None and said.router.module == name.module
            yield said.event, said.router, said.path, _inclusions(facts, said.router, depth + 1) if there and said.router is not None else ()


def included(facts: Facts, name: Name, modules: Collection[RepoPath]) -> Served:
    """The routes that come with what an application includes so, those of the routers of some modules."""
    return _included(facts, name, modules, 0, {})


def _included(facts: Facts, name: Name, modules: Collection[RepoPath], depth: int, known: dict[tuple[Name, int], Served]) -> Served:
    if (name, depth) not in known:
        parts = []
        for _, router, prefix, inner in _rows(facts, name, depth):
            if router is not None and inner:
                parts.append(Below(prefix + _before(facts, router), _included(facts, router, modules, depth + 1, known)))
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
        for module, _, router in includes(facts, name) if depth <= DEEP else ():
            found[module, router] = None
            found.update(dict.fromkeys(_mounted(facts, router, depth + 1)))
        known[name, depth] = tuple(found)
    return known[name, depth]


def includes(facts: Facts, name: Name) -> tuple[tuple[RepoPath, Inclusion, Name], ...]:
    """What an application or router includes by itself, wherever that is said: the module, the call, and the router."""
    return tuple(
        (said.variable.module, said.event, said.router)
        for said in _said(facts, name)
        if isinstance(said.event, Inclusion) and said.router is not None
    )


def fillers(facts: Facts, name: Name) -> tuple[RepoPath, ...]:
    """The modules that import a router and give it routes or routers."""
    return tuple(dict.fromkeys(variable.module for variable in facts.derive(_elsewhere).get(name, ())))


def inclusion_graph(facts: Facts, name: Name) -> nx.DiGraph[Name]:
    """An application or router with all that it includes, and what that includes."""
    graph: nx.DiGraph[Name] = nx.DiGraph()
    graph.add_node(name)
    pending = [name]
    while pending:
        one = pending.pop()
        for _, _, router in includes(facts, one):
            pending += [] if router in graph else [router]
            graph.add_edge(one, router)
    return graph


def unread(facts: Facts, name: Name) -> tuple[tuple[RepoPath, Inclusion], ...]:
    """What an application or router includes by itself that nobody knows without running it: the module that says so, and the call."""
    return tuple(
        (said.variable.module, said.event)
        for said in _said(facts, name)
        if isinstance(said.event, Inclusion) and (said.router is None or not _is_read(facts, said.router))
    )


def _is_read(facts: Facts, name: Name) -> bool:
    return name in routers(facts) or any(_definitions(facts, variable) for variable in _heard(facts, name).variables)


def called(facts: Facts, module: RepoPath, text: str) -> Name | None:
    """Where what a module calls by a text is defined, through what it imports."""
    return _called(facts, module, text)


def own(facts: Facts, name: Name) -> tuple[Endpoint, ...]:
    """What an application serves by itself in its own module, also by routers of that module that it includes."""
    names = [name, *(router for module, router in mounted(facts, name) if module == name.module == router.module)]
    return tuple(
        said.event
        for one in dict.fromkeys(names)
        for said in _said(facts, one)
        if isinstance(said.event, Endpoint) and said.variable.module == name.module
    )


def filled(facts: Facts, name: Name) -> frozenset[Name]:
    """The functions that make an application or router, or are given it."""
    return frozenset(Name(variable.module, variable.scope) for variable in _heard(facts, name).variables if variable.scope)


def _served(facts: Facts, name: Name, depth: int) -> Served:
    known = _known(facts).served
    if (name, depth) not in known:
        known[name, depth] = Served(tuple(_parts(facts, name, depth)))
    return known[name, depth]


def _parts(facts: Facts, name: Name, depth: int) -> Iterator[Route | Below]:
    own = _before(facts, name)
    for said in _said(facts, name) if depth <= DEEP else ():
        variable, event = said.variable, said.event
        if isinstance(event, Endpoint):
            yield from (Route(method, own + said.path, event.name, variable.module, variable.name, event.line) for method in event.methods)
        elif said.router is not None:
            yield Below(own + said.path, _served(facts, said.router, depth + 1))


def _before(facts: Facts, name: Name) -> str:
    """The prefix that the routes of a router have wherever it is included: a blueprint's own gives way to that of its inclusion."""
    return "" if _is_replaced(facts, name) else _own(facts, name)


def _is_replaced(facts: Facts, name: Name) -> bool:
    return any(facts.derive(_kinds)[one.maker].dialect.replaces for _, one in _bound(facts, name))


def _own(facts: Facts, name: Name) -> str:
    """The prefix that a router itself has, or that its class gives it."""
    for module, one in _bound(facts, name):
        made = facts.derive(_kinds)[one.maker]
        if one.prefix is not None:
            return _value(facts, module, one.prefix, 0)
        return _value(facts, made.module, made.of.prefix, 0) if made.of is not None and made.of.prefix is not None and made.module else ""
    return ""


def _bound(facts: Facts, name: Name) -> Iterator[tuple[RepoPath, Definition]]:
    """Where a router is made."""
    return ((variable.module, one) for variable in _heard(facts, name).variables for one in _definitions(facts, variable))


@dataclass(frozen=True)
class _Known:
    """What was found out of each router of a tree, from how many inclusions below the one that was asked about; beyond `DEEP` nobody follows."""

    heard: dict[Name, _Heard] = field(default_factory=dict)
    said: dict[Name, tuple[_Said, ...]] = field(default_factory=dict)
    served: dict[tuple[Name, int], Served] = field(default_factory=dict)
    mounted: dict[tuple[Name, int], tuple[tuple[RepoPath, Name], ...]] = field(default_factory=dict)
    inclusions: dict[tuple[Name, int], tuple[tuple[Inclusion, Name | None], ...]] = field(default_factory=dict)


def _known(facts: Facts) -> _Known:
    return facts.derive(_nothing_known)


def _nothing_known(_: Facts) -> _Known:
    return _Known()


# what is said of one, by each of its names -----------------------------------------------------------------------------


def _said(facts: Facts, name: Name) -> tuple[_Said, ...]:
    """What is said of one router, in order, with what each inclusion includes: in a loop over a list one for each of that."""
    known = _known(facts).said
    if name not in known:
        known[name] = tuple(_resolved(facts, _heard(facts, name)))
    return known[name]


def _resolved(facts: Facts, heard: _Heard) -> Iterator[_Said]:
    for variable, event in heard.events:
        place = _Place(variable.module, event.inside)
        near = _near(facts, place)
        if isinstance(event, Endpoint):
            path = _value(facts, variable.module, event.path, 0, near) if event.path is not None else ""
            below = _found(facts, heard, place, event.mounted, 0) if event.mounted is not None else ()
            for sub in (one for one in below if one in routers(facts) or _is_application(facts, one)):
                said = Inclusion(event.router, event.mounted or Expression("", 0, ""), event.path, event.start, event.end, event.line, event.scope)
                yield _Said(variable, said, sub, path.rstrip("/"))
                break
            else:
                yield _Said(variable, event, None, path)
            continue
        for names in _rounds(facts, heard, place, event):
            path = _value(facts, variable.module, event.prefix, 0, {**near, **names}) if event.prefix is not None else ""
            for router in _found(facts, heard, place._replace(names=names), event.included, 0) or (None,):
                under = path
                if router is not None and _is_replaced(facts, router):
                    under = (path if event.prefix is not None else _own(facts, router)).rstrip("/")
                yield _Said(*_at_home(facts, heard, variable, event), router, under)


def _near(facts: Facts, place: _Place) -> _Names:
    """What names of a function stand for that it assigns."""
    start, source = f"{place.scope}:", source_of(facts, place.module)
    return {key[len(start) :]: (place.module, value) for key, value in source.values.items() if key.startswith(start)} if place.scope else _NOTHING


def _at_home(facts: Facts, heard: _Heard, variable: _Variable, event: Inclusion) -> tuple[_Variable, Inclusion]:
    """An inclusion where the router's own module says what is included: `app = create(router=api_router)` for the function that includes its `router`."""
    home, text = heard.variables[0], _dotted(event.included)
    if variable.module == home.module or not text:
        return variable, event
    for there, start in heard.ways:
        for passing in source_of(facts, there).passings if there == home.module else ():
            if passing.start == start and _parameter(facts, there, passing) == (variable.module, event.inside, text):
                said = Inclusion(home.name, passing.value, event.prefix, passing.start, passing.end, passing.line, passing.scope)
                return home, said
    return variable, event


def _rounds(facts: Facts, heard: _Heard, place: _Place, event: Inclusion) -> tuple[_Names, ...]:
    """What the names of the loop around an inclusion stand for, round by round; one round without names where there is none that can be read."""
    every = [] if event.over is None else list(_elements(facts, heard, place, event.over, 0))
    found: list[_Names] = []
    for module, one in every:
        parts = (one,) if len(event.names) == 1 else one.parts if one.kind in {"list", "tuple"} else ()
        if len(parts) != len(event.names):
            return (_NOTHING,)
        found.append({name: (module, part) for name, part in zip(event.names, parts, strict=True)})
    return tuple(found) or (_NOTHING,)


# what is said of one ---------------------------------------------------------------------------------------------------


def _heard(facts: Facts, name: Name) -> _Heard:
    """What is said of one router under each name that it has.

    Besides its own these are the one in the function that made it, those of the parameters under which other functions are given it, and the
    `self` of its class.
    """
    known = _known(facts).heard
    if name not in known:
        scope, _, local = name.name.rpartition(_LOCAL)
        known[name] = _Heard()
        _follow(facts, _Variable(name.module, scope, local), known[name])
    return known[name]


def _follow(facts: Facts, variable: _Variable, heard: _Heard) -> None:
    if variable in heard.variables or len(heard.variables) > DEEP:
        return
    heard.variables.append(variable)
    source = source_of(facts, variable.module)
    value = source.values.get(f"{variable.scope}:{variable.name}" if variable.scope else variable.name)
    if value is not None and value.kind == "call":
        _follow_call(facts, _Place(variable.module, variable.scope), value, heard)
    function = source.functions.get(variable.scope)
    if function is not None and variable.name not in function.locals:
        bound = _exported(facts, variable.module, variable.name, 0)
        if bound is not None and bound.name and bound.module.endswith(".py"):
            _follow(facts, _Variable(bound.module, "", bound.name), heard)
    events: list[Endpoint | Inclusion | Passing] = [*source.endpoints, *source.inclusions, *source.passings]
    for event in sorted((event for event in events if _is_of(facts, variable, event)), key=lambda event: event.line):
        if not isinstance(event, Passing):
            heard.events.append((variable, event))
        elif (parameter := _parameter(facts, variable.module, event)) is not None:
            heard.ways[variable.module, event.start] = None
            _follow(facts, parameter, heard)
    for elsewhere in facts.derive(_elsewhere).get(variable.router, ()) if not variable.scope else ():
        _follow(facts, elsewhere, heard)
    for other in _also(source, variable):
        _follow(facts, variable._replace(name=other), heard)


def _also(source: Source, variable: _Variable) -> Iterator[str]:
    """The further names that a module, or a function of it, gives to what has one."""
    for said, value in source.values.items():
        scope, _, local = said.rpartition(":")
        if value.kind == "identifier" and value.text == variable.name and scope == variable.scope and local != variable.name:
            yield local


def _elsewhere(facts: Facts) -> Mapping[Name, tuple[_Variable, ...]]:
    """By router, the names under which modules that import it give it routes: those count once somebody loads them."""
    found: dict[Name, list[_Variable]] = {}
    for module in _modules(facts):
        for said in facts.told(module, imported_and_filled):
            name = _called(facts, module, said) if facts.graph.importers(module) else None
            if name is not None and name.module != module and name.name:
                found.setdefault(name, []).append(_Variable(module, "", said))
    return {name: tuple(variables) for name, variables in found.items()}


def _follow_call(facts: Facts, place: _Place, call: Expression, heard: _Heard) -> None:
    """Go on with what a call returns of its function's own names, or with what its class says of itself."""
    maker, function = _function(facts, place, call.text)
    heard.ways[place.module, call.start] = None
    if maker is not None and maker.name in facts.derive(_kinds):
        _follow(facts, _Variable(maker.module, maker.name, "self"), heard)
    elif maker is not None and function is not None:
        for back in function.returned:
            text = _dotted(back)
            if back.kind == "call":
                _follow_call(facts, _Place(*maker), back, heard)
            elif text:
                _follow(facts, _Variable(maker.module, maker.name.partition(".")[0] if text.startswith("self.") else maker.name, text), heard)


def _parameter(facts: Facts, module: RepoPath, passing: Passing) -> _Variable | None:
    """The parameter under which a function is given a router."""
    maker, function = _function(facts, _Place(module, passing.scope), _dotted(passing.function))
    if maker is None or function is None:
        return None
    named = passing.place if isinstance(passing.place, str) else next(iter(function.parameters[passing.place :]), "")
    return _Variable(*maker, named) if named in function.parameters else None


def _is_of(facts: Facts, variable: _Variable, said: Endpoint | Inclusion | Passing) -> bool:
    """Whether what is said of a router by name is said of a variable: in its function, or, of a module's, wherever no function has one of that name."""
    if (said.given if isinstance(said, Passing) else said.router) != variable.name:
        return False
    if variable.scope or not said.scope:
        return said.scope == variable.scope
    function = source_of(facts, variable.module).functions.get(said.scope)
    return function is None or variable.name not in function.locals


# what expressions stand for --------------------------------------------------------------------------------------------


def _found(facts: Facts, heard: _Heard, place: _Place, expression: Expression, depth: int) -> tuple[Name, ...]:
    """The routers that an expression names, also by a second name (`api = router`), in a list, as an argument, or that a function makes."""
    module, scope, names = place
    if depth > DEEP:
        return ()
    if expression.kind in {"list", "tuple", "binary_operator", "parenthesized_expression"}:
        return tuple(name for part in expression.parts for name in _found(facts, heard, place, part, depth + 1))
    text = _dotted(expression)
    first, _, rest = text.partition(".")
    if first in names:
        return _of_round(facts, heard, names[first], rest, depth)
    if expression.kind == "call":
        found = (_found(facts, heard, there, back, depth + 1) for there, back in _steps(facts, heard, place, expression))
        return next((some for some in found if some), ())
    local = _Variable(module, scope.partition(".")[0] if first == "self" else scope, text)
    function = source_of(facts, module).functions.get(scope)
    if scope and (first == "self" or (function is not None and first in function.locals)):
        if _definitions(facts, local):
            return (local.router,)
        value = source_of(facts, module).values.get(f"{local.scope}:{text}")
        if value is not None and value.kind == "call":
            return (local.router,)
        every = [name for there, one in _steps(facts, heard, place, expression) for name in _found(facts, heard, there, one, depth + 1)]
        return tuple(dict.fromkeys(every))
    bound = _binding(facts, module, expression, depth)
    if bound is None or bound in routers(facts) or not bound.module.endswith(".py"):
        return () if bound is None else (bound,)
    value = source_of(facts, bound.module).values.get(bound.name)
    if value is None or value.kind not in {"identifier", "attribute", "list", "tuple"}:
        return (bound,)
    return _found(facts, heard, _Place(bound.module), value, depth + 1)


def _of_round(facts: Facts, heard: _Heard, stands: tuple[RepoPath, Expression], rest: str, depth: int) -> tuple[Name, ...]:
    """The routers that something of what a loop goes through names."""
    module, one = stands
    if not rest:
        return _found(facts, heard, _Place(module), one, depth + 1)
    bound = _binding(facts, module, one, depth + 1)
    named = _exported(facts, bound.module, rest, depth + 1) if bound is not None and not bound.name and "." not in rest else None
    return () if named is None else (named,)


def _elements(facts: Facts, heard: _Heard, place: _Place, expression: Expression, depth: int) -> Iterator[tuple[RepoPath, Expression]]:
    """What a list holds that an expression names, with the module in which each is written down."""
    if depth > DEEP:
        return
    if expression.kind in {"list", "tuple"}:
        yield from ((place.module, part) for part in expression.parts)
    elif expression.kind in {"binary_operator", "parenthesized_expression"}:
        for part in expression.parts:
            yield from _elements(facts, heard, place, part, depth + 1)
    else:
        for there, one in _steps(facts, heard, place, expression):
            yield from _elements(facts, heard, there, one, depth + 1)


def _steps(facts: Facts, heard: _Heard, place: _Place, expression: Expression) -> Iterator[tuple[_Place, Expression]]:
    """What a name is assigned, a parameter is given, or a function gives back, with where that is said."""
    module, scope, _ = place
    source, text = source_of(facts, module), _dotted(expression)
    if expression.kind == "call":
        maker, made = _function(facts, place, expression.text)
        if maker is not None and made is not None:
            yield from ((_Place(*maker), back) for back in made.returned)
        return
    first = scope.partition(".")[0] if text.startswith("self.") else scope
    function = source.functions.get(scope)
    if first and (value := source.values.get(f"{first}:{text}")) is not None:
        yield _Place(module, f"{first}.__init__" if first != scope else scope), value
    elif function is not None and text in function.parameters:
        for there, start in heard.ways:
            for passing in source_of(facts, there).passings:
                if passing.start == start and _parameter(facts, there, passing) == (module, scope, text):
                    yield _Place(there, passing.scope), passing.value
    else:
        bound = _binding(facts, module, expression, 0)
        if bound is not None and bound.module.endswith(".py") and (value := source_of(facts, bound.module).values.get(bound.name)) is not None:
            yield _Place(bound.module), value


def _dotted(expression: Expression) -> str:
    """The text of a dotted name; nothing of anything else."""
    if expression.kind == "attribute" and expression.parts:
        above = _dotted(expression.parts[0])
        return f"{above}.{expression.text}" if above else ""
    return expression.text if expression.kind == "identifier" else ""


def _function(facts: Facts, place: _Place, text: str) -> tuple[Name | None, Function | None]:
    """The function, method or class that a text calls, and what is known of it."""
    module, scope, _ = place
    own = text.removeprefix("self.")
    name = Name(module, f"{scope.partition('.')[0]}.{own}") if own != text and scope else _called(facts, module, text)
    if name is None or not name.module.endswith(".py"):
        return None, None
    functions = source_of(facts, name.module).functions
    made = f"{name.name}.__init__"
    if name.name not in functions and made in functions:
        return (name if name.name in facts.derive(_kinds) else Name(name.module, made)), functions[made]
    return name, functions.get(name.name)


def _called(facts: Facts, module: RepoPath, text: str, depth: int = 0) -> Name | None:
    """What a call's text names: a function or class, a method of one, of an instance, or of what is made on the spot (`Factory(settings).build`)."""
    owner, dot, last = text.rpartition(".")
    if not last.isidentifier() or depth > DEEP:
        return None
    if not dot:
        return _exported(facts, module, last, 0)
    above = _called(facts, module, owner.partition("(")[0], depth + 1)
    if above is None or not above.module.endswith(".py"):
        return None
    if not above.name:
        return _exported(facts, above.module, last, 1)
    source = source_of(facts, above.module)
    value = source.values.get(above.name)
    if f"{above.name}.{last}" not in source.functions and value is not None and value.kind == "call":
        whose = _called(facts, above.module, value.text, depth + 1)
        return None if whose is None else Name(whose.module, f"{whose.name}.{last}")
    return Name(above.module, f"{above.name}.{last}")


def _binding(facts: Facts, module: RepoPath, expression: Expression, depth: int) -> Name | None:
    """Where what an expression names is bound: a module's name, or a module itself (with an empty name)."""
    if depth > DEEP:
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
    if depth > DEEP or not module.endswith(".py"):
        return None
    source = source_of(facts, module)
    if name in source.imported and not any(one.name == name and one.maker in facts.derive(_kinds) for one in source.routers):
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


def _value(facts: Facts, module: RepoPath, expression: Expression, depth: int, names: _Names = _NOTHING) -> str:
    """The text that an expression stands for; its own text in braces where nobody knows without running it."""
    unknown = "{" + expression.text + "}"
    if depth > DEEP:
        return unknown
    match expression.kind:
        case "text":
            return expression.text
        case "string" | "concatenated_string" | "parenthesized_expression" | "binary_operator":
            return "".join(_value(facts, module, part, depth + 1, names) for part in expression.parts)
        case "call" if expression.parts and expression.text.rpartition(".")[2] in {"Field", "getenv", "get"}:
            return _value(facts, module, expression.parts[0], depth + 1)
        case "identifier" if expression.text in names:
            return _value(facts, *names[expression.text], depth + 1)
        case "attribute" if expression.parts and expression.parts[0].text in names and expression.parts[0].kind == "identifier":
            there, made = names[expression.parts[0].text]
            whose = _whose(facts, there, made, depth)
            value = _constant(facts, Name(whose.module, f"{whose.name}.{expression.text}"), depth + 1) if whose is not None else None
            return unknown if value is None else _value(facts, value[0], value[1], depth + 1)
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
    if not dot or depth > DEEP:
        return None
    built = values.get(owner)
    made = _whose(facts, name.module, built, depth + 1) if built is not None else None
    return _constant(facts, Name(made.module, f"{made.name}.{attribute}"), depth + 1) if made is not None else None


def _whose(facts: Facts, module: RepoPath, made: Expression, depth: int) -> Name | None:
    """The class whose instance a call gives: its own, or the one that the function says that it returns, or makes."""
    found = _called(facts, module, made.text) if made.kind == "call" and depth <= DEEP else None
    function = source_of(facts, found.module).functions.get(found.name) if found is not None and found.module.endswith(".py") else None
    if found is None or function is None:
        return found
    if function.returns.isidentifier():
        return _exported(facts, found.module, function.returns, depth + 1)
    return next((_whose(facts, found.module, back, depth + 1) for back in function.returned), None)
