"""Every link and anchor between documents that led somewhere before phase 5 leads there after it, and a second plan finds nothing to move (L1, L4, L6)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

import pytest

from migrator.errors import PlanError
from migrator.facts import Facts
from migrator.facts.documents import anchors, markup_of
from migrator.paths import RepoPath
from migrator.plan import Plan
from migrator.tree import Moves
from phases import documentation
from tests.laws.generating import Files, before, contents, planned
from tests.validators.test_documents_links import TREE

PHASE = (documentation.phase,)


@cache
def start() -> Files:
    """The sample when phase 3 would begin, with documents."""
    return {**before(), **{path: text.encode() for path, text in TREE.items() if path != "README.md"}}


@cache
def whole() -> Plan:
    return planned(start(), PHASE, judged=True)


def leads(facts: Facts) -> Iterator[tuple[RepoPath, RepoPath, int]]:
    """The links of documents that lead somewhere: from where, to what, and to the how manieth anchor of it, whatever that is called; 0 for none."""
    for path in facts.tree:
        for one in facts.graph.references.get(path, ()) if markup_of(path) else ():
            target, anchor = one.target.path, unquote(one.target.rest.rpartition("#")[2])
            if one.mention.kind == "link" and target is not None:
                known = facts.told(target, anchors, markup_of(target)) if markup_of(target) and target in facts.tree else ()
                yield path, target, known.index(anchor) + 1 if anchor in known else 0


def test_links_and_anchors_lead_where_they_led() -> None:
    plan = whole()
    moves = [Moves((RepoPath(old), RepoPath(new)) for old, new in one.built.files.items()) for one in plan.steps]

    def place(path: RepoPath) -> RepoPath:
        for one in moves:
            path = one(path)
        return path

    was = sorted((place(source), place(target), anchor) for source, target, anchor in leads(plan.start))
    now = sorted(leads(plan.end))
    assert [one for one in was if one not in now] == []
    assert sum(anchor > 0 for _, _, anchor in was) == 7
    assert all(report.passed for step in plan.steps for report in step.gates)


def test_a_second_plan_moves_nothing_and_the_first_is_always_the_same() -> None:
    plan = whole()
    moving = [one.step.slug for one in plan.steps if one.step.slug.startswith("documents-")]
    assert moving == ["documents-architecture", "documents-api", "documents-guides", "documents-runbooks"]
    again = planned(contents(plan), PHASE)
    assert [one.step.slug for one in again.steps if one.step.slug.startswith("documents-")] == []
    assert planned(dict(reversed(start().items())), PHASE).end.tree.id == plan.end.tree.id


REFUSED = [
    (".targets]\ndeployment = '.migrate/x'", "lies where migrate keeps its own records"),
    ("]\nshelf = ['docs']", "shelf"),
]
PROBLEMS = [
    (".targets]\ndeploying = 'docs/x'", "`deploying` is no kind of document"),
    (".moves]\n'docs/none.md' = 'docs/x.md'", "is no file of this repository"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED)
def test_what_cannot_be_is_refused_where_it_stands(options: str, said: str) -> None:
    with pytest.raises(PlanError) as error:
        planned(start(), PHASE, f"[phases.documentation.placement{options}\n")
    assert said in str(error.value.problems[0])


@pytest.mark.parametrize(("options", "said"), PROBLEMS)
def test_what_is_not_there_is_a_problem(options: str, said: str) -> None:
    (problem,) = planned(start(), PHASE, f"[phases.documentation.placement{options}\n").problems
    assert said in str(problem)
