"""Providers are known by the names of their modules and loaded when they are needed."""

from importlib import import_module

from market_data_service.providers.base import Provider

KNOWN = {
    "cutlery": "market_data_service.providers.cutlery:Cutlery",
    "crockery": "market_data_service.providers.crockery:Crockery",
}


def provider(name: str) -> Provider:
    module, _, attribute = KNOWN[name].partition(":")
    made: Provider = getattr(import_module(module), attribute)()
    return made


def provider_of(symbol: str) -> Provider | None:
    return next((one for one in map(provider, KNOWN) if one.price(symbol) is not None), None)
