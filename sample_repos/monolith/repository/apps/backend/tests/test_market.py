from unittest import mock

from app.services.exchange import price


def test_price() -> None:
    assert price("SPOON") == 2.5


def test_patched() -> None:
    with mock.patch("app.services.trends.PRICES", {"SPOON": 4.0}):
        from app.services.trends import trend

        assert trend("SPOON") == 0.0
