from collections.abc import Iterable

from sqlalchemy import func

from backend_core.data.core.database import Session
from analytics_service.models.event import Event


def counts(kinds: Iterable[str] = ()) -> dict[str, int]:
    with Session() as session:
        rows = session.query(Event.kind, func.count()).group_by(Event.kind).order_by(Event.kind)
        return {kind: count for kind, count in rows if not kinds or kind in kinds}
