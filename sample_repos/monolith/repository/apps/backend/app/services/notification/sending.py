from app.core.database import Session
from app.models.notice import Notice
from app.services.notification import email, push, sms

WAYS = {"push": push.push, "email": email.mail, "sms": sms.sms}


def send(user: int, text: str, way: str = "push") -> int:
    with Session.begin() as session:
        notice = WAYS[way](user, text)
        session.add(notice)
        session.flush()
        return notice.id


def unseen(user: int) -> list[Notice]:
    with Session() as session:
        return list(session.query(Notice).filter_by(user=user, seen=False).order_by(Notice.id))


def see(user: int, number: int) -> bool:
    with Session.begin() as session:
        return session.query(Notice).filter_by(user=user, id=number).update({"seen": True}) > 0
