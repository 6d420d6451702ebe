"""What else random monoliths have, by a word for it: routers that are made otherwise, applications that are made with more, what starts with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from hypothesis import strategies as st

Files = dict[str, str]
PACKAGE = "apps/backend/app"
ROUTE = re.compile(r'\n\n@router\.(?P<verb>\w+)\("(?P<path>[^"]*)"\)\ndef (?P<name>\w+)\(\) -> str:\n    return (?P<said>.+)\n')
"""A route of a router's module, as `monoliths.router` writes it."""
MADE = re.compile(r"^( *)(\S+) = FastAPI\(", re.MULTILINE)


class Shop(NamedTuple):
    """A monolith that gets a trait."""

    draw: st.DrawFn
    files: Files
    routers: tuple[str, ...]
    """The paths of the modules with routers."""
    parts: tuple[str, ...]
    """The dotted names below `app` of the modules that they need."""

    def some(self, every: tuple[str, ...]) -> list[str]:
        return self.draw(st.lists(st.sampled_from(every), min_size=1, max_size=3, unique=True))

    @property
    def maker(self) -> str:
        """The module that makes the application."""
        every = [path for path in self.files if path.startswith(f"{PACKAGE}/") and MADE.search(self.files[path])]
        return min(every, key=lambda path: (not path.endswith("/main.py"), path))

    def made(self, *, top: str = "", words: str = "", then: str = "") -> None:
        """Make the application with more: lines and definitions before it, arguments, and lines after it, in which `{0}` is what it is called."""
        text = self.files[self.maker]
        found = MADE.search(text)
        assert found is not None
        at = text.index("\n", found.end()) + 1
        lines = "".join(f"{found[1]}{line}\n" if line else "\n" for line in then.replace("{0}", found[2]).splitlines())
        rest = text[found.end() : at]
        given = f"{words}{', ' if words and not rest.startswith(')') else ''}"
        imports, _, blocks = (text[: found.end()] + given + rest + lines + text[at:]).partition("\n\n")
        above = [line for line in top.splitlines() if line.startswith(("from ", "import "))]
        below = "\n".join(line for line in top.splitlines() if line not in above).strip("\n")
        self.files[self.maker] = "\n".join([*above, imports]) + (f"\n\n\n{below}" if below else "") + f"\n\n\n{blocks}"


# routers ---------------------------------------------------------------------------------------------------------------


def _rewritten(shop: Shop, written: Callable[[str, list[re.Match[str]]], str]) -> None:
    for path in shop.some(shop.routers):
        routes = list(ROUTE.finditer(shop.files[path]))
        if routes:
            shop.files[path] = written(ROUTE.sub("", shop.files[path]), routes)


def _views(shop: Shop) -> None:
    """Views of a class, given a dependency: as fastapi-utils has them."""

    def written(text: str, routes: list[re.Match[str]]) -> str:
        methods = "".join(
            f'\n    @router.{one["verb"]}("{one["path"]}")\n    def {one["name"]}(self) -> str:\n        return {one["said"]} + self.mark\n'
            for one in routes
        )
        given = 'def given() -> str:\n    return "."\n'
        return f"from fastapi import Depends\nfrom fastapi_utils.cbv import cbv\n{text}\n\n{given}\n\n@cbv(router)\nclass Views:\n    mark: str = Depends(given)\n{methods}"

    _rewritten(shop, written)


def _subclass(shop: Shop) -> None:
    """A class of the project's own."""
    shop.files[f"{PACKAGE}/routed.py"] = (
        "from fastapi import APIRouter\n\n\nclass Routed(APIRouter):\n    def __init__(self, *places: str, **words: str) -> None:\n"
        '        words.setdefault("redirect_slashes", False)\n        super().__init__(*places, **words)\n'
    )
    for path in shop.some(shop.routers):
        text = shop.files[path].replace("from fastapi import APIRouter\n", "from app.routed import Routed\n", 1)
        shop.files[path] = text.replace("router = APIRouter(", "router = Routed(", 1)


