"""Compose files go together, keep the name of their project, and stay where something counts on their place."""

from __future__ import annotations

import pytest

from migrator.facts.composing import project_name
from tests.unit.infrastructure.placing import placed

RUNS = "services:\n  api:\n    image: api:1\n"
TAKES = "services:\n  api:\n    image: api:${TAG}\n"
HERE = "infra/docker/compose"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("docker-compose.yml", "docker-compose.yml"),
        ("compose.yaml", "docker-compose.yml"),
        ("compose.dev.yaml", "docker-compose.dev.yml"),
        ("docker-compose-development.yml", "docker-compose.dev.yml"),
        ("docker-compose.testing.yml", "docker-compose.test.yml"),
        ("docker-compose.prod.yml", "docker-compose.prod.yml"),
        ("compose.override.yml", "docker-compose.override.yml"),
        ("redis.compose.yml", "docker-compose.redis.yml"),
    ],
)
def test_files_are_called_as_the_target_calls_them(old: str, new: str) -> None:
    assert placed({f"deploy/{old}": RUNS}).moves == {f"deploy/{old}": f"{HERE}/{new}"}


def test_two_that_would_have_one_name_keep_theirs() -> None:
    found = placed({"deploy/compose.dev.yml": RUNS, "deploy/docker-compose.development.yml": RUNS})
    assert set(found.moves.values()) == {f"{HERE}/compose.dev.yml", f"{HERE}/docker-compose.development.yml"}


@pytest.mark.parametrize(
    ("folder", "name"), [("deploy/My.Stack", "mystack"), ("deploy/_a-B_1", "a-b_1"), ("deploy/Größe", "gre"), ("docker", "docker")]
)
def test_the_project_keeps_its_name(folder: str, name: str) -> None:
    found = placed({f"{folder}/compose.yml": f"# top\n{RUNS}"})
    assert found.after[f"{HERE}/docker-compose.yml"] == f"# top\nname: {name}\n{RUNS}"
    assert project_name(folder) == name


@pytest.mark.parametrize(
    "files",
    [
        {"deploy/compose.yml": f"name: mine\n{RUNS}"},
        {"compose/compose.yml": RUNS},
        {"deploy/docker-compose.override.yml": RUNS},
        {"deploy/compose.yml": f"{RUNS}networks:\n  a:\n    driver: overlay\n"},
        {"deploy/compose.yml": RUNS, "up.sh": "docker stack deploy -c deploy/compose.yml acme\n"},
    ],
)
def test_a_name_is_only_said_where_it_would_change_and_may_stand(files: dict[str, str]) -> None:
    found = placed(files)
    (old, new), *_ = found.moves.items()
    assert found.after[new] == files[old]


def test_what_others_take_in_is_not_started_and_gets_no_name() -> None:
    files = {
        "deploy/compose.yml": "services:\n  a:\n    extends:\n      file: compose.base.yml\n      service: api\n",
        "deploy/compose.base.yml": RUNS,
    }
    after = placed(files).after
    assert after[f"{HERE}/docker-compose.base.yml"] == RUNS
    assert after[f"{HERE}/docker-compose.yml"] == f"name: deploy\n{files['deploy/compose.yml']}".replace(
        "compose.base.yml", "docker-compose.base.yml"
    )


def test_what_one_command_uses_goes_together_or_not_at_all() -> None:
    apart = {"deploy/compose.yml": RUNS, "ops/compose.prod.yml": RUNS, "up.sh": "docker compose -f deploy/compose.yml -f ops/compose.prod.yml up\n"}
    found = placed(apart)
    assert found.moves == {}
    assert "is used together with ops/compose.prod.yml" in found.stays["deploy/compose.yml"]
    near = placed(
        {"deploy/compose.yml": RUNS, "deploy/compose.prod.yml": RUNS, "up.sh": "docker compose -f deploy/compose.yml -f deploy/compose.prod.yml up\n"}
    )
    assert near.after["up.sh"] == f"docker compose -f {HERE}/docker-compose.yml -f {HERE}/docker-compose.prod.yml up\n"
    each = {**apart, "up.sh": "docker compose -f deploy/compose.yml up\ndocker compose -f ops/compose.prod.yml up\n"}
    assert len(placed(each).moves) == 2


def test_the_folder_of_a_checkout_is_asked_for() -> None:
    found = placed({"compose.yml": RUNS})
    assert found.moves == {}
    assert "say `project`" in found.asked
    assert placed({"compose.yml": RUNS}, project="acme").after == {f"{HERE}/docker-compose.yml": f"name: acme\n{RUNS}"}
    assert placed({"compose.yml": f"name: acme\n{RUNS}"}).moves == {"compose.yml": f"{HERE}/docker-compose.yml"}


