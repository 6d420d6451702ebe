"""The phase through the engine: options with all their problems, families of other packages, running twice, taking back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from migrator.engine import planning, running
from migrator.engine.context import Engine
from migrator.engine.moves import commit_moves
from migrator.engine.rollback import take_back
from migrator.errors import PlanError, UsageError
from migrator.generating.provenance import provenances, unedited
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.planfile import load_plan_file
from migrator.registry import phases
from migrator.step import Move, Step
from tests.conftest import git
from tests.unit.generating.families import phase

START = {"apps.txt": "api 8000\nweb 3000\nworker\n", "README.md": "hello\n"}
BRANCH = "refs/heads/migrate/phase-3"


@pytest.fixture
def engine(make_repository: Callable[[Mapping[str, str]], Path]) -> Iterator[Engine]:
    with Repository.open(make_repository(START)) as repository:
        yield Engine(repository, [phase()])


def test_the_plan_is_what_is_run_and_the_second_run_does_nothing(engine: Engine) -> None:
    plan = planning.plan(engine, engine.repository.resolve("HEAD"), engine.phases)
    first = running.run(engine, engine.phases)
    assert first.tree == plan.tree
    assert [step.number for step in first.steps] == ["3.01", "3.02"]
    assert running.run(engine, engine.phases).steps == ()


def test_rollback_leaves_the_tree_before_byte_for_byte(engine: Engine) -> None:
    before = engine.repository.tree("HEAD")
    running.run(engine, engine.phases)
    take_back(engine, BRANCH, phase=3)
    head = engine.repository.read_ref(BRANCH)
    assert engine.repository.tree(head or "HEAD") == before


def test_what_a_merge_needs_survives_a_squash(engine: Engine) -> None:
    """No trailer, no journal, and the text as we wrote it is in no commit: the tree alone knows."""
    running.run(engine, engine.phases)
    directory = engine.repository.path
    git(directory, "merge", "-q", "--squash", "migrate/phase-3")
    (directory / "infra/ports/api.yaml").write_bytes((directory / "infra/ports/api.yaml").read_bytes() + b"mine: 1\n")
    (directory / "apps.txt").write_bytes(b"api 8001\nweb 3000\nworker\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "squashed")
    copy = directory.parent / "copy"
    git(directory.parent, "clone", "-q", "--single-branch", "--branch", "main", directory.as_uri(), str(copy))
    with Repository.open(copy) as repository:
        fresh = Engine(repository, [phase()])
        text = running.run(fresh, fresh.phases)
        got = repository.tree(text.head)
        assert repository.read(next(entry.blob for path, entry in got.items() if path == "infra/ports/api.yaml")).decode() == (
            "# Which port.\n# Generated.\nname: api\nabout:\n  why: somebody asks\n  where: here\nport: 8001\ntail:\n  a: 1\n  b: 2\nmine: 1\n"
        )


@pytest.mark.parametrize("moved", [{"infra/DECISIONS.md": "docs/deep/decided.md"}, {"infra": "ops/made"}])
def test_what_a_move_by_itself_rewrote_is_still_ours(engine: Engine, moved: dict[str, str]) -> None:
    """The report links to apps.txt, so moving it rewrites it: it was neither deleted nor edited by anybody."""
    made = running.run(engine, engine.phases).head
    step = Step("move", "Move", "They lie better there.", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moved.items()))
    after = commit_moves(engine, step, None, made)
    plan = planning.plan(engine, after.head, engine.phases)
    assert [(one.path, one.kind) for notes in plan.notes.values() for one in notes.findings if one.kind in {"deleted", "merged", "differs"}] == []
    decided = next(one for one in provenances(plan.start) if one.family == "decisions")
    assert all(unedited(plan.start, one) for one in decided.files.values())
    assert [step.id for step in plan.steps] == []


def test_a_move_where_no_family_made_anything_leaves_a_record_too(engine: Engine) -> None:
    step = Step("move", "Move", "It lies better there.", (Move(RepoPath("apps.txt"), RepoPath("etc/apps.txt")),))
    after = commit_moves(engine, step, None, None)
    assert sorted(engine.repository.tree(after.head)) == [".migrate/steps/mv.01-move.json", "README.md", "etc/apps.txt"]


@pytest.mark.parametrize(
    "text, messages",
    [
        (
            '[phases.infrastructure.ports]\nstyle = "quiet"\nfolder = "x"\nenabled = 3\n[phases.infrastructure.portz]\n',
            [
                "migrate.toml:2: phases.infrastructure.ports.style: must be 'plain' or 'loud', not 'quiet'",
                "migrate.toml:3: phases.infrastructure.ports.folder: unknown key; there are directory, style, enabled",
                "migrate.toml:4: phases.infrastructure.ports.enabled: must be true or false, not 3",
                "migrate.toml:5: phases.infrastructure.portz: unknown key; did you mean `ports`?",
            ],
        ),
        ('[phases.infrastructure]\ndecisions = "../x"\n', ["migrate.toml:2: phases.infrastructure.decisions: `../x` leads out of the repository"]),
        ("[phases.infrastructure.ports]\nenabled = false\n[phases.infrastructure]\ndecisions = 'a.md'\n", []),
        # Every declared gate judges every step: there is none to choose.
        ('[phases.infrastructure]\ngates = ["tests"]\n', ["migrate.toml:2: phases.infrastructure.gates: unknown key; there are decisions, ports"]),
    ],
)
def test_wrong_options_are_told_all_at_once(text: str, messages: list[str]) -> None:
    try:
        load_plan_file(text, [phase()])
        found = []
    except PlanError as error:
        found = sorted(str(problem) for problem in error.problems)
    assert [line.partition(": ")[0] for line in found] == [line.partition(": ")[0] for line in messages]
    assert [line for line in found if "decisions" not in line] == [line for line in messages if "decisions" not in line]


# families of other packages --------------------------------------------------------------------------------------------


PACKAGE = '''\
"""A package of somebody else's that adds a family to phase 3."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from migrator.artefact import Made, text_artefact
from migrator.paths import RepoPath


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = "infra/names.txt"


