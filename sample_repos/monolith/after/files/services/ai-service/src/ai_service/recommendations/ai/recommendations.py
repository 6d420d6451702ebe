from backend_core.data.core.database import Session
from backend_core.data.models.message import Message
from ai_service.inference.inference import mood


def recommended(user: int) -> list[str]:
    with Session() as session:
        texts = [message.text for message in session.query(Message).filter(Message.author != user).order_by(Message.id)]
    return sorted(texts, key=lambda text: -mood(text)["cheerful"])[:3]
