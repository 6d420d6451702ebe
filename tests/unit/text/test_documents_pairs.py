"""What documents of Sphinx, MyST and mkdocs name: modules by their dotted names, other documents without their extension, snippets."""

from __future__ import annotations

import pytest

from tests.unit.text.monorepo import after

MORE = {
    "src/acme/__init__.py": "",
    "src/acme/core.py": "class Engine: ...\n",
    "manual/index.rst": "",
    "manual/api/core.rst": "",
    "examples/demo.py": "",
    "manual/voilà.md": "",
    "manual/архитектура.md": "",
}
MOVES = {
    "src/acme/core.py": "src/acme/engine/base.py",
    "manual/api/core.rst": "manual/reference/core.rst",
    "manual/voilà.md": "docs/voilà.md",
    "manual/архитектура.md": "docs/архитектура.md",
    "examples": "demos",
    "apps/frontend": "apps/web",
}
PAIRS = [
    ("manual/index.rst", ".. automodule:: acme.core\n", ".. automodule:: acme.engine.base\n"),
    ("manual/index.rst", ".. autoclass:: acme.core.Engine\n   :members:\n", ".. autoclass:: acme.engine.base.Engine\n   :members:\n"),
    ("manual/index.rst", "See :class:`acme.core.Engine`.\n", "See :class:`acme.engine.base.Engine`.\n"),
    ("manual/index.rst", "See :py:class:`~acme.core.Engine`.\n", "See :py:class:`~acme.engine.base.Engine`.\n"),
    ("manual/index.rst", "See :py:mod:`core <acme.core>`.\n", "See :py:mod:`core <acme.engine.base>`.\n"),
    ("manual/index.rst", "See :doc:`api/core`.\n", "See :doc:`reference/core`.\n"),
    ("manual/index.rst", "See :doc:`this <api/core>`.\n", "See :doc:`this <reference/core>`.\n"),
    (
        "manual/index.rst",
        ".. toctree::\n   :maxdepth: 2\n\n   api/core\n   The core <api/core>\n\nText\n",
        ".. toctree::\n   :maxdepth: 2\n\n   reference/core\n   The core <reference/core>\n\nText\n",
    ),
    (
        "README.md",
        "[a](manual/voilà.md) [b](manual/voilà.md#x)\n\n[c]: manual/voilà.md\n",
        "[a](docs/voilà.md) [b](docs/voilà.md#x)\n\n[c]: docs/voilà.md\n",
    ),
    ("README.md", "[a](manual/архитектура.md)\n", "[a](docs/архитектура.md)\n"),
    ("README.rst", "`a <manual/voilà.md>`_\n\n.. include:: manual/voilà.md\n", "`a <docs/voilà.md>`_\n\n.. include:: docs/voilà.md\n"),
    ("docs/index.md", "::: acme.core\n", "::: acme.engine.base\n"),
    ("docs/index.md", "```{automodule} acme.core\n```\n", "```{automodule} acme.engine.base\n```\n"),
    ("docs/index.md", '--8<-- "examples/demo.py"\n', '--8<-- "demos/demo.py"\n'),
    (".github/CODEOWNERS", "frontend/ @b\n", "apps/web/ @b\n"),
]
ALIKE = [
    ("manual/index.rst", ".. automodule:: library.core\n"),
    ("manual/index.rst", "See :class:`Engine` and :func:`print`.\n"),
    ("manual/index.rst", "See :py:class:`json.JSONDecoder`.\n"),
    ("manual/index.rst", "See :ref:`api/core` and :term:`acme.core`.\n"),
    ("manual/index.rst", "See :doc:`/api/core` and :doc:`api/other`.\n"),
    ("manual/index.rst", ".. toctree::\n   :glob:\n\n   other/*\n   api/else\n\napi/core is prose\n"),
    ("docs/index.md", "::: library.core\n"),
    ("docs/index.md", ":::note\nacme\n:::\n"),
    ("docs/index.md", '--8<-- "other/demo.py"\n'),
    ("docs/index.md", "```{note} acme.core.\n```\n"),
    (".github/CODEOWNERS", "app/ @b\nlib/ @c\n*.md @d\n"),
    (".github/CODEOWNERS", "frontend.py @b\n"),
]


@pytest.mark.parametrize("path, before, wanted", PAIRS)
def test_a_document_follows(path: str, before: str, wanted: str) -> None:
    assert after(path, before, MOVES, MORE).decode() == wanted


@pytest.mark.parametrize("path, text", ALIKE)
def test_what_looks_alike_stays(path: str, text: str) -> None:
    assert after(path, text, MOVES, MORE | {"x/app/a.py": "", "y/app/b.py": ""}).decode() == text
