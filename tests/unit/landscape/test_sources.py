"""The single sources of the landscape, each by table with what is none of it beside."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from migrator.facts.landscape import landscape
from migrator.facts.landscape.addresses import addresses, looks_secret, outside
from migrator.facts.landscape.discretion import discreet, shelled
from migrator.facts.landscape.joining.ports import port_in
from migrator.facts.landscape.kinds import by_command, by_image, by_name, reference
from migrator.facts.landscape.model import Kind
from migrator.facts.landscape.reading.existing import existing
from migrator.facts.landscape.reading.programs import program
from migrator.facts.landscape.reading.proxies import rules
from migrator.facts.landscape.reading.routes import health_of
from migrator.facts.landscape.reading.variables import readings
from migrator.facts.sources import made
from migrator.origin import plain
from migrator.paths import RepoPath
from migrator.tree import object_id
from tests.conftest import facts_of
from tests.unit.landscape.trees import COMPOSE, landscape_of, tree, workload_of

# kinds -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "image, kind",
    [
        ("postgres:16", Kind.DATABASE),
        ("docker.io/bitnami/postgresql:16", Kind.DATABASE),
        ("registry.example.com:5000/library/redis", Kind.CACHE),
        ("rabbitmq:3-management", Kind.BROKER),
        ("minio/minio", Kind.STORAGE),
        ("minio/mc", Kind.JOB),
        ("traefik:v3.0", Kind.PROXY),
        ("prom/prometheus@sha256:0123", Kind.MONITORING),
        ("mailhog/mailhog", Kind.TOOL),
        ("acme/postgres-api", None),
    ],
)
def test_kinds_by_image(image: str, kind: Kind | None) -> None:
    found = by_image(image)
    assert (found.kind if found is not None else None) is kind


def test_a_port_of_a_registry_is_no_tag() -> None:
    assert reference("host:5000/a/b") == ("host:5000/a/b", "", "")
    assert reference("host:5000/a/b:1.2@sha256:0") == ("host:5000/a/b", "1.2", "sha256:0")


@pytest.mark.parametrize(
    "command, kind",
    [
        ("celery -A app worker", Kind.WORKER),
        ("celery -A app beat -l info", Kind.SCHEDULE),
        ("celery -A app flower", Kind.MONITORING),
        ("rq worker high", Kind.WORKER),
        ("arq app.worker.Settings", Kind.WORKER),
        ("python manage.py migrate", Kind.JOB),
        ("alembic upgrade head", Kind.JOB),
        ("npx prisma migrate deploy", Kind.JOB),
        ("npm run worker", Kind.WORKER),
        ("next start -p 3000", Kind.WEB),
        ("uvicorn app.main:app", None),
        ("npm run start", None),
    ],
)
def test_kinds_by_command(command: str, kind: Kind | None) -> None:
    assert by_command(tuple(command.split())) is kind


def test_kinds_by_name() -> None:
    assert by_name("api-worker") is Kind.WORKER
    assert by_name("thing") is None


# addresses and secrets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, found",
    [
        ("http://api:8000/x", [("http", "api", 8000)]),
        ("redis://:pw-1234@cache/0", [("redis", "cache", 6379)]),
        ("postgresql+asyncpg://u:p@db:5433/x", [("postgresql+asyncpg", "db", 5433)]),
        ("amqp://guest:guest@mq//", [("amqp", "mq", 5672)]),
        ("kafka://a:9092,b:9093", [("kafka", "a", 9092), ("kafka", "b", 9093)]),
        ("kafka:9092", [("", "kafka", 9092)]),
        ("a:redis-1:6379,b:redis-2:6380", [("", "redis-1", 6379), ("", "redis-2", 6380)]),
        ("12:30", []),
        ("redis", []),
        ("image:latest", []),
    ],
)
def test_addresses(text: str, found: list[tuple[str, str, int]]) -> None:
    assert [(one.scheme, one.host, one.port) for one in addresses(text)] == found


@pytest.mark.parametrize("host", ["api.stripe.com", "sentry.io"])
def test_somebody_elses_hosts(host: str) -> None:
    assert outside(host)


@pytest.mark.parametrize(
    "host", ["localhost", "api", "127.0.0.1", "example.com", "api.example.com", "your-domain.com", "db.local", "svc.cluster.internal"]
)
def test_hosts_that_are_nobodys(host: str) -> None:
    assert not outside(host)


@pytest.mark.parametrize(
    "name, value",
    [
        ("DB_PASSWORD", None),
        ("STRIPE_KEY", None),
        ("SENTRY_DSN", None),
        ("JWT_SECRET", "x"),
        ("URL", "postgres://u:hunter2@db/x"),
        ("X", "AKIAIOSFODNN7EXAMPLE"),
    ],
)
def test_secrets(name: str, value: str | None) -> None:
    assert looks_secret(name, value)


@pytest.mark.parametrize(
    "name, value",
    [
        ("LOG_LEVEL", "info"),
        ("TOKEN_EXPIRE_MINUTES", "30"),
        ("NEXT_PUBLIC_KEY", "x"),
        ("URL", "redis://cache:6379"),
        ("PASSWORD_FILE", "/run/secrets/x"),
        ("KEYBOARD", "us"),
    ],
)
def test_no_secrets(name: str, value: str) -> None:
    assert not looks_secret(name, value)


@pytest.mark.parametrize(
    "words, found",
    [
        ("redis-server --requirepass hunter2-x", "redis-server --requirepass $(REDIS_PASSWORD)"),
        ("server --password=hunter2-x --port 1", "server --password=$(PASSWORD) --port 1"),
        ("server --db-password hunter2-x", "server --db-password $(DB_PASSWORD)"),
        ("mysqladmin ping -phunter2-x", "mysqladmin ping -p$(MYSQL_PASSWORD)"),
        ("app known-4711", "app $(MINE)"),
        ("app postgres://u:hunter2@db/x", "app $(SECRET_URL)"),
        ("redis-server --requirepass $REDIS_PASSWORD", "redis-server --requirepass $REDIS_PASSWORD"),
        ("pg_isready -U postgres", "pg_isready -U postgres"),
        ("app --password-file /run/secrets/x", "app --password-file /run/secrets/x"),
        ("uvicorn app.main:app --port 8000", "uvicorn app.main:app --port 8000"),
    ],
)
def test_commands_without_their_secrets(words: str, found: str) -> None:
    assert " ".join(discreet(tuple(words.split()), {"known-4711": "MINE", "postgres": "POSTGRES_PASSWORD"}).words) == found


def test_a_probe_reads_its_secret_through_a_shell() -> None:
    assert shelled(("redis-cli", "-a", "hunter2-x", "ping"), {}).words == ("sh", "-c", 'redis-cli -a "$REDIS_PASSWORD" ping')
    assert shelled(("sh", "-c", "mysqladmin ping -p'hunter2-x'"), {}).words[2].count("hunter2") == 0
    assert shelled(("redis-cli", "ping"), {}).words == ("redis-cli", "ping")


# ports, routes, variables ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command, number, variable",
    [
        ("uvicorn a:b --host 0.0.0.0 --port 8000", 8000, ""),
        ("gunicorn a:b --bind 0.0.0.0:9000", 9000, ""),
        ("gunicorn a:b -b :9000", 9000, ""),
        ("gunicorn a:b --bind=unix:/x.sock", None, ""),
        ("python manage.py runserver 0.0.0.0:8001", 8001, ""),
        ("next start -p 3001", 3001, ""),
        ("uvicorn a:b --port ${PORT:-8080}", 8080, "PORT"),
        ("uvicorn a:b --port $PORT", None, "PORT"),
        ("uvicorn a:b", None, ""),
    ],
)
def test_the_port_of_a_command(command: str, number: int | None, variable: str) -> None:
    assert tuple(port_in(tuple(command.split()))) == (number, variable)


@pytest.mark.parametrize(
    "path, health",
    [
        ("/health", "health"), ("/api/v1/healthz", "health"), ("/health/live", "live"), ("/readyz", "ready"), ("/api/health/ready", "ready"), ("/ping", "health"),
        ("/__lbheartbeat__", "live"), ("/events/live", ""), ("/health/{service}/x", ""), ("/healthy-food", ""), ("/users/up", ""),
    ],
)  # fmt: skip
def test_routes_that_tell_of_health(path: str, health: str) -> None:
    assert health_of(path) == health


def routes_of(files: dict[str, str], command: str = "") -> set[tuple[str, str]]:
    found = program(facts_of(tree(files)), RepoPath("a"), tuple(command.split()))
    return {(one.method, one.path) for one in found.routes} if found is not None else set()


def test_routes_of_flask() -> None:
    files = {
        "a/app.py": "from flask import Flask\nfrom shop import bp\napp = Flask(__name__)\napp.register_blueprint(bp, url_prefix='/shop')\n\n@app.route('/health')\ndef h():\n    return ''\n",
        "a/shop.py": "from flask import Blueprint\nbp = Blueprint('shop', __name__)\n\n@bp.route('/order', methods=['POST'])\ndef o():\n    return ''\n",
        "a/other.py": "import x\n@x.route('/none')\ndef n():\n    return ''\n",
    }
    assert routes_of(files) == {("GET", "/health"), ("POST", "/shop/order")}


def test_routes_of_django_through_includes() -> None:
    files = {
        "a/manage.py": "import django\n",
        "a/site1/settings.py": "ROOT_URLCONF = 'site1.urls'\n",
        "a/site1/__init__.py": "",
        "a/site1/urls.py": "from django.urls import include, path, re_path\nurlpatterns = [path('shop/', include('shop.urls')), re_path(r'^healthz$', x)]\n",
        "a/shop/__init__.py": "",
        "a/shop/urls.py": "from django.urls import path\nurlpatterns = [path('order/<int:pk>/', x), path('', y)]\n",
    }
    assert routes_of(files) == {("ANY", "/shop/order/<int:pk>/"), ("ANY", "/shop/"), ("ANY", "/healthz")}


def test_routes_of_express_and_next() -> None:
    express = {
        "a/package.json": '{"dependencies": {"express": "5"}}',
        "a/src/index.ts": "const app = express()\nconst r = express.Router()\napp.get('/health', h)\nr.get('/unknown-prefix', h)\ncache.get('/none')\n",
    }
    assert routes_of(express) == {("GET", "/health")}
    following = {
        "a/package.json": '{"dependencies": {"next": "15"}}',
        "a/app/(shop)/cart/page.tsx": "",
        "a/app/api/health/route.ts": "export async function GET() {}\nexport const POST = x\n",
        "a/app/_private/page.tsx": "",
        "a/pages/api/old.ts": "",
        "a/components/page.tsx": "",
    }
    assert routes_of(following) == {("GET", "/cart"), ("GET", "/api/health"), ("POST", "/api/health"), ("ANY", "/api/old")}


SETTINGS = """
import os
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False
    workers: int = Field(2, description="How many")
    token: SecretStr
    key_name: str = "public-name"

    class Config:
        env_prefix = "APP_"


