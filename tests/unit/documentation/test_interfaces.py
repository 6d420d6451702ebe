"""OpenAPI documents of a repository: which files are one, what is read of them, and what makes one unusable, with its place."""

from __future__ import annotations

import json

import pytest

from migrator.facts import Contents, Facts
from migrator.facts.interfaces import Described, Interfaces, with_interfaces
from migrator.facts.landscape.model import Landscape
from tests.conftest import facts_of
from tests.unit.documentation.deciding import book

GOOD = """openapi: 3.1.0
info:
  title: Orders
  version: "2"
security:
  - bearer: []
paths:
  /orders/{id}:
    parameters:
      - $ref: "#/components/parameters/id"
    get:
      summary: One   order
      operationId: one
      responses: {"200": {description: it}}
    delete:
      security: []
      responses: {"204": {description: gone}}
  /orders:
    get:
      security: [{bearer: []}, {key: [], session: []}]
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: X-Shop, in: header, required: true, schema: {type: string}}
      responses: {"200": {description: all}}
components:
  parameters:
    id: {name: id, in: path, required: true, schema: {type: string}}
"""


def interfaces(files: dict[str, str]) -> Interfaces:
    found = with_interfaces(facts_of(files), Landscape("acme", (), ())).interfaces
    assert found is not None
    return found


def only(text: str, path: str = "openapi.yaml") -> Described:
    (one,) = interfaces({path: text}).documents
    return one


def test_what_is_read_of_one() -> None:
    one = only(GOOD)
    assert (one.path, one.title, one.version, one.problem) == ("openapi.yaml", "Orders", "2", "")
    assert [(each.method, each.path, each.parameters, each.secured, each.summary, each.origin.line) for each in one.operations] == [
        ("GET", "/orders/{id}", ("id: string in path",), ("bearer",), "One order", 11),
        ("DELETE", "/orders/{id}", ("id: string in path",), (), "", 15),
        ("GET", "/orders", ("page?: integer in query", "X-Shop: string in header"), ("bearer", "key and session"), "", 19),
    ]


def test_swagger_is_read_below_its_base() -> None:
    text = 'swagger: "2.0"\ninfo: {title: A, version: "1"}\nbasePath: /v1/\npaths:\n  /a:\n    get:\n      responses: {}\n'
    assert [(one.path, one.secured) for one in only(text, "docs/swagger.yml").operations] == [("/v1/a", None)]


WRONG = [
    ("openapi: 3.1.0", "openapi: 4.0.0", "which is none of 2.0, 3.0 and 3.1", 1),
    ("  title: Orders\n", "", "`info` has no `title`", 3),
    ("  /orders:\n", "  orders:\n", "does not begin with `/`", 19),
    ("components/parameters/id", "components/parameters/ids", "does not say what `id` in its path is", 12),
    ("operationId: one\n", 'operationId: one\n      x: {$ref: "#/components/schemas/Gone"}\n', "`#/components/schemas/Gone` leads nowhere", 14),
    ("    delete:\n", "    delete:\n      operationId: one\n", "DELETE /orders/{id} has the `operationId` of GET /orders/{id}", 16),
    ("info:\n", "info: ]\n", "does not parse", 2),
    ("openapi: 3.1.0", "openapi: 3.0.3", "", 0),
    ('      responses: {"204": {description: gone}}\n', "      deprecated: true\n", "", 0),
]


@pytest.mark.parametrize("old, new, problem, line", WRONG)
def test_one_that_breaks_the_rules_is_told_with_its_place_and_not_used(old: str, new: str, problem: str, line: int) -> None:
    assert old in GOOD
    one = only(GOOD.replace(old, new, 1))
    assert problem in one.problem
    assert bool(one.problem) == bool(problem)
    assert one.line == line
    assert bool(one.operations) != bool(problem)


def test_responses_are_wanted_of_older_documents() -> None:
    text = GOOD.replace("3.1.0", "3.0.0").replace('      responses: {"204": {description: gone}}\n', "      deprecated: true\n")
    assert only(text).problem == "DELETE /orders/{id} has no `responses`"


FILES = [
    ("openapi.json", 1), ("api/orders.openapi.yaml", 1), ("docs/swagger.yaml", 1), ("openapi-v2.yml", 1), ("notes.yaml", 0), ("openapi.md", 0), ("openapitools.json", 0),
]  # fmt: skip


@pytest.mark.parametrize("path, number", FILES)
def test_which_files_are_one(path: str, number: int) -> None:
    text = json.dumps({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}})
    assert len(interfaces({path: text}).documents) == number


def test_a_file_of_that_name_that_is_none() -> None:
    assert interfaces({"openapi.json": '{"generator": "x"}', "swagger.yaml": "a: b\n"}).documents == ()


def test_what_families_made_is_no_document_of_people() -> None:
    """L6."""
    assert interfaces({"docs/api/openapi.yaml": GOOD, **book("documentation", "api", "docs/api/openapi.yaml")}).documents == ()


def test_a_schema_of_graphql_and_a_file_of_queries() -> None:
    found = interfaces({"a.graphql": "# x\ntype Query {\n  a: Int\n}\n", "b.gql": "query A { a }\n"})
    assert [(one.path, one.line) for one in found.graphql] == [("a.graphql", 2)]


DECLARED = [
    (Contents({"spec/openapi.yaml": GOOD.encode()}), "Orders", ""),
    (Contents(why="the command failed"), "", "the command failed"),
    (Contents({"a.txt": b""}), "", "it holds no JSON or YAML"),
    (Contents({"openapi.json": b'{"openapi": "3.1.0"}'}), "", "`info` has no `title`"),
]


@pytest.mark.parametrize("contents, title, problem", DECLARED)
def test_what_the_application_says_of_itself(contents: Contents, title: str, problem: str) -> None:
    bare = facts_of({"a": "a"})
    facts = Facts(bare.tree, bare.store, bare.scanner, documents=lambda name: contents if name == "openapi" else None)
    found = with_interfaces(facts, Landscape("acme", (), ())).interfaces
    assert found is not None
    assert [(one.path, one.title, one.problem) for one in found.documents] == [("", title, problem)]


def test_a_document_that_refers_to_itself_ends() -> None:
    around = GOOD + "  schemas:\n    Tree: &tree\n      properties:\n        alias: *tree\n"
    assert only(around).problem == ""
    within = GOOD + "  schemas:\n    Tree:\n      properties:\n        child: {$ref: '#/components/schemas/Tree'}\n"
    assert only(within).problem == ""
    turning = GOOD.replace("{name: id, in: path, required: true, schema: {type: string}}", '{$ref: "#/components/parameters/id"}')
    assert "does not say what `id` in its path is" in only(turning).problem
