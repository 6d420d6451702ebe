from app.core.tasks import task
from app.services.notification.sending import send


@task(name="app.tasks.notification.deliver")
def deliver(user: int, text: str) -> int:
    return send(user, text)
