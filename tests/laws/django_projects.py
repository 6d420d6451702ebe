"""Small Django projects at random: apps that are tied by imports, keys, signals and URLs, which are planted and so known; settings that name what lies in apps."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from hypothesis import strategies as st

Files = dict[str, str]

APPS = ("accounts", "orders", "stock", "billing", "mail_box", "reports")
PLACES = ("apps/backend", "backend", "")
ABOVE = ("", "shop.", "apps.", "core.apps.")
"""What stands before the name of an app."""
KINDS = ("imports", "tables", "signals", "urls")
IMPORTED = (
    ("from {0}.services import give_{1}", "give_{1}()"),
    ("from {0} import services as of_{1}", "of_{1}.give_{1}()"),
    ("import {0}.services", "{0}.services.give_{1}()"),
    ("import {0}.services as of_{1}", "of_{1}.give_{1}()"),
)
FIELDS = (
    "ForeignKey({0}, models.CASCADE, related_name='+')",
    "OneToOneField({0}, models.CASCADE, related_name='+')",
    "ManyToManyField({0}, related_name='+')",
    "ForeignKey(to={0}, on_delete=models.CASCADE, related_name='+')",
)
SENT = (
    "@receiver(post_save, sender={0})\ndef {1}(**said):\n    return None\n",
    "def {1}(**said):\n    return None\n\n\npost_save.connect({1}, sender={0})\n",
)


CONFIG = "from django.apps import AppConfig\n\n\nclass Config(AppConfig):\n"
COMMAND = """from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def handle(self, **said):
        self.stdout.write("{0} says")
"""
MIDDLEWARE = """class Marks:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["X-{0}"] = "1"
        return response
