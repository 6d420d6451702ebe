"""Documents go where what they are about belongs, by what they say and are called; each row has a document, its place, and what stays beside it."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.facts.documents import kinds
from migrator.step import Move, Step
from migrator.tree import Moves
from phases.documentation.placement.places import AREAS
from tests.conftest import texts
from tests.unit.documentation.documenting import document_options, documents_placed

ADR = "# 1. Use PostgreSQL\n\n## Status\n\nAccepted\n\n## Context\n\nWe need a store.\n\n## Decision\n\nWe will use PostgreSQL.\n\n## Consequences\n\nOne more thing to run.\n"
RFC = "# RFC 7: Shared carts\n\nStatus: draft\n\n## Motivation\n\nPeople share.\n\n## Detailed design\n\nA table.\n\n## Drawbacks\n\nMore code.\n"
DEPLOY = "# Deployment guide\n\n## Production\n\nThe image is deployed to the cluster by helm.\n\n## Rollback\n\nTake the tag before.\n"
API = "# API reference\n\n## Endpoints\n\n`GET /orders` answers with application/json.\n\n## Errors\n\nHTTP 404 where there is none.\n"
SETUP = "# Getting started\n\n## Prerequisites\n\nPython.\n\n## Installation\n\nClone the repository, then open http://localhost:8000.\n"
TESTING = "# Testing\n\n## Running tests\n\nUnit tests run with pytest, and eslint looks at the rest.\n"
INCIDENT = (
    "# Incident response\n\n## Severity\n\nSEV-1: the shop is down. Page the on-call engineer.\n\n## Escalation\n\nThe incident commander decides.\n"
)
REPORT = "# ✅ Migration complete - summary\n\n**Date**: October 8, 2025\n\n## What was done\n\nAll issues are now resolved.\n\n## Before vs after\n\nBetter.\n"

PLACES = [
    ("docs/adr/0001-use-postgresql.md", ADR, "docs/architecture/decisions/0001-use-postgresql.md"),
    ("docs/rfcs/0007-shared-carts.md", RFC, "docs/architecture/rfcs/0007-shared-carts.md"),
    (
        "docs/system-architecture.md",
        "# System architecture\n\n## Components\n\nA monolith.\n\n## Data flow\n\nIn and out.\n",
        "docs/architecture/system-architecture.md",
    ),
    ("docs/API.md", API, "docs/api/API.md"),
    ("docs/graphql.md", "# GraphQL\n\n## Queries\n\nAsk.\n\n## Mutations\n\nChange.\n", "docs/api/graphql/graphql.md"),
    ("docs/webhooks.md", "# Webhooks\n\n## Payload\n\nSigned by X-Shop-Signature.\n\n## Retries\n\nThree.\n", "docs/api/webhooks/webhooks.md"),
    ("QUICKSTART.md", SETUP, "docs/guides/getting-started/QUICKSTART.md"),
    ("docs/testing.md", TESTING, "docs/guides/development/testing.md"),
    ("docs/DeploymentGuide.md", DEPLOY, "docs/guides/deployment/DeploymentGuide.md"),
    ("docs/deployment/aws/setup.md", DEPLOY, "docs/guides/deployment/aws/setup.md"),
    (
        "docs/how-to-contribute.md",
        "# Contributing\n\n## Pull requests\n\nFork the repository and open a pull request.\n",
        "docs/guides/contributing/how-to-contribute.md",
    ),
    (
        "docs/FAQ.md",
        "# FAQ\n\n## Why is it slow?\n\nIf you see this error: wait.\n\n## Troubleshooting\n\nTry again.\n",
        "docs/guides/troubleshooting/FAQ.md",
    ),
    ("runbooks/incident-response.md", INCIDENT, "docs/runbooks/incidents/incident-response.md"),
    ("docs/monitoring.md", "# Monitoring\n\n## Dashboards\n\nGrafana shows what Prometheus reads.\n", "docs/runbooks/monitoring/monitoring.md"),
    ("docs/scaling.rst", "Scaling\n=======\n\nReplicas\n--------\n\nScale out by hand.\n", "docs/runbooks/scaling/scaling.rst"),
    (
        "docs/backup-and-restore.md",
        "# Backups\n\n## Restore\n\nRestore from the snapshot with pg_restore.\n",
        "docs/runbooks/disaster-recovery/backup-and-restore.md",
    ),
    (
        "docs/theming.mdx",
        "# Theming\n\n## Colors\n\nTailwind reads the design tokens.\n\n## Dark mode\n\nIs on.\n",
        "docs/design/design-system/theming.mdx",
    ),
    ("docs/accessibility.md", "# Accessibility\n\n## User flows\n\nWCAG is checked in Figma.\n", "docs/design/accessibility.md"),
    ("docs/threat-model.md", "# Threat model\n\n## Assets\n\nAttackers want them (STRIDE).\n", "docs/security/threat-model/threat-model.md"),
    ("docs/gdpr.md", "# GDPR\n\n## Data retention\n\nPersonal data goes after a year.\n", "docs/security/compliance/gdpr.md"),
    ("docs/hardening.md", "# Hardening\n\n## Authentication\n\nOWASP says so; cookies are encrypted.\n", "docs/security/hardening.md"),
    ("docs/caching.md", "# Caching\n\n## Bottlenecks\n\nProfiling shows n+1 queries.\n", "docs/performance/optimization-guides/caching.md"),
    ("docs/slo.md", "# SLOs\n\n## Error budget\n\n99.9 % of requests.\n", "docs/performance/slos-slis/slo.md"),
    ("docs/new-hires.md", "# Onboarding\n\n## First week\n\nYour buddy welcomes new engineers.\n", "docs/onboarding/new-hires.md"),
    # Languages other than English, by folder, by ending, and without an original.
    ("docs/bereitstellung.md", "# Bereitstellung\n\n## Rollback\n\nMit helm und docker compose.\n", "docs/guides/deployment/bereitstellung.md"),
    ("docs/部署指南.md", "# 部署指南\n\n## 部署\n\n用 docker compose。\n", "docs/guides/deployment/部署指南.md"),
    ("docs/démarrage.md", "# Premiers pas\n\n## Prérequis\n\nPython.\n", "docs/guides/getting-started/démarrage.md"),
    ("docs/архитектура.md", "# Архитектура\n\n## Components\n\nA monolith.\n", "docs/architecture/архитектура.md"),
]


@pytest.mark.parametrize(("path", "text", "place"), PLACES)
def test_a_document_goes_where_what_it_is_about_belongs(path: str, text: str, place: str) -> None:
    found = documents_placed({path: text, "docs/other.md": "# Other\n\nWords.\n"})
    assert found.moves == {path: place}
    again = documents_placed(found.after)
    assert (again.steps, again.asked) == ((), "")  # L6


@pytest.mark.parametrize(("path", "text", "place"), PLACES)
def test_its_place_is_the_shipped_one_and_the_way_back_gives_the_first_tree(path: str, text: str, place: str) -> None:
    files = {path: text, "README.md": f"# Shop\n\nSee [it]({path}).\n"}
    found = documents_placed(files)
    assert found.after["README.md"] == f"# Shop\n\nSee [it]({place}).\n"
    back = Moves({new: old for built in found.built for old, new in built.files.items()})
    step = Step("back", "Move back", "why", tuple(Move(old, new) for old, new in back.pairs.items()))
    assert {one: content.decode() for one, content in texts(build(found.planning.facts, step).after).items()} == files


STAYS = [
    ("README.md", DEPLOY, None),
    ("SECURITY.md", DEPLOY, None),
    ("docs/CONTRIBUTING.md", DEPLOY, None),
    (".github/deployment.md", DEPLOY, None),
    ("CHANGELOG.md", DEPLOY, None),
    ("docs/archive/deployment.md", DEPLOY, None),
    ("docs/templates/deployment.md", DEPLOY, None),
    ("docs/guides/deployment/setup.md", DEPLOY, None),
    ("services/api/deployment.md", DEPLOY, "lies beside what it is about"),
    ("docs/deployment.md", "", "is empty"),
    ("docs/notes.md", "# Words\n\nMore of them.\n", "nothing shows what it is about"),
    ("docs/deployment/README.md", DEPLOY, "says what is in its folder"),
    ("docs/MIGRATION_COMPLETE.md", REPORT, "is a report of what was done once: `targets.archive` gives such a place"),
    ("docs/2025-10-02-deployment-session.md", DEPLOY + REPORT, "is a report of what was done once: `targets.archive` gives such a place"),
    (
        "docs/bericht.md",
        "# Statusbericht Juli\n\n## Ergebnisse\n\nDatum: 3.7.2025\n",
        "is a report of what was done once: `targets.archive` gives such a place",
    ),
]


@pytest.mark.parametrize(("path", "text", "why"), STAYS)
def test_what_platforms_read_what_is_beside_code_and_what_is_a_report_stays(path: str, text: str, why: str | None) -> None:
    found = documents_placed({path: text})
    assert (found.steps, found.asked) == ((), "")
    assert found.stays == ({path: why} if why else {})


def test_who_owned_a_document_goes_on_to() -> None:
    """`docs/*` ends at its folder, and says nothing of what went below it."""
    found = documents_placed({"docs/deployment.md": DEPLOY, "docs/notes.md": "# Words\n\nMore.\n", ".github/CODEOWNERS": "docs/* @d\n"})
    assert found.after[".github/CODEOWNERS"] == "docs/* @d\n/docs/guides/deployment/ @d\n"


def test_reports_come_together_where_the_plan_file_has_a_place_for_them() -> None:
    targets = {**document_options().targets, "archive": "docs/archive"}
    files = {"docs/MIGRATION_COMPLETE.md": REPORT, "docs/reports/PHASE_2_COMPLETE.md": REPORT, "docs/reports/july/PHASE_2_COMPLETE.md": REPORT}
    found = documents_placed(files, targets=targets)
    assert found.moves == {
        "docs/MIGRATION_COMPLETE.md": "docs/archive/MIGRATION_COMPLETE.md",
        "docs/reports/PHASE_2_COMPLETE.md": "docs/archive/PHASE_2_COMPLETE.md",
        "docs/reports/july/PHASE_2_COMPLETE.md": "docs/archive/july/PHASE_2_COMPLETE.md",
    }
    assert documents_placed(found.after, targets=targets).steps == ()


def test_a_step_an_area_and_each_area_a_step() -> None:
    found = documents_placed({path: text for path, text, _ in PLACES})
    assert [(one.slug, len(one.actions)) for one in found.steps] == [
        ("documents-architecture", 4),
        ("documents-api", 3),
        ("documents-guides", 9),
        ("documents-runbooks", 4),
        ("documents-design", 2),
        ("documents-security", 3),
        ("documents-performance", 2),
        ("documents-onboarding", 1),
    ]
    assert [one.message for one in found.planning.findings if one.kind == "documents"] == ["28 documents: 28 go"]


def test_every_kind_is_of_one_area_and_has_a_word_in_the_shipped_plan() -> None:
    assert sorted(name for names in AREAS.values() for name in names) == sorted(kinds()) == sorted(document_options().targets)
