"""Which tests go along with what they exercise, what they take with them, and that they run where they went."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.engine import running
from migrator.engine.context import Engine
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.plan import Plan
from phases.backend_split import phase
from tests.conftest import EveryDoor
from tests.unit.backend_split.planning import planned

BACKEND = {
    "api/pyproject.toml": '[project]\nname = "api"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = []\n',
    "api/requirements.txt": "fastapi\nuvicorn\npytest>=8\nfreezegun\n",
    "api/app/__init__.py": "",
    "api/app/main.py": "from fastapi import FastAPI\nfrom app.routers import auth, market\napp = FastAPI()\napp.include_router(auth.router)\napp.include_router(market.router)\n",
    "api/app/routers/__init__.py": "",
    "api/app/routers/auth.py": "from fastapi import APIRouter\nfrom app.tokens import made\nrouter = APIRouter()\n\n\n@router.get('/me')\ndef me():\n    return made()\n",
    "api/app/routers/market.py": "from fastapi import APIRouter\nfrom app.prices import price\nrouter = APIRouter()\n\n\n@router.get('/price')\ndef get():\n    return price()\n",
    "api/app/tokens.py": "from app.config import KEY\n\n\ndef made():\n    return KEY + '!'\n",
    "api/app/prices.py": "from app.config import KEY\n\n\ndef price():\n    return len(KEY)\n",
    "api/app/config.py": "import os\nKEY = os.environ.get('SHOP_KEY', 'key')\n",
    "api/app/old.py": "ONE = 1\n",
}
TOKENS = "from app.tokens import made\n\n\ndef test_made():\n    assert made() == 'key!'\n"
CONFIG = "from app.config import KEY\n\n\ndef test_key():\n    assert KEY\n"
AUTH = "services/auth-service/tests/"
WHOLE = "takes the whole application, and asks it for nothing that can be read"
CORE = "packages/backend-core/tests/"
STAY = "services/api-gateway/"


def plan(files: Mapping[str, str], base: Mapping[str, str] = BACKEND) -> Plan:
    made = planned({**base, **files})
    assert made.aside == ()
    return made


def after(made: Plan) -> dict[str, str]:
    return {path: made.end.read(path).decode() for path in made.end.tree if not path.startswith(".migrate/")}


def reasons(made: Plan) -> dict[str, str]:
    notes = made.notes["backend_split"]
    return {
        f.path.removeprefix("api/"): f.message.removesuffix(": it stays")
        for f in notes.details
        if f.kind == "test" and f.message.endswith(": it stays")
    }


@pytest.mark.parametrize(
    "path, text, goes",
    [
        ("tests/test_tokens.py", TOKENS, AUTH + "test_tokens.py"),
        ("tests/unit/auth/test_tokens.py", TOKENS, AUTH + "unit/auth/test_tokens.py"),
        ("test_tokens.py", TOKENS, AUTH + "test_tokens.py"),
        ("checks/tokens_test.py", TOKENS, AUTH + "checks/tokens_test.py"),
        ("app/tests/test_tokens.py", TOKENS, AUTH + "test_tokens.py"),
        ("tests/test_config.py", CONFIG, CORE + "test_config.py"),
        ("tests/test_both.py", TOKENS + CONFIG, AUTH + "test_both.py"),
        ("tests/test_late.py", "def test_late():\n    from app.tokens import made\n    assert made()\n", AUTH + "test_late.py"),
        (
            "tests/test_name.py",
            "from unittest import mock\n\n\ndef test_it():\n    with mock.patch('app.tokens.KEY', 'x'):\n        pass\n",
            AUTH + "test_name.py",
        ),
        (
            "tests/test_script.py",
            TOKENS + "\n\nif __name__ == '__main__':\n    import pytest\n    pytest.main([__file__])\n",
            AUTH + "test_script.py",
        ),
        ("tests/test_words.py", TOKENS + "\n\ndef test_word():\n    assert 'app' and 'app.nothing.here'\n", AUTH + "test_words.py"),
        (
            "tests/test_builtin.py",
            "from app.tokens import made\n\n\ndef test_it(tmp_path, monkeypatch):\n    assert made()\n",
            AUTH + "test_builtin.py",
        ),
    ],
)
def test_a_test_goes_along_with_what_it_exercises(path, text, goes):
    made = plan({f"api/{path}": text})
    files = after(made)
    assert (goes in files, f"{STAY}{path}" in files, reasons(made)) == (True, False, {})


@pytest.mark.parametrize(
    "path, text, reason",
    [
        ("tests/test_app.py", "from app.main import app\n", WHOLE),
        ("tests/test_app.py", TOKENS + "\n\ndef test_late():\n    from app.main import app\n", WHOLE),
        (
            "tests/test_serve.py",
            TOKENS + "\n\ndef test_it():\n    import uvicorn\n    uvicorn.run('app.main:app')\n",
            "exercises what stays in the gateway",
        ),
        (
            "tests/test_old.py",
            TOKENS + "\n\ndef test_it(monkeypatch):\n    monkeypatch.setattr('app.old.ONE', 2)\n",
            "exercises what stays in the gateway",
        ),
        ("tests/test_two.py", "from app.prices import price\nfrom app.tokens import made\n", "exercises auth and market-data"),
        ("tests/test_http.py", "import httpx\n\n\ndef test_it():\n    httpx.get('http://localhost:8000/me')\n", "names nothing of the application"),
        ("tests/test_gone.py", TOKENS + "\n\ndef test_it():\n    from app.gone import x\n", "names what is not there"),
        ("tests/test_here.py", TOKENS + "\nHERE = __file__\n", "finds files by its own place"),
        (
            "tests/test_path.py",
            TOKENS + "\nfrom pathlib import Path\nTEXT = Path(__file__).parent / '..' / 'requirements.txt'\n",
            "finds api/requirements.txt by a path",
        ),
        (
            "tests/test_put.py",
            TOKENS + "\nfrom importlib import import_module\n\n\ndef test_it(x='tokens'):\n    import_module('app.' + x)\n",
            "names modules that are put together while it runs",
        ),
        (
            "tests/test_put.py",
            TOKENS + "\nfrom importlib import import_module\n\n\ndef test_it(x='tokens'):\n    import_module(f'app.{x}')\n",
            "names modules that are put together while it runs",
        ),
        ("app/test_beside.py", "from .tokens import made\n", "imports relatively"),
    ],
)
def test_a_test_of_more_than_that_stays_and_the_plan_says_why(path, text, reason):
    made = plan({f"api/{path}": text})
    assert reasons(made) == {path: reason}
    assert f"{STAY}{path}" in after(made)


def test_what_the_application_loads_is_no_test_whatever_its_name():
    main = BACKEND["api/app/main.py"].replace("auth, market", "auth, market, test_mail") + "app.include_router(test_mail.router)\n"
    made = plan({"api/app/main.py": main, "api/app/routers/test_mail.py": BACKEND["api/app/routers/auth.py"]})
    assert reasons(made) == {}
    assert not any("/tests/" in path for path in after(made))


def test_the_plan_counts_the_reasons():
    files = {f"api/tests/test_{name}.py": "from app.main import app\n" for name in "abc"}
    said = [f for f in plan({**files, "api/tests/test_tokens.py": TOKENS}).notes["backend_split"].findings if f.kind == "tests"]
    assert [str(f) for f in said] == [
        "api: 1 of 4 test modules goes along: 1 to auth-service",
        f"api/tests/test_a.py: stays with 2 more because it {WHOLE}",
    ]


@pytest.mark.parametrize(
    ("tests", "told"), [({"tokens": TOKENS}, ["services/auth-service"]), ({"config": CONFIG}, ["packages/backend-core"]), ({}, [])]
)
def test_the_readme_of_a_part_says_how_its_tests_are_run(tests: dict[str, str], told: list[str]):
    files = after(plan({f"api/tests/test_{name}.py": text for name, text in tests.items()}))
    parts = ("packages/backend-core", "services/auth-service", "services/market-service")
    assert [part for part in parts if f"uv run --directory {part} pytest" in files.get(f"{part}/README.md", "")] == told


def test_a_reason_names_files_where_they_are_before_anything_moves():
    shapes = "class Mine:\n    pass\n\n\nclass Both:\n    pass\n"
    using = "from app.shapes import Both{}\n{}\n\n@router.get('/shape')\ndef shape():\n    return Both(){}\n"
    files = {"api/app/shapes.py": shapes, "api/tests/test_one.py": f"{TOKENS}\n\ndef test_one(one):\n    assert one\n"}
    files["api/tests/conftest.py"] = "import pytest\nfrom app.old import ONE\n\n\n@pytest.fixture\ndef one():\n    return ONE\n"
    for router, more, call in (("auth", ", Mine", ", Mine()"), ("market", "", "")):
        files[f"api/app/routers/{router}.py"] = using.format(more, BACKEND[f"api/app/routers/{router}.py"], call)
    made = plan(files)
    assert "split-definitions" in [step.step.slug for step in made.steps]
    wanted = "it needs the fixture one of api/tests/conftest.py, which uses api/app/old.py"
    said = [str(f) for f in made.notes["backend_split"].findings if f.kind == "tests" and "fixture" in f.message]
    assert said == [f"api/tests/test_one.py: stays because {wanted}"]
    assert reasons(made)["tests/test_one.py"].startswith(wanted.removeprefix("it "))


# what they take with them ------------------------------------------------------------------------------------------------

CONFTEST = """import os

