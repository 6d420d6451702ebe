"""Records of decisions: which steps are one, how they are numbered, what is said of them, and what is no decision of these phases."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from phases.documentation.adrs import family
from phases.documentation.adrs.topics import decisions
from tests.conftest import facts_of, git
from tests.unit.documentation.deciding import TAKEN, book, changed, landscape, made, record, texts_of

HOME = "docs/architecture/decisions"
OURS = [f"{HOME}/001-monorepo.md", f"{HOME}/002-shared-packages.md", f"{HOME}/003-orchestration.md", f"{HOME}/README.md"]
ADR = "# {}\n\n## Status\n\nAccepted\n\n## Context\n\nText.\n"


def test_steps_that_decide_one_thing_are_one_record() -> None:
    assert sorted(texts_of(family, TAKEN)) == OURS
    found = decisions(landscape(facts_of(TAKEN)).decided.steps)  # type: ignore[union-attr]
    assert [(one.slug, [step.number for step in one.steps]) for one in found] == [
        ("monorepo", ["1.01", "1.02"]),
        ("shared-packages", ["1.03", "1.04"]),
        ("orchestration", ["3.01"]),
    ]


ONE = [
    (record("2.02", "backend_split/kernel"), "microservices"),
    (record("2.03", "backend_split/auth-service"), "auth-service"),
    (record("4.07", "tooling/tests-e2e"), "test-kinds"),
    (record("0.01", "repair/redirect/backend"), "dead-references"),
    (record("5.01", "documentation/guides"), "documents"),
    (record("9.01", "acme_names/names"), "monorepo"),  # of a phase after this one
    (record("2.01", "acme_names/names"), "acme-names"),  # of a phase of somebody else
    (record("mv", "mv/mv"), "mv"),
    (record("5.02", "documentation/api", generated={".migrate/generated/documentation/api.json": "0"}), "monorepo"),
    (record("6.01", "automation/workflows"), "monorepo"),
    ({".migrate/steps/4.01-torn.json": '{"phase": "tooling"'}, "monorepo"),
]


@pytest.mark.parametrize("more, slug", ONE)
def test_a_step_has_its_record(more: Mapping[str, str], slug: str) -> None:
    """What later phases and our own families do is not told here: no record would ever be done (L6)."""
    found = {path.rpartition("/")[2].partition("-")[2].removesuffix(".md") for path in texts_of(family, changed(**more))}
    assert found - {""} == {"monorepo", "shared-packages", "orchestration", slug}


NUMBERED = [
    ("none of people", {}, [1, 2, 3], 3, HOME),
    ("beside ours", {f"{HOME}/004-mine.md": ADR.format("Mine")}, [5, 6, 7], 3, HOME),
    ("adr-tools", {".adr-dir": "doc/log\n", "doc/log/0012-one.md": ADR.format("12. One")}, [13, 14, 15], 4, "doc/log"),
    ("MADR", {"docs/decisions/0000-use-madr.md": ADR.format("Use MADR"), "docs/decisions/adr-template.md": "# T\n"}, [1, 2, 3], 4, "docs/decisions"),
    ("log4brains", {"docs/adr/20240131-use-it.md": "# Use it\n\n- Status: accepted\n"}, [1, 2, 3], 3, "docs/adr"),
    ("an application's own", {"apps/web/docs/adr/0007-web.md": ADR.format("Web")}, [1, 2, 3], 3, HOME),
    ("a page of no number", {f"{HOME}/notes.md": "# Notes\n"}, [1, 2, 3], 3, HOME),
    ("a folder outside", {".adr-dir": "../elsewhere\n"}, [1, 2, 3], 3, HOME),
    ("known before", book("documentation", "adrs", f"{HOME}/007-monorepo.md", f"{HOME}/README.md"), [7, 8, 9], 3, HOME),
]  # fmt: skip


@pytest.mark.parametrize("more, numbers, width, folder", [pytest.param(*row[1:], id=row[0]) for row in NUMBERED])
def test_numbers_go_on_after_those_that_there_are(more: Mapping[str, str], numbers: list[int], width: int, folder: str) -> None:
    found = [path for path in texts_of(family, changed(**more)) if not path.endswith("README.md")]
    assert [path.rpartition("-")[0] and int(path.rpartition("/")[2].partition("-")[0]) for path in found] == numbers
    assert {path.rpartition("/")[0] for path in found} == {folder}
    assert {len(path.rpartition("/")[2].partition("-")[0]) for path in found} == {width}


def test_a_record_keeps_its_number_when_others_come() -> None:
    """What people wrote since and what steps did since changes no number."""
    before = texts_of(family, TAKEN)
    more = changed(**book("documentation", "adrs", *before), **record("1.05", "repair/redirect/x"), **{f"{HOME}/009-mine.md": ADR.format("Mine")})
    after = texts_of(family, more)
    assert before.keys() - after.keys() == set()
    assert sorted(after.keys() - before.keys()) == [f"{HOME}/010-dead-references.md"]


def test_the_index_has_all_of_them_with_their_status() -> None:
    texts = texts_of(
        family, changed(**{f"{HOME}/001-pg.md": ADR.format("1. Use `pg` | not *my*"), "docs/adr/20240131-b.md": "# B\n\n- Status: draft\n"})
    )
    rows = [line for line in texts[f"{HOME}/README.md"].split("\n") if "](" in line]
    assert rows == [
        r"| 001 | [1. Use pg \| not my](001-pg.md) | Accepted |",
        "| 002 | [One workspace for applications, packages and services](002-monorepo.md) | accepted |",
        "| 003 | [What several parts use is in packages](003-shared-packages.md) | accepted |",
        "| 004 | [A cluster is told what compose files say](004-orchestration.md) | accepted |",
        "|  | [B](../../adr/20240131-b.md) | draft |",
    ]
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", texts[f"{HOME}/README.md"]))
    assert linked == {path.rpartition("/")[2] for path in texts} - {"README.md"} | {"001-pg.md"}


def test_a_record_says_what_was_known_and_what_is_open() -> None:
    text = texts_of(family, TAKEN)[OURS[0]]
    for said in (
        "- Applications lie in apps/.\n",
        "- Do rename-web: `frontend` is one.",
        "| [1.01](../../../.migrate/steps/1.01-rename-web.json) | Do rename-web | 1 | 7 |  |  | 4 |",
        "rewritten along with them: code 5, documents 2.",
        "4 mentions of old places could not be judged, and somebody has to look: documents 3, CI 1.",
        "files that run: [`.github/workflows/ci.yml`](../../../.github/workflows/ci.yml).",
        "- `frontend` → [`apps/web`](../../../apps/web)",
        'Not "Nx for the tasks"',
    ):
        assert said in text
    assert "gone.sh" not in text
    assert "Turborepo for the tasks" not in text


def test_what_moved_again_is_told_where_it_is() -> None:
    text = texts_of(family, TAKEN)[OURS[1]]
    assert "- `apps/web/button.tsx` → [`packages/ui/src/new/button.tsx`](../../../packages/ui/src/new/button.tsx)" in text
    assert "- Then by hand: `npm install` in apps/web." in text
    gone = {path: text for path, text in TAKEN.items() if not path.startswith("packages/ui/src")}
    assert "- `apps/web/button.tsx` → no longer there" in texts_of(family, gone)[OURS[1]]


def test_a_family_has_its_report() -> None:
    assert "[`infra/D.md`](../../../infra/D.md)" in texts_of(family, TAKEN)[OURS[2]]
    assert "D.md" not in texts_of(family, TAKEN)[OURS[0]]


def test_each_line_of_a_value_has_its_record() -> None:
    """L11: what a record says leads to it."""
    one = next(each for each in made(family, TAKEN).artefacts if each.path == OURS[0])
    lines = one.content.decode().split("\n")
    told = {lines[number - 1]: {origin.path for origin in several} for number, several in one.origins.items()}
    assert {".migrate/steps/1.01-rename-web.json"} in [paths for line, paths in told.items() if line.startswith("| [1.01]")]
    unsaid = [line for line in lines if ("1.0" in line or "frontend" in line) and line not in told]
    assert unsaid == []


def test_nothing_is_made_where_nothing_was_done() -> None:
    found = made(family, {"apps/web/package.json": "{}", f"{HOME}/001-pg.md": ADR.format("Pg")})
    assert found.artefacts == ()
    assert "no step" in found.absent


def test_no_secret_of_a_record_is_told() -> None:
    """L13."""
    key = "AKIA" + "Z" * 16
    more = record("1.05", "foundation/x", title=f"Say {key}", why=f"For {key}. And api_key={key}.", todos=[f"curl https://a:{key}@b.c"])
    assert key not in "".join(texts_of(family, changed(**more)).values())


def test_the_command_finds_the_commits(make_repository: Callable[[Mapping[str, str]], Path]) -> None:
    root = make_repository({"a": "a"})
    for number in ("1.01", "1.02", "1.03", "11.01"):
        git(root, "commit", "--allow-empty", "-q", "-m", f"{number} x\n\nMigrate-Phase: foundation\nMigrate-Number: {number}")
    (command,) = re.findall(r"--grep \"(.*)\"", texts_of(family, TAKEN)[OURS[0]])
    assert git(root, "log", "-E", "--grep", command, "--format=%s").split() == ["1.02", "x", "1.01", "x"]
