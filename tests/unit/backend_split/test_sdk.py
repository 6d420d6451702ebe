"""The client of the API: made of what the application says of itself where that can be had, and a plain reason where it cannot."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.facts import Contents
from migrator.plan import Plan
from migrator.planfile import Document, load_plan_file
from phases.backend_split import phase
from phases.backend_split.sdk import _example, _opened
from tests.unit.backend_split.planning import planned

SAMPLE = Path(__file__).parents[3] / "sample_repos" / "monolith" / "repository"
SHOP = {
    path.relative_to(SAMPLE).as_posix(): path.read_text(encoding="utf-8") for path in SAMPLE.rglob("*") if path.suffix != ".pyc" and path.is_file()
}
JSON = {"200": {"description": "fine", "content": {"application/json": {"schema": {"type": "string"}}}}}
SAID = {"openapi": "3.1.0", "info": {"title": "Ü"}, "paths": {"/z": {"get": {"operationId": "z", "responses": JSON}}, "/a": {}}}
TYPES = b"export interface paths {\r\n}\r\n\r\n"
MADE = Contents({"openapi.json": json.dumps(SAID).encode(), "schema.d.ts": TYPES})
HOME = "packages/sdk"


WHOLE = "".join(
    f'[phases.backend_split.services.{title}]\nrouters = ["nothing-*.py"]\n' for title in load_plan_file("", [phase])[1]["backend_split"].services
)
"""A client is made alike of an application that stays in one piece, in one step instead of ten."""


def plan(files: Mapping[str, str], contents: Contents | None = MADE, options: str = "") -> Plan:
    return planned(files, options + WHOLE, contents)


def split(files: Mapping[str, str], contents: Contents | None = MADE, gateway: str = "import") -> Plan:
    return planned(files, f'[phases.backend_split]\ngateway = "{gateway}"\n', contents)


def after(made: Plan) -> dict[str, str]:
    return {path: made.end.read(path).decode() for path in made.end.tree}


def package(made: Plan) -> dict[str, str]:
    return {path.removeprefix(f"{HOME}/"): text for path, text in after(made).items() if path.startswith(f"{HOME}/")}


def slugs(made: Plan) -> list[str]:
    return [step.step.slug for step in made.steps]


def said(made: Plan) -> dict[str, str]:
    return {finding.kind: finding.message for finding in (*made.notes["backend_split"].findings, *made.notes["backend_split"].details)}


@pytest.fixture(scope="module")
def shop() -> Plan:
    return split(SHOP)


def test_it_is_the_last_step_needs_no_other_and_no_gate_refuses_it(shop: Plan):
    assert shop.aside == ()
    assert slugs(shop)[-1] == "sdk"
    assert shop.steps[-1].step.needs == ()


def test_the_package_has_what_a_package_has(shop: Plan):
    assert sorted(package(shop)) == [
        "README.md",
        "openapi.json",
        "package.json",
        "src/client/index.ts",
        "src/client/sockets.ts",
        "src/index.ts",
        "src/types/index.ts",
        "src/types/schema.d.ts",
        "src/utils/index.ts",
        "tests/client.test.ts",
        "tsconfig.json",
    ]
    assert all(text.endswith("\n") and not text.endswith("\n\n") and "\r" not in text for text in package(shop).values())


def test_the_document_is_in_the_order_of_the_application_and_the_types_are_the_generators(shop: Plan):
    assert package(shop)["openapi.json"] == json.dumps(SAID, indent=2, ensure_ascii=False) + "\n"
    assert package(shop)["src/types/schema.d.ts"] == "export interface paths {\n}\n"


def test_a_finished_tree_has_no_steps_and_asks_for_nothing(shop: Plan):
    again = split(after(shop), Contents(why="nobody should ask"))
    assert (slugs(again), again.aside) == ([], ())
    assert ("sdk", f"{HOME} is there") in [(done.slug, done.message) for done in again.notes["backend_split"].done]


@pytest.mark.parametrize("gateway", ["import", "proxy"])
def test_it_is_the_same_however_much_of_the_split_is_there_already(shop: Plan, gateway: str):
    without = split(SHOP, None, gateway)
    assert "sdk" not in slugs(without)
    late = split(after(without), gateway=gateway)
    assert slugs(late) == ["sdk"]
    assert package(late) == package(shop)


def test_an_application_that_nothing_is_taken_from_has_a_client_too():
    made = plan(SHOP)
    assert slugs(made) == ["sdk"]
    assert "`apps/backend`" in package(made)["README.md"]


# without a document ------------------------------------------------------------------------------------------------------


def test_without_a_declaration_the_plan_says_which_lines_declare_it():
    made = plan(SHOP, None)
    assert "sdk" not in slugs(made)
    assert "declare [documents.openapi] in migrate.toml" in said(made)["sdk"]
    table = said(made)["declare"].partition("\n")[2]
    plan_file, _ = load_plan_file(table, [phase])
    document = plan_file.documents["openapi"]
    assert document == Document.model_validate(tomllib.loads(table)["documents"]["openapi"])
    assert (document.directory, document.inputs, document.files) == ("apps/backend", ("apps/backend",), ("openapi.json", "schema.d.ts"))
    compile(document.setup[-1], "setup", "exec")
    assert "from app.main import app;" in document.setup[-1]


def test_a_package_in_src_is_asked_where_it_is_imported_from():
    moved = {path.replace("apps/backend/app/", "apps/backend/src/app/"): text for path, text in SHOP.items()}
    table = tomllib.loads(said(plan(moved, None))["declare"].partition("\n")[2])["documents"]["openapi"]
    assert (table["directory"], table["inputs"]) == ("apps/backend/src", ["apps/backend"])
    assert "from app.main import app;" in table["setup"][-1]


@pytest.mark.parametrize(
    "contents, why",
    [
        (Contents(why="'npx' is not installed"), "'npx' is not installed"),
        (Contents({"openapi.json": b"{}"}), "among its files is no .ts, the types of it"),
        (Contents({"schema.d.ts": TYPES}), "among its files is no .json, the OpenAPI document"),
        (Contents({**MADE.files, "openapi.json": b"<html>"}), "openapi.json is no JSON"),
        (Contents({**MADE.files, "openapi.json": b"\xff"}), "openapi.json is no JSON"),
        (Contents({**MADE.files, "openapi.json": b'{"a": ' * 100_000}), "openapi.json is no JSON"),
        (Contents({**MADE.files, "openapi.json": b"[]"}), "openapi.json is no OpenAPI document"),
        (Contents({**MADE.files, "openapi.json": b'{"openapi": "3.1.0"}'}), "openapi.json is no OpenAPI document"),
        (Contents({**MADE.files, "openapi.json": b'{"openapi": "3.1.0", "paths": {}}'}), "openapi.json has no paths"),
        (Contents({**MADE.files, "schema.d.ts": b"export {};\n"}), "schema.d.ts has no type `paths`, as openapi-typescript writes it"),
    ],
)
def test_a_document_that_cannot_be_had_is_a_reason_and_nothing_else(contents: Contents, why: str):
    made = plan(SHOP, contents)
    assert "sdk" not in slugs(made)
    assert said(made)["sdk"] == f"is not made: {why}; correct [documents.openapi] in migrate.toml and run `migrate plan --phase 2` again"
    assert slugs(made) == slugs(plan(SHOP, None))


# what it is called and what is beside it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files, options, name",
    [
        ({}, "", "@repo/sdk"),
        ({}, '[phases.backend_split.sdk]\nname = "client"\n', "@repo/client"),
        ({"package.json": '{"name": "shop-monorepo"}'}, "", "@shop/sdk"),
        ({"packages/ui/package.json": '{"name": "@acme/ui"}', "package.json": '{"name": "shop"}'}, "", "@acme/sdk"),
    ],
)
def test_its_name_has_the_scope_of_the_repository(files, options, name):
    made = after(plan({**SHOP, **files}, options=options))
    assert json.loads(made[f"packages/{name.partition('/')[2]}/package.json"])["name"] == name


@pytest.mark.parametrize(
    "manifest, kind",
    [(None, "workspace"), ("{}", "workspace"), ('{"workspaces": ["apps/*"]}', "workspace"), ('{"workspaces": ["packages/*"]}', "install")],
)
def test_what_installs_it_is_said(manifest, kind):
    made = plan({**SHOP, **({"package.json": manifest} if manifest else {})})
    assert {finding.kind for finding in made.steps[-1].step.findings} == {kind}


def test_compiler_options_that_packages_share_are_its_own():
    assert "extends" not in json.loads(package(plan(SHOP))["tsconfig.json"])
    shared = plan({**SHOP, "packages/config/typescript-config/base.json": "{}"})
    assert json.loads(package(shared)["tsconfig.json"])["extends"] == "../config/typescript-config/base.json"


def test_operations_with_one_id_are_said():
    twice = {**SAID, "paths": {"/z": {"get": {"operationId": "z"}, "post": {"operationId": "z"}, "parameters": []}}}
    made = plan(SHOP, Contents({**MADE.files, "openapi.json": json.dumps(twice).encode()}))
    assert "2 operations have the id `z`" in next(finding.message for finding in made.steps[-1].step.findings if finding.kind == "operation")


# WebSockets and the example ----------------------------------------------------------------------------------------------

MAIN = "apps/backend/app/main.py"
SOCKETS = """

