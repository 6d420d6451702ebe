"""Workflows and actions of a small repository: which there are, what their jobs run, and what changes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from migrator.origin import plain
from phases.automation import actions, workflows
from phases.automation.pins import pins
from phases.automation.services import at_home
from tests.unit.automation.pipelining import FILES, OLD, ORDERS, OVERLAY, STOCK, WEB, changed, decided, made, texts_of, workflow

FAMILY = workflows.family
HOME = ".github/workflows/"
NINE = ["cd-production", "cd-staging", "ci-main", "ci-pr", "dependency-update", "performance-test", "release", "security-scan", "stale-pr"]
BENCH = {"tools/benchmarks/api/orders.js": "import http from 'k6/http';\nexport default function () { http.get(__ENV.BASE_URL); }\n"}


def names(files: Mapping[str, str] = FILES, **options: object) -> list[str]:
    return sorted(path.removeprefix(HOME).removesuffix(".yml") for path in texts_of(FAMILY, files, **options) if path.endswith(".yml"))


def runs(files: Mapping[str, str] = FILES, **options: object) -> dict[str, list[str]]:
    """By job of continuous integration what its steps run, behind those that set up."""
    jobs = workflow("ci-pr", FAMILY, files, **options)["jobs"]
    return {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items() if name not in {"changes", "passed"}}


# which there are -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files, options, expected",
    [
        (changed(**BENCH), {}, NINE),
        (changed(), {}, [one for one in NINE if one != "performance-test"]),
        (changed(**BENCH), {"weekly": True}, sorted([*NINE, "migrate-weekly"])),
        (changed(**BENCH), {"without": ["stale-pr", "release"]}, [one for one in NINE if one not in {"stale-pr", "release"}]),
        # what is there and calls nothing of ours is not called
        (changed(**BENCH, **{f"{HOME}ci-pr.yml": OLD}), {}, [one for one in NINE if one != "ci-main"]),
        # who is told of updates by another has nothing to wait for
        (changed(**BENCH, **{"renovate.json": "{}"}), {}, [one for one in NINE if one != "dependency-update"]),
        ({"README.md": "hello\n"}, {}, ["stale-pr"]),
    ],
)
def test_which_workflows(files: Mapping[str, str], options: dict[str, object], expected: list[str]) -> None:
    assert names(files, **options) == expected


@pytest.mark.parametrize(
    "name, away, header",
    [
        ("ci-main", (), "the same checks, then images, then staging."),
        ("ci-main", ("argocd",), "the same checks, then images."),
        ("ci-main", ("argocd", "Dockerfile"), "the same checks."),
        ("release", (), "notes and a tag, and images by its name."),
        ("release", ("argocd", "Dockerfile"), "notes and a tag."),
    ],
)
def test_a_header_says_what_there_is(name: str, away: tuple[str, ...], header: str) -> None:
    texts = texts_of(FAMILY, {path: text for path, text in FILES.items() if not any(one in path for one in away)})
    assert texts[f"{HOME}{name}.yml"].partition("\n")[0].endswith(f": {header}")
    assert f": {header} |" in texts[f"{HOME}README.md"]


def test_without_a_delivery_the_compose_files_of_the_environment_are_run() -> None:
    files = {path: text for path, text in FILES.items() if "argocd" not in path}
    files["infra/docker/compose.production.yaml"] = "services:\n  orders:\n    image: acme/orders:1\n"
    steps = workflow("cd-production", FAMILY, files)["jobs"]["deploy"]["steps"]
    assert [step["with"]["files"] for step in steps if step["name"] == "Deploy"] == ["infra/docker/compose.production.yaml"]
    assert "cd-staging" not in names(files)
    assert decided(FAMILY, files)["cd-staging.yml"].startswith("dropped: no application of Argo CD")


def test_nothing_to_set_up_makes_no_action() -> None:
    assert made(actions.family, {"README.md": "hello\n"}).artefacts == ()
    assert made(actions.family, {"README.md": "hello\n"}).absent


@pytest.mark.parametrize(
    "more, there",
    [
        ({}, ["actions/setup-node", "actions/setup-python"]),
        ({f"{STOCK}/uv.lock": ""}, ["actions/setup-node", "actions/setup-python", "astral-sh/setup-uv"]),
        ({"package-lock.json": None, "pnpm-lock.yaml": "", "pnpm-workspace.yaml": "packages: [apps/*, packages/*]\n"}, ["pnpm/action-setup", "actions/setup-node", "actions/setup-python"]),
    ],
)  # fmt: skip
def test_what_is_set_up(more: dict[str, str | None], there: list[str]) -> None:
    text = texts_of(actions.family, changed(**more))[".github/actions/setup-monorepo/action.yml"]
    assert [step["uses"].partition("@")[0] for step in yaml.safe_load(text)["runs"]["steps"]] == there


# what jobs run ---------------------------------------------------------------------------------------------------------

NPM, TURBO = "npm ci", "npx turbo run {} --affected"
WORKSPACE = [NPM, *(TURBO.format(one) for one in ("lint", "typecheck", "build", "test:ci"))]
PIP = "python -m pip install "
INSTALL = f"{PIP}--upgrade pip\n{PIP}-e ../../packages/kernel -e . --group dev"
STOCKED = [f"{PIP}-r requirements.txt\n{PIP}pytest", "python -m pytest"]
TESTED = ["python -m pytest --ignore=tests/integration", "python -m pytest tests/integration"]


def test_what_jobs_run() -> None:
    assert runs() == {"workspace": WORKSPACE, "services-orders": [INSTALL, *TESTED], "services-stock": STOCKED}


SCRIPTS = {"lint": "eslint .", "test:unit": "vitest run --exclude x", "test:integration": "vitest run tests/integration", "test": "vitest"}


@pytest.mark.parametrize(
    "more, options, job, expected",
    [
        # a member of a workspace without a runner of tasks has a job of its own
        ({"turbo.json": None}, {}, "apps-web", [NPM, "npm run lint", "npm run typecheck", "npm run build", "npm run test:ci"]),
        ({"turbo.json": None, "nx.json": "{}", "package.json": FILES["package.json"].replace("turbo", "nx")}, {}, "workspace", [NPM, *(f"npx nx affected --target={one}" for one in ("lint", "typecheck", "build", "test:ci"))]),
        ({"turbo.json": None, f"{WEB}/package.json": json.dumps({"name": "w", "scripts": SCRIPTS})}, {}, "apps-web", [NPM, "npm run lint", "npm run test:unit", "npm run test:integration"]),
        # one that no manifest asks for is whatever npx finds that day
        ({"package.json": FILES["package.json"].replace("turbo", "other")}, {}, "apps-web", [NPM, "npm run lint", "npm run typecheck", "npm run build", "npm run test:ci"]),
        # a task that turbo does not know is none
        ({"turbo.json": '{"tasks": {"lint": {}, "test": {}}}'}, {}, "workspace", [NPM, TURBO.format("lint"), TURBO.format("test")]),
        # a directory with manifests of both languages has two
        ({f"{STOCK}/package.json": json.dumps({"name": "s", "scripts": {"lint": "eslint ."}})}, {}, "services-stock-node", ["npm install --no-audit --no-fund", "npm run lint"]),
        ({f"{STOCK}/package.json": json.dumps({"name": "s", "scripts": {"lint": "eslint ."}})}, {}, "services-stock", STOCKED),
        # who has the tests, and what judges
        ({f"{STOCK}/requirements.txt": "fastapi\npytest\nruff\n", f"{STOCK}/ruff.toml": ""}, {}, "services-stock", [f"{PIP}-r requirements.txt", "ruff check .", "python -m pytest"]),
        ({f"{STOCK}/uv.lock": "", f"{STOCK}/requirements.txt": "pytest\n"}, {}, "services-stock", ["uv sync --locked", "uv run pytest"]),
        ({f"{STOCK}/uv.lock": ""}, {}, "services-stock", ["uv sync --locked", "uv run --with pytest pytest"]),
        ({f"{ORDERS}/tests/integration/api/test_http.py": None}, {}, "services-orders", [INSTALL, "python -m pytest"]),
        # what the plan file says
        ({}, {"commands": {STOCK: ["make check"]}}, "services-stock", [STOCKED[0].partition("\n")[0], "make check"]),
        # what old jobs install of the system for the same
        ({f"{HOME}old.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          sudo apt-get install -y libpq-dev\n          cd services/stock\n          pytest\n"},
         {}, "services-stock", ["sudo apt-get update\nsudo apt-get install --yes libpq-dev", *STOCKED]),
        # not what that job itself runs, nor what it can do without
        ({f"{HOME}old.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          cd services/stock\n          pytest\n      - run: |\n          sudo apt-get install -y k6\n          k6 run load.js\n      - run: sudo apt-get install -y cowsay\n        continue-on-error: true\n"},
         {}, "services-stock", STOCKED),
    ],
)  # fmt: skip
def test_what_a_job_runs(more: dict[str, str | None], options: dict[str, object], job: str, expected: list[str]) -> None:
    assert runs(changed(**more), **options)[job] == expected


def test_a_project_without_anything_to_run_has_no_job_and_is_told() -> None:
    found = runs(changed(**{f"{STOCK}/tests/test_stock.py": None}))
    assert "services-stock" not in found
    assert decided(FAMILY, changed(**{f"{STOCK}/tests/test_stock.py": None}))[STOCK].startswith("dropped: has no job")


def test_what_is_only_told_does_not_fail_the_job() -> None:
    files = changed(**{
        f"{STOCK}/requirements.txt": "pytest\nruff\n",
        f"{HOME}old.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: cd services/stock && ruff check . || true\n",
    })  # fmt: skip
    steps = workflow("ci-pr", FAMILY, files)["jobs"]["services-stock"]["steps"]
    assert [step.get("continue-on-error", False) for step in steps if step["name"] in {"Check with ruff", "Tests"}] == [True, False]


# what runs beside tests ------------------------------------------------------------------------------------------------


def test_services_and_variables_of_tests_that_reach_for_them() -> None:
    job = workflow("ci-pr", FAMILY)["jobs"]["services-orders"]
    assert {name: service["image"] for name, service in job["services"].items()} == {"cache": "redis:7.4-alpine", "db": "postgres:16.4"}
    assert job["env"] == {"CACHE_URL": "redis://localhost:6379/0", "DATABASE_URL": "postgresql+asyncpg://postgres@localhost:5432/test"}


ALONE = {
    "compose.yaml": "services:\n  web:\n    build: .\n    depends_on: [postgres, redis]\n    environment:\n{}\n"
    "  postgres:\n    image: postgres:17\n  redis:\n    image: redis:8\n",
    "Dockerfile": "FROM python:3.12\nCOPY . /app\n",
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask", "pytest"]\n',
    "shop/__init__.py": "",
    "shop/settings.py": 'import os\n\nKEY = os.environ["SECRET_KEY"]\nHOST = os.getenv("DB_HOST", "postgres")\nUSER = os.getenv("DB_USER", "postgres")\n'
    'CACHE = os.getenv("CACHE_URL", "redis://redis:6379/0")\n',
    "shop/main.py": "from flask import Flask\n\nfrom shop import settings\n\napp = Flask(__name__)\n",
    "tests/integration/test_shop.py": "import requests\n\n\ndef test_it():\n    requests.get('http://localhost:8000')\n",
}


@pytest.mark.parametrize(
    "given, name, value",
    [
        # what the code says where nobody says anything, of a project at the root
        ("      OTHER: x", "DB_HOST", "localhost"),
        ("      OTHER: x", "CACHE_URL", "redis://localhost:6379/0"),
        ("      OTHER: x", "DB_USER", None),
        # it does not start without it
        ("      OTHER: x", "SECRET_KEY", "anything"),
        # a scheme, a user and a database may be called as the host is
        ("      CACHE_URL: redis://redis/redis", "CACHE_URL", "redis://localhost/redis"),
        ("      DATABASE: postgres://postgres@postgres:5432/postgres", "DATABASE", "postgres://postgres@localhost:5432/postgres"),
        ("      BROKER: redis://redis@elsewhere:6379/0", "BROKER", None),
        ("      SERVERS: redis:6379,redis", "SERVERS", "localhost:6379,localhost"),
    ],
)
def test_tests_find_what_runs_beside_them(given: str, name: str, value: str | None) -> None:
    job = workflow("ci-pr", FAMILY, {**ALONE, "compose.yaml": ALONE["compose.yaml"].format(given)})["jobs"]["root"]
    assert set(job["services"]) == {"postgres", "redis"}
    assert job["env"].get(name) == value


@pytest.mark.parametrize(
    "more, services",
    [
        ({"infra/docker/compose.yaml": FILES["infra/docker/compose.yaml"].replace("redis:7.4-alpine", "valkey/valkey:8")}, ["cache", "db"]),
        # tests that reach for nothing
        ({f"{ORDERS}/tests/integration/api/test_http.py": None}, []),
        ({"infra/docker/compose.yaml": None}, []),
    ],
)
def test_services_come_and_go(more: dict[str, str | None], services: list[str]) -> None:
    assert sorted(workflow("ci-pr", FAMILY, changed(**more))["jobs"]["services-orders"].get("services", {})) == services


def test_a_database_of_an_image_of_the_repository_is_what_it_begins_with() -> None:
    compose = ALONE["compose.yaml"].format("      OTHER: x").replace("image: postgres:17", "build: db")
    job = workflow(
        "ci-pr", FAMILY, {**ALONE, "compose.yaml": compose, "db/Dockerfile": "FROM postgres:16\nCOPY backup /usr/local/bin/\n", "db/backup": ""}
    )["jobs"]["root"]
    assert job["services"]["postgres"]["image"] == "postgres:16"


# delivery --------------------------------------------------------------------------------------------------------------


def test_staging_follows_the_branch_and_production_a_tag() -> None:
    def given(name: str) -> dict[str, Any]:
        (step,) = [one for one in workflow(name, FAMILY)["jobs"]["deploy"]["steps"] if one["name"] == "Deploy"]
        found: dict[str, Any] = step["with"]
        return found

    staging, production = given("cd-staging"), given("cd-production")
    assert (staging["overlay"], staging["images"], staging["push"], staging["branch"]) == (
        "infra/kubernetes/overlays/staging",
        "acme/orders",
        "commit",
        "master",
    )
    assert (production["application"], production["push"]) == ("infra/ci-cd/argocd/production.yaml", "pull-request")


@pytest.mark.parametrize(
    "more, expected",
    [
        ({}, ["services/orders/Dockerfile"]),
        ({f"{ORDERS}/Dockerfile": None, f"{ORDERS}/Dockerfile.dev": "FROM python:3.13-slim\n", f"{ORDERS}/Dockerfile.prod": "FROM python:3.13-slim\n",
          "infra/docker/compose.yaml": "services:\n  orders:\n    build: {context: ../../services/orders, dockerfile: Dockerfile.dev}\n"}, ["services/orders/Dockerfile.prod"]),
        ({"infra/docker/compose.yaml": None}, []),
    ],
)  # fmt: skip
def test_images(more: dict[str, str | None], expected: list[str]) -> None:
    jobs = workflow("ci-main", FAMILY, changed(**more))["jobs"]
    assert [row["dockerfile"] for row in jobs.get("images", {}).get("strategy", {"matrix": {"include": []}})["matrix"]["include"]] == expected


def test_further_contexts_of_an_image() -> None:
    compose = "services:\n  orders:\n    build: {context: ../../services/orders, additional_contexts: {kernel: ../../packages/kernel}}\n"
    (row,) = workflow("ci-main", FAMILY, changed(**{"infra/docker/compose.yaml": compose}))["jobs"]["images"]["strategy"]["matrix"]["include"]
    assert row["contexts"] == "kernel=packages/kernel"


PLAYWRIGHT = {
    f"{WEB}/package.json": json.dumps(
        {"name": "w", "scripts": {"test": "vitest run", "test:e2e": "playwright test"}, "devDependencies": {"@playwright/test": "1"}}
    ),
    f"{WEB}/e2e/a.spec.ts": "import { test } from '@playwright/test';\ntest('a', async ({ page }) => { await page.goto('/'); });\n",
    f"{WEB}/playwright.config.ts": "export default { testDir: './e2e', webServer: { command: 'npm run dev' } };\n",
}


@pytest.mark.parametrize(
    "more, expected",
    [
        ({}, ["npm ci", "npx playwright install --with-deps", "npm run test:e2e"]),
        # who drives what somebody else has to start
        ({f"{WEB}/playwright.config.ts": "export default { testDir: './e2e' };\n"}, []),
        ({f"{WEB}/e2e/a.spec.ts": None}, []),
    ],
)
def test_what_drives_an_application_runs_on_the_main_branch(more: dict[str, str | None], expected: list[str]) -> None:
    jobs = workflow("ci-main", FAMILY, changed(**{**PLAYWRIGHT, **more}))["jobs"]
    assert [step["run"] for step in jobs.get("e2e-apps-web", {"steps": []})["steps"] if "run" in step] == expected
    assert "e2e-apps-web" not in workflow("ci-pr", FAMILY, changed(**{**PLAYWRIGHT, **more}))["jobs"]


# what old ones become --------------------------------------------------------------------------------------------------

JOB = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"


@pytest.mark.parametrize(
    "text, outcome",
    [
        (OLD, "mapped: all that it does"),
        (JOB + "      - run: cd services/stock && pytest tests -v --cov=stock\n", "mapped: all that it does"),
        (JOB + "      - run: cd services/orders && pytest\n", "mapped: all that it does"),
        (JOB + "      - run: cd stock && pytest\n", "mapped: all that it does"),
        (JOB + "      - run: npm run lint\n        working-directory: apps/web\n", "mapped: all that it does"),
        (JOB + "      - uses: docker/build-push-action@v6\n        with: {context: services/orders}\n", "mapped: all that it does"),
        (JOB + "      - uses: actions/dependency-review-action@v4\n", "mapped: all that it does"),
        # something of it is nowhere
        (JOB + "      - run: cd services/stock && pytest -k one -m 'not slow'\n", "mapped: all that it does"),
        (JOB + "      - run: cd services/stock && pytest gone\n", "kept: stays as it is: 1 step"),
        (JOB + "      - run: cd services/stock && pytest --runslow\n", "kept: stays as it is: 1 step"),
        (JOB + "      - run: cd services/stock && pytest\n        env: {MODE: all}\n", "kept: stays as it is: 1 step"),
        (JOB + "      - run: bash tools/deploy.sh\n", "kept: stays as it is: 1 step"),
        (JOB + "      - uses: acme/notify@v1\n", "kept: stays as it is: 1 step"),
        (JOB.replace("runs-on: x", "runs-on: x\n    strategy: {matrix: {v: [1, 2]}}") + "      - run: cd services/stock && pytest\n", "kept: stays as it is: 1 step"),
        (OLD.replace("push:", "schedule: [{cron: 1 2 * * 3}]\n  push:"), "kept: stays as it is: it runs on schedule too"),
        ("on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n", "kept: stays as it is: it calls ./.github/workflows/b.yml"),
        ("jobs: [\n", "kept: line 2 cannot be read as YAML"),
    ],
)  # fmt: skip
def test_what_becomes_of_an_old_workflow(text: str, outcome: str) -> None:
    assert decided(FAMILY, changed(**{f"{HOME}old.yml": text}))[f"{HOME}old.yml"].startswith(outcome)


@pytest.mark.parametrize(
    "text, without",
    [
        (OLD, "ci-pr"),
        (JOB + "      - uses: docker/build-push-action@v6\n        with: {context: services/orders}\n", "ci-main"),
        (JOB + "      - uses: actions/dependency-review-action@v4\n", "security-scan"),
        (JOB + "      - uses: actions/stale@v9\n", "stale-pr"),
    ],
)
def test_nothing_is_carried_over_into_a_workflow_that_is_not_made(text: str, without: str) -> None:
    files = changed(**{f"{HOME}old.yml": text})
    assert decided(FAMILY, files)[f"{HOME}old.yml"].startswith("mapped: all that it does")
    assert decided(FAMILY, files, without=[without])[f"{HOME}old.yml"].startswith("kept: stays as it is: ")
    assert f"{without}.yml" not in texts_of(FAMILY, files, without=[without])[f"{HOME}README.md"]


@pytest.mark.parametrize(
    "typed, outcome",
    [
        ("npm run lint", "mapped"),
        ("npm run types", "mapped"),
        ("npx turbo lint", "mapped"),
        ("npx turbo run lint --continue", "mapped"),
        ("npm run some", "kept"),  # of some packages alone
        ("npm run deploy", "kept"),  # nobody else does
    ],
)
def test_a_script_of_the_root_that_has_all_packages_do_something(typed: str, outcome: str) -> None:
    scripts = {
        "lint": "turbo run lint --continue -- --cache",
        "types": "turbo typecheck",
        "some": "turbo run lint --filter=@acme/ui",
        "deploy": "turbo run deploy",
    }
    files = changed(
        **{
            "package.json": FILES["package.json"].replace('"devD', f'"scripts": {json.dumps(scripts)}, "devD'),
            f"{HOME}old.yml": JOB + f"      - run: {typed}\n",
        }
    )
    assert decided(FAMILY, files)[f"{HOME}old.yml"].partition(":")[0] == outcome


def test_a_pipeline_of_another_system_stays() -> None:
    files = changed(**{".gitlab-ci.yml": "test:\n  script: [cd services/stock, pytest]\n"})
    assert decided(FAMILY, files)[".gitlab-ci.yml"] == "kept: stays as it is: it is gitlab's, which runs it by itself"
    assert "| test | 1 | ci-pr.yml services-stock (1) |  |" in texts_of(FAMILY, files)[f"{HOME}README.md"]


def test_the_page_says_where_each_step_went() -> None:
    page = texts_of(FAMILY, changed(**{f"{HOME}old.yml": OLD + "      - run: bash tools/deploy.sh\n"}))[f"{HOME}README.md"]
    assert "| orders | 3 | setup (2), ci-pr.yml services-orders (1) |  |" in page
    assert "(line 22): `bash tools/deploy.sh` in the root is in no job |" in page
    assert "bash tools/deploy.sh" not in texts_of(FAMILY)[f"{HOME}README.md"]
    assert "| `pytest \\| tee out` |" in texts_of(FAMILY, commands={STOCK: ["pytest | tee out"]})[f"{HOME}README.md"]


def test_two_workflows_of_one_name_are_told() -> None:
    files = changed(**{f"{HOME}again.yml": OLD})
    assert "have one name" in decided(FAMILY, files)["workflows called Checks"]
    assert "workflows called Checks" not in decided(FAMILY)


def test_what_a_job_asks_to_be_set_up_is_what_the_action_takes() -> None:
    files = {
        "package.json": json.dumps({"name": "one", "scripts": {"test": "node --test"}}),
        "jobs/pyproject.toml": '[project]\nname = "jobs"\nversion = "1.0.0"\n',
    }
    jobs = workflow("ci-pr", FAMILY, files, commands={"jobs": ["python -m jobs"]})["jobs"]
    given = {key for job in jobs.values() for step in job["steps"] if step["name"] == "Set up" for key in step["with"]}
    assert given == {"node", "python"}
    assert given <= yaml.safe_load(texts_of(actions.family, files)[".github/actions/setup-monorepo/action.yml"])["inputs"].keys()


# what holds for all ----------------------------------------------------------------------------------------------------


def every() -> Iterator[tuple[str, dict[str, Any]]]:
    for family in (workflows.family, actions.family):
        for path, text in texts_of(family, changed(**BENCH), **({"weekly": True} if family is FAMILY else {})).items():
            if path.endswith(".yml"):
                yield path, yaml.safe_load(text)


def test_each_job_has_least_permissions_and_an_end() -> None:
    seen = 0
    for path, document in every():
        if "/workflows/" not in path:
            continue
        assert document["permissions"] == {}, path
        assert "concurrency" in document, path
        for name, job in document["jobs"].items():
            seen += 1
            assert "permissions" in job, (path, name)
            assert "uses" in job or 1 <= job["timeout-minutes"] <= 60, (path, name)
    assert seen >= 14


def steps_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [*document.get("runs", {}).get("steps", []), *(step for job in document.get("jobs", {}).values() for step in job.get("steps", []))]


def test_no_step_has_an_expression_in_its_commands_and_each_says_its_shell() -> None:
    steps = [(path, step) for path, document in every() for step in steps_of(document) if "run" in step]
    assert len(steps) > 15
    assert [(path, step["run"]) for path, step in steps if "${{" in step["run"] or step.get("shell") != "bash"] == []


def test_each_checkout_leaves_no_token_behind() -> None:
    steps = [step for _, document in every() for step in steps_of(document) if step.get("uses", "").startswith("actions/checkout@")]
    assert len(steps) > 8
    assert all(step["with"]["persist-credentials"] is False for step in steps)


def test_each_action_is_pinned_as_our_table_says() -> None:
    known = {f"{one.action}@{one.sha} # {one.tag}" for one in pins().values()}
    used = set()
    for family in (workflows.family, actions.family):
        for text in texts_of(family, changed(**BENCH)).values():
            used |= set(re.findall(r"(?m)^ *(?:- )?uses: (.+)$", text))
    assert {one for one in used if not one.startswith("$/")} <= known
    assert len(used & known) >= 9


def test_pins_are_whole_and_say_where_they_were_read() -> None:
    assert len({one.action for one in pins().values()}) == len(pins()) >= 12
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} \.github/\S+\.ya?ml:\d+", one.read) for one in pins().values())


def test_no_workflow_waits_for_what_nobody_sees() -> None:
    """D10: filters of paths that leave everything out, workflows below their folder and merge keys pass every validator, and nothing runs."""
    for path, document in every():
        assert path.count("/") == (2 if "/workflows/" in path else 3), path
        events = document.get(True, document.get("on")) or {}  # YAML 1.1 takes `on` for a truth
        assert not [one for one in events.values() if isinstance(one, dict) and {"paths", "paths-ignore"} & set(one)], path
    for family in (workflows.family, actions.family):
        assert not [path for path, text in texts_of(family, changed(**BENCH)).items() if re.search(r"(?m)^\s*(?:- )?\S*:? ?(?:&\w|\*\w|<<:)", text)]


def test_what_workflows_call_of_us_is_made() -> None:
    there = {path for family in (workflows.family, actions.family) for path in texts_of(family, changed(**BENCH))}
    called = set()
    for text in texts_of(FAMILY, changed(**BENCH)).values():
        called |= set(re.findall(r"uses: \$/(\S+)", text))
    assert {one if one.endswith(".yml") else f"{one}/action.yml" for one in called} <= there
    assert len(called) == 6


def test_values_have_their_origins() -> None:
    found = {str(one.path): one for one in made(FAMILY).artefacts}
    one = found[f"{HOME}ci-pr.yml"]
    lines = one.content.decode().split("\n")
    at = {lines[number - 1].strip(): [str(origin) for origin in origins] for number, origins in one.origins.items()}
    assert at["- master"] == [f"{HOME}old.yml:4"]
    assert at['python: "3.13"'] == [f"{ORDERS}/Dockerfile:1"]
    assert at["image: postgres:16.4"] == ["infra/docker/compose.yaml:10"]
    assert at["run: npx turbo run lint --affected"] == [f"{WEB}/package.json:4"]
    assert plain(one.path) == f"{HOME}ci-pr.yml"


def test_only_what_follows_from_it_changes() -> None:
    before, after = texts_of(FAMILY), texts_of(FAMILY, changed(**{f"{ORDERS}/Dockerfile": "FROM python:3.14-slim\nCOPY . /app\n"}))
    assert {path for path in before if before[path] != after.get(path)} == {f"{HOME}ci-pr.yml"}
    assert texts_of(FAMILY, changed(**{"docs/a.md": "# More\n"})) == before
    named = texts_of(FAMILY, changed(**{"infra/kubernetes/overlays/staging/kustomization.yaml": OVERLAY.replace("acme/orders", "acme/shop")}))
    assert {path for path in before if before[path] != named.get(path)} == {f"{HOME}cd-staging.yml"}


HOSTS = {
    "redis://redis:6379/0": "redis://localhost:6379/0",
    "redis:6379": "localhost:6379",
    "redis": "localhost",
    "amqp://user@redis:5672/redis": "amqp://user@localhost:5672/redis",
    "a:1,redis:2": "a:1,localhost:2",
    "redis-cluster:6379": "redis-cluster:6379",
    "https://redis.example/redis": "https://redis.example/redis",
    "my_redis": "my_redis",
}


@pytest.mark.parametrize("text", HOSTS)
def test_the_host_of_a_value_is_this_machine_and_nothing_else_of_it(text: str) -> None:
    assert at_home(text, "redis") == HOSTS[text]
