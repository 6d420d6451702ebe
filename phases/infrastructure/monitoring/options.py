"""What `[phases.infrastructure.monitoring]` in a plan file may say."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from migrator.generating.objectives import Objective

__all__ = ["Options", "Receiver"]

LONGEST_SCRAPE = 75
"""Seconds: the shortest range of our rules is five minutes, and a range of fewer than four scrapes says different things in Prometheus 2 and 3."""


def _base(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError("the address of the run-books begins with https:// or http://")
    return text.rstrip("/")


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Receiver(_Table):
    """Where alerts are sent; what is secret is read from a file that Alertmanager finds when it runs."""

    kind: Literal["slack", "pagerduty", "opsgenie", "webhook", "email"]
    """What takes the messages."""
    secret_file: str | None = None
    """An absolute path in Alertmanager's container: the API URL of Slack, the key of PagerDuty and Opsgenie, a webhook's bearer token, the password of email."""
    channel: str | None = None
    """Of Slack."""
    url: str | None = None
    """Of a webhook; nothing secret may stand in it."""
    to: str | None = None
    """Of email, as are the next two."""
    sender: str | None = None
    """Who it is from, and the name by which it is sent where a `secret_file` holds the password."""
    smarthost: str | None = None
    """`mail.example.org:587`."""

    @pydantic.model_validator(mode="after")
    def _complete(self) -> Receiver:
        needs = {
            "slack": ("secret_file", "channel"),
            "pagerduty": ("secret_file",),
            "opsgenie": ("secret_file",),
            "webhook": ("url",),
            "email": ("to", "sender", "smarthost"),
        }
        missing = [name for name in needs[self.kind] if getattr(self, name) is None]
        if missing:
            raise ValueError(f"a receiver of kind {self.kind} needs {' and '.join(missing)}")
        return self


class Options(_Table):
    """How workloads are watched."""

    discovery: Literal["compose", "kubernetes"] = "compose"
    """How Prometheus and the collector of logs find what runs."""
    scrape_interval: int = pydantic.Field(default=15, ge=1, le=LONGEST_SCRAPE)
    """Seconds."""
    objective: Objective = Objective()
    """Of every workload that has none of its own."""
    objectives: dict[str, Objective] = {}
    """By a workload's name."""
    runbooks: Annotated[str, pydantic.AfterValidator(_base)] | None = None
    """The address below which `WORKLOAD.md#alert` is found: that of `docs/runbooks/incidents`. Without it no alert has a `runbook_url`."""
    page: Receiver | None = None
    """Who is woken."""
    ticket: Receiver | None = None
    """Who reads it in the morning."""
    logs: Literal["alloy", "promtail", "none"] = "alloy"
    """The collector of logs; promtail is no longer developed."""
    retention_days: int = pydantic.Field(default=14, ge=1)
    """How long logs and traces are kept."""
    prometheus: str = "prometheus:9090"
    """Where Prometheus answers."""
    alertmanager: str = "alertmanager:9093"
    """Where Alertmanager answers."""
    loki: str = "loki:3100"
    """Where Loki answers."""
    tempo: str = "tempo:3200"
    """Where Tempo answers."""
