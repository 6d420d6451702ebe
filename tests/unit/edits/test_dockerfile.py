"""Whole instructions come to Dockerfiles and go again; every other byte stays."""

from __future__ import annotations

import pytest

from migrator.edits import Change, EditError
from migrator.edits.dockerfile import AddInstructions, DropInstructions

RUN = "RUN pip install -r requirements.txt"
NEW = ("COPY --from=core . /opt/core", "RUN pip install /opt/core")


@pytest.mark.parametrize(
    "change, before, after",
    [
        pytest.param(AddInstructions(RUN, NEW), f"FROM a\n{RUN}\nCMD x\n", f"FROM a\n{RUN}\n{NEW[0]}\n{NEW[1]}\nCMD x\n", id="behind"),
        pytest.param(AddInstructions(RUN, NEW, before=True), f"FROM a\n{RUN}\n", f"FROM a\n{NEW[0]}\n{NEW[1]}\n{RUN}\n", id="before"),
        pytest.param(AddInstructions(RUN, NEW), f"FROM a\r\n{RUN}", f"FROM a\r\n{RUN}\r\n{NEW[0]}\r\n{NEW[1]}\r\n", id="CRLF, at the end"),
        pytest.param(
            AddInstructions("RUN pip \\\n  install", NEW[:1]),
            "FROM a\r\nRUN pip \\\r\n  install\nCMD x",
            f"FROM a\r\nRUN pip \\\r\n  install\n{NEW[0]}\r\nCMD x",
            id="mixed line ends stay",
        ),
        pytest.param(AddInstructions(RUN, NEW[:1]), f"{RUN}\nFROM b\n{RUN}\n", f"{RUN}\n{NEW[0]}\nFROM b\n{RUN}\n{NEW[0]}\n", id="in each stage"),
        pytest.param(
            AddInstructions(RUN, NEW[:1]),
            f"FROM a\nLABEL x=\f\u2028{RUN}\n{RUN}\n",
            f"FROM a\nLABEL x=\f\u2028{RUN}\n{RUN}\n{NEW[0]}\n",
            id="what only looks like the end of a line is none",
        ),
        pytest.param(DropInstructions(NEW), f"{RUN}\r\n{NEW[0]}\r\n{NEW[1]}\r\nCMD x", f"{RUN}\r\nCMD x", id="away"),
    ],
)
def test_instructions_come_and_go(change: Change, before: str, after: str):
    assert change.apply(before.encode()).decode() == after
    assert change.apply(after.encode()).decode() == after


@pytest.mark.parametrize("source", ["", "FROM a\n", f"FROM a\n# {RUN}\n", f"FROM a\n{RUN} --user\n"])
def test_beside_nothing_there_is_no_place(source: str):
    with pytest.raises(EditError):
        AddInstructions(RUN, NEW).apply(source.encode())
    assert DropInstructions(NEW).apply(source.encode()).decode() == source
