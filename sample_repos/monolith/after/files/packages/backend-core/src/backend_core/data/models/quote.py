from sqlalchemy.orm import Mapped, mapped_column

from backend_core.data.core.database import Base


class Quote(Base):
    __tablename__ = "quotes"

    id: Mapped[int] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(index=True)
    price: Mapped[float]
    at: Mapped[float]
