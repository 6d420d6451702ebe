"""A phase small enough to read in tests, and `migrate` with it as a program: `python practice.py plan`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from migrator.cli import program
from migrator.errors import Finding, Problem
from migrator.facts import Facts
from migrator.paths import RepoPath
from migrator.phase import Done, Notes, Phase, Question, Steps
from migrator.step import Action, Move, Step, Write


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")

    into: str = "all"
    level: Literal["low", "high"] = "low"
    bad: str = ""
    """A directory whose step writes what does not parse, so that a gate refuses it."""
    impossible: bool = False
    extra: int = 0
    """So many more steps, each a file of its own."""


@dataclass
class Practice:
    """Moves three directories into one."""

    name: str = "practice"
    number: int = 1
    title: str = "Practice"
    summary: str = "moves three directories into one"
    options: type[BaseModel] = Options

    def steps(self, facts: Facts, options: Options) -> Steps:
        done = []
        for folder in ("one", "two", "three"):
            if not facts.tree.is_dir(folder):
                done.append(Done(folder, f"{folder} is in {options.into}"))
                continue
            target = RepoPath(f"{options.into}/{folder}")
            actions: list[Action] = [Move(RepoPath(folder), target)]
            if options.bad == folder:
                actions.append(Write(RepoPath(f"{target}/broken.py"), b"def (:\n"))
            needs = ("two",) if folder == "three" else ()
            risky = Finding("risky", f"{folder}/a.py", "is read by somebody else", 3)
            facts = yield Step(folder, f"{folder} → {target}", f"Everything lies in {options.into}.", tuple(actions), needs=needs, findings=(risky,))
        for number in range(options.extra):
            path = RepoPath(f"extra/{number}.txt")
            if path not in facts.tree:
                facts = yield Step(
                    f"extra-{number}",
                    f"Write {path}",
                    "There is never enough of it.",
                    (Write(path, b"extra\n"),),
                    findings=(Finding("doubt", path, "is this needed"),),
                )
        return Notes(
            done=tuple(done),
            findings=tuple(Finding("stays", f"left/{number}.py", "imports state") for number in range(40)),
            questions=(Question("q1", "README.md:1", "is this right?", ("yes", "no")),),
            problems=(Problem("practice", "this cannot be"),) if options.impossible else (),
        )


PHASES: tuple[Phase, ...] = (Practice(), Practice("second", 2, "Second", "the same once more"))

if __name__ == "__main__":
    program(lambda: PHASES)
