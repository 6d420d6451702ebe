"""What the configuration's files say of a landscape, and that they change with it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from migrator.facts.landscape.model import Difference, Landscape
from phases.infrastructure.configuration import family
from phases.infrastructure.configuration.dotenv import assignment
from phases.infrastructure.configuration.options import Options
from tests.conftest import git
from tests.unit.infrastructure.landscapes import API, DB, LANDSCAPE, WEB, WORKER, at, said, setting

ENVIRONMENTS = tuple(f"environments/.env.{one}" for one in ("development", "staging", "production"))
EVERY = {*ENVIRONMENTS, "environments/.env.example"}
SCHEMA, SECRETS = "validation/config-schema.json", "secrets/README.md"


def made(landscape: Landscape = LANDSCAPE, **options: object) -> dict[str, str]:
    artefacts = family.artefacts(landscape, Options.model_validate(options)).artefacts
    return {artefact.path.removeprefix("config/"): artefact.content.decode() for artefact in artefacts}


def decided(landscape: Landscape = LANDSCAPE) -> list[str]:
    return [f"{one.subject}: {one.outcome}: {one.message}" for one in family.artefacts(landscape, Options()).decisions]


def with_(*workloads) -> Landscape:
    names = {one.name for one in workloads}
    return replace(
        LANDSCAPE, workloads=tuple(sorted((*(one for one in LANDSCAPE.workloads if one.name not in names), *workloads), key=lambda one: one.name))
    )


def having(*settings, workload=WORKER) -> Landscape:
    return with_(replace(workload, settings=(*workload.settings, *settings)))


def lines(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


@pytest.mark.parametrize(
    "value, line",
    [
        ("info", "X=info"),
        ("", "X="),
        ("http://api:8000/a,b@c", "X=http://api:8000/a,b@c"),
        ("two words", "X='two words'"),
        ("a#b", "X='a#b'"),
        (" lead", "X=' lead'"),
        ("$HOME", "X='$HOME'"),
        ('say "so"', "X='say \"so\"'"),
        ("C:\\new", "X='C:\\new'"),
        ("*", "X='*'"),
        ("it's", 'X="it\'s"'),
        ("one\ntwo", "X='one\ntwo'"),
        ("${HOME}", None),
        ("it's $5", None),
        ("both ' and \"", None),
        ("it's a \\", None),
        ("ends\\", None),
        ("a\\\\b", None),
        ("a\r\nb", None),
    ],
)
def test_a_value_is_written_so_that_all_readers_see_it(value: str, line: str | None) -> None:
    assert assignment("X", value) == line


def test_a_name_that_is_none_is_not_written() -> None:
    assert assignment("a-b", "x") is None
    assert assignment("1A", "x") is None


def test_an_environment_has_its_own_value() -> None:
    values = {one: lines(text) for one, text in made().items() if one in EVERY}
    assert [values[one]["LOG_LEVEL"] for one in ENVIRONMENTS] == ["debug", "info", "info"]
    assert values["environments/.env.example"]["LOG_LEVEL"] == "info"
    gone = with_(replace(API, differences=(Difference("production", "environment.LOG_LEVEL", None),)))
    assert "LOG_LEVEL" not in lines(made(gone)["environments/.env.production"])
    assert "# nothing gives it a value here" in made(gone)["environments/.env.production"]
    assert "LOG_LEVEL" not in json.loads(made(gone)[SCHEMA])["required"]
    assert "LOG_LEVEL" in json.loads(made()[SCHEMA])["required"]


def test_a_secret_is_a_reference() -> None:
    for path, text in made().items():
        assert not {"DATABASE_URL", "JWT_SECRET", "POSTGRES_PASSWORD"} & lines(text).keys() if path in EVERY else True
    assert "# kept in the store of secrets as acme/production/JWT_SECRET\n# JWT_SECRET=\n" in made()["environments/.env.production"]
    assert "JWT_SECRET" not in json.loads(made()[SCHEMA])["required"]
    assert "JWT_SECRET" in json.loads(made()[SCHEMA])["$defs"]["process-api"]["required"]
    # a name that is a secret anywhere is one everywhere
    both = having(setting("TOKEN", None, 1, secret=True), workload=API)
    both = replace(
        both,
        workloads=tuple(replace(one, settings=(*one.settings, setting("TOKEN", "hush", 2))) if one.name == "web" else one for one in both.workloads),
    )
    assert "hush" not in "".join(made(both).values())


def test_what_nobody_sets_and_code_has_a_default_for_is_no_secret_to_keep() -> None:
    own = having(replace(setting("KEY", None, 1, secret=True), givers=()))
    assert "`KEY`" not in made(own)[SECRETS]
    assert "the code has a default" in made(own)["environments/.env.example"]
    assert SECRETS not in made(replace(LANDSCAPE, workloads=(WEB,)))


def test_workloads_that_do_not_agree_have_each_their_own() -> None:
    own = with_(
        replace(API, settings=(*API.settings, setting("PORT", "8000", 1))), replace(WEB, settings=(*WEB.settings, setting("PORT", "3000", 2)))
    )
    assert "PORT" not in lines(made(own)["environments/.env.production"])
    assert "# workloads do not agree, so each has its own: api 8000, web 3000" in made(own)["environments/.env.production"]
    assert any(one.startswith("setting PORT: dropped") for one in decided(own))
    same = with_(replace(API, settings=(*API.settings, setting("PORT", "80", 1))), replace(WEB, settings=(*WEB.settings, setting("PORT", "80", 2))))
    assert lines(made(same)["environments/.env.production"])["PORT"] == "80"
    assert not any(one.startswith("setting PORT") for one in decided(same))


def test_what_cannot_be_written_is_said() -> None:
    own = having(setting("PATTERN", "${a}'", 1))
    assert "PATTERN" not in lines(made(own)["environments/.env.production"])
    assert any(one.startswith("setting PATTERN: dropped: its value cannot be written") for one in decided(own))
    assert "PATTERN" not in json.loads(made(own)[SCHEMA])["required"]


def test_what_is_needed_and_not_given_is_said() -> None:
    own = having(setting("REGION", None, 1, required=True))
    assert "setting REGION: dropped: code does not start without it, and nothing gives it a value" in decided(own)
    assert "REGION" in json.loads(made(own)[SCHEMA])["$defs"]["process-worker"]["required"]
    assert not any("REGION" in one for one in decided(having(setting("REGION", "eu", 1, required=True))))


def test_a_type_is_that_of_the_settings_class_unless_a_value_is_none_of_it() -> None:
    assert json.loads(made()[SCHEMA])["$defs"]["settings"]["properties"]["WORKERS"]["pattern"] == "^-?[0-9]+$"
    odd = with_(replace(API, differences=(Difference("production", "environment.WORKERS", said("many", 3)),)))
    assert "pattern" not in json.loads(made(odd)[SCHEMA])["$defs"]["settings"]["properties"]["WORKERS"]


def test_flags_are_files_of_their_own() -> None:
    assert not [path for path in made() if path.startswith("feature-flags")]
    assert any(one.startswith("feature flags: dropped") for one in decided())
    differs = (Difference("production", "environment.FEATURE_CART", said("false", 3)),)
    flagged = with_(
        replace(
            API,
            settings=(*API.settings, setting("FEATURE_CART", "true", 1), setting("ENABLE_X", "some", 2), setting("ENABLE_Y", None, 3)),
            differences=differs,
        )
    )
    files = made(flagged)
    assert json.loads(files["feature-flags/dev.json"]) == {"ENABLE_X": "some", "FEATURE_CART": True}
    assert json.loads(files["feature-flags/production.json"]) == {"ENABLE_X": "some", "FEATURE_CART": False}
    assert any(one.startswith("setting FEATURE_CART: mapped") for one in decided(flagged))
    assert any(one.startswith("setting ENABLE_Y: dropped") and "no file holds it" in one for one in decided(flagged))
    assert "feature-flags/dev.json" in made(having(setting("USE_CART", "1", 4)), flags=["USE_*"])


def test_nothing_without_settings() -> None:
    nothing = family.artefacts(replace(LANDSCAPE, workloads=(replace(WEB, settings=()),)), Options())
    assert not nothing.artefacts
    assert nothing.absent


L11 = [
    ("a value", lambda: with_(replace(WEB, settings=(setting("NEXT_PUBLIC_API_URL", "http://api:9000", 57, type="url"),))), EVERY | {SCHEMA}),
    ("a value of one environment", lambda: with_(replace(API, differences=(Difference("development", "environment.LOG_LEVEL", said("trace", 8)),))), {ENVIRONMENTS[0]}),
    ("a secret more", lambda: having(setting("API_KEY", None, 65, secret=True, required=True)), EVERY | {SCHEMA, SECRETS}),
    ("a setting less", lambda: with_(replace(DB, settings=DB.settings[:1])), EVERY | {SCHEMA}),
    ("a type", lambda: with_(replace(API, settings=(*API.settings[:3], setting("WORKERS", "2", 27), API.settings[4]))), EVERY | {SCHEMA}),
    ("a flag", lambda: having(setting("FEATURE_X", "1", 65)), EVERY | {SCHEMA} | {f"feature-flags/{one}.json" for one in ("dev", "staging", "production")}),
    ("where a workload runs", lambda: with_(replace(WEB, environments=("development",))), {*ENVIRONMENTS[1:], SCHEMA}),
    ("an image", lambda: with_(replace(DB, image=said("postgres:17", 91))), set()),
    ("a port", lambda: with_(replace(DB, ports=())), set()),
    ("a description", lambda: with_(replace(API, settings=(*API.settings[:2], replace(API.settings[2], description="How much is logged."), *API.settings[3:]))), EVERY | {SCHEMA}),
    ("a line", lambda: with_(replace(WEB, settings=(setting("NEXT_PUBLIC_API_URL", "http://api:8000", 58, type="url"),))), set()),
]  # fmt: skip


@pytest.mark.parametrize("change, expected", [row[1:] for row in L11], ids=[row[0] for row in L11])
def test_a_changed_fact_changes_its_files_and_no_other(change, expected: set[str]) -> None:
    before, after = made(), made(change())
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == expected


def test_values_say_where_they_are_from() -> None:
    for artefact in family.artefacts(LANDSCAPE, Options()).artefacts:
        if "/.env." in artefact.path:
            text = artefact.content.decode().splitlines()
            told = {line: artefact.origins.get(number, ()) for number, line in enumerate(text, start=1)}
            assert all(origins for line, origins in told.items() if line and not line.startswith(("# What",)))
            if artefact.path.endswith("development"):
                assert told["LOG_LEVEL=debug"][0].path.endswith("docker-compose.dev.yml")
            else:
                assert told["LOG_LEVEL=info"] == (at(26),)


@pytest.mark.parametrize("pattern", [".env", ".env*", "*.env.*", ".env.production", "**/.env.*"])
def test_an_ignored_env_file_is_not_ignored_here(pattern: str, make_repository) -> None:
    files = {f"config/{path}": text for path, text in made().items()}
    root = make_repository({".gitignore": f"{pattern}\n", **files})
    assert set(git(root, "ls-files").split()) == {".gitignore", *files}
    bare = make_repository(
        {".gitignore": f"{pattern}\n", **{path: text for path, text in files.items() if not path.endswith("/.gitignore")}}, name="bare"
    )
    assert ("config/environments/.env.production" in git(bare, "ls-files").split()) == (pattern == ".env")
