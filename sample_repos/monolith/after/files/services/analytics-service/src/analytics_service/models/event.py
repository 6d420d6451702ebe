from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend_core.data.core.database import Base


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    at: Mapped[float]
