"""The routes of ai_service.recommendations.routers.recommendations, which ai-service answers."""

from app.remote import gateway

router = gateway.service("ai-service").router(
    [
        (("GET",), "/recommendations", "recommended"),
    ]
)
