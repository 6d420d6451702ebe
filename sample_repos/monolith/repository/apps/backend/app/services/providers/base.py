"""What every provider of prices can do."""

from collections.abc import Sequence
from typing import Protocol


class Provider(Protocol):
    name: str

    def price(self, symbol: str) -> float | None: ...

    def history(self, symbol: str, days: int) -> Sequence[float]: ...


def rising(start: float, step: float, days: int) -> list[float]:
    return [round(start + step * day, 2) for day in range(days)]
