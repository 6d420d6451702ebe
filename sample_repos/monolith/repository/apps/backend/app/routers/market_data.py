from fastapi import APIRouter, WebSocket

from app.services.exchange import price
from app.services.trends import trend

quotes = APIRouter(prefix="/quotes")
router = APIRouter()


@quotes.get("/{symbol}")
def quote(symbol: str) -> dict[str, float]:
    return {symbol: price(symbol)}


@quotes.api_route("/{symbol}/trend", methods=["GET", "POST"], name="trend_of")
def shown(symbol: str) -> dict[str, float]:
    return {symbol: trend(symbol)}


@router.websocket("/stream")
async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json({"SPOON": price("SPOON")})
    await socket.close()


router.include_router(quotes, prefix="/market")