os.environ["SHOP_KEY"] = "other"

import pytest

from app.config import KEY
from app.main import app
from app.tokens import made

LENGTH = len(KEY)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("QUIET", "1")


@pytest.fixture
def length():
    return LENGTH


@pytest.fixture
def longer(length):
    return length + 1


@pytest.fixture
def token():
    return made()


@pytest.fixture
def client():
    return app
"""


ESCAPED = 'import pytest\n\n\n@pytest.fixture(autouse=True)\ndef length():\n    \\"""How long it is.\\"""\n    return 1\n'
"""What a generator of tests wrote: the quotes are escaped."""

GONE_ALONG = '''"""What the tests here need of services/api-gateway/tests/conftest.py."""

import os

os.environ["SHOP_KEY"] = "other"

import pytest

from backend_core.config import KEY

LENGTH = len(KEY)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("QUIET", "1")


@pytest.fixture
def length():
    return LENGTH


@pytest.fixture
def longer(length):
    return length + 1
'''


def test_fixtures_that_a_test_needs_go_along_in_their_order():
    made = plan({"api/tests/conftest.py": CONFTEST, "api/tests/test_tokens.py": TOKENS + "\n\ndef test_it(longer):\n    assert longer\n"})
    text = after(made)[AUTH + "conftest.py"]
    assert text == GONE_ALONG
    assert after(made)[STAY + "tests/conftest.py"].count("@pytest.fixture") == 5


@pytest.mark.parametrize(
    "conftest, test, reason",
    [
        (CONFTEST, TOKENS + "\n\ndef test_it(client): ...\n", WHOLE),
        (CONFTEST, CONFIG + "\n\ndef test_it(token, client): ...\n", WHOLE),
        (
            CONFTEST,
            TOKENS + "\n\n@pytest.mark.usefixtures('client')\ndef test_it(): ...\n",
            WHOLE,
        ),
        (
            "import pytest\nfrom app.main import app\n\n\n@pytest.fixture(autouse=True)\ndef served():\n    return app\n",
            TOKENS,
            "",
        ),
        (
            "from app.main import app\n\n\ndef pytest_configure(config):\n    app.debug = True\n",
            TOKENS,
            "",
        ),
        ("from app.main import app\napp.debug = True\n", TOKENS, ""),
        ("import app.main  # noqa: F401\n", TOKENS, "is prepared by api/tests/conftest.py, which uses api/app/main.py"),
        ("from app.main import *\n", TOKENS, "shares api/tests/conftest.py, which takes everything from api/app/main.py"),
        ("from tests.fixtures import *\n", TOKENS, ""),
        (
            "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef served():\n    from app.main import app\n    return app\n",
            TOKENS,
            "",
        ),
        (
            "import os\n\nos.environ['KEY'] = 'sk_live_0123456789abcdef'\n",
            TOKENS,
            "is prepared by api/tests/conftest.py, which holds what looks like a credential",
        ),
    ],
)
def test_a_test_that_cannot_take_what_prepares_it_stays(conftest, test, reason):
    made = plan({"api/tests/conftest.py": conftest, "api/tests/fixtures.py": "", "api/tests/test_it.py": test})
    assert reasons(made) == ({"tests/test_it.py": reason} if reason else {})


OFFERING = """import pytest