@dataclass(frozen=True)
class Names:
    name: str = "names"
    title: str = "List what runs"
    why: str = "It is read aloud every morning."
    options: type[BaseModel] = Options

    def artefacts(self, landscape, options):
        lines = [(one.name, one.origins) for one in landscape.workloads]
        return Made((text_artefact(RepoPath(options.path), self.name, lines),), absent="" if lines else "nothing runs")


family = Names()
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A distribution that declares an entry point, installed for one test."""

    def install(entry: str) -> None:
        site = tmp_path / "site"
        (site / "acme_names-1.0.dist-info").mkdir(parents=True)
        (site / "acme_names.py").write_text(PACKAGE, encoding="utf-8")
        (site / "acme_names-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: acme-names\nVersion: 1.0\n", encoding="utf-8")
        (site / "acme_names-1.0.dist-info/entry_points.txt").write_text(f"[migrate.families]\n{entry}\n", encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))

    yield install
    sys.modules.pop("acme_names", None)


def test_another_package_adds_a_family(package: Callable[[str], None], engine: Engine) -> None:
    package("infrastructure.names = acme_names:family")
    (found,) = [one for one in phases() if one.name == "infrastructure"]
    assert "names" in found.options.model_fields
    _, options = load_plan_file('[phases.infrastructure.names]\npath = "infra/all.txt"\n', [found])
    assert options["infrastructure"].names.path == "infra/all.txt"
    with_ports = phase().joined(found.families[-1:])
    engine.phases = (with_ports,)
    done = running.run(engine, engine.phases)
    assert [step.title for step in done.steps] == ["Say which ports there are", "List what runs", "Say what was decided, and why"]
    tree = engine.repository.tree(done.head)
    assert engine.repository.read(next(entry.blob for path, entry in tree.items() if path == "infra/names.txt")) == b"api\nweb\nworker\n"


@pytest.mark.parametrize(
    "entry, message",
    [
        ("infrastructure.names = acme_names:famili", "the family 'infrastructure.names' .* cannot be loaded"),
        ("infrastructure.other = acme_names:family", "is called 'names' by its package"),
        ("foundation.names = acme_names:family", "families are installed for foundation, and no such phase takes any"),
        ("names = acme_names:family", "is called 'names' by its package|families are installed for names"),
    ],
)
def test_a_family_that_cannot_be_is_said_so(package: Callable[[str], None], entry: str, message: str) -> None:
    package(entry)
    with pytest.raises(UsageError, match=message):
        phases()
