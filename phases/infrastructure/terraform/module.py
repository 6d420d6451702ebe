"""A module of Terraform's: what it takes, what it makes, what it gives, and the test that shows it; each part a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.paths import RepoPath
from phases.infrastructure.terraform.hcl import Block, Call, Expression, Join, block, hcl_artefact

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.origin import Said
    from phases.infrastructure.terraform.options import Options

__all__ = [
    "NAME",
    "NETWORK",
    "TAGS",
    "Module",
    "Output",
    "Variable",
    "allowed",
    "check",
    "kept",
    "key",
    "policy",
    "ref",
    "refused",
    "run",
    "tagged",
    "trust",
    "versions",
]

FAMILY = "terraform"


@dataclass(frozen=True, slots=True)
class Variable:
    """What a module takes; without a default it has to be given."""

    name: str
    type: str
    description: str
    default: object = ...
    condition: str = ""
    """What has to hold of it."""
    message: str = ""
    """What is said when it does not."""

    def block(self) -> Block:
        """Its declaration."""
        given = {} if self.default is ... else {"default": self.default}
        rule = [block("validation", condition=ref(self.condition), error_message=self.message)] if self.condition else []
        return Block("variable", (self.name,), {"description": self.description, "type": ref(self.type), **given, "nullable": False}, tuple(rule))


@dataclass(frozen=True, slots=True)
class Output:
    """What a module gives."""

    name: str | Said[str]
    description: str
    value: str

    def block(self) -> Block:
        """Its declaration."""
        return block("output", self.name, description=self.description, value=ref(self.value))


@dataclass(frozen=True, slots=True)
class Module:
    """A folder of `modules/`."""

    name: str
    main: tuple[Block, ...]
    variables: tuple[Variable, ...]
    outputs: tuple[Output, ...]
    given: Mapping[str, object]
    """What its test gives to the variables that have no default."""
    runs: tuple[Block, ...]
    """Its test, which needs no account: the provider is a mock, and nothing that only the cloud can know is asserted."""

    def files(self, options: Options) -> Iterator[Artefact]:
        """Its files, below the directory of the options."""
        parts: dict[str, tuple[Block, ...]] = {
            "main.tf": self.main,
            "variables.tf": tuple(variable.block() for variable in self.variables),
            "outputs.tf": tuple(output.block() for output in self.outputs),
            "versions.tf": (versions(options, f">= {options.provider_version}, < {int(options.provider_version.partition('.')[0]) + 1}.0.0"),),
            f"tests/{self.name}.tftest.hcl": (block("mock_provider", "aws"), Block("variables", (), self.given), *self.runs),
        }
        for name, blocks in parts.items():
            yield hcl_artefact(RepoPath(f"{options.directory}/modules/{self.name}/{name}"), FAMILY, blocks)


def versions(options: Options, provider: str, inner: tuple[Block, ...] = ()) -> Block:
    """Which Terraform and which provider."""
    wanted = Block("required_providers", (), {"aws": {"source": "hashicorp/aws", "version": provider}})
    return block("terraform", required_version=options.terraform_version, inner=(wanted, *inner))


def ref(text: str) -> Expression:
    """What Terraform evaluates."""
    return Expression(text)


def tagged(name: str = "var.name") -> Expression:
    """The tags of a thing: everybody's, and its name."""
    return ref(f"merge(var.tags, {{ Name = {name} }})")


def policy(*statements: Mapping[str, object]) -> object:
    """An access policy. A document of `data` would be a random text under a mock, and no JSON."""
    return Call("jsonencode", ({"Version": "2012-10-17", "Statement": list(statements)},))


def trust(service: str, *actions: str) -> object:
    """Who may take a role: a service of the cloud."""
    return policy({"Effect": "Allow", "Action": list(actions or ("sts:AssumeRole",)), "Principal": {"Service": service}})


def allowed(actions: list[str], resource: object) -> dict[str, object]:
    """A statement that grants actions on a resource."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def key(purpose: str, *statements: Mapping[str, object]) -> tuple[Block, ...]:
    """A key of its own that turns every year and outlives a mistake; `statements` are what services need besides the account."""
    account = {
        "Sid": "Account",
        "Effect": "Allow",
        "Principal": {
            "AWS": Join(("arn:", ref("data.aws_partition.current.partition"), ":iam::", ref("data.aws_caller_identity.current.account_id"), ":root"))
        },
        "Action": ["kms:*"],
        "Resource": "*",
    }
    return (
        block("data", "aws_caller_identity", "current"),
        block("data", "aws_partition", "current"),
        block(
            "resource", "aws_kms_key", "this",
            description=Join((f"{purpose} of ", ref("var.name"))),
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=policy(account, *statements),
            tags=tagged(),
            inner=[kept()],
        ),
        block("resource", "aws_kms_alias", "this", name=Join(("alias/", ref("var.name"), f"-{purpose.partition(' ')[0].lower()}")), target_key_id=ref("aws_kms_key.this.key_id")),
    )  # fmt: skip


def kept() -> Block:
    """What holds data is not destroyed by a plan."""
    return block("lifecycle", prevent_destroy=True)


def run(name: str, *checks: Block, **given: object) -> Block:
    """A plan of the module under which the checks hold."""
    values = (Block("variables", (), given),) if given else ()
    return block("run", name, command=ref("plan"), inner=(*values, *checks))


def check(condition: str, message: str) -> Block:
    """What has to hold of a plan."""
    return block("assert", condition=ref(condition), error_message=message)


def refused(variable: str, value: object) -> Block:
    """A plan that ends because a variable's value is refused."""
    return block(
        "run", f"refuses_{variable}", command=ref("plan"), expect_failures=[ref(f"var.{variable}")], inner=[Block("variables", (), {variable: value})]
    )


NAME = Variable("name", "string", "What everything here is called; it begins with it.", condition='can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))',
                message="The name should be 3 to 40 lower-case letters, digits and hyphens, and begin with a letter.")  # fmt: skip
TAGS = Variable("tags", "map(string)", "Tags of everything here.", default={})
NETWORK = (
    Variable("vpc_id", "string", "The network."),
    Variable(
        "subnet_ids",
        "list(string)",
        "Subnets of at least two zones.",
        condition="length(var.subnet_ids) >= 2",
        message="At least two subnets are needed.",
    ),
)
