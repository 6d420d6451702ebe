from unittest import mock

import pytest

from market_data_service.batch.batch import store, stored
from market_data_service.providers.exchange import price
from market_data_service.providers.registry import provider, provider_of


def test_price() -> None:
    assert price("SPOON") == 2.5


def test_patched() -> None:
    with mock.patch("market_data_service.services.trends.PRICES", {"SPOON": 4.0}):
        from market_data_service.services.trends import trend

        assert trend("SPOON") == 0.0


@pytest.mark.parametrize("symbol, name", [("SPOON", "cutlery"), ("PLATE", "crockery")])
def test_who_sells_it(symbol: str, name: str) -> None:
    assert provider_of(symbol).name == name
    assert provider(name).price(symbol) == price(symbol)


def test_a_batch() -> None:
    store({"CUP": 1.0})
    assert stored() == {"CUP": 1.0}