from app.tokens import made
from app.old import ONE

TWICE = 2


def times(number):
    return made() * number * ONE if number > TWICE else made() * TWICE


def twice():
    return made() * TWICE


@pytest.fixture
def token():
    return made()
"""


@pytest.mark.parametrize(
    "text, reason",
    [
        ("from tests.conftest import TWICE, twice\n\n\ndef test_it():\n    assert twice() and TWICE\n", ""),
        ("from .conftest import twice\n\n\ndef test_it():\n    assert twice()\n", "imports api/tests/conftest.py"),
        ("from tests.conftest import made\n\n\ndef test_it():\n    assert made()\n", ""),
        ("from tests.conftest import token  # noqa: F401\n", ""),
        ("from tests.conftest import times\n", "imports times of api/tests/conftest.py, which uses api/app/old.py"),
        ("from tests.help import twice_more\n\n\ndef test_it():\n    assert twice_more()\n", ""),
        (TOKENS + "import tests.conftest\n", "imports api/tests/conftest.py"),
        (TOKENS + "from tests import conftest\n", "imports api/tests/conftest.py"),
        (TOKENS + "from tests.conftest import *\n", "imports api/tests/conftest.py"),
        (TOKENS + "from tests.other.conftest import x\n", "imports api/tests/other/conftest.py"),
    ],
)
def test_what_a_test_imports_of_a_conftest_file_that_applies_to_it_goes_along(text, reason):
    files = {"conftest.py": OFFERING, "test_it.py": text, "help.py": "from tests.conftest import twice\n\n\ndef twice_more():\n    return twice()\n"}
    files |= {"__init__.py": "", "other/__init__.py": "", "other/conftest.py": "x = 1\n"}
    made = plan({f"api/tests/{path}": said for path, said in files.items()})
    assert reasons(made) == ({"tests/test_it.py": reason} if reason else {})
    if not reason:
        found = after(made)
        assert "tests.conftest" not in found[AUTH + "test_it.py"] + found.get(AUTH + "help.py", "")
        assert "ONE" not in found[AUTH + "conftest.py"]
        assert "tokens import made" in found[AUTH + "conftest.py"]


@pytest.mark.parametrize(
    "files, reason",
    [
        ({"conftest.py": ESCAPED}, "needs the fixture length of api/tests/conftest.py, which cannot be parsed"),
        ({"conftest.py": '\\"""\nOurs, and common\n\\"""\n\nimport pytest\n'}, "is prepared by api/tests/conftest.py, which cannot be parsed"),
        ({"conftest.py": ESCAPED.replace("\\", "")}, ""),
        ({"other/conftest.py": ESCAPED}, ""),
        ({"help.py": ESCAPED}, ""),
        ({"test_it.py": ESCAPED + TOKENS}, "cannot be parsed"),
        ({"help.py": ESCAPED, "test_it.py": TOKENS + "from tests.help import length\n"}, "cannot be parsed"),
    ],
)
def test_nothing_is_taken_out_of_what_cannot_be_parsed(files, reason):
    made = plan({f"api/tests/{path}": text for path, text in {"test_it.py": TOKENS, **files}.items()})
    assert reasons(made) == ({"tests/test_it.py": reason} if reason else {})


def test_two_that_would_prepare_from_one_place_hold_their_tests():
    prepared = "import os\nos.environ['A'] = '1'\n"
    files = {"api/conftest.py": prepared, "api/app/conftest.py": prepared, "api/app/tests/test_a.py": TOKENS, "api/tests/test_b.py": TOKENS}
    assert set(reasons(plan(files)).values()) == {"would be the second conftest.py where it goes"}


def test_variables_that_options_set_go_along_unless_one_is_a_credential():
    made = plan({"api/pytest.ini": "[pytest]\nenv =\n    A=1\n    B=2\n", "api/tests/test_it.py": TOKENS})
    options = tomllib.loads(after(made)["services/auth-service/pyproject.toml"])["tool"]["pytest"]["ini_options"]
    assert (reasons(made), options["env"]) == ({}, ["A=1", "B=2"])
    assert reasons(plan({"api/pytest.ini": "[pytest]\nenv =\n    A=sk_live_0123456789abcdef\n", "api/tests/test_it.py": TOKENS})) == {
        "tests/test_it.py": "is prepared by api/pytest.ini, with a variable that looks like a credential"
    }


READS = TOKENS + "\nfrom pathlib import Path\nTEXT = (Path(__file__).parent / 'data' / 'a.txt').read_text()\n"
HELPED = "from tests.helpers import made_twice\n\n\ndef test_it():\n    assert made_twice()\n"
HELPERS = "from app.tokens import made\n\n\ndef made_twice():\n    return made() * 2\n"


@pytest.mark.parametrize(
    "files, goes",
    [
        ({"tests/test_a.py": READS, "tests/data/a.txt": "x"}, ["data/a.txt", "test_a.py"]),
        (
            {"tests/test_a.py": READS.replace(" / 'a.txt').read_text()", ")"), "tests/data/a.txt": "x", "tests/data/b.txt": "y"},
            ["data/a.txt", "data/b.txt", "test_a.py"],
        ),
        ({"tests/test_a.py": READS, "tests/test_b.py": READS, "tests/data/a.txt": "x"}, ["data/a.txt", "test_a.py", "test_b.py"]),
        ({"tests/test_a.py": READS, "tests/test_b.py": READS.replace("tokens", "main"), "tests/data/a.txt": "x"}, []),
        (
            {
                "tests/test_a.py": READS,
                "tests/test_b.py": READS.replace(" / 'a.txt').read_text()", ")").replace("tokens", "main"),
                "tests/data/a.txt": "x",
            },
            [],
        ),
        ({"tests/test_a.py": HELPED, "tests/helpers.py": HELPERS}, ["helpers.py", "test_a.py"]),
        ({"tests/test_a.py": HELPED, "tests/helpers.py": HELPERS.replace("tokens", "main")}, []),
        (
            {"tests/test_a.py": HELPED, "tests/helpers.py": HELPERS, "tests/test_b.py": HELPED + "from app.main import app\n"},
            ["helpers.py", "test_a.py"],
        ),
        ({"tests/test_a.py": HELPED.replace("helpers", "test_helpers"), "tests/test_helpers.py": HELPERS}, ["test_a.py", "test_helpers.py"]),
        (
            {
                "tests/test_a.py": HELPED.replace("helpers", "test_helpers"),
                "tests/test_helpers.py": HELPERS,
                "tests/test_b.py": HELPED.replace("helpers", "test_helpers") + "from app.main import app\n",
            },
            ["test_a.py", "test_helpers.py"],
        ),
        ({"tests/test_a.py": HELPED.replace("tests.", ""), "tests/helpers.py": HELPERS}, ["helpers.py", "test_a.py"]),
        (
            {"tests/test_a.py": HELPED.replace("tests.", "."), "tests/__init__.py": "", "tests/helpers.py": HELPERS},
            ["helpers.py", "test_a.py"],
        ),
        ({"tests/test_a.py": HELPED + "import tests.helpers\n", "tests/helpers.py": HELPERS}, []),
        ({"tests/test_it.py": TOKENS, "test_it.py": TOKENS}, ["test_it.py"]),
    ],
)
def test_what_only_tests_that_leave_need_goes_along(files, goes):
    found = after(plan({f"api/{path}": text for path, text in files.items()}))
    assert sorted(path.removeprefix(AUTH) for path in found if path.startswith(AUTH)) == goes


# how they run ------------------------------------------------------------------------------------------------------------

OPTIONS = {
    "asyncio_mode": "auto",
    "markers": ["slow: takes long"],
    "filterwarnings": ["error", "ignore::DeprecationWarning"],
    "addopts": ["--import-mode=importlib", "-ra", "--strict-markers", "-p", "no:cacheprovider"],
}
TABLE = """
[tool.pytest.ini_options]
asyncio_mode = "auto"
markers = ["slow: takes long"]
filterwarnings = ["error", "ignore::DeprecationWarning"]
addopts = "-ra --cov=app --strict-markers -p no:cacheprovider -n 4"
testpaths = ["tests"]
"""
INI = """
asyncio_mode = auto
markers =
    slow: takes long
