"""A monolith of Flask becomes services: what is written, in tables of before and after, and what it answers when it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from migrator.paths import RepoPath
from migrator.plan import Plan
from phases.backend_split import phase
from phases.backend_split.frameworks import FRAMEWORKS
from tests.unit.backend_split.flask_shop import FACTORY, PLAN, PROXY, SHOP
from tests.unit.backend_split.planning import planned

INIT = "apps/backend/shop/__init__.py"
AUTH = "services/auth-service/src/auth_service"
MARKET = "services/market-data-service/src/market_data_service"


def slugs(plan: Plan) -> list[str]:
    return [step.step.slug for step in plan.steps]


def said(plan: Plan, path: str) -> str:
    return plan.end.read(RepoPath(path)).decode()


def findings(plan: Plan) -> list[str]:
    steps = [finding for step in plan.steps for finding in step.step.findings]
    return [f"{one.kind}: {one.path}: {one.message}" for one in (*plan.notes[phase.name].findings, *steps)]


def test_each_service_has_a_factory_with_its_blueprints():
    plan = planned(SHOP, PLAN)
    assert plan.aside == ()
    assert slugs(plan) == ["extensions", "rename-backend", "kernel", "templates", "auth-service", "market-data-service"]
    assert said(plan, f"{AUTH}/main.py") == (
        '"""The auth-service of this repository: its own routes, served as the whole application serves them."""\n\n'
        "from flask import Flask\n\n"
        "from backend_core.extensions import store\n"
        "from backend_core.templates import FOLDER as TEMPLATES\n"
        "from auth_service.elsewhere import elsewhere\n\n"
        'store.name = "shop"\n\n\n'
        "def create_app(config=None):\n"
        "    app = Flask(__name__, template_folder=TEMPLATES)\n"
        '    app.config["SECRET_KEY"] = "for tests alone"\n'
        "    app.config.update(config or {})\n"
        "    store.init_app(app)\n"
        "    from auth_service.handlers.auth import bp as auth_bp\n\n"
        '    app.register_blueprint(auth_bp, url_prefix="/auth")\n\n'
        "    @app.errorhandler(KeyError)\n"
        "    def lost(error):\n"
        '        return {"lost": str(error)}, 404\n\n'
        "    app.url_build_error_handlers.append(elsewhere)\n"
        '    app.add_url_rule("/health", "service_health", lambda: app.response_class(\'{"status": "ok", "service": "auth-service"}\', mimetype="application/json"))\n'
        "    return app\n"
    )
    assert '("/market/prices", "market.prices"),' in said(plan, f"{AUTH}/elsewhere.py")
    assert "app = create_app({'LEVEL': LEVEL})" in said(plan, f"{AUTH}/wsgi.py")
    assert "LEVEL = os.environ.get('LEVEL', 'low')" in said(plan, f"{AUTH}/wsgi.py")
    assert '"gunicorn", "--bind", "0.0.0.0:8000", "auth_service.wsgi:app"' in said(plan, "services/auth-service/Dockerfile")
    assert "flask --app auth_service.wsgi:app run --port 8001" in said(plan, "services/auth-service/README.md")


SERVED = [
    pytest.param("flask==0.12.2", True, id="before there was an option"),
    pytest.param("flask==2.1.3", True, id="just before"),
    pytest.param("flask<2.2", True, id="anything before"),
    pytest.param("flask~=1.1", True, id="a series before"),
    pytest.param("flask==2.2.0", False, id="since then"),
    pytest.param("flask<3", False, id="a bound above"),
    pytest.param("flask>=1.0", False, id="no bound above"),
    pytest.param("flask", False, id="any"),
]


@pytest.mark.parametrize(("line", "old"), SERVED)
def test_the_application_is_said_as_that_flask_knows(line: str, old: bool):
    flask, target = FRAMEWORKS["flask"], "auth_service.wsgi:app"
    said = "env FLASK_APP=auth_service.wsgi:app flask run" if old else "flask --app auth_service.wsgi:app run"
    assert flask.locally({"flask": line}, target) == f"{said} --port 8001"
    assert flask.command({"flask": line}, target, 8000)[: len(said.split())] == said.split()
    assert flask.command({"flask": line, "gunicorn": "gunicorn"}, target, 8000)[0] == "gunicorn"


CHANGED = [
    pytest.param({INIT: FACTORY.replace('store = Store()\nstore.name = "shop"\n', "from shop.store import store  # noqa: E402\n"),
                  "apps/backend/shop/store.py": "from shop.storage import Store\n\nstore = Store()\n",
                  "apps/backend/shop/auth/views.py": SHOP["apps/backend/shop/auth/views.py"].replace("from shop import store", "from shop.store import store"),
                  "apps/backend/shop/market/views.py": SHOP["apps/backend/shop/market/views.py"].replace("from shop import store", "from shop.store import store")},
                 "extensions", id="nothing to take out of the application's module"),
    pytest.param({"apps/backend/shop/auth/views.py": SHOP["apps/backend/shop/auth/views.py"].replace("render_template('login.html', store=store.name)", "store.name").replace(" render_template,", "")},
                 "templates", id="nobody who leaves shows a template"),
    pytest.param({INIT: FACTORY.replace("Flask(__name__)", "Flask(__name__, template_folder='templates')")}, "templates", id="templates that are said"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "absent"), CHANGED)
def test_a_step_is_made_where_there_is_something_to_do(change: Mapping[str, str], absent: str):
    plan = planned({**SHOP, **change}, PLAN)
    assert absent not in slugs(plan)
    assert {"auth-service", "market-data-service"} <= {*slugs(plan)}


TOLD = [
    pytest.param({}, "hook:", False, id="nothing is done for others"),
    pytest.param({}, "wsgi:", False, id="a module that calls the factory"),
    pytest.param({"apps/backend/wsgi.py": "import os\n"}, "its server is given `create_app()`, without config", True, id="none that does"),
    pytest.param(
        {"apps/backend/shop/market/views.py": SHOP["apps/backend/shop/market/views.py"] + "\n\n@market.before_app_request\ndef check():\n    return help_here()\n\n\ndef help_here(): ...\n"},
        "`check` (before_app_request, line 18) of a blueprint of others: auth-service does without", True, id="a hook for all"),
    pytest.param(
        {"apps/backend/shop/auth/views.py": SHOP["apps/backend/shop/auth/views.py"] + "\n\n@store.user_loader\ndef load(number):\n    return number\n",
         "apps/backend/shop/market/views.py": SHOP["apps/backend/shop/market/views.py"] + "\n\nfrom flask_login import current_user  # noqa: E402, F401\n"},
        "login: apps/backend/shop/auth/views.py: tells Flask-Login who somebody is, and goes to auth-service: market-data-service would know nobody", True,
        id="a loader that only one has"),
    pytest.param({"apps/backend/shop/static/a.css": "a {}\n"}, "stays: apps/backend/shop/static: is found beside the application", True, id="what is static"),
    pytest.param({"apps/backend/shop/auth/views.py": SHOP["apps/backend/shop/auth/views.py"]}, "tells Flask-Login", False, id="no login"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message", "told"), TOLD)
def test_what_a_service_does_without_is_said(change: Mapping[str, str], message: str, told: bool):
    assert any(message in one for one in findings(planned({**SHOP, **change}, PLAN))) is told


HOOK = "\n\n@market.before_app_request\ndef check():\n    {body}\n"
DONE = [
    pytest.param("return None if request.path else store.name", True, id="what every service has"),
    pytest.param("return None", True, id="nothing"),
    pytest.param("from shop.market import other\n\n    return other", False, id="an import of its own"),
    pytest.param("return prices()", False, id="what its module makes"),
]


@pytest.mark.parametrize(("body", "done"), DONE)
def test_what_a_blueprint_does_for_all_others_do_where_they_can(body: str, done: bool):
    path = "apps/backend/shop/market/views.py"
    plan = planned({**SHOP, path: SHOP[path] + HOOK.format(body=body), "apps/backend/shop/market/other.py": ""}, PLAN)
    text = f"    # as `market` does for the whole application\n    @app.before_request\n    def check():\n        {body}\n"
    assert (text in said(plan, f"{AUTH}/main.py")) is done
    assert "check" not in said(plan, f"{MARKET}/main.py")
    assert any("`check` (before_app_request" in one and "auth-service does without" in one for one in findings(plan)) is not done


def test_without_blueprints_nothing_is_split_and_it_is_said_why():
    text = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef index():\n    return ''\n"
    plan = planned({"b/pyproject.toml": "[project]\nname = 'b'\n", "b/shop/__init__.py": "", "b/shop/main.py": text})
    assert slugs(plan) == []
    assert any("main.py: registers no blueprint, so its routes cannot leave it" in one for one in findings(plan))


# the gateway forwards --------------------------------------------------------------------------------------------------


def test_a_gateway_that_forwards_registers_what_it_forwards():
    plan = planned(SHOP, PROXY)
    assert plan.aside == ()
    assert slugs(plan)[-1] == "gateway-proxy"
    text = said(plan, "services/api-gateway/shop/__init__.py")
    assert '    forward(app, "auth")\n' in text
    assert '    forward(app, "market")\n    app.register_blueprint(status)\n' in text
    assert "auth_service" not in text
    assert '(("GET", "POST",), "/auth/login", "auth.login"),' in said(plan, "services/api-gateway/shop/remote/__init__.py")
    assert "httpx" in said(plan, "services/api-gateway/pyproject.toml")


KEPT = [
    pytest.param("    from shop.market.views import market\n", "    from shop.market.views import market\n    market.name = 'market'\n", "is used for more than its blueprint"),
    pytest.param("    app.register_blueprint(market)\n", "    for one in (market, status):\n        app.register_blueprint(one)\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), KEPT)
def test_what_cannot_be_forwarded_goes_on_being_registered(old: str, new: str, why: str):
    plan = planned({**SHOP, INIT: FACTORY.replace(old, new)}, PROXY)
    assert "gateway-proxy" not in slugs(plan)
    assert any("the gateway goes on registering the blueprints of services" in one and why in one for one in findings(plan))


SERVE = """
import importlib, sys
from werkzeug.serving import make_server
app = importlib.import_module(sys.argv[1]).app
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""
ASK = """
import json, sys
from wsgi import app
client, found = app.test_client(), []
def ask(method, path, **said):
    answer = client.open(path, method=method, **said)
    found.append([method, path, answer.status_code, answer.text, answer.headers.getlist("X-One"), answer.headers.get("Location"), answer.headers.getlist("Set-Cookie") != []])
ask("GET", "/auth/login")
ask("GET", "/auth/me")
ask("POST", "/auth/login", data={"name": "eve"})
ask("GET", "/auth/me")
ask("GET", "/market/prices?page=3&page=4")
ask("PUT", "/market/prices/a/b%20c", data=b"x" * 100000)
ask("PUT", "/market/prices")
ask("HEAD", "/market/prices")
ask("GET", "/status")
ask("GET", "/nowhere")
print(json.dumps([sorted([sorted(r.methods), r.rule, r.endpoint] for r in app.url_map.iter_rules()), found]))
"""


