"""The routes of market_data_service.handlers.market_data, which market-data-service answers."""

from app.remote import gateway

router = gateway.service("market-data-service").router(
    [
        (("GET",), "/market/symbols", "all_symbols"),
        (("GET",), "/market/stored", "all_stored"),
        (("POST",), "/market/stored", "write_down"),
        (("POST",), "/market/stored/later", "write_down_later"),
        (("WEBSOCKET",), "/stream", "stream"),
        (("WEBSOCKET",), "/market/ticker/{name}", "ticker"),
        (("GET",), "/market/quotes/{symbol}", "quote"),
        (("GET", "POST"), "/market/quotes/{symbol}/trend", "trend_of"),
    ]
)
