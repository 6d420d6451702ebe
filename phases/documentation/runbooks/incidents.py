"""A page for each workload: where to look first, who is suspected, what each alert means, and how it is started again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.facts.documents import slug
from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page, code, plain
from migrator.origin import Said
from migrator.paths import RepoPath
from migrator.wording import counted, listed
from phases.documentation.handling import Cluster, Composed, clusters, composed, runs_for_people

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Link, Probe, Workload
    from phases.documentation.runbooks.alerts import Alert, Alerts
    from phases.documentation.runbooks.options import Options

__all__ = ["incidents"]

_TELLS = {"live": "whether it lives", "ready": "whether it is ready", "start": "whether it has started"}
_LINES = 200
_FEW = 12


def incidents(landscape: Landscape, several: Sequence[Workload], alerts: Alerts, options: Options) -> tuple[Artefact, ...]:
    """The pages, and the one that lists them."""
    folder = f"{options.directory}/incidents"
    homes = {one.name: RepoPath(f"{folder}/{one.label}.md") for one in several}
    told = {alert.workload.name for each in alerts.values() for alert in each if alert.workload is not None}
    homes |= {one.name: RepoPath(f"{folder}/{one.label}.md") for one in landscape.workloads if one.name in told and one.name not in homes}
    made = [_page(landscape, one, homes, alerts.get(homes[one.name], []), options) for one in landscape.workloads if one.name in homes]
    index = RepoPath(f"{folder}/README.md")
    others = [page for page in alerts if page not in homes.values() and page != index]
    made += [_alone(page, alerts[page], homes) for page in others]
    return (_index(landscape, index, homes, alerts, others, options), *made)


def _index(  # noqa: PLR0913, PLR0917  what it lists
    landscape: Landscape, path: RepoPath, homes: dict[str, RepoPath], alerts: Alerts, others: Sequence[RepoPath], options: Options
) -> Artefact:
    page = Page(path, "Incidents")
    page.say("One page for each workload that people rely on: where to look first, whom it depends on, and what each alert means.")
    if options.contact:
        page.say(f"When a page does not help: {plain(options.contact)}.")
    rows = []
    for one in (one for one in landscape.workloads if one.name in homes):
        there = alerts.get(homes[one.name], [])
        links = listed([page.link(homes[one.name], each.name, each.section) for each in there], _FEW)
        rows.append(
            (
                (page.link(homes[one.name], one.name), one.kind.value, links or "none"),
                (*one.origins, *(rule.origin for each in there for rule in each.rules)),
            )
        )
    page.table(("workload", "what it is", "alerts"), rows)
    for other in others:
        page.item(page.link(other), *(rule.origin for each in alerts[other] for rule in each.rules))
    for alert in alerts.get(path, []):
        _alert(page, alert, None)
    return page.artefact("runbooks")


def _alone(path: RepoPath, alerts: Sequence[Alert], homes: dict[str, RepoPath]) -> Artefact:
    """A page that alerts name and no workload has."""
    page = Page(path, "Alerts", *(rule.origin for each in alerts for rule in each.rules))
    for alert in alerts:
        _alert(page, alert, homes.get(alert.workload.name) if alert.workload is not None else None)
    return page.artefact("runbooks")


def _page(landscape: Landscape, one: Workload, homes: dict[str, RepoPath], alerts: Sequence[Alert], options: Options) -> Artefact:
    page = Page(homes[one.name], f"Incidents of {plain(one.name)}", *one.origins)
    _what(page, one)
    ways, places = composed(landscape, one), clusters(landscape, one)
    page.heading(2, "Look first")
    for probe in one.probes:
        if (told := _probe(one, probe)) is not None:
            page.item(told.value, told)
    looking = (*_compose(ways, "ps"), *_compose(ways, f"logs --tail {_LINES}"), *_pods(places))
    page.commands(looking)
    if not looking:
        page.say("No compose file and no overlay of this repository runs it, so its logs are where it was started.", *one.origins)
    _suspects(page, landscape, one, homes)
    for alert in alerts:
        _alert(page, alert, None)
    again = (*_compose(ways, "restart"), *(_then(each, f"rollout restart {each.target}") for each in places))
    if again and one.kind.value is not Kind.JOB:
        page.heading(2, "Start it again")
        page.commands(again)
    if one.keeps_state:
        page.heading(2, "What it keeps")
        page.say(
            f"Its data does not come back by itself: see {page.link(RepoPath(f'{options.directory}/disaster-recovery/README.md'), one.name, slug(plain(one.name)))}.",
            *one.origins,
        )
    if options.contact:
        page.heading(2, "Ask")
        page.say(f"{plain(options.contact)}.")
    return page.artefact("runbooks")


def _what(page: Page, one: Workload) -> None:
    kind = f"{plain(one.name)} is of the kind {one.kind.value}" + (f", made with {one.framework}" if one.framework else "")
    page.item(f"{kind}.", one.kind, *one.origins)
    if one.build is not None and one.build.dockerfile is not None:
        page.item(f"It is built by {page.link(one.build.dockerfile.value)}.", one.build.dockerfile)
    elif one.image is not None:
        page.item(f"It runs the image {code(one.image.value)}.", one.image)
    if one.command is not None:
        page.item(f"It starts {code(' '.join(one.command.value))}.", one.command)
    for port in one.ports:
        published = f", on the host at {code(port.published.value)}" if port.published is not None else ""
        page.item(f"It listens on {port.number} ({port.name}){published}.", port.number, *([port.published] if port.published is not None else []))
    secrets = [each for each in one.settings if each.secret]
    needed = [each for each in one.settings if each.required and not each.secret]
    if needed:
        page.item(f"It does not start without {_names(needed)}.", *(origin for each in needed for origin in (*each.readers, *each.givers)))
    if secrets:
        page.item(f"It is told the secrets {_names(secrets)}.", *(origin for each in secrets for origin in (*each.readers, *each.givers)))
    if one.tasks:
        page.item(f"It knows {counted(len(one.tasks), 'task')}: {listed([code(each.value) for each in one.tasks], _FEW)}.", *one.tasks)


def _names(settings: Iterable[object]) -> str:
    return listed([code(getattr(one, "name", "")) for one in settings], _FEW)


def _probe(one: Workload, probe: Probe) -> Said[str] | None:
    """What a probe asks, and what is typed to ask the same."""
    tells = _TELLS.get(probe.purpose, probe.purpose)
    if probe.path is not None:
        path = probe.path.value
        published = next((port.published for port in one.ports if port.published is not None and port.number.value == probe.port), None)
        number = published.value.rpartition(":")[2] if published is not None else ""
        how = f": {code(f'curl -fsS http://localhost:{number}{path}')}" if number.isdecimal() and published is not None else ""
        where = f" on port {probe.port}" if probe.port else ""
        return Said(
            f"{code(f'GET {path}')}{where} tells {tells}{how}.", (*probe.path.origins, *(published.origins if published is not None and how else ()))
        )
    if probe.command is not None:
        words = probe.command.value[-1] if probe.command.value[:2] == ("sh", "-c") else " ".join(probe.command.value)
        return Said(f"{code(words)} in its container tells {tells}.", probe.command.origins)
    return None


def _compose(ways: Sequence[Composed], what: str) -> Iterator[Said[str]]:
    for one in ways:
        yield one.call.then(lambda call, one=one: f"{call} {what} {one.service}    # {one.environment}")  # type: ignore[misc]


def _pods(places: Sequence[Cluster]) -> Iterator[Said[str]]:
    for one in places:
        if one.label:
            yield one.call.then(lambda call, one=one: f"{call} get pods -l app.kubernetes.io/name={one.label}")  # type: ignore[misc]
        yield _then(one, f"logs {one.target} --tail={_LINES}")


def _then(place: Cluster, what: str) -> Said[str]:
    return Said(f"{place.call.value} {what}", (*place.call.origins, *place.target.origins))


def _suspects(page: Page, landscape: Landscape, one: Workload, homes: dict[str, RepoPath]) -> None:
    asks, asked = landscape.asked_by(one.name), landscape.asking(one.name)
    if not asks and not asked:
        return
    page.heading(2, "First suspects")
    if asks:
        page.say("What it asks; where one of these does not answer, this one is not the cause:")
    for name, links in _by(asks, "target").items():
        page.item(_suspect(page, landscape, name, links, homes), *(origin for link in links for origin in link.origins))
    if asked:
        page.say("What asks it, and shows first that it does not answer:")
    for name, links in _by(asked, "source").items():
        page.item(_suspect(page, landscape, name, links, homes), *(origin for link in links for origin in link.origins))


def _by(links: Iterable[Link], end: str) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(getattr(link, end), []).append(link)
    return found


def _suspect(page: Page, landscape: Landscape, name: str, links: Sequence[Link], homes: dict[str, RepoPath]) -> str:
    other = landscape.workload(name)
    title = page.link(homes[name], name) if name in homes else plain(name)
    kind = other.kind.value if other is not None else "unknown"
    where = (
        " (somebody else's)"
        if kind == Kind.EXTERNAL
        else ""
        if other is None or runs_for_people(other)
        else f" (only in {listed(list(other.environments))})"
        if other.environments
        else ""
    )
    ports = sorted({link.port for link in links if link.port is not None})
    on = f" on port {', '.join(map(str, ports))}" if ports else ""
    return f"{title}, {kind}{where}{on}; by {', '.join(dict.fromkeys(link.evidence for link in links))}"


def _alert(page: Page, alert: Alert, home: RepoPath | None) -> None:
    places = [rule.origin for rule in alert.rules]
    page.heading(2, plain(alert.name), *places)
    if alert.section.lower() != slug(alert.name):
        page.say(f'<a id="{alert.section}"></a>', *places)
    rows = []
    for rule in alert.rules:
        told = next((rule.annotations[key] for key in ("description", "summary", "message") if rule.annotations.get(key)), "")
        told = re.sub(r"\{\{.*?\}\}", "…", told)  # what only Prometheus can fill in
        rows.append(
            ((plain(rule.labels.get("severity", "")), plain(rule.wait or "at once"), plain(told), page.link(rule.origin.path)), (rule.origin,))
        )
    page.table(("severity", "fires after", "what it says", "defined in"), rows)
    page.fence("promql", [Said(line, (rule.origin,)) for rule in alert.rules[:1] for line in rule.expression.strip().split("\n")])
    if alert.workload is not None and home is not None:
        page.say(f"Look first at {page.link(home, alert.workload.name, 'look-first')}.", *places)
    elif alert.workload is not None:
        page.say("[Look first](#look-first) at the workload itself.", *places)
