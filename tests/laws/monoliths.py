"""Small FastAPI monoliths at random: modules that import each other in every way, routers that seed services, tests, names in strings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from hypothesis import strategies as st

from tests.laws.including import WAYS, Asked, Router, application
from tests.laws.traits import TRAITS, Shop

Files = dict[str, str]

BACKEND = "apps/backend"
ROUTERS = ("auth", "market_data", "portfolio", "social", "events", "health", "admin")
"""The last two seed nothing: the gateway keeps them."""
FOLDERS = ("", "core", "services", "services/deep", "models", "lib")
INCLUDED = ("module", "renamed", "router")
HOWS = ("from-name", "from-module", "import", "relative-name", "relative-module", "inside", "string")
PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["fastapi>=0.110", "uvicorn>=0.29", "fastapi-utils>=0.8", "typing-inspect", "sqlalchemy>=2"]\n'


class Part(NamedTuple):
    """A module: its dotted name below `app`, and the function that it has."""

    dotted: str

    @property
    def last(self) -> str:
        return self.dotted.rpartition(".")[2]

    @property
    def package(self) -> str:
        return f"app.{self.dotted}".rpartition(".")[0]

    @property
    def path(self) -> str:
        return f"{BACKEND}/app/{self.dotted.replace('.', '/')}.py"


def imported(at: Part, of: Part, how: str) -> tuple[list[str], list[str], str]:
    """Lines at the top, lines inside a function, and the expression that asks a module for its name."""
    whole, calling = f"app.{of.dotted}", f"name_{of.last}()"
    above = at.package.split(".")
    target = of.package.split(".")
    shared = next((i for i, (one, other) in enumerate(zip(above, target, strict=False)) if one != other), min(len(above), len(target)))
    dots = "." * (len(above) - shared + 1)
    relative = dots + ".".join(target[shared:])
    match how:
        case "from-name":
            return [f"from {whole} import name_{of.last}"], [], calling
        case "from-module":
            return [f"from {of.package} import {of.last} as the_{of.last}"], [], f"the_{of.last}.{calling}"
        case "import":
            return [f"import {whole}"], [], f"{whole}.{calling}"
        case "relative-name":
            return [f"from {relative if relative.endswith('.') else relative + '.'}{of.last} import name_{of.last}"], [], calling
        case "relative-module":
            return [f"from {relative} import {of.last} as the_{of.last}"], [], f"the_{of.last}.{calling}"
        case "inside":
            return [], [f"from {whole} import name_{of.last}"], calling
    return ["from importlib import import_module"], [], f'import_module("{whole}").{calling}'


def module(part: Part, needs: list[tuple[Part, str]]) -> str:
    """A module whose function says its own name and those of all that it needs."""
    found = [imported(part, of, how) for of, how in needs]
    top = list(dict.fromkeys(line for lines, _, _ in found for line in lines))
    inside = [line for _, lines, _ in found for line in lines]
    said = ", ".join([f'"{part.last}"', *(expression for _, _, expression in found)])
    body = "".join(f"    {line}\n" for line in [*inside, f'return " ".join([{said}])'])
    return "\n".join(top) + ("\n\n\n" if top else "") + f"def name_{part.last}() -> str:\n{body}"


def router(part: Part, needs: list[tuple[Part, str]], prefix: str) -> str:
    said = module(part, needs)
    lines = f'router = APIRouter(prefix="{prefix}")\n\n\n'
    return f"from fastapi import APIRouter\n{said.partition('def ')[0]}{lines}def {said.partition('def ')[2]}" + "".join(
        f'\n\n@router.{method}("{path}")\ndef {name}() -> str:\n    return name_{part.last}()\n'
        for method, path, name in (("get", "/one", "one"), ("post", "/two", "two"))
    )


def themed(draw: st.DrawFn, text: str) -> str:
    """A router that may be about what another one is about too, by its addresses or its tags, and may serve more than two routes."""
    theme, tag, more = (
        draw(st.sampled_from(("", "", "/shop", "/desk", "/email"))),
        draw(st.sampled_from(("", "", "shop", "desk"))),
        draw(st.integers(0, 2)),
    )
    said = f', tags=["{tag}"])\n' if tag else ")\n"
    text = text.replace('APIRouter(prefix="', f'APIRouter(prefix="{theme}', 1).replace(")\n", said, 1) if theme or tag else text
    return text + "".join(f'\n\n@router.get("/more/{number}")\ndef more_{number}() -> str:\n    return "more"\n' for number in range(more))


def included(part: Part, how: str) -> Router:
    """A router where it is included, imported in its way."""
    last = part.last
    match how:
        case "module":
            return Router(f"from app.routers import {last}", f"{last}.router", part.dotted)
        case "renamed":
            return Router(f"from app.routers import {last} as {last}_routes", f"{last}_routes.router", part.dotted)
    return Router(f"from app.routers.{last} import router as {last}_router", f"{last}_router", part.dotted)


def versioned(files: Files) -> Files:
    """A monolith whose application has the version that its package says."""
    maker = next((path for path in files if path.startswith(f"{BACKEND}/app/") and "FastAPI()" in files[path]), None)
    if maker is None:
        return files
    text = "from app import __version__ as VERSION\n" + files[maker].replace("FastAPI()", "FastAPI(version=VERSION)")
    return {**files, f"{BACKEND}/app/__init__.py": '__version__ = "1.2"\n', maker: text}


FINDS = {
    "by its own name": 'Path(__file__).with_suffix(".txt")',
    "beside": 'Path(__file__).parent / "{last}.txt"',
    "by a name": 'HERE / "{last}.txt"',
    "in the backend": 'Path(__file__).resolve().parents[{depth}] / "data" / "words.txt"',
    "by joining": 'Path(os.path.join(os.path.dirname(os.path.abspath(__file__)), {ups}, "data", "words.txt"))',
    "by another's name": 'BASE_DIR / "data" / "words.txt"',
    "unsaid": 'next(one for one in (Path(__file__).parents[{depth}] / "data").iterdir() if one.suffix == ".txt")',
}
"""How a module finds a file, by words for it."""


def find_file(files: Files, part: Part, how: str) -> None:
    """Let a module say what is in a file, too, that it finds in one of these ways."""
    depth = part.path[len(BACKEND) + 1 :].count("/")
    said = FINDS[how].format(last=part.last, depth=depth, ups=", ".join(['".."'] * depth))
    files[part.path.replace(".py", ".txt")] = "beside"
    files[f"{BACKEND}/data/words.txt"] = "words"
    files[f"{BACKEND}/app/paths.py"] = "from pathlib import Path\n\nBASE_DIR = Path(__file__).parent.parent\n"
    top = ["import os", "from pathlib import Path", *(["from app.paths import BASE_DIR"] if "BASE_DIR" in said else [])]
    here = "\n\nHERE = Path(__file__).parent\n" if "HERE" in said else "\n\n"
    text = files[part.path].replace('return " ".join([', 'return " ".join([TEXT, ', 1)
    files[part.path] = "\n".join(top) + f"\n{text}{here}TEXT = ({said}).read_text()\n"


def finding(how: str) -> Files:
    """A small one in which a module of one service and one that is shared find files in one of these ways."""
    alone, shared, above = Part("services.m0"), Part("core.m1"), Part("m2")
    served = [Part("routers.auth"), Part("routers.social"), Part("routers.health")]
    files = {
        f"{BACKEND}/pyproject.toml": PROJECT,
        f"{BACKEND}/app/__init__.py": "",
        alone.path: module(alone, []),
        shared.path: module(shared, []),
        above.path: module(above, [(shared, "from-name")]),
        served[0].path: router(served[0], [(alone, "from-name"), (above, "import")], "/auth"),
        served[1].path: router(served[1], [(above, "from-name")], "/social"),
        served[2].path: router(served[2], [], "/health"),
    }
    files |= application("main", Asked([included(part, "module") for part in served], '"/api"', ""))
    find_file(files, alone, how)
    find_file(files, shared, how)
    return files


ASKED = (
    ("from {whole} import {name}", "{name}"),
    ("from {whole} import {name} as gives", "gives"),
    ("from {above} import {last}", "{last}.{name}"),
    ("from {above} import {last} as of_all", "of_all.{name}"),
    ("import {whole}", "{whole}.{name}"),
    ("import {whole} as of_all", "of_all.{name}"),
)
"""How a definition is imported, and how it is called then."""
HOLDS = ("mixed", "crud", "schemas.every", "models.kept")
"""Where a module lies that has definitions for several."""


def mixed(draw: st.DrawFn, files: Files, served: list[Part]) -> None:
    """One module with definitions for several routers: functions that use each other, a constant, a class, and what all of them use."""
    names = [part.last for part in served]
    lines = ['SIGN = "!"', "", "", "def common(text: str) -> str:", "    return text + SIGN", ""]
    for name in draw(st.permutations(names)):
        lines += ["", f'WORD_{name.upper()} = "{name}"', "", "", f"class Kept{name.title()}:", f"    word = WORD_{name.upper()}", "", ""]
        others = draw(st.lists(st.sampled_from(names), max_size=1))
        said = [f"common(Kept{name.title()}.word)", *(f"common(WORD_{other.upper()})" for other in others if other != name)]
        lines += [f"def give_{name}() -> str:", f"    return {' + '.join(said)}", ""]
    if draw(st.booleans()):
        lines += ["", f"EVERY = [give_{draw(st.sampled_from(names))}]", ""]
    home = Part(draw(st.sampled_from(HOLDS)))
    whole = f"app.{home.dotted}"
    files[home.path] = "\n".join(lines)
    for part in served:
        line, called = (
            said.format(whole=whole, above=home.package, last=home.last, name=f"give_{part.last}") for said in draw(st.sampled_from(ASKED))
        )
        text = files[part.path].replace(f"    return name_{part.last}()\n", f"    return name_{part.last}() + {called}()\n")
        files[part.path] = f"{line}\n{text}"
    if draw(st.booleans()):
        name = draw(st.sampled_from(names))
        files[f"{BACKEND}/tests/test_mixed.py"] = f"from {whole} import give_{name}\n\n\ndef test_given():\n    assert give_{name}()\n"


STORES = ("import sqlite3\n\nSTORE = sqlite3.connect(':memory:')\n", "import sqlite3\n\nKIND = sqlite3.sqlite_version\n")


def stored(draw: st.DrawFn, files: Files, parts: list[Part]) -> None:
    """Some modules open a store or use one: the kernel has layers."""
    for part in draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3, unique=True)):
        files[part.path] = f"{draw(st.sampled_from(STORES))}{files[part.path]}"


def lent(draw: st.DrawFn, files: Files, parts: list[Part]) -> None:
    """Some modules take of the application's, when they are called, what it has for all of them."""
    files[f"{BACKEND}/app/main.py"] += '\n\nWORD = "lent"\nBANNER = WORD + "!"\n'
    for part in draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3, unique=True)):
        head = f"def name_{part.last}() -> str:\n"
        files[part.path] = files[part.path].replace(head, f'{head}    from app.main import BANNER\n\n    assert BANNER == "lent!"\n', 1)