"""
SETTINGS = """from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "x" * 9
ALLOWED_HOSTS = ["*"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOCAL_APPS = [
{installed}]
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", *LOCAL_APPS]
MIDDLEWARE = [
{middleware}]
ROOT_URLCONF = "{project}.urls"
WSGI_APPLICATION = "{project}.wsgi.application"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "shop.sqlite3"}}}}
TEMPLATES = [{{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "templates"]}}]
"""


class Shop(NamedTuple):
    """A project, and what was planted in it."""

    files: Files
    directory: str
    apps: tuple[str, ...]
    """The dotted names of its apps."""
    ties: dict[tuple[str, str], Counter[str]]
    """By source and target: how often, by kind."""
    settings: str
    """The dotted name of its settings."""


def _class(app: str) -> str:
    return f"{app.title().replace('_', '')}Row"


class _Project(NamedTuple):
    """A project that grows app by app."""

    draw: st.DrawFn
    base: str
    """What stands before its paths."""
    dotted: dict[str, str]
    """By name of an app: its dotted name."""
    files: Files
    ties: dict[tuple[str, str], Counter[str]]

    def home(self, name: str) -> str:
        return f"{self.base}{self.dotted[name].replace('.', '/')}"

    def tie(self, one: str, other: str, kind: str) -> None:
        self.ties.setdefault((self.dotted[one], self.dotted[other]), Counter())[kind] += 1

    def others(self, name: str, *, earlier: bool = False) -> list[str]:
        """Some of the other apps, or of those before it."""
        names = list(self.dotted)
        some = names[: names.index(name)] if earlier else [one for one in names if one != name]
        return self.draw(st.lists(st.sampled_from(some), max_size=2, unique=True)) if some else []

    def models(self, name: str) -> None:
        """A table that refers to others, by a text or by the class: that of an app that does not need this one."""
        names = list(self.dotted)
        top, fields = ["from django.db import models"], ["    name = models.CharField(max_length=9)"]
        for other in self.others(name):
            by_class = names.index(other) < names.index(name) and self.draw(st.booleans())
            if by_class:
                top.append(f"from {self.dotted[other]}.models import {_class(other)}")
                self.tie(name, other, "imports")
            said = _class(other) if by_class else f'"{other}.{_class(other)}"'
            fields.append(f"    {other} = models.{self.draw(st.sampled_from(FIELDS)).format(said)}")
            self.tie(name, other, "tables")
        self.files[f"{self.home(name)}/models.py"] = "\n".join([*top, "", "", f"class {_class(name)}(models.Model):", *fields, ""])

    def views(self, name: str) -> None:
        """A page that says what it takes of others, imported at the top or when it is asked for."""
        top, inside, calls = ["from django.http import HttpResponse", f"from {self.dotted[name]}.services import give_{name}"], [], [f"give_{name}()"]
        for other in self.others(name):
            line, call = (text.format(self.dotted[other], other) for text in self.draw(st.sampled_from(IMPORTED)))
            (inside if self.draw(st.booleans()) else top).append(line)
            calls.append(call)
            self.tie(name, other, "imports")
        body = "".join(f"    {line}\n" for line in [*inside, f'return HttpResponse(" ".join([{", ".join(calls)}]))'])
        self.files[f"{self.home(name)}/services.py"] = f'def give_{name}():\n    return "{name}"\n'
        self.files[f"{self.home(name)}/views.py"] = "\n".join(top) + f"\n\n\ndef page(request):\n{body}"

    def urls(self, name: str) -> None:
        """Its page, and the URLs of others."""
        routes = ['    path("", views.page),\n']
        for other in self.others(name, earlier=True):
            routes.append(f'    path("{other}/", include("{self.dotted[other]}.urls")),\n')
            self.tie(name, other, "urls")
        head = f"from django.urls import include, path\n\nfrom {self.dotted[name]} import views\n\n"
        self.files[f"{self.home(name)}/urls.py"] = f"{head}urlpatterns = [\n{''.join(routes)}]\n"

    def configured(self, name: str) -> None:
        """A class that configures it, and listeners that are loaded by it."""
        heard = self.others(name)
        text = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
        text += "".join(f"from {self.dotted[other]}.models import {_class(other)}\n" for other in heard)
        for other in heard:
            text += "\n\n" + self.draw(st.sampled_from(SENT)).format(_class(other), f"heard_{other}")
            self.tie(name, other, "imports")
            self.tie(name, other, "signals")
        self.files[f"{self.home(name)}/signals.py"] = text
        ready = f"    def ready(self):\n        from {self.dotted[name]} import signals  # noqa: F401\n"
        self.files[f"{self.home(name)}/apps.py"] = f'{CONFIG}    name = "{self.dotted[name]}"\n\n{ready}'

    def rest(self, name: str) -> None:
        """A command, a middleware, tests, and what makes packages of all."""
        home, dotted = self.home(name), self.dotted[name]
        self.files.update({f"{home}{folder}/__init__.py": "" for folder in ("", "/migrations", "/management", "/management/commands")})
        self.files[f"{home}/management/commands/say_{name}.py"] = COMMAND.format(name)
        self.files[f"{home}/middleware.py"] = MIDDLEWARE.format(name.replace("_", "-"))
        self.files[f"{home}/tests.py"] = (
            f"from django.test import SimpleTestCase\n\nfrom {dotted}.services import give_{name}\n\n\n"
            f"class Tests(SimpleTestCase):\n    def test_given(self):\n        self.assertEqual(give_{name}(), '{name}')\n"
        )
        above = dotted.split(".")[:-1]
        self.files.update({f"{self.base}{'/'.join(above[: depth + 1])}/__init__.py": "" for depth in range(len(above))})

    def settings(self, project: str) -> None:
        """Settings, URLs and servers, which name what lies in apps."""
        said = {
            name: f"{dotted}.apps.Config" if f"{self.home(name)}/apps.py" in self.files and self.draw(st.booleans()) else dotted
            for name, dotted in self.dotted.items()
        }
        marked = self.draw(st.lists(st.sampled_from(sorted(self.dotted)), max_size=2, unique=True))
        urls = "".join(f'    path("{name}/", include("{dotted}.urls")),\n' for name, dotted in self.dotted.items())
        self.files[f"{self.base}{project}/settings.py"] = SETTINGS.format(
            project=project,
            installed="".join(f'    "{one}",\n' for one in said.values()),
            middleware="".join(f'    "{self.dotted[name]}.middleware.Marks",\n' for name in marked),
        )
        start = f'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "{project}.settings")\n\n'
        self.files.update(
            {
                f"{self.base}manage.py": f"{start}import sys\n\nfrom django.core.management import execute_from_command_line\n\nexecute_from_command_line(sys.argv)\n",
                f"{self.base}{project}/__init__.py": "",
                f"{self.base}{project}/urls.py": f"from django.urls import include, path\n\nurlpatterns = [\n{urls}]\n",
                f"{self.base}{project}/wsgi.py": f"{start}from django.core.wsgi import get_wsgi_application\n\napplication = get_wsgi_application()\n",
                f"{self.base}templates/page.html": "<p>page</p>\n",
                f"{self.base}requirements.txt": "django>=5\n",
            }
        )

    def around(self, project: str) -> None:
        """What starts and tests it from outside."""
        if self.draw(st.booleans()):
            self.files[f"{self.base}pytest.ini"] = f"[pytest]\nDJANGO_SETTINGS_MODULE = {project}.settings\n"
        if self.draw(st.booleans()):
            lines = ("FROM python:3.12", "WORKDIR /srv", "COPY . .", "RUN pip install -r requirements.txt")
            self.files[f"{self.base}Dockerfile"] = "".join(f"{line}\n" for line in lines) + f'CMD ["gunicorn", "{project}.wsgi:application"]\n'
            self.files["compose.yml"] = f"services:\n  web:\n    build: ./{self.base.rstrip('/')}\n    command: python manage.py runserver\n"
        if self.draw(st.booleans()):
            self.files["Makefile"] = f"test:\n\tpython {self.base}manage.py test\n"
            self.files["README.md"] = f"`{self.base}{project}/settings.py` says how it starts.\n"


@st.composite
def django_projects(draw: st.DrawFn) -> Shop:
    """A project, with what ties its apps."""
    names = draw(st.lists(st.sampled_from(APPS), min_size=2, max_size=5, unique=True))
    above, directory, project = draw(st.sampled_from(ABOVE)), draw(st.sampled_from(PLACES)), draw(st.sampled_from(("config", "shop")))
    made = _Project(draw, f"{directory}/" if directory else "", {name: f"{above}{name}" for name in names}, {}, {})
    for name in names:
        made.models(name)
        made.views(name)
        made.urls(name)
        if draw(st.booleans()):
            made.configured(name)
        made.rest(name)
    made.settings(project)
    made.around(project)
    return Shop(made.files, directory, tuple(sorted(made.dotted.values())), made.ties, f"{project}.settings")
