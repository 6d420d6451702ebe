"""What runs beside the tests of a job: the databases, caches and brokers that its workloads ask, as the landscape has them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import pydantic

from migrator.facts.landscape.model import Kind
from migrator.origin import Decision, Said

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Link, Setting, Workload
    from phases.automation.jobs import Work

__all__ = ["Beside", "at_home", "beside"]

_ANY = "anything"
"""What a secret is in tests that nothing is kept secret from."""
_HOST = re.compile(r"(?i)(?:host(?:name)?|server|addr(?:ess)?)$")
_KINDS = frozenset({Kind.DATABASE, Kind.CACHE, Kind.BROKER})


class _Service(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    image: str
    also: tuple[str, ...] = ()
    port: int
    health: str = ""
    environment: dict[str, str] = {}
    url: str
    drivers: dict[str, str] = {}


class Beside(NamedTuple):
    """What a job is given besides its steps."""

    services: Mapping[str, Any]
    environment: Mapping[str, Any]
    decisions: tuple[Decision, ...]


@lru_cache(maxsize=1)
def _known() -> tuple[_Service, ...]:
    said = tomllib.loads(files("phases.automation").joinpath("services.toml").read_text(encoding="utf-8"))
    return tuple(_Service.model_validate(one) for one in said["service"])


def beside(landscape: Landscape, work: Work) -> Beside:
    """The services of a job, the variables by which its tests find them, and what could not be had; nothing where no test reaches for any."""
    services: dict[str, Any] = {}
    environment: dict[str, Any] = {}
    decisions: list[Decision] = []
    for link, asker in _asked(landscape, work):
        target = landscape.workload(link.target)
        if target is None or target.kind.value not in _KINDS or (image := _image(target)) is None:
            continue
        known = _of(target)
        if known is None:
            if target.label not in services:
                message = f"{image.value} is not started beside the tests: how it is seen to be ready is not known"
                decisions.append(Decision(f"{work.title.value}: {target.name}", "dropped", message, image.origins))
            continue
        services.setdefault(target.label, _service(target, known))
        for setting in asker.settings:
            if _leads(setting, link, target) and (value := _value(setting, target, known, landscape, work)) is not None:
                environment.setdefault(setting.name, value)
    for setting in _missing(work):
        if setting.name not in environment:
            environment[setting.name] = Said(_ANY, setting.readers)
            message = f"the code does not start without it, so tests are given `{_ANY}`; its true value is in no workflow"
            decisions.append(Decision(f"{work.title.value}: {setting.name}", "defaulted", message, setting.readers))
    return Beside(dict(sorted(services.items())), dict(sorted(environment.items())), tuple(dict.fromkeys(decisions)))


def _asked(landscape: Landscape, work: Work) -> Iterator[tuple[Link, Workload]]:
    for workload in work.workloads if work.tested else ():
        for link in landscape.asked_by(workload.name):
            yield link, workload


def _leads(setting: Setting, link: Link, target: Workload) -> bool:
    """Whether a variable is how a workload finds another: what made the link says it, or it is a host of that name."""
    said = setting.value.origins if setting.value is not None else ()
    host = setting.value is not None and setting.value.value == target.name and _HOST.search(setting.name) is not None
    return host or not {*setting.givers, *said}.isdisjoint(link.origins)


def _missing(work: Work) -> Iterator[Setting]:
    """Secrets without which the code does not start."""
    for workload in work.workloads if work.tested else ():
        yield from (one for one in workload.settings if one.secret and one.required and one.readers and one.type == "string")


def _image(workload: Workload) -> Said[str] | None:
    """What is started beside tests: of an image that is made here, what it begins with."""
    return workload.build.base if workload.build is not None else workload.image


def _of(workload: Workload) -> _Service | None:
    image = _image(workload)
    whole = image.value if image is not None else ""
    name = whole.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return next((one for one in _known() if name.startswith(one.image) or any(word in whole for word in one.also)), None)


def _service(workload: Workload, known: _Service) -> Mapping[str, Any]:
    said: dict[str, Any] = {"image": _image(workload)}
    if known.environment:
        said["env"] = dict(known.environment)
    said["ports"] = [f"{known.port}:{known.port}"]
    if known.health:
        said["options"] = f'--health-cmd "{known.health}" --health-interval 5s --health-timeout 5s --health-retries 20'
    return said


def _value(setting: Setting, target: Workload, known: _Service, landscape: Landscape, work: Work) -> Said[str] | None:
    """What a variable says here: what it says there with another host; where that is a secret, the address that lets anybody in."""
    if setting.value is not None:
        here = at_home(setting.value.value, target.name)
        return setting.value.then(lambda text: at_home(text, target.name)) if here != setting.value.value else None
    if setting.type != "url" and not setting.name.endswith(("URL", "URI", "DSN")):
        return None
    scheme = next((known.drivers[name] for name in known.drivers if _requires(landscape, work, name)), "")
    return Said(re.sub(r"^[\w+]+(?=://)", scheme, known.url) if scheme else known.url, setting.givers)


def at_home(text: str, host: str) -> str:
    """A value whose host is this machine: of an URL neither its scheme, nor who asks, nor a path is one, though all may be called the same."""
    before, after = (r"(?<=://)|(?<=@)|(?<=,)", r"(?=[:/?#,]|$)(?![^/\s]*@)") if "://" in text else (r"(?<![\w.-])", r"(?![\w.-])")
    return re.sub(rf"(?:{before}){re.escape(host)}{after}", "localhost", text)


def _requires(landscape: Landscape, work: Work, name: str) -> bool:
    return any(name in one.requirements for one in landscape.projects if one.directory in work.directories)
