"""The command line of a repository: what is in which group, from where, and what is not and why."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pydantic
import pytest

from phases.tooling.cli import family
from phases.tooling.cli.options import Options
from tests.unit.tooling.commands import FILES, changed, decided, made, texts_of

GROUPS = "tools/cli/src/commands/"


def groups(files: Mapping[str, str] = FILES, **options: object) -> dict[str, list[str]]:
    found = {path.removeprefix(GROUPS): text for path, text in texts_of(family, files, **options).items() if path.startswith(GROUPS)}
    return {
        path.removesuffix(".json"): [f"{one['name']} = {one['in']}: {' '.join(one['run'])}" for one in json.loads(text)["commands"]]
        for path, text in sorted(found.items())
    }


def test_commands_in_their_groups() -> None:
    assert groups() == {
        "deploy": ["apply:staging = .: kubectl apply -k infra/kubernetes/overlays/staging"],
        "dev": [
            "dev = .: npm run dev",
            "docker:up = infra/docker: docker compose -f compose.yaml up",
            "web:dev = apps/web: npm run dev",
        ],
        "monitor": ["monitoring/health = .: python tools/scripts/monitoring/health.py"],
        "security": ["security/audit = .: bash tools/scripts/security/audit.sh"],
        "test": ["api:lint = apps/api: make lint", "api:test = apps/api: make test", "web:test = apps/web: npm run test"],
    }


@pytest.mark.parametrize(
    "change, options, group, expected",
    [
        # a script more is a command more; one less, one less
        ({"tools/scripts/security/scan.sh": "#!/bin/sh\n"}, {}, "security", ["security/audit", "security/scan"]),
        ({"tools/scripts/security/audit.sh": None}, {}, "security", None),
        # what tells nothing is put where the plan file says, or left out
        ({}, {"groups": {"web:icons": "dev"}}, "dev", ["dev", "docker:up", "web:dev", "web:icons"]),
        ({}, {"groups": {"web:dev": "none"}}, "dev", ["dev", "docker:up"]),
        ({}, {"groups": {"web:dev": "test"}}, "test", ["api:lint", "api:test", "web:dev", "web:test"]),
        # two of one name are told apart by what runs them, two directories that end alike by their paths
        ({"Makefile": "dev:\n\tdocker compose up\n"}, {}, "dev", ["dev", "docker:up", "make:dev", "web:dev"]),
        (
            {"old/web/package.json": '{"scripts": {"dev": "vite"}}'},
            {},
            "dev",
            ["apps-web:dev", "dev", "docker:up", "old-web:dev"],
        ),
        # no-op: what is kept for the record, what others wrote, what is no command
        ({"tools/scripts/archive/audit.sh": "#!/bin/sh\n"}, {}, "security", ["security/audit"]),
        ({"node_modules/x/package.json": '{"scripts": {"audit": "x"}}'}, {}, "security", ["security/audit"]),
        ({"docs/how.md": "make audit\n"}, {}, "security", ["security/audit"]),
    ],
)
def test_what_comes_and_goes(change: dict[str, str | None], options: dict[str, object], group: str, expected: list[str] | None) -> None:
    found = groups(changed(**change), **options)
    assert [one.partition(" = ")[0] for one in found[group]] == expected if expected is not None else group not in found


def test_each_command_stands_in_a_line_with_its_origin() -> None:
    (dev,) = [one for one in made(family).artefacts if one.path.endswith("dev.json")]
    lines = dev.content.decode().split("\n")
    said = {lines[number - 1].strip().rstrip(",").split('"')[3]: [str(one) for one in origins] for number, origins in dev.origins.items()}
    assert said == {"dev": ["package.json:5"], "docker:up": ["infra/docker/compose.yaml"], "web:dev": ["apps/web/package.json:4"]}


def test_only_the_group_changes_whose_command_changed() -> None:
    before, after = texts_of(family), texts_of(family, changed(**{"apps/api/Makefile": "test:\n\tpytest\n"}))
    assert {path for path in before if before[path] != after[path]} == {f"{GROUPS}test.json"}


def test_what_is_absent_is_said_with_what_brings_it() -> None:
    files = changed(**{"infra/kubernetes/overlays/staging/kustomization.yaml": None, "tools/scripts/security/audit.sh": None})
    found = decided(family, files)
    assert found["commands: deploy"].startswith("nothing is there that it could call; an overlay of kustomize")
    assert "commands: security" in found
    assert "commands: ai" in found
    assert "commands: dev" not in found
    assert found["1 command without a group"].startswith("neither name nor content tells what they are for: web:icons;")
    assert "1 command without a group" not in decided(family, files, groups={"web:icons": "none"})


@pytest.mark.parametrize(
    "files, absent",
    [
        ({"README.md": "nothing\n"}, "no file defines anything that people run"),
        ({"package.json": '{"scripts": {"icons": "svgo"}}'}, "no file defines anything that people run"),
        (changed(**{"tools/cli/package.json": '{"name": "mine", "scripts": {"dev": "x"}}'}), "tools/cli is a project of its own already"),
    ],
)
def test_nothing_is_made_where_there_is_nothing_to_call_or_a_command_line_is_there(files: dict[str, str], absent: str) -> None:
    found = made(family, files)
    assert found.artefacts == ()
    assert found.absent.startswith(absent)


@pytest.mark.parametrize(
    "files, options, program",
    [
        (FILES, {}, "tools/cli/__main__.py"),
        (FILES, {"language": "node"}, "tools/cli/index.js"),
        ({"package.json": FILES["package.json"]}, {}, "tools/cli/index.js"),
        ({"package.json": FILES["package.json"]}, {"language": "python", "directory": "tools/acme"}, "tools/acme/__main__.py"),
    ],
)
def test_the_language_is_the_repositorys(files: dict[str, str], options: dict[str, object], program: str) -> None:
    assert program in texts_of(family, files, **options)


@pytest.mark.parametrize("wrong", [{"language": "ruby"}, {"groups": {"web:dev": "ai"}}, {"directory": "../out"}, {"colour": "red"}])
def test_options_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(pydantic.ValidationError):
        Options.model_validate(wrong)


def test_an_option_for_no_command_is_told() -> None:
    assert decided(family, groups={"web:gone": "dev"})["option groups.web:gone"] == "no command has this name"


@pytest.mark.parametrize(
    "scripts",
    [
        {"dev": "x", "dev ": "y", "dev\n": "z", " dev": "w"},
        {"dev;rm -rf $HOME": "x", "dev`id`": "x", 'dev"': "x", "--dev": "x", "dev\\": "x"},
        {"dev:" + "x" * 300: "x"},
        {"开发 dev": "x", "…": "next dev", "—": "next dev"},
    ],
)
def test_hostile_names_stay_words_and_each_has_a_name_of_its_own(scripts: dict[str, str]) -> None:
    said = json.loads(texts_of(family, {"package.json": json.dumps({"scripts": scripts})})[f"{GROUPS}dev.json"])["commands"]
    assert sorted(one["run"][2] for one in said) == sorted(scripts)
    assert all(one["run"][:2] == ["npm", "run"] for one in said)
    names = [one["name"] for one in said]
    assert len(set(names)) == len(names)
    assert all(name and not name.startswith("-") and not set(name) & set(' \n;$`"\\') for name in names)


def test_no_secret_of_a_script_is_in_it() -> None:
    secret = "hunter2hunter2"
    root = json.dumps({"name": "acme", "scripts": {"dev": f"API_TOKEN={secret} vite", "seed": f"psql postgres://app:{secret}@db/app"}})
    files = {"package.json": root, "Makefile": f"deploy:\n\tcurl -H 'Authorization: Bearer {secret}' x\n"}
    found = made(family, files)
    assert groups(files)["dev"] == ["dev = .: npm run dev", "seed = .: npm run seed"]
    assert secret not in repr(found)


def test_what_is_written_in_python_is_as_formatters_and_linters_want_it(tmp_path: Path) -> None:
    for path, text in texts_of(family).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for words in (["check", "--select", "E,F,I,B,UP,SIM"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout
