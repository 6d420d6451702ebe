"""What a workload's pods are made of: user, resources, probes, storage and settings."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.origin import Said, default
from phases.infrastructure.cluster.knowledge import DATA, defaults
from phases.infrastructure.cluster.options import OVERLAYS, Overlay
from phases.infrastructure.environments import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migrator.facts.landscape.model import Landscape, Probe, Setting, Workload
    from phases.infrastructure.cluster.model import Fragment
    from phases.infrastructure.cluster.notes import Notes

__all__ = ["config", "probes", "resources", "secrets", "security"]

_SOMEBODY = 10001
_USER = re.compile(r"1?[0-9]{1,9}")
"""Below two thousand millions, the most that Kubernetes takes."""


def security(workload: Workload, notes: Notes, *, claims: bool) -> Fragment:
    """The security context of its pods: somebody who is not root."""
    known = defaults().of(workload)
    user, group = _user(workload.user) if workload.user else (None, None)
    if user is None and known and workload.image:
        alpine = known.alpine is not None and "alpine" in workload.image.value
        user = workload.image.then(lambda _: (known.alpine or known.user) if alpine else known.user)
    if user is None:
        said = _called(workload.user) if workload.user else "its image does not say who runs it"
        why = f"{said}, and Kubernetes refuses root here; what the image writes has to be writable for this user"
        user = notes.defaulted(f"user of {workload.name}", _SOMEBODY, why, workload.user.origins if workload.user else workload.origins)
    context: dict[str, object] = {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": group or user}
    if claims:
        context["fsGroup"] = group or user
    return {**context, "seccompProfile": {"type": "RuntimeDefault"}}


def _called(said: Said[str]) -> str:
    name = said.value.partition(":")[0]
    return "it is run as root" if name in {"root", "0"} else f"{name} is a name, and no number says who that is"


def _user(said: Said[str]) -> tuple[Said[int] | None, Said[int] | None]:
    user, _, group = said.value.partition(":")
    number = defaults().users.get(user, int(user) if _USER.fullmatch(user) else 0)
    gid = int(group) if _USER.fullmatch(group) else 0
    return said.then(lambda _: number) if number else None, said.then(lambda _: gid) if gid else None


def resources(workload: Workload, notes: Notes) -> Fragment:
    """Requests and limits."""
    table = defaults().resources
    kind = "data" if workload.kind.value in DATA else workload.language if workload.language in table else "other"
    given, missing = workload.resources, []

    def one(field: str) -> Said[str]:
        said: Said[str] | None = getattr(given, field)
        if said is not None:
            return said
        missing.append(field.replace("_", " "))
        return default(str(getattr(table[kind], field)), f"nothing says how much {workload.name} needs")

    made = {part: {"cpu": one(f"cpu_{word}"), "memory": one(f"memory_{word}")} for part, word in (("requests", "request"), ("limits", "limit"))}
    if missing:
        why = f"nothing says how much it needs; measure it and say it under `deploy.resources` ({', '.join(missing)})"
        notes.defaulted(f"resources of {workload.name}", f"those of {kind}", why, workload.origins)
    return made


# probes ---------------------------------------------------------------------------------------------------------------

_PROBES = {"live": "livenessProbe", "ready": "readinessProbe", "start": "startupProbe"}


def probes(workload: Workload, notes: Notes) -> Fragment:
    """The probes that the sources and the code have; a start period is a probe of its own, so that liveness may be strict."""
    made: dict[str, object] = {}
    for probe in workload.probes:
        handler = _handler(probe, workload)
        if handler is None:
            notes.dropped(f"probe of {workload.name}", f"its {probe.purpose} probe has no port to ask", workload.origins)
            continue
        made[_PROBES[probe.purpose]] = {**handler, **_timing(probe)}
        if probe.start_period is not None and probe.start_period.value > 0 and not any(one.purpose == "start" for one in workload.probes):
            made["startupProbe"] = {
                **handler,
                "periodSeconds": 5,
                "failureThreshold": probe.start_period.then(lambda seconds: max(3, ceil(seconds / 5))),
            }
            notes.mapped(
                f"start period of {workload.name}", "a startupProbe: liveness counts from when it has passed once", probe.start_period.origins
            )
    if "readinessProbe" not in made and workload.ports:
        what = "no route or command tells whether it is ready, so it gets requests as soon as its process runs"
        cure = "a route that answers 200 when it is" if workload.kind.value in {Kind.WEB, Kind.API} else "a `healthcheck` of its compose service"
        notes.dropped(f"readiness of {workload.name}", f"{what}; {cure} would change that", workload.origins)
    return {name: made[name] for name in ("startupProbe", "livenessProbe", "readinessProbe") if name in made}


def _handler(probe: Probe, workload: Workload) -> dict[str, object] | None:
    if probe.command is not None:
        return {"exec": {"command": probe.command.then(list)}}
    port = next((one for one in workload.ports if probe.port in {one.number.value, None}), None)
    number: object = port.name if port else probe.port
    if number is None:
        return None
    return {"httpGet": {"path": probe.path, "port": number}} if probe.path else {"tcpSocket": {"port": number}}


def _timing(probe: Probe) -> dict[str, object]:
    said = {
        "periodSeconds": probe.interval and probe.interval.then(_whole),
        "timeoutSeconds": probe.timeout and probe.timeout.then(_whole),
        "failureThreshold": probe.retries and probe.retries.then(lambda number: max(1, number)),
    }
    return {key: value for key, value in said.items() if value is not None}


def _whole(seconds: float) -> int:
    return max(1, ceil(seconds))


# settings -------------------------------------------------------------------------------------------------------------

_HERE = re.compile(r"(?:^|[/@])(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)")


def config(workload: Workload, landscape: Landscape, overlays: Iterable[Overlay], notes: Notes) -> Mapping[Overlay, Mapping[str, Said[str]]]:
    """By overlay, the settings that are no secrets; a port of which the code is told is the port of the container."""
    # Somebody else's keeps the name that its certificate has.
    names = {one.name: one.label for one in landscape.workloads if one.kind.value is not Kind.EXTERNAL}
    given = [one for one in workload.settings if one.givers and not one.secret]
    base = {one.name: one.value for one in given if one.value is not None and not _of_the_code(one)}
    for setting in given:
        if setting.value is not None and _of_the_code(setting) and _HERE.search(setting.value.value):
            what = f"where no source gives it, the code takes {setting.value}, which is the pod itself"
            notes.dropped(f"{setting.name} of {workload.name}", what, setting.value.origins)
    for setting in workload.settings:
        if setting.required and setting.value is None and not setting.secret:
            what = f"the code reads {setting.name} without a default, and no source gives it"
            notes.dropped(f"{setting.name} of {workload.name}", f"{what}: it will not start until something does", setting.readers)
    for port in workload.ports:
        if port.variable:
            base[port.variable] = port.number.then(str)
    if (known := defaults().of(workload)) and known.variable and known.variable not in base:
        place = next((volume.target for volume in workload.volumes if volume.kind == "named"), default(known.data, "where its image keeps its data"))
        base[known.variable] = place.then(lambda folder: f"{folder}/own")
    made = {}
    for overlay in overlays:
        values = dict(base)
        for difference in workload.differences:
            if difference.environment != likeness(landscape, OVERLAYS[overlay]) or not difference.field.startswith("environment."):
                continue
            name = difference.field.removeprefix("environment.")
            if any(port.variable == name for port in workload.ports) or any(one.name == name and one.secret for one in workload.settings):
                continue
            if difference.value is None:
                values.pop(name, None)
                what = f"{name} is not set in {overlay}: the source takes it away there, or it is a secret there"
                notes.dropped(f"{name} of {workload.name}", what, workload.origins)
            else:
                values[name] = difference.value
        made[overlay] = {
            name: said.then(lambda text: _addressed(text, names)) for name, said in sorted(values.items()) if _plain(name, said, workload, notes)
        }
    return made


def _of_the_code(setting: Setting) -> bool:
    """Whether a value is only the code's own default, which it has without being told; what is said of one environment alone leaves it to that."""
    return setting.value is not None and not {*setting.value.origins} - {*setting.readers}


