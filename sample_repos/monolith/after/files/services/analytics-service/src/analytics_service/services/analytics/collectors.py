from backend_core.base.core.clock import now
from backend_core.data.core.database import Session
from analytics_service.models.event import Event


def collect(kind: str, user: int | None = None) -> None:
    """Also done after an answer is given."""
    with Session.begin() as session:
        session.add(Event(kind=kind, user=user, at=now()))
