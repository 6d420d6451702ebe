"""Only scripts use it."""

from backend_core.core.database import Session, create_tables
from backend_core.models import User
from auth_service.services.passwords import hashed


def seed() -> int:
    create_tables()
    with Session.begin() as session:
        session.add(User(name="admin", password=hashed("admin"), staff=True))
        return session.query(User).count()
