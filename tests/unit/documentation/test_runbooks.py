"""Run-books: what each page says and from what, where alerts lead, and what is not said because nothing says it."""

from __future__ import annotations

import pytest

from phases.documentation.runbooks import family
from tests.unit.documentation.shop import COMPOSE, FILES, RULES, changed, made, pages, section

HOME = "docs/runbooks"
API, INDEX, LOST, SCALED, SEEN = (
    f"{HOME}/{name}"
    for name in ("incidents/api.md", "incidents/README.md", "disaster-recovery/README.md", "scaling/README.md", "monitoring/README.md")
)
RULE_FILE = "infra/monitoring/rules/api.yml"
URL = "https://git.example.com/acme/shop/blob/main/docs/runbooks/incidents/api.md#apierrorbudgetburn"


def decided(**files: str | None) -> dict[str, str]:
    return {one.subject: one.message for one in made(family, changed(**files)).decisions}


def test_what_is_made() -> None:
    assert set(pages(family)) == {INDEX, LOST, SCALED, SEEN, *(f"{HOME}/incidents/{name}.md" for name in ("api", "web", "db", "cache"))}


def test_where_to_look_first() -> None:
    looking = section(pages(family)[API], "## Look first")
    for line in (
        "- `GET /health` on port 8000 tells whether it lives: `curl -fsS http://localhost:8123/health`.",
        "docker compose -f compose.yaml ps api    # develop",
        "docker compose -f compose.yaml logs --tail 200 api    # develop",
        "kubectl -n shop-production get pods -l app.kubernetes.io/name=api",
        "kubectl -n shop-production logs deployment/api --tail=200",
    ):
        assert line in looking.split("\n")


def test_suspects_are_those_it_asks_and_those_that_ask_it() -> None:
    suspects = section(pages(family)[API], "## First suspects")
    first, _, after = suspects.partition("What asks it")
    assert [line.partition(";")[0] for line in first.split("\n") if line.startswith("- ")] == [
        "- api.payments.dev, external (somebody else's) on port 443", "- [cache](cache.md), cache on port 6379", "- [db](db.md), database on port 5432",
    ]  # fmt: skip
    assert "- [web](web.md), web on port 8000; by environment" in after.split("\n")


@pytest.mark.parametrize(
    "files, page, heading, line",
    [
        # a section for each alert, named as its address says
        ({}, API, "## ApiErrorBudgetBurn", "| page | 2m | In the last hour, … failed. | [`infra/monitoring/rules/api.yml`](../../../infra/monitoring/rules/api.yml) |"),
        ({}, API, "## ApiDown", "| page | at once |  | [`infra/monitoring/rules/api.yml`](../../../infra/monitoring/rules/api.yml) |"),
        ({RULE_FILE: RULES.replace("#apierrorbudgetburn", "#too-many")}, API, "## ApiErrorBudgetBurn", '<a id="too-many"></a>'),
        ({RULE_FILE: RULES.replace("incidents/api.md", "incidents/shop/api.md")}, f"{HOME}/incidents/shop/api.md", "## ApiErrorBudgetBurn", "Look first at [api](../api.md#look-first)."),
        ({RULE_FILE: RULES.replace(URL, "docs/runbooks/incidents/api.md#apierrorbudgetburn")}, API, "## ApiErrorBudgetBurn", "[Look first](#look-first) at the workload itself."),
        # one of nobody's is told where all are listed
        ({RULE_FILE: RULES + "      - alert: DiskFull\n        expr: disk > 1\n"}, INDEX, "## DiskFull", "disk > 1"),
        # what saves, what brings back
        ({}, LOST, "## db", "bash infra/scripts/backup/backup-db.sh"),
        ({}, LOST, "## db", "bash infra/scripts/restore/restore-db.sh"),
        ({"infra/scripts/restore/restore-db.sh": None}, LOST, "## db", "- No script of this repository brings it back."),
        ({"infra/scripts/backup/backup-db.sh": None}, LOST, "## db", "- No script of this repository saves it: a script below infra/scripts/backup that calls `pg_dump` would be named on the page."),
        ({}, LOST, "## The order in which everything comes up", "- 3: web"),
        ({"api/alembic.ini": "[alembic]\nscript_location = alembic\n", "api/alembic/env.py": ""}, LOST, "## The order in which everything comes up", "(cd api && alembic upgrade head)"),
        ({"api/migrations/alembic.ini": "[alembic]\n", "api/migrations/env.py": "from flask import current_app\n", "api/requirements.txt": "flask\nflask-migrate\n"}, LOST, "## The order in which everything comes up", "(cd api && flask db upgrade)"),
        # how many
        ({}, SCALED, "## api", "| Deployment | 2 | no | [`infra/kubernetes/base/api.yaml`](../../../infra/kubernetes/base/api.yaml) |"),
        ({}, SCALED, "## api", "| HorizontalPodAutoscaler | 3 to 9 | yes | [`infra/kubernetes/overlays/production/scaling.yaml`](../../../infra/kubernetes/overlays/production/scaling.yaml) |"),
        ({}, SCALED, "## web", "Nothing says how many run, so it is one."),
        ({}, SCALED, "## api", "- It takes `8123` of the host, so a machine can run one of it with compose."),
        ({"compose.yaml": COMPOSE.replace("    build: web\n", "    build: web\n    deploy: {replicas: 4}\n")}, SCALED, "## web", "| compose | 4 | no | [`compose.yaml`](../../../compose.yaml) |"),
        # how it is seen
        ({}, SEEN, "## api", "- Rules: [`infra/monitoring/rules/api.yml`](../../../infra/monitoring/rules/api.yml), with the alerts `ApiErrorBudgetBurn`, `ApiDown`."),
        ({"infra/grafana/dashboards/api.json": "{}"}, SEEN, "## api", "- Dashboard: [`infra/grafana/dashboards/api.json`](../../../infra/grafana/dashboards/api.json)."),
        ({}, SEEN, "## web", "- It tells nothing of what it counts. These lines would:"),
    ],
)  # fmt: skip
def test_what_pages_say(files: dict[str, str | None], page: str, heading: str, line: str) -> None:
    assert line in section(pages(family, changed(**files))[page], heading).split("\n")


