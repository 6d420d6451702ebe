"""How services look: their layout, manifests, images and entries, as most of those that there are have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.facts.compose import Entry, Place, entries
from migrator.facts.conventions.applications import App, applications, health, made, routes
from migrator.facts.conventions.holes import common, hollow, kebab, listed, most, safe
from migrator.facts.conventions.model import ALIAS, NAME, SNAKE, Listed, Service
from migrator.facts.distributions import distribution, normalized
from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.plain import table, toml
from migrator.facts.settings import environment
from migrator.graph import line_of
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, is_within, join, name, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["groups", "service"]

_ALONE = ("build", "restart", "networks", "logging", "profiles")
"""What one entry alone says and any other would say too."""
_ANY = ("api", "app", "application", "backend", "core", "main", "server", "service", "src")
"""What packages are called that are nobody's in particular."""
_OWN = ("container_name", "ports", "hostname", "deploy")
"""What no two can have."""
_SERVERS = ("fastapi", "starlette", "uvicorn", "gunicorn", "hypercorn", "granian", "pydantic", "pydantic-settings")
_TESTS = ("httpx", "anyio", "ruff", "mypy", "coverage")
_LISTS = re.compile(r"(pyproject\.toml|pytest\.ini|tox\.ini|mypy\.ini|package\.json|pnpm-workspace\.yaml)|\.github/workflows/[^/]+\.ya?ml")
"""What says of all services together that they are there."""
_PORT = re.compile(r"""^EXPOSE\s+(\d+)|--port[=\s"',]+(\d+)|:(\d{4,5})(?=["'\s])""", re.MULTILINE)
_OUTSIDE = re.compile(r"\$\{?\w+(?::?-)?\}?")
"""What is told from outside, without a value of its own."""
_FROM = re.compile(rb"^FROM\s+(?:--\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?", re.MULTILINE | re.IGNORECASE)
_SERVING = re.compile(rb"^(?:CMD|ENTRYPOINT)\b.*(?:uvicorn|gunicorn|hypercorn|granian|fastapi)", re.MULTILINE | re.IGNORECASE)
_SMALLEST = 2


