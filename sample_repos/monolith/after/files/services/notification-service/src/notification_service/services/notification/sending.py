from backend_core.data.core.database import Session
from notification_service.models.notice import Notice
from notification_service.email import email
from notification_service.push import push
from notification_service.sms import sms

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
