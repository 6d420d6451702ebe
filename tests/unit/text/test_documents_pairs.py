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
    "manual/page.md": "",
    "manual/Chart.tsx": "",
    "manual/архитектура.md": "",
}
MOVES = {
    "src/acme/core.py": "src/acme/engine/base.py",
    "manual/api/core.rst": "manual/reference/core.rst",
    "manual/voilà.md": "docs/voilà.md",
    "manual/page.md": "docs/page.md",
    "manual/Chart.tsx": "docs/Chart.tsx",
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
    # What loads, takes in and shows from beside a document, in the ways of MDX, MyST, mdBook, Jekyll, MkDocs and HTML.
    (
        "manual/x.mdx",
        "import P from './page.md'\nexport { a } from \"./page.md\";\n",
        "import P from '../docs/page.md'\nexport { a } from \"../docs/page.md\";\n",
    ),
    (
        "manual/x.mdx",
        "import C from './Chart'\n\n<C data={require('./page.md')} />\n",
        "import C from '../docs/Chart'\n\n<C data={require('../docs/page.md')} />\n",
    ),
    ("manual/x.md", "```{include} page.md\n```\n", "```{include} ../docs/page.md\n```\n"),
    ("manual/x.md", ":::{include} page.md\n:::\n", ":::{include} ../docs/page.md\n:::\n"),
    (
        "manual/x.md",
        "```{toctree}\n:maxdepth: 2\n\npage\nThe page <page>\n```\n",
        "```{toctree}\n:maxdepth: 2\n\n../docs/page\nThe page <../docs/page>\n```\n",
    ),
    ("manual/x.md", "{{#include page.md:2:10}}\n", "{{#include ../docs/page.md:2:10}}\n"),
    ("manual/x.md", "{% include_relative page.md %}\n", "{% include_relative ../docs/page.md %}\n"),
    ("manual/x.md", '{% include-markdown "./page.md" %}\n', '{% include-markdown "../docs/page.md" %}\n'),
    ("manual/x.md", "---\ncover: ./page.md\n---\n# X\n", "---\ncover: ../docs/page.md\n---\n# X\n"),
    ("manual/x.md", "[a](page.md (title)) [b](page.md?plain=1#top)\n", "[a](../docs/page.md (title)) [b](../docs/page.md?plain=1#top)\n"),
    ("manual/x.md", '<img srcset="page.md 1x,\n  ./page.md 2x">\n', '<img srcset="../docs/page.md 1x,\n  ../docs/page.md 2x">\n'),
    ("manual/x.md", '<video src=page.md poster = "page.md"/>\n', '<video src=../docs/page.md poster = "../docs/page.md"/>\n'),
    ("manual/x.md", "[![a](page.md)](page.md#b)\n", "[![a](../docs/page.md)](../docs/page.md#b)\n"),
    ("docs/index.md", "::: acme.core\n", "::: acme.engine.base\n"),
    ("docs/index.md", "```{automodule} acme.core\n```\n", "```{automodule} acme.engine.base\n```\n"),
    ("docs/index.md", '--8<-- "examples/demo.py"\n', '--8<-- "demos/demo.py"\n'),
    (".github/CODEOWNERS", "frontend/ @b\n", "apps/web/ @b\n"),
]
ALIKE = [
    ("manual/x.md", "import './page.mdx'\nWe import './page.md' by hand.\n"),
    ("manual/x.md", "<C src={page.md} /> and {% include 'page.md' %}\n"),
    ("manual/x.md", "---\ntitle: page.md\n---\n{{ page.md }} [x](page.md5) [y](?page.md)\n"),
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
