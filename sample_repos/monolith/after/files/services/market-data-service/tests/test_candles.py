from market_data_service.schemas.market import Interval
from market_data_service.services.candles import candles


def test_a_week_is_seven_days() -> None:
    assert [candle.start for candle in candles("FORK", Interval.WEEK, 2)] == [0, 7]
