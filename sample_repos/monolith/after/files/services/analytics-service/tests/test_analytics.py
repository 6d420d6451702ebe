from analytics_service.services.analytics import collect, counts


def test_counts() -> None:
    collect("visit")
    collect("visit")
    collect("leave")
    assert counts() == {"leave": 1, "visit": 2}
    assert counts(["leave"]) == {"leave": 1}
