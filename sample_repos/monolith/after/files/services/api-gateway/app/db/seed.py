"""Only scripts use it."""

from backend_core.data.core.database import Session, create_tables
from backend_core.data.models import User
from auth_service.services.passwords import hashed


def seed() -> int:
    create_tables()
    with Session.begin() as session:
        session.add(User(name="admin", password=hashed("admin"), staff=True))
        return session.query(User).count()
