"""Settings and scripts go where they belong, by what their content shows; each row has the tree before, what moves, and a twin that stays."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from migrator.build import build
from migrator.errors import Finding
from migrator.step import Move, Step
from migrator.tree import Moves
from phases.infrastructure.placement import problems
from tests.conftest import facts_of, texts
from tests.unit.infrastructure.placing import options, placed

NGINX = "server {\n  listen 80;\n  location / { proxy_pass http://api:8000; }\n}\n"
REDIS = "maxmemory 64mb\nappendonly yes\n"
SCRAPE = "scrape_configs:\n  - job_name: api\n"
RULES = "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n"
DASHBOARD = '{"panels": [], "schemaVersion": 39}'
KEY = "-----BEGIN " + "PRIVATE KEY-----\nabc\n-----END " + "PRIVATE KEY-----\n"
DUMP = "#!/bin/sh\npg_dump app > app.sql\n"


def mounting(*mounts: str, file: str = "infra/docker/compose/docker-compose.yml") -> dict[str, str]:
    return {file: "services:\n  a:\n    image: x\n    volumes:\n" + "".join(f"      - {mount}\n" for mount in mounts)}


ROWS = [
    ({"infra/nginx/lb.conf": NGINX}, {"infra/nginx/lb.conf": "infra/networking/nginx/lb.conf"}),
    ({"nginx.conf": NGINX}, {"nginx.conf": "infra/networking/nginx/nginx.conf"}),
    ({"deploy/Caddyfile": "example.com {\n  reverse_proxy api:8000\n}\n"}, {"deploy/Caddyfile": "infra/networking/caddy/Caddyfile"}),
    ({"infra/haproxy.cfg": "defaults\n  mode http\nfrontend a\n"}, {"infra/haproxy.cfg": "infra/networking/haproxy/haproxy.cfg"}),
    ({"infra/traefik/traefik.yml": "entryPoints:\n  web:\n    address: :80\n"}, {"infra/traefik/traefik.yml": "infra/networking/traefik/traefik.yml"}),
    ({"config/redis/redis.conf": REDIS}, {"config/redis/redis.conf": "infra/databases/redis/redis.conf"}),
    ({"infra/sentinel.conf": "sentinel monitor a redis 6379 2\n"}, {"infra/sentinel.conf": "infra/databases/redis/sentinel.conf"}),
    (
        {"infra/postgresql.conf": "shared_buffers = 1GB\nmax_connections = 10\n", "infra/pg_hba.conf": "local all all trust\nhost all all 0.0.0.0/0 md5\n"},
        {"infra/postgresql.conf": "infra/databases/postgres/postgresql.conf", "infra/pg_hba.conf": "infra/databases/postgres/pg_hba.conf"},
    ),
    ({"infra/mongod.conf": "storage:\n  dbPath: /data\n"}, {"infra/mongod.conf": "infra/databases/mongodb/mongod.conf"}),
    ({"infra/elasticsearch.yml": "cluster.name: a\nnetwork.host: 0.0.0.0\n"}, {"infra/elasticsearch.yml": "infra/databases/elasticsearch/elasticsearch.yml"}),
    (
        {"monitoring/prometheus.yml": SCRAPE, "monitoring/rules/api.yml": RULES},
        {"monitoring/prometheus.yml": "infra/monitoring/prometheus/prometheus.yml", "monitoring/rules/api.yml": "infra/monitoring/prometheus/rules/api.yml"},
    ),
    (
        {"infra/monitoring/prometheus.yml": SCRAPE, "infra/monitoring/configs/prometheus.yml": SCRAPE},
        {
            "infra/monitoring/prometheus.yml": "infra/monitoring/prometheus/prometheus.yml",
            "infra/monitoring/configs/prometheus.yml": "infra/monitoring/prometheus/configs/prometheus.yml",
        },
    ),
    (
        {"monitoring/grafana/dashboards/a.json": DASHBOARD, "monitoring/ds.yml": "datasources:\n  - name: a\n    access: proxy\n"},
        {"monitoring/grafana/dashboards/a.json": "infra/monitoring/grafana/dashboards/a.json", "monitoring/ds.yml": "infra/monitoring/grafana/ds.yml"},
    ),
    ({"ops/loki.yml": "schema_config:\n  configs: []\n"}, {"ops/loki.yml": "infra/monitoring/loki/loki.yml"}),
    ({"ops/promtail.yml": "clients:\n  - url: a\nscrape_configs: []\n"}, {"ops/promtail.yml": "infra/monitoring/promtail/promtail.yml"}),
    ({"ops/am.yml": "route:\n  receiver: a\nreceivers:\n  - name: a\n"}, {"ops/am.yml": "infra/monitoring/alertmanager/am.yml"}),
    ({"infra/ssl/README.md": "Run certbot.\n"}, {"infra/ssl/README.md": "infra/security/tls/README.md"}),
    ({"scripts/db_backup.sh": DUMP}, {"scripts/db_backup.sh": "infra/scripts/backup/db_backup.sh"}),
    ({"scripts/restore.sh": "#!/bin/sh\npg_restore -d app app.dump\n"}, {"scripts/restore.sh": "infra/scripts/restore/restore.sh"}),
    ({"scripts/deploy.sh": "#!/bin/sh\nkubectl apply -f k8s\n"}, {"scripts/deploy.sh": "infra/scripts/provision/deploy.sh"}),
    ({"Jenkinsfile": "pipeline {\n}\n"}, {"Jenkinsfile": "infra/ci-cd/jenkins/Jenkinsfile"}),
    ({"docker/base/python.Dockerfile": "FROM python:3.12\nRUN pip install uv\n"}, {"docker/base/python.Dockerfile": "infra/docker/base/python.Dockerfile"}),
    (
        {"db/init.sql": "CREATE TABLE a();\n", "infra/docker/compose/docker-compose.yml": "services:\n  db:\n    image: postgres:16\n    volumes:\n      - ../../../db/init.sql:/docker-entrypoint-initdb.d/init.sql\n"},
        {"db/init.sql": "infra/databases/postgres/init.sql"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "moves"), ROWS)
def test_what_shows_what_it_is_for_goes_to_its_place(files: dict[str, str], moves: dict[str, str]) -> None:
    found = placed(files)
    assert found.moves == moves
    again = placed(found.after)
    assert (again.steps, again.moves) == ((), {})  # L6


@pytest.mark.parametrize(("files", "moves"), ROWS)
def test_moves_back_give_the_first_tree(files: dict[str, str], moves: dict[str, str]) -> None:
    found = placed(files)
    back = Moves({new: old for built in found.built for old, new in built.files.items()})
    step = Step("back", "Move back", "why", tuple(Move(old, new) for old, new in back.pairs.items()))
    assert {path: content.decode() for path, content in texts(build(found.planning.facts, step).after).items()} == files
    assert moves


STAYS = [
    {"infra/nginx/lb.conf": "user www;\n", "infra/redis.conf": "# maxmemory 1\n", "infra/a.yml": "scrape: 1\n", "infra/a.json": '{"panels": []}'},
    {"infra/networking/nginx/lb.conf": NGINX, "infra/monitoring/prometheus/rules/a.yml": RULES, "infra/scripts/backup/a_backup.sh": DUMP},
    {
        "infra/backups/nginx/a.conf": NGINX,
        "docs/nginx.conf": NGINX,
        "tests/redis.conf": REDIS,
        "examples/x/nginx.conf": NGINX,
        ".devcontainer/nginx.conf": NGINX,
    },
    {"api/migrations/0001_backup.sh": DUMP, "api/alembic/a.conf": NGINX},
    {"scripts/backup.md": "pg_dump\n", "scripts/backup.sh": "#!/bin/sh\necho\n", "scripts/dump.sh": DUMP},
    {"docker/base/python.Dockerfile": "FROM python:3.12\nCOPY requirements.txt .\n", "requirements.txt": ""},
]


@pytest.mark.parametrize("files", STAYS)
def test_what_does_not_show_it_or_is_in_place_stays(files: dict[str, str]) -> None:
    found = placed(files)
    assert (found.moves, found.asked) == ({}, "")


def test_whoever_names_a_file_follows() -> None:
    files = {
        "nginx/a.conf": NGINX,
        **mounting("../../../nginx/a.conf:/etc/nginx/conf.d/a.conf:ro"),
        "Makefile": "check:\n\tcat nginx/a.conf\n",
        "README.md": "See [nginx](nginx/a.conf).\n",
    }
    after = placed(files).after
    assert "- ../../networking/nginx/a.conf:/etc/nginx/conf.d/a.conf:ro" in after["infra/docker/compose/docker-compose.yml"]
    assert after["Makefile"] == "check:\n\tcat infra/networking/nginx/a.conf\n"
    assert after["README.md"] == "See [nginx](infra/networking/nginx/a.conf).\n"


@pytest.mark.parametrize(
    "files, more",
    [
        ({"infra/nginx.conf": NGINX, "infra/a.md": ""}, "/infra/networking/nginx/ @ops\n"),
        ({"infra/compose.yml": "name: a\nservices:\n  a:\n    image: x:1\n", "infra/a.md": ""}, "/infra/docker/compose/ @ops\n"),
    ],
)
def test_who_owned_a_file_goes_on_to(files: dict[str, str], more: str) -> None:
    found = placed({**files, "CODEOWNERS": "/infra/* @ops\n"})
    assert found.after["CODEOWNERS"] == f"/infra/* @ops\n{more}"


def test_what_an_image_copies_stays_with_its_build_context() -> None:
    files = {"infra/edge/nginx.conf": NGINX, "infra/edge/Dockerfile": "FROM nginx\nCOPY nginx.conf /etc/nginx/nginx.conf\n"}
    found = placed(files)
    assert found.moves == {}
    assert "infra/edge/Dockerfile copies it" in found.stays["infra/edge/nginx.conf"]
    assert placed({**files, "infra/edge/Dockerfile": "FROM nginx\n"}).moves


def test_what_code_reads_stays() -> None:
    files = {"infra/redis.conf": REDIS, "app.py": 'open("infra/redis.conf")\n'}
    assert "app.py reads it" in placed(files).stays["infra/redis.conf"]
    assert placed({**files, "app.py": ""}).moves


def test_what_lies_with_an_application_or_is_named_by_nobody_is_asked_about() -> None:
    found = placed({"api/package.json": "{}", "api/nginx/a.conf": NGINX, "things/b.conf": NGINX})
    assert found.moves == {}
    assert len(found.planning.questions) == 1
    assert '"api/nginx/a.conf" = "infra/networking/nginx/api/nginx/a.conf"' in found.asked
    assert 'stays = ["/api/nginx/a.conf", "/things/b.conf"]' in found.asked


def test_an_answer_is_taken() -> None:
    files = {"api/package.json": "{}", "api/a.conf": NGINX}
    assert placed(files, moves={"api/a.conf": "infra/networking/nginx/api.conf"}).moves == {"api/a.conf": "infra/networking/nginx/api.conf"}
    assert placed(files, stays=["/api/a.conf"]).asked == ""


def test_a_purpose_can_be_switched_off() -> None:
    shipped = options().targets
    assert placed({"infra/nginx/a.conf": NGINX}, targets={**shipped, "nginx": ""}).moves == {}
    assert placed({"infra/nginx/a.conf": NGINX}, targets={**shipped, "nginx": "ops/nginx"}).moves == {"infra/nginx/a.conf": "ops/nginx/a.conf"}


def test_what_is_mounted_as_a_whole_goes_as_a_whole() -> None:
    files = {"nginx/a.conf": NGINX, "nginx/mime.types": "types {}\n", **mounting("../../../nginx:/etc/nginx/conf.d")}
    found = placed(files)
    assert found.moves == {"nginx/a.conf": "infra/networking/nginx/a.conf", "nginx/mime.types": "infra/networking/nginx/mime.types"}
    assert "- ../../networking/nginx:/etc/nginx/conf.d" in found.after["infra/docker/compose/docker-compose.yml"]


def test_what_is_mounted_along_with_a_key_stays() -> None:
    files = {"nginx/a.conf": NGINX, "nginx/a.key": KEY, **mounting("../../../nginx:/etc/nginx/conf.d")}
    found = placed(files)
    assert found.moves == {}
    assert "mounts all of nginx" in found.stays["nginx/a.conf"]


SECRETS = [
    ({"infra/ssl/server.key": KEY}, "infra/ssl/server.key", 1),
    ({"infra/nginx/.env": "# x\nAPI_" + "TOKEN=abcdef123456\n"}, "infra/nginx/.env", 2),
    ({".env.production": "DB_" + "PASSWORD='hunter22hunter'\n"}, ".env.production", 1),
]


@pytest.mark.parametrize(("files", "path", "line"), SECRETS)
def test_a_secret_is_reported_and_never_touched(files: dict[str, str], path: str, line: int) -> None:
    found = placed(files, moves={path: "infra/security/x"})
    assert found.moves == {}
    (said,) = [one for one in found.planning.findings if one.kind == "secret"]
    assert (said.path, said.line) == (path, line)
    assert "replace it" in said.message
    assert not any(word in str(found.planning) for word in ("abcdef123456", "hunter22hunter"))


@pytest.mark.parametrize(
    "files",
    [
        {".env.example": "TOKEN=change-me\n"},
        {".env": "TOKEN=\nDEBUG=true\n"},
        {".env": "PASSWORD_LOGIN_ENABLED=true # on\nTOKEN_MINUTES='30'\n"},
        {"a.pem": "-----BEGIN CERTIFICATE-----\n"},
    ],
)
def test_what_is_no_secret_is_not_reported(files: dict[str, str]) -> None:
    assert [one for one in placed(files).planning.findings if one.kind == "secret"] == []


def test_what_must_be_told_outside_is_said() -> None:
    assert "Script Path" in placed({"Jenkinsfile": "pipeline {\n}\n"}).by_hand[0]


def test_what_a_tool_only_finds_where_it_is_stays_and_says_so() -> None:
    found = placed({".gitlab-ci.yml": "a:\n  script: [x]\n", "fly.toml": "app = 'a'\n"})
    assert found.moves == {}
    assert set(found.stays) == {".gitlab-ci.yml", "fly.toml"}


def test_what_would_land_on_something_is_asked_about() -> None:
    found = placed({"infra/nginx/a.conf": NGINX, "infra/networking/nginx/a.conf": NGINX})
    assert found.moves == {}
    assert "is there already" in found.asked


def test_wrong_options_are_all_named() -> None:
    wrong = options(targets={"ngnix": "a"}, moves={"gone.conf": "infra/gone.conf"})
    assert [one.where for one in problems(facts_of({}), wrong)] == [
        "phases.infrastructure.placement.targets",
        "phases.infrastructure.placement.moves",
    ]
    with pytest.raises(ValidationError, match="lower-case"):
        options(project="My Project")


def test_each_group_is_a_step_that_says_why() -> None:
    found = placed({"infra/nginx/a.conf": NGINX, "infra/redis/redis.conf": REDIS, "monitoring/prometheus.yml": SCRAPE})
    assert [step.slug for step in found.steps] == ["move-networking", "move-databases", "move-monitoring"]
    assert "infra/nginx/a.conf: settings of nginx (line 1)" in found.steps[0].why
    assert Finding("placed", "infra/databases/redis/redis.conf", "settings of Redis (line 1)", severity="info") in found.steps[1].findings
