"""What may be said about clusters: everything that a repository does not know of itself."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Literal

import pydantic

from phases.infrastructure.cluster.knowledge import tagged

__all__ = ["OVERLAYS", "Options", "Overlay"]

Overlay = Literal["dev", "staging", "production"]
OVERLAYS: dict[Overlay, str] = {"dev": "development", "staging": "staging", "production": "production"}
"""Where a cluster runs the repository, and what the landscape calls that environment."""


def _network(text: str) -> str:
    return str(ip_network(text))


def _pinned(text: str) -> str:
    if not tagged(text):
        raise ValueError("an image has a tag that is not `latest`, or a digest")
    return text


def _tag(text: str) -> str:
    if text == "latest":
        raise ValueError("`latest` is no tag: nobody knows what runs")
    return text


Host = Annotated[str, pydantic.Field(max_length=253, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
Label = Annotated[str, pydantic.Field(pattern=r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")]
Quantity = Annotated[str, pydantic.Field(pattern=r"^[1-9][0-9]*(Ki|Mi|Gi|Ti)$")]
Tag = Annotated[str, pydantic.Field(pattern=r"^[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}$"), pydantic.AfterValidator(_tag)]
Image = Annotated[str, pydantic.Field(pattern=r"^\S+$"), pydantic.AfterValidator(_pinned)]
Port = Annotated[int, pydantic.Field(ge=1, le=65535)]


class Options(pydantic.BaseModel):
    """Answers to what the repository leaves open; each has a default that fails loudly rather than reach somebody else."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    registry: str | None = None
    """Where images are pushed: `ghcr.io/acme`."""
    tags: dict[Overlay, Tag] = {}
    """By overlay, the tag of the images."""
    images: dict[str, Image] = {}
    """By workload: images that the sources name without a tag."""
    domain: Host | None = None
    """The domain of which hosts are made."""
    hosts: dict[Overlay, dict[str, Host]] = {}
    """By workload: under which name it is reached."""
    ingress_class: Label | None = None
    """The class of the ingress controller."""
    ingress_namespace: Label | None = None
    """Where the ingress controller runs, so that its requests are let in."""
    issuer: str = ""
    """The cluster issuer of cert-manager; without one certificates are somebody else's work."""
    secret_store: Label | None = None
    """The store of the External Secrets Operator that secrets are read from."""
    secret_store_kind: Literal["SecretStore", "ClusterSecretStore"] = "SecretStore"  # noqa: S105  a kind, not a secret
    """Whether that store serves one namespace or all."""
    databases: dict[Overlay, Literal["statefulset", "external"]] = {}
    """By overlay, whether databases run in the cluster or elsewhere."""
    externals: dict[Overlay, dict[str, Host]] = {}
    """By workload: where a database lies that the cluster does not run."""
    external_networks: tuple[Annotated[str, pydantic.AfterValidator(_network)], ...] = ()
    """Where databases outside the cluster may be; empty for anywhere."""
    volumes: dict[str, Quantity] = {}
    """By volume, how much it holds."""
    storage_class: str | None = None
    """The storage class of volumes; without one the cluster's default."""
    replicas: dict[Overlay, Annotated[int, pydantic.Field(ge=1)]] = {}
    """By overlay, how many of each workload run."""
    max_replicas: int = pydantic.Field(default=6, ge=1)
    """So far workloads scale out."""
    one_shot: Literal["job", "init"] = "job"
    """Whether what has to complete first is a Job, or an init container in each pod that waits for it."""
    egress: dict[str, tuple[Port, ...]] = {}
    """By workload: ports of the internet that it needs beyond what was seen."""
    monitoring_namespace: Label = "monitoring"
    """Where Prometheus runs, so that its requests are let in."""
