from typing import Annotated

from fastapi import APIRouter, Path, Query

from market_data_service.schemas.market import Candle, Interval
from market_data_service.services.candles import candles

router = APIRouter(tags=["candles"])


@router.get("/candles/{symbol}", response_model_exclude_unset=True)
def some(
    symbol: Annotated[str, Path(pattern="^[A-Z]+$")],
    interval: Interval = Interval.DAY,
    count: Annotated[int, Query(le=100, description="how many")] = 3,
) -> list[Candle]:
    return candles(symbol, interval, count)


@router.get("/candles")
def several(symbol: Annotated[list[str], Query()]) -> dict[str, list[Candle]]:
    return {one: candles(one, Interval.DAY, 1) for one in symbol}