def _inferring(shop: Shop) -> None:
    """A router of fastapi-utils."""
    for path in shop.some(shop.routers):
        text = shop.files[path].replace("from fastapi import APIRouter\n", "from fastapi_utils.inferring_router import InferringRouter\n", 1)
        shop.files[path] = text.replace("router = APIRouter(", "router = InferringRouter(", 1)


def _function(shop: Shop) -> None:
    """A function makes the router and what it serves."""

    def written(text: str, routes: list[re.Match[str]]) -> str:
        made = re.search(r"router = APIRouter\(.*\)\n", text)
        if made is None:
            return text + "".join(one[0] for one in routes)
        inside = "".join(
            f'\n    @router.{one["verb"]}("{one["path"]}")\n    def {one["name"]}() -> str:\n        return {one["said"]}\n' for one in routes
        )
        return f"{text.replace(made[0], '', 1)}\n\ndef make_router() -> APIRouter:\n    {made[0]}{inside}\n    return router\n\n\nrouter = make_router()\n"

    _rewritten(shop, written)


def _calls(shop: Shop) -> None:
    """Functions that are given to the router by a call, some in a loop."""

    def written(text: str, routes: list[re.Match[str]]) -> str:
        functions = "".join(f"\n\ndef {one['name']}() -> str:\n    return {one['said']}\n" for one in routes)
        return f"{text}{functions}\n\n" + "".join(
            f'router.add_api_route("{one["path"]}", {one["name"]}, methods=["{one["verb"].upper()}"])\n' for one in routes
        )

    _rewritten(shop, written)


# applications ----------------------------------------------------------------------------------------------------------


def _begun(shop: Shop) -> list[str]:
    """Modules that have to be started: they say so then. A route tells what the application holds besides."""
    every = shop.some(shop.parts)
    for one in every:
        last = one.rpartition(".")[2]
        path = f"{PACKAGE}/{one.replace('.', '/')}.py"
        text = shop.files[path].replace('return " ".join([', 'return " ".join([*BEGUN, ', 1)
        shop.files[path] = text + (
            f'\n\nBEGUN: list[str] = []\n\n\ndef begin() -> None:\n    BEGUN.append("{last} is there")\n\n\ndef end() -> None:\n    BEGUN.clear()\n'
        )
    path = shop.draw(st.sampled_from(shop.routers))
    held = 'request.app.state.word if hasattr(request.app.state, "word") else ""'
    shop.files[path] = (
        f'from fastapi import Request\n{shop.files[path]}\n\n@router.get("/held")\ndef held(request: Request) -> str:\n    return {held}\n'
    )
    return every


def _asking(every: list[str]) -> tuple[str, str, str]:
    """The imports of what starts and stops modules, and the lines that do it."""
    lasts = [one.rpartition(".")[2] for one in every]
    imports = "".join(f"from app.{one} import begin as begin_{last}, end as end_{last}\n" for one, last in zip(every, lasts, strict=True))
    return imports, "".join(f"    begin_{last}()\n" for last in lasts), "".join(f"    end_{last}()\n" for last in lasts)


def _lifespan(shop: Shop) -> None:
    """A function that yields."""
    imports, begins, ends = _asking(_begun(shop))
    body = f'@asynccontextmanager\nasync def lifespan(app: FastAPI):\n{begins}    app.state.word = "held"\n    yield\n{ends}'
    shop.made(top=f"from contextlib import asynccontextmanager\n{imports}{body}", words="lifespan=lifespan")


def _several(shop: Shop) -> list[str]:
    """One lifespan for each module that has to be started."""
    every = _begun(shop)
    return [
        f"@asynccontextmanager\nasync def with_{number}(app: FastAPI):\n    from app.{one} import begin, end\n\n    begin()\n    yield\n    end()\n"
        for number, one in enumerate(every)
    ]


