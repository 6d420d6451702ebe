from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from backend_core.data.core.database import Session
from backend_core.base.core.tokens import read
from backend_core.data.models import LoginSession, User

bearer = HTTPBearer(auto_error=False)


def user_of(token: str) -> int | None:
    said = read(token)
    if said is None:
        return None
    with Session() as session:
        login = session.get(LoginSession, said["session"])
        return None if login is None or login.ended else login.user


def current_user(given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> int:
    user = user_of(given.credentials) if given is not None else None
    if user is None:
        raise HTTPException(401, "who are you?", {"www-authenticate": "Bearer"})
    return user


def require_staff(user: Annotated[int, Depends(current_user)]) -> int:
    with Session() as session:
        found = session.get(User, user)
        if found is None or not found.staff:
            raise HTTPException(403, "staff only")
    return user
