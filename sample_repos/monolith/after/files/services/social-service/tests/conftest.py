"""What the tests here need of services/api-gateway/tests/conftest.py."""

from collections.abc import Iterator

import pytest
from sqlalchemy import orm

from backend_core.data.core.database import Base, Session, engine
from backend_core.data.models import User


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    Base.metadata.create_all(engine)
    yield
    Base.metadata.drop_all(engine)


@pytest.fixture
def session() -> Iterator[orm.Session]:
    with Session() as session:
        yield session


@pytest.fixture
def ada(session: orm.Session) -> User:
    user = User(name="Ada", password="")
    session.add(user)
    session.commit()
    return user
