from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.orm import Session

from backend_core.data.core.database import get_session
from backend_core.domain.core.security import current_user
from portfolio_service.models.portfolio import Watch

router = APIRouter(prefix="/watchlist")


@router.get("")
def watched(user: int = Depends(current_user), session: Session = Depends(get_session)) -> list[str]:
    return [watch.symbol for watch in session.query(Watch).filter_by(owner=user).order_by(Watch.symbol)]


@router.put("/{symbol}")
def watch(symbol: str, user: int = Depends(current_user), session: Session = Depends(get_session)) -> dict[str, str]:
    session.merge(Watch(owner=user, symbol=symbol))
    session.commit()
    return {"watched": symbol}


@router.delete("/{symbol}", status_code=204)
def forget(symbol: str, user: int = Depends(current_user), session: Session = Depends(get_session)) -> None:
    found = session.get(Watch, (user, symbol))
    if found is None:
        raise HTTPException(404, {"symbol": symbol, "reason": "is not watched"})
    session.delete(found)
    session.commit()
