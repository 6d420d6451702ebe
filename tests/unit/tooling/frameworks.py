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
