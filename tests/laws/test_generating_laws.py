"""The laws of what is derived (L11 to L14), on the sample that has every kind of workload, through the engine's own plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from migrator.build import build
from migrator.engine import running
from migrator.engine.context import Engine
from migrator.engine.rollback import take_back
from migrator.facts.landscape import landscape
from migrator.gates.agreement import disagreements
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.plan import Plan
from migrator.step import Move, Step
from phases import infrastructure
from tests.conftest import git
from tests.laws.generating import INFRASTRUCTURE, PHASES, Files, before, contents, edited, facts, finished, generated, planned, sample, whole

C = "infra/docker/compose/docker-compose.yml"
MAIN = "apps/backend/app/main.py"
CONFIG = "apps/backend/app/core/config.py"
NGINX = "infra/networking/nginx/nginx.conf"
EXAMPLE = "apps/.env.example"
DOCKERFILE = "apps/backend/Dockerfile"


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """What a build leaves behind is compared with what comes from nothing in the other laws; here it would be most of the work."""


Change = tuple[str, str, str]

BASE, OVERLAYS, HELM = "infra/kubernetes/base", "infra/kubernetes/overlays", "infra/kubernetes/helm/acme"
VALUES = {f"{HELM}/values.yaml"}
CHARTS = {*VALUES, f"{HELM}/values.schema.json", *(f"{HELM}/values-{one}.yaml" for one in ("dev", "staging", "production"))}
PODS = {f"{BASE}/deployments/backend.yaml", *VALUES}
BOTH_PODS = {f"{BASE}/deployments/worker.yaml", *PODS}
ALL_PODS = {f"{BASE}/deployments/beat.yaml", f"{BASE}/jobs/migrate.yaml", *BOTH_PODS}
SETTINGS = {f"config/environments/.env.{one}" for one in ("development", "staging", "production", "example")} | {
    "config/validation/config-schema.json"
}
MAPS = {f"{BASE}/configmaps/{one}.properties" for one in ("backend", "worker", "beat", "migrate")} | VALUES
WHERE = {f"infra/security/secrets-management/{one}" for one in ("README.md", "secrets.json")}
"""They say on which line each secret is used: what moves lines changes them."""
REFERENCES = {f"{BASE}/secrets/{one}.yaml" for one in ("backend", "worker", "beat", "migrate")} | {"config/secrets/README.md"}
STORES = {"infra/terraform/README.md", *(f"infra/terraform/environments/{one}/main.tf" for one in ("dev", "staging", "production"))}
RDS = STORES - {"infra/terraform/environments/dev/main.tf"}
SCANS, ZAP, WATCH = "infra/security/dependency-scanning/scans.json", "infra/security/dast/zap.yml", "infra/monitoring/README.md"
INGRESS = {f"{BASE}/ingress/{one}.yaml" for one in ("backend", "frontend")}
HOSTS = {f"{OVERLAYS}/{place}/ingress/{one}.yaml" for place in ("dev", "staging", "production") for one in ("backend", "frontend")}
PLACES = {f"{OVERLAYS}/{one}/kustomization.yaml" for one in ("staging", "production")}
PAYMENTS = {f"{OVERLAYS}/{one}/external/api-payments-dev.yaml" for one in ("dev", "staging", "production")}
OTHER_PAYMENTS = {path.replace("-dev.yaml", "-io.yaml") for path in PAYMENTS}
OTHERS = {f"{BASE}/configmaps/{one}.properties" for one in ("beat", "migrate")}
"""Those of workloads that are given no `.env.example`."""
SCHEMA = {f"{HELM}/values.schema.json"}
KEPT = ("broker", "cache", "db", "storage")
MONITORING = {
    f"infra/monitoring/{one}"
    for one in (
        "README.md", "alertmanager/alertmanager.yml", "grafana/dashboards/backend.json", "grafana/provisioning/datasources/datasources.yml",
        "prometheus/rules/backend.yml", "prometheus/tests/backend.yml",
    )
}  # fmt: skip


def component(name: str, *files: str) -> set[str]:
    """Files of a workload that keeps something, with the chart's values."""
    return {f"infra/kubernetes/components/{name}/{one}" for one in files or ("statefulset.yaml",)} | VALUES


