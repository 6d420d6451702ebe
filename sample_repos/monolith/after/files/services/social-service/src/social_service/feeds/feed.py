from backend_core.data.core.database import Session
from backend_core.data.models import Message


def feed() -> list[str]:
    with Session() as session:
        return [message.text for message in session.query(Message)]


def write(author: int, text: str) -> None:
    with Session.begin() as session:
        session.add(Message(author=author, text=text))
