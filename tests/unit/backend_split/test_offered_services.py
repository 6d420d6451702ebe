"""Where no service of the plan fits, the routers that are there make a table that can be pasted into the plan file."""

from __future__ import annotations

import pytest

from tests.unit.backend_split.test_partition import plan


def router(prefix: str) -> str:
    return f'from fastapi import APIRouter\nrouter = APIRouter(prefix="/{prefix}")\n\n\n@router.get("/")\ndef {prefix}(): ...\n'


FILES = {
    "api/pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "api/shop/__init__.py": "",
    "api/shop/main.py": "from fastapi import FastAPI\nfrom shop.api.v1 import items_router, health\nfrom shop.orders import routes\n\n"
    "app = FastAPI()\napp.include_router(items_router.router)\napp.include_router(health.router)\napp.include_router(routes.router)\n",
    "api/shop/api/__init__.py": "",
    "api/shop/api/v1/__init__.py": "",
    "api/shop/api/v1/items_router.py": router("items"),
    "api/shop/api/v1/health.py": router("health"),
    "api/shop/orders/__init__.py": "",
    "api/shop/orders/routes.py": router("orders"),
}


def offered(files: dict[str, str], text: str = "") -> list[str]:
    (said,) = [finding.message for finding in plan(files, text).notes["backend_split"].findings if finding.kind == "routers"]
    return said.split("\n")[1:]


def test_what_is_offered_is_accepted() -> None:
    table = offered(FILES)
    assert table == [
        "[phases.backend_split.services]",
        'items = { routers = ["/api/v1/items_router.py"] }',
        'orders = { routers = ["/orders/routes.py"] }',
    ]
    made = plan(FILES, "\n".join(table) + "\n")
    assert made.problems == ()
    assert {"items-service", "orders-service"} <= {step.step.slug for step in made.steps}
    (left,) = [finding.message for finding in made.notes["backend_split"].findings if finding.kind == "routers"]
    assert "api/v1/health.py" in left
    assert "\n" not in left


@pytest.mark.parametrize("name", ["health", "metrics", "status"])
def test_probes_are_no_services(name: str) -> None:
    files = {path: text for path, text in FILES.items() if "items" not in path and "orders" not in path}
    files = {path.replace("health", name): text.replace("health", name) for path, text in files.items()}
    files["api/shop/main.py"] = f"from fastapi import FastAPI\nfrom shop.api.v1 import {name}\n\napp = FastAPI()\napp.include_router({name}.router)\n"
    assert offered(files) == []
