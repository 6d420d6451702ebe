"""A new service, as the services look that there are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from migrator.artefact import Artefact, yaml_artefact
from migrator.facts.conventions.model import ALIAS, NAME, SNAKE
from migrator.origin import Decision, Said, default, plain
from migrator.paths import RepoPath, name, parent
from phases.tooling.generators.blueprint import FAMILY, Blueprint, dotted, empty, lines, lists, prose
from phases.tooling.generators.frameworks import MAKERS, Maker
from phases.tooling.generators.packaging import PORT, packaging

if TYPE_CHECKING:
    from migrator.facts.conventions.model import Service

__all__ = ["service"]

_HEALTH = '@{app}.{verb}("{path}")\ndef health() -> dict[str, str]:\n    return {{{said}}}'


def service(seen: Service) -> Blueprint:
    """The blueprint of a service."""
    home = f"{_home(seen)}/{NAME}"
    package = f"{home}/{seen.package.value}".rstrip("/")
    module = name(seen.package.value)
    own = list[Artefact]()
    path, main = _main(seen, module)
    own.append(lines(f"{package}/{seen.main}", main))
    if module and seen.main != "__init__.py":
        own.append(empty(f"{package}/__init__.py"))
    if seen.handlers:
        own.append(empty(f"{package}/{seen.handlers}/__init__.py"))
    if seen.settings is not None:
        field = "SERVICE_NAME" if seen.settings_upper else "service_name"
        own.append(prose(f"{package}/{seen.settings}", "settings.py.j2", style=seen.settings_style, field=field))
        if parent(seen.settings.value):
            own.append(empty(f"{package}/{parent(seen.settings.value)}/__init__.py"))
    test = {
        "main": dotted(f"{module}/{seen.main}"),
        "app": seen.factory or seen.application,
        "path": path,
        "framework": seen.framework,
        "made": bool(seen.factory),
    }
    own.append(prose(f"{home}/{seen.tests}/test_{SNAKE}_health.py", "test_health.py.j2", **test))
    own += packaging(seen, home, module)
    own += [lines(f"{home}/{title}", said) for title, said in seen.beside.items()]
    own.append(prose(f"{home}/README.md", "service.md.j2", tests=seen.tests))
    edits = list(lists(seen.listed, _home(seen)))
    if seen.compose is not None:
        edits.insert(0, {"compose": seen.compose, "name": NAME, "text": Said(_entry(seen, home), seen.compose.origins)})
    return Blueprint(
        "service",
        "A service that looks like those that there are",
        tuple(own),
        (home,),
        ending=seen.ending,
        module=SNAKE in seen.package.value,
        edits=tuple(edits),
        then=tuple(_then(seen)),
        decisions=tuple(_decisions(seen)),
    )


def _home(seen: Service) -> str:
    """Where services lie; beside one alone that is an application, where they belong."""
    above = parent(seen.example.value)
    return above if len(seen.siblings) > 1 and above else "services"


def _then(seen: Service) -> Iterator[str]:
    if table := seen.manifest.get("tool", {}):
        if "uv" in table:
            yield "uv lock"
        if "poetry" in table:
            yield f"poetry lock, in {_home(seen)}/{NAME}"
    if seen.compose is None:
        yield "no compose file runs services here: say where it runs"
    yield "migrate plan    adds it to what is derived from what runs"


def _decisions(seen: Service) -> Iterator[Decision]:
    origins = seen.example.origins
    what = f"what most services in {_home(seen)} say alike" if len(seen.siblings) > 1 else f"{seen.example.value or 'the root'} alone"
    yield Decision("template of services", "mapped", what, origins, FAMILY)
    if seen.image is not None and not seen.dockerfile:
        yield Decision(
            "image of a new service",
            "defaulted",
            "the Dockerfile names files of its own service, so a plain one begins with the same image",
            seen.image.origins,
            FAMILY,
        )
    if seen.image is None:
        yield Decision(
            "image of a new service", "dropped", "no service has a Dockerfile to begin like: a new one is not built as an image", origins, FAMILY
        )
    if seen.health is None:
        yield Decision("health of a new service", "defaulted", "no service tells how it is; a new one does at /health", origins, FAMILY)


# code ------------------------------------------------------------------------------------------------------------------


def _main(seen: Service, module: str) -> tuple[Said[str], list[Said[str]]]:
    """Where it tells how it is, and the module that makes the application."""
    app = seen.application
    statements = list(seen.made.statements)
    imports = list(seen.made.imports)
    docstring = (
        [statements.pop(0)]
        if statements and statements[0].value.startswith('"""')
        else [default(f'"""The application of {NAME}."""', "every module says what it is")]
    )
    title = f'"{NAME}"'
    if seen.settings is not None:
        title, line = _told(seen, module)
        imports += [Said("", ()), line]
    maker = MAKERS[seen.framework]
    made = any(re.match(rf"def {seen.factory}\b" if seen.factory else rf"{app}\b.*=", one.value) for one in statements)
    path = next((Said(found[1], one.origins) for one in statements if (found := _health(one.value)) is not None), None)
    path, told = path or seen.health or default("/health", "no service tells how it is"), path is not None
    verb = "get" if maker.verbs else "route"
    said = f'"service": {title}' if seen.settings is not None and not maker.title else '"status": "ok"'
    shown = _HEALTH.format(app=app, verb=verb, path=path, said=said)
    text = f"{app} = {maker.call.format(title=title)}"
    if not made:
        imports = _with_maker(imports, maker)
    if seen.factory and not made:
        # What is said of an application at the top has none there
        statements = [one for one in statements if not re.search(rf"\b{app}\b", one.value)]
        body = "\n".join(f"    {line}" if line else "" for line in f"{text}\n\n{shown}\n\nreturn {app}".split("\n"))
        statements.append(Said(f"def {seen.factory}() -> {maker.kind}:\n{body}", path.origins))
    elif not seen.factory:
        if not made:
            # Before the first that is said of it
            at = next((number for number, one in enumerate(statements) if re.search(rf"\b{app}\b", one.value)), len(statements))
            statements.insert(at, default(text, "each service makes its own"))
        if not told:
            statements.append(Said(shown, path.origins))
    return path, [*_flat(docstring), Said("", ()), *imports, *_spaced(statements)]


