from backend_core.data.core.database import Session
from social_service.models.social import Follow


def follow(who: int, whom: int) -> None:
    with Session.begin() as session:
        session.merge(Follow(who=who, whom=whom))


def unfollow(who: int, whom: int) -> bool:
    with Session.begin() as session:
        return session.query(Follow).filter_by(who=who, whom=whom).delete() > 0


def followed(who: int) -> list[int]:
    with Session() as session:
        return [row.whom for row in session.query(Follow).filter_by(who=who).order_by(Follow.whom)]
