"""The routes of auth_service.oauth.oauth, which auth-service answers."""

from app.remote import gateway

router = gateway.service("auth-service").router(
    [
        (("GET",), "/auth/oauth/{provider}", "start"),
        (("GET",), "/auth/oauth/{provider}/callback", "callback"),
    ]
)
