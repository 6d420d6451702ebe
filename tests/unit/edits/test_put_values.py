"""A value put below the header of its table: everything else stays byte for byte."""

from __future__ import annotations

import pytest

from migrator.edits import EditError
from migrator.edits.toml import PutTomlValue

ANSWER = ("answers", "q7")


@pytest.mark.parametrize(
    "before, keys, value, after",
    [
        ("", ANSWER, "yes", '[answers]\nq7 = "yes"\n'),
        ("[answers]\n", ANSWER, "yes", '[answers]\nq7 = "yes"\n'),
        ('[answers]\n# q1 = "x"\n\n# [gates.a]\n', ANSWER, "yes", '[answers]\nq7 = "yes"\n# q1 = "x"\n\n# [gates.a]\n'),
        ('exclude = []\n\n[gates.a]\ncommand = "x"', ANSWER, "yes", 'exclude = []\n\n[gates.a]\ncommand = "x"\n\n[answers]\nq7 = "yes"\n'),
        ('[answers]\nq7 = "no"  # why\nq8 = "a"\n', ANSWER, "yes", '[answers]\nq7 = "yes"  # why\nq8 = "a"\n'),
        ('[answers]\r\nq8 = "a"\r\n', ANSWER, "yes", '[answers]\r\nq7 = "yes"\r\nq8 = "a"\r\n'),
        ("# mixed\n[answers]\r\n\r\n", ANSWER, "yes", '# mixed\n[answers]\r\nq7 = "yes"\n\r\n'),
        ("\n\n# first\n", ANSWER, "yes", '\n\n# first\n\n[answers]\nq7 = "yes"\n'),
        ('answers = { q8 = "a" }\n', ANSWER, "yes", 'answers = { q8 = "a", q7 = "yes"}\n'),
        ('[phases.foundation]\nweb = "x"\n', ("phases", "foundation", "app"), "a b", '[phases.foundation]\napp = "a b"\nweb = "x"\n'),
        ("", ("answers", "merge:a/b.yml:1"), "ours", '[answers]\n"merge:a/b.yml:1" = "ours"\n'),
        ("", ANSWER, 'a "quoted" \\ word\n', '[answers]\nq7 = "a \\"quoted\\" \\\\ word\\n"\n'),
    ],
)
def test_where_a_value_is_put(before, keys, value, after):
    put = PutTomlValue(keys, value)
    once = put.apply(before.encode())
    assert once.decode() == after
    assert put.apply(once) == once


@pytest.mark.parametrize("before", ["[answers\n", "answers = 3\n", '[answers]\nq7 = "a"\nq7 = "b"\n'])
def test_what_cannot_be_put_is_refused(before):
    with pytest.raises(EditError):
        PutTomlValue(ANSWER, "yes").apply(before.encode())


def test_a_mark_stays():
    assert PutTomlValue(ANSWER, "yes").apply("\ufeff[answers]\n".encode()) == '\ufeff[answers]\nq7 = "yes"\n'.encode()