FIXTURES = {
    "client": """@pytest.fixture
def client():
    return TestClient(app)
""",
    "client inside": """@pytest.fixture
def client():
    from app.main import app as whole

    with TestClient(whole) as asked:
        yield asked
""",
    "overriding": """@pytest.fixture(autouse=True)
def overriding():
    app.dependency_overrides = {}
""",
    "quiet": """@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("QUIET", "1")
""",
    "path": """@pytest.fixture
def path():
    from app.settings import PREFIX

    return lambda rest: PREFIX + rest
""",
}


def suite(draw: st.DrawFn, parts: list[Part], served: list[Part]) -> Files:
    """Tests with fixtures: a client of the whole application, an autouse one, a factory, one for a module, what they share; overridden in a folder."""
    if not draw(st.booleans()):
        return {}
    kinds = [draw(st.sampled_from(["client", "client inside"])), *draw(st.sets(st.sampled_from(["overriding", "quiet", "path"])))]
    one = draw(st.sampled_from(parts))
    top = ["import pytest", "from fastapi.testclient import TestClient", "", "from tests.shared import begins"]
    top += ["from app.main import app"] if {"client", "overriding"} & set(kinds) else []
    named = f"@pytest.fixture\ndef named():\n    from app.{one.dotted} import name_{one.last}\n\n    return name_{one.last}()\n"
    checked = "@pytest.fixture\ndef checked():\n    return begins\n"
    files = {
        f"{BACKEND}/tests/__init__.py": "",
        f"{BACKEND}/tests/shared.py": "def begins(text, name):\n    assert name in text\n",
        f"{BACKEND}/tests/conftest.py": "\n\n".join(["\n".join(top) + "\n", *(FIXTURES[kind] for kind in sorted(kinds)), named, checked]),
        f"{BACKEND}/tests/test_named.py": f"def test_named(named):\n    assert named.startswith('{one.last}')\n",
    }
    for part in draw(st.lists(st.sampled_from(served), unique=True)):
        folder = draw(st.sampled_from(["", "routes/"]))
        asked = f"/api/{part.last.replace('_', '-')}"
        text = f"def test_one(client, checked):\n    checked(client.get('{asked}/one').text, '{part.last}')\n"
        text += f"\n\ndef test_two(request):\n    path = '{asked}/two'\n    assert request.getfixturevalue('client').post(path).status_code == 200\n"
        text += "\n\ndef test_overridden(deeper):\n    assert deeper == 'deeper'\n" if folder else ""
        files[f"{BACKEND}/tests/{folder}test_{part.last}.py"] = text
        if folder:
            files[f"{BACKEND}/tests/routes/__init__.py"] = ""
            files[f"{BACKEND}/tests/routes/conftest.py"] = (
                "import pytest\n\n\n@pytest.fixture\ndef deeper():\n    return 'deeper'\n\n\n@pytest.fixture\ndef checked(checked):\n    return checked\n"
            )
    if draw(st.booleans()):
        asks = "".join(f"    assert client.get('/api/{part.last.replace('_', '-')}/one').status_code == 200\n" for part in served)
        files[f"{BACKEND}/tests/test_all.py"] = f"def test_all(client):\n{asks}    assert client.get('/').status_code == 200\n"
    return files