def envbool(name, default="False"):
    return os.getenv(name, default) == "True"


FLAG = envbool("FLAG", "True")
RATE = float(os.environ.get("RATE", "0.5"))
MUST = os.environ["MUST"]
os.environ["SET"] = "by us"
"""


def test_variables_of_python_with_type_and_default() -> None:
    found = {one.name: one for one in readings(facts_of({"a.py": SETTINGS}), [RepoPath("a.py")])}
    assert {name: (one.type, plain(one.default), one.required, one.secret) for name, one in found.items()} == {
        "APP_DEBUG": ("boolean", "False", False, False),
        "APP_WORKERS": ("integer", "2", False, False),
        "APP_TOKEN": ("string", None, True, True),
        "APP_KEY_NAME": ("string", "public-name", False, False),
        "FLAG": ("boolean", "True", False, False),
        "RATE": ("number", "0.5", False, False),
        "MUST": ("string", None, True, False),
        "SET": ("string", None, False, False),
    }
    assert found["APP_WORKERS"].description == "How many"


def test_variables_of_javascript() -> None:
    code = "const a = process.env.API_URL ?? 'http://api:8000'\nconst b = Number(process.env.LIMIT || 5)\n// process.env.COMMENT\nconst c = import.meta.env.VITE_ON === 'true'\nconst d = process.env.NODE_ENV\n"
    found = readings(facts_of({"a.ts": code}), [RepoPath("a.ts")])
    assert [(one.name, one.type, plain(one.default), one.origin.line) for one in found] == [
        ("API_URL", "url", "http://api:8000", 1),
        ("LIMIT", "number", "5", 2),
        ("VITE_ON", "boolean", None, 4),
    ]


# proxies and what is there already -------------------------------------------------------------------------------------

NGINX = """
upstream backend { server api:8000; server api2:8001; }
server {
  server_name shop.acme.org;
  # proxy_pass http://comment:1;
  location / { proxy_pass http://web:3000; }
  location /api/ { proxy_pass http://backend; }
  set $x one:9000;
  location ~ ^/x/ { proxy_pass http://$x; }
}
"""


def test_rules_of_nginx() -> None:
    (found,) = rules(facts_of({"nginx.conf": NGINX})).values()
    assert [(one.to.host, one.to.port, one.path, one.origin.line, [host.value for host in one.hosts]) for one in found] == [
        ("web", 3000, "/", 6, ["shop.acme.org"]),
        ("api", 8000, "/api/", 2, ["shop.acme.org"]),
        ("api2", 8001, "/api/", 2, ["shop.acme.org"]),
        ("one", 9000, "/x/", 9, ["shop.acme.org"]),
    ]


def test_rules_of_caddy_haproxy_and_traefik() -> None:
    files = {
        "Caddyfile": "shop.acme.org {\n  reverse_proxy /api/* api:8000\n  handle /ws/* {\n    reverse_proxy ws:9000\n  }\n  reverse_proxy web:3000\n}\n",
        "haproxy.cfg": "backend b\n  server one api:8000 check\n",
        "traefik/dynamic.yml": "http:\n  routers:\n    a: {rule: \"Host(`a.acme.org`) && PathPrefix(`/a`)\", service: s}\n  services:\n    s: {loadBalancer: {servers: [{url: 'http://api:8000'}]}}\n",
        "other.conf": "proxy = http://nobody:1\n",
    }
    found = {path: [(one.to.host, one.to.port, one.path) for one in listed] for path, listed in rules(facts_of(files)).items()}
    assert found == {
        "Caddyfile": [("api", 8000, "/api/"), ("ws", 9000, "/ws/"), ("web", 3000, "/")],
        "haproxy.cfg": [("api", 8000, "/")],
        "traefik/dynamic.yml": [("api", 8000, "/a")],
    }


def test_a_proxy_asks_whom_the_file_names_that_it_is_given() -> None:
    files = {
        "compose.yml": "services:\n  web: {image: 'acme/web:1'}\n  proxy:\n    image: nginx:1.27\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro']\n",
        "nginx.conf": "server { location / { proxy_pass http://web:3000; } location /gone { proxy_pass http://gone:1; } }\n",
    }
    found = landscape_of(files)
    assert [(one.source, one.target, one.evidence, one.port, one.path) for one in found.links] == [("proxy", "web", "proxy", 3000, "/")]
    assert [one.message for one in found.decisions if one.subject == "proxy: proxy"] == [
        "passes requests below /gone to gone, which nothing declares"
    ]


def test_the_outside_reaches_a_workload_under_the_names_of_its_proxy() -> None:
    """And an address of such a name is nobody else's."""
    files = {
        "compose.yml": """
            services:
              web: {image: 'acme/web:1', environment: {SHOP: 'https://shop.acme.dev/', BANK: 'https://bank.dev/'}}
              api: {image: 'acme/api:1'}
              proxy: {image: 'nginx:1.27', volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro']}
            """,
        "nginx.conf": "server { server_name shop.acme.dev _; location / { proxy_pass http://web:3000; } }\nserver { location / { proxy_pass http://api:1; } }\n",
    }
    found = landscape_of(files)
    hosts = {one.name: [(host.value, str(host.origins[0])) for host in one.hosts] for one in found.workloads if one.hosts}
    assert hosts == {"web": [("shop.acme.dev", "nginx.conf:1")], "bank.dev": [("bank.dev", "compose.yml:2")]}


def test_traefik_reads_labels() -> None:
    files = {
        "compose.yml": """
            services:
              traefik: {image: 'traefik:v3.1'}
              web:
                image: acme/web:1
                labels:
                  - traefik.http.routers.web.rule=Host(`shop.acme.org`)
                  - traefik.http.services.web.loadbalancer.server.port=3000
            """,
    }
    web = workload_of(files, "web")
    assert [host.value for host in web.hosts] == ["shop.acme.org"]
    assert [port.number.value for port in web.ports] == [3000]
    assert [(one.source, one.target, one.evidence) for one in landscape_of(files).links] == [("traefik", "web", "proxy")]


def test_somebody_else_is_a_workload_of_its_own() -> None:
    files = {**COMPOSE, "api/app/pay.py": "import httpx\n\n\ndef pay():\n    return httpx.post('https://api.stripe.com/v1/charges')\n"}
    files["api/app/main.py"] = files["api/app/main.py"].replace("        import os\n", "        import os\n        import app.pay\n", 1)
    found = landscape_of(files)
    stripe = found.workload("api.stripe.com")
    assert stripe is not None
    assert (stripe.kind.value, stripe.label) == (Kind.EXTERNAL, "api-stripe-com")
    assert ("api", "api.stripe.com", "client", 443) in {(one.source, one.target, one.evidence, one.port) for one in found.links}


def test_what_infrastructure_files_define() -> None:
    files = {
        "k8s/api.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n",
        "k8s/chart.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.x }}\n",
        "tf/main.tf": 'resource "aws_db_instance" "main" {\n}\nmodule "net" {\n}\n',
        "prometheus.yml": "scrape_configs:\n  - job_name: api\n    static_configs: [{targets: ['api:8000']}]\n",
        "rules.yml": "groups:\n  - name: g\n    rules:\n      - alert: Down\n        expr: up == 0\n",
        "other.yml": "kind: nothing\n",
    }
    found = existing(facts_of(files))
    assert [(one.kind, one.name, one.origin.line) for one in found] == [
        ("Deployment", "api", 4),
        ("Service", "api", 8),
        ("alert", "Down", 4),
        ("aws_db_instance", "main", 1),
        ("module", "net", 3),
        ("scrape job", "api", 2),
    ]


OBJECT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n"


def test_what_families_made_is_no_source() -> None:
    files = {"k8s/moved.yaml": OBJECT, "base/x.Dockerfile": "FROM a\nCMD x\n", "k8s/own.yaml": OBJECT.replace("api", "own")}
    book = json.dumps(
        {"family": "k", "files": {"k8s/api.yaml": {"place": "k8s/moved.yaml", "text": OBJECT}, "base/x.Dockerfile": {"text": "FROM a\nCMD y\n"}}}
    )
    before = landscape_of({"k8s/own.yaml": files["k8s/own.yaml"]})
    assert landscape_of({**files, ".migrate/generated/p/k.json": book}) == before
    assert landscape_of(files) != before


@pytest.mark.parametrize(
    "text, moves, followed, is_made",
    [
        ("made", (), {}, True),  # by hand
        ("other", (), {}, False),  # and edited
        ("other", (("k8s", "old"), ("old", "deploy")), {}, True),  # by steps of ours, one after the other
        ("other", (), {"deploy/api.yaml": "other"}, True),  # what it names was moved
    ],
)
def test_what_families_made_is_found_where_it_went(text: str, moves: tuple[tuple[str, str], ...], followed: Mapping[str, str], is_made: bool) -> None:
    texts = {"made": OBJECT, "other": OBJECT + "spec: {replicas: 3}\n"}
    book = json.dumps({"family": "k", "files": {"k8s/api.yaml": {"text": texts["made"]}}})
    files = {
        "deploy/api.yaml": texts[text],
        ".migrate/generated/p/k.json": book,
        ".migrate/steps/0.01-x.json": "[]",
        ".migrate/steps/0.02-x.json": "{",
    }
    for number, pair in enumerate(moves):
        files[f".migrate/steps/1.0{number}-x.json"] = json.dumps({"moves": [pair]})
    blobs = {path: object_id("blob", texts[one].encode()) for path, one in followed.items()}
    files[".migrate/steps/2.01-x.json"] = json.dumps({"followed": blobs})
    found = made(facts_of(files))
    assert ("deploy/api.yaml" in found) is is_made
    assert (landscape(facts_of(files)).existing == ()) is is_made


@pytest.mark.parametrize("text", ["", "\n", " \n"])
def test_an_empty_file_that_a_family_made_makes_no_others_its_own(text: str) -> None:
    book = json.dumps({"files": {"tools/cli/plugins/__init__.py": {"text": text}}})
    files = {"app/__init__.py": text, "tools/cli/plugins/__init__.py": text, ".migrate/generated/p/cli.json": book}
    assert dict(made(facts_of(files))) == {".migrate/generated/p/cli.json": "", "tools/cli/plugins/__init__.py": "p"}
