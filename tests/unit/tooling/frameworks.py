"""Small repositories of other frameworks, which run where these are installed."""

from __future__ import annotations

FACTORY = {
    "apps/shop/pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["flask>=3", "numpy"]\n[tool.setuptools]\npackages = ["shop"]\n',
    "apps/shop/Dockerfile": "FROM python:3.12-slim\nCOPY start.sh /\nEXPOSE 5000\n",
    "apps/shop/start.sh": "gunicorn 'shop:create_app()'\n",
    "apps/shop/shop/__init__.py": (
        "from flask import Flask\n\n\ndef create_app() -> Flask:\n    app = Flask(__name__)\n    app.config['A'] = 1\n\n"
        "    from shop.orders import orders\n    from shop.users import users\n\n"
        "    app.register_blueprint(orders)\n    app.register_blueprint(users)\n\n    return app\n"
    ),
    **{
        f"apps/shop/shop/{one}.py": f'from flask import Blueprint\n\n{one} = Blueprint("{one}", __name__)\n\n\n@{one}.route("/{one}")\ndef index() -> dict[str, str]:\n    return {{}}\n'
        for one in ("orders", "users")
    },
    "apps/shop/tests/test_orders.py": "from shop import create_app\n\n\ndef test_orders() -> None:\n    assert create_app().test_client().get('/orders').status_code == 200\n",
}
"""One application of Flask that a function makes, with blueprints that it imports itself."""

_MAIN = """from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from {package}.handlers import {module}

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app)
app.register_blueprint({module}.bp, url_prefix="/{module}")


@app.route("/healthz")
def healthz() -> dict[str, str]:
    return {{"service": "{name}"}}
"""
_COMPOSE = "services:\n" + "".join(
    f"  {name}:\n    build: ./services/{name}\n    environment:\n      LEVEL: info\n    depends_on: [db]\n"
    for name in ("mail-service", "price-service")
)


def flask_services() -> dict[str, str]:
    """Two services of Flask that look alike."""
    files = {"compose.yaml": _COMPOSE + "  db:\n    image: postgres:16\n"}
    for name, module in [("mail-service", "letters"), ("price-service", "quotes")]:
        package = name.replace("-", "_")
        home = f"services/{name}"
        files |= {
            f"{home}/requirements.txt": "Flask==3.1.3\ngunicorn==23.0.0\n",
            f"{home}/Dockerfile": f'FROM python:3.12-slim\nCOPY . /srv/{name}\nEXPOSE 5000\nCMD ["gunicorn", "{package}.main:app"]\n',
            f"{home}/src/{package}/__init__.py": "",
            f"{home}/src/{package}/main.py": _MAIN.format(package=package, module=module, name=name),
            f"{home}/src/{package}/handlers/__init__.py": "",
            f"{home}/src/{package}/handlers/{module}.py": f'from flask import Blueprint\n\nbp = Blueprint("{module}", __name__)\n\n\n@bp.route("/")\ndef index() -> dict[str, str]:\n    return {{}}\n',
            f"{home}/tests/test_{module}.py": "def test_it() -> None:\n    assert True\n",
            f"{home}/pytest.ini": "[pytest]\npythonpath = src\n",
        }
    return files


def _app(name: str) -> dict[str, str]:
    home = f"apps/site/shop/{name}"
    return {
        f"{home}/__init__.py": "",
        f"{home}/apps.py": f'from django.apps import AppConfig\n\n\nclass {name.capitalize()}Config(AppConfig):\n    name = "shop.{name}"\n',
        f"{home}/urls.py": 'from django.urls import path\n\nfrom . import views\n\nurlpatterns = [\n    path("<slug:one>/", views.index),\n]\n',
        f"{home}/views.py": 'from django.http import HttpResponse\n\n\ndef index(request, one):\n    return HttpResponse("here")\n',
        f"{home}/tests/__init__.py": "",
        f"{home}/tests/test_index.py": 'from django.test import TestCase\n\n\nclass IndexTests(TestCase):\n    def test_index(self):\n        self.assertEqual(self.client.get("/orders/x/").status_code, 200)\n',
    }


DJANGO = {
    "apps/site/requirements.txt": "Django==5.2\n",
    "apps/site/manage.py": (
        'import os\nimport sys\n\nfrom django.core.management import execute_from_command_line\n\nif __name__ == "__main__":\n'
        '    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n    execute_from_command_line(sys.argv)\n'
    ),
    "apps/site/shop/__init__.py": "",
    "apps/site/shop/settings.py": (
        'import os\n\nSECRET_KEY = os.environ.get("SECRET_KEY", "x")\nROOT_URLCONF = "shop.urls"\nALLOWED_HOSTS = ["*"]\nINSTALLED_APPS = [\n'
        '    "shop.orders",\n    "shop.users",\n\n    "django.contrib.contenttypes",\n    "django.contrib.auth",\n    "shop.kit.money",\n]\n'
        'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}\nUSE_TZ = True\n'
    ),
    "apps/site/shop/urls.py": (
        "from django.urls import include, path\n\nurlpatterns = [\n"
        '    # What people buy\n    path("orders/", include("shop.orders.urls")),\n    path("users/", include("shop.users.urls")),\n]\n'
    ),
    "apps/site/shop/kit/__init__.py": "",
    "apps/site/shop/kit/money/__init__.py": "",
    **_app("orders"),
    **_app("users"),
}
"""A project of Django with two apps."""

EXPRESS = {
    "package.json": '{"name": "api", "type": "module", "dependencies": {"express": "^5.0.0"}, "devDependencies": {"vitest": "^3.0.0", "supertest": "^7.0.0", "typescript": "^5.0.0"}}',
    "src/server.ts": (
        "import express from 'express';\n\nimport ordersRouter from './routes/orders';\nimport usersRouter from './routes/users';\n\n"
        "export const app = express();\napp.use(express.json());\napp.use('/orders', ordersRouter);\napp.use('/users', usersRouter);\n\napp.get('/health', (_request, response) => {\n  response.json({});\n});\n"
    ),
    **{
        f"src/routes/{one}.ts": "import { Router } from 'express';\n\nconst router = Router();\n\nrouter.get('/', (_request, response) => {\n  response.json({});\n});\n\nexport default router;\n"
        for one in ("orders", "users")
    },
    "src/routes/orders.test.ts": "import { it } from 'vitest';\n\nit('is', () => {});\n",
}
"""An application of Express in TypeScript."""
PLAIN_EXPRESS = {
    "package.json": '{"name": "api", "dependencies": {"express": "^5.0.0"}, "scripts": {"start": "node index.js"}}',
    "index.js": (
        "const express = require('express');\nconst { ordersRouter } = require('./api/orders.router.js');\n\nconst app = express();\napp.use('/api/orders', ordersRouter);\nmodule.exports = { app };\n"
    ),
    "api/orders.router.js": "const express = require('express');\n\nconst ordersRouter = express.Router();\n\nordersRouter.get('/', (_request, response) => {\n  response.json({});\n});\n\nmodule.exports = { ordersRouter };\n",
}
"""The same with `require`."""
