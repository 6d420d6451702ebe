"""Env files as their readers read them, and the schema as a validator takes it: it accepts what is written and refuses each single violation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from phases.infrastructure.configuration import family
from phases.infrastructure.configuration.dotenv import assignment
from tests.unit.infrastructure.landscapes import API, LANDSCAPE, setting
from tests.validators import tools

VALUES = (
    "plain", "", "two words", "a#b", "a #b", "#lead", "it's", 'say "so"', "$HOME", "pa$$word", "a\\nb", "C:\\new\\table", "tab\tx", "one\ntwo", "`tick`", " lead", "trail ", "a=b",
    "http://x:80/?a=1&b=2", "é", '["a","b"]', "a;b", "!x", "%d", "{}", "$", "\\$x", "$(x)", "*", "a&b", "~", "^x$", "a,b", "it's #1", "'", "''",
)  # fmt: skip
NO_WAY = ("${HOME}", "both ' and \"", "it's $5", "ends\\", "a\\\\b")
PYTHON = "import json, sys, dotenv, io\nprint(json.dumps(dict(dotenv.dotenv_values(stream=io.StringIO(json.load(sys.stdin))))))"
NODE = "console.log(JSON.stringify(require('dotenv').parse(JSON.parse(require('fs').readFileSync(0, 'utf8')))))"
VALIDATE = """
import json, sys, jsonschema
schema, documents = json.load(sys.stdin)
jsonschema.Draft202012Validator.check_schema(schema)
def errors(where, document):
    return [error.message for error in jsonschema.Draft202012Validator({**schema, **where}).iter_errors(document)]
print(json.dumps([errors(where, document) for where, document in documents]))
"""


def compose(text: str, root: Path) -> dict[str, str]:
    (root / "t.env").write_text(text, encoding="utf-8", newline="")
    (root / "docker-compose.yml").write_text("services:\n  a:\n    image: x:1\n    env_file: [t.env]\n", encoding="utf-8")
    done = tools.ran("docker-compose", "-f", "docker-compose.yml", "config", "--format", "json", cwd=root)
    assert done.returncode == 0, done.stderr
    # what is printed is a compose file again, so a dollar is written twice in it
    return {name: value.replace("$$", "$") for name, value in json.loads(done.stdout)["services"]["a"]["environment"].items()}


def read(text: str, root: Path) -> list[object]:
    return [tools.answer("dotenv", PYTHON, text), tools.node_answer("dotenv", NODE, text), compose(text, root)]


def test_every_reader_sees_the_same(tmp_path: Path) -> None:
    wanted = {f"X{number}": value for number, value in enumerate(VALUES)}
    text = "".join(f"{assignment(name, value)}\n" for name, value in wanted.items())
    assert read(text, tmp_path) == [wanted] * 3
    assert [assignment("X", value) for value in NO_WAY] == [None] * len(NO_WAY)


@pytest.mark.parametrize("line", ["X=a #b", 'X="$HOME"', "X='it\\'s'", "X='${HOME}'", 'X="say \\"so\\""'])
def test_what_we_do_not_write_is_read_in_two_ways(line: str, tmp_path: Path) -> None:
    told = [one["X"] for one in read(f"{line}\n", tmp_path)]  # type: ignore[index]
    assert len(set(told)) > 1 or told[0] == "a"


def test_the_files_are_read_as_they_are_meant(tmp_path: Path) -> None:
    for artefact in family.artefacts(LANDSCAPE, family.options()).artefacts:
        if "/.env." in artefact.path:
            seen = read(artefact.content.decode(), tmp_path)
            assert seen[0] == seen[1] == seen[2]
            assert set(seen[0]) == {"LOG_LEVEL", "NEXT_PUBLIC_API_URL", "POSTGRES_DB", "REDIS_URL", "WORKERS"}  # type: ignore[call-overload]


def test_the_schema_accepts_what_is_written_and_refuses_each_violation() -> None:
    more = (
        setting("RATE", "0.5", 1, type="number"), setting("DEBUG", "false", 2, type="boolean"), setting("NAMES", '["a","b"]', 3, type="list"),
        setting("REGION", None, 4, required=True), setting("ODD", "${x}'", 5),
    )  # fmt: skip
    rich = replace(LANDSCAPE, workloads=(*(one for one in LANDSCAPE.workloads if one.name != "api"), replace(API, settings=(*API.settings, *more))))
    files = {artefact.path: artefact.content.decode() for artefact in family.artefacts(rich, family.options()).artefacts}
    schema = json.loads(next(text for path, text in files.items() if path.endswith(".json")))
    settings = [json.loads(json.dumps(tools.answer("dotenv", PYTHON, text))) for path, text in files.items() if "/.env." in path]
    example = settings[-1]
    properties = schema["$defs"]["settings"]["properties"]
    process = {"$ref": "#/$defs/process-api", "required": []}
    full = {**example, "REGION": "eu", "DATABASE_URL": "x", "JWT_SECRET": "x"}
    right = [({}, one) for one in settings] + [
        ({}, {**example, "JWT_SECRET": "x"}),
        (process, full),
        (process, {"REGION": "eu", "DATABASE_URL": "x", "JWT_SECRET": "x"}),
    ]
    wrong = [({}, {name: value for name, value in example.items() if name != gone}) for gone in schema["required"]]
    wrong += [({}, {**example, name: " "}) for name, told in properties.items() if "pattern" in told]
    wrong += [({}, {**example, name: 7}) for name in properties]
    wrong += [({}, {**example, name: ""}) for name, told in properties.items() if told.get("writeOnly")]
    wrong += [({}, {**example, "OTHER": "x"}), ({}, {**example, "log_level": "info"})]
    wrong += [(process, {name: value for name, value in full.items() if name != gone}) for gone in ("REGION", "DATABASE_URL", "JWT_SECRET")]
    said = tools.answer("jsonschema", VALIDATE, [schema, [*right, *wrong]])
    assert isinstance(said, list)
    assert said[: len(right)] == [[]] * len(right)
    assert [len(errors) for errors in said[len(right) :]] == [1] * len(wrong)
    assert len(wrong) > 30


def test_the_schema_is_one(tmp_path: Path) -> None:
    path, text = next((a.path, a.content) for a in family.artefacts(LANDSCAPE, family.options()).artefacts if a.path.endswith("schema.json"))
    (tmp_path / "schema.json").write_bytes(text)
    (tmp_path / "wrong.json").write_bytes(text.replace(b'"string"', b'"text"'))
    assert tools.ran("check-jsonschema", "--check-metaschema", tmp_path / "schema.json").returncode == 0, path
    assert tools.ran("check-jsonschema", "--check-metaschema", tmp_path / "wrong.json").returncode
