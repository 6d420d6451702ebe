from notification_service.models.notice import Notice


def push(user: int, text: str) -> Notice:
    return Notice(user=user, way="push", text=text[:40])
