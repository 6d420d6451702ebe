"""Issue forms and templates of pull requests: what this repository consists of, and what its people run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from phases.automation.forms import family
from tests.unit.automation.upkeeping import after, decided, made, plan, texts

ISSUES, REQUESTS = ".github/ISSUE_TEMPLATE", ".github/PULL_REQUEST_TEMPLATE"
FILES: Mapping[str, str] = {
    "compose.yaml": "services:\n  api:\n    build: api\n    ports: ['8000:8000']\n  db:\n    image: postgres:16\n",
    "compose.prod.yaml": "services:\n  api:\n    restart: always\n",
    "api/Dockerfile": "FROM python:3.12\nCOPY . .\nCMD uvicorn main:app\n",
    "api/requirements.txt": "fastapi\n",
    "api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    "api/Makefile": "test:\n\tpytest\n\nt: test\n\nlint:\n\truff check .\n\nbuild:\n\tdocker build .\n",
    "packages/ui/package.json": '{"name": "@acme/ui", "scripts": {"test:watch": "vitest --watch", "test": "vitest run", "build": "tsc", "lint": "eslint ."}}',
}


def form(topic: str, files: Mapping[str, str] = FILES, **options: object) -> dict[str, Any]:
    return dict(yaml.safe_load(texts(family, files, **options)[f"{ISSUES}/{topic}.yml"]))


def choices(said: Mapping[str, Any], key: str) -> list[str]:
    return next((one["attributes"]["options"] for one in said["body"] if one.get("id") == key), [])


def changed(**files: str | None) -> dict[str, str]:
    return {path: text for path, text in {**FILES, **files}.items() if text is not None}


def test_what_is_made() -> None:
    assert set(texts(family, FILES)) == {
        *(f"{ISSUES}/{one}.yml" for one in ("bug_report", "feature_request", "performance_issue", "security_issue", "config")),
        *(f"{REQUESTS}/{one}.md" for one in ("default", "hotfix", "feature")),
    }


@pytest.mark.parametrize(
    "change, options, expected",
    [
        ({}, {}, ["api", "packages/ui", "I do not know"]),
        ({"packages/ui/package.json": None}, {}, ["api", "I do not know"]),
        ({}, {"areas": ["Shop", "Desk"]}, ["Shop", "Desk", "I do not know"]),
        (
            {"compose.yaml": None, "compose.prod.yaml": None, "apps/web/package.json": '{"name": "web"}'},
            {},
            ["api", "apps/web", "packages/ui", "I do not know"],
        ),
        ({"compose.yaml": None, "compose.prod.yaml": None, "packages/ui/package.json": None, "api/Dockerfile": None}, {}, []),
    ],
)
def test_what_people_choose_from(change: dict[str, str | None], options: dict[str, object], expected: list[str]) -> None:
    for topic in ("bug_report", "feature_request"):
        assert choices(form(topic, changed(**change), **options), "area") == expected


def test_who_is_slow_is_who_serves() -> None:
    assert choices(form("performance_issue"), "workload") == ["api", "I do not know"]
    assert choices(form("performance_issue"), "environment") == ["production", "I do not know"]


@pytest.mark.parametrize("policy", ["SECURITY.md", ".github/SECURITY.md", "docs/security.md", ""])
def test_nobody_is_asked_to_disclose_a_weakness(policy: str) -> None:
    said = form("security_issue", {**FILES, **({policy: "Write to us.\n"} if policy else {})})
    first = said["body"][0]["attributes"]["value"]
    assert "Everybody can read this issue" in first
    assert (policy or "Report a vulnerability") in first
    assert {one.get("id") for one in said["body"][1:]} == {"advisory", "discreet"}
    assert said["body"][-1]["attributes"]["options"][0]["required"] is True
    assert ("form security_issue" in decided(made(family, {**FILES, **({policy: ""} if policy else {})}))) is not bool(policy)


@pytest.mark.parametrize(
    "manifest, link",
    [
        ('{"repository": "acme/shop"}', "https://github.com/acme/shop/security/advisories/new"),
        ('{"repository": {"url": "git+https://github.com/acme/shop.git"}}', "https://github.com/acme/shop/security/advisories/new"),
        ('{"repository": "git@github.com:acme/shop.js.git"}', "https://github.com/acme/shop.js/security/advisories/new"),
        ('{"repository": "https://gitlab.com/acme/shop"}', ""),
        ('{"name": "a"}', ""),
    ],
)
def test_where_a_weakness_is_reported(manifest: str, link: str) -> None:
    said = yaml.safe_load(texts(family, {**FILES, "package.json": manifest})[f"{ISSUES}/config.yml"])
    assert [one["url"] for one in said.get("contact_links", [])] == ([link] if link else [])


@pytest.mark.parametrize(
    "name, expected",
    [
        ("default", ["- [ ] in `api`: `make lint`, `make test`", "- [ ] in `packages/ui`: `npm run lint`, `npm run test`, `npm run build`"]),
        ("feature", ["- [ ] in `api`: `make lint`, `make test`", "- [ ] in `packages/ui`: `npm run lint`, `npm run test`, `npm run build`"]),
        ("hotfix", ["- [ ] in `api`: `make test`", "- [ ] in `packages/ui`: `npm run test`"]),
    ],
)
def test_what_is_run_before_a_review(name: str, expected: list[str]) -> None:
    assert [line for line in texts(family, FILES)[f"{REQUESTS}/{name}.md"].splitlines() if line.startswith("- [ ]")] == expected


def test_where_nothing_is_run_nothing_is_asked_for() -> None:
    text = texts(family, changed(**{"api/Makefile": None, "packages/ui/package.json": None}))[f"{REQUESTS}/default.md"]
    assert text.rstrip() == "## What changes, and why"


def test_a_schema_that_changes_has_its_command() -> None:
    files = {
        **FILES,
        "api/alembic.ini": "[alembic]\nscript_location = migrations\n",
        "api/migrations/env.py": "",
        "api/requirements.txt": "alembic\n",
    }
    assert "`alembic upgrade head` runs" in texts(family, files)[f"{REQUESTS}/default.md"]
    alone = texts(family, {path: text for path, text in files.items() if "Makefile" not in path and "packages" not in path})[f"{REQUESTS}/default.md"]
    assert alone.index("## Before you ask") < alone.index("`alembic upgrade head` runs")


@pytest.mark.parametrize(
    "theirs, missing",
    [
        (f"{ISSUES}/bug.md", "bug_report"),
        (f"{ISSUES}/1-bug-report.yml", "bug_report"),
        (f"{ISSUES}/FEATURE_REQUEST.md", "feature_request"),
        (f"{ISSUES}/security.yml", "security_issue"),
        (f"{ISSUES}/debugging.md", ""),
        (".github/ISSUE_TEMPLATE.md", ""),
    ],
)
def test_templates_of_people_stay(theirs: str, missing: str) -> None:
    found = texts(family, {**FILES, theirs: "mine\n"})
    assert {one for one in ("bug_report", "feature_request", "performance_issue", "security_issue") if f"{ISSUES}/{one}.yml" not in found} == (
        {missing} if missing else set()
    )
    planned = plan({**FILES, theirs: "mine\n"})
    assert after(planned)[theirs] == "mine\n"
    assert plan(after(planned)).steps == ()


def test_a_folder_is_written_as_it_is_there() -> None:
    found = texts(family, {**FILES, ".github/pull_request_template/release.md": "x\n"})
    assert {path for path in found if path.endswith(".md")} == {f".github/pull_request_template/{one}.md" for one in ("default", "hotfix", "feature")}