def _lifespan_of_several(shop: Shop) -> None:
    """One that opens others."""
    every = _several(shop)
    opened = ", ".join(f"with_{number}(app)" for number in range(len(every)))
    every.append(f"@asynccontextmanager\nasync def lifespan(app: FastAPI):\n    async with {opened}:\n        yield\n")
    shop.made(top="from contextlib import asynccontextmanager\n" + "\n\n".join(every), words="lifespan=lifespan")


def _lifespan_of_a_list(shop: Shop) -> None:
    """One that opens what a list holds."""
    every = _several(shop)
    every.append(f"LIFESPANS = [{', '.join(f'with_{number}' for number in range(len(every)))}]\n")
    body = "for one in LIFESPANS:\n            await stack.enter_async_context(one(app))\n        yield"
    every.append(f"@asynccontextmanager\nasync def lifespan(app: FastAPI):\n    async with AsyncExitStack() as stack:\n        {body}\n")
    shop.made(top="from contextlib import AsyncExitStack, asynccontextmanager\n" + "\n\n".join(every), words="lifespan=lifespan")


def _events(shop: Shop) -> None:
    """Functions that the application, or a router, is given to start with."""
    every = _begun(shop)
    imports, begins, ends = _asking(every)
    if shop.draw(st.booleans()):
        lines = f'@{{0}}.on_event("startup")\ndef started() -> None:\n{begins}\n@{{0}}.on_event("shutdown")\ndef stopped() -> None:\n{ends}'
        shop.made(top=imports, then=f"\n\n{lines}\n")
    else:
        functions = f"def started() -> None:\n{begins}\n\ndef stopped() -> None:\n{ends}"
        shop.made(top=f"{imports}{functions}", words="on_startup=[started], on_shutdown=[stopped]")


def _overrides(shop: Shop) -> None:
    """What routes depend on is overridden where the application is made, and by a fixture."""
    shop.files[f"{PACKAGE}/whose.py"] = 'def current() -> str:\n    return "somebody"\n\n\ndef nobody() -> str:\n    return "nobody"\n'
    every = shop.some(shop.routers)
    for path in every:
        shop.files[path] = (
            f"from fastapi import Depends\nfrom app.whose import current\n{shop.files[path]}"
            '\n\n@router.get("/who")\ndef who(name: str = Depends(current)) -> str:\n    return name\n'
        )
    if shop.draw(st.booleans()):
        shop.made(top="from app.whose import current, nobody", then="{0}.dependency_overrides[current] = nobody")
    else:
        own = 'def another() -> str:\n    return "another"'
        shop.made(top=f"from app import whose\n{own}", then="{0}.dependency_overrides[whose.current] = another")
    conftest = f"{PACKAGE.rpartition('/')[0]}/tests/conftest.py"
    if conftest in shop.files:
        said = "@pytest.fixture\ndef tester():\n    from app.main import app as asked\n    from app.whose import current\n\n"
        said += '    kept = dict(asked.dependency_overrides)\n    asked.dependency_overrides[current] = lambda: "tester"\n    yield\n    asked.dependency_overrides = kept\n'
        shop.files[conftest] += f"\n\n{said}"
        slug = every[0].rpartition("/")[2].removesuffix(".py").replace("_", "-")
        test = f"def test_who(tester, client):\n    assert client.get('/api/{slug}/who').text == '\"tester\"'\n"
        shop.files[f"{conftest.rpartition('/')[0]}/test_who.py"] = test


