"""Pages about what services are asked for: from code, from a document, from both; who may call; and what there is besides."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from phases.documentation.api import family
from tests.unit.documentation.deciding import made, texts_of

MAIN = """from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()
bearer = HTTPBearer()


@app.get("/orders/{order_id}")
def order(order_id: int, token: str = Depends(bearer)) -> str:
    return ""


@app.post("/orders")
def add() -> str:
    return ""


@app.get("/health")
def health() -> str:
    return ""
"""
FILES: Mapping[str, str] = {
    "compose.yaml": "services:\n  api:\n    build: ./services/api\n    ports: ['8000:8000']\n",
    "services/api/Dockerfile": 'FROM python:3.12\nCOPY . /app\nCMD ["uvicorn", "main:app"]\n',
    "services/api/pyproject.toml": '[project]\nname = "api"\nversion = "1"\ndependencies = ["fastapi"]\n',
    "services/api/main.py": MAIN,
}
DOCUMENT = """openapi: 3.1.0
info: {title: Orders API, version: "2"}
paths:
  /orders/{id}:
    get:
      summary: One | order
      security: [{key: []}]
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {}
  /refunds:
    post:
      responses: {}
"""
PAGE = "docs/api/api.md"


def texts(**more: str) -> dict[str, str]:
    return texts_of(family, {**FILES, **more})


def rows(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith("| ") and not line.startswith("| method")]


def test_a_service_is_told_by_its_code() -> None:
    found = texts()
    assert set(found) == {PAGE, "docs/api/README.md"}
    assert rows(found[PAGE]) == [
        "| GET | `/health` |  | anyone | [`main.py`](../../services/api/main.py) |",
        "| POST | `/orders` |  | anyone | [`main.py`](../../services/api/main.py) |",
        "| GET | `/orders/{order_id}` | `order_id: integer in path` | `bearer` | [`main.py`](../../services/api/main.py) |",
    ]
    assert "no document describes them" in found[PAGE]
    assert "| [api](api.md) | 3 | its code |" in found["docs/api/README.md"]


def test_a_document_tells_it_and_what_differs_is_said() -> None:
    found = texts(**{"docs/openapi.yaml": DOCUMENT})
    assert rows(found[PAGE])[2:] == [
        r"| GET | `/orders/{id}` | `id: integer in path` | One \| order | `key` | [`main.py`](../../services/api/main.py) |",
        "| POST | `/refunds` |  |  |  |  |",
    ]
    assert "described by Orders API 2 ([`docs/openapi.yaml`](../openapi.yaml))" in found[PAGE]
    lacking, _, gone = found[PAGE].partition("## Not in the document")[2].partition("## Not found in the code")
    assert [line for line in lacking.split("\n") if line.startswith("- ")] == ["- `GET /health`", "- `POST /orders`"]
    assert [line for line in gone.split("\n") if line.startswith("- ")] == ["- `POST /refunds`"]
    assert "| [`docs/openapi.yaml`](../../openapi.yaml) | Orders API | 2 | 2 |" in found["docs/api/openapi/README.md"]


def test_a_document_without_code_has_a_page_of_its_own() -> None:
    found = texts_of(family, {"openapi.yaml": DOCUMENT})
    assert set(found) == {"docs/api/orders-api.md", "docs/api/README.md", "docs/api/openapi/README.md"}
    assert "Not found" not in found["docs/api/orders-api.md"]


def test_one_that_is_invalid_is_told_and_the_code_counts() -> None:
    found = made(family, {**FILES, "openapi.yaml": DOCUMENT.replace("  /refunds", "  refunds")})
    said = next(one for one in found.decisions if one.subject == "OpenAPI: openapi.yaml")
    assert "does not begin with `/`" in said.message
    assert [(one.path, one.line) for one in said.origins] == [("openapi.yaml", 11)]
    assert {one.path for one in found.artefacts} == {PAGE, "docs/api/README.md"}


MORE = [
    ("graphql", {"services/api/schema.graphql": "type Query { a: Int }\n"}, "[`services/api/schema.graphql`](../../../services/api/schema.graphql)"),
    (
        "webhooks",
        {"services/api/main.py": MAIN + '\n\n@app.post("/webhooks/stripe")\ndef hook() -> str:\n    return ""\n'},
        "| api | POST | `/webhooks/stripe` |",
    ),
    (
        "sdk-docs",
        {"packages/sdk/package.json": '{"name": "@acme/sdk"}'},
        "- `@acme/sdk` in [`packages/sdk`](../../../packages/sdk); nothing in this repository imports it",
    ),
    ("openapi", {"openapi.yaml": DOCUMENT}, "Orders API"),
]


@pytest.mark.parametrize("slug, more, line", MORE)
def test_what_else_there_is_has_a_page_and_what_is_not_there_a_reason(slug: str, more: Mapping[str, str], line: str) -> None:
    found = texts(**more)
    assert line in found[f"docs/api/{slug}/README.md"]
    assert f"({slug}/README.md)" in found["docs/api/README.md"]
    absent = {one.subject.removeprefix("interface: ") for one in made(family, {**FILES, **more}).decisions if one.subject.startswith("interface: ")}
    assert absent == {"graphql", "openapi", "webhooks", "sdk-docs"} - {slug}


def test_pages_that_people_look_at_are_no_interface() -> None:
    web = {
        "apps/web/package.json": '{"name": "web", "dependencies": {"next": "15", "react": "18"}}',
        "apps/web/Dockerfile": "FROM node:22\n",
        "apps/web/app/page.tsx": "export default function Page() { return null }\n",
        "apps/web/app/api/ping/route.ts": "export function GET() { return new Response() }\n",
        "compose.yaml": FILES["compose.yaml"] + "  web:\n    build: ./apps/web\n    ports: ['3000:3000']\n",
    }
    assert [row.split(" | ")[1] for row in rows(texts(**web)["docs/api/web.md"])] == ["`/api/ping`"]


def test_nothing_where_nothing_is_served() -> None:
    found = made(family, {"a.py": "a = 1\n"})
    assert found.artefacts == ()
    assert "no route is known" in found.absent


def test_each_row_has_its_origins() -> None:
    """L11: the code that serves it, the line that asks who comes, and the document."""
    page = next(one for one in made(family, {**FILES, "openapi.yaml": DOCUMENT}).artefacts if one.path == PAGE)
    lines = page.content.decode().split("\n")
    said = {
        lines[number - 1].split(" | ")[1]: {(one.path, one.line) for one in several}
        for number, several in page.origins.items()
        if "|" in lines[number - 1]
    }
    assert said["`/refunds`"] == {("openapi.yaml", 11)}
    assert ("services/api/main.py", 8) in said["`/orders/{id}`"]
    assert ("openapi.yaml", 5) in said["`/orders/{id}`"]
    assert {line for line in lines if line.startswith(("| GET", "| POST"))} == {lines[n - 1] for n in page.origins if "| `/" in lines[n - 1]}
