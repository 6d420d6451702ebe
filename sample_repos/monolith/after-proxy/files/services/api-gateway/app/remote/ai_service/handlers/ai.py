"""The routes of ai_service.handlers.ai, which ai-service answers."""

from app.remote import gateway

router = gateway.service("ai-service").router(
    [
        (("GET",), "/ai/models", "models"),
        (("GET",), "/ai/mood", "shown"),
        (("GET",), "/ai/answers/{model}", "answers"),
    ]
)
