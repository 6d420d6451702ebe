"""How parts of a repository look, read off small trees: each row beside one in which nothing of it is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from migrator.facts.conventions import conventions
from migrator.facts.conventions.holes import common, hollow, kebab, spellings
from migrator.facts.conventions.model import ALIAS, CAMEL, NAME, PACKAGE, PASCAL, SNAKE
from tests.conftest import facts_of
from tests.unit.tooling.parts import ALONE, CARD, COMPOSE, REACT, package, services


def seen(files: Mapping[str, str]) -> Any:
    return conventions(facts_of(files))


# names -----------------------------------------------------------------------------------------------------------------

HOLLOWS = [
    ("services/ai-service/src/ai_service", "ai-service", False, f"services/{NAME}/src/{SNAKE}"),
    ("class AiService: aiService", "ai-service", True, f"class {PASCAL}: {CAMEL}"),
    ("aiming-service ai-services ai-serviceX", "ai-service", False, "aiming-service ai-services ai-serviceX"),
    ('include_router(orders.router, prefix="/orders")', "orders", True, f'include_router({SNAKE}.router, prefix="/{NAME}")'),
    ("orders_router reorders orders2", "orders", True, f"{SNAKE}_router reorders orders2"),
    ('packages = ["src/orders"]', "orders", False, f'packages = ["src/{SNAKE}"]'),
    ('CMD ["uvicorn", "orders.main:app"]', "orders", False, f'CMD ["uvicorn", "{SNAKE}.main:app"]'),
    ("COPY services/orders /opt/orders", "orders", False, f"COPY services/{NAME} /opt/{NAME}"),
    ("nothing of it", "orders", False, "nothing of it"),
]


@pytest.mark.parametrize("text, name, code, holed", HOLLOWS)
def test_a_name_goes_out_of_a_text(text: str, name: str, code: bool, holed: str) -> None:
    assert hollow(text, name, code=code) == holed


@pytest.mark.parametrize(
    "name, said", [("PriceList", "price-list"), ("price_list", "price-list"), ("HTMLView", "html-view"), ("a1", "a-1"), ("x", "x")]
)
def test_one_name_in_every_spelling(name: str, said: str) -> None:
    assert kebab(name) == said
    assert len(dict(spellings(name))) == len(spellings(name))


@pytest.mark.parametrize(
    "values, said",
    [
        ([{"a": 1, "b": 2}, {"a": 1, "b": 3}], {"a": 1}),
        ([{"a": {"x": 1, "y": 1}}, {"a": {"x": 1}}], {"a": {"x": 1}}),
        ([["a", "b"], ["b", "c"], ["b"]], ["b"]),
        ([1, 1, 2], 1),
        ([1, 2], None),
        ([{"a": 1}, {"b": 1}], {}),
    ],
)
def test_what_more_than_half_say(values: list[Any], said: object) -> None:
    assert common(values) == said


# services --------------------------------------------------------------------------------------------------------------


def test_services_say_together_what_a_service_is() -> None:
    found = seen(services()).service
    assert (found.ending, found.package.value, found.main, found.application, found.handlers) == (
        "-service",
        f"src/{SNAKE}",
        "main.py",
        "app",
        "handlers",
    )
    assert [one.value for one in found.made.imports if one.value] == [
        "from fastapi import FastAPI",
        "from shared.around import Timing",
        "from shared.config import settings",
    ]
    assert [one.value for one in found.made.statements] == [
        "app = FastAPI(title=settings.NAME)",
        "app.add_middleware(Timing)",
        f'@app.get("/health")\ndef health() -> dict[str, str]:\n    return {{"service": "{NAME}"}}',
    ]
    assert found.manifest == {"project": {"name": NAME, "dependencies": ["fastapi>=0.110"]}}
    assert [one.value for one in found.dockerfile][1::2] == [f"COPY . /srv/{NAME}", f'CMD ["uvicorn", "{SNAKE}.main:app"]']
    assert (found.image.value, found.port.value, found.health.value) == ("python:3.12-slim", 8000, "/health")
    assert [(one.file, one.line.value, len(one.line.origins)) for one in found.listed] == [("pyproject.toml", f'    "services/{NAME}",', 2)]


def test_an_entry_has_what_most_have_and_no_secret() -> None:
    """L13: the anchor is named, the secret is read from outside; what no two can have is left out."""
    found = seen(services()).service
    assert found.compose.value == "compose.yaml"
    entry = {"build": NAME, "environment": {"DSN": f"{ALIAS}dsn", "PASSWORD": "${PASSWORD}", "LEVEL": "info"}, "depends_on": ["db"]}
    assert found.entry == entry
    third = COMPOSE.replace("  db:\n", "  news-service:\n    build: ./services/news-service\n    environment: { DSN: *dsn }\n  db:\n")
    more = {path.replace("price", "news"): text.replace("price", "news") for path, text in services().items() if path.startswith("services/price")}
    assert seen(services(**more, **{"compose.yaml": third})).service.entry["environment"] == entry["environment"]
    assert "hunter2" not in str(seen(services()))
    assert "swordfish" not in str(seen(services()))


def test_one_alone_gives_only_what_any_would_have() -> None:
    found = seen(ALONE).service
    assert (found.ending, found.package.value, found.siblings) == ("", "app", ("apps/api",))
    assert [one.value for one in found.made.statements] == ["app.add_middleware(GZipMiddleware)"]
    assert found.entry == {"build": NAME, "restart": "always"}
    assert found.manifest["project"]["dependencies"] == ["fastapi", "uvicorn"]
    assert found.manifest["dependency-groups"] == {"dev": ["pytest"]}
    assert set(found.manifest["tool"]) == {"setuptools", "ruff"}
    assert (found.settings.value, found.settings_style, found.settings_upper) == ("config.py", "pydantic_settings", False)
    assert (found.image, found.dockerfile, found.health) == (None, (), None)


@pytest.mark.parametrize(
    "dockerfile, image",
    [
        ("FROM node:22 AS web\nRUN x\nFROM python:3.14-slim\n", "python:3.14-slim"),
        ("FROM python:3.14 AS base\nFROM base AS deps\nFROM deps\n", "python:3.14"),
        ("FROM --platform=linux/amd64 python:3.12 as Base\nFROM base\n", "python:3.12"),
        ("FROM python:3.14 AS web\nCMD uvicorn app.main:app\nFROM amazon/lambda\nCMD x\n", "python:3.14"),
        ("ARG V\nFROM python:$V\n", None),
        ("FROM scratch AS scratch\n", "scratch"),
    ],
)
def test_what_an_image_begins_with(dockerfile: str, image: str | None) -> None:
    found = seen({**ALONE, "apps/api/Dockerfile": dockerfile}).service.image
    assert (found and found.value) == image


def test_a_package_that_is_called_as_the_product_is_no_example() -> None:
    product = {
        path.replace("/app/", "/acme/"): text.replace("app.", "acme.").replace("acme.add", "app.add").replace("acme.include", "app.include")
        for path, text in ALONE.items()
    }
    assert (seen(product).service.package.value, seen(ALONE).service.package.value) == (SNAKE, "app")


def test_a_router_that_is_bound_under_another_name_is_no_example() -> None:
    other = {**ALONE, "apps/api/app/main.py": ALONE["apps/api/app/main.py"].replace("orders_router", "sales")}
    assert seen(other).routes == ()
    part = {**ALONE, "apps/api/app/routers/orders.py": ALONE["apps/api/app/routers/orders.py"].replace('"/orders"', '"/.orders"')}
    assert seen(part).routes == ()


def test_a_dockerfile_of_its_own_files_is_no_example() -> None:
    plain = seen({**ALONE, "apps/api/Dockerfile": "FROM python:3.12\nCOPY . .\n"}).service
    own = seen({**ALONE, "apps/api/start.sh": "echo\n", "apps/api/Dockerfile": "FROM python:3.12\nCOPY start.sh .\n"}).service
    secret = seen({**ALONE, "apps/api/Dockerfile": "FROM python:3.12\nENV API_TOKEN='sk-live-1234567890abcdef'\n"}).service
    assert [len(one.dockerfile) for one in (plain, own, secret)] == [2, 0, 0]
    assert [one.image.value for one in (plain, own, secret)] == ["python:3.12"] * 3


ROUTES = [
    (ALONE, ("routers", f'router = APIRouter(prefix="/{NAME}")', f"from {PACKAGE}.routers.{SNAKE} import router as {SNAKE}_router", f"app.include_router({SNAKE}_router)", "", True)),
    (
        {
            "api/requirements.txt": "fastapi\n",
            "api/main.py": "from fastapi import FastAPI\nfrom routers import items, users\n\napi = FastAPI()\napi.include_router(items.r, prefix='/v1/items')\napi.include_router(users.r, prefix='/v1/users')\n",
            "api/routers/items.py": "from fastapi import APIRouter\nr = APIRouter()\n\n\n@r.get('/')\ndef index(): ...\n",
            "api/routers/users.py": "from fastapi import APIRouter\nr = APIRouter()\n\n\n@r.get('/')\ndef index(): ...\n",
        },
        ("routers", "r = APIRouter()", f"from routers import {SNAKE}", f"api.include_router({SNAKE}.r, prefix='/v1/{NAME}')", "/", False),
    ),
]  # fmt: skip


@pytest.mark.parametrize("files, expected", ROUTES)
def test_how_routes_look(files: Mapping[str, str], expected: tuple[object, ...]) -> None:
    (one,) = seen(files).routes
    assert (one.directory.value, one.definition.value, one.importing.value, one.inclusion.value, one.path.value, one.asynchronous) == expected
    assert all(origin.line for origin in (*one.definition.origins, *one.importing.origins, *one.inclusion.origins))


NOTHING = [
    {},
    {"manage.py": "import django\n", "shop/urls.py": "urlpatterns = []\n"},
    {"app.py": "from flask import request\n", "requirements.txt": "flask\n"},
    {"tests/test_app.py": "from fastapi import FastAPI\napp = FastAPI()\n", "pyproject.toml": "[project]\nname = 'x'\n"},
]


@pytest.mark.parametrize("files", NOTHING)
def test_what_is_not_there_is_not_seen(files: Mapping[str, str]) -> None:
    found = seen(files)
    assert (found.service, found.routes, found.component, found.library, found.node) == (None, (), None, None, None)


# components ------------------------------------------------------------------------------------------------------------

COMPONENTS = [
    ({"components/Card.tsx": CARD}, {"naming": PASCAL, "exporting": "named", "arrow": False, "props": "interface", "test": "", "extension": ".tsx", "folder": False}),
    ({"components/Card.tsx": "const SIZES = [1] as const\n\nconst Card = () => <b />\n\nexport default Card\n"}, {"exporting": "default", "arrow": True}),
    ({"components/price-card.tsx": CARD.replace("Card", "PriceCard")}, {"naming": NAME, "exporting": "named"}),
    (
        {"components/Card/Card.jsx": "const Card = () => <b />;\n\nexport default Card;\n", "components/Card/index.js": "export { default } from './Card';\n"},
        {"naming": PASCAL, "folder": True, "exporting": "default", "arrow": True, "extension": ".jsx", "props": "inline"},
    ),
    ({"components/Card.tsx": "'use client';\n\nimport * as React from 'react';\nimport { cn } from '@/lib/cn';\n\n" + CARD}, {"client": True, "react": "import * as React from 'react'", "helper": "import { cn } from '@/lib/cn'"}),
    ({"components/Card.tsx": CARD, "components/Card.test.tsx": "it('is', () => {});\n"}, {"test": f"{PASCAL}.test.tsx", "runner": "vitest"}),
    ({"components/Card.tsx": CARD, "components/__tests__/Card.spec.tsx": "it('is', () => {});\n"}, {"test": f"__tests__/{PASCAL}.spec.tsx"}),
    ({"components/Card.tsx": CARD, "tests/unit/Card.test.tsx": "it('is', () => {});\n"}, {"test": f"/tests/unit/{PASCAL}.test.tsx"}),
    (
        {"components/Card.tsx": CARD, **{f"features/pay/components/{one}.tsx": f"export const {one} = () => <b />;\n" for one in ("Coin", "Note")}},
        {"naming": PASCAL, "arrow": False},
    ),
    ({"components/Card.tsx": CARD, "components/Card.stories.tsx": "import type { Meta } from '@storybook/nextjs';\n"}, {"story": "@storybook/nextjs"}),
]  # fmt: skip


@pytest.mark.parametrize("files, expected", COMPONENTS)
def test_how_components_look(files: Mapping[str, str], expected: Mapping[str, object]) -> None:
    found = seen({"apps/web/package.json": REACT, **{f"apps/web/{path}": text for path, text in files.items()}}).component
    assert {key: getattr(found, key) for key in expected} == expected
    assert found.directory.value == "apps/web/components"


HANDLER_OF_NEXT = "import { NextResponse } from 'next/server';\n\nexport async function GET() {\n  return NextResponse.json({});\n}\n"
NEXT = '{"name": "web", "dependencies": {"next": "15", "react": "18"}}'
HANDLERS = [
    ({"package.json": NEXT, "app/api/orders/route.ts": HANDLER_OF_NEXT}, ("app/api", ".ts", "NextResponse.json")),
    (
        {"apps/web/package.json": NEXT, "apps/web/src/app/api/a/[id]/route.js": "export const GET = () => Response.json({})\n"},
        ("apps/web/src/app/api", ".js", "Response.json"),
    ),
]


@pytest.mark.parametrize("files, expected", HANDLERS)
def test_how_handlers_of_next_look(files: Mapping[str, str], expected: tuple[str, ...]) -> None:
    found = seen(files).handlers
    assert (found.directory.value, found.extension, found.answer.value) == expected


@pytest.mark.parametrize(
    "files", [{"package.json": REACT, "app/api/orders/route.ts": HANDLER_OF_NEXT}, {"package.json": NEXT, "app/orders/route.ts": HANDLER_OF_NEXT}]
)
def test_what_is_no_handler(files: Mapping[str, str]) -> None:
    assert seen(files).handlers is None


def test_what_is_a_component_and_what_is_none() -> None:
    both = {"package.json": REACT, "pyproject.toml": "[project]\nname = 'x'\n", "x/__init__.py": "", "x/a.py": "", "client/components/Card.tsx": CARD}
    assert seen(both).component.directory.value == "client/components"
    files = {"apps/web/package.json": REACT, "apps/web/components/util.tsx": "export const x = 1;\n", "apps/web/pages/Card.tsx": CARD}
    assert seen(files).component is None


@pytest.mark.parametrize(
    "text, quote, semicolon, indent",
    [
        ("import a from 'a';\nif (a) {\n  a();\n}\n", "'", ";", "  "),
        ('import a from "a"\nif (a) {\n    a()\n}\n', '"', "", "    "),
        ("import a from 'a';\r\nif (a) {\r\n\ta();\r\n}\r\n", "'", ";", "\t"),
    ],
)
def test_how_code_is_written(text: str, quote: str, semicolon: str, indent: str) -> None:
    style = seen({"package.json": "{}", "src/a.ts": text}).node.style
    assert (style.quote, style.semicolon, style.indent) == (quote, semicolon, indent)


# packages --------------------------------------------------------------------------------------------------------------


def test_packages_say_together_what_a_package_is() -> None:
    root = {"package.json": '{"workspaces": ["packages/*"], "packageManager": "pnpm@9"}', "tsconfig.base.json": "{}"}
    found = seen({**root, **package("money", "Coins."), **package("dates", "Days.")})
    assert found.library.manifest == {"name": f"@acme/{NAME}", "private": True, "scripts": {"typecheck": "tsc"}, "exports": {"./*": "./src/*.ts"}}
    assert found.library.settings == {"extends": "../../tsconfig.base.json"}
    assert (found.node.scope.value, found.node.manager, found.node.base.value, found.node.typed) == ("@acme/", "pnpm", "tsconfig.base.json", True)
    assert seen({**root, "apps/web/package.json": '{"name": "web"}'}).library is None
    assert (found.node.home.value, found.node.home.origins[0].path) == ("apps", "")
    web = '{"name": "web", "scripts": {"dev": "vite"}, "dependencies": {"vue": "3"}}'
    elsewhere = seen({**root, "clients/apps/web/package.json": web, "server/mails/package.json": web}).node
    assert elsewhere.home.value == "clients/apps"


@pytest.mark.parametrize(
    "files, manager",
    [
        ({"package.json": '{"packageManager": "pnpm@9"}', "yarn.lock": ""}, "pnpm"),
        ({"package.json": "{}", "yarn.lock": "", "examples/x/package.json": '{"packageManager": "pnpm@9"}'}, "yarn"),
        ({"package.json": "{}", "bun.lock": ""}, "bun"),
        ({"package.json": "{}", "apps/web/package.json": "{}", "apps/web/pnpm-lock.yaml": ""}, "pnpm"),
        ({"package.json": "{}"}, "npm"),
    ],
)
def test_a_new_package_is_installed_by_what_the_manifest_says_before_any_lock_file(files: dict[str, str], manager: str) -> None:
    assert seen(files).node.manager == manager


@pytest.mark.parametrize(
    "manifest, seen_as", [('{"dependencies": {"yargs": "1"}}', {}), ('{"bin": "x.js", "dependencies": {"yargs": "1"}}', {"yargs": "tools/x"})]
)
def test_a_library_that_a_command_line_may_use_makes_none(manifest: str, seen_as: dict[str, str]) -> None:
    assert seen({"package.json": "{}", "tools/x/package.json": manifest}).node.frameworks == seen_as
