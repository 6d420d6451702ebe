from sqlalchemy.orm import Mapped, mapped_column

from backend_core.data.core.database import Base


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str]
    staff: Mapped[bool] = mapped_column(default=False)
