from backend_core.domain.core.tasks import task
from analytics_service.services.analytics import collect


@task(name="app.tasks.analytics.count")
def count(kind: str) -> None:
    collect(kind)