BEAT = "  beat:\n    build: ../../../apps/backend\n    command: celery -A app.tasks beat\n    environment: *settings\n"
MAILER = "  mailer:\n    build: ../../../apps/backend\n    command: celery -A app.tasks worker -Q mail\n"
MAIL = "  mail:\n    image: axllent/mailpit:v1.20.5\n    profiles: [development]\n"
CURL, CACHE = '["CMD", "curl", "-f", "http://localhost:8000/health"]', "    image: redis:7.4-alpine\n"
ROWS: list[tuple[str, list[Change], set[str]]] = [
    # a workload of compose itself
    ("a port", [(C, '"8080:8000"', '"8080:9000"'), (C, "--port 8000", "--port 9000"), (C, "localhost:8000", "localhost:9000")],
     {*PODS, f"{BASE}/services/backend.yaml", f"{BASE}/network/backend.yaml", WATCH, "infra/monitoring/prometheus/tests/backend.yml"}),
    ("a host port", [(C, '"8080:8000"', '"9090:8000"')], {ZAP}),
    ("a command", [(C, "--host 0.0.0.0", "--host 0.0.0.0 --proxy-headers")], PODS),
    ("a worker's command", [(C, "app.tasks worker", "app.tasks worker -c 4")], {f"{BASE}/deployments/worker.yaml", *VALUES}),
    ("a migration's command", [(C, "upgrade head", "upgrade heads")], {f"{BASE}/jobs/migrate.yaml", *VALUES}),
    ("replicas", [(C, "replicas: 2", "replicas: 3")], {f"{OVERLAYS}/production/scaling/backend.yaml", f"{HELM}/values-production.yaml"}),
    ("a limit of processors", [(C, 'cpus: "0.5"', 'cpus: "0.75"')], PODS),
    ("a limit of memory", [(C, "memory: 512M", "memory: 768M")], PODS),
    ("a probe's interval", [(C, "interval: 30s", "interval: 45s")], PODS),
    ("a probe's timeout", [(C, "timeout: 5s", "timeout: 8s")], PODS),
    ("a probe's retries", [(C, "retries: 3", "retries: 5")], PODS),
    ("a start period", [(C, "start_period: 20s", "start_period: 60s")], PODS),
    ("a health path", [(C, "localhost:8000/health", "localhost:8000/healthz"), (MAIN, '"/health"', '"/healthz"')], {*PODS, ZAP}),
    ("a time to stop", [(C, "    command: uvicorn", "    stop_grace_period: 50s\n    command: uvicorn")], {*BOTH_PODS, *WHERE}),
    ("a user", [(C, "    command: uvicorn", "    user: '4711'\n    command: uvicorn")], {*BOTH_PODS, *WHERE}),
    ("an entry point", [(C, "    command: uvicorn", "    entrypoint: /entry\n    command: uvicorn")], {*BOTH_PODS, *WHERE}),
    # what compose gives it
    ("a setting", [(C, "SMTP_HOST: mail", "SMTP_HOST: post")], SETTINGS | MAPS),
    ("a setting more", [(C, "SMTP_HOST: mail", "SMTP_HOST: mail\n      MAX_ITEMS: 7")], SETTINGS | MAPS | WHERE),
    ("a setting less", [(C, "SMTP_HOST: mail", "# nothing")], SETTINGS | MAPS),
    ("a setting of one", [(C, "URL: http://backend:8000", "URL: http://backend:8000/v2")],
     {*SETTINGS, *VALUES, f"{BASE}/configmaps/frontend.properties"}),
    ("a secret more", [(C, "SMTP_HOST: mail", "SMTP_HOST: mail\n      STRIPE_API_KEY: ${STRIPE_API_KEY:?}")],
     SETTINGS | REFERENCES | VALUES | WHERE | STORES),
    ("a secret's value", [(C, "POSTGRES_PASSWORD: acme-in-development", "POSTGRES_PASSWORD: another-in-development")], set()),
    ("a database's name", [(C, "POSTGRES_DB: acme", "POSTGRES_DB: shop")],
     SETTINGS | component("db", "config.properties") | RDS - {"infra/terraform/README.md"}),
    # what it is made of and keeps
    ("an engine's version", [(C, "postgres:16.4-alpine", "postgres:17.2-alpine")], {*component("db"), SCANS, *RDS}),
    ("a patch of an engine", [(C, "postgres:16.4-alpine", "postgres:16.6-alpine")], {*component("db"), SCANS, "infra/terraform/README.md"}),
    ("another engine", [(C, "redis:7.4-alpine", "valkey/valkey:8.0-alpine")], {*component("cache"), SCANS, WATCH, *RDS}),
    ("a broker's version", [(C, "rabbitmq:3.13-alpine", "rabbitmq:4.0-alpine")], {*component("broker"), SCANS}),
    ("a tool's version", [(C, "mailpit:v1.20.5", "mailpit:v1.21.0")], {SCANS}),
    ("a volume's name", [(C, "queues:/var", "messages:/var"), (C, "queues: {}", "messages: {}")], component("broker")),
    ("a volume's place", [(C, "objects:/data", "objects:/srv")], component("storage")),
    ("a volume more", [(C, CACHE, CACHE + "    volumes: ['kept:/data']\n"), (C, "queues: {}", "queues: {}\n  kept: {}")], component("cache")),
    # who needs whom
    ("a condition", [(C, "db: { condition: service_healthy }\n      cache", "db: { condition: service_started }\n      cache")],
     component("db", "kustomization.yaml", "waits/backend.yaml", "waits/worker.yaml")),
    ("a dependency less", [(C, "cache: { condition: service_started }", "# nothing")], set()),
    ("somebody else's API", [(C, "api.payments.dev", "api.payments.io")],
     SETTINGS | MAPS | CHARTS | PAYMENTS | OTHER_PAYMENTS | PLACES | {f"{OVERLAYS}/dev/kustomization.yaml"}),
    ("nobody else's API", [(C, "PAYMENTS_URL: https://api.payments.dev/v1", "# nothing")],
     SETTINGS | MAPS | CHARTS | PAYMENTS | PLACES | {f"{OVERLAYS}/dev/kustomization.yaml"}),
    # what there is
    ("a service more", [(C, "\nvolumes:", MAILER + "\nvolumes:")], {
        *SETTINGS, *CHARTS, *PLACES, *WHERE, WATCH, "config/secrets/README.md", "infra/monitoring/loki/config.alloy", f"{BASE}/kustomization.yaml",
        f"{BASE}/deployments/mailer.yaml", f"{BASE}/secrets/mailer.yaml",
        *(f"{OVERLAYS}/{place}/scaling/mailer.yaml" for place in ("staging", "production"))}),
    ("a service less", [(C, BEAT, "\n" * 4)], {
        *SETTINGS, *CHARTS, *PAYMENTS, *WHERE, "config/secrets/README.md", "infra/monitoring/loki/config.alloy", f"{BASE}/kustomization.yaml",
        f"{BASE}/deployments/beat.yaml", f"{BASE}/secrets/beat.yaml", f"{BASE}/configmaps/beat.properties",
        *(f"infra/kubernetes/components/{one}/network.yaml" for one in KEPT),
        *(f"{OVERLAYS}/{place}/external/{one}.yaml" for place in ("staging", "production") for one in KEPT)}),
    ("a tool less", [(C, MAIL, "")], {SCANS}),
    # code
    ("a default in code", [(CONFIG, '"20"', '"50"')], SETTINGS),
    ("a variable that code reads", [(CONFIG, "", 'CURRENCY = os.getenv("CURRENCY", "EUR")\n')], SETTINGS),
    ("a variable that code needs", [(CONFIG, "", 'REGION = os.environ["REGION"]\n')], SETTINGS),
    ("a secret that code needs", [(CONFIG, "", 'MAIL_PASSWORD = os.environ["MAIL_PASSWORD"]\n')], SETTINGS | REFERENCES | VALUES | WHERE | STORES),
    ("no library of metrics", [(MAIN, "Instrumentator().instrument(app).expose(app)", ""), (MAIN, "from prometheus_", "# from prometheus_")],
     MONITORING | VALUES | STORES - {"infra/terraform/README.md"} | {f"{BASE}/network/backend.yaml"}),
    ("the path of metrics", [(MAIN, ".expose(app)", '.expose(app, endpoint="/numbers")')], {WATCH}),
    ("no health route", [(MAIN, '@app.get("/health")', ""), (C, CURL, '["CMD", "true"]')], {*PODS, ZAP}),
    ("a route of another kind", [(MAIN, "", '\n\n@app.get("/about")\ndef about() -> str:\n    return ""\n')], {ZAP}),
    # what is beside
    ("a value of the example", [(EXAMPLE, "LOG_LEVEL=info", "LOG_LEVEL=debug")], SETTINGS | MAPS - OTHERS),
    ("a line more of the example", [(EXAMPLE, "", "THEME=dark\n")], SETTINGS | MAPS - OTHERS),
    ("a host of the proxy", [(NGINX, "listen 80;", "listen 80; server_name shop.acme.dev;")], INGRESS | HOSTS | CHARTS - SCHEMA),
    ("a path of the proxy", [(NGINX, "location /api/", "location /v1/")], {f"{BASE}/ingress/backend.yaml", *VALUES}),
    ("a user of the image", [(DOCKERFILE, "CMD", "USER 1234\nCMD")], ALL_PODS),
    ("a directory of the image", [(DOCKERFILE, "WORKDIR /srv", "WORKDIR /code")], ALL_PODS),
    # what says nothing that anything is derived from
    ("a base of an image", [(DOCKERFILE, "python:3.12-slim", "python:3.13-slim")], set()),
    ("a remark", [(C, "services:\n", "services: # all of them\n")], set()),
    ("a page", [("README.md", "", "\nMore.\n")], set()),
    ("a function", [("apps/backend/app/core/clock.py", "", "\n\nHOUR = 3600\n")], set()),
]  # fmt: skip


