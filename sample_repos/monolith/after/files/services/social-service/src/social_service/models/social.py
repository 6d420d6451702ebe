from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend_core.data.core.database import Base
from backend_core.data.models.message import Message


class Follow(Base):
    __tablename__ = "follows"

    who: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    whom: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class Comment(Base):
    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    author: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]

    about: Mapped[Message] = relationship()
