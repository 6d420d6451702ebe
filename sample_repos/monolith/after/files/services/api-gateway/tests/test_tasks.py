from backend_core.domain.core.tasks import REGISTRY, run_jobs, send_task
from backend_core.data.models import User
from notification_service.services.notification.sending import unseen
from app.worker import main


def test_a_worker_does_what_others_ask_for_by_name(ada: User) -> None:
    send_task("app.tasks.notification.deliver", ada.id, "tea")
    main()
    assert [notice.text for notice in unseen(ada.id)] == ["tea"]
    assert run_jobs() == []


def test_names_are_a_contract() -> None:
    main()
    assert sorted(REGISTRY) == ["app.tasks.analytics.count", "app.tasks.market.store_quotes", "app.tasks.notification.deliver"]
