from portfolio_service.models.portfolio import Holding
from portfolio_service.services.portfolio.analytics import allocation
from portfolio_service.services.portfolio.calculations import share, worth


def holding(symbol: str, amount: float) -> Holding:
    return Holding(symbol=symbol, amount=amount, paid=1.0)


def test_worth() -> None:
    assert worth([holding("FORK", 0.1), holding("FORK", 0.2)]) == 0.3


def test_nothing_has_no_shares() -> None:
    assert (share(1, 0), allocation([])) == (0.0, {})


def test_allocation() -> None:
    assert allocation([holding("FORK", 1), holding("SPOON", 3)]) == {"FORK": 0.25, "SPOON": 0.75}
