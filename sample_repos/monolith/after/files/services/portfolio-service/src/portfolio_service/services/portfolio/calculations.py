from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_service.models.portfolio import Holding


def worth(holdings: Iterable["Holding"]) -> float:
    return float(sum(Decimal(str(one.amount)) * Decimal(str(one.paid)) for one in holdings))


def share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
