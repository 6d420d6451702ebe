from fastapi import APIRouter, Depends

from backend_core.domain.core.security import current_user
from ai_service.recommendations.ai import recommendations

router = APIRouter(prefix="/recommendations")


@router.get("", deprecated=True)
def recommended(user: int = Depends(current_user)) -> list[str]:
    return recommendations.recommended(user)
