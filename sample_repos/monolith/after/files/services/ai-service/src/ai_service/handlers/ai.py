from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from ai_service.inference.inference import answer, mood
from ai_service.models.models import MODELS

router = APIRouter(prefix="/ai")


@router.get("/models")
def models() -> list[str]:
    return sorted(MODELS)


@router.get("/mood")
def shown(text: str) -> dict[str, float]:
    return mood(text)


@router.get("/answers/{model}")
async def answers(model: str, text: str) -> StreamingResponse:
    words = answer(model, text)
    return StreamingResponse(words, media_type="text/event-stream", headers={"cache-control": "no-store"})
