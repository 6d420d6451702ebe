from collections.abc import Iterator

from sqlalchemy import create_engine, orm
from sqlalchemy.orm import DeclarativeBase, sessionmaker
from sqlalchemy.pool import StaticPool

from backend_core.base.core.config import settings

_memory = {"poolclass": StaticPool} if settings.DATABASE_URL == "sqlite://" else {}
engine = create_engine(settings.DATABASE_URL, connect_args={"check_same_thread": False}, **_memory)
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


def get_session() -> Iterator[orm.Session]:
    with Session() as session:
        yield session


def create_tables() -> None:
    import backend_core.data.models  # noqa: F401

    Base.metadata.create_all(engine)
