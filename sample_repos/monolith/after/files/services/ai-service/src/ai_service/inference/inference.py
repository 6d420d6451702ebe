import asyncio
from collections.abc import AsyncIterator

from backend_core.base.core.errors import ShopError
from ai_service.models.models import MODELS


def mood(text: str) -> dict[str, float]:
    return {name: model.weight(text) for name, model in MODELS.items()}


async def answer(model: str, text: str) -> AsyncIterator[str]:
    if model not in MODELS:
        raise ShopError(404, f"no model is called {model}")
    for word in f"{model} says: {MODELS[model].weight(text)}".split():
        await asyncio.sleep(0)
        yield f"data: {word}\n\n"
