"""How services look, as most of those that there are do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.facts.conventions.applications import App, applications, health, made
from migrator.facts.conventions.deployment import beside, entry, image, lines
from migrator.facts.conventions.holes import kebab, listed, most
from migrator.facts.conventions.manifests import manifest, requirements
from migrator.facts.conventions.model import NAME, SNAKE, Listed, Service
from migrator.facts.conventions.routers import routes
from migrator.facts.settings import environment
from migrator.facts.sources import sources
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, relative

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["groups", "service"]

_ANY = ("api", "app", "application", "backend", "core", "main", "server", "service", "src")
"""What packages are called that are nobody's in particular."""
_LISTS = re.compile(r"(pyproject\.toml|pytest\.ini|tox\.ini|mypy\.ini|package\.json|pnpm-workspace\.yaml)|\.github/workflows/[^/]+\.ya?ml")
"""What says of all services together that they are there."""
_SMALLEST = 2


def groups(facts: Facts) -> tuple[tuple[App, ...], ...]:
    """Applications by layout, the layout that most have first; in front of others what lies where services lie."""
    found: dict[tuple[str, ...], list[App]] = {}
    for app in applications(facts):
        found.setdefault(app.layout, []).append(app)
    return tuple(tuple(found[key]) for key in sorted(found, key=lambda key: (-len(found[key]), -_served(found[key]), key)))


def _served(apps: Sequence[App]) -> int:
    return sum(app.project.layer == "services" for app in apps)


def service(facts: Facts) -> Service | None:
    """How services look; None where nothing serves routes that we can read."""
    first = next(iter(groups(facts)), ())
    if not first:
        return None
    siblings = [app for app in first if app.project.layer == most(one.project.layer for one in first)]
    example = siblings[0]
    at = example.project.directory
    looks = routes(facts, siblings)
    settings = _settings(facts, example) if len(siblings) < _SMALLEST else None
    file, said = entry(facts, siblings)
    docker, docker_name, begins, port = image(facts, siblings)
    ignore = RepoPath(f"{at}/{docker_name}.dockerignore".lstrip("/"))
    return Service(
        example=Said(at, (example.project.manifest,)),
        siblings=tuple(app.project.directory for app in siblings),
        ending=_ending([app.title for app in siblings]),
        package=Said(_package(example, siblings), (Origin(example.name.module),)),
        main=example.main,
        application=example.name.local,
        framework=example.framework,
        factory=example.factory,
        made=made(facts, example, siblings),
        health=health(facts, example),
        settings=settings[0] if settings else None,
        settings_style=settings[1] if settings else "",
        settings_upper=settings[2] if settings else True,
        handlers=looks.directory.value if looks is not None else "",
        tests=next(
            (one for one in ("tests", "test") if any(facts.tree.is_dir(RepoPath(f"{app.project.directory}/{one}".lstrip("/"))) for app in siblings)),
            "tests",
        ),
        manifest=manifest(facts, siblings),
        requirements=requirements(facts, example),
        dockerfile=docker,
        dockerfile_name=docker_name,
        image=begins,
        dockerignore=lines(facts, ignore, example) if ignore in facts.tree else (),
        beside=beside(facts, siblings, (docker_name, ignore.rpartition("/")[2], "pyproject.toml", "requirements.txt", example.main)),
        compose=file,
        entry=said,
        listed=_listed(facts, siblings),
        port=port,
    )


def _package(example: App, siblings: Sequence[App]) -> str:
    """Where code lies in a service: below a name that says what any of them is, or below its own; one alone may be called as the product is."""
    package = example.layout[0]
    above, _, last = package.rpartition("/")
    if len(siblings) > 1 or not last or SNAKE in package or last in _ANY:
        return package
    return f"{above}/{SNAKE}".lstrip("/")


def _ending(titles: Sequence[str]) -> str:
    """What more than half of at least two names end with: `-service`."""
    last = [kebab(title).rpartition("-")[1:] for title in titles]
    ending = "".join(most(last)) if last else ""
    return ending if "-" in ending and len(titles) >= _SMALLEST and last.count(tuple(ending.partition("-")[1:])) * 2 > len(titles) else ""  # type: ignore[arg-type]


def _settings(facts: Facts, app: App) -> tuple[Said[str], str, bool] | None:
    """The module that reads an application's environment: a class of settings first, else the one that reads most."""
    top = RepoPath(f"{app.project.directory}/{app.package}".strip("/"))
    found = [
        (b"BaseSettings" in facts.read(path), len(read), path, read[0].line, sum(one.name.isupper() for one in read))
        for path in facts.tree.below(top)
        if path.endswith(".py") and re.search(r"(^|/)(config|settings|configuration|core)[^/]*\.py$", path) and (read := environment(facts, path))
    ]
    if not found:
        return None
    pydantic, _, path, line, _ = max(found, key=lambda one: (one[0], one[1], one[2]))
    upper = re.search(rb"^ {4}[A-Z][A-Z0-9_]+ *:", facts.read(path), re.MULTILINE) is not None if pydantic else True
    return Said(relative(path, top), (Origin(path, line),)), _style(facts.read(path)), upper


def _style(source: bytes) -> str:
    if b"BaseSettings" not in source:
        return "environ"
    return "pydantic_settings" if b"pydantic_settings" in source else "pydantic"


def _listed(facts: Facts, siblings: Sequence[App]) -> tuple[Listed, ...]:
    names = {app.title: app.title for app in siblings if app.title}
    files = [path for path in sources(facts) if _LISTS.fullmatch(path)]
    found = listed(facts, files, names) if len(names) >= _SMALLEST else ()
    return tuple(one for one in found if NAME in one.line.value or SNAKE in one.line.value)
