"""References that were dead before we came: found, grouped by cause, and redirected where the plan file says so."""

from __future__ import annotations

import json

import pytest

from migrator.build import build
from migrator.engine import planning, running
from migrator.engine.context import Engine
from migrator.errors import PlanError
from migrator.facts.ghosts import ghosts, revived
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.step import Redirect, Step
from phases.repair import phase
from tests.conftest import facts_of, git, texts

BEFORE = {
    "backend/app/__init__.py": "",
    "backend/app/main.py": "x = 1\n",
    "backend/requirements.txt": "fastapi\n",
    ".github/workflows/ci.yml": "jobs:\n  t:\n    steps:\n      - run: pytest\n        working-directory: ./backend\n",
    "docs/guide.md": "Run `backend/app/main.py`.\n\n```bash\ncd backend\n```\n\nThe backend:8000 host stays.\n",
    "docs/other.md": "See `elsewhere/never/there.py`.\n",
}


@pytest.fixture
def haunted(make_repository):
    """A repository whose backend was moved without a thought for what named it."""
    directory = make_repository(BEFORE)
    (directory / "apps").mkdir()
    git(directory, "mv", "backend", "apps/backend")
    git(directory, "commit", "-qm", "Move the backend")
    with Repository.open(directory) as repository:
        yield Engine(repository, [phase])


def test_ghosts_are_grouped_by_the_rename_that_made_them(haunted):
    groups, rest = ghosts(planning.plan(haunted, haunted.repository.resolve("HEAD"), haunted.phases).start)
    assert [(group.old, group.new, group.subject) for group in groups] == [("backend", "apps/backend", "Move the backend")]
    assert {reference.source for reference in groups[0].references} == {".github/workflows/ci.yml", "docs/guide.md"}
    assert all(reference.source == "docs/other.md" for reference in rest)


def test_what_a_family_wrote_of_the_past_is_no_ghost(make_repository):
    page = "What was in `backend/app/main.py` lies elsewhere now.\n"
    book = json.dumps({"files": {"docs/decision.md": {"text": page}}})
    directory = make_repository({**BEFORE, "docs/decision.md": page, ".migrate/generated/any/family.json": book})
    (directory / "apps").mkdir()
    git(directory, "mv", "backend", "apps/backend")
    git(directory, "commit", "-qm", "Move the backend")
    with Repository.open(directory) as repository:
        groups, rest = ghosts(planning.plan(Engine(repository, [phase]), repository.resolve("HEAD"), [phase]).start)
    named = {reference.source for reference in (*groups[0].references, *rest)}
    assert "docs/guide.md" in named
    assert "docs/decision.md" not in named


def test_without_a_word_nothing_is_done_and_a_question_is_asked(haunted):
    plan = planning.plan(haunted, haunted.repository.resolve("HEAD"), haunted.phases)
    assert plan.steps == ()
    question = plan.questions[0]
    assert "Move the backend" in question.text
    assert question.answers == ('[phases.repair.redirects]\nbackend = "apps/backend"',)


def test_a_redirect_repairs_the_whole_group_and_then_has_nothing_left_to_do(haunted):
    (haunted.repository.path / "migrate.toml").write_text('[phases.repair.redirects]\nbackend = "apps/backend"\n', encoding="utf-8")
    run = running.run(haunted, haunted.phases)
    assert [step.id for step in run.steps] == ["repair/redirect/backend"]
    after = texts(run.plan.end)
    assert after[".github/workflows/ci.yml"] == BEFORE[".github/workflows/ci.yml"].replace("./backend", "./apps/backend").encode()
    guide = BEFORE["docs/guide.md"].replace("`backend/", "`apps/backend/").replace("cd backend", "cd apps/backend")
    assert after["docs/guide.md"] == guide.encode()
    assert running.run(haunted, haunted.phases).steps == ()


def test_a_redirect_to_nowhere_is_said_and_not_swallowed(haunted):
    (haunted.repository.path / "migrate.toml").write_text('[phases.repair.redirects]\nbackend = "apps/nowhere"\n', encoding="utf-8")
    plan = planning.plan(haunted, haunted.repository.resolve("HEAD"), haunted.phases)
    assert plan.steps == ()
    (finding,) = plan.notes["repair"].findings
    assert "apps/nowhere is not there" in finding.message
    assert "apps/backend" in finding.message


@pytest.mark.parametrize(
    "table, message",
    [
        ('redirects = { "/etc" = "apps" }', "not a path inside"),
        ('redirects = { "backend" = "../.." }', "leaves the repository"),
        ('redirect = { "backend" = "apps" }', "unknown key"),
    ],
)
def test_a_wrong_redirect_is_a_problem_with_its_line(haunted, table, message):
    (haunted.repository.path / "migrate.toml").write_text(f"[phases.repair]\n{table}\n", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        planning.plan(haunted, haunted.repository.resolve("HEAD"), haunted.phases)
    assert any(message in problem.message and problem.where == "migrate.toml:2" for problem in caught.value.problems)


@pytest.mark.parametrize("old, new, message", [("docs", "apps", "exists"), ("gone", "nowhere", "no such file")])
def test_a_redirect_that_makes_no_sense_is_refused(old, new, message):
    facts = facts_of({"docs/a.md": "x", "apps/b.md": "y"})
    with pytest.raises(PlanError) as caught:
        build(facts, Step("s", "t", "w", (Redirect(RepoPath(old), RepoPath(new)),)))
    assert any(message in problem.message for problem in caught.value.problems)


def test_what_is_alive_is_never_redirected():
    facts = facts_of({"docs/a.md": "`src/x.py`\n", "docs/src/x.py": "", "lib/x.py": ""})
    assert not revived(facts, {RepoPath("src"): RepoPath("lib")})
