"""What is learned of frameworks beside FastAPI and React, and what is made of it: each row beside one in which nothing of it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from migrator.facts.conventions import conventions, with_conventions
from migrator.facts.conventions.model import CAMEL, NAME, PACKAGE, PASCAL, SNAKE
from phases import tooling
from phases.tooling.generators import family
from phases.tooling.generators.options import Options
from tests.conftest import facts_of
from tests.laws.generating import contents, planned
from tests.unit.tooling.frameworks import DJANGO, EXPRESS, FACTORY, PLAIN_EXPRESS, flask_services
from tests.unit.tooling.parts import CARD, REACT

TEMPLATES = "tools/generators/templates/"


def seen(files: Mapping[str, str]) -> Any:
    return conventions(facts_of(files))


def made(files: Mapping[str, str]) -> dict[str, str]:
    """What is generated, by path below the templates."""
    found = family.artefacts(with_conventions(facts_of(files)), Options())
    return {artefact.path.removeprefix(TEMPLATES): artefact.content.decode() for artefact in found.artefacts}


def absent(files: Mapping[str, str]) -> dict[str, str]:
    """Why there is no template, by kind."""
    found = family.artefacts(with_conventions(facts_of(files)), Options())
    return {one.subject.removeprefix("template "): one.message for one in found.decisions if one.outcome == "dropped"}


# Flask -----------------------------------------------------------------------------------------------------------------

INIT = "apps/shop/shop/__init__.py"
BLUEPRINTS = [
    (FACTORY, ("", f'{SNAKE} = Blueprint("{NAME}", __name__)', f"from {PACKAGE}.{SNAKE} import {SNAKE}", f"app.register_blueprint({SNAKE})", f"/{NAME}")),
    (
        flask_services(),
        ("handlers", f'bp = Blueprint("{NAME}", __name__)', f"from {PACKAGE}.handlers import {SNAKE}", f'app.register_blueprint({SNAKE}.bp, url_prefix="/{NAME}")', "/"),
    ),
    (
        {
            "pyproject.toml": "[project]\nname = 'x'\n",
            "blog/__init__.py": "from flask import Flask\n\n\ndef make(config=None):\n    site = Flask(__name__)\n    from . import auth\n    site.register_blueprint(auth.bp)\n    return site\n",
            "blog/auth.py": "from flask import Blueprint\n\nbp = Blueprint('auth', __name__, url_prefix='/auth')\n",
        },
        ("", f"bp = Blueprint('{NAME}', __name__, url_prefix='/{NAME}')", f"from . import {SNAKE}", f"site.register_blueprint({SNAKE}.bp)", "/"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("files, expected", BLUEPRINTS)
def test_how_blueprints_look(files: Mapping[str, str], expected: tuple[object, ...]) -> None:
    (one,) = seen(files).routes
    assert one.framework == "flask"
    assert (one.directory.value, one.definition.value, one.importing.value, one.inclusion.value, one.path.value) == expected
    assert all(origin.line for origin in (*one.definition.origins, *one.importing.origins, *one.inclusion.origins))


NO_BLUEPRINTS = [
    {**FACTORY, INIT: FACTORY[INIT].replace("app.register_blueprint(orders)\n    app.register_blueprint(users)", "start(app)")},
    {**FACTORY, INIT: FACTORY[INIT].replace("import orders", "import orders as shop_a").replace("import users", "import users as shop_b").replace("(orders)", "(shop_a)").replace("(users)", "(shop_b)")},
    {**FACTORY, INIT: FACTORY[INIT].replace("(orders)", "(orders())").replace("(users)", "(users())")},
]  # fmt: skip


@pytest.mark.parametrize("files", NO_BLUEPRINTS)
def test_what_is_no_example_of_a_blueprint(files: Mapping[str, str]) -> None:
    found = seen(files)
    assert found.routes == ()
    assert found.service.framework == "flask"
    assert "no module with routes under that module's name" in absent(files)["api-route"]


def test_a_service_of_flask() -> None:
    alone, like = seen(FACTORY).service, seen(flask_services()).service
    assert (alone.main, alone.application, alone.factory, alone.package.value, alone.made.statements) == (
        "__init__.py",
        "app",
        "create_app",
        SNAKE,
        (),
    )
    assert (like.main, like.factory, like.health.value, like.ending) == ("main.py", "", "/healthz", "-service")
    assert [one.value for one in like.made.statements][:2] == ["app = Flask(__name__)", "app.wsgi_app = ProxyFix(app.wsgi_app)"]
    assert [one.value for one in like.requirements] == ["Flask==3.1.3", "gunicorn==23.0.0"]


def test_what_is_made_of_flask() -> None:
    alone, like = made(FACTORY), made(flask_services())
    init = alone["service/template/services/{{ name }}/{{ snake }}/__init__.py.jinja"]
    assert "from flask import Flask\n\n\ndef create_app() -> Flask:\n    app = Flask(__name__)\n" in init
    assert 'CMD ["gunicorn", "{{ snake }}:create_app()", "--bind", "0.0.0.0:5000"]' in alone["service/template/services/{{ name }}/Dockerfile.jinja"]
    assert '"flask>=3"' in alone["service/template/services/{{ name }}/pyproject.toml.jinja"]
    assert "from {{ snake }} import create_app" in alone["service/template/services/{{ name }}/tests/test_{{ snake }}_health.py.jinja"]
    main = like["service/template/services/{{ name }}/src/{{ snake }}/main.py.jinja"]
    assert "app.wsgi_app = ProxyFix(app.wsgi_app)" in main
    assert "register_blueprint" not in main
    assert "fastapi" not in "".join([*alone.values(), *like.values()]).lower()


BESIDE = [
    ({}, {"pytest.ini": ["[pytest]", "pythonpath = src"]}),
    ({"services/mail-service/pytest.ini": "[pytest]\n"}, {}),
    ({f"services/{one}-service/gunicorn.conf.py": f"proc_name = '{one}-service'\n" for one in ("mail", "price")}, {"gunicorn.conf.py": [f"proc_name = '{NAME}'"], "pytest.ini": ["[pytest]", "pythonpath = src"]}),
    ({f"services/{one}-service/.env": "A=b\n" for one in ("mail", "price")}, {"pytest.ini": ["[pytest]", "pythonpath = src"]}),
]  # fmt: skip


@pytest.mark.parametrize("more, expected", BESIDE)
def test_small_files_that_most_services_have_alike(more: Mapping[str, str], expected: Mapping[str, list[str]]) -> None:
    found = seen({**flask_services(), **more}).service.beside
    assert {title: [one.value for one in said] for title, said in found.items()} == expected
    assert seen(FACTORY).service.beside == {}


@pytest.mark.parametrize(
    "dockerfile, port",
    [
        ("USER 1001:1001\nEXPOSE 5000\n", 5000),
        ("RUN chown 1001:1001 /srv\n", None),
        ("CMD gunicorn --bind=:5001 shop\n", 5001),
        ("CMD x --port 5002\n", 5002),
    ],
)
def test_the_port_of_an_image(dockerfile: str, port: int | None) -> None:
    found = seen({**FACTORY, "apps/shop/Dockerfile": f"FROM python:3.12\n{dockerfile}"}).service.port
    assert (found and found.value) == port


def test_what_is_needed_is_named_once_however_it_is_written() -> None:
    files = {**FACTORY, "apps/shop/pyproject.toml": FACTORY["apps/shop/pyproject.toml"].replace("flask>=3", "Flask>=3")}
    said = made(files)["service/template/services/{{ name }}/pyproject.toml.jinja"]
    assert (said.lower().count('"flask'), '"gunicorn"' in said) == (1, True)


NO_APPLICATION = [
    {"requirements.txt": "flask\n", "app.py": "from flask import request\n"},
    {"requirements.txt": "flask\n", "tests/conftest.py": "from flask import Flask\napp = Flask(__name__)\n"},
]


@pytest.mark.parametrize("files", NO_APPLICATION)
def test_what_is_no_application_of_flask(files: Mapping[str, str]) -> None:
    assert seen(files).service is None


# Django ----------------------------------------------------------------------------------------------------------------

SITE = "apps/site/shop"
INCLUDED = f'path("{NAME}/", include("shop.{SNAKE}.urls")),'


def _said(old: str, new: str, *files: str) -> Mapping[str, str]:
    """The project with something else in some of its files."""
    return {**DJANGO, **{f"{SITE}/{file}": DJANGO[f"{SITE}/{file}"].replace(old, new) for file in files}}


APPS = [
    (DJANGO, {"package": "shop.", "named": True, "relative": True, "namespaced": False, "future": False, "config": True, "tests": "tests", "packaged": True}),
    (_said("from . import", "from shop.orders import", "orders/urls.py", "users/urls.py"), {"relative": False}),
    (_said("urlpatterns", 'app_name = "x"\n\nurlpatterns', "orders/urls.py", "users/urls.py"), {"namespaced": True}),
    ({path: text for path, text in DJANGO.items() if not path.endswith(("apps.py", "tests/__init__.py"))}, {"config": False, "packaged": False, "tests": "tests"}),
    ({path.replace("/tests/test_index.py", "/tests.py"): text for path, text in DJANGO.items() if not path.endswith("tests/__init__.py")}, {"tests": "tests.py", "packaged": False}),
    ({path: text for path, text in DJANGO.items() if "/tests/" not in path}, {"tests": ""}),
    (_said('path("users/", include("shop.users.urls")),', "", "urls.py"), {"siblings": (f"{SITE}/orders",)}),
]  # fmt: skip


@pytest.mark.parametrize("files, expected", APPS)
def test_how_apps_look(files: Mapping[str, str], expected: Mapping[str, object]) -> None:
    found = seen(files).apps
    told = {key: getattr(getattr(found, key), "value", getattr(found, key)) for key in expected}
    assert told == expected
    assert (found.directory.value, found.included.file, found.included.line.value) == (SITE, f"{SITE}/urls.py", INCLUDED)
    assert (found.installed.file, found.installed.line.value) == (f"{SITE}/settings.py", f'    "shop.{SNAKE}",')


LINES = [
    ('path("orders/", include("shop.orders.urls")),', 'path(prefix, include("shop.orders.urls")),', f'path(prefix, include("shop.{SNAKE}.urls")),'),
    ('path("orders/", include("shop.orders.urls")),', "url(r'^orders/', include('shop.orders.urls')),", f"url(r'^{NAME}/', include('shop.{SNAKE}.urls')),"),
    ('path("orders/", include("shop.orders.urls")),', 'path("buy/", include("shop.orders.urls")),', f'path("buy/", include("shop.{SNAKE}.urls")),'),
]  # fmt: skip


@pytest.mark.parametrize("old, new, holed", LINES)
def test_how_an_app_is_included(old: str, new: str, holed: str) -> None:
    files = {path: text for path, text in _said(old, new, "urls.py").items() if "/users/" not in path}
    assert seen(files).apps.included.line.value == holed


@pytest.mark.parametrize(
    "old, new, file, holed",
    [
        ('"shop.orders",\n    "shop.users"', '"shop.orders.apps.OrdersConfig",\n    "shop.users.apps.UsersConfig"', "settings.py", f'    "shop.{SNAKE}.apps.{PASCAL}Config",'),
        ('"shop.orders",\n    "shop.users",\n', "*OURS,\n", "settings.py", None),
        ('"shop.orders",\n    "shop.users"', '"shop.orders", "shop.users"', "settings.py", None),
    ],
)  # fmt: skip
def test_how_an_app_is_installed(old: str, new: str, file: str, holed: str | None) -> None:
    found = seen(_said(old, new, file)).apps.installed
    assert (found and found.line.value) == holed


NO_APPS = [
    (_said('include("shop.', 'include("gone.', "urls.py"), "no module of URLs"),
    (_said("include(", "include(\n        ", "urls.py"), "no module of URLs"),
    ({path: text for path, text in DJANGO.items() if not path.endswith("views.py")}, "no module of URLs"),
]


@pytest.mark.parametrize("files, why", NO_APPS)
def test_what_is_no_example_of_an_app(files: Mapping[str, str], why: str) -> None:
    web = {"apps/web/package.json": REACT, "apps/web/components/Card.tsx": CARD}
    assert seen(files).apps is None
    assert why in absent({**files, **web})["api-route"]
    assert "what is made anew there is an app" in absent({**DJANGO, **web})["service"]


def test_what_is_made_of_an_app() -> None:
    found = made(DJANGO)
    said = json.loads(found["api-route/generator.json"])
    assert said["edits"] == [
        {"list": f"{SITE}/urls.py", "line": 'path("{{ name }}/", include("shop.{{ snake }}.urls")),', "among": SITE, "once": "first"},
        {"list": f"{SITE}/settings.py", "line": '    "shop.{{ snake }}",', "among": SITE, "once": "last"},
    ]
    assert {"money", "auth", "sessions"} <= set(said["reserved"])
    assert not {"orders", "users"} & set(said["reserved"])
    home = f"api-route/template/{SITE}/{{{{ snake }}}}"
    assert {path.removeprefix(home) for path in found if path.startswith(home)} == {
        "/__init__.py.jinja", "/apps.py.jinja", "/urls.py.jinja", "/views.py.jinja", "/tests/__init__.py.jinja", "/tests/test_{{ snake }}.py.jinja",
    }  # fmt: skip
    assert 'path("", views.index, name="{{ snake }}_index")' in found[f"{home}/urls.py.jinja"]


# Vue and Svelte --------------------------------------------------------------------------------------------------------

VUE = '{"dependencies": {"vue": "^3.5.0"}, "devDependencies": {"vitest": "^3.0.0", "@vue/test-utils": "^2.4.0"}}'
SVELTE = '{"devDependencies": {"svelte": "^5.0.0", "vitest": "^3.0.0", "@testing-library/svelte": "^5.0.0"}}'
SETUP = '<script setup lang="ts">\nimport a from \'a\';\ndefineProps<{ a: string }>();\n</script>\n\n<template>\n  <b>{{ a }}</b>\n</template>\n\n<style scoped lang="scss">\nb { top: 0; }\n</style>\n'
OPTIONS = '<template>\n  <b>{{ a }}</b>\n</template>\n\n<script>\nexport default { name: "x" };\n</script>\n'
RUNES = "<script lang='ts'>\n  let { a } = $props();\n</script>\n\n<b>{a}</b>\n"
LET = "<b>{a}</b>\n\n<script>\n  export let a;\n</script>\n\n<style>\n  b { top: 0; }\n</style>\n"
SINGLES = [
    (VUE, {"components/PriceTag.vue": SETUP}, {"framework": "vue", "naming": PASCAL, "folder": False, "script": "setup", "typed": True, "markup_first": False, "style": '<style scoped lang="scss">', "test": ""}),
    (VUE, {"components/price-tag.vue": OPTIONS}, {"naming": NAME, "script": "options", "typed": False, "markup_first": True, "style": ""}),
    (VUE, {"components/Card/Card.vue": OPTIONS.replace("\n", "\r\n")}, {"folder": True, "markup_first": True, "script": "options"}),
    (VUE, {"components/Card.vue": SETUP, "components/__tests__/Card.spec.ts": ""}, {"test": f"__tests__/{PASCAL}.spec.ts", "runner": "vitest", "testing": "@vue/test-utils"}),
    (VUE.replace("@vue/test-utils", "x"), {"components/Card.vue": SETUP, "components/Card.spec.ts": ""}, {"test": "", "testing": ""}),
    (SVELTE, {"components/Card.svelte": RUNES, "components/Card.test.ts": ""}, {"framework": "svelte", "script": "runes", "typed": True, "markup_first": False, "style": "", "test": f"{PASCAL}.test.ts"}),
    (SVELTE, {"components/Card.svelte": LET}, {"script": "let", "typed": False, "markup_first": True, "style": "<style>"}),
]  # fmt: skip


@pytest.mark.parametrize("manifest, files, expected", SINGLES)
def test_how_components_of_one_file_look(manifest: str, files: Mapping[str, str], expected: Mapping[str, object]) -> None:
    found = seen({"apps/web/package.json": manifest, **{f"apps/web/src/{path}": text for path, text in files.items()}}).single
    assert {key: getattr(found, key) for key in expected} == expected
    assert (found.directory.value, found.project) == ("apps/web/src/components", "apps/web")


NO_SINGLES = [
    {"package.json": VUE, "src/views/Card.vue": SETUP},
    {"package.json": '{"dependencies": {"react": "19"}}', "src/components/Card.vue": SETUP},
    {"package.json": SVELTE, "src/components/+page.svelte": RUNES},
]


@pytest.mark.parametrize("files", NO_SINGLES)
def test_what_is_no_component_of_one_file(files: Mapping[str, str]) -> None:
    assert seen(files).single is None


MADE = [
    (
        {"package.json": VUE, "src/components/PriceTag.vue": SETUP, "src/components/PriceTag.spec.ts": ""},
        "component/template/src/components/{{ pascal }}.vue.hbs",
        '<script setup lang="ts">\ndefineProps<{ title?: string }>();\n</script>\n\n<template>\n  <div>\n    <slot>{{open}}{ title }}</slot>\n  </div>\n</template>\n\n<style scoped lang="scss"></style>\n',
    ),
    (
        {"package.json": VUE, "src/components/Card.vue": OPTIONS},
        "component/template/src/components/{{ pascal }}.vue.hbs",
        "<template>\n  <div>\n    <slot>{{open}}{ title }}</slot>\n  </div>\n</template>\n\n<script>\nexport default {\n  name: '{{pascal}}',\n  props: { title: { type: String, default: '' } },\n};\n</script>\n",
    ),
    (
        {"package.json": SVELTE, "src/components/Card.svelte": RUNES},
        "component/template/src/components/{{ pascal }}.svelte.hbs",
        "<script lang=\"ts\">\n  let { title = '' }: { title?: string } = $props();\n</script>\n\n<div>{title}</div>\n",
    ),
    (
        {"package.json": SVELTE, "src/components/Card.svelte": LET},
        "component/template/src/components/{{ pascal }}.svelte.hbs",
        "<div>{title}</div>\n\n<script>\n  export let title = '';\n</script>\n\n<style></style>\n",
    ),
]


@pytest.mark.parametrize("files, path, text", MADE)
def test_what_is_made_of_components_of_one_file(files: Mapping[str, str], path: str, text: str) -> None:
    found = made(files)
    assert found[path] == text
    tests = [one for one in found if ".spec.ts" in one]
    assert len(tests) == sum(one.endswith(".spec.ts") for one in files)
    assert all("from './{{pascal}}.vue'" in found[one] for one in tests)


def test_both_kinds_of_components_have_a_template() -> None:
    files = {
        "apps/web/package.json": REACT,
        "apps/web/components/Card.tsx": CARD,
        "apps/old/package.json": VUE,
        "apps/old/components/Card.vue": SETUP,
    }
    assert {"component", "vue-component"} <= {path.partition("/")[0] for path in made(files)}


# Express ---------------------------------------------------------------------------------------------------------------


def served(old: str, new: str, *more: tuple[str, str]) -> Mapping[str, str]:
    """The application with other lines."""
    text = EXPRESS["src/server.ts"]
    for one, other in ((old, new), *more):
        text = text.replace(one, other)
    return {**EXPRESS, "src/server.ts": text}


IMPORTED, USED = f"import {CAMEL}Router from './routes/{NAME}';", f"app.use('/{NAME}', {CAMEL}Router);"
ROUTERS = [
    (EXPRESS, ("src/routes", f"{NAME}.ts", IMPORTED, USED, "router", "default", False, True, "/", f"{NAME}.test.ts")),
    (
        PLAIN_EXPRESS,
        ("api", f"{NAME}.router.js", f"const {{ {CAMEL}Router }} = require('./api/{NAME}.router.js');", f"app.use('/api/{NAME}', {CAMEL}Router);", f"{CAMEL}Router", "object", True, False, "/", ""),
    ),
    (served("'/orders', ordersRouter", "ordersRouter", ("'/users', usersRouter", "usersRouter")), ("src/routes", f"{NAME}.ts", IMPORTED, f"app.use({CAMEL}Router);", "router", "default", False, True, f"/{NAME}", f"{NAME}.test.ts")),
    (
        {**EXPRESS, "tests/orders.test.ts": "", "src/routes/orders.test.ts": "import x\n", "package.json": EXPRESS["package.json"].replace("supertest", "x")},
        ("src/routes", f"{NAME}.ts", IMPORTED, USED, "router", "default", False, True, "/", ""),
    ),
]  # fmt: skip


@pytest.mark.parametrize("files, expected", ROUTERS)
def test_how_routers_look(files: Mapping[str, str], expected: tuple[object, ...]) -> None:
    one = seen(files).routers
    told = (
        one.directory.value,
        one.file,
        one.imported.line.value,
        one.used.line.value,
        one.variable,
        one.exporting,
        one.commonjs,
        one.named,
        one.path,
        one.test,
    )
    assert told == expected


NO_ROUTERS = [
    served("ordersRouter", "sales", ("usersRouter", "people")),
    served("app.use('/orders', ordersRouter);\napp.use('/users', usersRouter);", "start(app, ordersRouter, usersRouter);"),
    served("'/orders', ordersRouter", "'/orders', guard, ordersRouter", ("'/users', usersRouter", "'/users', guard, usersRouter")),
    {**EXPRESS, **{f"src/routes/{one}.ts": "export default {};\n" for one in ("orders", "users")}},
]


@pytest.mark.parametrize("files", NO_ROUTERS)
def test_what_is_no_example_of_a_router(files: Mapping[str, str]) -> None:
    assert seen(files).routers is None
    web = {**files, "web/package.json": REACT, "web/components/Card.tsx": CARD}
    assert "no application of Express uses a router" in absent(web)["api-route"]


def test_what_is_made_of_a_router() -> None:
    found = made(EXPRESS)
    assert found["api-route/template/src/routes/{{ name }}.ts.hbs"] == (
        "import { Router } from 'express';\n\nconst router = Router();\n\nrouter.get('/', (_request, response) => {\n  response.json({ {{camel}}: 'ready' });\n});\n\nexport default router;\n"
    )
    assert found["api-route/template/src/routes/{{ name }}.test.ts.hbs"].startswith(
        "import express from 'express';\nimport request from 'supertest';\nimport { expect, it } from 'vitest';\nimport router from './{{name}}';\n\nit("
    )
    plain = made(PLAIN_EXPRESS)["api-route/template/api/{{ name }}.router.js.hbs"]
    assert plain.startswith("const express = require('express');\n\nconst {{camel}}Router = express.Router();\n")
    assert plain.endswith("module.exports = { {{camel}}Router };\n")


# generated files like all others ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [FACTORY, flask_services(), DJANGO, EXPRESS, PLAIN_EXPRESS])
def test_a_finished_tree_has_no_step(files: Mapping[str, str]) -> None:
    """L6: a template that says what its example says, and in one case does so by the byte, makes that no file of ours."""
    plan = planned({path: text.encode() for path, text in files.items()}, (tooling.phase,))
    assert (plan.aside, plan.problems, plan.questions) == ((), (), ())
    assert "generators" in {one.step.slug for one in plan.steps}
    assert planned(contents(plan), (tooling.phase,)).steps == ()
