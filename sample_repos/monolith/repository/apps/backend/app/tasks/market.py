from app.core.tasks import task
from app.services.batch import store


@task(name="app.tasks.market.store_quotes")
def store_quotes() -> int:
    return store()
