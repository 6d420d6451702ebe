from fastapi import APIRouter, Depends

from backend_core.base.core.errors import ShopError
from backend_core.domain.core.security import current_user
from social_service.follows import follows

router = APIRouter(prefix="/follows", tags=["people"])


@router.get("")
def all_followed(user: int = Depends(current_user)) -> list[int]:
    return follows.followed(user)


@router.put("/{whom}", status_code=204)
def follow(whom: int, user: int = Depends(current_user)) -> None:
    follows.follow(user, whom)


@router.delete("/{whom}", status_code=204)
def unfollow(whom: int, user: int = Depends(current_user)) -> None:
    if not follows.unfollow(user, whom):
        raise ShopError(404, f"{whom} is not followed")
