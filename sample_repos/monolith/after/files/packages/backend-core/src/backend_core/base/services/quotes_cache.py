"""Quotes that were asked for lately; it is opened and closed with the application."""

from backend_core.base.core.clock import now


class QuotesCache:
    def __init__(self, seconds: float = 5) -> None:
        self.seconds = seconds
        self._known: dict[str, tuple[float, float]] | None = None

    async def open(self) -> None:
        self._known = {}

    async def close(self) -> None:
        self._known = None

    def get(self, symbol: str) -> float | None:
        if self._known is None:
            raise RuntimeError("the cache of quotes is closed")
        until, price = self._known.get(symbol, (0.0, 0.0))
        return price if until > now() else None

    def put(self, symbol: str, price: float) -> None:
        if self._known is None:
            raise RuntimeError("the cache of quotes is closed")
        self._known[symbol] = (now() + self.seconds, price)


quotes_cache = QuotesCache()
