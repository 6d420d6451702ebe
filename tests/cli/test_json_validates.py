"""What `--json` prints is what the schemas say, for every command; and editors find a schema for what people write."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest
from typer.main import get_command

from migrator.cli.app import app
from migrator.cli.starting import SCHEMA_FILE
from migrator.planfile import shipped
from migrator.registry import phases
from migrator.report.schemas import SCHEMAS, schema
from tests.cli.conftest import Runner
from tests.conftest import git

RUNS = [
    ("plan", "plan", 0),
    ("plan --diff", "plan", 0),
    ("run --phase 1", "run", 0),
    ("plan", "plan", 0),
    ("status", "status", 0),
    ("status --target", "target", 0),
    ("status --open", "status-open", 0),
    ("log", "log", 0),
    ("review", "review", 0),
    ("report --pr --branch migrate/phase-1", "report-pr", 0),
    ("report --html --out page.html", "report-html", 0),
    ("update --branch migrate/phase-1", "update", 0),
    ("carry feature --onto migrate/phase-1", "carry", 0),
    ("shims", "shims", 0),
    ("explain .migrate/steps/1.01-one.json", "explain", 0),
    ("verify", "verify", 0),
    ("verify --docs", "error", 2),
    ("mv README.md NOTES.md --dry-run", "mv", 0),
    ("mv README.md NOTES.md", "run", 0),
    ("done 99", "error", 2),
    ("graph", "graph", 0),
    ("graph --landscape", "landscape", 0),
    ("doctor", "doctor", 0),
    ("doctor --formats", "doctor-formats", 0),
    ("phases", "phases", 0),
    ("schema", "schema", 0),
    ("staged", "staged", 0),
    ("answer", "answer", 0),
    ("trust", "trust", 0),
    ("rollback --all", "rollback", 0),
    ("init", "init", 0),
    ("init", "error", 2),
]
"""One after the other in one repository."""
ELSEWHERE = {"demo"}
"""Takes long, and has a test of its own."""


def test_every_command_with_json_is_in_the_table():
    commands = get_command(app).commands.items()  # type: ignore[attr-defined]
    speaking = {name for name, command in commands if any("--json" in one.opts for one in command.params)}
    assert speaking == {words.split()[0] for words, _, _ in RUNS} | ELSEWHERE


def test_what_commands_print_is_what_their_schemas_say(migrate: Runner):
    for words in ("switch -q -c feature", "rm -q README.md", "commit -q -m feature", "switch -q main"):
        git(migrate.directory, *words.split())
    for words, name, code in RUNS:
        result = migrate(*words.split(), "--json", code=code)
        said = json.loads(result.err if name == "error" else result.out)
        jsonschema.Draft202012Validator(json.loads(schema(name))).validate(said)


def properties(node: object, path: str = ""):
    if isinstance(node, dict):
        for name, one in node.get("properties", {}).items() if isinstance(node.get("properties"), dict) else ():
            yield f"{path}.{name}", one
        for key, below in node.items():
            yield from properties(below, f"{path}.{key}")


def test_every_option_of_every_phase_is_documented():
    found = dict(properties(json.loads(schema("migrate-toml"))))
    assert len(found) > 200
    assert [path for path, one in found.items() if "description" not in one and "$ref" not in one] == []


def test_the_schema_of_the_plan_file_has_each_phase_and_takes_what_we_ship():
    text = json.loads(schema("migrate-toml"))
    assert set(text["properties"]["phases"]["properties"]) == {phase.name for phase in phases()}
    jsonschema.Draft202012Validator(text).validate(json.loads(json.dumps(shipped())))


@pytest.mark.parametrize(
    "plan_file, accepted",
    [
        ("", True),
        ('[phases.foundation]\nweb = "apps/web"\n', True),
        ("[phases.foundation.packages.ui]\nimporters = 2\n", True),  # what is missing stands in the shipped one
        ("[phases.foundation]\nwebb = 1\n", False),
        ("[phases.infrastructure.kubernetes]\nenabled = false\n", True),
        ('[phases.infrastructure.kubernetes]\nmax_replicas = "many"\n', False),
        ("[phases.nobody]\n", False),
        ('[gates.tests]\ncommand = "pytest"\nread = "junit"\n', True),
        ('[gates.tests]\ncommand = "pytest"\nread = "jnuit"\n', False),
        ('[answers]\nq1 = "a"\n', True),
        ("[answers]\nq1 = 1\n", False),
    ],
)
def test_editors_are_told_what_a_plan_file_may_say(plan_file, accepted):
    validator = jsonschema.Draft202012Validator(json.loads(schema("migrate-toml")))
    assert validator.is_valid(tomllib.loads(plan_file)) is accepted


def test_init_names_the_schema_in_its_first_line_and_puts_it_there(migrate: Runner):
    migrate("init")
    first = (migrate.directory / "migrate.toml").read_text(encoding="utf-8").partition("\n")[0]
    assert first == f"#:schema ./{SCHEMA_FILE}"
    there = json.loads((migrate.directory / SCHEMA_FILE).read_text(encoding="utf-8"))
    assert set(there["properties"]["phases"]["properties"]) == {phase.name for phase in migrate.phases}
    migrate("plan")  # the file is one that we read ourselves


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one_and_is_printed(anywhere: Runner, name):
    printed = anywhere("schema", name).json
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed["$id"] == f"urn:migrate:{name}"


def test_a_schema_that_is_none(anywhere: Runner):
    assert anywhere("schema", "plam", "--json", code=2).error["message"] == "there is no schema 'plam'; did you mean `plan`?"
