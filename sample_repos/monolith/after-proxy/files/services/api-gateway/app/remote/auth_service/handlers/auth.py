"""The routes of auth_service.handlers.auth, which auth-service answers."""

from app.remote import gateway

router = gateway.service("auth-service").router(
    [
        (("GET",), "/auth/me", "me"),
        (("POST",), "/auth/register", "registered"),
        (("POST",), "/auth/login", "logged_in"),
    ]
)
