"""Objectives: what is promised is what the rules hold, and who promises nothing says what it lacks."""

from __future__ import annotations

import pytest

from phases.documentation.objectives import family
from tests.unit.documentation.shop import MAIN, RULES, changed, made, pages, section

HOME = "docs/performance/slos-slis"
API, INDEX, RULE_FILE = f"{HOME}/api.md", f"{HOME}/README.md", "infra/monitoring/rules/api.yml"


def test_what_is_promised_is_what_the_alerts_compare_with() -> None:
    found = pages(family)
    assert set(found) == {API, INDEX}
    told = section(found[API], "## Availability").split("\n")
    assert told[0] == "- 99.5 % has to go well."
    assert told[1].startswith("- In 30 days all of it may go wrong for 216 minutes")
    assert 'sum(rate(http_requests_total{job="api",status="5xx"}[5m]))' in told
    assert "| ApiErrorBudgetBurn | page | 1h | 2m | [`infra/monitoring/rules/api.yml`](../../../infra/monitoring/rules/api.yml) |" in told
    assert "| [api](api.md) | availability | 99.5 % | 1 |" in found[INDEX].split("\n")


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("> 14.4 * 0.001", "99.9 %"),
        ("> (14.4 * 0.001)", "99.9 %"),
        ("> 6 * (1 - 0.95)", "95 %"),
        ("> 0.01", "99 %"),
        ("> bool 0", "nothing that alerts compare with"),
        ("> 14.4 * 0.001 and workload:sli_errors:ratio_rate5m > 6 * 0.01", "nothing that alerts compare with"),
    ],
)
def test_budgets_are_read_as_rules_write_them(expression: str, expected: str) -> None:
    found = pages(family, changed(**{RULE_FILE: RULES.replace("> 14.4 * 0.005", expression)}))
    assert f"| [api](api.md) | availability | {expected} | 1 |" in found[INDEX].split("\n")


def test_who_promises_nothing_says_which_lines_would_bring_metrics() -> None:
    found = pages(family, changed(**{RULE_FILE: None, "api/main.py": MAIN.replace("Instrumentator().instrument(app).expose(app)\n", "")}))
    assert set(found) == {INDEX}
    assert "Instrumentator().instrument(app).expose(app)" in section(found[INDEX], "### api").split("\n")
    assert "prom-client (package.json)" in section(found[INDEX], "### web").split("\n")


def test_what_is_built_into_no_image_is_nobody_elses() -> None:
    files = {"apps/web/package.json": '{"name": "web", "scripts": {"dev": "next dev", "start": "next start"}, "dependencies": {"next": "15.0.0"}}'}
    assert [one.message for one in made(family, files).decisions] == [
        "its code exposes no metrics; a few lines would bring them, and with them rules, alerts and an objective"
    ]
    assert "somebody else" not in pages(family, files)[INDEX]


def test_metrics_without_rules() -> None:
    found = pages(family, changed(**{RULE_FILE: None}))
    assert "no rule records what of it goes wrong" in section(found[INDEX], "### api")
    assert {one.subject for one in made(family, changed(**{RULE_FILE: None})).decisions} == {"objective of api", "objective of web"}
    assert {one.subject for one in made(family).decisions} == {"objective of web"}


def test_nothing_runs() -> None:
    assert made(family, {"README.md": "# Hello\n"}).absent.startswith("nothing runs that anybody asks")
