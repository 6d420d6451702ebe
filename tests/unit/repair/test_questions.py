"""What could mean two things is asked, answered in the plan file, and left alone until then."""

from __future__ import annotations

from dataclasses import dataclass

import pydantic
import pytest

from migrator.engine import planning, running
from migrator.engine.context import Engine
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.step import Move, Step
from tests.conftest import texts

FILES = {
    "config/app.toml": "root = 1\n",
    "docs/config/app.toml": "docs = 1\n",
    "docs/guide.md": "Edit `config/app.toml` first.\n",
    "README.md": "x\n",
}


class Options(pydantic.BaseModel):
    pass


@dataclass(frozen=True)
class MovesConfig:
    name: str = "moves"
    number: int = 7
    title: str = "Moves"
    summary: str = "moves the configuration"
    options: type[Options] = Options

    def steps(self, facts, options) -> Steps:
        if facts.tree.is_dir("config"):
            yield Step("config", "Move the configuration", "It belongs to the infrastructure.", (Move(RepoPath("config"), RepoPath("infra/config")),))
        return Notes()


@dataclass(frozen=True)
class MovesDocuments(MovesConfig):
    name: str = "documents"
    number: int = 6

    def steps(self, facts, options) -> Steps:
        if facts.tree.is_dir("docs"):
            yield Step("docs", "Move the documents", "They belong elsewhere.", (Move(RepoPath("docs"), RepoPath("book")),))
        return Notes()


@pytest.fixture
def engine(make_repository):
    with Repository.open(make_repository(FILES)) as repository:
        yield Engine(repository, [MovesConfig()])


def planned(engine):
    return planning.plan(engine, engine.repository.resolve("HEAD"), engine.phases)


def test_an_ambiguous_reference_is_asked_about_and_left_alone(engine):
    plan = planned(engine)
    assert texts(plan.end)["docs/guide.md"] == FILES["docs/guide.md"].encode()
    (question,) = plan.questions
    assert question.where == "docs/guide.md:1"
    assert set(question.answers) == {"config/app.toml", "docs/config/app.toml"}


def test_what_two_steps_ask_is_asked_as_the_first_one_does(engine):
    """The later step names places that the earlier one makes: an answer of that kind would be none to the earlier one."""
    plan = planned(Engine(engine.repository, [MovesDocuments(), MovesConfig()]))
    assert [len(step.questions) for step in plan.steps] == [1, 1], "both ask"
    assert plan.questions == plan.steps[0].questions
    assert plan.steps[1].questions[0].id == plan.questions[0].id


@pytest.mark.parametrize(
    "answer, text",
    [
        ("config/app.toml", "Edit `infra/config/app.toml` first.\n"),
        ("docs/config/app.toml", "Edit `config/app.toml` first.\n"),
        ("elsewhere", "Edit `config/app.toml` first.\n"),
    ],
)
def test_an_answer_settles_it(engine, answer, text):
    (question,) = planned(engine).questions
    (engine.repository.path / "migrate.toml").write_text(f'[answers]\n{question.id} = "{answer}"\n', encoding="utf-8")
    plan = planned(engine)
    assert texts(plan.end)["docs/guide.md"] == text.encode()
    assert [question.text.partition("; ")[2] for question in plan.questions] == (
        ["the answer 'elsewhere' is neither"] if answer == "elsewhere" else []
    )


def test_an_answer_to_nothing_that_is_asked_is_said(engine):
    (question,) = planned(engine).questions
    file = engine.repository.path / "migrate.toml"
    file.write_text(f'[answers]\n{question.id} = "config/app.toml"\nqabc123 = "config/app.toml"\n', encoding="utf-8")
    assert [str(finding) for finding in planned(engine).unasked] == ["migrate.toml: answers nothing that is asked: qabc123"]
    file.write_text(f'[answers]\n{question.id} = "elsewhere"\n', encoding="utf-8")
    assert planned(engine).unasked == (), "what is wrong with it is said where it is asked"


def test_an_answer_that_was_used_is_not_unknown(engine):
    (question,) = planned(engine).questions
    (engine.repository.path / "migrate.toml").write_text(f'[answers]\n{question.id} = "config/app.toml"\n', encoding="utf-8")
    done = running.run(engine, engine.phases)
    assert planning.plan(engine, done.head, engine.phases).unasked == ()
