from backend_core.domain.core.tasks import task
from market_data_service.batch.batch import store


@task(name="app.tasks.market.store_quotes")
def store_quotes() -> int:
    return store()
