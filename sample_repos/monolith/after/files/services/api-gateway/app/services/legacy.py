"""Nothing imports it any more."""

from backend_core.base.core.config import settings

NAME = settings.NAME.upper()
