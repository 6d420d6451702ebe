"""No helper process outlives its test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash import spine


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    spine.close_all()
