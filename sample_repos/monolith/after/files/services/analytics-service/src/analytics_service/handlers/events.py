from fastapi import APIRouter, BackgroundTasks, Body, Cookie, Request

from analytics_service.services.analytics import collect
from analytics_service.tasks.analytics import count

router = APIRouter(prefix="/events")


@router.post("", status_code=202)
def happened(background: BackgroundTasks, kind: str = Body(embed=True), visitor: str | None = Cookie(default=None)) -> dict[str, str | None]:
    background.add_task(collect, kind)
    return {"kind": kind, "visitor": visitor}


@router.post("/later", status_code=202)
def later(kind: str = Body(embed=True)) -> dict[str, int]:
    return {"job": count.delay(kind)}


@router.post("/upload")
async def upload(request: Request) -> dict[str, int]:
    """Events as lines, however many."""
    length = lines = 0
    async for chunk in request.stream():
        length += len(chunk)
        lines += chunk.count(b"\n")
    return {"bytes": length, "lines": lines}
