from enum import StrEnum

from pydantic import BaseModel, Field


class Interval(StrEnum):
    DAY = "day"
    WEEK = "week"


class Candle(BaseModel):
    start: int
    open: float
    close: float


class Prices(BaseModel):
    """What a batch sets."""

    prices: dict[str, float] = Field(min_length=1)
