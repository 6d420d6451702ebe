import hashlib

from fastapi import APIRouter, BackgroundTasks, Request, Response, WebSocket, WebSocketDisconnect

from market_data_service.schemas.market import Prices
from market_data_service.batch.batch import store, stored
from market_data_service.providers.exchange import price, symbols
from backend_core.base.services.quotes_cache import quotes_cache
from market_data_service.services.trends import trend
from market_data_service.batch.market import store_quotes

quotes = APIRouter(prefix="/quotes")
router = APIRouter()


@quotes.get("/{symbol}")
def quote(symbol: str, request: Request, response: Response):
    known = quotes_cache.get(symbol)
    if known is None:
        known = price(symbol)
        quotes_cache.put(symbol, known)
    tag = hashlib.md5(f"{symbol}{known}".encode(), usedforsecurity=False).hexdigest()
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})
    response.headers["etag"] = tag
    response.headers["cache-control"] = "public, max-age=5"
    return {symbol: known}


@quotes.api_route("/{symbol}/trend", methods=["GET", "POST"], name="trend_of")
def shown(symbol: str) -> dict[str, float]:
    return {symbol: trend(symbol)}


@router.get("/market/symbols")
def all_symbols() -> dict[str, list[str]]:
    return symbols()


@router.get("/market/stored")
def all_stored() -> dict[str, float]:
    return stored()


@router.post("/market/stored", status_code=202)
def write_down(prices: Prices, background: BackgroundTasks) -> dict[str, int]:
    background.add_task(store, prices.prices)
    return {"accepted": len(prices.prices)}


@router.post("/market/stored/later", status_code=202)
def write_down_later() -> dict[str, int]:
    return {"job": store_quotes.delay()}


@router.websocket("/stream")
async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json({"SPOON": price("SPOON")})
    await socket.close()


@router.websocket("/market/ticker/{name}")
async def ticker(socket: WebSocket, name: str) -> None:
    offered = socket.scope["subprotocols"]
    await socket.accept("prices" if "prices" in offered else None, [(b"x-ticker", name.encode())])
    try:
        async for symbol in socket.iter_text():
            if symbol == "enough":
                await socket.close(4000, f"bye {name}")
                return
            await socket.send_json({"symbol": symbol, "price": price(symbol)})
    except WebSocketDisconnect:
        pass


router.include_router(quotes, prefix="/market")
