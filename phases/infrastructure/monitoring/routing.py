"""The configuration of Alertmanager: who is told of what; what is secret is a file that it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.artefact import yaml_artefact
from migrator.origin import Decision, default
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from phases.infrastructure.monitoring.options import Options, Receiver

__all__ = ["routing"]


def routing(options: Options) -> tuple[Artefact, tuple[Decision, ...]]:
    """`alertmanager.yml`, and what was decided about receivers that nobody named."""
    named = {"page": options.page, "ticket": options.ticket}
    decisions = tuple(
        Decision(f"monitoring: receiver {name}", "defaulted", f"alerts of severity {name} are shown by Alertmanager and sent to nobody: the option {name} names a receiver", (), "monitoring")
        for name, one in named.items()
        if one is None
    )  # fmt: skip
    model: dict[str, object] = {
        "route": {
            "receiver": "ticket",
            "group_by": ["alertname", "workload"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": [{"matchers": ['severity="page"'], "receiver": "page", "repeat_interval": "4h"}],
        },
        "inhibit_rules": [
            {"source_matchers": ['severity="page"'], "target_matchers": ['severity="ticket"'], "equal": ["workload", "sli"]},
        ],
        "receivers": [{"name": name, **(_receiver(one, name) if one else {})} for name, one in named.items()],
    }
    return yaml_artefact(RepoPath("infra/monitoring/alertmanager/alertmanager.yml"), "monitoring", model), decisions


def _receiver(one: Receiver, name: str) -> dict[str, object]:
    def said(field: str) -> object:
        return default(getattr(one, field), f"option {name}.{field}")

    match one.kind:
        case "slack":
            return {"slack_configs": [{"api_url_file": said("secret_file"), "channel": said("channel"), "send_resolved": True}]}
        case "pagerduty":
            return {"pagerduty_configs": [{"routing_key_file": said("secret_file")}]}
        case "opsgenie":
            return {"opsgenie_configs": [{"api_key_file": said("secret_file")}]}
        case "webhook":
            token = {"http_config": {"authorization": {"credentials_file": said("secret_file")}}} if one.secret_file else {}
            return {"webhook_configs": [{"url": said("url"), **token}]}
        case "email":
            login = {"auth_username": said("sender"), "auth_password_file": said("secret_file")} if one.secret_file else {}
            return {"email_configs": [{"to": said("to"), "from": said("sender"), "smarthost": said("smarthost"), **login, "send_resolved": True}]}
