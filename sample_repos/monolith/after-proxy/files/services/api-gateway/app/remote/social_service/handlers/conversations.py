"""The routes of social_service.handlers.conversations, which social-service answers."""

from app.remote import gateway

router = gateway.service("social-service").router(
    [
        (("POST",), "/conversations/{number}", "write"),
        (("WEBSOCKET",), "/conversations/{number}/talk", "talk"),
    ]
)
