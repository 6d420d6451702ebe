from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel


class Page(BaseModel):
    offset: int
    limit: int


def page(offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=50)] = 10) -> Page:
    return Page(offset=offset, limit=limit)


Paged = Annotated[Page, Depends(page)]
