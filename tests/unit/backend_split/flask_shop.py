"""A small monolith of Flask: a factory that makes what all share, two blueprints with pages that name each other, and one that stays."""

from __future__ import annotations

PLAN = "[phases.backend_split.services.auth]\nrouters = ['/auth/']\n[phases.backend_split.services.market-data]\nrouters = ['/market/']\n"
PROXY = f"[phases.backend_split]\ngateway = 'proxy'\n{PLAN}"
FACTORY = '''"""The shop."""

from flask import Flask

from shop.storage import Store

store = Store()
store.name = "shop"


def create_app(config=None):
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "for tests alone"
    app.config.update(config or {})
    store.init_app(app)
    from shop.auth import bp as auth_bp

    app.register_blueprint(auth_bp, url_prefix="/auth")
    register(app)

    @app.errorhandler(KeyError)
    def lost(error):
        return {"lost": str(error)}, 404

    return app


def register(app):
    from shop.market.views import market
    from shop.status import status

    app.register_blueprint(market)
    app.register_blueprint(status)
'''
SHOP = {
    "apps/backend/pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\nrequires-python = '>=3.11'\ndependencies = ['flask>=3', 'gunicorn']\n",
    "apps/backend/wsgi.py": "import os\n\nfrom shop import create_app\n\nLEVEL = os.environ.get('LEVEL', 'low')\n\napp = create_app({'LEVEL': LEVEL})\n",
    "apps/backend/shop/__init__.py": FACTORY,
    "apps/backend/shop/storage.py": "class Store:\n    name = ''\n\n    def init_app(self, app):\n        app.extensions['store'] = self\n",
    "apps/backend/shop/auth/__init__.py": "from flask import Blueprint\n\nbp = Blueprint('auth', __name__)\n\nfrom shop.auth import views  # noqa: E402, F401\n",
    "apps/backend/shop/auth/views.py": (
        "from flask import redirect, render_template, request, session, url_for\n\nfrom shop import store\nfrom shop.auth import bp\n\n\n"
        "@bp.route('/login', methods=['GET', 'POST'])\ndef login():\n    if request.method == 'POST':\n        session['name'] = request.form['name']\n"
        "        return redirect(url_for('market.prices', page=2))\n    return render_template('login.html', store=store.name)\n\n\n"
        "@bp.route('/me')\ndef me():\n    return {'name': session['name']}\n"
    ),
    "apps/backend/shop/market/__init__.py": "",
    "apps/backend/shop/market/views.py": (
        "from flask import Blueprint, Response, request, url_for\n\nfrom shop import store\n\nmarket = Blueprint('market', __name__, url_prefix='/market')\n\n\n"
        "@market.get('/prices')\ndef prices():\n    return {'store': store.name, 'page': request.args.get('page', '1'), 'login': url_for('auth.login')}\n\n\n"
        "@market.put('/prices/<path:what>')\ndef price(what):\n    return Response(request.get_data() + what.encode(), headers=[('X-One', '1'), ('X-One', '2')])\n"
    ),
    "apps/backend/shop/status.py": (
        "from flask import Blueprint, url_for\n\nstatus = Blueprint('status', __name__)\n\n\n@status.get('/status')\ndef show():\n    return {'login': url_for('auth.login')}\n"
    ),
    "apps/backend/shop/templates/base.html": "<a href=\"{{ url_for('market.prices') }}\">prices</a>{% block body %}{% endblock %}\n",
    "apps/backend/shop/templates/login.html": "{% extends 'base.html' %}{% block body %}{{ store }}{% endblock %}\n",
}
