from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from backend_core.domain.core.security import current_user
from portfolio_service.models.portfolio import Holding
from portfolio_service.services.portfolio import holdings_of, worth
from portfolio_service.services.portfolio.analytics import allocation
from portfolio_service.services.portfolio.holdings import buy
from portfolio_service.services.portfolio.reporting import report

router = APIRouter(prefix="/portfolio")
api = router


class Order(BaseModel):
    symbol: str
    amount: float = Field(gt=0)
    paid: float = 1.0


@router.get("")
def holdings(user: int = Depends(current_user)) -> dict[str, object]:
    mine = holdings_of(user)
    return {"table": Holding.__tablename__, "owner": str(user), "holdings": [[one.symbol, one.amount] for one in mine], "worth": worth(mine)}


@router.post("", status_code=201)
def order(order: Order, user: int = Depends(current_user)) -> dict[str, int]:
    return {"id": buy(user, order.symbol, order.amount, order.paid)}


@router.get("/allocation")
def shares(user: int = Depends(current_user)) -> dict[str, float]:
    return allocation(holdings_of(user))


@router.get("/mean")
def mean(user: int = Depends(current_user)) -> float:
    """Divides by zero where nothing is owned."""
    mine = holdings_of(user)
    return worth(mine) / len(mine)


@router.get("/report.csv", response_class=StreamingResponse)
def csv(user: int = Depends(current_user)) -> StreamingResponse:
    headers = {"content-disposition": 'attachment; filename="report.csv"'}
    return StreamingResponse(report(holdings_of(user)), media_type="text/csv", headers=headers)
