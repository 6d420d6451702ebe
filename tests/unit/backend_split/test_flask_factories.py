"""Factories of Flask that leave it to other modules to register blueprints, and blueprints over several modules: what is read in, and what goes with whom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.paths import RepoPath
from migrator.plan import Plan
from tests.unit.backend_split.flask_shop import FACTORY, PLAN, SHOP
from tests.unit.backend_split.planning import planned

INIT = "apps/backend/shop/__init__.py"
ROUTES = "apps/backend/shop/routes.py"
MARKET = RepoPath("services/market-data-service/src/market_data_service/main.py")
HEAD, _, REGISTERING = FACTORY.partition("\n\ndef register(app):\n")


def registering(inside: str, top: str = "", call: str = "") -> dict[str, str]:
    """The shop whose blueprints another module registers, by what its factory says."""
    head = HEAD.replace("    register(app)\n", inside + call).replace("from shop.storage", f"{top}from shop.storage")
    return {**SHOP, INIT: f"{head.rstrip()}\n", ROUTES: f"def init_app(app):\n{REGISTERING}"}


ELSEWHERE = [
    pytest.param(registering("    from shop import routes\n\n", call="    routes.init_app(app)\n"), "def init_app(app)", id="a module, imported in the factory"),
    pytest.param(registering("    from shop.routes import init_app as wire\n\n", call="    wire(app)\n"), "def wire(app)", id="a function, imported in the factory"),
    pytest.param(registering("", "from shop import routes\n", "    routes.init_app(app)\n"), "def init_app(app)", id="a module, imported at the top"),
    pytest.param(registering("", "from shop.routes import init_app\n", "    init_app(app)\n"), "def init_app(app)", id="a function, imported at the top"),
    pytest.param(registering("    from shop import routes, status\n\n", call="    routes.init_app(app)\n    app.extensions['status'] = status\n"), "def init_app(app)",
                 id="beside others, in one statement"),
    pytest.param({**registering("    from shop import wiring\n\n", call="    wiring.wire(app)\n"),
                  "apps/backend/shop/wiring.py": "def wire(app):\n    from shop import routes\n\n    routes.init_app(app)\n"}, "def init_app(app)", id="by way of a third"),
    pytest.param(dict(SHOP), "def register(app)", id="in the factory's own module"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "kept"), ELSEWHERE)
def test_what_registers_blueprints_elsewhere_is_part_of_the_factory(files: dict[str, str], kept: str):
    plan = planned(files, PLAN)
    assert plan.aside == ()
    assert {"auth-service", "market-data-service"} <= {step.step.slug for step in plan.steps}
    text = plan.end.read(MARKET).decode()
    assert kept in text
    assert "from market_data_service.handlers.views import market" in text
    assert "shop" not in text.replace('"shop"', "")
    assert "pass" not in text


def test_a_factory_that_asks_another_module_makes_what_it_made(tmp_path: Path):
    files = registering("    from shop import routes\n\n", call="    routes.init_app(app)\n")
    end = planned(files, PLAN).end
    for path in end.tree:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(end.read(path))
    places = ["packages/backend-core/src", "services/auth-service/src", "services/market-data-service/src"]
    alone = _rules(tmp_path, "market_data_service.wsgi", places[::2])
    assert alone == ["/health", "/market/prices", "/market/prices/<path:what>", "/static/<path:filename>"]
    together = _rules(tmp_path, "wsgi", ["services/api-gateway", *places])
    assert together == ["/auth/login", "/auth/me", *alone[1:], "/status"]


def _rules(root: Path, module: str, places: list[str]) -> list[str]:
    code = f"import json\nfrom {module} import app\nprint(json.dumps(sorted(one.rule for one in app.url_map.iter_rules())))"
    seen = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(str(root / one) for one in places)}
    found: list[str] = json.loads(subprocess.run([sys.executable, "-c", code], env=seen, check=True, capture_output=True, text=True).stdout)
    return found


# a factory that is given the application ------------------------------------------------------------------------------

GIVEN = FACTORY.replace("def create_app(config=None):\n    app = Flask(__name__)\n", "def create_app(app: Flask, config=None):\n").replace(
    "    return app\n\n\ndef register", "\n\ndef register"
)
APPLICATION = "from flask import Flask\n\nfrom shop import create_app\n\napp = Flask('shop')\ncreate_app(app)\n"


def test_what_lies_beside_a_factory_that_is_given_the_application_leaves_it_too():
    plan = planned({**SHOP, INIT: GIVEN, "apps/backend/wsgi.py": APPLICATION}, PLAN.replace("['/", "['/shop/"))
    assert plan.aside == ()
    assert next(step.step.slug for step in plan.steps) == "extensions"
    assert {"auth-service", "market-data-service"} <= {step.step.slug for step in plan.steps}
    text = plan.end.read(MARKET).decode()
    assert "from backend_core.shop.extensions import store" in text
    assert text.count("import create_app") == 0
    assert "def create_app(app: Flask, config=None):" in text
    assert 'store.name = "shop"' in text


def test_a_module_that_registers_and_shares_nothing_has_nothing_taken_out_of_it():
    step = planned(registering("    from shop import routes\n\n", call="    routes.init_app(app)\n"), PLAN).steps[0].step
    assert step.title == "Move 1 definition that all modules share to apps/backend/shop/extensions.py"


# one blueprint, several modules ----------------------------------------------------------------------------------------

API = {
    "apps/backend/shop/api/__init__.py": "from flask import Blueprint\n\nbp = Blueprint('api', __name__)\n\nfrom shop.api import authority, comments, errors, orders  # noqa: E402, F401\n",
    "apps/backend/shop/api/authority.py": "from shop.api import bp\n\n\n@bp.get('/tokens')\ndef tokens():\n    return {}\n",
    "apps/backend/shop/api/comments.py": "from shop.api import bp\n\n\n@bp.get('/comments')\ndef every():\n    return []\n\n\n@bp.get('/comments/<int:one>')\ndef one(one):\n    return {}\n",
    "apps/backend/shop/api/orders.py": "from shop.api import bp\nfrom shop.api.errors import refused\n\n\n@bp.get('/orders')\ndef orders():\n    return refused()\n\n\n"
                                       "@bp.post('/orders')\ndef order():\n    return {}\n\n\n@bp.get('/orders/<int:one>')\ndef of(one):\n    return {}\n",
    "apps/backend/shop/api/errors.py": "from shop.api import bp\n\n\ndef refused():\n    return {'why': 'no'}, 403\n\n\n@bp.errorhandler(ValueError)\ndef wrong(error):\n    return refused()\n",
    "apps/backend/shop/pages.py": "from flask import Blueprint\n\npages = Blueprint('pages', __name__)\n\n\n@pages.app_errorhandler(403)\ndef no(error):\n"
                                  "    from shop.api.errors import refused\n\n    return refused()\n",
    INIT: FACTORY.replace("    register(app)\n\n", "    register(app)\n    from shop.api import bp as api_bp\n    from shop.pages import pages\n\n"
                          "    app.register_blueprint(api_bp, url_prefix='/api')\n    app.register_blueprint(pages)\n\n"),
}  # fmt: skip
WHOLE = (
    "[phases.backend_split.services.auth]\nrouters = ['/auth/'{auth}]\n[phases.backend_split.services.market-data]\nrouters = ['/market/'{market}]\n"
)


def _homes(plan: Plan, options: str = "") -> dict[str, str]:
    """By module of the API: the directory of the part that has it."""
    assert plan.aside == (), options
    names = ("authority", "comments", "errors", "orders")
    return {name: next(path.split("/")[1] for path in plan.end.tree if path.endswith(f"/api/{name}.py")) for name in names}


WHOSE = [
    pytest.param("", "", "api-gateway", id="nobody asks for one"),
    pytest.param(", 'authority.py'", "", "api-gateway", id="a word that fits the smaller part"),
    pytest.param("", ", 'comments.py', 'orders.py'", "market-data-service", id="words that fit the larger part"),
    pytest.param(", 'authority.py'", ", 'orders.py', 'comments.py'", "market-data-service", id="the larger part, though another comes first"),
    pytest.param(", '/api/authority.py'", "", "auth-service", id="the path of one is decided"),
]


@pytest.mark.parametrize(("auth", "market", "home"), WHOSE)
def test_what_gives_routes_to_one_blueprint_goes_together(auth: str, market: str, home: str):
    options = WHOLE.format(auth=auth, market=market)
    assert set(_homes(planned({**SHOP, **API}, options), options).values()) == {home}


def test_what_the_gateway_needs_of_a_package_that_loads_views_it_imports_from_their_service():
    end = planned({**SHOP, **API}, WHOLE.format(auth="", market=", '/api/orders.py'")).end
    text = end.read(RepoPath("services/api-gateway/shop/pages.py")).decode()
    assert "from market_data_service.handlers.api.errors import refused" in text


def test_a_gateway_that_forwards_goes_on_holding_the_service_that_it_takes_more_of():
    plan = planned({**SHOP, **API}, "[phases.backend_split]\ngateway = 'proxy'\n" + WHOLE.format(auth="", market=", '/api/orders.py'"))
    assert (plan.aside, plan.steps[-1].step.slug) == ((), "gateway-proxy")
    pages = RepoPath("services/api-gateway/shop/pages.py")
    assert "from market_data_service.handlers.api.errors import refused" in plan.end.read(pages).decode()
    held = [(finding.path, finding.message.partition(":")[0]) for finding in plan.steps[-1].step.findings if finding.kind == "imports"]
    assert held == [(pages, "goes on importing market-data-service, so the gateway has to hold it")]
    project = tomllib.loads(plan.end.read(RepoPath("services/api-gateway/pyproject.toml")).decode())["project"]
    assert {"market-data-service"} == {one for one in project["dependencies"] if one.endswith("-service")}


# images ----------------------------------------------------------------------------------------------------------------

INSTALL = "FROM python:3.12\nWORKDIR /srv\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
COPIED = [
    pytest.param("COPY settings.py wsgi.py ./\n", "COPY wsgi.py ./\n", id="one of two"),
    pytest.param("COPY wsgi.py settings.py ./\n", "COPY wsgi.py ./\n", id="the last of two"),
    pytest.param("COPY settings.py ./\nCOPY wsgi.py ./\n", "COPY wsgi.py ./\n", id="it alone"),
    pytest.param("COPY --chown=1 settings.py wsgi.py ./\n", "COPY --chown=1 wsgi.py ./\n", id="behind an option"),
    pytest.param("COPY wsgi.py ./\n", "COPY wsgi.py ./\n", id="another one"),
    pytest.param("COPY . .\n", "COPY . .\n", id="everything"),
]


@pytest.mark.parametrize(("copies", "after"), COPIED)
def test_an_image_does_not_copy_what_it_gets_with_a_package(copies: str, after: str):
    files: Mapping[str, str] = {
        **{path: text for path, text in SHOP.items() if not path.endswith("pyproject.toml")},
        "apps/backend/requirements.txt": "flask\ngunicorn\n",
        "apps/backend/settings.py": "KEY = 'x'\n",
        INIT: FACTORY.replace("from shop.storage", "from settings import KEY\nfrom shop.storage").replace('"for tests alone"', "KEY"),
        "apps/backend/Dockerfile": f"{INSTALL}COPY shop shop\n{copies}",
        "compose.yaml": "services:\n  shop:\n    build: apps/backend\n",
    }
    plan = planned(files, PLAN)
    assert plan.aside == ()
    text = plan.end.read(RepoPath("services/api-gateway/Dockerfile")).decode()
    assert text.endswith(f"COPY shop shop\n{after}"), text
