"""What Terraform's files say of a landscape, and that they change with it."""

from __future__ import annotations

import re
from dataclasses import replace

import pydantic
import pytest

from migrator.facts.landscape.model import Difference, Kind, Landscape, Link
from phases.infrastructure.terraform import family
from phases.infrastructure.terraform.engines import managed
from phases.infrastructure.terraform.modules import cache, compute, database, monitoring, networking
from phases.infrastructure.terraform.options import Options
from tests.unit.infrastructure.landscapes import API, BEAT, CACHE, DB, LANDSCAPE, WORKER, at, said, setting

HELD = ("staging", "production")


def made(landscape: Landscape = LANDSCAPE, **options: object) -> dict[str, str]:
    artefacts = family.artefacts(landscape, Options.model_validate(options)).artefacts
    return {artefact.path.removeprefix("infra/terraform/"): artefact.content.decode() for artefact in artefacts}


def decided(landscape: Landscape = LANDSCAPE, **options: object) -> list[str]:
    return [f"{one.subject}: {one.outcome}: {one.message}" for one in family.artefacts(landscape, Options.model_validate(options)).decisions]


def with_(*workloads, without: tuple[str, ...] = ()) -> Landscape:
    names = {one.name for one in workloads} | set(without)
    kept = [one for one in LANDSCAPE.workloads if one.name not in names]
    return replace(LANDSCAPE, workloads=tuple(sorted((*kept, *workloads), key=lambda one: one.name)))


@pytest.mark.parametrize(
    "image, kind, engine, version, outcome",
    [
        ("postgres:16.4-alpine", Kind.DATABASE, "postgres", "16", "mapped"),
        ("postgres:16", Kind.DATABASE, "postgres", "16", "mapped"),
        ("docker.io/library/postgres:15.1", Kind.DATABASE, "postgres", "15", "mapped"),
        ("registry.example.org:5000/team/postgres:14", Kind.DATABASE, "postgres", "14", "mapped"),
        ("postgis/postgis:16-3.4", Kind.DATABASE, "postgres", "16", "mapped"),
        ("postgres", Kind.DATABASE, "postgres", "17", "defaulted"),
        ("postgres:latest", Kind.DATABASE, "postgres", "17", "defaulted"),
        ("postgres:alpine", Kind.DATABASE, "postgres", "17", "defaulted"),
        ("postgres@sha256:0123", Kind.DATABASE, "postgres", "17", "defaulted"),
        ("postgres:16.4@sha256:0123", Kind.DATABASE, "postgres", "16", "mapped"),
        ("postgres:9.6", Kind.DATABASE, None, None, "dropped"),
        ("postgres:99", Kind.DATABASE, None, None, "dropped"),
        ("mysql:8.0.36", Kind.DATABASE, "mysql", "8.0", "mapped"),
        ("mysql:8", Kind.DATABASE, "mysql", "8.4", "defaulted"),
        ("mysql:8.2", Kind.DATABASE, "mysql", "8.4", "defaulted"),
        ("mariadb:10.9", Kind.DATABASE, "mariadb", "10.11", "defaulted"),
        ("mariadb:11.4.2", Kind.DATABASE, "mariadb", "11.4", "mapped"),
        ("redis:7.1", Kind.CACHE, "redis", "7.1", "mapped"),
        ("redis:7.4-alpine", Kind.CACHE, "redis", "7.1", "defaulted"),
        ("redis:7-alpine", Kind.BROKER, "redis", "7.1", "defaulted"),
        ("redis:8", Kind.CACHE, None, None, "dropped"),
        ("valkey/valkey:8.0.1", Kind.CACHE, "valkey", "8.0", "mapped"),
        ("mongo:7", Kind.DATABASE, None, None, "dropped"),
        ("rabbitmq:3-management", Kind.BROKER, None, None, "dropped"),
        ("acme/own-store:1", Kind.DATABASE, None, None, "dropped"),
    ],
)
def test_the_engine_is_that_of_the_image(image: str, kind: Kind, engine: str | None, version: str | None, outcome: str) -> None:
    workload = replace(DB, kind=said(kind, 90), image=said(image, 91))
    one, decisions = managed(LANDSCAPE, workload, Options())
    assert (one and one.engine.engine) == engine
    assert {held.value for held in one.versions.values()} == {version} if one else version is None
    assert decisions[0].outcome == outcome
    assert decisions[0].origins == (at(91),)
    assert set(one.versions) == set(HELD) if one else True


