"""Names of tasks are contracts on the wire: they stay when modules go, and what names modules goes with them."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

EXPLICIT = "from app.core.celery import app\n@app.task(name='app.tasks.mail.send')\ndef send(): ...\n@app.task\ndef drop(): ...\n"
TREE = {"app/__init__.py": "", "app/tasks/__init__.py": "", "app/tasks/mail.py": EXPLICIT, "app/core/__init__.py": "", "app/core/celery.py": ""}


def moved(text: str, path: str = "app/core/other.py") -> str:
    step = Step("s", "s", "s", (Move(RepoPath("app/tasks/mail.py"), RepoPath("mail_service/tasks/mail.py")),))
    built = build(facts_of({**TREE, path: text}), step)
    assert [str(finding) for finding in built.losses] == []
    return texts(built.after)[path].decode()


NAMES = [
    pytest.param("app.send_task('app.tasks.mail.send')\n", id="sent"),
    pytest.param("s = signature('app.tasks.mail.send', args=(1,))\n", id="a signature"),
    pytest.param("app.conf.beat_schedule = {'x': {'task': 'app.tasks.mail.send', 'schedule': 1.0}}\n", id="a schedule"),
    pytest.param("task_routes = {'app.tasks.mail.send': {'queue': 'mail'}, 'app.tasks.*': {'queue': 'q'}}\n", id="routes"),
    pytest.param("assert NAMES == ['app.tasks.mail.send']\n", id="a test's list"),
    pytest.param("@app.task(queue='q', retry=Retry(max=3), name='app.tasks.mail.other')\ndef other(): ...\n", id="a name behind other words"),
    pytest.param("@dramatiq.actor(actor_name='app.tasks.mail.send')\ndef other(): ...\n", id="an actor's name"),
    pytest.param("@broker.task(task_name='app.tasks.mail.send')\ndef other(): ...\n", id="taskiq's name"),
]


@pytest.mark.parametrize("text", NAMES)
def test_what_names_a_task_stays(text):
    assert moved(text) == text


MODULES = [
    pytest.param("app = Celery('x', include=['{old}'])\n", id="include"),
    pytest.param("app.conf.imports = ('{old}',)\n", id="imports"),
    pytest.param("app.autodiscover_tasks(['{old}'])\n", id="autodiscover_tasks"),
    pytest.param("import_module('{old}')\n", id="a loader"),
    pytest.param("from {old} import send\nsend.delay(1)\n", id="an import"),
    pytest.param("mock.patch('{old}.send')\n", id="a patch"),
    pytest.param("queue.enqueue('{old}.drop', 1)\n", id="what rq imports by its name"),
    pytest.param("app.conf.beat_schedule = {{'x': {{'task': '{old}.drop'}}}}\n", id="a schedule of a task whose name is its place"),
]


@pytest.mark.parametrize("text", MODULES)
def test_what_names_a_module_follows(text):
    assert moved(text.format(old="app.tasks.mail")) == text.format(old="mail_service.tasks.mail")


def test_a_task_keeps_its_name_where_it_goes():
    step = Step("s", "s", "s", (Move(RepoPath("app/tasks/mail.py"), RepoPath("mail_service/tasks/mail.py")),))
    assert texts(build(facts_of(TREE), step).after)["mail_service/tasks/mail.py"].decode() == EXPLICIT