def _health(text: str) -> re.Match[str] | None:
    return re.match(r"""@\w+\.(?:get|route)\(\s*["'](/[^"']*(?:health|live|ready|ping|status)\w*)["']""", text)


def _told(seen: Service, module: str) -> tuple[str, Said[str]]:
    """What the application is called by its settings, and the import of that."""
    where = seen.settings or default("", "")
    field = "SERVICE_NAME" if seen.settings_upper else "service_name"
    named = dotted(f"{module}/{where}")
    if seen.settings_style == "environ":
        return field, Said(f"from {named} import {field}", where.origins)
    return f"settings.{field}", Said(f"from {named} import settings", where.origins)


def _with_maker(imports: list[Said[str]], maker: Maker) -> list[Said[str]]:
    """Imports with what makes an application of a framework."""
    begins, kind = f"from {maker.module} import ", maker.kind
    if any(re.match(rf"{begins}.*\b{kind}\b", one.value) for one in imports):
        return imports
    at = next((number for number, one in enumerate(imports) if one.value.startswith(begins)), None)
    if at is None:
        return [default(f"{begins}{kind}", "each service makes its own"), *imports]
    return [*imports[:at], Said(f"{begins}{kind}, {imports[at].value.removeprefix(begins)}", imports[at].origins), *imports[at + 1 :]]


def _flat(statements: list[Said[str]]) -> Iterator[Said[str]]:
    for one in statements:
        for line in one.value.split("\n"):
            yield Said(line, one.origins if line else ())


def _spaced(statements: list[Said[str]]) -> Iterator[Said[str]]:
    """Statements with the empty lines that people expect between them."""
    last = ""
    for one in statements:
        blocks = any(re.match(r"@|async def |def |class ", text) for text in (last, one.value))
        alike = (
            last
            and last.split("(", maxsplit=1)[0].split("=", maxsplit=1)[0].split(".", maxsplit=1)[0].strip()
            == one.value.split("(")[0].split("=")[0].split(".")[0].strip()
        )
        yield from [Said("", ())] * (2 if blocks else 0 if alike else 1)
        yield from _flat([one])
        last = one.value


def _entry(seen: Service, home: str) -> str:
    """Its entry in a compose file, without its name."""
    said: dict[str, Any] = dict(seen.entry)
    build = said.get("build") or {"context": _from(seen, home)}
    if not seen.dockerfile and seen.image is not None:
        # A plain image is built from the service's own folder
        build = {"context": _from(seen, home), **({"dockerfile": seen.dockerfile_name} if seen.dockerfile_name != "Dockerfile" else {})}
    if isinstance(build, dict) and build.get("context") == NAME:
        build = {
            key: seen.dockerfile_name if key == "dockerfile" else one
            for key, one in build.items()
            if key != "dockerfile" or seen.dockerfile_name != "Dockerfile"
        }
    if NAME in (build, build.get("context") if isinstance(build, dict) else ""):
        build = {**(build if isinstance(build, dict) else {}), "context": _from(seen, home)}
    if isinstance(build, dict) and set(build) == {"context"}:
        build = build["context"]
    ports = {"expose": [str(plain(seen.port) or PORT)]} if not said.get("expose") else {}
    said = {"build": build, **{key: one for key, one in said.items() if key != "build"}, **ports}
    return yaml_artefact(RepoPath(home), FAMILY, _typed(said)).content.decode().rstrip("\n").replace(ALIAS, "*")


def _from(seen: Service, home: str) -> str:
    """The way from the compose file's folder."""
    file = seen.compose.value if seen.compose is not None else RepoPath("")
    found = posixpath.relpath(home, parent(file) or ".")
    return found if found.startswith("..") else f"./{found}"


def _typed(said: Any, key: str = "") -> Any:  # noqa: ANN401  YAML is anything
    """Switches as switches; everything else stays the text that it is."""
    match said:
        case dict():
            return {one: _typed(value, one) if one != "environment" else value for one, value in said.items() if value is not None}
        case list():
            return [_typed(one) for one in said]
        case "true" | "false" if key != "restart":
            return said == "true"
        case str() if key in {"retries", "replicas"} and said.isdigit():
            return int(said)
        case _:
            return said
