from backend_core.data.core.database import Session
from portfolio_service.models.portfolio import Holding
from portfolio_service.scripts.fees import fee


def holdings_of(owner: int) -> list[Holding]:
    with Session() as session:
        return list(session.query(Holding).filter_by(owner=owner).order_by(Holding.id))


def buy(owner: int, symbol: str, amount: float, paid: float) -> int:
    with Session.begin() as session:
        holding = Holding(owner=owner, symbol=symbol, amount=amount, paid=paid + fee(paid))
        session.add(holding)
        session.flush()
        return holding.id
