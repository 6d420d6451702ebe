from fastapi import APIRouter, Depends

from app.core.security import current_user
from app.services.ai import recommendations

router = APIRouter(prefix="/recommendations")


@router.get("", deprecated=True)
def recommended(user: int = Depends(current_user)) -> list[str]:
    return recommendations.recommended(user)
