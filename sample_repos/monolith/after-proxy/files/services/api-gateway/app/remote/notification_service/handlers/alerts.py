"""The routes of notification_service.handlers.alerts, which notification-service answers."""

from app.remote import gateway

router = gateway.service("notification-service").router(
    [
        (("POST",), "/alerts/{symbol}", "alert"),
        (("GET",), "/alerts", "alerts"),
    ]
)
