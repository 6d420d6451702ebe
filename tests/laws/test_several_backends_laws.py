"""Two random monoliths in one repository: each is split as if it were alone, whatever the other is, and one option names both."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.monoliths import BACKEND, Files, monoliths
from tests.laws.test_backend_split_laws import after, slugs, split, trespasses

FEW = max(2, settings.default.max_examples // 30)
NAMES = ("store", "office")
TABLE = """
[phases.backend_split.backends.{0}]
application = "app.main:app"
project = "apps/{0}"
"""


class Pair(NamedTuple):
    """A repository with two backends."""

    files: Files
    propose: bool


def placed(files: Files, name: str) -> Files:
    """A monolith in another directory."""
    return {re.sub(rf"^{BACKEND}/", f"apps/{name}/", path): text.replace(f"{BACKEND}/", f"apps/{name}/") for path, text in files.items()}


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Two, with what names each from the root said in one document."""
    first, second = (placed(draw(monoliths()), name) for name in NAMES)
    said = "".join(files.pop("README.md", "") for files in (first, second))
    return Pair({**first, **second, "README.md": said}, draw(st.booleans()))


def options(pair: Pair, *names: str) -> str:
    return f"[phases.backend_split]\npropose = {str(pair.propose).lower()}\n" + "".join(TABLE.format(name) for name in names)


def of(files: Files, name: str) -> Files:
    """What became of one backend: its gateway, its kernel, its services, and what still lies where it lay."""
    own = re.compile(rf"(apps|services|packages)/{name}(-[\w-]+)?/")
    return {path: text for path, text in files.items() if own.match(path)}


def each_alone(pair: Pair, _: Path | None = None) -> None:
    both = split(pair.files, options(pair, *NAMES))
    assert (both.aside, both.problems) == ((), ())
    assert [one for one in trespasses(both.end) if "-gateway/" not in one.partition(" -> ")[0]] == []
    whole = after(both)
    for name in NAMES:
        alone = split(pair.files, options(pair, name))
        assert (alone.aside, alone.problems) == ((), ())
        assert [slug for slug in slugs(both) if slug.startswith(f"{name}-")] == slugs(alone)
        assert of(whole, name) == of(after(alone), name)
        # Nobody's code names what is the other's.
        other = NAMES[1 - NAMES.index(name)]
        assert not [path for path, text in of(whole, name).items() if path.endswith(".py") and re.search(rf"\b{other}_\w+\b", text)]
    again = split(whole, options(pair, *NAMES))
    assert (slugs(again), again.aside) == ([], ())  # L6


@given(pair=pairs())
@settings(max_examples=FEW)
def test_each_of_two_backends_is_split_as_if_it_were_alone(pair: Pair, tmp_path_factory: pytest.TempPathFactory):
    each_alone(pair)