def rerun(changes: Iterable[Change], files: Files | None = None) -> Plan:
    """Phase 3 once more, after somebody changed something."""
    files = finished() if files is None else files
    for change in changes:
        files = edited(files, *change)
    return planned(files, INFRASTRUCTURE)


def changed(plan: Plan) -> set[str]:
    """What is derived and has not the content that it had."""
    was, now = (generated(each) for each in (contents_of_start(plan), contents(plan)))
    return {path for path in {*was, *now} if was.get(path) != now.get(path)}


def contents_of_start(plan: Plan) -> Files:
    return {str(path): plan.start.read(path) for path in plan.start.tree}


@pytest.mark.parametrize("changes, expected", [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_a_fact_changes_exactly_what_used_it(changes: list[Change], expected: set[str]) -> None:
    """L11. No question is asked, because nobody edited what we wrote."""
    plan = rerun(changes)
    assert changed(plan) == expected
    assert (plan.aside, plan.questions, plan.problems) == ((), (), ())


UNDONE = [row for row in ROWS if row[0].endswith(("more", "less", "API", "the proxy", "code needs")) or row[0].startswith("no ")]


@pytest.mark.parametrize("changes, expected", [pytest.param(*row[1:], id=row[0]) for row in UNDONE])
def test_a_fact_that_goes_takes_its_values_along(changes: list[Change], expected: set[str]) -> None:
    """L11, back again: nothing of it is left, and nothing that it had taken away stays away."""
    there = rerun(changes)
    sources = {path: finished()[path] for path, _, _ in changes}
    back = planned({**contents(there), **sources}, INFRASTRUCTURE)
    assert changed(back) == expected
    assert generated(contents(back)) == generated(finished())
    assert back.questions == ()


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 40


# what people edit (L12) ------------------------------------------------------------------------------------------------

KUBERNETES = "infra/kubernetes"
EDITS: list[Change] = [
    (f"{BASE}/deployments/backend.yaml", "---\n", "# The payments team is on call for this.\n---\n"),
    (f"{BASE}/deployments/backend.yaml", "maxUnavailable: 0", "maxUnavailable: 1"),
    (f"{BASE}/deployments/frontend.yaml", "cpu: 100m", "cpu: 150m"),
    (f"{BASE}/deployments/worker.yaml", "      volumes:\n", "      terminationGracePeriodSeconds: 120\n      volumes:\n"),
    (f"{BASE}/jobs/migrate.yaml", "spec:\n", "spec:\n  ttlSecondsAfterFinished: 600\n"),
    (f"{BASE}/services/frontend.yaml", "spec:\n", "spec:\n  sessionAffinity: ClientIP\n"),
    (f"{BASE}/ingress/frontend.yaml", "  annotations:\n", "  annotations:\n    nginx.ingress.kubernetes.io/proxy-body-size: 8m\n"),
    (f"{BASE}/configmaps/backend.properties", "", "FEATURES=search\n"),
    (f"{BASE}/kustomization.yaml", "generatorOptions:\n", "# Kept stable.\ngeneratorOptions:\n"),
    (f"{BASE}/secrets/backend.yaml", "refreshInterval: 1h0m0s", "refreshInterval: 10m0s"),
    (f"{KUBERNETES}/components/db/statefulset.yaml", "storage: 10Gi", "storage: 200Gi"),
    (f"{OVERLAYS}/production/scaling/worker.yaml", "averageUtilization: 75", "averageUtilization: 60"),
    (f"{HELM}/values.yaml", "externalNetworks: []", "externalNetworks: [10.0.0.0/8]"),
    (f"{HELM}/values-production.yaml", "environment: production\n", "environment: production\ningress:\n  issuer: letsencrypt\n"),
    ("infra/ci-cd/argocd/applications/production.yaml", "revisionHistoryLimit: 10", "revisionHistoryLimit: 30"),
    ("infra/terraform/environments/production/main.tf", "\n", "\n# Reviewed by the platform team.\n"),
    ("infra/monitoring/README.md", "## Not watched\n", "## Not watched, for now\n"),
    ("infra/monitoring/prometheus/rules/backend.yml", "groups:\n", "# See the handbook.\ngroups:\n"),
    ("config/environments/.env.development", "", "MY_OWN=1\n"),
    ("infra/security/sast/semgrep.yml", "", "# More rules are in the wiki.\n"),
]
MEANWHILE: list[Change] = [
    (C, "memory: 512M", "memory: 768M"),
    (C, "app.tasks worker", "app.tasks worker -c 4"),
    (C, "upgrade head", "upgrade heads"),
    (C, "postgres:16.4-alpine", "postgres:17.2-alpine"),
    (C, "SMTP_HOST: mail", "SMTP_HOST: post"),
    (MAIN, ".expose(app)", '.expose(app, endpoint="/numbers")'),
    (CONFIG, "", 'MAIL_PASSWORD = os.environ["MAIL_PASSWORD"]\n'),
    (NGINX, "listen 80;", "listen 80; server_name shop.acme.dev;"),
    (C, "\nvolumes:", MAILER + "\nvolumes:"),
]
LIMIT = (f"{BASE}/deployments/backend.yaml", "memory: 512Mi", "memory: 640Mi")


def by_hand(changes: Iterable[Change], files: Files) -> Files:
    for change in changes:
        files = edited(files, *change)
    return files


def test_twenty_edits_by_hand_survive_what_changed_meanwhile() -> None:
    """L12: what is merged is what would have been made, with the same edits in it."""
    assert len(EDITS) == 20
    alone = rerun(MEANWHILE)
    both = rerun(MEANWHILE, by_hand(EDITS, finished()))
    assert (both.questions, both.aside) == ((), ())
    expected = by_hand(EDITS, contents(alone))
    assert generated(contents(both)) == generated(expected)
    assert sum(expected[path] != finished()[path] and path in changed(alone) for path, _, _ in EDITS) > 10
    assert planned(contents(both), INFRASTRUCTURE).steps == ()


@pytest.mark.parametrize("answer, kept", [("", "640Mi"), ("theirs", "640Mi"), ("ours", "768Mi")])
def test_a_conflict_is_a_question_and_the_rest_goes_on(answer: str, kept: str) -> None:
    """L12: what both changed stays as the person has it until somebody answers; the other files of the family follow."""
    files = by_hand([*MEANWHILE, LIMIT], finished())
    plan = planned(files, INFRASTRUCTURE)
    (question,) = plan.questions
    assert question.where.startswith(f"{LIMIT[0]}:")
    assert "memory: 640Mi" in question.text
    assert "memory: 768Mi" in question.text
    assert question.answers == ("ours", "theirs")
    if answer:
        plan = planned(files, INFRASTRUCTURE, f'[answers]\n"{question.id}" = "{answer}"\n')
        assert plan.questions == ()
    assert f"memory: {kept}".encode() in contents(plan)[LIMIT[0]]
    assert b"memory: 768Mi" in contents(plan)[f"{HELM}/values.yaml"]
    assert planned(contents(plan), INFRASTRUCTURE).steps == ()


def test_a_file_that_a_person_deleted_is_not_made_again() -> None:
    gone = {path: content for path, content in finished().items() if path != LIMIT[0]}
    plan = rerun(MEANWHILE, gone)
    assert LIMIT[0] not in contents(plan)
    assert any(one.kind == "deleted" and one.path == LIMIT[0] for one in plan.notes["infrastructure"].findings)


# what names each other (L14) -------------------------------------------------------------------------------------------

S, D, N = f"{BASE}/services/backend.yaml", f"{BASE}/deployments/backend.yaml", f"{BASE}/network/backend.yaml"
SCALING, DB = f"{OVERLAYS}/production/scaling/backend.yaml", f"{KUBERNETES}/components/db/statefulset.yaml"
NAME = "app.kubernetes.io/name: backend"
PLANTED: list[tuple[str, str, str, str]] = [
    (D, f"    matchLabels:\n      {NAME}", "    matchLabels:\n      app.kubernetes.io/name: bakend", "selector"),
    (S, f"selector:\n    {NAME}", "selector:\n    app.kubernetes.io/name: bakend", "service"),
    (S, "targetPort: http", "targetPort: web", "target-port"),
    (D, "port: http\n", "port: 8001\n", "probe-port"),
    (D, "path: /health\n", "path: /healthy\n", "probe-route"),
    (DB, "- name: scratch-1\n              mountPath", "- name: scratch-2\n              mountPath", "volume"),
    (SCALING, "kind: Deployment\n    name: backend", "kind: Deployment\n    name: bakend", "scale-target"),
    (SCALING, f"matchLabels:\n      {NAME}", "matchLabels:\n      app.kubernetes.io/name: bakend", "disruption"),
    (f"{BASE}/ingress/backend.yaml", "service:\n                name: backend", "service:\n                name: bakend", "backend"),
    (N, f"podSelector:\n    matchLabels:\n      {NAME}", "podSelector:\n    matchLabels:\n      app.kubernetes.io/name: bakend", "network"),
    (D, "serviceAccountName: backend", "serviceAccountName: bakend", "account"),
    (D, "secretRef:\n                name: backend", "secretRef:\n                name: bakend", "settings"),
    (f"{BASE}/kustomization.yaml", "services/backend.yaml", "services/bakend.yaml", "kustomization"),
    (f"{OVERLAYS}/production/kustomization.yaml", "name: acme/backend", "name: acme/bakend", "kustomization"),
    (f"{KUBERNETES}/components/db/kustomization.yaml", "path: waits/worker.yaml", "path: waits/workers.yaml", "kustomization"),
    ("infra/ci-cd/argocd/applications/dev.yaml", "overlays/dev", "overlays/test", "application"),
    ("infra/ci-cd/argocd/applications/dev.yaml", "project: acme", "project: shop", "application"),
    (f"{HELM}/values-production.yaml", "environment: production", "enviroment: production", "chart"),
    (f"{HELM}/values.yaml", "partOf: acme", "partsOf: acme", "chart"),
    (SCALING, "minReplicas: 2", "minReplicas: 9", "value"),
    (C, "      - objects:/data", "      - object:/data", "compose"),
    (C, "      db: { condition", "      database: { condition", "compose"),
    (".github/workflows/ci.yml", '"apps/backend/**"', '"apps/bakend/**"', "workflow"),
    ("infra/monitoring/prometheus/rules/backend.yml", "rate(http_requests_total", "rate(http_request_total", "metric"),
]


@pytest.mark.parametrize("path, old, new, check", PLANTED, ids=[f"{row[3]} {number}" for number, row in enumerate(PLANTED)])
def test_a_disagreement_in_what_we_wrote_is_caught_with_both_places(path: str, old: str, new: str, check: str) -> None:
    """L14, on the tree that nothing disagrees in."""
    found = [one for one in disagreements(facts(edited(finished(), path, old, new))) if one.check == check]
    assert found
    for one in found:
        assert path in {one.at.path, one.other.path if one.other else ""}
        # What nothing makes has no place: then it is said where it was looked for.
        assert str(one.at) != str(one.other) if one.other else f"nothing in {KUBERNETES}/" in one.message


def test_nothing_that_we_write_disagrees() -> None:
    assert disagreements(facts(finished())) == ()
    reports = [report for step in whole().steps for report in step.gates if report.gate == "agreement"]
    assert len(reports) == len(whole().steps)
    assert all(report.passed for report in reports)


# phases together -------------------------------------------------------------------------------------------------------


def test_one_plan_of_all_phases_is_one_after_the_other() -> None:
    assert contents(planned(sample(), judged=True)) == finished()


def test_a_finished_tree_has_no_step() -> None:
    again = planned(finished(), INFRASTRUCTURE)
    assert (again.steps, again.aside, again.questions) == ((), (), ())
    assert {step.step.slug for step in whole().steps} >= {one.name for one in infrastructure.FAMILIES} - {"docker"}


def moved_by_hand(files: Files, old: str, new: str) -> Files:
    return {path.replace(f"{old}/", f"{new}/", 1) if path.startswith(f"{old}/") else path: content for path, content in files.items()}


def moved_by_us(files: Files, old: str, new: str) -> Files:
    after = build(facts(files), Step("mv", "t", "w", (Move(RepoPath(old), RepoPath(new)),))).after
    return {str(path): after.read(path) for path in after.tree}


@pytest.mark.parametrize("moved", [moved_by_hand, moved_by_us])
@pytest.mark.parametrize(
    "old, new", [(KUBERNETES, "deploy/k8s"), ("infra/monitoring/grafana", "ops/grafana"), ("infra/terraform", "cloud"), ("config", "settings")]
)
def test_what_was_made_is_ours_wherever_it_went(moved: Callable[[Files, str, str], Files], old: str, new: str) -> None:
    """L6: what we made is nothing that the repository had already, and is found where it is."""
    files = moved(finished(), old, new)
    assert any(path.startswith(f"{new}/") for path in files)
    again = planned(files, INFRASTRUCTURE)
    assert (again.steps, again.aside, again.questions) == ((), (), ())
    if moved is moved_by_hand:
        assert [one.path for one in again.notes["infrastructure"].findings if one.kind == "deleted"] == []


def test_a_manifest_that_only_looks_like_ours_is_the_repositorys() -> None:
    """The other side of it: moved and edited by hand, nobody can tell any longer who wrote it, so nothing is made beside it."""
    files = moved_by_hand(edited(finished(), D, "maxUnavailable: 0", "maxUnavailable: 1"), KUBERNETES, "deploy/k8s")
    found = [one for one in facts(files).derive(landscape).existing if one.kind == "Deployment"]
    assert [(one.name, one.origin.path) for one in found] == [("backend", D.replace(KUBERNETES, "deploy/k8s"))]


@pytest.mark.slow
def test_taking_phase_3_back_leaves_the_tree_before_and_edits_survive_a_second_run(make_repository: Callable[[Files], Path]) -> None:
    """Through Git: all phases on one branch, the last taken back and made once more, squashed; then commits of a person, and a second run."""
    directory = make_repository(sample())

    def tree(repository: Repository, commit: str | None) -> Files:
        return {str(path): repository.read(entry.blob) for path, entry in repository.tree(commit or "HEAD").items()}

    with Repository.open(directory) as repository:
        engine = Engine(repository, PHASES)
        assert tree(repository, running.run(engine, PHASES, branch="all").head) == finished()
        assert running.run(engine, PHASES, branch="all").steps == ()
        take_back(engine, "refs/heads/all", phase=3)
        assert tree(repository, repository.read_ref("refs/heads/all")) == before()
        assert tree(repository, running.run(engine, PHASES, branch="all").head) == finished()
    git(directory, "merge", "-q", "--squash", "all")
    git(directory, "commit", "-q", "-m", "squashed")
    changed_files = by_hand([*EDITS, *MEANWHILE], finished())
    for path in {path for path, _, _ in [*EDITS, *MEANWHILE]}:
        (directory / path).write_bytes(changed_files[path])
    git(directory, "commit", "-q", "-a", "-m", "edited")
    with Repository.open(directory) as repository:
        again = running.run(Engine(repository, PHASES), INFRASTRUCTURE)
        assert again.plan.questions == ()
        assert generated(tree(repository, again.head)) == generated(by_hand(EDITS, contents(rerun(MEANWHILE))))