BESIDE = [
    {"deploy/compose.yml": TAKES, "deploy/.env.example": "TAG=1\n"},
    {"deploy/compose.yml": TAKES, "deploy/.env": "TAG=1\n"},
    {"deploy/compose.yml": f"{TAKES}    env_file: .env\n"},
]


@pytest.mark.parametrize("files", BESIDE)
def test_an_environment_beside_the_file_makes_it_a_question(files: dict[str, str]) -> None:
    found = placed(files)
    assert found.moves == {}
    assert "deploy/compose.yml:3 takes variables from the `.env` beside it" in found.asked
    assert placed({path: text.replace("${TAG}", "1") for path, text in files.items()}).moves


def test_an_environment_that_may_be_there_is_said() -> None:
    assert placed({"deploy/compose.yml": RUNS}).by_hand == []
    assert placed({"deploy/compose.yml": TAKES}).by_hand == [
        f"{HERE}/docker-compose.yml:3: a `.env` in deploy that is not committed is no longer read: move it along, or give it by --env-file"
    ]


@pytest.mark.parametrize("manifest", ["deploy/package.json", "deploy/pyproject.toml"])
def test_an_applications_own_file_is_asked_about(manifest: str) -> None:
    found = placed({"deploy/compose.yml": RUNS, manifest: ""})
    assert found.moves == {}
    assert "an application's folder" in found.asked


def test_two_folders_with_one_name_are_asked_about_unless_one_is_infrastructure() -> None:
    found = placed({"one/compose.yml": RUNS, "two/compose.yml": RUNS})
    assert found.moves == {}
    assert f'"one/compose.yml" = "{HERE}/docker-compose.one.yml"' in found.asked
    assert len(found.planning.questions) == 1
    found = placed({"infra/docker/compose.yml": RUNS, "apps/compose.yml": RUNS, "apps/compose.dev.yml": RUNS})
    assert found.moves == {"infra/docker/compose.yml": f"{HERE}/docker-compose.yml"}
    assert f'"apps/compose.dev.yml" = "{HERE}/docker-compose.apps.dev.yml"' in found.asked


def test_what_does_not_parse_stays() -> None:
    found = placed({"deploy/compose.yml": "services:\n  a: [\n", "deploy/compose.dev.yml": RUNS})
    assert found.moves == {}
    assert "deploy/compose.yml cannot be read" in found.stays["deploy/compose.dev.yml"]


def test_commands_that_cannot_be_followed_are_said() -> None:
    files = {"deploy/compose.yml": RUNS, "up.sh": "cd $WHERE\ndocker compose up\n"}
    assert placed(files).by_hand == ["up.sh:2: nobody can tell which files compose finds at up.sh:2: give them by -f"]
    assert placed({**files, "up.sh": "docker compose -f deploy/compose.yml up\n"}).by_hand == []
    assert "Makefile:1" in placed({**files, "Makefile": 'DC := "docker compose"\nup:\n\t$(DC) up\n'}).by_hand[0]


def test_commands_that_can_be_followed_are_told() -> None:
    after = placed({"deploy/compose.yml": RUNS, "deploy/README.md": "", "up.sh": "cd deploy\ndocker compose up\n"}).after
    assert after["up.sh"] == f"cd deploy\ndocker compose -f ../{HERE}/docker-compose.yml up\n"


def test_who_changes_into_a_folder_that_goes_is_led_to_where_its_files_are() -> None:
    after = placed({"deploy/compose.yml": RUNS, "up.sh": "cd deploy\ndocker compose up\n"}).after
    assert after == {f"{HERE}/compose.yml": f"name: deploy\n{RUNS}", "up.sh": f"cd {HERE}\ndocker compose up\n"}


def test_answers_go_with_the_name_of_their_project() -> None:
    found = placed({"api/compose.yml": RUNS, "api/package.json": "{}"}, moves={"api/compose.yml": f"{HERE}/docker-compose.api.yml"})
    assert found.after[f"{HERE}/docker-compose.api.yml"] == f"name: api\n{RUNS}"
    assert [step.slug for step in found.steps] == ["move-as-asked"]


def test_windows_line_ends_and_a_mark_survive() -> None:
    text = "\ufeff" + RUNS.replace("\n", "\r\n")
    assert placed({"deploy/compose.yml": text}).after[f"{HERE}/docker-compose.yml"] == "\ufeffname: deploy\r\n" + RUNS.replace("\n", "\r\n")
