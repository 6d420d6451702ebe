"""Tasks keep the names by which workers know them, wherever their modules go."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.facts.celery import nameless
from migrator.paths import RepoPath
from migrator.plan import Plan
from tests.unit.backend_split.planning import facts_of, planned

QUEUE = "backend/app/queue.py"
SAID_TOO = "workers know `app.tasks.mail.send` by that name, which is the place that it leaves: give it `name='app.tasks.mail.send'`"
SHOP = {
    "backend/pyproject.toml": "[project]\nname = 'x'\nversion = '1'\ndependencies = ['fastapi', 'celery']\n",
    "backend/app/__init__.py": "",
    "backend/app/main.py": "from fastapi import FastAPI\nfrom app.routers import auth, health\n\napp = FastAPI()\n"
    "app.include_router(auth.router)\napp.include_router(health.router)\n",
    "backend/app/routers/__init__.py": "",
    "backend/app/routers/health.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('/health')\ndef health() -> None: ...\n",
    "backend/app/routers/auth.py": "from fastapi import APIRouter\n\nfrom app.tasks.mail import send\n\nrouter = APIRouter()\n\n\n"
    "@router.get('/me')\ndef me() -> None:\n    send.delay(1)\n",
    "backend/app/tasks/__init__.py": "",
    QUEUE: "from celery import Celery\n\nqueue = Celery('x', include=['app.tasks.mail'])\n",
}
MAIL = "backend/app/tasks/mail.py"
GONE = "services/auth-service/src/auth_service/tasks/mail.py"


def plan(files: Mapping[str, str]) -> Plan:
    return planned(files)


def texts(made: Plan) -> dict[str, str]:
    return {path: made.end.read(path).decode() for path in made.end.tree}


IMPORT = "from app.queue import queue\n\n"
NAMED = 'name="app.tasks.mail.send"'
SAID = [
    pytest.param(f"{IMPORT}@queue.task\ndef send(to): ...\n", f"@queue.task({NAMED})", id="a bare decorator"),
    pytest.param(f"{IMPORT}@queue.task()\ndef send(to): ...\n", f"@queue.task({NAMED})", id="one without arguments"),
    pytest.param(f"{IMPORT}@queue.task(bind=True)\ndef send(to): ...\n", f"@queue.task({NAMED}, bind=True)", id="one with arguments"),
    pytest.param("from celery import shared_task\n\n@shared_task\ndef send(to): ...\n", f"@shared_task({NAMED})", id="a shared task"),
    pytest.param("import celery\n\n@celery.shared_task()\ndef send(to): ...\n", f"@celery.shared_task({NAMED})", id="by the library's name"),
    pytest.param("from celery import Celery\n\nlocal = Celery()\n\n@local.task\ndef send(to): ...\n", f"@local.task({NAMED})", id="made here"),
    pytest.param("from app import queue as q\n\n@q.queue.task\ndef send(to): ...\n", f"@q.queue.task({NAMED})", id="an attribute of a module"),
]


@pytest.mark.parametrize("text, expected", SAID)
def test_a_task_that_moves_is_told_its_name_before(text, expected):
    made = plan({**SHOP, MAIL: text})
    assert [step.step.slug for step in made.steps][:2] == ["rename-backend", "task-names"]
    assert made.aside == ()
    assert expected in texts(made)[GONE].splitlines()


def test_what_loads_the_module_follows_and_the_name_stays():
    files = texts(plan({**SHOP, MAIL: SAID[0].values[0]}))
    assert "include=['auth_service.tasks.mail']" in files["services/auth-service/src/auth_service/queue.py"]


def test_where_a_schedule_says_its_place_both_change_together():
    schedule = "queue.conf.beat_schedule = {'s': {'task': 'app.tasks.mail.send', 'schedule': 1.0}}\n"
    made = plan({**SHOP, MAIL: SAID[0].values[0], QUEUE: SHOP[QUEUE] + schedule})
    assert made.aside == ()
    assert "{'task': 'auth_service.tasks.mail.send'," in texts(made)["services/auth-service/src/auth_service/queue.py"]
    assert SAID_TOO in [finding.message for step in made.steps for finding in step.step.findings]


def test_it_is_said_once():
    made = plan({**SHOP, MAIL: SAID[0].values[0]})
    again = plan(texts(made))
    assert ([step.step.slug for step in again.steps], again.aside) == ([], ())


LEFT = [
    pytest.param("from celery import shared_task\n\n@shared_task(name='wire')\ndef send(to): ...\n", id="a name"),
    pytest.param("import dramatiq\n\n@dramatiq.actor\ndef send(to): ...\n", id="a library that names by the function"),
    pytest.param("def task(f): return f\n\n@task\ndef send(to): ...\n", id="a decorator of its own"),
    pytest.param("from app.other import task\n\n@task\ndef send(to): ...\n", id="a decorator of another module"),
]


@pytest.mark.parametrize("text", LEFT)
def test_what_has_a_name_or_is_no_celery_is_left_alone(text):
    made = plan({**SHOP, "backend/app/other.py": "def task(f): return f\n", MAIL: text})
    assert "task-names" not in [step.step.slug for step in made.steps]


def test_what_cannot_be_told_is_reported_with_the_name():
    made = plan({**SHOP, MAIL: "from celery import shared_task\n\nOPTIONS = {}\n\n@shared_task(**OPTIONS)\ndef send(to): ...\n"})
    assert "task-names" not in [step.step.slug for step in made.steps]
    said = [finding.message for step in made.steps for finding in step.step.findings if finding.kind == "task"]
    assert said == [SAID_TOO]


def test_the_fact_says_where():
    source = "from celery import shared_task\n\n@shared_task(queue='q')\ndef send(to): ...\n"
    (task,) = nameless(facts_of({"a.py": source}), RepoPath("a.py"))
    assert (task.function, task.line, task.decorator, source[: task.start].rpartition("@")[2]) == ("send", 3, "shared_task", "shared_task(")
