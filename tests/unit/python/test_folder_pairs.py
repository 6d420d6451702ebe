"""Folders and files that loaders and settings are given by a path or a single word."""

from __future__ import annotations

import pytest

from tests.unit.python.monorepo import moved

MORE = {
    "templates/a.html": "",
    "static/a.css": "",
    "prod.env": "",
    "conf/logging.ini": "",
    "api/requirements.txt": "",
    "api/main.py": "",
    "api/views/a.html": "",
    "api/app/static/a.css": "",
}
PAGES = {"templates": "web/pages"}
STATIC = {"static": "web/public"}
API = {"api": "services/api"}
VIEWS = {"api/views": "api/pages"}
ENV = {"prod.env": "deploy/prod.env"}
OWN = {"api/app/static": "api/public"}

PAIRS = [
    ("one word", PAGES, "main.py", 'Jinja2Templates(directory="templates")', 'Jinja2Templates(directory="web/pages")'),
    ("to one word", {"templates": "pages"}, "main.py", 'Jinja2Templates("templates")', 'Jinja2Templates("pages")'),
    ("with a slash at its end", PAGES, "main.py", "Jinja2Templates('templates/')", "Jinja2Templates('web/pages/')"),
    ("with a dot before it", PAGES, "main.py", "Jinja2Templates('./templates')", "Jinja2Templates('./web/pages')"),
    ("below a call", STATIC, "main.py", 'app.mount("/static", StaticFiles(directory="static"), name="static")', 'app.mount("/static", StaticFiles(directory="web/public"), name="static")'),
    ("in a list", PAGES, "main.py", 'FileSystemLoader(["templates", "other"])', 'FileSystemLoader(["web/pages", "other"])'),
    ("by a keyword", PAGES, "main.py", "FileSystemLoader(searchpath='templates')", "FileSystemLoader(searchpath='web/pages')"),
    ("a folder of a folder", API, "main.py", 'StaticFiles(directory="api/app/static")', 'StaticFiles(directory="services/api/app/static")'),
    ("from its project", VIEWS, "api/app/x.py", 'Jinja2Templates("views")', 'Jinja2Templates("pages")'),
    ("a file of settings", ENV, "main.py", 'SettingsConfigDict(env_file="prod.env")', 'SettingsConfigDict(env_file="deploy/prod.env")'),
    ("files of settings", ENV, "main.py", "SettingsConfigDict(env_file=('.env', 'prod.env'))", "SettingsConfigDict(env_file=('.env', 'deploy/prod.env'))"),
    ("in a class", ENV, "main.py", "class Config:\n    env_file = 'prod.env'", "class Config:\n    env_file = 'deploy/prod.env'"),
    ("dotenv", ENV, "main.py", 'load_dotenv("prod.env")', 'load_dotenv("deploy/prod.env")'),
    ("Django", STATIC, "main.py", 'STATICFILES_DIRS = ["static"]', 'STATICFILES_DIRS = ["web/public"]'),
    ("Django's templates", PAGES, "main.py", 'TEMPLATES = [{"DIRS": ["templates"]}]', 'TEMPLATES = [{"DIRS": ["web/pages"]}]'),
    ("Django's, with a prefix", STATIC, "main.py", 'STATICFILES_DIRS = [("x", "static")]', 'STATICFILES_DIRS = [("x", "web/public")]'),
    ("CDK", API, "stack.py", 'lambda_.Code.from_asset("api/app")', 'lambda_.Code.from_asset("services/api/app")'),
    ("CDK's functions", API, "stack.py", "PythonFunction(self, 'A', entry='api/app', index='x.py')", "PythonFunction(self, 'A', entry='services/api/app', index='x.py')"),
    ("gunicorn", API, "gunicorn.conf.py", "chdir = 'api'", "chdir = 'services/api'"),
    ("logging", {"conf": "etc"}, "main.py", "fileConfig('conf/logging.ini')", "fileConfig('etc/logging.ini')"),
    ("where a variable is not set", PAGES, "main.py", 'Jinja2Templates(directory=os.getenv("T", "templates"))', 'Jinja2Templates(directory=os.getenv("T", "web/pages"))'),
    ("a path made of it", STATIC, "main.py", 'StaticFiles(directory=Path("static") / "x")', 'StaticFiles(directory=Path("web/public") / "x")'),
    ("to a name with blanks", {"templates": "my pages (ö)"}, "main.py", 'Jinja2Templates("templates")', 'Jinja2Templates("my pages (ö)")'),
    ("beside the file", OWN, "api/app/x.py", "Flask(__name__, static_folder='static')", "Flask(__name__, static_folder='../public')"),
    ("beside a file that moves", {"api/app/x.py": "api/x.py"}, "api/app/x.py", "Blueprint('x', __name__, static_folder='static')", "Blueprint('x', __name__, static_folder='app/static')"),
]  # fmt: skip
SAME = [
    ("below a name", PAGES, "main.py", 'Jinja2Templates(directory=BASE / "templates")'),
    ("a path below a name", STATIC, "main.py", 'StaticFiles(directory=BASE / Path("static"))'),
    ("the name of a variable", STATIC, "main.py", 'StaticFiles(directory=os.getenv("static"))'),
    ("a path for something else", PAGES, "main.py", 'show(Path("templates"))'),
    ("not there", PAGES, "main.py", 'Jinja2Templates(directory="pages")'),
    ("another argument", STATIC, "main.py", 'app.mount("/static", StaticFiles(html="static"), name="static")'),
    ("a word", PAGES, "main.py", 'show("templates")'),
    ("of another name", PAGES, "main.py", 'directory = "templates"'),
    ("beside a file that has none", STATIC, "main/x.py", "Flask(__name__, static_folder='static')"),
    ("both go", API, "api/app/x.py", "Flask(__name__, static_folder='static')"),
    ("from its project, which goes", API, "api/app/x.py", 'Jinja2Templates("views")'),
    ("what might be two", {"api/app/static": "api/app/public"}, "api/app/x.py", 'StaticFiles(directory="static")'),
    ("an address", STATIC, "main.py", 'url_for("static", filename="a.css")\nSTATIC_URL = "static/"'),
    ("filled in", PAGES, "main.py", 'Jinja2Templates(f"{where}/templates")'),
    ("another entry", API, "stack.py", 'Menu(entry="api")'),
    ("a prefix", STATIC, "main.py", 'STATICFILES_DIRS = [("static", "assets")]'),
    ("in a dictionary", PAGES, "main.py", 'env_files = {".env": {"A": "templates"}}'),
    ("a package", {"shop": "apps/shop"}, "main.py", 'env_file = "shop.env"'),
]  # fmt: skip


@pytest.mark.parametrize(("moves", "path", "before", "after"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_a_folder_follows(moves, path, before, after):
    assert moved(before + "\n", moves, path, MORE) == after + "\n"


@pytest.mark.parametrize(("moves", "path", "text"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_what_only_looks_like_one_stays(moves, path, text):
    assert moved(text + "\n", moves, path, MORE) == text + "\n"
