"""Providers are known by the names of their modules and loaded when they are needed."""

from importlib import import_module

from app.services.providers.base import Provider

KNOWN = {
    "cutlery": "app.services.providers.cutlery:Cutlery",
    "crockery": "app.services.providers.crockery:Crockery",
}


def provider(name: str) -> Provider:
    module, _, attribute = KNOWN[name].partition(":")
    made: Provider = getattr(import_module(module), attribute)()
    return made


def provider_of(symbol: str) -> Provider | None:
    return next((one for one in map(provider, KNOWN) if one.price(symbol) is not None), None)