def _plain(name: str, said: Said[str], workload: Workload, notes: Notes) -> bool:
    """Whether a value fits on a line, as settings of a ConfigMap are written."""
    if not any(mark in said.value for mark in "\n\r"):
        return True
    notes.dropped(f"{name} of {workload.name}", "it has several lines; mount a file instead", said.origins)
    return False


def _addressed(text: str, names: Mapping[str, str]) -> str:
    """A value in which hosts are called as the cluster calls them: a name of compose may hold what a DNS label may not."""
    for name, label in names.items():
        if name == label:
            continue
        if text == name or text.startswith(f"{name}:"):
            return label + text[len(name) :]
        scheme, _, rest = text.partition("://")
        user, at, host = rest.partition("/")[0].rpartition("@")
        if host.partition(":")[0].lower() == name.lower():
            return f"{scheme}://{user}{at}{label}{rest[len(user + at + name) :]}"
    return text


def secrets(workload: Workload, notes: Notes) -> tuple[Said[str], ...]:
    """The names of its secrets: those that are set, and those that the code cannot do without."""
    made = []
    for setting in workload.settings:
        if not setting.secret:
            continue
        if setting.givers or setting.required:
            made.append(Said(setting.name, (*setting.givers, *setting.readers)))
        else:
            notes.dropped(f"{setting.name} of {workload.name}", "the code has a default for this secret, and no source sets it", setting.readers)
    return tuple(sorted(made, key=lambda said: said.value))