@st.composite
def monoliths(draw: st.DrawFn, *traits: str) -> Files:
    """The files of one, which may have to have some traits.

    Imports at the top of modules have no cycle, so that it runs; those inside of functions may.
    """
    count = draw(st.integers(3, 10))
    folders = [draw(st.sampled_from(FOLDERS)) for _ in range(count)]
    parts = [Part(f"{folder.replace('/', '.')}.m{i}".lstrip(".")) for i, folder in enumerate(folders)]
    seeds = draw(st.lists(st.sampled_from(ROUTERS), min_size=2, max_size=5, unique=True))
    served = [Part(f"routers.{name}") for name in seeds]
    files: Files = {f"{BACKEND}/pyproject.toml": PROJECT, f"{BACKEND}/app/__init__.py": ""}

    def needs(choices: list[Part], most: int) -> list[tuple[Part, str]]:
        chosen = draw(st.lists(st.sampled_from(choices), max_size=most, unique=True)) if choices else []
        return [(one, draw(st.sampled_from(HOWS))) for one in chosen]

    for index, part in enumerate(parts):
        # Who calls back does so without calling: a name that is imported inside of a function that nobody runs.
        text = module(part, needs(parts[:index], 3))
        if draw(st.booleans()) and index + 1 < count:
            later = draw(st.sampled_from(parts[index + 1 :]))
            text += f"\n\ndef back() -> str:\n    from app.{later.dotted} import name_{later.last}\n\n    return name_{later.last}()\n"
        files[part.path] = text
    for part in served:
        files[part.path] = themed(draw, router(part, needs(parts, 4), f"/{part.last.replace('_', '-')}"))
    for folder in sorted({one.rpartition("/")[0] for one in files if one.startswith(f"{BACKEND}/app/") and one.count("/") > 2}):
        held = [part for part in (*parts, *served) if part.path.rpartition("/")[0] == folder]
        if draw(st.sampled_from([True, True, False])):
            # What an `__init__` says is loaded with whatever lies beside it: only what needs nothing itself cannot make a cycle.
            lonely = [part for part in held if "import" not in files[part.path]]
            says = lonely and draw(st.booleans())
            files[f"{folder}/__init__.py"] = f"from .{lonely[0].last} import name_{lonely[0].last}  # noqa: F401\n" if says else ""
    for one in draw(st.lists(st.sampled_from(parts), max_size=2, unique=True)):
        find_file(files, one, draw(st.sampled_from(sorted(FINDS))))
    prefix, brought = draw(st.sampled_from([('"/api"', ""), ("PREFIX", "from app.settings import PREFIX")]))
    asked = Asked([included(part, draw(st.sampled_from(INCLUDED))) for part in served], prefix, brought)
    files |= application(draw(st.sampled_from(sorted(WAYS))), asked)
    files = versioned(files) if draw(st.booleans()) else files
    files[f"{BACKEND}/app/settings.py"] = 'PREFIX = "/api"\n'
    for number in range(draw(st.integers(0, 3))):
        tried = draw(st.lists(st.sampled_from([*parts, *served]), min_size=1, max_size=2, unique=True))
        lines = "".join(f"from app.{one.dotted} import name_{one.last}\n" for one in tried)
        checks = "".join(f"    assert name_{one.last}().startswith('{one.last}')\n" for one in tried)
        files[f"{BACKEND}/tests/test_{number}.py"] = f"{lines}\n\ndef test_names():\n{checks}"
    files |= suite(draw, parts, served)
    if draw(st.booleans()):
        mixed(draw, files, served)
    if draw(st.booleans()):
        stored(draw, files, parts)
    if draw(st.booleans()):
        lent(draw, files, [*parts, *served])
    shop = Shop(draw, files, tuple(part.path for part in served), tuple(part.dotted for part in parts))
    for trait in traits:
        TRAITS[trait](shop)
    if draw(st.booleans()):
        one = draw(st.sampled_from(parts))
        files[f"{BACKEND}/scripts/show.py"] = f"from app.{one.dotted} import name_{one.last}\n\nprint(name_{one.last}())\n"
        files["README.md"] = f"`{BACKEND}/app/main.py` is the start, `{one.path}` is beside it.\n"
    return files


