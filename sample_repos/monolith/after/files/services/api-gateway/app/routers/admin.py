from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from backend_core.data.core.database import get_session
from backend_core.data.models import Job, User

router = APIRouter(prefix="/admin")


@router.get("/jobs")
def jobs(session: Session = Depends(get_session)) -> list[list[str | bool]]:
    return [[job.name, job.done] for job in session.query(Job).order_by(Job.id)]


@router.get("/users")
def users(session: Session = Depends(get_session)) -> list[str]:
    return [user.name for user in session.query(User).order_by(User.id)]
