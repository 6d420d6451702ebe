"""No secret is in anything that is written, planned, told or recorded (L13): fifty shapes, each planted in five places of the sample."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.facts.landscape import landscape
from tests.cli.conftest import Runner
from tests.laws.generating import INFRASTRUCTURE, PHASES, Files, contents, edited, facts, planned, sample

NAMED = [
    "PASSWORD", "DB_PASSWORD", "POSTGRES_PASSWORD", "MYSQL_ROOT_PASSWORD", "REDIS_PASSWORD", "SMTP_PASSWORD", "ADMIN_PASSWD", "PASSWD", "SECRET",
    "SECRET_KEY", "JWT_SECRET", "JWT_SECRET_KEY", "SESSION_SECRET", "WEBHOOK_SECRET", "CLIENT_SECRET", "OAUTH_CLIENT_SECRET", "DJANGO_SECRET_KEY",
    "TOKEN", "ACCESS_TOKEN", "REFRESH_TOKEN", "BOT_TOKEN", "GITHUB_TOKEN", "API_KEY", "APIKEY", "STRIPE_API_KEY", "OPENAI_API_KEY", "PRIVATE_KEY",
    "SSH_PRIVATE_KEY", "CREDENTIALS", "DB_CREDENTIAL", "AWS_SECRET_ACCESS_KEY", "API_TOKEN", "VAULT_TOKEN",
]  # fmt: skip
"""Of these the name tells it, and the value is a word like others."""
SHAPED = {
    "AWS_ID": "AKIA{:0>16}",
    "GITHUB": "ghp_{:0>36}",
    "GITHUB_FINE": "github_pat_{:0>40}",
    "GITLAB": "glpat-{:0>20}",
    "SLACK": "xoxb-{:0>20}",
    "OPENAI": "sk-{:0>32}",
    "STRIPE": "sk_live_{:0>24}",
    "STRIPE_TEST": "sk_test_{:0>24}",
    "GOOGLE": "AIza{:0>35}",
    "IDENTITY": "eyJhbGciOiJIUzI1NiJ9.{:0>20}.{:0>20}",
    "STORE": "postgres://shop:{}@db/shop",
    "STORE_ASYNC": "postgresql+asyncpg://shop:{}@db:5432/shop",
    "STORE_MYSQL": "mysql://shop:{}@mysql/shop",
    "QUEUE": "amqp://shop:{}@broker:5672//",
    "MEMORY": "redis://:{}@cache:6379/0",
    "DOCUMENTS": "mongodb+srv://shop:{}@mongo.acme.dev/shop",
    "MIRROR": "https://shop:{}@mirror.acme.dev/simple",
}
"""Of these the value tells it."""
SHAPES = [*((name, "{}") for name in NAMED), *SHAPED.items()]
COMPOSE, EXAMPLE = "apps/docker-compose.yml", "apps/.env.example"
CONFIG, DOCKERFILE = "apps/backend/app/core/config.py", "apps/backend/Dockerfile"
PLACES = ("compose", "example", "settings", "image", "argument")


def mark(number: int, place: str) -> str:
    """What is in no other secret: digits and letters, as passwords are."""
    return f"ZQ{number:02d}X{PLACES.index(place)}WV9K"


def planted() -> Files:
    """The sample with all shapes in all places."""

    def lines(place: str, line: str) -> str:
        return "".join(
            line.format(name=f"{name}_{place[0].upper()}", value=shape.format(*[mark(n, place)] * 2)) for n, (name, shape) in enumerate(SHAPES)
        )

    files = edited(sample(), COMPOSE, "      SMTP_HOST: mail\n", "      SMTP_HOST: mail\n" + lines("compose", '      {name}: "{value}"\n'))
    files = edited(files, EXAMPLE, "", lines("example", "{name}={value}\n"))
    settings = "\n\nclass Settings(BaseSettings):\n" + lines("settings", '    {name}: str = "{value}"\n')
    files = edited(files, CONFIG, "import os\n", "import os\n\nfrom pydantic_settings import BaseSettings\n")
    files = edited(files, CONFIG, "", settings)
    return edited(files, DOCKERFILE, "CMD", lines("image", "ENV {name}={value}\n") + lines("argument", "ARG {name}={value}\n") + "CMD")


SECRETS = {place: [mark(n, place) for n in range(len(SHAPES))] for place in PLACES}


def told(text: str | bytes) -> list[str]:
    """The shapes and places of which a text has the secret."""
    read = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return [f"{SHAPES[n][0]} in {place}" for place, marks in SECRETS.items() for n, one in enumerate(marks) if one in read]


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """What a build leaves behind is compared with what comes from nothing in the other laws."""


@pytest.fixture(scope="module")
def tree() -> Files:
    """The planted sample before phase 3."""
    return contents(planned(planted(), PHASES[:2]))


def test_there_are_fifty() -> None:
    assert len(SHAPES) >= 50
    assert len({name for name, _ in SHAPES}) == len(SHAPES)
    assert sum(len(told(content)) for content in planted().values()) == len(SHAPES) * len(PLACES)


def test_the_landscape_holds_none(tree: Files) -> None:
    found = landscape(facts(tree))
    assert told(repr(found)) == []
    backend = found.workload("backend")
    assert backend is not None
    secret = {one.name for one in backend.settings if one.secret}
    assert secret >= {f"{name}_{place}" for name, _ in SHAPES for place in "CES"}


def test_nothing_that_is_written_or_recorded_holds_one(tree: Files) -> None:
    plan = planned(tree, INFRASTRUCTURE, judged=True)
    assert plan.aside == ()
    start = {plan.start.tree[path].blob for path in plan.start.tree}
    moved = {new for step in plan.steps for new in step.built.files.values()} - {path for step in plan.steps for path in step.built.created}
    written = {path: content for path, content in contents(plan).items() if plan.end.tree[path].blob not in start and path not in moved}
    assert len(written) > 100
    assert {path: told(content) for path, content in written.items() if told(content)} == {}
    said = [*(finding for notes in plan.notes.values() for finding in (*notes.findings, *notes.details)), *plan.questions, *plan.problems]
    assert told(repr([*said, *((step.step.title, step.step.why, step.findings, step.todos) for step in plan.steps)])) == []


@pytest.mark.slow
def test_nothing_that_is_printed_holds_one(
    make_repository: Callable[[Mapping[str, bytes]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_repository(planted())
    monkeypatch.chdir(directory)
    migrate = Runner(directory, capsys, PHASES)
    for words in (
        ("plan", "-v"),
        ("plan", "--json"),
        ("graph", "--landscape"),
        ("graph", "--landscape", "--json"),
        ("run", "--json"),
        ("status",),
        ("log",),
    ):
        result = migrate(*words)
        assert told(result.out + result.err) == [], words
        if "--json" in words:
            json.loads(result.out)
