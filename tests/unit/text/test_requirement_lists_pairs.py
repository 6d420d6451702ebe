"""What lists of requirements include: seen from the list that says it, as pip and pip-tools read them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.text.monorepo import after, back

LISTS = dict.fromkeys(("base.txt", "more/x.txt", "requirements/base.txt", "requirements/pins.txt", "requirements/sub/dev.in"), "")
BASE = {"requirements/base.txt": "requirements/core.txt"}
ROOT = {"base.txt": "requirements/common.txt"}
AWAY = {"requirements/dev.txt": "apps/backend/requirements-dev.txt"}

PAIRS: list[tuple[str, str, str, Mapping[str, str]]] = [
    ("requirements/dev.txt", "-r base.txt\nflask\n", "-r core.txt\nflask\n", BASE),
    ("requirements/dev.in", "-r base.txt  # all\n", "-r core.txt  # all\n", BASE),
    ("requirements/dev.txt", "--requirement=base.txt\n", "--requirement=core.txt\n", BASE),
    ("requirements/dev.txt", "--requirement base.txt\r\n", "--requirement core.txt\r\n", BASE),
    ("requirements/dev.txt", "-rbase.txt\n", "-rcore.txt\n", BASE),
    ("requirements/dev.txt", "-r ./base.txt\n", "-r ./core.txt\n", BASE),
    ("requirements/dev.txt", "-c pins.txt\n", "-c all/pins.txt\n", {"requirements/pins.txt": "requirements/all/pins.txt"}),
    ("requirements-dev.txt", "-r base.txt\n", "-r requirements/common.txt\n", ROOT),
    ("constraints.txt", "-c base.txt\n", "-c requirements/common.txt\n", ROOT),
    ("requirements/dev.txt", "-r ../base.txt\n", "-r ./common.txt\n", ROOT),
    ("requirements/dev.txt", "-r sub/dev.in\n", "-r below/dev.in\n", {"requirements/sub": "requirements/below"}),
    # other words with a slash
    ("requirements.txt", "./more/x.txt\n-e ./apps/backend\n", "./more/x.txt\n-e ./services/api\n", {"apps/backend": "services/api"}),
]


AWAY_ONLY: list[tuple[str, str, str, Mapping[str, str]]] = [
    ("requirements/dev.txt", "--constraint pins.txt\n", "--constraint ../pins.txt\n", {"requirements/pins.txt": "pins.txt"}),
    ("requirements/dev.txt", "-r base.txt\n", "-r ../../requirements/base.txt\n", AWAY),
]
"""On the way back these are `./pins.txt` and `./base.txt`: that they had no dots is not known any more."""


@pytest.mark.parametrize("path, before, wanted, moves", PAIRS + AWAY_ONLY)
def test_what_is_included_follows(path: str, before: str, wanted: str, moves: Mapping[str, str]) -> None:
    assert after(path, before, moves, LISTS).decode() == wanted


@pytest.mark.parametrize("path, before, wanted, moves", PAIRS)
def test_and_comes_back(path: str, before: str, wanted: str, moves: Mapping[str, str]) -> None:
    assert back(path, before, moves, LISTS).decode() == before


SAME: list[tuple[str, str, Mapping[str, str]]] = [
    # a distribution of that name, a remark, an address, an option of something else
    ("requirements/dev.txt", "base.txt\n# -r base.txt\n", BASE),
    ("requirements/dev.txt", "-r https://example.com/base.txt\n", BASE),
    ("requirements/dev.txt", "-i base.txt\n--no-binary base.txt\n", BASE),
    ("requirements/dev.txt", "x @ https://example.com/-r base.txt\n", BASE),
    # what is beside is meant, not what lies at the root
    ("requirements/dev.txt", "-r base.txt\n", ROOT),
    ("requirements-dev.txt", "-r base.txt\n", BASE),
    ("requirements/dev.txt", "-r ${LISTS}/base.txt\n", BASE),
    ("requirements/dev.txt", "-r gone.txt\n", BASE),
]


@pytest.mark.parametrize("path, text, moves", SAME)
def test_what_only_looks_alike_stays(path: str, text: str, moves: Mapping[str, str]) -> None:
    assert after(path, text, moves, LISTS).decode() == text
