"""What stands in the paths of routes, and of which type the code or a declared document says that it is."""

from __future__ import annotations

import json

import pytest

from migrator.facts import Contents, Facts
from migrator.facts.landscape.model import Route
from migrator.facts.projects.parameters import with_parameters
from migrator.origin import Origin
from migrator.paths import RepoPath
from tests.conftest import facts_of

CODE = '@router.get("/a/{a}")\nasync def get(a: int, b: Annotated[UUID, Path()], *, c: "date" = None, d, e: Optional[float] = 1): ...\n'
DOCUMENT = {
    "openapi": "3.1.0",
    "paths": {
        "/a/{a}": {"parameters": [{"in": "path", "name": "d", "schema": {"type": "integer"}}], "get": {"parameters": [{"in": "query", "name": "a"}]}},
        "/b/{kind}": {"get": {"parameters": [{"in": "path", "name": "kind", "schema": {"type": "string", "enum": ["new", "old"]}}]}},
    },
}


def found(path: str, code: str = CODE, method: str = "GET", document: object = None) -> tuple[str, list[tuple[str, str, str]]]:
    facts = facts_of({"a.py": code})
    if document is not None:
        contents = Contents({"openapi.json": json.dumps(document).encode()})
        facts = Facts(facts.tree, facts.store, facts.scanner, documents=lambda _: contents)
    route = with_parameters(facts, Route(method, path, Origin(RepoPath("a.py"), 1)))
    return route.path, [(one.name, one.type, one.example) for one in route.parameters]


@pytest.mark.parametrize(
    "path, written, parameters",
    [
        ("/a", "/a", []),
        ("/a/{a}", "/a/{a}", [("a", "integer", "")]),
        ("/a/{a}/{b}/{c}/{d}/{e}", "/a/{a}/{b}/{c}/{d}/{e}", [("a", "integer", ""), ("b", "uuid", ""), ("c", "date", ""), ("d", "string", ""), ("e", "number", "")]),
        ("/f/{rest:path}", "/f/{rest}", [("rest", "string", "")]),
        ("/f/<int:n>/<name>", "/f/{n}/{name}", [("n", "integer", ""), ("name", "string", "")]),
        ("/f/<uuid:n>/<slug:s>", "/f/{n}/{s}", [("n", "uuid", ""), ("s", "string", "")]),
        ("/f/:id/x", "/f/{id}/x", [("id", "string", "")]),
        ("/f/[id]/[...more]", "/f/{id}/{more}", [("id", "string", ""), ("more", "string", "")]),
        ("/f/[[...more]]", "/f/{more}", [("more", "string", "")]),
        ("/f/at:12", "/f/at:12", []),
    ],
)  # fmt: skip
def test_how_each_framework_writes_them(path: str, written: str, parameters: list[tuple[str, str, str]]) -> None:
    assert found(path) == (written, parameters)


@pytest.mark.parametrize(
    "path, document, parameters",
    [
        ("/a/{a}", DOCUMENT, [("a", "integer", "")]),
        ("/a/{d}", DOCUMENT, [("d", "string", "")]),
        ("/b/{kind}", DOCUMENT, [("kind", "string", "new")]),
        ("/b/{kind}", {"openapi": "3.1.0", "paths": []}, [("kind", "string", "")]),
        ("/b/{kind}", {"paths": {"/b/{kind}": {"get": {"parameters": "none"}, "post": 1}}}, [("kind", "string", "")]),
        ("/b/{kind}", [], [("kind", "string", "")]),
    ],
)
def test_what_a_declared_document_adds(path: str, document: object, parameters: list[tuple[str, str, str]]) -> None:
    assert found(path, document=document)[1] == parameters
    assert found(path, method="POST", document=document)[1][0][2] == ""


def test_the_document_says_the_type_where_the_code_does_not() -> None:
    document = {
        "openapi": "3.1.0",
        "paths": {"/c/{n}": {"get": {"parameters": [{"in": "path", "name": "n", "schema": {"type": "string", "format": "uuid"}}]}}},
    }
    assert found("/c/{n}", "", document=document)[1] == [("n", "uuid", "")]
    assert found("/c/{n}", '@app.get("/c/{n}")\ndef c(n: int): ...\n', document=document)[1] == [("n", "integer", "")]
