from market_data_service.providers.exchange import PRICES

_SEEN: dict[str, float] = {}


def trend(symbol: str) -> float:
    last = _SEEN.setdefault(symbol, PRICES.get(symbol, 0.0))
    return PRICES.get(symbol, 0.0) - last


def forget() -> None:
    _SEEN.clear()
