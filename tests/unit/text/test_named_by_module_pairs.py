"""What configurations of logging and OpenAPI documents call by the name of a module, and what they call otherwise."""

from __future__ import annotations

import pytest

from tests.unit.text.monorepo import after

MORE = {
    "services/__init__.py": "",
    "services/billing/__init__.py": "",
    "services/billing/tax.py": "class Handler: ...\n",
    "services/billing/models.py": "class Item: ...\nclass Bill: ...\n",
    "services/shop/models.py": "class Item: ...\n",
    "billing/__init__.py": "",
}
MOVES = {"services/billing": "services/invoicing"}

PAIRS = [
    ("logging.yaml", "loggers:\n  {0}: {{level: DEBUG}}\n  {0}.tax:\n    level: INFO\n"),
    ("services/log_config.yml", "loggers:\n  '{0}.tax':\n    level: INFO\n"),
    ("logging.yaml", "handlers:\n  out:\n    class: {0}.tax.Handler\n"),
    ("logging.yaml", 'formatters:\n  short:\n    "()": {0}.tax.Handler\n'),
    ("logging.json", '{{"loggers": {{"{0}.tax": {{"level": "INFO"}}}}}}\n'),
    ("logging.ini", "[logger_billing]\nqualname={0}\n"),
    ("config/log.ini", "[logger_tax]\nlevel = INFO\nqualname = {0}.tax\n"),
    ("openapi.json", '{{"a": {{"$ref": "#/components/schemas/{1}__models__Item"}}, "components": {{"schemas": {{"{1}__models__Item": {{}}}}}}}}\n'),
    ("docs/openapi.yaml", "components:\n  schemas:\n    {1}__models__Item: {{type: object}}\n"),
    ("docs/shop-openapi.json", '{{"components": {{"schemas": {{"{1}__models__Bill-Input": {{}}}}}}}}\n'),
    ("swagger.json", '{{"definitions": {{"{1}__models__Bill": {{"$ref": "#/definitions/{1}__models__Item"}}}}}}\n'),
    ("openapi.yaml", "x:\n  $ref: '#/components/schemas/{1}__models__Item'\n"),
]
STAYS = [
    ("logging.ini", "[loggers]\nkeys=root,services.billing\n[logger_billing]\nlevel=DEBUG\nhandlers=services.billing\n"),
    ("logging.yaml", "loggers:\n  uvicorn.access: {level: ERROR}\n  billing: {level: INFO}\n"),
    ("logging.yaml", "handlers:\n  services.billing:\n    class: logging.StreamHandler\n    level: services.billing\n"),
    ("logging.json", '{"root": {"handlers": ["services.billing"]}, "version": 1}\n'),
    ("messages/en.yml", "services.billing.title: Bills\nservices.billing: Billing\n"),
    ("grafana/board.json", '{"targets": [{"expr": "services.billing.models"}]}\n'),
    ("openapi.json", '{"components": {"schemas": {"services__shop__models__Item": {}, "services__billing__models__Gone": {}}}}\n'),
    ("openapi.json", '{"paths": {"/a": {"get": {"operationId": "services__billing__models__Item", "tags": ["services.billing"]}}}}\n'),
    ("openapi.json", '{"components": {"schemas": {"Item": {"title": "services__billing__models__Item"}, "a__b__C": {}}}}\n'),
    ("openapi.yaml", "x:\n  $ref: '#/components/parameters/services__billing__models__Item'\n"),
    ("data.json", '{"components": {"schemas": {"services__billing__models__Item": {}}}}\n'),
    ("openapi.json", '{"info": {"description": "services__billing__models__Item moved"}}\n'),
]


@pytest.mark.parametrize(("path", "text"), PAIRS)
def test_what_is_called_by_its_module_follows(path, text):
    before, wanted = (text.format(f"services.{name}", f"services__{name}") for name in ("billing", "invoicing"))
    assert after(path, before, MOVES, MORE).decode() == wanted


@pytest.mark.parametrize(("path", "text"), STAYS)
def test_what_has_a_name_of_its_own_stays(path, text):
    assert after(path, text, MOVES, MORE).decode() == text
