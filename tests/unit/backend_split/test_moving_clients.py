"""Tests that ask an application for routes: they go along with the service that has all of these, and ask its application."""

from __future__ import annotations

import pytest

from tests.unit.backend_split.test_moving_tests import AUTH, BACKEND, STAY, WHOLE, after, plan, reasons

CLIENT = "from fastapi.testclient import TestClient\n\nfrom app.main import app\n\nclient = TestClient(app)\n"
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
        (CLIENT + "PATH = '/me'" + asking("client.get(PATH)"), OURS + "PATH = '/me'" + asking("client.get(PATH)")),
        (CLIENT + asking("path = '/m' + 'e'\n    client.get(path)"), OURS + asking("path = '/m' + 'e'\n    client.get(path)")),
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
