"""The four issue forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.facts.landscape.model import Environment, Kind
from migrator.origin import Origin, Said, default

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.upkeep import Upkeep
    from phases.automation.forms.options import Options

__all__ = ["FORMS", "form"]

FORMS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "bug_report": ("Bug report", "Something does not do what it should.", ("bug",)),
    "feature_request": ("Feature request", "Something is missing.", ("enhancement",)),
    "performance_issue": ("Performance issue", "Something takes too long, or too much.", ()),
    "security_issue": ("Security issue", "Ask for a private channel; nothing about the weakness itself belongs here.", ()),
}
"""By file: what it is called, what for, and its labels, of those that GitHub makes for each repository."""
_UNKNOWN = "I do not know"
_SERVES = {Kind.WEB, Kind.API}
_RUNS = {*_SERVES, Kind.WORKER, Kind.SCHEDULE, Kind.JOB}


def form(topic: str, landscape: Landscape, known: Upkeep, options: Options) -> dict[str, Any]:
    """A form as GitHub reads it."""
    name, description, labels = FORMS[topic]
    body = {"bug_report": _bug, "feature_request": _feature, "performance_issue": _performance}.get(topic)
    fields = body(landscape, options) if body is not None else _security(known)
    return {"name": name, "description": description, **({"labels": list(labels)} if labels else {}), "body": [one for one in fields if one]}


def _bug(landscape: Landscape, options: Options) -> Sequence[dict[str, Any]]:
    return (
        _text("happened", "What happened?", "What you did, what you saw, and what you expected instead."),
        _choice("area", "Where?", _areas(landscape, options)),
        _choice("environment", "In which environment?", _environments(landscape)),
        _line("version", "Which version?", "A tag, or the first characters of a commit.", required=False),
        _text("logs", "What was logged?", "Without passwords, tokens and data of people: this is public.", required=False, render="shell"),
    )


def _feature(landscape: Landscape, options: Options) -> Sequence[dict[str, Any]]:
    return (
        _text("problem", "What can you not do today?", "Who needs it, and how you manage without it."),
        _choice("area", "Where?", _areas(landscape, options)),
        _text("proposal", "What would help?", "", required=False),
    )


def _performance(landscape: Landscape, options: Options) -> Sequence[dict[str, Any]]:
    served = [Said(one.name, one.origins) for one in landscape.workloads if one.built and one.kind.value in _SERVES]
    return (
        _choice("workload", "What is slow?", _areas(landscape, options) if options.areas or not served else _choices(served)),
        _line("what", "Which page, route or task?", "As it stands in the address, or in the log."),
        _line("measured", "How long does it take, or how much does it use?", "Several measurements are better than one."),
        _line("expected", "What would be acceptable, or what was it before?", ""),
        _choice("environment", "In which environment?", _environments(landscape)),
        _text("how", "How did you measure it?", "The command, or what you clicked.", required=False),
    )


def _security(known: Upkeep) -> Sequence[dict[str, Any]]:
    policy = known.existing.get("security")
    way = (
        f"Report it as {policy} in this repository says"
        if policy is not None
        else "Report it under Security, Report a vulnerability, where only the maintainers see it"
    )
    text = f"**Everybody can read this issue.** {way}. If that does not work for you, open this issue without details, and the maintainers will answer with a private channel."
    return (
        {"type": "markdown", "attributes": {"value": Said(text, (Origin(policy),)) if policy is not None else text}},
        _line(
            "advisory",
            "Is it public already?",
            "The number of an advisory (CVE, GHSA) about something that this repository depends on.",
            required=False,
        ),
        {
            "type": "checkboxes",
            "id": "discreet",
            "attributes": {
                "label": "Before you send this",
                "options": [{"label": "It says nothing of how the weakness can be used, where it is, or whom it concerns.", "required": True}],
            },
        },
    )


def _areas(landscape: Landscape, options: Options) -> list[Said[str]]:
    """What people know by its name: what runs, what else is an application, then packages; without all of them there is nothing to choose from."""
    if options.areas:
        return _choices([default(one, "option areas") for one in options.areas])
    workloads = [one for one in landscape.workloads if one.built and one.kind.value in _RUNS]
    running = [Said(one.name, one.origins) for one in workloads]
    known = {one.directory for one in workloads}
    packages = [Said(str(one.directory), (one.manifest,)) for one in landscape.projects if one.layer in {"packages", "libs"}]
    applications = [
        Said(str(one.directory), (one.manifest,)) for one in landscape.projects if one.layer in {"apps", "services"} and one.directory not in known
    ]
    return _choices([*running, *applications, *packages])


def _environments(landscape: Landscape) -> list[Said[str]]:
    """Where people meet what runs: nobody reports what happened in a test."""
    there = {name: landscape.environments.get(name, ()) for name in (Environment.DEVELOPMENT, Environment.STAGING, Environment.PRODUCTION)}
    return _choices([Said(str(name), tuple(Origin(path) for path in paths)) for name, paths in there.items() if paths])


def _choices(found: Sequence[Said[str]]) -> list[Said[str]]:
    """Those with different names, which GitHub asks for."""
    return list({str(one.value).casefold(): one for one in reversed(found)}.values())[::-1] if found else []


def _choice(key: str, label: str, options: list[Said[str]]) -> dict[str, Any]:
    """A choice; nothing where there is nothing to choose."""
    if not options:
        return {}
    attributes = {"label": label, "options": [*options, _UNKNOWN]}
    return {"type": "dropdown", "id": key, "attributes": attributes, "validations": {"required": True}}


def _text(key: str, label: str, description: str, *, required: bool = True, render: str = "") -> dict[str, Any]:
    """Several lines, shown as they are where they are to be rendered as some language."""
    found = _field("textarea", key, label, description, required=required)
    found["attributes"] |= {"render": render} if render else {}
    return found


def _line(key: str, label: str, description: str, *, required: bool = True) -> dict[str, Any]:
    """One line."""
    return _field("input", key, label, description, required=required)


def _field(kind: str, key: str, label: str, description: str, *, required: bool) -> dict[str, Any]:
    attributes = {"label": label, **({"description": description} if description else {})}
    return {"type": kind, "id": key, "attributes": attributes, "validations": {"required": required}}
