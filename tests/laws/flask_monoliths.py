"""Small Flask monoliths at random: blueprints made and registered in every way, what all share beside the factory or apart, pages that name each other."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from tests.laws.monoliths import Files, Part, module

BACKEND = "apps/backend"
BLUEPRINTS = ("auth", "market_data", "portfolio", "social", "health")
"""The last one seeds nothing: the gateway keeps it."""
MADE = ("module", "package", "gathered")
"""Where a blueprint is made: with its views, in the package that loads them, with views that a package gathers."""
REGISTERED = ("inside", "top", "function", "loop")
PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["flask>=3"]\n'


class Made(NamedTuple):
    """A blueprint: what it is called, and how it is made and registered."""

    name: str
    made: str
    registered: str
    prefix: str
    """Where it lies: said where it is made (`own`), where it is registered (`given`), or at both places."""
    wide: bool
    """Whether it does something for the whole application."""

    @property
    def imported(self) -> str:
        return (
            f"from app.{self.name}.views import bp as {self.name}_bp"
            if self.made == "gathered"
            else f"from app.{self.name} import bp as {self.name}_bp"
        )

    @property
    def registering(self) -> str:
        words = f', url_prefix="/{self.name}"' if self.prefix in {"given", "both"} else ""
        return f"app.register_blueprint({self.name}_bp{words})"

    @property
    def making(self) -> str:
        words = {"own": f', url_prefix="/{self.name}"', "both": ', url_prefix="/nowhere"'}.get(self.prefix, "")
        return f'bp = Blueprint("{self.name}", __name__{words})\n'


def views(one: Made, needs: list[tuple[Part, str]], *, shared: str, other: str, pages: bool) -> Files:
    """The files of a blueprint: two routes that say what they need, a page, the address of a route of another blueprint, and what is done for all."""
    part = Part(f"{one.name}.views" if one.made != "module" else one.name)
    text = module(part, needs)
    top, _, body = text.partition(f"def name_{part.last}")
    flask = "from flask import Blueprint, render_template, url_for\n\n" if one.made != "package" else "from flask import render_template, url_for\n\n"
    routes = (
        f'@bp.route("/one")\ndef one():\n    store.count = 1\n    return name_{part.last}()\n\n\n'
        f'@bp.post("/two/<int:number>")\ndef two(number):\n    return url_for("{other}.two", number=number)\n'
    )
    if pages:
        routes += f'\n\n@bp.route("/page")\ndef page():\n    return render_template("{one.name}.html")\n'
    made = f"from app.{one.name} import bp\n" if one.made == "package" else ""
    head = f"{flask}{made}{shared}{top.strip()}\n\n{one.making if one.made != 'package' else ''}\n\n"
    if one.wide:
        routes += f'\n\n@bp.after_app_request\ndef mark_{one.name}(response):\n    response.headers["X-{one.name}"] = type(store).__name__\n    return response\n'
    files = {part.path: f"{head}def name_{part.last}{body}\n\n{routes}"}
    if one.made == "package":
        files[f"{BACKEND}/app/{one.name}/__init__.py"] = (
            f"from flask import Blueprint\n\n{one.making}\nfrom app.{one.name} import views  # noqa: E402, F401\n"
        )
    elif one.made == "gathered":
        files[f"{BACKEND}/app/{one.name}/__init__.py"] = "from . import views  # noqa: F401\n"
    if pages:
        page = f"{{% extends 'base.html' %}}{{% block body %}}{one.name} {{{{ url_for('{other}.one') }}}}{{% endblock %}}"
        files[f"{BACKEND}/app/templates/{one.name}.html"] = page
    return files


def factory(blueprints: list[Made], *, beside: bool) -> str:
    """The module with the factory; `beside`: what all share is made there."""
    top = ["from flask import Flask", "from app.errors import OddError", "" if beside else "from app.store import store"]
    top += [one.imported for one in blueprints if one.registered in {"top", "loop"}]
    looped = [f"{one.name}_bp" for one in blueprints if one.registered == "loop" and one.prefix in {"own", "none"}]
    lines = [
        "app = Flask(__name__)",
        'app.config["NAME"] = name',
        "store.init_app(app)",
        "register(app)",
        *(line for one in blueprints if one.registered == "inside" for line in (one.imported, one.registering)),
        *(one.registering for one in blueprints if one.registered == "top" or (one.registered == "loop" and f"{one.name}_bp" not in looped)),
        *([f"for blueprint in ({', '.join(looped)},):", "    app.register_blueprint(blueprint)"] if looped else []),
        "@app.errorhandler(OddError)",
        "def odd(error):",
        '    return "odd", 400',
        "return app",
    ]
    given = [line for one in blueprints if one.registered == "function" for line in (one.imported, one.registering)]
    return "\n".join(
        [
            *(["from app.storage import Store"] if beside else []),
            *filter(None, top),
            *(["", "store = Store()"] if beside else []),
            "",
            "",
            'def create_app(name="shop"):',
            *(f"    {line}" for line in lines),
            "",
            "",
            "def register(app):",
            *(f"    {line}" for line in given or ["pass"]),
            "",
        ]
    )


@st.composite
def flask_monoliths(draw: st.DrawFn) -> Files:
    """The files of one, with `wsgi.py`, which calls the factory."""
    count = draw(st.integers(1, 5))
    parts = [Part(f"{draw(st.sampled_from(('', 'core.', 'lib.')))}m{number}") for number in range(count)]
    names = draw(st.lists(st.sampled_from(BLUEPRINTS), min_size=2, max_size=4, unique=True))
    blueprints = [
        Made(
            name, draw(st.sampled_from(MADE)), draw(st.sampled_from(REGISTERED)), draw(st.sampled_from(("own", "given", "both"))), draw(st.booleans())
        )
        for name in names
    ]
    beside, inside, pages = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    where = "app" if inside else "app.factory"
    shared = f"from {where} import store\n" if beside else "from app.store import store\n"
    # A factory that others ask for what they share has to import their blueprints when it is called.
    blueprints = [one._replace(registered="inside" if one.registered != "function" else "function") for one in blueprints] if beside else blueprints
    blueprints = [one._replace(prefix="own") if one.registered == "loop" else one for one in blueprints]

    def needs() -> list[tuple[Part, str]]:
        chosen = draw(st.lists(st.sampled_from(parts), max_size=3, unique=True))
        return [(one, draw(st.sampled_from(("from-name", "from-module", "inside", "relative-name")))) for one in chosen]

    files: Files = {
        f"{BACKEND}/pyproject.toml": PROJECT,
        f"{BACKEND}/app/__init__.py": "",
        f"{BACKEND}/app/errors.py": "class OddError(Exception):\n    pass\n",
        f"{BACKEND}/app/storage.py": "class Store:\n    count = 0\n\n    def init_app(self, app):\n        app.extensions['store'] = self\n",
        f"{BACKEND}/app/store.py": "from app.storage import Store\n\nstore = Store()\n",
        f"{BACKEND}/wsgi.py": f'from {where} import create_app\n\nNAME = "shop"\n\napp = create_app(NAME)\n',
    }
    for index, part in enumerate(parts):
        files[part.path] = module(
            part, [(one, "from-name") for one in draw(st.lists(st.sampled_from(parts[:index]), max_size=2, unique=True))] if index else []
        )
    for index, one in enumerate(blueprints):
        files |= views(one, needs(), shared=shared, other=blueprints[index - 1].name, pages=pages)
    if pages:
        files[f"{BACKEND}/app/templates/base.html"] = (
            f"<a href=\"{{{{ url_for('{blueprints[0].name}.one') }}}}\"></a>{{% block body %}}{{% endblock %}}"
        )
    files[f"{BACKEND}/app/__init__.py" if inside else f"{BACKEND}/app/factory.py"] = factory(blueprints, beside=beside)
    return files
