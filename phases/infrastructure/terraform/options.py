"""What `[phases.infrastructure.terraform]` in a plan file may say."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options", "Sizes", "State"]

Environment = Literal["dev", "staging", "production"]
Version = Annotated[str, pydantic.Field(pattern=r"^\d+(\.\d+){0,2}$")]


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class State(_Table):
    """Where Terraform keeps what it made, and how two runs keep out of each other's way."""

    bucket: str = ""
    """The bucket; without it, it is given to `terraform init`."""
    region: str = ""
    """Its region; without it, that of everything else."""
    key_arn: str = ""
    """The key by which it is encrypted, besides the bucket's own."""
    lock: Literal["lockfile", "dynamodb"] = "lockfile"
    """A file beside the state, or a table, which Terraform 1.11 calls deprecated."""
    table: str = ""
    """The table."""

    @pydantic.model_validator(mode="after")
    def _locked(self) -> State:
        if self.lock == "dynamodb" and not self.table:
            raise ValueError("a lock in DynamoDB needs a `table`")
        return self


class Sizes(_Table):
    """What an environment has other than `sizes.toml` says."""

    cidr_block: str | None = None
    """The addresses of the network."""
    zones: int | None = pydantic.Field(None, ge=2, le=8)
    """How many availability zones it spans."""
    single_nat_gateway: bool | None = None
    """One way out for all zones rather than one each: cheaper, and gone with its zone."""
    log_retention_days: int | None = None
    """How long logs are kept."""
    instance_types: tuple[str, ...] | None = None
    """Machines of the cluster, the preferred ones first."""
    minimum_nodes: int | None = pydantic.Field(None, ge=1)
    """Never fewer machines."""
    maximum_nodes: int | None = pydantic.Field(None, ge=1)
    """Never more machines."""
    database_class: str | None = pydantic.Field(None, pattern=r"^db\.")
    """The class of the database's machine."""
    database_gigabytes: int | None = pydantic.Field(None, ge=20)
    """The disk that the database starts with."""
    database_limit_gigabytes: int | None = pydantic.Field(None, ge=21)
    """How far its disk may grow by itself."""
    multi_az: bool | None = None
    """A second database in another zone that takes over."""
    backup_days: int | None = pydantic.Field(None, ge=1, le=35)
    """How long backups are kept."""
    performance_insights: bool | None = None
    """Whether the database's load is recorded by statement."""
    cache_type: str | None = pydantic.Field(None, pattern=r"^cache\.")
    """The type of the cache's machines."""
    cache_replicas: int | None = pydantic.Field(None, ge=0, le=5)
    """So many copies of the cache besides the first."""


class Options(_Table):
    """What the cloud is asked for."""

    directory: BelowRoot = RepoPath("infra/terraform")
    """Where the modules and environments go."""
    provider: Literal["aws"] = "aws"
    """The cloud. Others have no modules yet."""
    provider_version: str = pydantic.Field("6.25.0", pattern=r"^\d+\.\d+\.\d+$")
    """The provider that environments pin; modules take it and what follows in its major version."""
    terraform_version: str = ">= 1.11.0, < 2.0.0"
    """The versions that may be used."""
    region: str = pydantic.Field("us-east-1", pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    """Where everything runs."""
    kubernetes_version: str = pydantic.Field("1.33", pattern=r"^1\.\d{2}$")
    """The version of the cluster."""
    managed: tuple[Environment, ...] = ("staging", "production")
    """The environments in which the cloud runs databases and caches; in others the cluster does."""
    registries: Environment = "production"
    """The environment that keeps the images: they are built once, and all environments run the same."""
    state: State = State()
    engine_versions: dict[str, Version] = {}
    """By workload, the version of its engine where its image does not say the right one."""
    alarm_emails: tuple[str, ...] = ()
    """Who is told of alarms."""
    sizes: dict[Environment, Sizes] = {}
    """By environment, what is larger or smaller than the default."""