filterwarnings =
    error
    ignore::DeprecationWarning
addopts = -ra --cov=app --strict-markers -p no:cacheprovider -n 4
"""


@pytest.mark.parametrize(
    "files, configured, said",
    [
        ({"api/pyproject.toml": BACKEND["api/pyproject.toml"] + TABLE}, "pyproject.toml", '"../../packages/backend-core/src"'),
        ({"api/pytest.ini": "[pytest]" + INI}, "pytest.ini", "pythonpath = ../../packages/backend-core/src ../auth-service/src"),
        ({"api/tox.ini": "[tox]\nenvlist = py\n\n[pytest]" + INI}, "tox.ini", "pythonpath = ../../packages/backend-core/src ../auth-service/src"),
        ({"api/setup.cfg": "[tool:pytest]" + INI}, "setup.cfg", "pythonpath = ../../packages/backend-core/src ../auth-service/src"),
        (
            {"api/setup.cfg": "[tool:pytest]" + INI + "pythonpath =\n    .\n"},
            "setup.cfg",
            "pythonpath =\n    .\n    ../../packages/backend-core/src\n    ../auth-service/src",
        ),
        ({"pytest.ini": "[pytest]" + INI}, "../../pytest.ini", "pythonpath = packages/backend-core/src services/auth-service/src"),
    ],
)
def test_the_monolith_s_options_go_along_and_it_finds_what_left(files, configured, said):
    found = after(plan({**files, "api/tests/test_tokens.py": TOKENS}))
    options = tomllib.loads(found["services/auth-service/pyproject.toml"])["tool"]["pytest"]["ini_options"]
    assert options == {**OPTIONS, "testpaths": ["tests"], "pythonpath": [".", "src", "../../packages/backend-core/src"]}
    path = configured.removeprefix("../../") if configured.startswith("..") else STAY + configured
    assert said in found[path]


@pytest.mark.parametrize("ini", ["[tool:pytest]" + INI, "[coverage:run]\nsource = app\n", ""])
def test_a_pytest_ini_without_its_section_counts_and_says_nothing(ini):
    """As pytest 9.2 takes it: it hides every other file of options, and a section of another name is none of its own."""
    found = after(plan({"api/pytest.ini": ini, "api/pyproject.toml": BACKEND["api/pyproject.toml"] + TABLE, "api/tests/test_tokens.py": TOKENS}))
    options = tomllib.loads(found["services/auth-service/pyproject.toml"])["tool"]["pytest"]["ini_options"]
    assert options.keys() == {"addopts", "testpaths", "pythonpath"}
    added = "[pytest]\npythonpath = ../../packages/backend-core/src ../auth-service/src ../market-data-service/src\n"
    assert found[STAY + "pytest.ini"] == (f"{ini}\n{added}" if ini else added)
    assert "pythonpath" not in tomllib.loads(found[STAY + "pyproject.toml"])["tool"]["pytest"]["ini_options"]


def test_without_options_the_monolith_gets_those_that_it_needs():
    found = after(plan({"api/tests/test_tokens.py": TOKENS}))
    assert tomllib.loads(found[STAY + "pyproject.toml"])["tool"]["pytest"]["ini_options"]["pythonpath"] == [
        "../../packages/backend-core/src",
        "../auth-service/src",
        "../market-data-service/src",
    ]


def test_where_no_tests_are_nobody_needs_options():
    assert not any("pytest.ini_options" in text for text in after(plan({})).values())


@pytest.mark.parametrize(
    "files, options",
    [
        ({}, {"addopts", "testpaths", "pythonpath"}),
        ({"pyproject.toml": "[tool.pytest.ini_options]\nminversion = '7'\n", "api/pytest.ini": "[pytest]\n"}, {"minversion"}),
        ({"tools/test_tool.py": ""}, set()),
    ],
)
def test_the_root_runs_all_of_them_where_it_has_nothing_of_its_own_to_run(files, options):
    found = tomllib.loads(after(plan({"api/tests/test_tokens.py": TOKENS, **files}))["pyproject.toml"])
    assert found.get("tool", {}).get("pytest", {}).get("ini_options", {}).keys() == options


def test_a_service_requires_what_its_tests_import():
    found = after(plan({"api/tests/test_tokens.py": "import freezegun\n" + TOKENS}))
    manifest = tomllib.loads(found["services/auth-service/pyproject.toml"])
    assert {"pytest>=8", "freezegun"} <= set(manifest["dependency-groups"]["dev"])
    assert "freezegun" not in manifest["project"]["dependencies"]


def test_a_finished_tree_is_left_alone():
    made = plan({"api/tests/conftest.py": CONFTEST, "api/tests/test_tokens.py": TOKENS, "api/tests/test_config.py": CONFIG})
    again = plan({path: made.end.read(path).decode() for path in made.end.tree}, base={})
    assert (again.steps, again.aside) == ((), ())


@pytest.mark.slow
def test_they_run_where_they_went_and_all_together(tmp_path: Path):
    pytest.importorskip("fastapi", reason="the application is made of it")
    files = {
        "api/tests/__init__.py": "",
        "api/tests/conftest.py": CONFTEST,
        "api/tests/test_app.py": "from app.main import app\n\n\ndef test_it(client):\n    assert client is app\n",
        "api/tests/test_config.py": "from app.config import KEY\n\n\ndef test_it(length):\n    assert (KEY, length) == ('other', 5)\n",
        "api/tests/auth/__init__.py": "",
        "api/tests/auth/test_it.py": "from app.tokens import made\n\n\ndef test_it(longer):\n    assert (made(), longer) == ('other!', 6)\n",
        "api/tests/auth/test_more.py": "from tests.conftest import LENGTH\n\n\ndef test_it(token):\n    assert (token, LENGTH) == ('other!', 5)\n",
        "api/tests/market/__init__.py": "",
        "api/tests/market/test_it.py": "from app.prices import price\n\n\ndef test_it(length):\n    assert price() == length\n",
    }
    for path, text in after(plan(files)).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    def passed(directory: str, *arguments: str) -> int:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(command, cwd=tmp_path / directory, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        return int(done.stdout.split(" passed")[0].split()[-1])

    assert [
        passed(place) for place in ("services/api-gateway", "services/auth-service", "services/market-data-service", "packages/backend-core")
    ] == [1, 2, 1, 1]
    assert passed("") == 5


GATE = f"""
[gates.tests]
command = [{sys.executable!r}, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=r.xml"]
directory = "api"
read = "junit"
report = "r.xml"
""".replace("\\", "/")
MARKET = "from app.prices import price\n\n\ndef test_price():\n    assert price() == 3\n"
AT_HOME = TOKENS + "\n\ndef test_where():\n    from pathlib import Path\n    assert Path.cwd().name != 'auth-service'\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "tokens, aside",
    [(TOKENS, {}), (AT_HOME, {"auth-service": ["services/auth-service/tests/test_tokens.py::test_where: 1 new failure"]})],
)
def test_a_declared_gate_follows_the_tests_and_sets_aside_what_breaks_there(make_repository, tokens, aside):
    pytest.importorskip("fastapi", reason="the application is made of it")
    files = {
        **BACKEND,
        "migrate.toml": GATE,
        "api/tests/test_tokens.py": tokens,
        "api/tests/test_market.py": MARKET,
        "api/tests/test_config.py": CONFIG,
    }
    with Repository.open(make_repository(files)) as repository:
        done = running.run(Engine(repository, [phase], door=EveryDoor()), [phase])
        found = {one.step.slug: [str(f) for f in one.findings if f.severity == "error"] for one in done.aside}
        assert found == aside
        landed = {RepoPath("services/market-data-service/tests/test_market.py"), RepoPath("packages/backend-core/tests/test_config.py")}
        assert landed <= set(repository.tree(done.head))
