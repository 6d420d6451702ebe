from notification_service.models.notice import Notice


def sms(user: int, text: str) -> Notice:
    return Notice(user=user, way="sms", text=text.encode("ascii", "replace").decode()[:20])
