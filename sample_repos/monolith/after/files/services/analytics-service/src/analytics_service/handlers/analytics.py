from typing import Annotated

from fastapi import APIRouter, Query

from analytics_service.services.analytics import counts

router = APIRouter(prefix="/analytics")


@router.get("/counts")
def counted(kind: Annotated[list[str], Query()] = []) -> dict[str, int]:  # noqa: B006
    return counts(kind)


@router.get("/kinds", include_in_schema=False)
def kinds() -> list[str]:
    return sorted(counts())
