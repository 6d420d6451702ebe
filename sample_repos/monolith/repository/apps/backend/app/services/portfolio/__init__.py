"""What somebody owns."""

from .calculations import worth
from .holdings import holdings_of

__all__ = ["holdings_of", "worth"]
