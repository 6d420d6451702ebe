"""What a Dockerfile says of its image, by table."""

from __future__ import annotations

import pytest

from migrator.facts.landscape.reading.images import image
from migrator.facts.landscape.spelling import interpolated, labels, seconds, spoken
from migrator.origin import plain
from migrator.paths import RepoPath
from tests.conftest import facts_of

FILE = RepoPath("Dockerfile")


def read(text: str, target: str = ""):
    found = image(facts_of({"Dockerfile": text}), FILE, target)
    assert found is not None
    return found


ROWS = [
    ('FROM a\nCMD ["x", "y"]\n', "command", ["x", "y"]),
    ("FROM a\nCMD x --y $Z\n", "command", ["/bin/sh", "-c", "x --y $Z"]),
    ('FROM a\nSHELL ["/bin/bash", "-ec"]\nCMD x\n', "command", ["/bin/bash", "-ec", "x"]),
    ('FROM a\nCMD ["x"]\nCMD ["y"]\n', "command", ["y"]),
    ('FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["e"]\n', "command", None),
    ('FROM a AS b\nCMD ["x"]\nFROM b\n', "command", ["x"]),
    ('FROM a AS b\nCMD ["x"]\nFROM c\n', "command", None),
    ('FROM a\nCMD ["x"]\nENTRYPOINT ["e"]\n', "command", ["x"]),
    ("FROM a\nUSER app:app\n", "user", "app"),
    ("FROM a\nCOPY <<EOF /x\nUSER root\nEOF\n", "user", None),
    ("FROM a\nRUN <<EOF\nUSER root\nEOF\nUSER me\n", "user", "me"),
    ("FROM a\nWORKDIR /srv\nWORKDIR app\n", "directory", "/srv/app"),
    ("ARG V=3.12\nFROM python:${V}-slim\n", "base", "python:3.12-slim"),
    ("ARG V\nFROM python:${V:-3.11}\n", "base", "python:3.11"),
    ("FROM a AS dev\nUSER d\nFROM a AS prod\nUSER p\n", "user", "p"),
]


@pytest.mark.parametrize("text, field, value", ROWS)
def test_a_dockerfile_says(text: str, field: str, value: object) -> None:
    assert plain(getattr(read(text), field)) == value


def test_a_stage_is_chosen_by_name_or_number_and_an_unknown_one_is_none() -> None:
    text = "FROM a AS dev\nUSER d\nFROM a AS prod\nUSER p\n"
    assert plain(read(text, "dev").user) == "d"
    assert plain(read(text, "0").user) == "d"
    assert read(text).stages == ("dev", "prod")
    assert image(facts_of({"Dockerfile": text}), FILE, "nope") is None


def test_ports_ranges_and_variables() -> None:
    found = read("FROM a\nARG PORT=8000\nEXPOSE $PORT 9000-9002 53/udp\nEXPOSE ${OTHER}\n")
    assert [(plain(number), protocol) for number, protocol in found.ports] == [(8000, "TCP"), (53, "UDP")]
    assert [plain(one) for one in found.open_ports] == ["9000-9002", "${OTHER}"]


def test_environment_with_its_lines() -> None:
    found = read('FROM a\nENV A=1 \\\n    B="two words" \\\n    C=$A\nENV OLD style is one value\n')
    assert {name: (said.value, said.origins[0].line) for name, said in found.environment.items()} == {
        "A": ("1", 2),
        "B": ("two words", 3),
        "C": ("", 4),
        "OLD": ("style is one value", 5),
    }


def test_a_health_check_in_both_forms_and_none() -> None:
    shell = read(
        "FROM a\nHEALTHCHECK --interval=1m30s --timeout=3s --start-period=5s --retries=2 \\\n  CMD curl -f http://localhost/ || exit 1\n"
    ).probe
    assert shell is not None
    assert plain(shell.command) == ["sh", "-c", "curl -f http://localhost/ || exit 1"]
    assert [plain(one) for one in (shell.interval, shell.timeout, shell.start_period, shell.retries)] == [90.0, 3.0, 5.0, 2]
    listed = read('FROM a\nHEALTHCHECK CMD ["x", "y"]\n').probe
    assert listed is not None
    assert plain(listed.command) == ["x", "y"]
    assert read("FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\n").probe is None


def test_a_crontab_in_an_image() -> None:
    assert plain(read('FROM a\nRUN echo "*/5 * * * * python /app/x.py" | crontab -\n').scheduled) == "*/5 * * * *"
    assert read('FROM a\nRUN echo "* * *" | crontab -\n').scheduled is None


@pytest.mark.parametrize("text, value", [("1m30s", 90), ("500ms", 0.5), ("10", None), ("", None), ("1d", None), ("5 s", None)])
def test_durations(text: str, value: float | None) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize(
    "command, value",
    [
        (("sh", "-c", "alembic upgrade head && exec uvicorn a:b"), ("uvicorn", "a:b")),
        (("bash", "-lc", "PORT=1 node x.js"), ("node", "x.js")),
        (("uvicorn", "a:b"), ("uvicorn", "a:b")),
        (("sh", "x.sh"), ("sh", "x.sh")),
    ],
)
def test_what_a_command_starts(command: tuple[str, ...], value: tuple[str, ...]) -> None:
    assert spoken(command) == value


def test_labels_are_unique_and_what_is_one_already_stays() -> None:
    found = labels(["my_api", "my-api", "My.API", "9lives", "_", "x" * 70, "x" * 69 + "_", "y" * 53])
    assert found["my-api"] == "my-api"
    assert len(set(found.values())) == len(found)
    assert found["9lives"] == "w-9lives"
    assert all(len(one) <= 52 and one[0].isalpha() and not one.endswith("-") for one in found.values())


def test_variables_in_a_dockerfile() -> None:
    assert interpolated("$A ${B:-x} ${A:+y} ${C}", {"A": "1"}) == "1 x y "
