from typing import Annotated

from fastapi import APIRouter, Depends, Header

from backend_core.data.core.database import Session
from backend_core.domain.core.security import current_user
from backend_core.data.models import User
from auth_service.schemas.auth import Credentials, Token, Who
from auth_service.services.accounts import login, register

router = APIRouter(prefix="/auth", tags=["auth"])


@router.get("/me")
def me(user: int = Depends(current_user)) -> Who:
    with Session() as session:
        return Who(id=user, name=session.get_one(User, user).name)


@router.post("/register", status_code=201)
def registered(credentials: Credentials) -> Who:
    user = register(credentials.name, credentials.password)
    return Who(id=user.id, name=user.name)


@router.post("/login")
def logged_in(credentials: Credentials, user_agent: Annotated[str, Header()] = "") -> Token:
    return Token(token=login(credentials.name, credentials.password, user_agent))