@pytest.mark.parametrize(
    "files, page, text",
    [
        ({"infra/kubernetes/base/api.yaml": None}, API, "kubectl"),
        ({"infra/kubernetes/overlays/production/kustomization.yaml": None}, API, "kubectl"),
        ({"infra/kubernetes/overlays/production/kustomization.yaml": FILES["infra/kubernetes/overlays/production/kustomization.yaml"].replace("../../base, ", "")}, API, "kubectl"),
        ({"infra/kubernetes/overlays/production/kustomization.yaml": FILES["infra/kubernetes/overlays/production/kustomization.yaml"].replace(", scaling.yaml", "")}, SCALED, "get hpa"),
        ({RULE_FILE: None}, API, "## Api"),
        ({"infra/scripts/backup/backup-db.sh": "#!/bin/sh\nredis-cli SAVE\n"}, LOST, "Saved by:\n\n```sh\nbash infra/scripts/backup/backup-db.sh"),
        ({}, API, "hunter2"),
    ],
)  # fmt: skip
def test_what_nothing_says_is_not_said(files: dict[str, str | None], page: str, text: str) -> None:
    assert text not in pages(family, changed(**files))[page]


def test_a_page_that_people_wrote_is_theirs() -> None:
    files = {RULE_FILE: RULES.replace("docs/runbooks/incidents/api.md", "docs/guide.md")}
    assert "## ApiErrorBudgetBurn" not in pages(family, changed(**files))[API]
    assert "## ApiDown" in pages(family, changed(**files))[API]


def test_what_leads_nowhere_is_told() -> None:
    assert decided(**{RULE_FILE: RULES.replace("docs/runbooks/incidents/api.md", "docs/gone/api.md")})["alert ApiErrorBudgetBurn"].startswith(
        "its runbook_url names docs/gone/api.md, which nobody wrote"
    )
    assert "1 alert without runbook_url" in decided()["alerts: runbook_url"]
    assert "alert ApiErrorBudgetBurn" not in decided(**{RULE_FILE: RULES.replace(URL, "https://wiki.example.com/api")})
    assert set(decided()) == {"alerts: runbook_url"}
    assert "backup of db" in decided(**{"infra/scripts/backup/backup-db.sh": None})


def test_options() -> None:
    found = pages(family, directory="docs/ops", contact="#oncall <team>")
    assert {path.partition("/incidents")[0].partition("/monitoring")[0] for path in found} >= {"docs/ops"}
    assert section(found["docs/ops/incidents/api.md"], "## Ask") == "\\#oncall \\<team\\>."
    assert made(family, {"README.md": "# Hello\n"}).absent.startswith("nothing runs that anybody relies on")


def test_what_only_developers_run_has_no_page() -> None:
    mail = COMPOSE.replace("volumes:\n  data:\n", "  mail:\n    image: mailhog/mailhog\nvolumes:\n  data:\n")
    assert f"{HOME}/incidents/mail.md" not in pages(family, changed(**{"compose.yaml": mail}))


def test_every_value_knows_its_place() -> None:
    """L11: what a template would not say has an origin."""
    page = next(one for one in made(family).artefacts if one.path == API)
    lines = page.content.decode().split("\n")
    bare = [
        line for number, line in enumerate(lines, 1) if number not in page.origins and line and not line.startswith(("```", "|---", "| severity"))
    ]
    assert bare == ["## Look first", "## First suspects", "What it asks; where one of these does not answer, this one is not the cause:",
                    "What asks it, and shows first that it does not answer:", "## Start it again"]  # fmt: skip
