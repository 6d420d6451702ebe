"""The routes of portfolio_service.handlers.watchlist, which portfolio-service answers."""

from app.remote import gateway

router = gateway.service("portfolio-service").router(
    [
        (("GET",), "/watchlist", "watched"),
        (("PUT",), "/watchlist/{symbol}", "watch"),
        (("DELETE",), "/watchlist/{symbol}", "forget"),
    ]
)
