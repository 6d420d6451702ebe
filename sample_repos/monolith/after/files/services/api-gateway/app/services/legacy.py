"""Nothing imports it any more."""

from backend_core.core.config import settings

NAME = settings.NAME.upper()
