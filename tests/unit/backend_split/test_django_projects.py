"""Django: how apps hold together, which could go, and a project that gets the place of a backend with everything that names it."""

from __future__ import annotations

import pytest

from migrator.facts.django import Tie, installed, projects
from tests.unit.backend_split.planning import facts_of, planned

SETTINGS = """INSTALLED_APPS = [
    "django.contrib.auth",
    "{0}accounts",
    "{0}orders.apps.OrdersConfig",  # why it is here
    "{0}stock",
]
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = ["{0}accounts.middleware.Known"]
"""
MANAGE = 'import os\nfrom django.core.management import execute_from_command_line\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
MODEL = "from django.db import models\n"


def project(where: str = "backend/", above: str = "") -> dict[str, str]:
    """A shop of three apps: orders refers to tables of accounts, accounts to orders, stock needs nobody."""
    inside = f"{where}{above.replace('.', '/')}"
    files = {
        f"{where}manage.py": MANAGE,
        f"{where}requirements.txt": "django\n",
        f"{where}shop/__init__.py": "",
        f"{where}shop/settings.py": SETTINGS.format(above),
        f"{where}shop/urls.py": f'from django.urls import include, path\nurlpatterns = [path("orders/", include("{above}orders.urls"))]\n',
        f"{inside}accounts/models.py": MODEL + "class User(models.Model):\n    pass\n",
        f"{inside}accounts/middleware.py": "class Known: ...\n",
        f"{inside}accounts/views.py": f"from {above}orders import models\n",
        f"{inside}orders/models.py": MODEL + 'class Order(models.Model):\n    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE)\n',
        f"{inside}orders/urls.py": "urlpatterns = []\n",
        f"{inside}orders/signals.py": (
            f"from django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom {above}accounts.models import User\n\n\n"
            "@receiver(post_save, sender=User)\ndef greet(**said): ...\n"
        ),
        f"{inside}stock/models.py": MODEL + "class Item(models.Model):\n    pass\n",
    }
    return files | {f"{inside}{one}/__init__.py": "" for one in ("accounts", "orders", "stock")} | ({f"{inside}__init__.py": ""} if above else {})


@pytest.mark.parametrize(
    "where, above", [("backend/", ""), ("", ""), ("backend/", "shop."), ("", "shop."), ("", "apps."), ("backend/", "core.apps.")]
)
def test_apps_and_what_ties_them(where, above):
    (found,) = projects(facts_of(project(where, above)))
    assert (found.directory, found.manage, found.settings) == (where.rstrip("/"), f"{where}manage.py", (f"{where}shop/settings.py",))
    assert [(app.dotted, app.label, app.models) for app in found.apps.values()] == [
        (f"{above}accounts", "accounts", 1),
        (f"{above}orders", "orders", 1),
        (f"{above}stock", "stock", 1),
    ]
    assert found.ties == (
        Tie(f"{above}accounts", f"{above}orders", imports=1),
        Tie(f"{above}orders", f"{above}accounts", imports=1, tables=1, signals=1),
    )
    assert found.named == {f"{above}accounts": 1, f"{above}orders": 1}


def test_urls_that_an_app_includes_are_no_import():
    head, tail = "from django.urls import include, path\n", 'urlpatterns = [path("orders/", include({}))]\n'
    (found,) = projects(facts_of({**project(), "backend/stock/urls.py": head + tail.format('"orders.urls"')}))
    assert found.ties[-1] == Tie("stock", "orders", urls=1)
    (found,) = projects(facts_of({**project(), "backend/stock/urls.py": f"{head}import orders.urls\n{tail.format('orders.urls')}"}))
    assert found.ties[-1] == Tie("stock", "orders", imports=1)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"manage.py": "print('no framework')\n", "shop/settings.py": SETTINGS.format("")}, id="no Django"),
        pytest.param({"manage.py": MANAGE, "shop/settings.py": 'INSTALLED_APPS = ["django.contrib.auth"]\n'}, id="no app of its own"),
        pytest.param({"shop/settings.py": SETTINGS.format("")}, id="no manage.py"),
    ],
)
def test_what_is_no_project(files):
    assert projects(facts_of(files)) == ()


@pytest.mark.parametrize("called", ["INSTALLED_APPS =", "LOCAL_APPS =", "INSTALLED_APPS: list[str] =", "INSTALLED_APPS +="])
def test_lists_of_apps_by_any_name(called):
    assert [
        one.dotted for one in installed(facts_of({"settings.py": f'{called} [\n    "a.b.apps.BConfig",\n    "c",\n]\nX = [\n    "d",\n]\n'}))
    ] == ["a.b", "c"]


@pytest.mark.parametrize("where, above", [("backend/", ""), ("", ""), ("", "shop.")])
def test_a_project_gets_the_place_of_a_backend_and_no_services(where, above):
    around = {
        "README.md": "# Shop\n",
        ".github/workflows/ci.yml": f"jobs:\n  test:\n    steps:\n      - run: python {where}manage.py test\n",
    }
    made = planned(project(where, above) | around)
    assert ([step.step.slug for step in made.steps], made.aside, made.problems) == (["rename-backend"], (), ())
    files = {path: made.end.read(path).decode() for path in made.end.tree}
    home = "services/api-gateway"
    assert files[f"{home}/manage.py"] == MANAGE
    assert files[f"{home}/shop/settings.py"] == SETTINGS.format(above)
    assert f"{home}/{above.replace('.', '/')}stock/models.py" in files
    assert "README.md" in files
    said = files[".github/workflows/ci.yml"]
    assert "manage.py test" in said
    assert home in said
    again = planned(files)
    assert ([step.step.slug for step in again.steps], again.problems) == ([], ())


def test_what_is_told_of_a_project():
    made = planned(project())
    told = {(one.kind, one.path): one.message for one in made.notes["backend_split"].findings}
    assert told["partition", "backend"] == "Django: 3 apps, 10 modules, 3 tables; 2 ties between them"
    assert "no service is made of a Django project" in told["absent", "backend/shop/settings.py"]
    assert "1 foreign key and 1 listener to signals cross" in told["absent", "backend/shop/settings.py"]
    assert "2 apps need each other" in told["knot", "backend"]
    assert "accounts → orders (1 import)" in told["knot", "backend"]
    assert "`migrate mv backend/stock packages/stock/src/stock`" in told["free", "backend/stock"]
    assert {one.kind for one in made.notes["backend_split"].details} == {"picture", "app"}


def test_a_file_that_code_asks_for_by_its_name_goes_along():
    files = project("") | {"search.db": "x", "notes.db": "y", "stock/views.py": 'from shop.settings import BASE_DIR\nopen(BASE_DIR / "search.db")\n'}
    made = planned(files)
    assert "services/api-gateway/search.db" in made.end.tree
    assert "notes.db" in made.end.tree