def groups(facts: Facts) -> tuple[tuple[App, ...], ...]:
    """Applications by layout, the layout that most have first; in front of others what lies where services lie."""
    found: dict[tuple[str, str, str], list[App]] = {}
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
    file, entry = _entry(facts, siblings)
    docker, docker_name, image, port = _image(facts, siblings)
    ignore = RepoPath(f"{at}/{docker_name}.dockerignore".lstrip("/"))
    return Service(
        example=Said(at, (example.project.manifest,)),
        siblings=tuple(app.project.directory for app in siblings),
        ending=_ending([app.title for app in siblings]),
        package=Said(_package(example, siblings), (Origin(example.name.module),)),
        main=example.main,
        application=example.name.name,
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
        manifest=_manifest(facts, siblings),
        requirements=_requirements(facts, example),
        dockerfile=docker,
        dockerfile_name=docker_name,
        image=image,
        dockerignore=_lines(facts, ignore, example) if ignore in facts.tree else (),
        compose=file,
        entry=entry,
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


# manifests -------------------------------------------------------------------------------------------------------------


def _manifest(facts: Facts, siblings: Sequence[App]) -> Mapping[str, Any]:
    """What most files of projects say; of one alone what builds it, and what it needs to serve and to be tested."""
    said = [_holed(app, toml(facts, RepoPath(f"{app.project.directory}/pyproject.toml".lstrip("/")))) for app in siblings]
    said = [one for one in said if table(one, "project") or table(one, "tool", "poetry")]
    shared = common(said) if said else {}
    if len(siblings) >= _SMALLEST or not shared:
        return dict(_discreet(shared or {}))
    keep = {"pytest", "ruff", "mypy", "black", "isort", "hatch", "setuptools", "poetry"}
    project = {
        key: one
        for key, one in shared.get("project", {}).items()
        if key in {"name", "version", "requires-python", "dependencies", "optional-dependencies"}
    }
    alone = {**shared, "project": _needed(project)} if project else dict(shared)
    if "dependency-groups" in shared:
        alone["dependency-groups"] = _needed(shared["dependency-groups"])
    if poetry := table(shared, "tool", "poetry"):
        shared["tool"]["poetry"] = _needed(
            {key: one for key, one in poetry.items() if key not in {"authors", "description", "readme", "packages", "scripts", "include"}}
        )
    alone["tool"] = {key: one for key, one in shared.get("tool", {}).items() if key in keep}
    return dict(_discreet({key: one for key, one in alone.items() if one}))


def _needed(said: Any) -> Any:  # noqa: ANN401  TOML is anything
    """Tables of requirements without what only the one project needs."""
    match said:
        case list():
            return [one for one in said if not isinstance(one, str) or _serves(one)]
        case dict():
            return {
                key: {name: version for name, version in one.items() if name == "python" or _serves(name)}
                if key.endswith("dependencies") and isinstance(one, dict) and not any(isinstance(two, list) for two in one.values())
                else _needed(one)
                if isinstance(one, (dict, list))
                else one
                for key, one in said.items()
            }
        case _:
            return said


def _serves(requirement: str) -> bool:
    """Whether any service needs it: what serves, what counts requests, what tests."""
    title = normalized(distribution(requirement))
    return (
        title in _SERVERS
        or title in _TESTS
        or title.startswith("pytest")
        or "instrumentator" in title
        or title in {"starlette-exporter", "prometheus-client"}
    )


def _holed(app: App, said: Any) -> Any:  # noqa: ANN401  TOML is anything
    match said:
        case dict():
            return {app.hollow(key): _holed(app, one) for key, one in said.items()}
        case list():
            return [_holed(app, one) for one in said]
        case str():
            return app.hollow(said)
        case _:
            return said


def _discreet(said: Any) -> Any:  # noqa: ANN401  data is anything
    """Data without texts that look like secrets (L13)."""
    match said:
        case dict():
            return {
                key: _discreet(one)
                for key, one in said.items()
                if not isinstance(one, str) or one.startswith((ALIAS, "${")) or not looks_secret(key, one)
            }
        case list():
            return [_discreet(one) for one in said if not isinstance(one, str) or safe(one)]
        case _:
            return said


def _requirements(facts: Facts, example: App) -> tuple[Said[str], ...]:
    path = RepoPath(f"{example.project.directory}/requirements.txt".lstrip("/"))
    lines = facts.read(path).decode("utf-8-sig", "replace").splitlines() if path in facts.tree else []
    return tuple(
        Said(line.split(" #")[0].rstrip(), (Origin(path, number),))
        for number, line in enumerate(lines, 1)
        if re.match(r"[A-Za-z]", line) and _serves(line) and safe(line)
    )


# images and entries ----------------------------------------------------------------------------------------------------


def _lines(facts: Facts, path: RepoPath, app: App) -> tuple[Said[str], ...]:
    text = facts.read(path).decode("utf-8-sig", "replace")
    return tuple(Said(app.hollow(line.rstrip()), (Origin(path, number),)) for number, line in enumerate(text.splitlines(), 1)) if safe(text) else ()


def _image(facts: Facts, siblings: Sequence[App]) -> tuple[tuple[Said[str], ...], str, Said[str] | None, Said[int] | None]:
    """The Dockerfile that most have, with holes; what it begins with, and the port that it tells."""
    texts: dict[str, tuple[App, RepoPath]] = {}
    seen = []
    for app in siblings:
        said = {
            entry.dockerfile
            for entry in _entries_of(facts, app)
            if entry.dockerfile is not None and is_within(entry.dockerfile, app.project.directory)
        }
        here = RepoPath(f"{app.project.directory}/Dockerfile".lstrip("/"))
        path = here if here in facts.tree else min((one for one in said if one is not None), default=None)
        if path is not None:
            text = app.hollow(facts.read(path).decode("utf-8-sig", "replace"))
            texts.setdefault(text, (app, path))
            seen.append(text)
    if not seen:
        return (), "Dockerfile", None, None
    text = most(seen)
    app, path = texts[text]
    source = facts.read(path)
    image = _base(source, path)
    told = _PORT.search(source.decode("utf-8", "replace"))
    port = (
        Said(int(next(filter(None, told.groups()))), (Origin(path, source.decode("utf-8", "replace").count("\n", 0, told.start()) + 1),))
        if told
        else None
    )
    lines = _lines(facts, path, app)
    own = [file for file in _named(facts, app, source) if not _made(file, app)]
    return (lines if not own else ()), name(path), image, port


def _base(source: bytes, path: RepoPath) -> Said[str] | None:
    """What the stage that serves, else the last one, begins with, the stages before it followed; None where a variable says it."""
    served = [one.start() for one in _SERVING.finditer(source)]
    source = source[: served[-1]] if served and _FROM.search(source[: served[-1]]) else source
    found = [
        (one[1].decode("utf-8", "replace"), (one[2] or b"").decode("utf-8", "replace"), line_of(source, one.start()))
        for one in _FROM.finditer(source)
    ]
    stages = {name.lower(): number for number, (_, name, _) in enumerate(found) if name}
    at = len(found) - 1
    for _ in found:
        at = stages.get(found[at][0].lower(), at)
    return Said(found[at][0], (Origin(path, found[at][2]),)) if found and "$" not in found[at][0] else None


def _named(facts: Facts, app: App, source: bytes) -> Iterator[str]:
    """What a Dockerfile names of its own project's files, one by one."""
    for word in re.findall(r"[\w./-]+", re.sub(r"(?m)^#.*$", "", source.decode("utf-8", "replace"))):
        for base in (app.project.directory, RepoPath("")):
            path = join(base, word) if "/" in word or "." in word.strip(".") or base else None
            if (
                path is not None
                and path != app.project.directory
                and is_within(path, app.project.directory)
                and (path in facts.tree or facts.tree.is_dir(path))
            ):
                yield relative(path, app.project.directory)


def _made(file: str, app: App) -> bool:
    """Whether any service has a file."""
    return (
        file in {".", "pyproject.toml", "requirements.txt", "src", "README.md", "tests"} or is_within(file, app.package) or file == name(app.package)
    )


def _entries_of(facts: Facts, app: App) -> Iterator[Entry]:
    """The entries of compose files that build a project."""
    here = app.project.directory
    for entry in entries(facts):
        if (entry.dockerfile is not None and parent(entry.dockerfile) == here) or (entry.context == here and here):
            yield entry


def _entry(facts: Facts, siblings: Sequence[App]) -> tuple[Said[RepoPath] | None, Mapping[str, Any]]:
    """The file that runs most of several projects, and what their entries in it say alike."""
    found = [(app, entry) for app in siblings for entry in _entries_of(facts, app) if not entry.said("command") or len(siblings) < _SMALLEST]
    if not found:
        return None, {}
    file = min(
        {entry.file for _, entry in found},
        key=lambda path: (-len({app.title for app, entry in found if entry.file == path}), path.count("/"), len(path), path),
    )
    there: dict[RepoPath, tuple[App, Entry]] = {}
    for app, entry in found:
        if entry.file == file:
            there.setdefault(app.project.directory, (app, entry))
    said = [_said(app, entry) for app, entry in there.values()]
    shared = common(said)
    if len(said) < _SMALLEST:
        shared = {key: one for key, one in shared.items() if key in _ALONE}
    return Said(file, tuple(Origin(file, _line(entry, facts)) for _, entry in there.values())), {
        key: one for key, one in shared.items() if key not in _OWN
    }


def _line(entry: Entry, facts: Facts) -> int:
    first = min((place.node.start for place in entry.values.values()), default=0)
    return facts.read(entry.file).decode("utf-8", "replace").count("\n", 0, first) + 1


def _said(app: App, entry: Entry) -> dict[str, Any]:
    """An entry as data, without its names and without its secrets."""
    said = {key: _holed(app, _renamed(entry.name, entry.said(key))) for key in entry.values}
    build = said.get("build")
    if entry.context is not None:
        table_of = {**build} if isinstance(build, dict) else {}
        table_of.pop("additional_contexts", None)
        if entry.context == app.project.directory:
            table_of["context"] = NAME
        said["build"] = table_of if len(table_of) > 1 else table_of.get("context")
    if "environment" in entry.values:
        said["environment"] = {app.hollow(key): _told(key, place) for key, place in entry.within("environment").items()}
    return {key: _discreet(one) if isinstance(one, (dict, list)) else one for key, one in said.items() if not isinstance(one, str) or safe(one)}


def _told(key: str, place: Place) -> str | None:
    """The value of a variable: an anchor of the file by its name, and nothing that may be a secret (L13)."""
    if anchor := place.node.text if place.node.kind == "alias" else place.node.anchor:
        return f"{ALIAS}{anchor}"
    text = place.node.text.removeprefix(f"{key}=") if place.node.text != key else ""
    return f"${{{key}}}" if looks_secret(key, text) and not _OUTSIDE.fullmatch(text) else text


def _renamed(entry: str, said: Any) -> Any:  # noqa: ANN401  YAML is anything
    """What an entry says of itself by its own name in the file, where that is another than its directory's."""
    return hollow(said, entry) if isinstance(said, str) and "/" not in said else said


def _listed(facts: Facts, siblings: Sequence[App]) -> tuple[Listed, ...]:
    names = {app.title: app.title for app in siblings if app.title}
    files = [path for path in facts.tree if _LISTS.fullmatch(path) and not facts.scanner.hidden(path)]
    found = listed(facts, files, names) if len(names) >= _SMALLEST else ()
    return tuple(one for one in found if NAME in one.line.value or SNAKE in one.line.value)
