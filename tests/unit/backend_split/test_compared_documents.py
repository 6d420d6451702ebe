"""What the comparison of documents of real repositories lets pass, and what not (`tests/real/splitting.py`)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.real.splitting import differing

REF = "#/components/schemas/"


def document(schemas: Mapping[str, object], *used: str, default: str = "1") -> dict[str, object]:
    routes = {f"GET /{number}": {"schema": {"$ref": f"{REF}{name}"}} for number, name in enumerate(used)}
    return {**routes, "GET /time": {"default": default}, "*": {"schemas": schemas}}


USER, OTHER = {"title": "User"}, {"title": "Other"}
BEFORE = document({"app__a__User": USER, "app__b__User": OTHER, "Item": {"of": {"$ref": f"{REF}app__b__User"}}}, "app__a__User", "Item")
ROWS = [
    pytest.param(BEFORE, True, id="the same"),
    pytest.param(
        document({"zoo__User": USER, "core__b__User": OTHER, "Item": {"of": {"$ref": f"{REF}core__b__User"}}}, "zoo__User", "Item"),
        True,
        id="other modules",
    ),
    pytest.param(
        document({"app__a__User": USER, "app__b__User": OTHER, "Item": {"of": {"$ref": f"{REF}app__a__User"}}}, "app__a__User", "Item"),
        False,
        id="another one is named",
    ),
    pytest.param(
        document({"app__b__User": USER, "app__a__User": OTHER, "Item": {"of": {"$ref": f"{REF}app__a__User"}}}, "app__b__User", "Item"),
        True,
        id="names change places with what they name",
    ),
    pytest.param(
        document({"app__a__User": USER, "app__b__Users": OTHER, "Item": {"of": {"$ref": f"{REF}app__b__Users"}}}, "app__a__User", "Item"),
        False,
        id="another class",
    ),
    pytest.param(
        document({"app__a__User": USER, "app__b__User": OTHER, "Thing": {"of": {"$ref": f"{REF}app__b__User"}}}, "app__a__User", "Thing"),
        False,
        id="a name that no module is in",
    ),
    pytest.param(document({"app__a__User": USER}, "app__a__User", "app__a__User"), False, id="two that have become one"),
]


@pytest.mark.parametrize("after, same", ROWS)
def test_documents_are_the_same_up_to_the_names_that_modules_give(after, same):
    assert (not differing(BEFORE, BEFORE, after)) == same


def test_what_differs_each_time_is_no_difference_and_the_rest_is():
    again = {**BEFORE, "GET /time": {"default": "2"}}
    assert differing(BEFORE, again, {**BEFORE, "GET /time": {"default": "3"}}) == []
    assert differing(BEFORE, BEFORE, {**BEFORE, "GET /time": {"default": "3"}}) == ["GET /time > default"]
    assert differing(BEFORE, again, {**BEFORE, "GET /more": {}}) == ["GET /more"]
