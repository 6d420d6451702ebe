"""The routes of social_service.handlers.social, which social-service answers."""

from app.remote import gateway

router = gateway.service("social-service").router(
    [
        (("GET",), "/social/feed", "read"),
        (("POST",), "/social/feed", "add"),
        (("GET",), "/social/feed/pages", "pages"),
    ]
)