# other shapes of the same ----------------------------------------------------------------------------------------------

MARK = "\ufeff"


def at_the_root(files: Files) -> Files:
    """The same monolith as the project that the repository's root is."""
    return {path.removeprefix(f"{BACKEND}/"): text.replace(f"{BACKEND}/", "") for path, text in files.items()}


def _meant(files: Files) -> str:
    """What fits the name of the package where it stands for it in a module."""
    inside = {path.removeprefix(f"{BACKEND}/app/").partition("/")[0].removesuffix(".py") for path in files if path.startswith(f"{BACKEND}/app/")}
    return rf"\bapp(?=\.(?:{'|'.join(sorted(inside))})\b)|(?<=from )app(?= import)"


def called(files: Files, name: str) -> Files:
    """The same monolith whose package has another name: `src`, `backend`."""
    words = re.compile(rf"{_meant(files)}|\bapp(?=/)")
    return {words.sub(name, path): words.sub(name, text) for path, text in files.items()}


def in_src(files: Files) -> Files:
    """The same monolith in a `src` layout."""
    folders = re.compile(rf"^{BACKEND}/(?=(?:app|data)/)")
    return {folders.sub(f"{BACKEND}/src/", path): text.replace(f"{BACKEND}/app/", f"{BACKEND}/src/app/") for path, text in files.items()}


