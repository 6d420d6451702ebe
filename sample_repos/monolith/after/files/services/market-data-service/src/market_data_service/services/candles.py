from backend_core.base.core.errors import ShopError
from market_data_service.schemas.market import Candle, Interval
from market_data_service.providers.registry import provider_of


def candles(symbol: str, interval: Interval, count: int) -> list[Candle]:
    provider = provider_of(symbol)
    if provider is None:
        raise ShopError(404, f"nobody sells {symbol}")
    days = 7 if interval is Interval.WEEK else 1
    prices = provider.history(symbol, count * days + 1)
    return [Candle(start=day * days, open=prices[day * days], close=prices[(day + 1) * days]) for day in range(count)]
