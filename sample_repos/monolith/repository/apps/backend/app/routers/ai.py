from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.services.ai.inference import answer, mood
from app.services.ai.models import MODELS

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
