"""The routes of auth_service.session.sessions, which auth-service answers."""

from app.remote import gateway

router = gateway.service("auth-service").router(
    [
        (("GET",), "/sessions", "sessions"),
        (("DELETE",), "/sessions/{number}", "end"),
    ]
)
