"""Performance: what measures, and what shows that costs time; each point goes with its fact."""

from __future__ import annotations

import pytest

from phases.documentation.performance import family
from tests.unit.documentation.shop import COMPOSE, FILES, MAIN, changed, made, pages, section

BENCHMARKS, GUIDE = "docs/performance/benchmarks/README.md", "docs/performance/optimization-guides/README.md"
K6 = "import http from 'k6/http';\nexport default function () { http.get('http://localhost:8123/items'); }\n"


def test_what_measures_and_how_it_is_run() -> None:
    assert set(pages(family)) == {GUIDE}
    found = pages(family, changed(**{"tools/benchmarks/api/api.js": K6, "tools/benchmarks/README.md": "# B\n"}))
    assert "| [`tools/benchmarks/api/api.js`](../../../tools/benchmarks/api/api.js) | k6 |  | `k6 run tools/benchmarks/api/api.js` |" in found[
        BENCHMARKS
    ].split("\n")
    assert "[`tools/benchmarks/README.md`](../../../tools/benchmarks/README.md)" in found[BENCHMARKS]
    assert "- Measured by [`tools/benchmarks/api/api.js`](../../../tools/benchmarks/api/api.js)." in section(found[GUIDE], "## api").split("\n")


@pytest.mark.parametrize(
    "heading, line, files, otherwise",
    [
        ("## api", "- 3 routes only read, it asks db, and no cache.", {"compose.yaml": COMPOSE.replace("[db, cache]", "[db]")}, {}),
        ("## api", "- Who asks it may wait for somebody else's: api.payments.dev.", {}, {"compose.yaml": COMPOSE.replace("https://api.payments.dev/v1", "off")}),
        ("## api", "- Nothing in it tells how long its requests take.", {"api/main.py": MAIN.replace("Instrumentator().instrument(app).expose(app)\n", "")}, {}),
        ("## api", "- Its image has one stage, so what only builds it stays in it: `gcc` in [`api/Dockerfile`](../../../api/Dockerfile).", {"api/Dockerfile": FILES["api/Dockerfile"].replace("COPY", "RUN apt-get install -y gcc\nCOPY")}, {}),
        ("## Columns without an index", "- `items.shelf_id` in [`api/models.py`](../../../api/models.py)", {}, {"api/models.py": None}),
        ("## Columns without an index", "- `items.shelf_id` in [`api/models.py`](../../../api/models.py)", {}, {"compose.yaml": COMPOSE.replace("postgres:16", "mariadb:11").replace("5432:5432", "3306:3306").replace("postgres://", "mysql://")}),
    ],
)  # fmt: skip
def test_what_shows_is_said_and_goes_with_its_fact(heading: str, line: str, files: dict[str, str | None], otherwise: dict[str, str | None]) -> None:
    """L11."""
    assert line in section(pages(family, changed(**files))[GUIDE], heading).split("\n")
    assert line not in section(pages(family, changed(**otherwise))[GUIDE], heading).split("\n")


def test_nothing_to_say() -> None:
    assert made(family, {"README.md": "# Hello\n"}).absent.startswith("nothing measures how fast it is")
