"""What is learned of frameworks beside FastAPI and React, and what is made of it: each row beside one in which nothing of it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from migrator.facts.conventions import conventions, with_conventions
from migrator.facts.conventions.model import NAME, PACKAGE, PASCAL, SNAKE
from phases import tooling
from phases.tooling.generators import family
from phases.tooling.generators.options import Options
from tests.conftest import facts_of
from tests.laws.generating import contents, planned
from tests.unit.tooling.frameworks import DJANGO, FACTORY, flask_services
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


# generated files like all others ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [FACTORY, flask_services(), DJANGO])
def test_a_finished_tree_has_no_step(files: Mapping[str, str]) -> None:
    """L6: a template that says what its example says, and in one case does so by the byte, makes that no file of ours."""
    plan = planned({path: text.encode() for path, text in files.items()}, (tooling.phase,))
    assert (plan.aside, plan.problems, plan.questions) == ((), (), ())
    assert "generators" in {one.step.slug for one in plan.steps}
    assert planned(contents(plan), (tooling.phase,)).steps == ()
