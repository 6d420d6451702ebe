"""`python -m app.worker` does what there is to do, and ends."""

from importlib import import_module

from backend_core.domain.core.tasks import run_jobs

TASKS = ["analytics_service.tasks.analytics", "market_data_service.batch.market", "app.tasks.notification"]


def main() -> None:
    for name in TASKS:
        import_module(name)
    for done in run_jobs():
        print(done)


if __name__ == "__main__":
    main()
