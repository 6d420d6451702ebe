"""Small FastAPI monoliths at random: modules that import each other in every way, routers that seed services, tests, names in strings."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

Files = dict[str, str]

BACKEND = "apps/backend"
ROUTERS = ("auth", "market_data", "portfolio", "social", "events", "health", "admin")
"""The last two seed nothing: the gateway keeps them."""
FOLDERS = ("", "core", "services", "services/deep", "models", "lib")
INCLUDED = ("module", "renamed", "router")
HOWS = ("from-name", "from-module", "import", "relative-name", "relative-module", "inside", "string")
PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["fastapi>=0.110", "uvicorn>=0.29"]\n'


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


def application(served: list[tuple[Part, str]], *, prefix: bool) -> str:
    """The application with some routers, each included in its way."""
    top, lines = ["from fastapi import FastAPI"], ["app = FastAPI()"]
    said = "PREFIX" if prefix else '"/api"'
    for part, how in served:
        match how:
            case "module":
                top.append(f"from app.routers import {part.last}")
            case "renamed":
                top.append(f"from app.routers import {part.last} as {part.last}_routes")
            case _:
                top.append(f"from app.routers.{part.last} import router as {part.last}_router")
        name = {"module": f"{part.last}.router", "renamed": f"{part.last}_routes.router"}.get(how, f"{part.last}_router")
        lines.append(f"app.include_router({name}, prefix={said})")
    top += ["from app.settings import PREFIX"] if prefix else []
    return "\n".join([*top, "", *lines, "", "", '@app.get("/")', "def root() -> str:", '    return "shop"', ""])


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
def monoliths(draw: st.DrawFn) -> Files:
    """The files of one. Imports at the top of modules have no cycle, so that it runs; those inside of functions may."""
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
        files[part.path] = router(part, needs(parts, 4), f"/{part.last.replace('_', '-')}")
    for folder in sorted({one.rpartition("/")[0] for one in files if one.startswith(f"{BACKEND}/app/") and one.count("/") > 2}):
        held = [part for part in (*parts, *served) if part.path.rpartition("/")[0] == folder]
        if draw(st.sampled_from([True, True, False])):
            # What an `__init__` says is loaded with whatever lies beside it: only what needs nothing itself cannot make a cycle.
            lonely = [part for part in held if "import" not in files[part.path]]
            says = lonely and draw(st.booleans())
            files[f"{folder}/__init__.py"] = f"from .{lonely[0].last} import name_{lonely[0].last}  # noqa: F401\n" if says else ""
    if draw(st.booleans()):
        # What finds a file beside itself says what is in it too.
        one = draw(st.sampled_from(parts))
        files[one.path.replace(".py", ".txt")] = "beside"
        files[one.path] += '\n\nTEXT = Path(__file__).with_suffix(".txt").read_text()\n'
        files[one.path] = f"from pathlib import Path\n{files[one.path]}".replace('return " ".join([', 'return " ".join([TEXT, ', 1)
    files[f"{BACKEND}/app/main.py"] = application([(part, draw(st.sampled_from(INCLUDED))) for part in served], prefix=draw(st.booleans()))
    files[f"{BACKEND}/app/settings.py"] = 'PREFIX = "/api"\n'
    for number in range(draw(st.integers(0, 3))):
        tried = draw(st.lists(st.sampled_from([*parts, *served]), min_size=1, max_size=2, unique=True))
        lines = "".join(f"from app.{one.dotted} import name_{one.last}\n" for one in tried)
        checks = "".join(f"    assert name_{one.last}().startswith('{one.last}')\n" for one in tried)
        files[f"{BACKEND}/tests/test_{number}.py"] = f"{lines}\n\ndef test_names():\n{checks}"
    files |= suite(draw, parts, served)
    if draw(st.booleans()):
        one = draw(st.sampled_from(parts))
        files[f"{BACKEND}/scripts/show.py"] = f"from app.{one.dotted} import name_{one.last}\n\nprint(name_{one.last}())\n"
        files["README.md"] = f"`{BACKEND}/app/main.py` is the start, `{one.path}` is beside it.\n"
    return files
