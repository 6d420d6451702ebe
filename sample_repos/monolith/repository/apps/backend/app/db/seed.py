"""Only scripts use it."""

from app.core.database import Session, create_tables
from app.models import User
from app.services.passwords import hashed


def seed() -> int:
    create_tables()
    with Session.begin() as session:
        session.add(User(name="admin", password=hashed("admin"), staff=True))
        return session.query(User).count()
