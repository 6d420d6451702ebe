"""How a proposal is decided: whom it may concern, who decides, and where people have a process already."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from phases.documentation.rfcs import family
from tests.unit.documentation.deciding import TAKEN, changed, made, texts_of

HOME = "docs/architecture/rfcs"
README, TEMPLATE = f"{HOME}/README.md", f"{HOME}/000-template.md"


def test_the_process_and_what_it_starts_from() -> None:
    texts = texts_of(family, TAKEN)
    assert set(texts) == {README, TEMPLATE}
    for text in texts.values():
        assert "`apps/web`\n" in text
        assert "`packages/ui`\n" in text


WHO = [
    ("nobody is known", {}, (), "Nothing in the repository says it."),
    ("people said it in a file", {".github/CODEOWNERS": "* @acme/core\n"}, (), "[.github/CODEOWNERS](../../../.github/CODEOWNERS)"),
    ("the plan file says it", {"CODEOWNERS": "* @acme/core\n"}, ("the architects",), "- the architects\n"),
]


@pytest.mark.parametrize("more, deciders, said", [pytest.param(*row[1:], id=row[0]) for row in WHO])
def test_who_decides(more: Mapping[str, str], deciders: tuple[str, ...], said: str) -> None:
    text = texts_of(family, changed(**more), deciders=deciders)[README]
    assert [one in text for one in (said, *(row[3] for row in WHO if row[3] != said))] == [True, False, False]


@pytest.mark.parametrize(
    "path, ours", [("docs/rfcs/0001-a.md", False), ("rfcs/001-a.md", False), (f"{HOME}/001-a.md", True), ("docs/rfcs/notes.md", True)]
)
def test_a_process_of_people_stays(path: str, ours: bool) -> None:
    found = made(family, changed(**{path: "# A\n"}))
    assert bool(found.artefacts) is ours
    assert ("already" in found.absent) is not ours


def test_one_project_alone_needs_no_process() -> None:
    alone = {path: text for path, text in TAKEN.items() if not path.startswith("packages/")}
    assert made(family, alone).artefacts == ()
