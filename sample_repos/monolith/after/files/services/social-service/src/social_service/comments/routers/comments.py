from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from backend_core.data.core.database import get_session
from backend_core.domain.core.security import current_user
from social_service.schemas.social import Said, Text
from social_service.comments.social.comments import comment, comments

router = APIRouter()


@router.get("/messages/{message}/comments", response_model=list[Said])
def read(message: int, session: Session = Depends(get_session)):
    return comments(session, message)


@router.post("/messages/{message}/comments", response_model=Said, status_code=201)
def add(message: int, text: Text, user: int = Depends(current_user), session: Session = Depends(get_session)):
    return comment(session, message, user, text.text)