def test_nothing_is_written_that_validate_cannot_judge() -> None:
    """D9: it passes `moved` and `removed` whatever they name, and a mock's defaults for attributes that there are none of."""
    odd = re.compile(r"(?m)^\s*(?:moved|removed|mock_resource|mock_data|override_\w+|defaults)\b.*[{=]")
    assert {path: odd.findall(text) for path, text in made(LANDSCAPE).items() if odd.search(text)} == {}


def test_what_keeps_nothing_is_not_spoken_of() -> None:
    assert managed(LANDSCAPE, replace(DB, kind=said(Kind.PROXY, 90), image=said("nginx:1.27", 91)), Options()) == (None, ())
    assert managed(LANDSCAPE, API, Options()) == (None, ())


def test_an_environment_has_its_own_version() -> None:
    differs = replace(DB, differences=(Difference("production", "image", said("postgres:15.2", 7)),))
    own = replace(LANDSCAPE, environments={**LANDSCAPE.environments, "staging": ()}, workloads=with_(differs).workloads)
    files = made(own)
    assert '"15"' in files["environments/production/main.tf"]
    assert '"postgres15"' in files["environments/production/main.tf"]
    assert '"16"' in files["environments/staging/main.tf"]
    # staging without a file of its own is as production is
    assert '"15"' in made(with_(differs))["environments/staging/main.tf"]
    other = replace(DB, differences=(Difference("production", "image", said("mysql:8.4", 7)),))
    assert "modules/database/main.tf" not in made(replace(own, workloads=with_(other).workloads))


@pytest.mark.parametrize(
    "links, dropped",
    [
        ([("replica", "primary"), ("sentinel", "primary")], {"primary", "replica", "sentinel"}),
        ([("replica", "primary"), ("sentinel", "primary"), ("api", "primary")], {"replica", "sentinel"}),
        ([], set()),
    ],
)
def test_copies_of_a_cache_are_no_caches_of_their_own(links: list[tuple[str, str]], dropped: set[str]) -> None:
    copies = [replace(CACHE, name=name, label=name) for name in ("primary", "replica", "sentinel")]
    landscape = replace(with_(*copies), links=tuple(Link(source, target, "depends_on", (at(5),)) for source, target in links))
    gone = {one for one in ("primary", "replica", "sentinel") if any(f"image of {one}: dropped" in line for line in decided(landscape))}
    assert gone == dropped
    main = made(landscape)["environments/production/main.tf"]
    assert {one for one in ("primary", "replica", "sentinel") if f'module "cache_{one}"' in main} == {"primary", "replica", "sentinel"} - dropped


@pytest.mark.parametrize("kind, there", [(Kind.MONITORING, False), (Kind.TOOL, False), (Kind.API, True)])
def test_secrets_of_what_is_not_in_the_cluster_are_not_asked_for(kind: Kind, there: bool) -> None:
    one = replace(API, name="board", label="board", kind=said(kind, 1), settings=(setting("ADMIN_PASSWORD", None, 4, secret=True),))
    assert ("ADMIN_PASSWORD" in made(with_(one))["environments/production/main.tf"]) is there


def test_only_modules_with_facts() -> None:
    files = made(with_(without=("cache",)))
    assert "modules/cache/main.tf" not in files
    assert "modules/database/main.tf" in files
    assert any(one.startswith("module cache: dropped") for one in decided(with_(without=("cache",))))
    assert "modules/cache/main.tf" in made()
    assert not any(one.startswith("module cache") for one in decided())


