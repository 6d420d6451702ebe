"""What tests ask applications for, read from their sources."""

from __future__ import annotations

import pytest

from migrator.facts.clients import answering, bound, clients, exposed, requests
from migrator.facts.serving import Route, Served
from migrator.paths import RepoPath
from tests.unit.backend_split.planning import facts_of

TEST = RepoPath("test_it.py")


def asked(text: str) -> list[tuple[str, str, str]]:
    facts = facts_of({TEST: text, "settings.py": "class Settings:\n    API: str = '/v1'\n\n\nsettings = Settings()\n"})
    return [(one.method, one.path.replace("\0", "*"), one.route) for one in requests(facts, TEST, clients(facts, TEST))]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("client.get('/a')", [("GET", "/a", "")]),
        ("client.put(url='/a?b=/c')", [("PUT", "/a", "")]),
        ("TestClient(app).delete('a')", [("DELETE", "/a", "")]),
        ("client.get(f'/a/{x}/b')", [("GET", "/a/*/b", "")]),
        ("client.get('/a/' + x)", [("GET", "/a/*", "")]),
        ("client.get(f'/a{x}')", [("GET", "", "")]),
        ("client.get(x)", [("GET", "", "")]),
        ("from settings import settings\nclient.get(f'{settings.API}/a')", [("GET", "/v1/a", "")]),
        ("client.request('post', '/a')", [("POST", "/a", "")]),
        ("client.request(x, '/a')", [("", "/a", "")]),
        ("client.websocket_connect('/ws')", [("WEBSOCKET", "/ws", "")]),
        ("client.get(app.url_path_for('one', x=1))", [("GET", "", "one")]),
        ("client.get(app.url_path_for('one') + '?a=1')", [("GET", "", "one")]),
        ("client.get(app.url_path_for(x))", [("GET", "", "")]),
        ("self.client.get('https://host/a#b')", [("GET", "/a", "")]),
        ("def test(web: TestClient):\n    web.get('a')", [("GET", "/a", "")]),
        ("async def test():\n    async with AsyncClient() as ac:\n        await ac.get('a')", [("GET", "/a", "")]),
        ("@fixture\ndef web():\n    return TestClient(app)\n\n\ndef test(web):\n    web.get('a')", [("GET", "/a", "")]),
        ("anything.get('/a')", [("GET", "/a", "")]),
        # no requests
        ("response.json().get('a')", []),
        ("os.environ.get(key)", []),
        ("session.get(User, 1)", []),
        ("httpx.get('http://localhost/a')", []),
        ("@app.get('/a')\ndef a(): ...", []),
        ("client.close()", []),
        ("Client.get('a')", []),
    ],
)
def test_requests(text, expected):
    assert asked(text) == expected


ROUTES = Served(
    tuple(
        Route(method, path, name, RepoPath(f"{name}.py"), "router", 1)
        for method, path, name in (
            ("GET", "/users/me", "me"),
            ("GET", "/users/{id}", "user"),
            ("PUT", "/users/{id}", "put"),
            ("GET", "/files/{path:path}", "file"),
            ("MOUNT", "/static", "static"),
            ("GET", "/{user}/new", "posts"),
            ("GET", "/posts/{id:int}", "typed"),
            ("GET", "/posts/{id}", "post"),
            ("GET", "/{user}/old", "others"),
        )
    )
)


@pytest.mark.parametrize(
    "text, names",
    [
        ("client.get('/users/me')", ["me"]),
        ("client.get('/users/me/')", ["me", "user"]),
        ("client.request(x, '/users/me')", ["me", "user", "put"]),
        ("client.get('/users/7/')", ["user"]),
        ("client.put('/users/7')", ["put"]),
        ("client.post('/users/7')", ["user", "put"]),
        ("client.get(f'/users/{x}')", ["me", "user"]),
        ("client.get(f'/posts/{x}')", ["posts", "typed", "post"]),
        ("client.get('/files/a/b')", ["file"]),
        ("client.get('/static/a.css')", ["static"]),
        ("client.get('/users')", []),
        ("client.get('/users/7/8')", []),
        ("client.get(app.url_path_for('put'))", ["put"]),
    ],
)
def test_the_routes_that_may_answer(text, names):
    (request,) = requests(facts_of({TEST: text}), TEST)
    assert [route.name for route in answering(ROUTES, request)] == names


@pytest.mark.parametrize(
    "text, shown",
    [
        ("app.routes", "app.routes"),
        ("client.app.openapi()", "client.app.openapi"),
        ("app.router.lifespan_context(app)", ""),
        ("app.state.routes", ""),
        ("app.dependency_overrides", ""),
    ],
)
def test_what_shows_all_that_an_application_has(text, shown):
    assert exposed(facts_of({TEST: text}), TEST) == shown


def test_names_that_a_module_binds():
    assert bound(b"import os\nA = 1\n\n\nclass B: ...\n\n\n@x\ndef c(): ...\n") == {"A", "B", "c"}
