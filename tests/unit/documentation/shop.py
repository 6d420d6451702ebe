"""A repository that is run, watched and saved, and what a family of the documentation phase makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from migrator.artefact import Family, Made
from migrator.facts.conventions import with_conventions
from migrator.facts.landscape import Landscape
from migrator.facts.operating import with_operating
from tests.conftest import facts_of

COMPOSE = """services:
  api:
    build: api
    ports: ['8123:8000']
    depends_on: [db, cache]
    environment:
      DATABASE_URL: postgres://shop:${DB_PASSWORD}@db/shop
      API_SECRET: ${API_SECRET}
      PAYMENTS: https://api.payments.dev/v1
  web:
    build: web
    ports: ['3001:3000']
    environment:
      API: http://api:8000
  db:
    image: postgres:16
    ports: ['5432:5432']
    volumes: ['data:/var/lib/postgresql/data']
  cache:
    image: redis:7
volumes:
  data:
"""
MAIN = """from fastapi import APIRouter, Depends, FastAPI

from auth import current_user, maybe_user
from prometheus_fastapi_instrumentator import Instrumentator

app = FastAPI()
Instrumentator().instrument(app).expose(app)
admin = APIRouter(prefix="/admin", dependencies=[Depends(current_user)])


@app.get("/health")
def health(): ...


@app.get("/items")
def items(user=Depends(maybe_user)): ...


@app.post("/items")
def add(): ...


@app.get("/orders")
def orders(user=Depends(current_user)): ...


@admin.get("/users")
def users(): ...


app.include_router(admin)
"""
AUTH = """from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer

scheme = OAuth2PasswordBearer(tokenUrl="token")


def current_user(token: str = Depends(scheme)):
    if not token:
        raise HTTPException(status_code=401)


def maybe_user(): ...
"""
RULES = """groups:
  - name: api
    rules:
      - record: workload:sli_errors:ratio_rate5m
        expr: |-
          sum(rate(http_requests_total{job="api",status="5xx"}[5m]))
          /
          sum(rate(http_requests_total{job="api"}[5m]))
        labels: {workload: api, sli: availability}
      - record: workload:sli_errors:ratio_rate1h
        expr: sum(rate(http_requests_total{job="api",status="5xx"}[1h]))
        labels: {workload: api, sli: availability}
      - alert: ApiErrorBudgetBurn
        expr: workload:sli_errors:ratio_rate1h{workload="api",sli="availability"} > 14.4 * 0.005
        for: 2m
        labels: {severity: page, workload: api, sli: availability, window: 1h}
        annotations:
          description: "In the last hour, {{ $value | humanizePercentage }} failed."
          runbook_url: https://git.example.com/acme/shop/blob/main/docs/runbooks/incidents/api.md#apierrorbudgetburn
      - alert: ApiDown
        expr: absent(up{job="api"} == 1)
        labels: {severity: page}
"""
FILES: Mapping[str, str] = {
    "README.md": "# The shop\n",
    "SECURITY.md": "# How to tell us\n",
    "docs/guide.md": "Text\n\n# A `guide` to [it](x.md)\n",
    "compose.yaml": COMPOSE,
    "api/Dockerfile": "FROM python:3.12\nCOPY . .\nCMD uvicorn main:app --port 8000\n",
    "api/requirements.txt": "fastapi\nprometheus-fastapi-instrumentator\npytest\nsqlalchemy\n",
    "api/main.py": MAIN,
    "api/auth.py": AUTH,
    "api/models.py": (
        'class Item(Base):\n    __tablename__ = "items"\n    id = mapped_column(primary_key=True)\n    shelf_id = mapped_column(ForeignKey("shelves.id"))\n'
        '    owner_id = mapped_column(ForeignKey("users.id"), index=True)\n'
    ),
    "api/tests/test_main.py": "def test_it() -> None:\n    assert True\n",
    "web/Dockerfile": "FROM node:22\nCOPY . .\nUSER node\nCMD npm start\n",
    "web/package.json": json.dumps({"name": "web", "dependencies": {"next": "15"}, "scripts": {"start": "next start", "dev": "next dev", "lint": "eslint ."}}),
    "web/app/page.tsx": "export default () => null\n",
    "infra/monitoring/rules/api.yml": RULES,
    "infra/kubernetes/base/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [api.yaml]\n",
    "infra/kubernetes/base/api.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n  labels: {app.kubernetes.io/name: api}\nspec:\n  replicas: 2\n"
        "  selector: {matchLabels: {app: api}}\n  template:\n    metadata: {labels: {app: api}}\n    spec: {containers: [{name: api, image: shop/api}]}\n"
    ),
    "infra/kubernetes/overlays/production/kustomization.yaml": (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: shop-production\nresources: [../../base, scaling.yaml]\n"
    ),
    "infra/kubernetes/overlays/production/scaling.yaml": (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\nspec:\n  scaleTargetRef: {kind: Deployment, name: api}\n"
        "  minReplicas: 3\n  maxReplicas: 9\n"
    ),
    "infra/scripts/backup/backup-db.sh": "#!/bin/sh\n# redis-cli is not asked\npg_dump shop > dump.sql\n",
    "infra/scripts/restore/restore-db.sh": "#!/bin/sh\npg_restore -d shop dump.sql\n",
    "Makefile": "up:\n\tdocker compose up\n\ntest:\n\tpytest api\n",
}  # fmt: skip


def changed(**files: str | None) -> dict[str, str]:
    """The repository with files that say something else, or are not there."""
    return {path: text for path, text in {**FILES, **files}.items() if text is not None}


def landscape(files: Mapping[str, str] = FILES) -> Landscape:
    """What the families of phase 5 read of it."""
    facts = facts_of(files)
    return with_operating(facts, with_conventions(facts, "documentation"), "documentation", "automation")


def made(family: Family, files: Mapping[str, str] = FILES, **options: object) -> Made:
    return family.artefacts(landscape(files), family.options.model_validate(options))


def pages(family: Family, files: Mapping[str, str] = FILES, **options: object) -> dict[str, str]:
    """The pages that a family makes."""
    return {str(one.path): one.content.decode() for one in made(family, files, **options).artefacts}


def section(page: str, heading: str) -> str:
    """What stands below a heading of a page, up to the next one of its level or above."""
    level = heading.partition(" ")[0]
    found = ("\n" + page).partition(f"\n{heading}\n")[2]
    for higher in range(1, len(level) + 1):
        found = found.partition("\n" + "#" * higher + " ")[0]
    return found.strip()
