"""A local Terraform state that git does not hold stays behind when its root moves, and that is said."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates.states import states
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

LOCAL = 'terraform {{\n  backend "local" {{{0}}}\n}}\n'
PROD = {"infra/prod": "live/eu/prod"}


def said(text: str, moves: dict[str, str], **more: str) -> list[str]:
    files = {"infra/prod/main.tf": text, "infra/net/main.tf": "", **{path.replace("__", "/"): content for path, content in more.items()}}
    step = Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
    return [finding.message for finding in states(build(facts_of(files), step))]


@pytest.mark.parametrize(
    "block, old, new, moves",
    [
        ("", "infra/prod/terraform.tfstate", "live/eu/prod/terraform.tfstate", PROD),
        ('\n    path = "p.tfstate"\n  ', "infra/prod/p.tfstate", "live/eu/prod/p.tfstate", PROD),
        (' path = "./state/p.tfstate" ', "infra/prod/state/p.tfstate", "live/eu/prod/state/p.tfstate", PROD),
        ("", "infra/prod/terraform.tfstate", "deploy/prod/terraform.tfstate", {"infra": "deploy"}),
        (' workspace_dir = "w" ', "infra/prod/terraform.tfstate", "prod/terraform.tfstate", {"infra/prod": "prod"}),
    ],
)
def test_a_state_that_stays_behind_is_said(block: str, old: str, new: str, moves: dict[str, str]) -> None:
    (message,) = said(LOCAL.format(block), moves)
    assert f"in {old}," in message
    assert f"to {new}," in message


@pytest.mark.parametrize(
    "text, moves",
    [
        (LOCAL.format(' path = "../state/p.tfstate" '), PROD),
        (LOCAL.format(' path = "/var/p.tfstate" '), PROD),
        (LOCAL.format(""), {"infra/net": "net"}),
        ('terraform {\n  backend "s3" {}\n}\n', PROD),
        ("locals {}\n", PROD),
    ],
)
def test_a_state_that_is_found_again_is_not(text: str, moves: dict[str, str]) -> None:
    assert said(text, moves) == []


def test_a_state_that_git_holds_goes_along() -> None:
    assert said(LOCAL.format(""), PROD, infra__prod__terraform_tfstate="{}") != []
    assert [one for one in said(LOCAL.format(' path = "state" '), PROD, infra__prod__state="{}") if one] == []
