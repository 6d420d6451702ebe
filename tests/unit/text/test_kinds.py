"""Kinds of mentions, each with what follows, comes back, and what only looks alike; as many of one as of the other."""

from __future__ import annotations

import pytest

from tests.unit.text import script_kinds, settings_kinds
from tests.unit.text.kinds import Row, afterwards, home_again, spelled

KINDS = {**script_kinds.KINDS, **settings_kinds.KINDS}
PAIRS = [pytest.param(row, id=f"{kind}-{number}") for kind, (pairs, _) in KINDS.items() for number, row in enumerate(pairs)]
STAYS = [pytest.param(row, id=f"{kind}-{number}") for kind, (_, stays) in KINDS.items() for number, row in enumerate(stays)]


@pytest.mark.parametrize("row", PAIRS)
def test_what_is_meant_follows(row: Row) -> None:
    assert afterwards(row) == spelled(row[1], moved=True)


@pytest.mark.parametrize("row", PAIRS)
def test_and_comes_back(row: Row) -> None:
    """But for a `./` that keeps a single name recognisable."""
    assert home_again(row).replace("./tools", "tools") == spelled(row[1], moved=False).replace("./tools", "tools")


@pytest.mark.parametrize("row", STAYS)
def test_what_only_looks_alike_stays(row: Row) -> None:
    assert afterwards(row) == row[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_pairs_and_as_many_that_stay(kind: str) -> None:
    pairs, stays = KINDS[kind]
    assert min(len(pairs), len(stays)) >= 5
