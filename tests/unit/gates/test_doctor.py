"""The doctor proposes what a repository's own manifests suggest, and says what is missing for it to run."""

from __future__ import annotations

import json
import tomllib

from migrator.doctor import proposals, tools
from migrator.plan import Gate
from tests.conftest import facts_of

FILES = {
    "Makefile": "lint:\n\techo\n",
    "apps/web/package.json": json.dumps({"devDependencies": {"typescript": "5", "vitest": "3"}}),
    "apps/web/tsconfig.json": "{}",
    "apps/old/package.json": "not json",
    "apps/api/requirements.txt": "fastapi\n",
    "apps/api/tests/test_a.py": "def test(): pass\n",
    "tools/pyproject.toml": "[project]\nname='tools'\n",
}


def test_gates_are_proposed_with_their_source(tmp_path):
    (tmp_path / "apps/web/node_modules").mkdir(parents=True)
    found = {proposal.name: proposal for proposal in proposals(facts_of(FILES), tmp_path)}
    assert set(found) == {"web-tsc", "web-vitest", "api-pytest", "make-lint"}
    assert found["web-tsc"].source == "apps/web/package.json"
    assert not found["web-tsc"].missing
    assert "virtual environment" in found["api-pytest"].missing


def test_a_proposal_is_a_table_that_the_plan_file_accepts(tmp_path):
    for proposal in proposals(facts_of(FILES), tmp_path):
        assert Gate.model_validate(tomllib.loads(proposal.toml())["gates"][proposal.name]) == proposal.gate


def test_nothing_is_proposed_where_nothing_is(tmp_path):
    assert proposals(facts_of({"README.md": "x"}), tmp_path) == ()


def test_tools_say_where_they_are():
    assert next(tool for tool in tools() if tool.name == "git").path
