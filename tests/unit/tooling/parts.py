"""Small repositories whose parts look alike."""

from __future__ import annotations

MAIN = """from fastapi import FastAPI

from {package}.handlers import {module}
from shared.around import Timing
from shared.config import settings

app = FastAPI(title=settings.NAME)
app.add_middleware(Timing)
app.include_router({module}.router, prefix=settings.PREFIX)


@app.get("/health")
def health() -> dict[str, str]:
    return {{"service": "{name}"}}
"""
HANDLER = (
    'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/{module}")\n\n\n@router.get("/")\ndef index() -> dict[str, str]:\n    return {{}}\n'
)
PROJECT = '[project]\nname = "{name}"\nversion = "1.{number}"\ndependencies = ["fastapi>=0.110", "{own}"]\n'
COMPOSE = """services:
  mail-service:
    build: ./services/mail-service
    environment:
      DSN: &dsn postgres://me:hunter2hunter2@db/x
      PASSWORD: swordfish-and-more
      LEVEL: info
    depends_on: [db]
    ports: ["8001:8000"]
  price-service:
    build: ./services/price-service
    environment: { DSN: *dsn, PASSWORD: swordfish-and-more, LEVEL: info }
    depends_on: [db]
    ports: ["8002:8000"]
  db:
    image: postgres:16
"""
WORKSPACE = '[tool.uv.workspace]\nmembers = [\n    "services/mail-service",\n    "services/price-service",\n]\n'


def services(**more: str) -> dict[str, str]:
    """Two services that look alike."""
    files = {"compose.yaml": COMPOSE, "pyproject.toml": WORKSPACE, "services/README.md": "hello\n"}
    for number, (name, module, own) in enumerate([("mail-service", "letters", "aiosmtplib"), ("price-service", "quotes", "numpy")]):
        package = name.replace("-", "_")
        home = f"services/{name}"
        files |= {
            f"{home}/pyproject.toml": PROJECT.format(name=name, number=number, own=own),
            f"{home}/Dockerfile": f'FROM python:3.12-slim\nCOPY . /srv/{name}\nEXPOSE 8000\nCMD ["uvicorn", "{package}.main:app"]\n',
            f"{home}/src/{package}/__init__.py": "",
            f"{home}/src/{package}/main.py": MAIN.format(package=package, module=module, name=name),
            f"{home}/src/{package}/handlers/__init__.py": "",
            f"{home}/src/{package}/handlers/{module}.py": HANDLER.format(module=module),
            f"{home}/tests/test_{module}.py": "def test_it() -> None:\n    assert True\n",
        }
    return files | more


ALONE = {
    "apps/api/pyproject.toml": '[project]\nname = "acme"\ndependencies = ["fastapi", "numpy", "uvicorn"]\n[tool.setuptools]\npackages = ["app"]\n[tool.ruff]\nline-length = 100\n[tool.uv]\nexclude-newer = "1 week"\n[dependency-groups]\ndev = ["pytest", "locust"]\n',
    "apps/api/app/main.py": (
        "from fastapi import FastAPI\nfrom starlette.middleware.gzip import GZipMiddleware\n\nfrom app.db import start\nfrom app.routers.orders import router as orders_router\n\n"
        "app = FastAPI()\napp.add_middleware(GZipMiddleware)\nstart(app)\napp.include_router(orders_router)\n"
    ),
    "apps/api/app/db.py": "def start(app: object) -> None: ...\n",
    "apps/api/app/routers/orders.py": 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/orders", tags=["Sales"])\n\n\n@router.get("")\nasync def index() -> None: ...\n',
    "apps/api/app/config.py": "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    database_url: str = ''\n",
    "compose.yaml": "services:\n  api:\n    build: ./apps/api\n    restart: always\n    environment:\n      A: b\n    command: sh start.sh\n",
}
REACT = '{"name": "web", "dependencies": {"react": "^18.0.0"}, "devDependencies": {"vitest": "^3.0.0", "@testing-library/react": "^16.0.0"}}'
CARD = "export interface CardProps {\n  title: string;\n}\n\nexport function Card({ title }: CardProps) {\n  return <b>{title}</b>;\n}\n"


def package(name: str, own: str) -> dict[str, str]:
    manifest = (
        f'{{"name": "@acme/{name}", "private": true, "description": "{own}", "scripts": {{"typecheck": "tsc"}}, "exports": {{"./*": "./src/*.ts"}}}}'
    )
    return {
        f"packages/{name}/package.json": manifest,
        f"packages/{name}/src/{name}.ts": "export const a = 1;\n",
        f"packages/{name}/tsconfig.json": '{"extends": "../../tsconfig.base.json"}',
    }
