from ledger.book import balance


def test_balance():
    assert balance([3, -1]) == 2
