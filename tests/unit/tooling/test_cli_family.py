"""The command line of a repository: what is in which group, from where, and what is not and why."""

from __future__ import annotations

import json
from collections.abc import Mapping

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
