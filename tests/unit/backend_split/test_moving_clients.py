"""Tests that ask an application for routes: they go along with the service that has all of these, and ask its application."""

from __future__ import annotations

import pytest

from tests.unit.backend_split.test_moving_tests import AUTH, BACKEND, STAY, WHOLE, after, plan, reasons

CLIENT = "from fastapi.testclient import TestClient\n\nfrom app.main import app\n\nclient = TestClient(app)\n"
ASYNC = """from httpx import ASGITransport, AsyncClient

from app.main import app


async def test_it():
    async with AsyncClient(transport=ASGITransport(app=app)) as ac:
        await ac.get('/me')
"""
OURS = CLIENT.replace("app.main", "auth_service.main")


def asking(text: str) -> str:
    return f"\n\ndef test_it():\n    {text}\n"


@pytest.mark.parametrize(
    "before, now",
    [
        (CLIENT + asking("assert client.get('/me').text"), OURS + asking("assert client.get('/me').text")),
        (CLIENT + asking("client.get('/me?full=1')"), OURS + asking("client.get('/me?full=1')")),
        (CLIENT + asking("client.get('http://testserver/me')"), OURS + asking("client.get('http://testserver/me')")),
        (CLIENT + asking("client.request('GET', url='/me')"), OURS + asking("client.request('GET', url='/me')")),
        (CLIENT + asking("client.post('/me')"), OURS + asking("client.post('/me')")),
        (
            "import pytest\n" + CLIENT + "\n\n@pytest.mark.parametrize('how, path', [('GET', '/me'), pytest.param('PUT', '/me')])\n"
            "def test_it(how, path):\n    client.request(how, path)\n",
            "import pytest\n" + OURS + "\n\n@pytest.mark.parametrize('how, path', [('GET', '/me'), pytest.param('PUT', '/me')])\n"
            "def test_it(how, path):\n    client.request(how, path)\n",
        ),
        (
            CLIENT + asking("with client.stream('GET', '/me') as it:\n        assert it"),
            OURS + asking("with client.stream('GET', '/me') as it:\n        assert it"),
        ),
        (
            "import unittest\n\n" + CLIENT + "\n\nclass T(unittest.TestCase):\n    def setUp(self):\n        self.api = TestClient(app)\n\n"
            "    def test_it(self):\n        self.api.get('me')\n",
            "import unittest\n\n" + OURS + "\n\nclass T(unittest.TestCase):\n    def setUp(self):\n        self.api = TestClient(app)\n\n"
            "    def test_it(self):\n        self.api.get('me')\n",
        ),
        (ASYNC, ASYNC.replace("app.main", "auth_service.main")),
        (CLIENT + "PATH = '/me'" + asking("client.get(PATH)"), OURS + "PATH = '/me'" + asking("client.get(PATH)")),
        (CLIENT + asking("path = '/m' + 'e'\n    client.get(path)"), OURS + asking("path = '/m' + 'e'\n    client.get(path)")),
        (
            CLIENT + asking("path = '/me'\n    client.get(path)\n    path = f'/me?{1}'\n    client.get(path)"),
            OURS + asking("path = '/me'\n    client.get(path)\n    path = f'/me?{1}'\n    client.get(path)"),
        ),
        (CLIENT + asking("client.get(app.url_path_for('me'))"), OURS + asking("client.get(app.url_path_for('me'))")),
        (
            CLIENT + "from app.config import KEY\n" + asking("app.dependency_overrides[KEY] = 1\n    client.get('/me')"),
            OURS + "from backend_core.config import KEY\n" + asking("app.dependency_overrides[KEY] = 1\n    client.get('/me')"),
        ),
        (
            "from starlette.testclient import TestClient\n" + asking("from app.main import app as it\n    TestClient(it).get('/me')"),
            "from starlette.testclient import TestClient\n" + asking("from auth_service.main import app as it\n    TestClient(it).get('/me')"),
        ),
        (
            "import sys, os\nsys.path.append(os.path.join(os.path.dirname(__file__), '..'))\n\n" + CLIENT + asking("client.get('/me')"),
            "import sys, os\n" + OURS + asking("client.get('/me')"),
        ),
    ],
)
def test_what_asks_for_routes_of_one_service_asks_that(before, now):
    made = plan({"api/tests/test_it.py": before})
    assert reasons(made) == {}
    assert after(made)[AUTH + "test_it.py"] == now


@pytest.mark.parametrize(
    "text, reason",
    [
        (CLIENT + asking("client.get('/price')") + "from app.tokens import made\n", "exercises auth and market-data"),
        (CLIENT + asking("client.get('/me') == client.get('/price')"), "exercises auth and market-data"),
        (
            "import pytest\n" + CLIENT + "\n\n@pytest.mark.parametrize('path', ['/me', '/price'])\ndef test_it(path):\n    client.get(path)\n",
            "exercises auth and market-data",
        ),
        (CLIENT + asking("path = '/me'\n    path += '1'\n    client.get(path)"), "asks for `path`, which only running it tells"),
        (CLIENT + asking("client.get('/')"), "asks for GET /, which no router serves"),
        (CLIENT + asking("client.get('/openapi.json')"), "asks for GET /openapi.json, which no router serves"),
        (CLIENT + asking("client.get('/own')"), "asks for GET /own, which stays in the gateway"),
        (CLIENT + "\n\ndef test_it(path):\n    client.get(path)\n", "asks for `path`, which only running it tells"),
        (CLIENT + "\n\ndef test_it(path):\n    client.get(f'/me{path}')\n", "asks for `f'/me{path}'`, which only running it tells"),
        (CLIENT + asking("client.get('/me')\n    assert len(app.routes)"), "looks at all that the application has (`app.routes`)"),
        (CLIENT + asking("assert app.title"), WHOLE),
        (
            CLIENT.replace("app.main import app", "app import main").replace("(app)", "(main.app)") + asking("client.get('/me')"),
            "exercises what stays in the gateway",
        ),
    ],
)
def test_what_asks_for_more_stays_and_the_plan_says_why(text, reason):
    main = BACKEND["api/app/main.py"] + "\n\n@app.get('/own')\ndef own():\n    return 1\n"
    made = plan({"api/tests/test_it.py": text, "api/app/main.py": main})
    assert reasons(made) == {"tests/test_it.py": reason}
    assert "auth_service.main" not in after(made)[STAY + "tests/test_it.py"]


CONFTEST = """import os

import pytest
from fastapi.testclient import TestClient

from tests.support import Wrapped

os.environ["SHOP_KEY"] = "other"


@pytest.fixture
def application():
    from app.main import app

    app.dependency_overrides = {}
    return app


@pytest.fixture
def api(application):
    return Wrapped(TestClient(application))


@pytest.fixture
def key():
    from app.config import KEY as ours

    return ours


@pytest.fixture
def patched(monkeypatch):
    monkeypatch.setattr("app.config.KEY", "x")
"""
SUPPORT = """class Wrapped:
    def __init__(self, inner):
        self.inner = inner

    def get(self, path):
        return self.inner.get(path)
"""
OUR_CONFTEST = '''"""What the tests here need of services/api-gateway/tests/conftest.py."""

import os

import pytest
from fastapi.testclient import TestClient

from .support import Wrapped

os.environ["SHOP_KEY"] = "other"


@pytest.fixture
def application():
    from auth_service.main import app

    app.dependency_overrides = {}
    return app


@pytest.fixture
def api(application):
    return Wrapped(TestClient(application))


@pytest.fixture
def key():
    from backend_core.config import KEY as ours

    return ours


@pytest.fixture
def patched(monkeypatch):
    monkeypatch.setattr("backend_core.config.KEY", "x")
'''


def test_fixtures_that_import_while_they_run_go_along_with_what_they_share():
    text = "def test_it(api, key, patched):\n    assert api.get('/me').text\n"
    made = plan({"api/tests/conftest.py": CONFTEST, "api/tests/support.py": SUPPORT, "api/tests/test_it.py": text})
    files = after(made)
    assert reasons(made) == {}
    assert (files[AUTH + "conftest.py"], files[AUTH + "test_it.py"]) == (OUR_CONFTEST, text)
    assert files[AUTH + "support.py"].endswith(SUPPORT)
    assert files[STAY + "tests/support.py"] == SUPPORT


@pytest.mark.parametrize(
    "main, text, reason",
    [
        ("app.state.root = __file__\n", CLIENT + asking("client.get('/me')"), "whose application is without `app.state.root = __file__"),
        ("LIMIT = __file__\n", CLIENT.replace("import app\n", "import LIMIT, app\n") + asking("client.get('/me')"), "takes LIMIT of the application"),
    ],
)
def test_what_the_service_s_application_has_not_holds_a_test(main, text, reason):
    made = plan({"api/tests/test_it.py": text, "api/app/main.py": BACKEND["api/app/main.py"] + main})
    (said,) = reasons(made).values()
    assert reason in said


def test_reasons_are_told_by_kind():
    files = {f"api/tests/test_{name}.py": CLIENT + asking(f"client.get('/{name}')") for name in "abc"}
    said = [f for f in plan(files).notes["backend_split"].findings if f.kind == "tests"]
    assert [str(f) for f in said] == [
        "api: none of 3 test modules goes along",
        "api/tests/test_a.py: stays with 2 more because it asks for GET /a, which no router serves",
    ]


DEEPER = """import pytest


@pytest.fixture
def key(key):
    return key * 2
"""


def test_an_override_in_a_folder_stays_one_beneath_what_it_overrides():
    files = {
        "api/tests/conftest.py": CONFTEST,
        "api/tests/support.py": SUPPORT,
        "api/tests/deep/conftest.py": DEEPER,
        "api/tests/deep/test_it.py": "def test_it(api, key):\n    api.get('/me')\n",
    }
    made = after(plan(files))
    assert made[AUTH + "deep/conftest.py"].endswith(DEEPER.removeprefix("import pytest\n"))
    assert "from backend_core.config import KEY as ours" in made[AUTH + "conftest.py"]
    assert made[STAY + "tests/deep/conftest.py"] == DEEPER


def test_fixtures_that_a_conftest_file_takes_from_a_module_go_along():
    files = {
        "api/tests/fixtures.py": CONFTEST,
        "api/tests/conftest.py": "from tests.fixtures import *  # noqa: F403\n",
        "api/tests/support.py": SUPPORT,
    }
    made = plan({**files, "api/tests/test_it.py": "def test_it(api):\n    api.get('/me')\n"})
    there = after(made)
    assert reasons(made) == {}
    assert "from .fixtures import *" in there[AUTH + "conftest.py"]
    assert "from auth_service.main import app" in there[AUTH + "fixtures.py"]
    assert reasons(plan({**files, "api/tests/test_it.py": "def test_it(api):\n    api.get('/price')\n    api.get('/me')\n"})) == {
        "tests/test_it.py": "exercises auth and market-data"
    }
