from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from backend_core.data.core.database import get_session
from backend_core.domain.core.security import current_user
from notification_service.models.notice import Alert

router = APIRouter(prefix="/alerts")


@router.post("/{symbol}")
def alert(symbol: str, above: float, user: int = Depends(current_user), session: Session = Depends(get_session)) -> dict[str, float]:
    session.add(Alert(user=user, symbol=symbol, above=above))
    session.commit()
    return {symbol: above}


@router.get("")
def alerts(user: int = Depends(current_user), session: Session = Depends(get_session)) -> dict[str, float]:
    return {alert.symbol: alert.above for alert in session.query(Alert).filter_by(user=user).order_by(Alert.id)}
