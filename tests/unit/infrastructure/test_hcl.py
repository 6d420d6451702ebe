"""How a model is written in Terraform's language; Terraform itself judges it in tests/validators."""

from __future__ import annotations

import pytest

from migrator.paths import RepoPath
from phases.infrastructure.terraform.hcl import Block, Call, Comment, Expression, Join, block, hcl_artefact, quoted
from tests.unit.infrastructure.landscapes import at, said


def written(*blocks) -> str:
    return hcl_artefact(RepoPath("main.tf"), "t", blocks).content.decode()


@pytest.mark.parametrize(
    "text, literal",
    [
        ("plain", '"plain"'),
        ("${var.name}", '"$${var.name}"'),
        ("%{ if x }", '"%%{ if x }"'),
        ("$5 {x}", '"$5 {x}"'),
        ('say "so"', '"say \\"so\\""'),
        ("a\\n", '"a\\\\n"'),
        ("a\nb\tc\r", '"a\\nb\\tc\\r"'),
        ("\x07", '"\\U00000007"'),
        ("<<EOT", '"<<EOT"'),
        ("é", '"é"'),
    ],
)
def test_a_text_is_quoted(text: str, literal: str) -> None:
    assert quoted(text) == literal


@pytest.mark.parametrize(
    "value, line",
    [
        (True, "x = true"),
        (None, "x = null"),
        (1.5, "x = 1.5"),
        ([], "x = []"),
        ({}, "x = {}"),
        (["a", 1], 'x = ["a", 1]'),
        (Expression("var.a"), "x = var.a"),
        (Join((Expression("var.a"), "-b")), 'x = "${var.a}-b"'),
        (Join(("cost $", Expression("var.a"))), 'x = "cost \\u0024${var.a}"'),
        (Call("f", (1, [])), "x = f(1, [])"),
        ({"a-b": 1, "c": {}}, 'x = {\n    "a-b" = 1\n    c     = {}\n  }'),
        ({Expression("var.a"): 1}, "x = {\n    (var.a) = 1\n  }"),
        ([{"a": 1}], "x = [\n    {\n      a = 1\n    },\n  ]"),
        (Call("f", (1, {"a": 1})), "x = f(1, {\n    a = 1\n  })"),
        (["y" * 60, "z" * 60], f'x = [\n    "{"y" * 60}",\n    "{"z" * 60}",\n  ]'),
    ],
)
def test_a_value_is_written(value: object, line: str) -> None:
    assert written(Block("a", (), {"x": value})) == f"a {{\n  {line}\n}}\n"


def test_neighbours_are_aligned_and_what_spans_lines_parts_them() -> None:
    text = written(
        Comment("why"), block("a", "b", x=1, long=2, deep={"k": 1}, yy=3, gone=None, inner=[block("c"), block("d", comment="so", e=1)]), block("f")
    )
    assert text == (
        '# why\na "b" {\n  x    = 1\n  long = 2\n  deep = {\n    k = 1\n  }\n  yy = 3\n\n  c {}\n\n  # so\n  d {\n    e = 1\n  }\n}\n\nf {}\n'
    )  # fmt: skip


def test_lines_have_the_origins_of_their_values() -> None:
    deep = said({"k": [said("v", 4), "w"]}, 3)
    file = hcl_artefact(
        RepoPath("main.tf"), "t", [block("a", said("b", 1), x=said(1, 2), deep=deep, join=Join((said("p", 5), "q")), keys={said("n", 6): 1})]
    )
    lines = file.content.decode().splitlines()
    assert {lines[number - 1].strip(): origins for number, origins in file.origins.items()} == {
        'a "b" {': (at(1),), "x = 1": (at(2),), "deep = {": (at(3),), 'k = ["v", "w"]': (at(4), at(3)), "}": (at(3),), 'join = "pq"': (at(5),), "n = 1": (at(6),),
    }  # fmt: skip


def test_what_has_no_form_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="set has no form"):
        written(block("a", x={1}))
