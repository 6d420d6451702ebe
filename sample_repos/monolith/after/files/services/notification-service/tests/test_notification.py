from unittest import mock

import pytest

from backend_core.data.models import User
from notification_service.services.notification.sending import see, send, unseen


@pytest.mark.parametrize("way", ["push", "email", "sms"])
def test_a_notice_is_seen_once(ada: User, way: str) -> None:
    number = send(ada.id, "tea: is ready", way)
    assert [notice.way for notice in unseen(ada.id)] == [way]
    assert see(ada.id, number)
    assert unseen(ada.id) == []


def test_ways(ada: User) -> None:
    with mock.patch.dict("notification_service.services.notification.sending.WAYS", {}, clear=True), pytest.raises(KeyError):
        send(ada.id, "tea")