def marked(files: Files) -> Files:
    """The same monolith with a byte order mark before every module."""
    return {path: MARK + text if path.endswith(".py") else text for path, text in files.items()}


def unmarked(files: Files) -> Files:
    """The same monolith without an `__init__.py` that says nothing."""
    return {path: text for path, text in files.items() if text or not (path.startswith(f"{BACKEND}/app/") and path.endswith("/__init__.py"))}


def below_a_name(files: Files) -> Files:
    """The same monolith in a folder of the root by whose name it is imported: `backend.app`."""
    words, made = re.compile(_meant(files)), {}
    for path, text in files.items():
        above = "backend/" if path.startswith((f"{BACKEND}/app/", f"{BACKEND}/data/", f"{BACKEND}/scripts/")) else ""
        made[path.replace(f"{BACKEND}/", above)] = words.sub("backend.app", text).replace(f"{BACKEND}/", "backend/")
    return made


class Shape(NamedTuple):
    """A monolith that lies elsewhere: what makes it of the usual one, and how it is run there."""

    of: Callable[[Files], Files]
    directory: str = BACKEND
    source: str = ""
    """Where its modules are seen from, in its directory."""
    package: str = "app"


PLAIN = Shape(dict)
SHAPES: Mapping[str, Shape] = {
    "at the root": Shape(at_the_root, ""),
    "in src": Shape(in_src, source="src"),
    "in src at the root": Shape(lambda files: at_the_root(in_src(files)), "", "src"),
    "called src": Shape(lambda files: called(files, "src"), package="src"),
    "called src at the root": Shape(lambda files: at_the_root(called(files, "src")), "", package="src"),
    "called backend at the root": Shape(lambda files: at_the_root(called(files, "backend")), "", package="backend"),
    "marked": Shape(marked),
    "marked at the root": Shape(lambda files: at_the_root(marked(files)), ""),
    "without __init__": Shape(unmarked),
    "without __init__ at the root": Shape(lambda files: at_the_root(unmarked(files)), ""),
}
"""Where else a monolith may lie and what else its package may be called."""
PLACES: Mapping[str, Shape] = {**SHAPES, "plain": PLAIN, "imported as backend.app": Shape(below_a_name, "", package="backend.app")}
"""All of them; whose package is a folder below the name by which it is imported has other folders in its parts."""
