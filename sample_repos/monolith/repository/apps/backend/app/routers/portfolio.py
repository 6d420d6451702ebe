from fastapi import APIRouter, Depends

from app.core.security import current_user
from app.models.portfolio import Holding

router = APIRouter(prefix="/portfolio")
api = router


@router.get("")
def holdings(user: int = Depends(current_user)) -> dict[str, str]:
    return {"table": Holding.__tablename__, "owner": str(user)}
