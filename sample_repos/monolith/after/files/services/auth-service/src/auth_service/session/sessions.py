from fastapi import APIRouter, Depends, Response, status
from sqlalchemy.orm import Session

from backend_core.data.core.database import get_session
from backend_core.base.core.errors import ShopError
from backend_core.domain.core.security import current_user
from backend_core.data.models import LoginSession
from auth_service.schemas.auth import Login

router = APIRouter(prefix="/sessions", dependencies=[Depends(current_user)])


@router.get("", response_model=list[Login])
def sessions(user: int = Depends(current_user), session: Session = Depends(get_session)):
    return session.query(LoginSession).filter_by(user=user).order_by(LoginSession.id).all()


@router.delete("/{number}", status_code=status.HTTP_204_NO_CONTENT)
def end(number: int, response: Response, user: int = Depends(current_user), session: Session = Depends(get_session)) -> None:
    found = session.get(LoginSession, number)
    if found is None or found.user != user:
        raise ShopError(404, "there is no such session")
    found.ended = True
    session.commit()
    response.set_cookie("ended", str(number), max_age=60)
