from app.core.database import Session
from app.models.message import Message
from app.services.ai.inference import mood


def recommended(user: int) -> list[str]:
    with Session() as session:
        texts = [message.text for message in session.query(Message).filter(Message.author != user).order_by(Message.id)]
    return sorted(texts, key=lambda text: -mood(text)["cheerful"])[:3]