@contextmanager
def serving(module: str, paths: list[Path]) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, module], env=_environment(paths), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _environment(paths: list[Path], **more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(map(str, paths)), **more}


def _asked(directory: Path, paths: list[Path], **more: str) -> list[list[object]]:
    done = subprocess.run([sys.executable, "-c", ASK], cwd=directory, env=_environment(paths, **more), check=True, capture_output=True, text=True)
    found: list[list[object]] = json.loads(done.stdout)
    return found


def written(files: Mapping[str, str], root: Path) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    return root


@pytest.mark.parametrize("options", [PLAN, PROXY], ids=["import", "proxy"])
def test_gateway_and_services_answer_as_the_monolith(options: str, tmp_path: Path):
    plan = planned(SHOP, options)
    old, new = written(SHOP, tmp_path / "old"), written({path: said(plan, path) for path in plan.end.tree}, tmp_path / "new")
    core = new / "packages/backend-core/src"
    sources = [core, *sorted(new.glob("services/*/src"))] if options == PLAN else [core]
    before = _asked(old / "apps/backend", [old / "apps/backend"])
    with serving("auth_service.wsgi", [core, new / AUTH / ".."]) as auth, serving("market_data_service.wsgi", [core, new / MARKET / ".."]) as market:
        gateway = new / "services/api-gateway"
        now = _asked(gateway, [gateway, *sources], SERVICE_AUTH_URL=auth, SERVICE_MARKET_DATA_URL=market)
    assert now == before
    if options == PROXY:  # nobody is there any more, and one of them never had an address
        gone = _asked(gateway, [gateway, *sources], SERVICE_AUTH_URL=auth)
        assert {answer[2] for answer in gone[1] if str(answer[1]).startswith(("/auth", "/market/prices?"))} == {503}  # type: ignore[index, union-attr]


@pytest.mark.parametrize("options", [PLAN, PROXY], ids=["import", "proxy"])
def test_what_a_forwarded_blueprint_did_for_the_whole_application_is_said(options: str):
    views = "apps/backend/shop/auth/views.py"
    plan = planned({**SHOP, views: SHOP[views] + "\n\n@bp.after_app_request\ndef seen(answer):\n    return answer\n"}, options)
    said = [finding.message for step in plan.steps if step.step.slug == "gateway-proxy" for finding in step.step.findings if finding.kind == "hook"]
    assert any("`seen` (after_app_request, line 20) of `bp` did that for the whole application" in one for one in said) is (options == PROXY)
