from sqlalchemy.orm import Session

from backend_core.base.core.errors import ShopError
from backend_core.domain.core.tasks import send_task
from backend_core.data.models.message import Message
from social_service.models.social import Comment

NOTIFY = "app.tasks.notification.deliver"
"""The name of somebody else's work: what it is called is all that is known of it here."""


def comment(session: Session, message: int, author: int, text: str) -> Comment:
    about = session.get(Message, message)
    if about is None:
        raise ShopError(404, "there is no such message")
    made = Comment(about=about, author=author, text=text)
    session.add(made)
    session.commit()
    send_task(NOTIFY, about.author, f"{author} said: {text}")
    return made


def comments(session: Session, message: int) -> list[Comment]:
    return list(session.query(Comment).filter_by(message=message).order_by(Comment.id))
