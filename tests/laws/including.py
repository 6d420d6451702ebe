"""The ways in which an application comes to its routers: each makes the modules that it takes, of expressions and the imports that these need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

PACKAGE = "apps/backend/app"
Files = dict[str, str]


class Router(NamedTuple):
    """A router where it is included: the import that brings it, the expression that names it, and its module below `app`."""

    imported: str
    said: str
    dotted: str


class Asked(NamedTuple):
    """What an application includes, and the prefix that it gives to all: an expression, with the import that this needs."""

    routers: list[Router]
    prefix: str
    imported: str


HEAD = "from fastapi import APIRouter, FastAPI"
ROOT = '@app.get("/")\ndef root() -> str:\n    return "shop"\n'


def module(imports: list[str], *blocks: str) -> str:
    return "\n".join(dict.fromkeys([HEAD, *filter(None, imports)])) + "\n\n" + "\n\n".join(blocks) + "\n"


def including(asked: Asked, router: str, prefix: str = "", indent: str = "") -> str:
    given = f", prefix={prefix}" if prefix else ""
    return "\n".join(f"{indent}{router}.include_router({one.said}{given})" for one in asked.routers) or f"{indent}pass"


def _main(asked: Asked) -> Files:
    imports = [one.imported for one in asked.routers]
    return {"main.py": module([*imports, asked.imported], "app = FastAPI()\n" + including(asked, "app", asked.prefix), ROOT)}


def _package(asked: Asked) -> Files:
    """`routers/__init__.py` includes them all."""
    gathered = module([one.imported for one in asked.routers], "router = APIRouter()\n" + including(asked, "router"))
    main = module(["from app.routers import router", asked.imported], f"app = FastAPI()\napp.include_router(router, prefix={asked.prefix})", ROOT)
    return {"routers/__init__.py": gathered, "main.py": main}


def _chain(asked: Asked) -> Files:
    """Two versions, each in a module of its own, below one that includes both: all three say `router`."""
    first, second = asked._replace(routers=asked.routers[::2]), asked._replace(routers=asked.routers[1::2])
    files = {
        f"api/{name}/api.py": module(
            [one.imported for one in some.routers],
            f'router = APIRouter(prefix="/{name}")\nif {len(name)}:\n' + including(some, "router", indent="    "),
        )
        for name, some in (("v1", first), ("v2", second))
    }
    both = "router = APIRouter()\nrouter.include_router(first)\nrouter.include_router(api.router)"
    files["api/main.py"] = module(["from .v1.api import router as first", "from .v2 import api"], both)
    main = module(
        ["from app.api import main as api", asked.imported], f"app = FastAPI()\napp.include_router(api.router, prefix={asked.prefix})", ROOT
    )
    return {**files, "main.py": main}


def _list(asked: Asked) -> Files:
    """`routers/__init__.py` has a list, and the application goes through it."""
    every = module([one.imported for one in asked.routers], f"ROUTERS = [{', '.join(one.said for one in asked.routers)}]").replace(HEAD, "")
    main = module(
        ["from app.routers import ROUTERS", asked.imported],
        f"app = FastAPI()\nfor one in ROUTERS:\n    app.include_router(one, prefix={asked.prefix})",
        ROOT,
    )
    return {"routers/__init__.py": every, "main.py": main}


def _factory(asked: Asked) -> Files:
    """A function of the application's module makes it."""
    body = "def create() -> FastAPI:\n    made = FastAPI()\n" + including(asked, "made", asked.prefix, "    ") + "\n    return made"
    return {"main.py": module([*(one.imported for one in asked.routers), asked.imported], body, "app = create()", ROOT)}


def _given(asked: Asked) -> Files:
    """A function of another module makes it of the router that it is given."""
    body = f"def create(router: APIRouter, **more: str) -> FastAPI:\n    made = FastAPI(**more)\n    made.include_router(router, prefix={asked.prefix})\n    return made"
    gathered = module([one.imported for one in asked.routers], "router = APIRouter()\n" + including(asked, "router"))
    main = module(["from app.api import router", "from app.setup import create"], 'app = create(router=router, title="shop")', ROOT)
    return {"setup.py": module([asked.imported], body), "api/__init__.py": gathered, "main.py": main}


def _registered(asked: Asked) -> Files:
    """A function of another module fills it."""
    body = "def register_routers(app: FastAPI) -> None:\n" + including(asked, "app", asked.prefix, "    ")
    setup = module([*(one.imported for one in asked.routers), asked.imported], body)
    return {"setup.py": setup, "main.py": module(["from app import setup"], "app = FastAPI()\nsetup.register_routers(app)", ROOT)}


def _prefixed(asked: Asked) -> Files:
    """A function of another module fills it below a prefix that it is given, or has by itself."""
    some, rest = asked._replace(routers=asked.routers[:1]), asked._replace(routers=asked.routers[1:])
    first = "def register_first(app: FastAPI, prefix: str = '/first') -> None:\n" + including(some, "app", "prefix", "    ")
    others = "def register_others(app: FastAPI, prefix: str) -> None:\n" + including(rest, "app", "prefix", "    ")
    setup = module([one.imported for one in asked.routers], first, others)
    called = f"app = FastAPI()\nregister_first(app)\nregister_others(app, {asked.prefix})"
    return {"setup.py": setup, "main.py": module(["from app.setup import register_first, register_others", asked.imported], called, ROOT)}


def _wrapped(asked: Asked) -> Files:
    """Each in a package of its own that wraps it in another router."""
    wrapped = [Router(f"from app.packs.p{at} import p{at}_router", f"p{at}_router", f"packs.p{at}") for at, _ in enumerate(asked.routers)]
    files = {
        f"packs/p{at}/__init__.py": module(
            [one.imported], f'p{at}_router = APIRouter()\np{at}_router.include_router({one.said}, tags=["p{at}"])', f'__all__ = ["p{at}_router"]'
        )
        for at, one in enumerate(asked.routers)
    }
    return {**files, **_main(asked._replace(routers=wrapped))}


