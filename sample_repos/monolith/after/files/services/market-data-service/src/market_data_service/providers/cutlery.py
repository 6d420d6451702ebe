from market_data_service.providers.base import rising


class Cutlery:
    name = "cutlery"
    _PRICES = {"SPOON": 2.5, "FORK": 3.0}

    def price(self, symbol: str) -> float | None:
        return self._PRICES.get(symbol)

    def history(self, symbol: str, days: int) -> list[float]:
        return rising(self._PRICES[symbol], 0.25, days)
