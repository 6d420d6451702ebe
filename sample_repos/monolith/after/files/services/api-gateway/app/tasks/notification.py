from backend_core.domain.core.tasks import task
from notification_service.services.notification.sending import send


@task(name="app.tasks.notification.deliver")
def deliver(user: int, text: str) -> int:
    return send(user, text)
