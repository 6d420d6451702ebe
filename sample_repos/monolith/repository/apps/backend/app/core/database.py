from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker
from sqlalchemy.pool import StaticPool

from app.core.config import settings

engine = create_engine(settings.DATABASE_URL, connect_args={"check_same_thread": False}, poolclass=StaticPool)
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


def create_tables() -> None:
    import app.models  # noqa: F401

    Base.metadata.create_all(engine)
