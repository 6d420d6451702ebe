from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend_core.data.core.database import Base


class Notice(Base):
    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey("users.id"))
    way: Mapped[str]
    text: Mapped[str]
    seen: Mapped[bool] = mapped_column(default=False)


class Alert(Base):
    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey("users.id"))
    symbol: Mapped[str]
    above: Mapped[float]
