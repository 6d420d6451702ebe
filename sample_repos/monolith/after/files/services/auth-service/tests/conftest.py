"""What the tests here need of services/api-gateway/tests/conftest.py."""

from collections.abc import Iterator

import pytest

from backend_core.data.core.database import Base, engine


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    Base.metadata.create_all(engine)
    yield
    Base.metadata.drop_all(engine)
