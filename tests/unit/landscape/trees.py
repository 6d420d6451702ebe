"""Small trees for the tests of the landscape."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from migrator.facts.landscape import Landscape, landscape
from tests.conftest import facts_of


def tree(files: Mapping[str, str]) -> dict[str, str]:
    """Files whose texts are written indented."""
    return {path: textwrap.dedent(text).lstrip("\n") for path, text in files.items()}


def landscape_of(files: Mapping[str, str]) -> Landscape:
    """The landscape of such a tree."""
    return landscape(facts_of(tree(files)))


def workload_of(files: Mapping[str, str], name: str):
    """A workload of such a tree, which has to be there."""
    found = landscape_of(files)
    one = found.workload(name)
    assert one is not None, [each.name for each in found.workloads]
    return one


def said(found: Landscape, part: str) -> list[str]:
    """The decisions whose subject or message holds a text."""
    return [f"{one.outcome} {one.subject}: {one.message}" for one in found.decisions if part in one.subject or part in one.message]


COMPOSE = {
    "docker-compose.yml": """
        services:
          api:
            build: ./api
            command: uvicorn app.main:app --host 0.0.0.0 --port 8000
            ports: ["8080:8000"]
            environment:
              DATABASE_URL: postgresql://app:hunter2-pw@db:5432/app
              REDIS_URL: redis://cache:6379/0
              LOG_LEVEL: info
            depends_on:
              db: {condition: service_healthy}
              migrate: {condition: service_completed_successfully}
            healthcheck:
              test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
              interval: 30s
              timeout: 5s
              retries: 3
              start_period: 20s
          migrate:
            build: ./api
            command: alembic upgrade head
            depends_on: [db]
          worker:
            build: ./api
            command: celery -A app.tasks worker -c 2
            depends_on: [cache]
          beat:
            build: ./api
            command: celery -A app.tasks beat
          db:
            image: postgres:16.4-alpine
            environment: {POSTGRES_PASSWORD: hunter2-pw, POSTGRES_DB: app}
            volumes: ["pg:/var/lib/postgresql/data"]
            healthcheck: {test: ["CMD-SHELL", "pg_isready -U app"], interval: 10s}
          cache:
            image: redis:7.4-alpine
            command: redis-server --requirepass s3cr3t-redis
            healthcheck: {test: ["CMD", "redis-cli", "-a", "s3cr3t-redis", "ping"]}
        volumes: {pg: }
        """,
    "api/Dockerfile": """
        FROM python:3.12-slim AS base
        RUN apt-get update && apt-get install -y --no-install-recommends curl libpq5
        WORKDIR /app
        COPY . .
        USER app
        EXPOSE 8000
        CMD ["uvicorn", "app.main:app"]
        """,
    "api/requirements.txt": "fastapi\ncelery\n",
    "api/alembic.ini": "[alembic]\nscript_location = migrations\n",
    "api/app/__init__.py": "",
    "api/app/main.py": """
        import os

        from fastapi import FastAPI

        app = FastAPI()
        LEVEL = os.getenv("LOG_LEVEL", "warning")
        URL = os.environ["DATABASE_URL"]
        LIMIT = int(os.getenv("LIMIT", "10"))


        @app.get("/health")
        def health():
            return {}


        @app.get("/items/{item}")
        def item(item: int):
            return item
        """,
    "api/app/tasks.py": """
        import os

        from celery import Celery

        celery = Celery("app", broker=os.environ["REDIS_URL"])


        @celery.task
        def mail():
            return os.getenv("SMTP_HOST")
        """,
}
"""An application with everything around it."""


def without(path: str = "docker-compose.yml", **replaced: str) -> dict[str, str]:
    """The same tree, a text of one file replaced by another."""
    text = COMPOSE[path]
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    return {**COMPOSE, path: text}
