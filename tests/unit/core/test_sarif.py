"""Findings as SARIF and as annotations: the same list, in the words of two readers."""

from __future__ import annotations

import json
import re

import pytest

from migrator.report.teams.findings.annotations import lines
from migrator.report.teams.findings.located import Located, rule
from migrator.report.teams.findings.sarif import sarif, uri


def found(message: str = "is left", path: str = "a/b.py", line: int = 3, kind: str = "stays", severity: str = "warning") -> Located:
    return Located(kind, severity, path, line, message)  # type: ignore[arg-type]


def results(*several: Located):
    return json.loads(sarif("plan", several))["runs"][0]["results"]


@pytest.mark.parametrize(
    "path, said",
    [
        ("a/b.py", "a/b.py"),
        ("a b/c#d.py", "a%20b/c%23d.py"),
        ("a%20.py", "a%2520.py"),
        ("what?.md", "what%3F.md"),
        ("c:/x", "c%3A/x"),
        ("app/[id]/page.tsx", "app/%5Bid%5D/page.tsx"),
        ("ärger.md", "%C3%A4rger.md"),
        ("odd\udcff.md", "odd%FF.md"),
        ("(group)/@slot/~x+y,z.ts", "(group)/@slot/~x+y,z.ts"),
    ],
)
def test_paths_are_references_relative_to_the_root(path, said):
    assert uri(path) == said
    assert re.fullmatch(r"[A-Za-z0-9/._~!$&'()*+,;=@%-]+", said)


def marks(*several: Located):
    return [one["partialFingerprints"]["primaryLocationLineHash"] for one in results(*several)]


@pytest.mark.parametrize(
    "one, other, same",
    [
        (found(), found(line=99), True),
        (found("see a.py:3"), found("see a.py:7"), True),
        (found(), found("is moved"), False),
        (found(), found(path="c.py"), False),
        (found(), found(kind="absent"), False),
        (found(), found(severity="error"), True),
    ],
)
def test_a_finding_is_known_again_wherever_its_line_went(one, other, same):
    assert (marks(one) == marks(other)) is same


def test_two_alike_in_one_file_are_two():
    first, second = marks(found(line=3), found(line=9))
    assert first != second
    assert marks(found(line=4), found(line=10)) == [first, second]


def test_each_result_has_its_rule_level_and_place():
    (one, two) = results(found(severity="error", kind="by hand"), found("x", "", 0, severity="info"))
    assert (one["ruleId"], one["level"], one["message"]["text"]) == ("migrate/by-hand", "error", "is left")
    assert one["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a/b.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3},
    }
    assert two["level"] == "note"
    assert two["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    rules = json.loads(sarif("plan", [found(kind="by hand"), found()]))["runs"][0]["tool"]["driver"]["rules"]
    assert [row["id"] for row in rules] == ["migrate/by-hand", "migrate/stays"]
    assert all(row["help"]["text"] and row["shortDescription"]["text"] for row in rules)


def test_no_more_than_code_scanning_shows():
    assert len(results(*(found(str(n)) for n in range(6000)))) == 5000


def test_kinds_that_nobody_knows_have_a_rule_too():
    assert rule("somebody's").title == "somebody's"
    assert rule("stays").title != "stays"


@pytest.mark.parametrize(
    "one, line",
    [
        (found(), "::warning file=a/b.py,line=3,title=Left where it is::is left"),
        (found(line=0), "::warning file=a/b.py,title=Left where it is::is left"),
        (found(severity="error"), "::error file=a/b.py,line=3,title=Left where it is::is left"),
        (found(severity="info"), "::notice file=a/b.py,line=3,title=Left where it is::is left"),
        (found("100%\r\nsure: yes, no"), "::warning file=a/b.py,line=3,title=Left where it is::100%25%0D%0Asure: yes, no"),
        (found(path="a,b:c%d.py"), "::warning file=a%2Cb%3Ac%25d.py,line=3,title=Left where it is::is left"),
        (found("::error::x\n::add-mask::y"), "::warning file=a/b.py,line=3,title=Left where it is::::error::x%0A::add-mask::y"),
        (found(kind="a:b,c"), "::warning file=a/b.py,line=3,title=a%3Ab%2Cc::is left"),
    ],
)
def test_an_annotation_is_one_line_whatever_it_says(one, line):
    assert lines("plan", [one])[1:] == (line,)


def test_ten_of_each_type_and_the_counts_before_them():
    several = [found(str(n), severity=severity) for severity in ("error", "warning", "info") for n in range(30)]
    first, *rest = lines("plan", several)
    assert first == "::notice title=migrate plan::30 errors, 30 warnings, 30 notices"
    kinds = [line[2:].partition(" ")[0] for line in (first, *rest)]
    assert {kind: kinds.count(kind) for kind in kinds} == {"error": 10, "warning": 10, "notice": 10}
    assert lines("plan", []) == ()
