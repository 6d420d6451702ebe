"""The programs of a repository: which code a workload runs, what it is made with, and what that code says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.facts import frontend, serving
from migrator.facts.builds import builds, missing
from migrator.facts.landscape.kinds import framework_of, is_owned
from migrator.facts.landscape.reading import routes
from migrator.facts.landscape.spelling import spoken, words
from migrator.facts.packages import reached
from migrator.facts.pytests import is_test
from migrator.facts.scripts import scripts
from migrator.facts.sources import made, sources
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin
from migrator.paths import ROOT, RepoPath, ancestors, is_within, join, name, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.model import Route

__all__ = ["Program", "context_of", "directory_of", "program", "programs", "project", "started"]

_TARGET = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_]\w*)(?:\(\))?")
_SERVERS = {"uvicorn", "gunicorn", "hypercorn", "daphne", "granian", "waitress-serve", "uwsgi", "fastapi"}
_MANIFESTS = (
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "manage.py",
    "package.json",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "Gemfile",
    "composer.json",
)
_RUNNERS = {"npm", "yarn", "pnpm", "bun"}
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|__tests__|e2e|fixtures?|examples?|docs?|scripts?|benchmarks?|node_modules|migrations|versions|stories)(?:/|$)|\.(?:test|spec|stories)\."
)
_BUILT = re.compile(r"(?:^|/)(?:dist|build|out|vendor|static|public|\.next|coverage)/|\.min\.[cm]?js$|\.bundle\.js$")
"""JavaScript that a tool made, or that others did."""


@dataclass(frozen=True, slots=True)
class Program:
    """Code that runs as a whole."""

    directory: RepoPath
    language: str
    """`python`, `node` or empty."""
    framework: str
    """`fastapi`, `flask`, `django`, `next` … or empty."""
    origin: Origin
    """What shows the framework."""
    entry: RepoPath | None = None
    """The module with which it begins."""
    modules: tuple[RepoPath, ...] = ()
    """Its code: what the entry loads, or all that lies in its directory where nobody knows that."""
    routes: tuple[Route, ...] = ()
    complete: bool = False
    """Whether the routes are all that it serves, as far as its framework lets anybody read them."""


def directory_of(facts: Facts, dockerfile: RepoPath | None, context: RepoPath, copied: tuple[str, ...]) -> RepoPath:
    """Where the code of an image lies: beside its Dockerfile, in the one directory with a manifest that it copies, else its whole context."""
    above = parent(dockerfile) if dockerfile is not None else context
    if above != context and is_within(above, context) and _is_project(facts, above):
        return above
    sources = [join(context, one.rstrip("/")) for one in copied if not one.startswith("/") and "$" not in one and "*" not in one]
    folders = {
        one if facts.tree.is_dir(one) else parent(one) for one in sources if one is not None and (facts.tree.is_dir(one) or name(one) in _MANIFESTS)
    }
    inner = [one for one in folders if one != context and _is_project(facts, one)]
    return inner[0] if len(inner) == 1 and context not in folders else context


def _is_project(facts: Facts, directory: RepoPath) -> bool:
    return any(RepoPath(f"{directory}/{manifest}".lstrip("/")) in facts.tree for manifest in _MANIFESTS)


def context_of(facts: Facts, dockerfile: RepoPath, copied: tuple[str, ...]) -> RepoPath:
    """What a Dockerfile is built from: what a command says that builds it, else the nearest directory in which most of what it copies is."""
    said = next((build.context for build in builds(facts) if build.dockerfile == dockerfile), None)
    if said is not None:
        return said
    plain = [one for one in copied if "$" not in one and "*" not in one]
    counts = {place: sum(not missing(facts, place, one) for one in plain) for place in ancestors(dockerfile)}
    return max(counts, key=lambda place: (counts[place], place.count("/") + bool(place)))


# what a command starts -------------------------------------------------------------------------------------------------


def started(facts: Facts, directory: RepoPath, command: tuple[str, ...], depth: int = 0) -> tuple[str, ...]:
    """What a command starts in the end: the script of a package.json, the last command of a shell script in the image."""
    listed = spoken(command)
    if not listed or depth > 4:  # noqa: PLR2004  nobody nests them deeper
        return listed
    if listed[0] in _RUNNERS:
        script = next((word for word in listed[1:] if word not in {"run", "-s", "--silent"} and not word.startswith("-")), "")
        manifest = facts.atlas.node.packages.get(directory)
        line = frontend.scripts(manifest).get(script) if manifest is not None else None
        return started(facts, directory, words(line), depth + 1) if line is not None else listed
    file = _script(facts, directory, listed)
    if file is not None:
        last = _last_command(decoded(facts.read(file)))
        if last:
            return started(facts, directory, last, depth + 1)
    return listed


def _script(facts: Facts, directory: RepoPath, listed: tuple[str, ...]) -> RepoPath | None:
    """The shell script of the repository that a command runs: found below its directory by the end of its path."""
    word = listed[1] if listed[0] in {"sh", "bash", "/bin/sh", "/bin/bash"} and len(listed) > 1 else listed[0]
    if "/" not in word and not word.endswith(".sh"):
        return None
    parts = word.lstrip("./").split("/")
    for start in range(len(parts)):
        found = join(directory, "/".join(parts[start:]))
        if found is not None and found in facts.tree and facts.read(found)[:2] in {b"#!", b"se", b"ex"}:
            return found if b"python" not in facts.read(found).partition(b"\n")[0] else None
    return None


def _last_command(text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text.replace("\\\n", " ").split("\n")]
    executed = [line for line in lines if line.startswith("exec ") and "$@" not in line and "${" not in line]
    return spoken(words(executed[-1])) if executed else ()


# programs --------------------------------------------------------------------------------------------------------------


def program(facts: Facts, directory: RepoPath, command: tuple[str, ...]) -> Program | None:
    """What a command starts of the code in a directory; None where there is no code that is known."""
    key = (directory, command)
    known: dict[tuple[RepoPath, tuple[str, ...]], Program | None] = facts.derive(_known)
    if key not in known:
        known[key] = _program(facts, directory, command)
    return known[key]


def _known(facts: Facts) -> dict[tuple[RepoPath, tuple[str, ...]], Program | None]:
    del facts
    return {}


def _program(facts: Facts, directory: RepoPath, command: tuple[str, ...]) -> Program | None:
    package = facts.atlas.node.packages.get(directory)
    python = any(path.endswith(".py") for path in _below(facts, directory))
    if package is not None and (not python or not _speaks_python(command)):
        return _node(facts, package)
    return _python(facts, directory, command) if python else None


def _below(facts: Facts, directory: RepoPath) -> Iterator[RepoPath]:
    """What people wrote in a directory."""
    ours = made(facts)
    return (path for path in facts.tree.below(directory) if path not in ours)


def _speaks_python(command: tuple[str, ...]) -> bool:
    line = " ".join(command)
    return not command or re.search(r"\.py\b|\bpython|" + "|".join(_SERVERS) + r"|celery|\brq\b|arq|dramatiq|flask|alembic", line) is not None


def _node(facts: Facts, package: frontend.Package) -> Program:
    framework = framework_of(package.dependencies)
    origin = Origin(RepoPath(f"{package.directory}/package.json".lstrip("/")), 1, f"depends on {framework}" if framework else "")
    ours = made(facts)
    below = (path for path in frontend.sources(facts, package) if path not in ours)
    modules = tuple(path for path in below if not _is_aside(path) and not _BUILT.search(relative(path, package.directory)))
    served = tuple(routes.next_routes(facts, package.directory)) if framework == "next" else routes.node(facts, modules)
    # What Express and its like are given by routers of other modules is not read: they may serve more.
    return Program(package.directory, "node", framework, origin, None, modules, served, complete=framework == "next" and bool(served))


def _python(facts: Facts, directory: RepoPath, command: tuple[str, ...]) -> Program:
    named = _named(facts, directory, command)
    applications = [one for one in serving.applications(facts) if is_within(one.module, directory)]
    chosen = next((one for one in applications if named is not None and one.module == named[0] and one.name in {named[1], ""}), None)
    serves = not command or named is not None or any(word.rpartition("/")[2] in _SERVERS for word in command)
    if chosen is None and named is None and serves and applications:
        chosen = applications[0]
    if chosen is not None:
        modules = _code(facts, reached(facts, [chosen.module]))
        return Program(
            directory,
            "python",
            "fastapi" if b"FastAPI" in facts.read(chosen.module) or b"fastapi" in facts.read(chosen.module) else "starlette",
            Origin(chosen.module, serving.routers(facts)[chosen].line if chosen in serving.routers(facts) else 0),
            chosen.module,
            modules,
            routes.fastapi_routes(facts, chosen),
            complete=True,
        )
    own = _code(facts, _below(facts, directory))
    manage = next((path for path in own if name(path) == "manage.py" and b"django" in facts.read(path)), None)
    if manage is not None and (named is None or b"django" in facts.read(named[0])):
        urls = _root_urls(facts, own)
        served, complete = routes.django(facts, urls) if urls is not None else ((), False)
        code = _without_scripts(facts, own, (manage, *([urls] if urls is not None else [])))
        return Program(directory, "python", "django", Origin(manage, 1, "manage.py"), manage, code, served, complete=complete)
    modules = _code(facts, reached(facts, [named[0]])) if named is not None else own
    made = next((one for one in _flask(facts) if one[0] in modules), None)
    if made is not None:
        # An application factory registers what nothing imports at the top: the routes are those of the whole directory.
        entry = named[0] if named else made[0]
        code = _without_scripts(facts, own, (entry, made[0], *(path for path in own if name(path) == "manage.py")))
        return Program(directory, "python", "flask", Origin(*made), entry, code, routes.flask_routes(facts, own), complete=False)
    return Program(directory, "python", "", Origin(directory), named[0] if named is not None else None, modules)


def _flask(facts: Facts) -> tuple[tuple[RepoPath, int], ...]:
    """The modules that make Flask applications, and where, by path."""
    found = (one for one in serving.routers(facts).values() if one.kind == "application" and one.framework == "flask")
    return tuple(sorted((one.name.module, one.line) for one in found))


def _code(facts: Facts, paths: Iterable[RepoPath]) -> tuple[RepoPath, ...]:
    """The Python modules of some files that are neither tests nor beside the program."""
    return tuple(sorted(path for path in paths if path.endswith(".py") and not facts.scanner.hidden(path) and not _is_aside(path)))


def _without_scripts(facts: Facts, modules: tuple[RepoPath, ...], entries: Iterable[RepoPath]) -> tuple[RepoPath, ...]:
    """The modules of a program without scripts that nothing of it loads: people start those by themselves, and they may lie elsewhere tomorrow (L6)."""
    alone = scripts(facts).keys() - reached(facts, entries)
    return tuple(path for path in modules if path not in alone)


def _is_aside(path: str) -> bool:
    return is_test(path) or _ASIDE.search(path) is not None


def _named(facts: Facts, directory: RepoPath, command: tuple[str, ...]) -> tuple[RepoPath, str] | None:
    """The module that a command names, and what of it: `app.main:app`, `-m app.worker`, `-A app.tasks`, `worker.py`."""
    for at, word in enumerate(command):
        before = command[at - 1] if at else ""
        target = _TARGET.fullmatch(word)
        dotted = target[1] if target else word if before in {"-m", "-A", "--app"} and re.fullmatch(r"[\w.]+", word) else ""
        if not dotted and word.startswith(("-A", "--app=")) and len(word) > 2:  # noqa: PLR2004  `-Aapp`
            dotted = word.removeprefix("--app=").removeprefix("-A").partition(":")[0]
        if not dotted and re.fullmatch(r"[\w.]+", word) and before.rpartition("/")[2] in {"arq", "dramatiq"}:
            dotted = word
        if dotted and (module := _module(facts, directory, dotted)) is not None:
            return module, target[2] if target else ""
        if word.endswith(".py") and (found := _file(facts, directory, word)) is not None:
            return found, ""
    return None


def _file(facts: Facts, directory: RepoPath, word: str) -> RepoPath | None:
    parts = word.lstrip("./").split("/")
    listed = (join(directory, "/".join(parts[start:])) for start in range(len(parts)))
    return next((one for one in listed if one is not None and one in facts.tree), None)


def _module(facts: Facts, directory: RepoPath, dotted: str) -> RepoPath | None:
    """The module of a dotted name as it is seen from a directory, from `src` in it, or with a last part that is something in a module."""
    for root in (directory, RepoPath(f"{directory}/src".lstrip("/"))):
        parts = dotted.split(".")
        for length in (len(parts), len(parts) - 1):
            stem = "/".join((*([root] if root else []), *parts[:length]))
            for candidate in (f"{stem}.py", f"{stem}/__init__.py", f"{stem}/__main__.py") if length else ():
                if RepoPath(candidate) in facts.tree:
                    return RepoPath(candidate)
    return None


def _root_urls(facts: Facts, modules: tuple[RepoPath, ...]) -> RepoPath | None:
    """The module of URLs that Django's settings name."""
    for module in modules:
        source = facts.read(module)
        if b"ROOT_URLCONF" in source:
            found = re.search(rb"""ROOT_URLCONF\s*=\s*["']([\w.]+)["']""", source)
            target = facts.atlas.python.find(found[1].decode(), module).path if found else None
            if target is not None and target.endswith(".py"):
                return target
    return None