@app.websocket("/rooms/{room}/{rest:path}")
async def rooms(socket): ...


@app.websocket(f"/{settings.NAME}/talk")
async def talk(socket): ...
"""


def test_the_sockets_are_those_that_the_source_shows(shop: Plan):
    assert "'/api/stream'," in package(shop)["src/client/sockets.ts"]
    more = package(plan({**SHOP, MAIN: SHOP[MAIN] + SOCKETS}))["src/client/sockets.ts"]
    assert "'/rooms/{room}/{rest}'," in more
    assert "'/Corner shop/talk'," in more


def test_what_only_the_running_application_knows_is_no_socket(shop: Plan):
    unknown = SHOP[MAIN] + '\n\n@app.websocket("/" + secret_place() + "/talk")\nasync def talk(socket): ...\n'
    assert package(plan({**SHOP, MAIN: unknown}))["src/client/sockets.ts"] == package(shop)["src/client/sockets.ts"]


@pytest.mark.parametrize(
    "path, arguments, place",
    [
        ("/a", "'/a'", "'wss://api.test/a'"),
        ("/it's/{b}", "'/it\\'s/{b}', { b: 'a b' }", "'wss://api.test/it\\'s/a%20b'"),
        ("/{b}/{c}", "'/{b}/{c}', { b: 'a b', c: 'a b' }", "'wss://api.test/a%20b/a%20b'"),
    ],
)
def test_the_example_of_a_socket_fills_its_braces(path, arguments, place):
    assert _opened(path) == {"arguments": arguments, "place": place}


NEEDS = [{"name": "x", "in": "query", "required": True}]


@pytest.mark.parametrize(
    "paths, example",
    [
        ({"/a": {"get": {"responses": JSON}}}, "/a"),
        ({"/a": {"get": {"responses": JSON, "parameters": [{"name": "x", "in": "query"}]}}}, "/a"),
        ({"/a": {"post": {"responses": JSON}}, "/b": {"get": {"responses": JSON}}}, "/b"),
        ({"/a/{b}": {"get": {"responses": JSON}}}, None),
        ({"/a": {"get": {"responses": {"204": {}}}}}, None),
        ({"/a": {"get": {"responses": JSON, "parameters": NEEDS}}}, None),
        ({"/a": {"parameters": NEEDS, "get": {"responses": JSON}}}, None),
        ({"/a": {"get": {"responses": JSON, "parameters": [{"$ref": "#/x"}]}}}, None),
        ({"/a": {"get": {"responses": JSON, "parameters": None}}}, "/a"),
        ({"/a": None, "/b": {"get": []}, "/c": {"get": {"responses": []}}}, None),
    ],
)
def test_the_example_asks_for_nothing(paths, example):
    assert _example({"paths": paths}) == example
