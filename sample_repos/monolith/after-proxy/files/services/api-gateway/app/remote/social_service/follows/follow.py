"""The routes of social_service.follows.follow, which social-service answers."""

from app.remote import gateway

router = gateway.service("social-service").router(
    [
        (("GET",), "/follows", "all_followed"),
        (("PUT",), "/follows/{whom}", "follow"),
        (("DELETE",), "/follows/{whom}", "unfollow"),
    ]
)
