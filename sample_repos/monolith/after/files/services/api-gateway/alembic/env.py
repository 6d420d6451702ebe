import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from alembic import context  # noqa: E402
from backend_core.base.core.config import settings  # noqa: E402
from backend_core.data.core.database import Base, engine  # noqa: E402
from analytics_service.models import event  # noqa: E402, F401
from notification_service.models import notice  # noqa: E402, F401
from social_service.models import social  # noqa: E402, F401
from portfolio_service.models import portfolio  # noqa: E402, F401
from backend_core.data.models import message, quote, user  # noqa: E402, F401

context.config.set_main_option("sqlalchemy.url", settings.DATABASE_URL)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    context.run_migrations()
