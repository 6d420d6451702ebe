"""The laws of phase 2 on random monoliths that lie elsewhere and are called otherwise: split as the one in a directory of its own, to the same modules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.monoliths import BACKEND, MARK, SHAPES, Files, monoliths
from tests.laws.test_backend_split_laws import GATEWAY, after, slugs, split, trespasses

FINDING = re.compile(r"BACKEND_DIR|__file__")
FEW = max(1, settings.default.max_examples // 12)


def parts(files: Files) -> dict[str, str]:
    """What services and the kernel hold, without marks and what only marks packages; how a file is found is another matter where a monolith lies deeper."""
    held = {path: text.replace(MARK, "") for path, text in files.items() if path.startswith(("services/", "packages/")) and path.endswith(".py")}
    return {
        path: "" if FINDING.search(text) else text
        for path, text in held.items()
        if not path.startswith(GATEWAY) and (text or not path.endswith("/__init__.py"))
    }


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
@settings(max_examples=FEW)
def test_where_a_monolith_lies_and_what_it_is_called_changes_nothing(shape: str, data: st.DataObject):
    plain = data.draw(monoliths())
    files = SHAPES[shape].of(plain)
    usual, plan = split(plain), split(files)
    assert plan.aside == ()
    assert slugs(plan) == slugs(usual)
    assert parts(after(plan)) == parts(after(usual))
    assert trespasses(plan.end) == []
    if slugs(plan):
        assert not [path for path in plan.end.tree if path.startswith((f"{BACKEND}/", "app/", "src/", "backend/", "tests/"))]
        assert slugs(split(after(plan))) == []


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
@settings(max_examples=1)
def test_a_shape_is_another(shape: str, data: st.DataObject):
    plain = data.draw(monoliths())
    assert SHAPES[shape].of(plain) != plain
    assert any(re.search(rf"(^|/){SHAPES[shape].package}/main\.py$", path) for path in SHAPES[shape].of(plain))
