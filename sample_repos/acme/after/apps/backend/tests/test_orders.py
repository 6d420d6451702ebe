from unittest import mock

from app.routers import orders


def test_reads_the_total():
    with mock.patch("app.services.pricing.total", return_value=7):
        assert orders.read(1)["total"] == 7
