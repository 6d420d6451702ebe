"""One clock for everybody, so that it can be stopped."""

import time

from backend_core.base.core.config import settings


def now() -> float:
    return time.time() if settings.FROZEN_AT is None else settings.FROZEN_AT
