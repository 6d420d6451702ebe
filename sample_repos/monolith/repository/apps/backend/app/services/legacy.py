"""Nothing imports it any more."""

from app.core.config import settings

NAME = settings.NAME.upper()
