from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend_core.data.core.database import Base


class Holding(Base):
    __tablename__ = "holdings"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[int] = mapped_column(ForeignKey("users.id"))
    quote: Mapped[int | None] = mapped_column(ForeignKey("quotes.id"))
    symbol: Mapped[str]
    amount: Mapped[float]
    paid: Mapped[float]


class Watch(Base):
    __tablename__ = "watches"

    owner: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    symbol: Mapped[str] = mapped_column(primary_key=True)
