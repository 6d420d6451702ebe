"""The routes of portfolio_service.handlers.portfolio, which portfolio-service answers."""

from app.remote import gateway

api = gateway.service("portfolio-service").router(
    [
        (("GET",), "/portfolio", "holdings"),
        (("POST",), "/portfolio", "order"),
        (("GET",), "/portfolio/allocation", "shares"),
        (("GET",), "/portfolio/mean", "mean"),
        (("GET",), "/portfolio/report.csv", "csv"),
    ]
)
