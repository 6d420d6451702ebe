"""The routes of notification_service.email.email_letters, which notification-service answers."""

from app.remote import gateway

router = gateway.service("notification-service").router(
    [
        (("GET",), "/letters", "known"),
        (("GET",), "/letters/{name}", "preview"),
    ]
)
