"""The routes of market_data_service.handlers.candles, which market-data-service answers."""

from app.remote import gateway

router = gateway.service("market-data-service").router(
    [
        (("GET",), "/candles/{symbol}", "some"),
        (("GET",), "/candles", "several"),
    ]
)
