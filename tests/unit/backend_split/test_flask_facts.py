"""What is read of Flask applications without running them, in tables; what Flask itself makes of the same sources is asked beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.facts.serving import Name, routes
from migrator.facts.serving.flask import applications, calls, creation, endpoints, factory, wide
from migrator.paths import RepoPath
from tests.unit.backend_split.planning import facts_of

HEAD = "from flask import Blueprint, Flask\n"
BASE = {"b/pyproject.toml": "[project]\nname = 'b'\n", "b/app/__init__.py": ""}
MAIN = RepoPath("b/app/main.py")
VIEW = "@bp.route('/a')\ndef f(): return ''\n"
BP = f"{HEAD}bp = Blueprint('x', __name__, url_prefix='/own')\n{VIEW}"

ROUTES = [
    pytest.param({}, f"{HEAD}app = Flask(__name__)\n@app.route('/a')\ndef f(): return ''\n", {("GET", "/a", "f")}, id="a route at the top"),
    pytest.param(
        {}, f"{HEAD}app = Flask(__name__)\n@app.route('/a', methods=('GET', 'POST'), endpoint='e')\ndef f(): return ''\n",
        {("GET", "/a", "e"), ("POST", "/a", "e")}, id="methods and an endpoint",
    ),
    pytest.param({}, f"{HEAD}app = Flask(__name__)\n@app.post('/a/<int:n>')\ndef f(n): return ''\n", {("POST", "/a/<int:n>", "f")}, id="a verb and a parameter"),
    pytest.param({}, f"{HEAD}app = Flask(__name__)\ndef f(): return ''\napp.add_url_rule('/a', 'e', f)\n", {("GET", "/a", "e")}, id="add_url_rule"),
    pytest.param(
        {},
        "from flask import Flask\nfrom flask.views import MethodView\napp = Flask(__name__)\nclass V(MethodView):\n    def get(self): return ''\n"
        "    def put(self): return ''\n    def helper(self): ...\napp.add_url_rule('/a', view_func=V.as_view('e'))\n",
        {("GET", "/a", "e"), ("PUT", "/a", "e")},
        id="a view that is a class",
    ),
    pytest.param({"b/app/x.py": BP}, f"{HEAD}from app.x import bp\napp = Flask(__name__)\napp.register_blueprint(bp)\n", {("GET", "/own/a", "x.f")}, id="a blueprint's own prefix"),
    pytest.param(
        {"b/app/x.py": BP}, f"{HEAD}from app.x import bp\napp = Flask(__name__)\napp.register_blueprint(bp, url_prefix='/given/')\n",
        {("GET", "/given/a", "x.f")}, id="the prefix of its registration takes the place of its own",
    ),
    pytest.param({"b/app/x.py": BP}, f"{HEAD}from app.x import bp\napp = Flask(__name__)\n", set(), id="a blueprint that nobody registers"),
    pytest.param(
        {"b/app/x.py": BP},
        f"{HEAD}def create_app():\n    app = Flask(__name__)\n    register(app)\n    return app\ndef register(app):\n    from app.x import bp\n    app.register_blueprint(bp)\napp = create_app()\n",
        {("GET", "/own/a", "x.f")},
        id="a blueprint that a function imports",
    ),
    pytest.param(
        {"b/app/x.py": BP},
        f"{HEAD}from app.x import bp\ndef create_app():\n    app = Flask(__name__)\n    register(app)\n    return app\ndef register(it):\n    it.register_blueprint(bp)\n",
        {("GET", "/own/a", "x.f")},
        id="a factory that hands its application on",
    ),
    pytest.param(
        {"b/app/x/__init__.py": f"{HEAD}bp = Blueprint('x', __name__)\nfrom . import views\n", "b/app/x/views.py": f"from . import bp\n{VIEW}"},
        f"{HEAD}from app.x import bp as x\napp = Flask(__name__)\napp.register_blueprint(x, url_prefix='/x')\n",
        {("GET", "/x/a", "x.f")},
        id="views in another module than their blueprint",
    ),
    pytest.param(
        {"b/app/x.py": f"{BP}inner = Blueprint('y', __name__, url_prefix='/y')\n@inner.route('/b')\ndef g(): return ''\nbp.register_blueprint(inner)\n"},
        f"{HEAD}from app.x import bp\napp = Flask(__name__)\napp.register_blueprint(bp)\n",
        {("GET", "/own/a", "x.f"), ("GET", "/own/y/b", "x.y.g")},
        id="a blueprint in a blueprint",
    ),
    pytest.param(
        {"b/app/x.py": BP, "b/app/y.py": BP.replace("'x'", "'y'").replace("/own", "/y")},
        f"{HEAD}from app import x, y\napp = Flask(__name__)\nfor one in (x.bp, y.bp):\n    app.register_blueprint(one)\n",
        {("GET", "/own/a", "x.f"), ("GET", "/y/a", "y.f")},
        id="blueprints in a loop",
    ),
    pytest.param({}, f"{HEAD}class Shop(Flask): ...\napp = Shop(__name__)\n@app.route('/a')\ndef f(): return ''\n", {("GET", "/a", "f")}, id="a class of its own"),
    pytest.param({}, f"{HEAD}app = Flask(__name__)\n# @app.route('/a')\ndef f(): return ''\n", set(), id="a comment"),
    pytest.param({}, f"{HEAD}app = Flask(__name__)\n@app.before_request\ndef f(): ...\n@app.errorhandler(404)\ndef g(e): return ''\n", set(), id="hooks"),
]  # fmt: skip
ASKED = "import sys; sys.path.insert(0, 'b')\nfrom app import main\napp = getattr(main, 'app', None) or main.create_app()\nfor r in app.url_map.iter_rules():\n    for m in r.methods - {'HEAD', 'OPTIONS'}:\n        print(m, r.rule, r.endpoint)"


@pytest.mark.parametrize(("more", "text", "wanted"), ROUTES)
def test_routes(more: Mapping[str, str], text: str, wanted: set[tuple[str, str, str]], tmp_path: Path):
    files = {**BASE, **more, MAIN: text}
    facts = facts_of(files)
    name = applications(facts)[0]
    found = {(route.method, route.path, title) for title, every in endpoints(facts, name).items() for route in every}
    assert {(method, path) for method, path, _ in found} == {(one.method, one.path) for one in routes(facts, name)}
    assert found == wanted
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    said = subprocess.run([sys.executable, "-c", ASKED], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert {tuple(line.split()) for line in said.splitlines() if not line.endswith(" static")} == wanted


ADDRESS = "import sys; sys.path.insert(0, 'b')\nfrom app import main\nwith main.app.test_request_context():\n    print(main.url_for('f'))"
TWICE = [
    pytest.param("@app.route('/')\n@app.route('/index')\ndef f(): return ''\n", ["/index", "/"], id="decorators, from the last"),
    pytest.param(
        "def f(): return ''\napp.add_url_rule('/', 'f', f)\napp.add_url_rule('/index', 'f', f)\n", ["/", "/index"], id="calls, from the first"
    ),
]


@pytest.mark.parametrize(("text", "wanted"), TWICE)
def test_the_first_address_of_a_function_is_the_one_that_flask_makes(text: str, wanted: list[str], tmp_path: Path):
    files = {**BASE, MAIN: f"{HEAD}from flask import url_for\napp = Flask(__name__)\n{text}"}
    facts = facts_of(files)
    assert [route.path for route in endpoints(facts, applications(facts)[0])["f"]] == wanted
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    said = subprocess.run([sys.executable, "-c", ADDRESS], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert said.strip() == wanted[0]


REST = [
    pytest.param(
        "from flask import Flask\nfrom flask_restful import Api, Resource\napp = Flask(__name__)\napi = Api(app, prefix='/v1')\nclass A(Resource):\n"
        "    def get(self): ...\n    def post(self): ...\napi.add_resource(A, '/a', '/b')\n",
        {("GET", "/v1/a"), ("POST", "/v1/a"), ("GET", "/v1/b"), ("POST", "/v1/b")},
        id="resources",
    ),
    pytest.param(
        "from flask import Flask, Blueprint\nfrom flask_restx import Api, Resource, Namespace\napp = Flask(__name__)\nbp = Blueprint('api', __name__, url_prefix='/api')\n"
        "api = Api(bp)\nns = Namespace('cats')\nother = api.namespace('dogs', path='/d')\n@ns.route('/')\nclass A(Resource):\n    def get(self): ...\n"
        "@other.route('/<int:n>')\nclass B(Resource):\n    def delete(self, n): ...\napi.add_namespace(ns)\napp.register_blueprint(bp)\n",
        {("GET", "/api/cats/"), ("DELETE", "/api/d/<int:n>")},
        id="namespaces",
    ),
    pytest.param(
        "from argparse import Namespace\nfrom flask import Flask\napp = Flask(__name__)\nns = Namespace(a=1)\n", set(), id="another library's"
    ),
]


@pytest.mark.parametrize(("text", "wanted"), REST)
def test_routes_of_extensions(text: str, wanted: set[tuple[str, str]]):
    facts = facts_of({**BASE, MAIN: text})
    assert {(route.method, route.path) for route in routes(facts, Name(MAIN, "app"))} == wanted


MADE = f"{HEAD}def create_app(name):\n    app = Flask(__name__, static_folder=None)\n    return app\n"


def test_a_factory_is_known_with_what_calls_it():
    facts = facts_of(
        {**BASE, MAIN: MADE, "b/wsgi.py": "from app.main import create_app\napp = create_app('x')\nother = str(1)\n", "b/x.py": "import app.main\n"}
    )
    name = Name(MAIN, "create_app.<locals>.app")
    assert factory(facts, name) == "create_app"
    assert [tuple(one) for one in calls(facts, name)] == [("b/wsgi.py", "app")]
    made = creation(facts, name)
    assert made is not None
    assert (MADE[: made.end].endswith("static_folder=None"), made.words) == (True, {"static_folder"})
    assert factory(facts_of({**BASE, MAIN: f"{HEAD}app = Flask(__name__)\n"}), Name(MAIN, "app")) == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@bp.before_app_request\ndef f(): ...\n", [("before_app_request", "f")]),
        ("@bp.app_errorhandler(404)\n@other\ndef f(e): ...\n", [("app_errorhandler", "f")]),
        ("@bp.app_context_processor\ndef f(): ...\n", [("app_context_processor", "f")]),
        ("@bp.before_request\ndef f(): ...\n", []),
        ("@bp.errorhandler(404)\ndef f(e): ...\n", []),
    ],
)
def test_what_a_blueprint_does_for_all(text: str, wanted: list[tuple[str, str]]):
    facts = facts_of({**BASE, MAIN: f"{HEAD}bp = Blueprint('x', __name__)\n{text}"})
    assert [(one.hook, one.function) for one in wide(facts, MAIN)] == wanted