def _call(shop: Shop) -> None:
    """The call has arguments: settings, constants, a function of the same module, what another module has."""
    shop.files[f"{PACKAGE}/settings.py"] = shop.files.get(f"{PACKAGE}/settings.py", "") + (
        '\n\nclass Settings:\n    name: str = "shop"\n    public: bool = True\n\n\ndef get_settings() -> Settings:\n    return Settings()\n'
    )
    shop.files[f"{PACKAGE}/guards.py"] = "from fastapi import Header\n\n\ndef guard(x_key: str = Header('')) -> None:\n    assert not x_key\n"
    top = "from fastapi import Depends\nfrom fastapi.routing import APIRoute\nfrom app.settings import get_settings\nfrom app.guards import guard\n"
    top += 'settings = get_settings()\nCONTACT = {"name": settings.name}\n\n\n'
    top += 'def described(name: str) -> str:\n    return f"{name}, described"\n\n\ndef called(route: APIRoute) -> str:\n    return f"{CONTACT[\'name\']}-{route.name}-{route.path_format}"'
    words = ["contact=CONTACT", "description=described(settings.name)", "generate_unique_id_function=called", "dependencies=[Depends(guard)]"]
    words += ['openapi_url="/openapi.json" if settings.public else None']
    shop.made(top=top, words=", ".join(words))


def _around(shop: Shop) -> None:
    """Middleware and a handler of errors."""
    shop.files[f"{PACKAGE}/failing.py"] = "class OddError(Exception):\n    pass\n"
    for path in shop.some(shop.routers):
        shop.files[path] = f'from app.failing import OddError\n{shop.files[path]}\n\n@router.get("/fail")\ndef fail() -> str:\n    raise OddError\n'
    handler = 'async def odd(request: Request, error: Exception) -> JSONResponse:\n    return JSONResponse("odd", 418)'
    marked = "async def marked(request: Request, call_next):\n    answer = await call_next(request)\n    answer.headers['x-seen'] = 'shop'\n    return answer"
    top = "from fastapi import Request\nfrom fastapi.responses import JSONResponse\nfrom app.failing import OddError\n"
    if shop.draw(st.booleans()):
        shop.made(top=f"{top}{handler}\n\n\n{marked}", then='{0}.add_exception_handler(OddError, odd)\n{0}.middleware("http")(marked)')
    else:
        shop.made(top=top, then=f'\n\n@{{0}}.exception_handler(OddError)\n{handler}\n\n\n@{{0}}.middleware("http")\n{marked}\n\n')


# tables ----------------------------------------------------------------------------------------------------------------


def _tables(shop: Shop) -> None:
    """Each router has a table; some refer to others by keys, by relationships or by both. One module has all, or each lies in its own, which a package may gather."""
    names = [path.rpartition("/")[2].removesuffix(".py") for path in shop.routers]
    models = {name: _model(shop, name, names[:number], names) for number, name in enumerate(names)}
    head = "from sqlalchemy import ForeignKey\nfrom sqlalchemy.orm import Mapped, mapped_column, relationship\n\nfrom app.tables.base import Base\n"
    shop.files[f"{PACKAGE}/tables/base.py"] = "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n"
    where = shop.draw(st.sampled_from(("one", "each", "gathered")))
    if where == "one":
        shop.files[f"{PACKAGE}/tables/all.py"] = head + "".join(models.values())
    else:
        shop.files.update({f"{PACKAGE}/tables/of_{name}.py": head + text for name, text in models.items()})
    every = "".join(f"from app.tables.of_{name} import {_class(name)}  # noqa: F401\n" for name in names)
    shop.files[f"{PACKAGE}/tables/__init__.py"] = every if where == "gathered" else ""
    if where == "each":  # Whoever maps one needs all of them loaded: the monolith does so where it starts.
        shop.made(top="".join(f"import app.tables.of_{name}  # noqa: F401\n" for name in names))
    for path, name in zip(shop.routers, names, strict=True):
        module = {
            "one": "app.tables.all",
            "each": f"app.tables.of_{name}",
            "gathered": shop.draw(st.sampled_from(("app.tables", f"app.tables.of_{name}"))),
        }
        shop.files[path] = (
            f"from sqlalchemy import inspect\nfrom {module[where]} import {_class(name)}\n{shop.files[path]}\n\n"
            f'@router.get("/table")\ndef table() -> str:\n    keys = sorted(str(one.column) for one in {_class(name)}.__table__.foreign_keys)\n'
            f'    return " ".join([*keys, *(one.key + one.mapper.class_.__name__ for one in inspect({_class(name)}).relationships)])\n'
        )


