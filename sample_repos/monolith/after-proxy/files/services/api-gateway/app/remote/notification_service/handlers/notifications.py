"""The routes of notification_service.handlers.notifications, which notification-service answers."""

from app.remote import gateway

router = gateway.service("notification-service").router(
    [
        (("GET",), "/notifications", "mine"),
        (("POST",), "/notifications", "notify"),
        (("WEBSOCKET",), "/notifications/listen", "listen"),
    ]
)