def test_nothing_without_something_to_run() -> None:
    nothing = family.artefacts(replace(LANDSCAPE, workloads=(CACHE, DB)), Options())
    assert not nothing.artefacts
    assert "compose file" in nothing.absent
    assert not family.artefacts(LANDSCAPE, Options()).absent


def test_no_provider_and_no_password_in_a_module() -> None:
    for path, text in made().items():
        assert not (path.startswith("modules/") and "\nprovider " in text)
        assert "aws_secretsmanager_secret_version" not in text, "which would bring the value into the state"
        assert re.search(r"password\s*=\s*[^t\s]", text.replace("manage_master_user_password ", "")) is None, "it is made and kept by the cloud"


@pytest.mark.parametrize("module", [networking.MODULE, compute.MODULE, database.MODULE, cache.MODULE, monitoring.MODULE], ids=lambda one: one.name)
def test_every_variable_is_told_and_what_can_be_wrong_is_refused(module) -> None:
    refused = {str(one.labels[0]).removeprefix("refuses_") for one in module.runs if str(one.labels[0]).startswith("refuses_")}
    assert refused == {variable.name for variable in module.variables if variable.condition}
    assert all(variable.description.endswith((".", "16.")) and variable.type != "any" for variable in module.variables)
    assert all(output.description.endswith(".") for output in module.outputs)
    assert set(module.given) <= {variable.name for variable in module.variables}
    needed = {variable.name for variable in module.variables if variable.default is ...}
    assert needed <= set(module.given)
    text = "".join(file.content.decode() for file in module.files(Options()) if "/tests/" in file.path)
    assert "defaults" not in text, "what a mock is told to say is not held against the schema"
    assert "command = apply" not in text, "what only the cloud knows is random under a mock"
    assert all(
        f"var.{variable.name}" in "".join(f.content.decode() for f in module.files(Options()) if f.path.endswith("main.tf"))
        for variable in module.variables
    )


def test_data_is_kept() -> None:
    for path, resource in {"database": "aws_db_instance", "cache": "aws_elasticache_replication_group"}.items():
        body = made()[f"modules/{path}/main.tf"].partition(f'resource "{resource}"')[2].partition("\n}\n")[0]
        assert "prevent_destroy = true" in body
    for text in made().values():
        assert text.count('resource "aws_kms_key"') == text.count("enable_key_rotation     = true")


STATES = [
    ({}, "use_lockfile = true", "bucket"),
    ({"bucket": "acme-state"}, 'bucket       = "acme-state"', "dynamodb"),
    ({"lock": "dynamodb", "table": "locks"}, 'dynamodb_table = "locks"', "use_lockfile"),
    ({"region": "eu-west-1"}, 'region       = "eu-west-1"', "us-east-1"),
]


@pytest.mark.parametrize("state, there, not_there", STATES)
def test_the_state_is_locked(state, there: str, not_there: str) -> None:
    text = made(state=state)["environments/production/versions.tf"]
    assert there in text
    assert not_there not in text.partition("backend")[2].partition("provider")[0]
    assert any(one.startswith("state:") for one in decided(state=state)) == ("bucket" not in state)


def test_wrong_options_are_told_at_once() -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        Options.model_validate(
            {"provider": "azure", "region": "here", "state": {"lock": "dynamodb"}, "sizes": {"qa": {}}, "kubernetes_version": "latest", "x": 1}
        )
    assert len(caught.value.errors()) == 6


