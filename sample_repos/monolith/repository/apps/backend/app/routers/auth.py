from fastapi import APIRouter, Depends

from app.core.security import current_user
from app.schemas.auth import Who

router = APIRouter(prefix="/auth")


@router.get("/me")
def me(user: int = Depends(current_user)) -> Who:
    return Who(id=user)