def _elsewhere(asked: Asked) -> Files:
    """A function of another module makes it."""
    files = _factory(asked)
    setup = files["main.py"].partition("\n\napp = create()")[0] + "\n"
    return {"setup.py": setup, "main.py": module(["from app.setup import create"], "app = create()", ROOT)}


def _builder(asked: Asked) -> Files:
    """A class builds it."""
    body = "class Builder:\n    def __init__(self) -> None:\n        self.app = FastAPI()\n\n    def build(self) -> FastAPI:\n"
    body += including(asked, "self.app", asked.prefix, "        ") + "\n        return self.app"
    made = module([*(one.imported for one in asked.routers), asked.imported], body)
    return {"builder.py": made, "main.py": module(["from app.builder import Builder"], "app = Builder().build()", ROOT)}


def _derived(asked: Asked) -> Files:
    """Routers of a class of the project's own, with a prefix."""
    kind = 'class Api(APIRouter):\n    def __init__(self, prefix: str = "/own") -> None:\n        super().__init__(prefix=prefix)'
    made = "api = Api()\n" + including(asked, "api") + f"\napp = FastAPI()\napp.include_router(api, prefix={asked.prefix})"
    main = module([*(one.imported for one in asked.routers), "from app.kinds import Api", asked.imported], made, ROOT)
    return {"kinds.py": module([], kind), "main.py": main}


def _twice(asked: Asked) -> Files:
    """Each under two prefixes."""
    files = _main(asked)
    return {"main.py": files["main.py"].replace(ROOT, including(asked, "app", '"/again"') + "\n\n" + ROOT)}


def _mounted(asked: Asked) -> Files:
    """The first in an application that is mounted, as the others are in the one that does so."""
    inner, outer = asked._replace(routers=asked.routers[:1]), asked._replace(routers=asked.routers[1:])
    sub = module([one.imported for one in inner.routers], "sub = FastAPI()\n" + including(inner, "sub"))
    files = _main(outer)
    main = files["main.py"].replace(ROOT, 'app.mount("/sub", sub)\n\n' + ROOT)
    return {"sub.py": sub, "main.py": main.replace(HEAD, f"{HEAD}\nfrom app.sub import sub", 1)}


def _filled(asked: Asked) -> Files:
    """A module gives the first router one more route."""
    one = asked.routers[0]
    more = f'{one.imported}\n\n\n@{one.said}.get("/more")\ndef more() -> str:\n    return "more"\n'
    files = _main(asked)
    return {"more.py": more, "main.py": files["main.py"].replace("app = FastAPI()", "import app.more  # noqa: E402, F401\n\napp = FastAPI()", 1)}


FLAGS = """import os


class Flags:
    public: bool = True
    hidden: bool = False


flags = Flags()


def get_flags() -> Flags:
    return flags


SHOWN = os.environ.get("SHOP_SHOWN", "1") == "1"
"""


def _settings(asked: Asked) -> Files:
    """Settings say which are included, and where: an object, a function and a constant that the environment makes."""
    said = ("if flags.public:\n", "if get_flags().public and not flags.hidden:\n", "if SHOWN:\n", "if flags.hidden:\n")
    one = [asked._replace(routers=[router]) for router in asked.routers]
    blocks = [said[number % len(said)] + including(each, "app", asked.prefix, "    ") for number, each in enumerate(one[1:])]
    # The last one may lie elsewhere: what is not taken is read as well.
    blocks[-1] += "\nelse:\n" + including(one[-1], "app", '"/else"', "    ")
    imports = [*(router.imported for router in asked.routers), asked.imported, "from app.flags import SHOWN, flags, get_flags"]
    return {"flags.py": FLAGS, "main.py": module(imports, "app = FastAPI()\n" + "\n".join([including(one[0], "app", asked.prefix), *blocks]), ROOT)}


def _switched(asked: Asked) -> Files:
    """A gathering module that settings switch, in a factory that they switch too."""
    one = [asked._replace(routers=[router]) for router in asked.routers]
    held = "\n".join(
        f"if flags.{'public' if number % 2 else 'hidden or SHOWN'}:\n" + including(each, "router", indent="    ") for number, each in enumerate(one)
    )
    gathered = module([*(router.imported for router in asked.routers), "from app.flags import SHOWN, flags"], "router = APIRouter()\n" + held)
    body = f"def create() -> FastAPI:\n    made = FastAPI()\n    if not get_flags().hidden:\n        made.include_router(router, prefix={asked.prefix})\n    return made"
    main = module(["from app.api import router", "from app.flags import get_flags", asked.imported], body, "app = create()", ROOT)
    return {"flags.py": FLAGS, "api/__init__.py": gathered, "main.py": main}


WAYS: Mapping[str, Callable[[Asked], Files]] = {
    "main": _main,
    "package": _package,
    "chain": _chain,
    "list": _list,
    "factory": _factory,
    "given": _given,
    "registered": _registered,
    "prefixed": _prefixed,
    "wrapped": _wrapped,
    "elsewhere": _elsewhere,
    "builder": _builder,
    "derived": _derived,
    "twice": _twice,
    "mounted": _mounted,
    "filled": _filled,
    "settings": _settings,
    "switched": _switched,
}
"""How an application includes its routers, by a word for it."""


def application(way: str, asked: Asked) -> Files:
    """The modules by which an application comes to its routers, by their paths in the repository."""
    return {f"{PACKAGE}/{path}": text for path, text in WAYS[way](asked).items()}