L11 = [
    ("the image's version", lambda: with_(replace(DB, image=said("postgres:15", 91))), {"environments/staging/main.tf", "environments/production/main.tf", "README.md"}),
    ("a version that the cloud takes together", lambda: with_(replace(DB, image=said("postgres:16.5-alpine", 91))), {"README.md"}),
    ("the name of the database", lambda: with_(replace(DB, settings=(DB.settings[0], setting("POSTGRES_DB", "shop", 98)))), {"environments/staging/main.tf", "environments/production/main.tf"}),
    ("its port", lambda: with_(replace(DB, ports=(replace(DB.ports[0], number=said(5433, 92)),))), {"environments/staging/main.tf", "environments/production/main.tf"}),
    ("its volume", lambda: with_(replace(DB, volumes=())), set()),
    ("a secret more", lambda: with_(replace(WORKER, settings=(*WORKER.settings, setting("API_KEY", None, 65, secret=True, required=True)))),
     {"environments/dev/main.tf", "environments/staging/main.tf", "environments/production/main.tf", "README.md"}),
    ("a secret with a default that nobody sets", lambda: with_(replace(WORKER, settings=(*WORKER.settings, replace(setting("API_KEY", None, 65, secret=True), givers=())))), set()),
    ("a setting more", lambda: with_(replace(WORKER, settings=(*WORKER.settings, setting("MODE", "fast", 65)))), set()),
    ("metrics", lambda: with_(replace(API, metrics=None)), {f"environments/{one}/main.tf" for one in ("dev", *HELD)}),
    ("another image", lambda: with_(replace(BEAT, build=replace(BEAT.build, target=said("report", 71)))), {"environments/production/main.tf"}),
    ("a schedule", lambda: with_(replace(BEAT, schedule=said("0 4 * * *", 73))), set()),
    ("a probe", lambda: with_(replace(API, probes=())), set()),
    ("where a cache runs", lambda: with_(replace(CACHE, environments=("development",))),
     {path for path in made() if path.startswith("modules/cache/")} | {"environments/staging/main.tf", "environments/production/main.tf", "environments/staging/outputs.tf",
                                                                       "environments/production/outputs.tf", "README.md"}),
]  # fmt: skip


@pytest.mark.parametrize("change, expected", [row[1:] for row in L11], ids=[row[0] for row in L11])
def test_a_changed_fact_changes_its_files_and_no_other(change, expected: set[str]) -> None:
    before, after = made(), made(change())
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == expected


def test_values_say_where_they_are_from() -> None:
    root = next(one for one in family.artefacts(LANDSCAPE, Options()).artefacts if one.path.endswith("environments/production/main.tf"))
    lines = root.content.decode().splitlines()
    found = {line.split()[0]: root.origins[number] for number, line in enumerate(lines, start=1) if number in root.origins and "=" in line}
    assert found["engine_version"] == (at(91),)
    assert found["database_name"] == (at(98),)
    assert found["JWT_SECRET"][0] == at(28)
    assert found["instance_class"][0].why == "nothing says how much is asked of it"
    assert at(90) in root.origins[lines.index('module "database_db" {') + 1]
    bare = [line for number, line in enumerate(lines, start=1) if number not in root.origins and "16" in line]
    assert bare == []


@pytest.mark.parametrize("called", ["acme", "a-rather-long-name-for-a-repository-that-somebody-chose", "3d--shop", "x"])
def test_names_are_such_as_the_cloud_takes(called: str) -> None:
    long = replace(LANDSCAPE, name=called)
    text = made(long)["environments/production/main.tf"]
    names = [line.partition('"')[2].rstrip('"') for line in text.splitlines() if line.strip().startswith("name ") and '"' in line]
    assert names
    assert all(re.fullmatch(r"[a-z](-?[a-z0-9]){2,39}", name) and len(name) <= 40 for name in names)
    assert len(set(names)) == len(names)


def test_a_mock_is_told_nothing_that_nobody_checks() -> None:
    """An attribute that a mock is given and that does not exist is taken in silence; what is there to be moved is known to a plan alone."""
    files = made(managed=["dev", "staging", "production"])
    tests = {path: text for path, text in files.items() if path.endswith(".tftest.hcl")}
    assert len(tests) == 5
    assert all(re.search(r'^mock_provider "aws" \{\s*\}$', text, re.MULTILINE) for text in tests.values())
    assert not [path for path, text in files.items() if re.search(r"\b(?:defaults|override_\w+|moved|removed) *[={]", text)]
