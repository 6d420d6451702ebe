from .base import rising


class Crockery:
    name = "crockery"

    def price(self, symbol: str) -> float | None:
        return 4.75 if symbol == "PLATE" else None

    def history(self, symbol: str, days: int) -> list[float]:
        return rising(4.75, -0.5, days)
