"""The routes of analytics_service.handlers.analytics, which analytics-service answers."""

from app.remote import gateway

router = gateway.service("analytics-service").router(
    [
        (("GET",), "/analytics/counts", "counted"),
        (("GET",), "/analytics/kinds", "kinds"),
    ]
)