def programs(facts: Facts) -> tuple[Program, ...]:
    """Every program that serves and that the code alone shows: FastAPI, Flask and Django applications, packages with a script that serves."""
    return facts.derive(_programs)


def _programs(facts: Facts) -> tuple[Program, ...]:
    found: dict[RepoPath, Program] = {}
    for application in serving.applications(facts):
        if not _is_aside(application.module) and len(serving.routes(facts, application)):
            directory = project(facts, application.module)
            found.setdefault(directory, _python(facts, directory, ()))
    flask = {path for path, _ in _flask(facts)}
    for path in sources(facts):
        if not path.endswith(".py") or _is_aside(path):
            continue
        source = facts.read(path)
        if (name(path) == "manage.py" and b"django" in source) or path in flask:
            directory = parent(path) if name(path) == "manage.py" else project(facts, path)
            one = _python(facts, directory, ())
            if one.framework:
                found.setdefault(directory, one)
    for package in facts.atlas.node.packages.values():
        serves = {"dev", "start", "serve"} & frontend.scripts(package).keys() and framework_of(package.dependencies)
        served = _node(facts, package) if serves and package.directory not in found and not is_owned(package.dependencies) else None
        if served is not None and (package in frontend.web_apps(facts) or served.routes):
            found[package.directory] = served
    return tuple(found[directory] for directory in sorted(found))


def project(facts: Facts, module: RepoPath) -> RepoPath:
    """The directory of the project that a module belongs to: the nearest with a manifest, else the one above its top package."""
    for directory in ancestors(module):
        if any(RepoPath(f"{directory}/{one}".lstrip("/")) in facts.tree for one in _MANIFESTS):
            return directory
    top = parent(module)
    while RepoPath(f"{top}/__init__.py".lstrip("/")) in facts.tree and top:
        top = parent(top)
    return top or ROOT
