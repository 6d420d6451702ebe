from fastapi import APIRouter, Depends

from social_service.core.paging import Paged
from backend_core.domain.core.security import current_user
from social_service.schemas.social import Page
from social_service.feeds.feed import feed, write

router = APIRouter(prefix="/social")


@router.get("/feed")
def read() -> list[str]:
    return feed()


@router.post("/feed", status_code=201)
def add(text: str, user: int = Depends(current_user)) -> list[str]:
    write(user, text)
    return feed()


@router.get("/feed/pages")
def pages(page: Paged) -> Page:
    items = feed()
    return Page(items=items[page.offset : page.offset + page.limit], total=len(items))
