from backend_core.data.models import User
from backend_core.data.models.quote import Quote  # noqa: F401  holdings refer to it
from portfolio_service.services.portfolio.holdings import buy, holdings_of


def test_what_is_bought_is_owned(ada: User) -> None:
    buy(ada.id, "FORK", 2, 3.0)
    assert [one.symbol for one in holdings_of(ada.id)] == ["FORK"]
