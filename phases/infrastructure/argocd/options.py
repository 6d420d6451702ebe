"""What may be said about delivery by Argo CD."""

from __future__ import annotations

from typing import Annotated

import pydantic

from phases.infrastructure.cluster.options import Label, Overlay

__all__ = ["Options"]

_IN_CLUSTER = "https://kubernetes.default.svc"
Url = Annotated[str, pydantic.Field(pattern=r"^(https://|ssh://|git@)\S+$")]
Revision = Annotated[str, pydantic.Field(pattern=r"^[^\s-][^\s]*$")]


class Options(pydantic.BaseModel):
    """Where Argo CD finds the repository and the clusters, and how far it may go by itself."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    repository: Url | None = None
    """From where Argo CD reads the repository."""
    revisions: dict[Overlay, Revision] = {}
    """The branch, tag or commit that is run; production is never a branch that moves."""
    clusters: dict[Overlay, tuple[Url, ...]] = {}
    """The addresses of clusters; the one that Argo CD runs in where nothing is said."""
    prune: dict[Overlay, bool] = {}
    """Whether what is no longer in the repository goes from the cluster too."""
    self_heal: dict[Overlay, bool] = {}
    """Whether what somebody changed in the cluster is changed back."""
    namespace: Label = "argocd"
    """Where Argo CD itself runs."""

    @pydantic.model_validator(mode="after")
    def _pinned(self) -> Options:
        if self.revisions.get("production") in {"HEAD", "main", "master", "develop", "trunk"}:
            raise ValueError("production runs a tag or a commit: a branch moves under it")
        return self

    def servers(self, overlay: Overlay) -> tuple[str, ...]:
        """The clusters of an overlay."""
        return self.clusters.get(overlay) or (_IN_CLUSTER,)
