from app.core.clock import now
from app.core.database import Session
from app.models.event import Event


def collect(kind: str, user: int | None = None) -> None:
    """Also done after an answer is given."""
    with Session.begin() as session:
        session.add(Event(kind=kind, user=user, at=now()))
