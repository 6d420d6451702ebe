"""Routers that include each other, twice and in circles: what each brings is read once, and all of it is what following every inclusion gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.facts import Facts
from migrator.facts.routing import Inclusion
from migrator.facts.serving import Name, Route, included, inclusions, mounted, routers, routes
from migrator.facts.serving.prefixes import own_prefix
from migrator.facts.serving.registrations import registrations
from migrator.paths import RepoPath
from tests.conftest import facts_of

MODULES = ("main", "a", "b", "c")
FEW = 3
"""Nothing follows longer chains here: the slow way could not."""


@st.composite
def applications(draw: st.DrawFn) -> dict[str, str]:
    """Modules with routers that include those of others and of their own."""
    held = {module: draw(st.integers(1, 3)) for module in MODULES}
    every = [(module, f"r{number}") for module, count in held.items() for number in range(count)]
    files = {"pyproject.toml": "[project]\nname = 'shop'\n"}
    for module in MODULES:
        lines = ["from fastapi import APIRouter, FastAPI", *(f"import {other}" for other in MODULES if other != module)]
        own = [name for there, name in every if there == module]
        for name in own:
            made = "FastAPI()" if (module, name) == ("main", "r0") else f'APIRouter(prefix="{draw(st.sampled_from(["", "/own"]))}")'
            lines.append(f"{name} = {made}")
        for number in range(draw(st.integers(0, 4))):
            name = draw(st.sampled_from(own))
            if draw(st.booleans()):
                verb = draw(st.sampled_from(["get", "post", "websocket"]))
                path = draw(st.sampled_from(["/health", "/x", "{number}"]))
                lines += [f'@{name}.{verb}("{path}")', f"def f{number}(): ..."]
            else:
                there, other = draw(st.sampled_from(every))
                said = other if there == module else f"{there}.{other}"
                lines += [f'{name}.include_router({said}, prefix="{draw(st.sampled_from(["", "/v1", "/own"]))}")'] * draw(st.integers(1, 2))
        files[f"{module}.py"] = "\n".join([*lines, ""])
    return files


# following every inclusion ---------------------------------------------------------------------------------------------


def followed(facts: Facts, name: Name, prefix: str, depth: int) -> Iterator[Route]:
    own = prefix + own_prefix(facts, name)
    for variable, event, router, path in registrations(facts, name) if depth <= FEW else ():
        if not isinstance(event, Inclusion):
            yield from (Route(method, own + path, event.name, variable.module, variable.name, event.line) for method in event.methods)
        elif router is not None:
            yield from followed(facts, router, own + path, depth + 1)


def contributed(facts: Facts, name: Name, above: str, depth: int) -> Iterator[tuple[Inclusion, Name | None, tuple[Route, ...]]]:
    for variable, said, router, path in registrations(facts, name) if depth <= FEW else ():
        if not isinstance(said, Inclusion) or variable.module != name.module:
            continue
        prefix = above + path
        there = router is not None and router.module == name.module
        inner = tuple(contributed(facts, router, prefix + own_prefix(facts, router), depth + 1)) if there else ()
        yield from inner or [(said, router, tuple(followed(facts, router, prefix, 1)) if router is not None else ())]


def met(facts: Facts, name: Name, depth: int) -> Iterator[tuple[RepoPath, Name]]:
    for variable, said, router, _ in registrations(facts, name) if depth <= FEW else ():
        if isinstance(said, Inclusion) and router is not None:
            yield variable.module, router
            yield from met(facts, router, depth + 1)


@given(applications(), st.sets(st.sampled_from(MODULES)))
def test_what_is_read_once_is_what_following_every_inclusion_gives(files, some):
    facts = facts_of(files)
    chosen = {RepoPath(f"{module}.py") for module in some}
    with pytest.MonkeyPatch.context() as patched:
        for followed_by in ("hierarchy", "route_tables"):
            patched.setattr(f"migrator.facts.serving.{followed_by}.DEEP", FEW)
        for name in routers(facts):
            served, slow = routes(facts, name), tuple(followed(facts, name, "", 0))
            assert tuple(served) == slow
            assert len(served) == len(slow)
            assert served.counts == Counter((route.module, route.method) for route in slow)
            assert served.modules == Counter(route.module for route in slow)
            assert served.methods == {route.method for route in slow}
            assert served.distinct == tuple(dict.fromkeys(slow))
            assert list(served.of({"WEBSOCKET"})) == [route for route in slow if route.method == "WEBSOCKET"]
            for path in ("/health", "/v1/own/x", "/own/health", ""):
                assert served.has("GET", path) == any((route.method, route.path) == ("GET", path) for route in slow)
            rows = tuple(contributed(facts, name, "", 0))
            assert inclusions(facts, name) == tuple(dict.fromkeys((said, router) for said, router, _ in rows))
            brought = (route for _, router, found in rows if router is not None and router.module in chosen for route in found)
            assert list(included(facts, name, chosen)) == list(brought)
            assert mounted(facts, name) == tuple(dict.fromkeys(met(facts, name, 0)))


def test_a_chain_in_which_each_includes_the_next_twice_is_read_as_long_as_it_is():
    count = 12
    chain = "".join(
        f"r{number}.include_router(r{number + 1}, prefix='/a')\nr{number}.include_router(r{number + 1}, prefix='/b')\n" for number in range(count)
    )
    made = "".join(f"r{number} = APIRouter()\n" for number in range(count + 1))
    facts = facts_of({"main.py": f"from fastapi import APIRouter\n{made}{chain}@r{count}.get('/x')\ndef x(): ...\n"})
    served = routes(facts, Name(RepoPath("main.py"), "r0"))
    assert len(served) == 2**count
    assert served.has("GET", "/a" * count + "/x")
    assert not served.has("GET", "/a" * count + "/y")
    assert len(inclusions(facts, Name(RepoPath("main.py"), "r0"))) == 2
