"""A plan on a repository of 2,000 files that name each other 20,000 times: what a page has to stand."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from migrator.facts import Facts
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.plan import Plan, fold
from migrator.step import Move, Step
from tests.conftest import facts_of

FILES, NAMES = 2_000, 10
PACKAGES = 40


class NoOptions(BaseModel):
    """Nothing is asked."""


@dataclass
class Apart:
    """Some of an application's packages become packages of their own."""

    name: str = "apart"
    number: int = 1
    title: str = "Apart"
    summary: str = "packages of their own"
    options: type[BaseModel] = NoOptions

    def steps(self, _: Facts, __: BaseModel) -> Steps:
        for one in range(0, PACKAGES, 8):
            old, new = RepoPath(f"apps/backend/part{one:02}"), RepoPath(f"packages/part{one:02}/part{one:02}")
            yield Step(f"part{one:02}", f"Move part{one:02}", "It is asked for by many.", (Move(old, new),))
        return Notes()


def large_plan() -> Plan:
    """The plan; what names what looks random and is the same each time."""
    files: dict[str, str] = {".github/CODEOWNERS": "apps/backend/part0? @acme/core\napps/backend/part1? @acme/shop @acme/core\n"}
    for one in range(FILES - 1):
        others = dict.fromkeys((one * 7 + other * (one % 13 + 1) * 31 + other) % (FILES - 1) for other in range(1, NAMES + 1))
        lines = [f"from apps.backend.part{other % PACKAGES:02} import module{other:04}" for other in others if other != one]
        files[f"apps/backend/part{one % PACKAGES:02}/module{one:04}.py"] = "\n".join(lines) + "\n"
    phase = Apart()
    return fold("0" * 40, facts_of(files), phases=(phase,), options={"apart": NoOptions()})