LOADERS = (
    'import_module(f"app.plugins.{name}")',
    'import_module("app.plugins." + name)',
    'import_module("app.plugins.{}".format(name))',
    'import_module(f".{name}", "app.plugins")',
    'import_module(f"app.{name}.plugin")',
)
"""Ways in which a name is put together that a module is loaded by."""


def _loaded(shop: Shop) -> None:
    """Modules that are loaded by names which are put together; some are imported as well."""
    way = shop.draw(st.sampled_from(LOADERS))
    inside = way.endswith('.plugin")')
    dotted = {name: f"app.{name}.plugin" if inside else f"app.plugins.{name}" for name in ("red", "blue")}
    for name, module in dotted.items():
        path = f"apps/backend/{module.replace('.', '/')}.py"
        shop.files[f"{path.rpartition('/')[0]}/__init__.py"] = ""
        shop.files[path] = f'NAME = "{name}"\n'
    shop.files[f"{PACKAGE}/loading.py"] = f"from importlib import import_module\n\n\ndef load(name: str) -> str:\n    return {way}.NAME\n"
    for at, path in enumerate(shop.some(shop.routers)):
        route = '\n\n@router.get("/loaded")\ndef loaded() -> str:\n    return load("red") + load("blue")\n'
        shop.files[path] = f"from app.loading import load\n{shop.files[path]}{route}"
        if at and shop.draw(st.booleans()):
            shop.files[path] = f'from {dotted["red"]} import NAME\n{shop.files[path]}\n\n@router.get("/red")\ndef red() -> str:\n    return NAME\n'


def _class(name: str) -> str:
    return f"{name.title().replace('_', '')}Row"


def _model(shop: Shop, name: str, earlier: list[str], names: list[str]) -> str:
    """A table that refers to some of those before it, and may be referred to by a relationship of its own to any."""
    lines = [f"class {_class(name)}(Base):", f'    __tablename__ = "{name}"', "    id: Mapped[int] = mapped_column(primary_key=True)"]
    for other in shop.draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else ():
        lines.append(f'    {other}_id: Mapped[int] = mapped_column(ForeignKey("{other}.id"))')
        if shop.draw(st.booleans()):
            lines.append(f'    {other}: Mapped["{_class(other)}"] = relationship("{_class(other)}", foreign_keys=[{other}_id])')
    if shop.draw(st.booleans()):
        lines.append(f'    above_id: Mapped[int] = mapped_column(ForeignKey("{shop.draw(st.sampled_from(names))}.id", use_alter=True))')
    return "\n\n" + "\n".join(lines) + "\n"


TRAITS: Mapping[str, Callable[[Shop], None]] = {
    "views": _views,
    "subclass": _subclass,
    "inferring": _inferring,
    "function": _function,
    "calls": _calls,
    "lifespan": _lifespan,
    "lifespan of several": _lifespan_of_several,
    "lifespan of a list": _lifespan_of_a_list,
    "events": _events,
    "overrides": _overrides,
    "call": _call,
    "around": _around,
    "tables": _tables,
    "loaded": _loaded,
}
"""What a monolith may have besides, by a word for it; in this order, if several."""
STARTING = frozenset({"lifespan", "lifespan of several", "lifespan of a list", "events"})
"""Of these an application has one."""


@st.composite
def several(draw: st.DrawFn) -> tuple[str, ...]:
    """Traits that one monolith may have together."""
    chosen = draw(st.sets(st.sampled_from(sorted({*TRAITS} - STARTING)), min_size=2, max_size=4))
    chosen |= draw(st.sets(st.sampled_from(sorted(STARTING)), max_size=1))
    return tuple(one for one in TRAITS if one in chosen)
