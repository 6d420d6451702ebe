from app.core.tasks import task
from app.services.analytics import collect


@task(name="app.tasks.analytics.count")
def count(kind: str) -> None:
    collect(kind)
