"""The command line through the engine's own plan: finished is finished, what is new comes in, what people wrote stays."""

from __future__ import annotations

import json

from migrator.gates.agreement import disagreements
from tests.unit.tooling.commands import FILES, changed
from tests.unit.tooling.tooling_plans import after, plan, slugs

DEV = "tools/cli/src/commands/dev.json"
ROOT = "package.json"


def named(there: dict[str, str], path: str = DEV) -> list[str]:
    return [one["name"] for one in json.loads(there[path])["commands"]]


def with_script(there: dict[str, str], name: str) -> dict[str, str]:
    said = json.loads(there[ROOT])
    said["scripts"][name] = "x"
    return {**there, ROOT: json.dumps(said, indent=2)}


def test_planning_again_gives_nothing() -> None:
    there = after(plan(FILES))
    assert DEV in there
    assert slugs(plan(there)) == []


def test_a_new_script_appears_after_the_next_run_and_a_dropped_one_goes() -> None:
    there = after(plan(FILES))
    again = plan(with_script(there, "build:docs"))
    assert slugs(again) == ["cli"]
    assert named(after(again)) == ["build:docs", *named(there)]
    gone = plan({path: text for path, text in there.items() if path != "apps/web/package.json"})
    assert "web:dev" not in named(after(gone))


def test_what_people_wrote_beside_a_command_stays() -> None:
    there = after(plan(FILES))
    mine = '    {"name": "mine", "in": ".", "run": ["git", "status"]},\n'
    edited = {**there, DEV: there[DEV].replace('    {"name": "web:dev"', f'{mine}    {{"name": "web:dev"')}
    assert slugs(plan(edited)) == []
    assert named(after(plan(with_script(edited, "build:docs")))) == ["build:docs", "dev", "docker:up", "mine", "web:dev"]


def test_every_directory_that_it_names_is_there_and_no_gate_has_a_word() -> None:
    made = plan(FILES)
    assert [loss for step in made.steps for loss in step.findings if loss.severity == "error"] == []
    assert list(disagreements(made.end)) == []


def test_a_command_line_that_is_switched_off_leaves_its_files_alone() -> None:
    there = after(plan(FILES))
    off = "[phases.tooling.cli]\nenabled = false\n"
    assert "cli" not in slugs(plan(FILES, off))
    assert "cli" not in slugs(plan(with_script(there, "build:docs"), off))


def test_commands_of_what_earlier_phases_made_are_in_it_and_their_own_files_are_not() -> None:
    """An overlay that phase 3 made is deployed; what this phase made itself is no source of it."""
    book = json.dumps({"files": {"infra/kubernetes/overlays/staging/kustomization.yaml": {"text": ""}}})
    there = after(plan(changed(**{".migrate/generated/infrastructure/kubernetes.json": book})))
    assert named(there, "tools/cli/src/commands/deploy.json") == ["apply:staging"]
