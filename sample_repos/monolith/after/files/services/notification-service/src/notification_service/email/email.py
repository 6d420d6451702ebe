import email.message

from notification_service.models.notice import Notice


def mail(user: int, text: str) -> Notice:
    message = email.message.EmailMessage()
    message["Subject"] = text.partition(":")[0]
    message.set_content(text)
    return Notice(user=user, way="email", text=message["Subject"])
