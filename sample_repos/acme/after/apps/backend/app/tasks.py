from celery import Celery

from app.core.config import BROKER_URL

celery = Celery("acme", broker=BROKER_URL)
celery.conf.beat_schedule = {"count-orders": {"task": "app.tasks.count_orders", "schedule": 3600}}


@celery.task
def count_orders() -> int:
    return 0
