"""Small repositories of our own writing: one in the layout of v3.0 with all that crosses its boundaries, and others by their difficulties."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.facts import Facts
from migrator.facts.areas import Area
from migrator.facts.landscape import Landscape, with_projects
from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.tree import FILE, Entry
from phases import tooling
from tests.conftest import facts_of


def project(name: str, *wanted: str) -> str:
    """A manifest of Python."""
    return f'[project]\nname = "{name}"\nversion = "1"\ndependencies = [{", ".join(map(repr, wanted))}]\n'.replace("'", '"')


CLEAN = {
    "package.json": '{"name": "acme", "private": true, "workspaces": ["apps/*", "packages/*", "services/*"]}',
    "apps/web/package.json": '{"name": "@acme/web", "dependencies": {"@acme/ui": "*"}}',
    "apps/web/tsconfig.json": '{"compilerOptions": {"paths": {"~api/*": ["../../services/catalog/web/*"], "@/*": ["./src/*"]}}}',
    "apps/web/src/page.tsx": 'import { Button } from "@acme/ui/button";\nimport { theme } from "@acme/ui/theme";\nimport { local } from "@/local";\nexport const page = [Button, local];\n',
    "apps/web/src/local.ts": "export const local = 1;\n",
    "packages/ui/package.json": '{"name": "@acme/ui", "exports": {".": "./src/index.ts", "./*": "./dist/*.js", "./theme": "./src/theme/index.ts"}}',
    "packages/ui/src/theme/index.ts": "export const theme = 1;\n",
    "packages/ui/src/index.ts": 'export * from "./button";\n',
    "packages/ui/src/button.tsx": "export const Button = 1;\n",
    "packages/ui/src/icons.ts": "export const icons = 1;\n",
    "packages/ui/tests/helper.ts": "export const helper = 1;\n",
    "packages/dates/package.json": '{"name": "@acme/dates", "main": "index.js"}',
    "packages/dates/index.js": "export const today = 1;\n",
    "packages/dates/inner.js": "export const inner = 1;\n",
    "packages/kernel/pyproject.toml": project("kernel"),
    "packages/kernel/src/kernel/__init__.py": "",
    "packages/kernel/src/kernel/models.py": "",
    "packages/kernel/src/kernel/_secret.py": "",
    "packages/base/pyproject.toml": project("base"),
    "packages/base/src/base/__init__.py": "",
    "services/orders/pyproject.toml": project("orders", "kernel"),
    "services/orders/src/orders/__init__.py": "",
    "services/orders/src/orders/main.py": "from kernel.models import *\n",
    "services/catalog/pyproject.toml": project("catalog", "kernel"),
    "services/catalog/package.json": '{"name": "catalog-web"}',
    "services/catalog/src/catalog/__init__.py": "",
    "services/catalog/src/catalog/main.py": "import kernel.models\n",
    "services/catalog/web/client.ts": "export const client = 1;\n",
    "services/gateway/pyproject.toml": project("gateway", "orders", "catalog", "kernel"),
    "services/gateway/src/gateway/__init__.py": "",
    "services/gateway/src/gateway/main.py": "import catalog.main\nimport orders.main\n",
    "tools/make.ts": "export const make = 1;\n",
}
"""Nothing in it crosses a boundary; the gateway is put together from two services, which its manifest names."""

ORDERS, KERNEL, PAGE, BUTTON = (
    "services/orders/src/orders/main.py", "packages/kernel/src/kernel/models.py", "apps/web/src/page.tsx", "packages/ui/src/button.tsx",
)  # fmt: skip
CROSSING: Mapping[str, tuple[str, str, str, str]] = {
    "a service imports of another": (ORDERS, "from catalog.main import x\n", "orders.main", "catalog.main"),
    "in a function, relative to nothing": (ORDERS, "def f():\n    import catalog.main as other\n", "orders.main", "catalog.main"),
    "a package imports of a service": (KERNEL, "from orders import main\n", "kernel.models", "orders.main"),
    "past an underscore": (ORDERS, "from kernel import _secret\n", "orders.main", "kernel._secret"),
    "an application imports of a service": (PAGE, 'import "../../../services/catalog/web/client";\n', PAGE, "services/catalog/web/client.ts"),
    "by an alias": (PAGE, 'import type { a } from "~api/client";\n', PAGE, "services/catalog/web/client.ts"),
    "when it is asked for": (PAGE, 'export const late = () => import("~api/client");\n', PAGE, "services/catalog/web/client.ts"),
    "an application imports of tools": (PAGE, 'import "../../../tools/make";\n', PAGE, "tools/make.ts"),
    "a package imports of an application": (BUTTON, 'export * from "../../../apps/web/src/local";\n', BUTTON, "apps/web/src/local.ts"),
    "past what a package offers": (PAGE, 'import "../../../packages/ui/tests/helper";\n', PAGE, "packages/ui/tests/helper.ts"),
    "past the main file": (PAGE, 'import { inner } from "@acme/dates/inner";\n', PAGE, "packages/dates/inner.js"),
    "a name that is not offered": (PAGE, 'import "@acme/ui/tests/helper";\n', PAGE, "@acme/ui/tests/helper"),
}
"""By what it is: the file, what is added to it, and how both ends are called in the list."""
CIRCLES: Mapping[str, tuple[dict[str, str], str, str]] = {
    "packages of Python": (
        {"packages/kernel/src/kernel/models.py": "import base\n", "packages/base/src/base/__init__.py": "import kernel\n"},
        "packages/base",
        "packages/kernel",
    ),
    "packages of TypeScript": (
        {BUTTON: 'import "@acme/dates";\n', "packages/dates/index.js": 'import "@acme/ui";\n'},
        "packages/dates",
        "packages/ui",
    ),
    "packages of which one is not built": (
        {"packages/dates/index.js": 'import "@acme/ui";\n', "packages/ui/src/icons.ts": 'import "@acme/dates/lib/inner";\n'},
        "packages/dates",
        "packages/ui",
    ),
}


def added(files: Mapping[str, str], *several: tuple[str, str]) -> dict[str, str]:
    """The files with a text behind some of them."""
    found = dict(files)
    for path, text in several:
        found[path] = found.get(path, "") + text
    return found


def landscape(files: Mapping[str, str | bytes]) -> Landscape:
    return with_projects(facts_of(files))


def areas(files: Mapping[str, str | bytes]) -> dict[str, Area]:
    return {one.directory: one for one in landscape(files).areas}


def planned(facts: Facts, **options: object) -> Plan:
    """Phase 4 with its linters alone."""
    table = tooling.phase.options
    told = {
        name: {"enabled": False}
        for name in table.model_fields
        if name not in {"decisions", "linters"} and hasattr(table().__getattribute__(name), "enabled")
    }
    return fold("", facts, phases=[tooling.phase], options={"tooling": table.model_validate({**told, **options})})


def generated(files: Mapping[str, str | bytes], **options: object) -> dict[str, str]:
    """What the linters are told, below `tools/linters`."""
    plan = planned(facts_of(files), **options)
    assert plan.aside == ()
    found = plan.end
    return {path: found.read(RepoPath(path)).decode() for path in found.tree if path.startswith("tools/linters/")}


def changed(facts: Facts, files: Mapping[str, str | None]) -> Facts:
    """The tree after people edited files, or deleted them."""
    entries = {RepoPath(path): None if text is None else Entry(FILE, facts.store.add(text.encode())) for path, text in files.items()}
    return facts.at(facts.tree.replace(entries))
