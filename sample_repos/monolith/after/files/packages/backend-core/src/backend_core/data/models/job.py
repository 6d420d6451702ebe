from sqlalchemy.orm import Mapped, mapped_column

from backend_core.data.core.database import Base


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    arguments: Mapped[str]
    done: Mapped[bool] = mapped_column(default=False)
