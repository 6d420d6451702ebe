import httpx

from backend_core.data.models.quote import Quote
from market_data_service.providers.registry import KNOWN, provider

PRICES = {"SPOON": 2.5, "FORK": 3.0, "PLATE": 4.75}


def price(symbol: str) -> float:
    assert Quote.__tablename__ == "quotes"
    return PRICES.get(symbol, 0.0)


def symbols() -> dict[str, list[str]]:
    return {name: [symbol for symbol in PRICES if provider(name).price(symbol) is not None] for name in KNOWN}


def refresh(url: str) -> None:
    from market_data_service.services.trends import forget

    PRICES.update(httpx.get(url).json())
    forget()
