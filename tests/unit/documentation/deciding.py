"""A repository to which steps were done, and what a family of phase 5 makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from migrator.artefact import Family, Made
from migrator.facts import Facts
from migrator.facts.conventions import with_conventions
from migrator.facts.decided import with_decided
from migrator.facts.interfaces import with_interfaces
from migrator.facts.landscape import Landscape
from migrator.facts.operating import with_operating
from tests.conftest import facts_of

STEPS = ".migrate/steps"


def record(number: str, step: str, **more: object) -> dict[str, str]:
    """A record as a step commits it."""
    phase, _, slug = step.partition("/")
    said = {"phase": phase, "number": number, "slug": slug, "title": f"Do {slug}", "why": f"Because of {slug}.", **more}
    return {f"{STEPS}/{number}-{slug.replace('/', '-')}.json": json.dumps(said)}


def book(phase: str, family: str, *paths: str) -> dict[str, str]:
    """What a family wrote before."""
    files = {path: {"text": "", "origins": []} for path in paths}
    return {f".migrate/generated/{phase}/{family}.json": json.dumps({"family": family, "files": files, "decisions": []})}


ACCOUNT = {
    "rewritten": {"code": 5, "documents": 2},
    "left": {},
    "open": {"CI": 1, "documents": 3},
    "entries": [
        {"path": ".github/workflows/ci.yml", "line": 3, "text": "x", "reason": "y", "kind": "CI"},
        {"path": "docs/a.md", "line": 1, "text": "x", "reason": "y", "kind": "documents"},
        {"path": "gone.sh", "line": 1, "text": "x", "reason": "y", "kind": "scripts"},
    ],
}
TAKEN: Mapping[str, str] = {
    "apps/web/package.json": '{"name": "@acme/web"}',
    "packages/ui/package.json": '{"name": "@acme/ui"}',
    "packages/ui/src/new/button.tsx": "export const a = 1;\n",
    ".github/workflows/ci.yml": "on: push\n",
    "docs/a.md": "a\n",
    **record("1.01", "foundation/rename-web", moves=[["frontend", "apps/web"]], why="Applications lie in apps/. `frontend` is one.", account=ACCOUNT),
    **record("1.02", "foundation/turbo", generated={"turbo.json": "0"}),
    **record("1.03", "foundation/ui/button", moves=[["apps/web/button.tsx", "packages/ui/src/button.tsx"]], todos=["`npm install` in apps/web"]),
    **record("1.04", "foundation/ui/again", moves=[["packages/ui/src", "packages/ui/src/new"]]),
    **record("3.01", "infrastructure/helm", generated={"infra/Chart.yaml": "0", ".migrate/generated/infrastructure/helm.json": "0"}),
    **record("3.02", "infrastructure/decisions", generated={"infra/D.md": "0", ".migrate/generated/infrastructure/decisions.json": "0"}),
    **book("infrastructure", "decisions", "infra/D.md"),
    "infra/D.md": "# D\n",
}


def changed(files: Mapping[str, str] = TAKEN, **more: str) -> dict[str, str]:
    return {**files, **more}


def landscape(facts: Facts) -> Landscape:
    found = with_interfaces(facts, with_operating(facts, with_conventions(facts, "documentation"), "documentation", "automation"))
    return with_decided(facts, found, "documentation", 5, "adrs")


def made(family: Family, files: Mapping[str, str], **options: object) -> Made:
    return family.artefacts(landscape(facts_of(files)), family.options.model_validate(options))


def texts_of(family: Family, files: Mapping[str, str], **options: object) -> dict[str, str]:
    return {one.path: one.content.decode() for one in made(family, files, **options).artefacts}
