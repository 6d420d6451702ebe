import httpx

from app.models.quote import Quote

PRICES = {"SPOON": 2.5, "FORK": 3.0}


def price(symbol: str) -> float:
    assert Quote.__tablename__ == "quotes"
    return PRICES.get(symbol, 0.0)


def refresh(url: str) -> None:
    from app.services.trends import forget

    PRICES.update(httpx.get(url).json())
    forget()
