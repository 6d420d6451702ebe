from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend_core.data.core.database import Base


class Message(Base):
    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
