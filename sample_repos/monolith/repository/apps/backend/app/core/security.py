from fastapi import Header, HTTPException

from app.core.database import Session
from app.models import User


def current_user(authorization: str = Header(default="")) -> int:
    with Session() as session:
        user = session.query(User).filter_by(token=authorization).first()
        if user is None:
            raise HTTPException(401)
        return user.id
