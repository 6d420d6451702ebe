"""The routes of analytics_service.handlers.events, which analytics-service answers."""

from app.remote import gateway

router = gateway.service("analytics-service").router(
    [
        (("POST",), "/events", "happened"),
        (("POST",), "/events/later", "later"),
        (("POST",), "/events/upload", "upload"),
    ]
)
