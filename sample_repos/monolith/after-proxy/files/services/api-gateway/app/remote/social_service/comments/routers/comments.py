"""The routes of social_service.comments.routers.comments, which social-service answers."""

from app.remote import gateway

router = gateway.service("social-service").router(
    [
        (("GET",), "/messages/{message}/comments", "read"),
        (("POST",), "/messages/{message}/comments", "add"),
    ]
)
