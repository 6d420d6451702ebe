"""The nouns of how the parts of a repository look: what a new one has to look like.

A text with *holes* is what stands there with the names taken out: one private character stands for each spelling of the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migrator.origin import Said
    from migrator.paths import RepoPath

__all__ = [
    "ALIAS",
    "CAMEL",
    "HOLES",
    "NAME",
    "PACKAGE",
    "PASCAL",
    "SNAKE",
    "Application",
    "Apps",
    "Component",
    "Conventions",
    "Handlers",
    "Library",
    "Listed",
    "Node",
    "Routers",
    "Routes",
    "Service",
    "SingleFile",
    "Style",
]

NAME, SNAKE, PASCAL, CAMEL, PACKAGE = "\ue010", "\ue011", "\ue012", "\ue013", "\ue014"
HOLES: Mapping[str, str] = {NAME: "name", SNAKE: "snake", PASCAL: "pascal", CAMEL: "camel", PACKAGE: "package"}
"""What each hole stands for: `price-list`, `price_list`, `PriceList`, `priceList`, and the dotted package that a module lies in."""


ALIAS = "\ue015"
"""Before the name of an anchor that a value of a YAML file is taken from."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that names each part of a kind on a line of its own: a new one has to be named there too."""

    file: RepoPath
    line: Said[str]
    """With holes, without its line break."""


@dataclass(frozen=True, slots=True)
class Application:
    """A statement of the modules that make the applications, as most of them have it."""

    imports: tuple[Said[str], ...]
    statements: tuple[Said[str], ...]
    """In order, each perhaps of several lines; the one that makes the application and the health route are among them where most have them."""


@dataclass(frozen=True, slots=True)
class Routes:
    """How the modules that serve routes look where applications have one layout."""

    places: tuple[RepoPath, ...]
    """The projects that have this layout."""
    package: Said[str]
    """Where the code lies in a project, with holes of the project's name: `src/SNAKE` or `app`."""
    main: str
    """The module that makes the application, below the package: `main.py`."""
    application: str
    """What it is called there."""
    framework: str
    """`fastapi` or `flask`."""
    directory: Said[str]
    """Where the modules lie below the package: `handlers`."""
    definition: Said[str]
    """`router = APIRouter(prefix="/NAME")`."""
    importing: Said[str]
    """`from PACKAGE.handlers import SNAKE`."""
    inclusion: Said[str]
    """`app.include_router(SNAKE.router, prefix="/NAME")`."""
    path: Said[str]
    """What the first endpoint is served at, below what both give: `/`, or with a hole where neither says the name."""
    asynchronous: bool
    tests: str
    """Where tests lie in a project, empty where there are none."""


@dataclass(frozen=True, slots=True)
class Apps:
    """How apps of Django look, seen from those in the folder that has most of them."""

    directory: Said[RepoPath]
    package: Said[str]
    """The dotted package of that folder, with a dot behind it; empty at a root."""
    siblings: tuple[RepoPath, ...]
    included: Listed
    """The line of a module of URLs that includes those of an app."""
    installed: Listed | None
    """The line of settings that lists one; None where no list has them a line each."""
    named: bool
    """Whether the line that includes it gives its URLs a path of their own name."""
    relative: bool
    """Whether URLs name the views of their own package as `.`."""
    namespaced: bool
    """Whether URLs say `app_name`."""
    future: bool
    """Whether modules begin with `from __future__ import annotations`."""
    config: bool
    """Whether there is an `apps.py`."""
    tests: str
    """`tests` for a folder, `tests.py` for a module, or nothing."""
    packaged: bool
    """Whether the folder of tests is a package."""
    reserved: tuple[Said[str], ...] = ()
    """Labels that others have, who lie elsewhere."""


@dataclass(frozen=True, slots=True)
class Routers:
    """How modules with routers of Express look, seen from those that one application uses."""

    project: RepoPath
    directory: Said[RepoPath]
    file: str
    """What they are called, with holes: `NAME.router.ts`."""
    imported: Listed
    used: Listed
    """The lines of the application."""
    variable: str
    """What a router is called in its module, perhaps with holes."""
    exporting: str
    """`const`, `default`, `module` or `object`."""
    commonjs: bool
    named: bool
    """Whether they import `Router` by itself."""
    annotated: bool
    """Whether a router says its type."""
    path: str
    """What the first route is served at, below what the application says."""
    test: str = ""
    """Where a test lies: from the routers' folder, or with a slash before it from the package's; empty where none is tested through supertest."""
    runner: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """How services look, seen from those that there are."""

    example: Said[RepoPath]
    """The directory of the first of them."""
    siblings: tuple[RepoPath, ...]
    """All that look like it, itself included."""
    ending: str
    """What the names of all end with: `-service`, or nothing."""
    package: Said[str]
    """As of routes."""
    main: str
    application: str
    framework: str
    factory: str
    """The function that makes the application; empty where it stands at the top of its module."""
    made: Application
    health: Said[str] | None
    """Where health is asked, where something says it."""
    settings: Said[str] | None = None
    """The module of its own settings below the package."""
    settings_style: str = ""
    """`pydantic` or `environ`."""
    settings_upper: bool = True
    handlers: str = ""
    """Where modules with routes lie below the package."""
    tests: str = "tests"
    manifest: Mapping[str, Any] = field(default_factory=dict)
    """What pyproject.toml says in most of them, with holes; empty where they have none that builds."""
    requirements: tuple[Said[str], ...] = ()
    """Lines of a file of requirements, where that is what they have."""
    dockerfile: tuple[Said[str], ...] = ()
    dockerfile_name: str = "Dockerfile"
    image: Said[str] | None = None
    """What their images begin with."""
    dockerignore: tuple[Said[str], ...] = ()
    beside: Mapping[str, tuple[Said[str], ...]] = field(default_factory=dict)
    """Other files in the directories themselves that most of several have with the same text but for the name: `pytest.ini`, `gunicorn.conf.py`."""
    compose: Said[RepoPath] | None = None
    """The file that runs most of them."""
    entry: Mapping[str, Any] = field(default_factory=dict)
    """What most of their entries in it say, with holes and without secrets; a context that is a hole alone is the service's own folder."""
    listed: tuple[Listed, ...] = ()
    port: Said[int] | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How TypeScript and JavaScript are written here."""

    quote: str = "'"
    semicolon: str = ";"
    indent: str = "  "


@dataclass(frozen=True, slots=True)
class Component:
    """How components look, seen from those in the folder that has most of them."""

    directory: Said[RepoPath]
    project: RepoPath
    naming: str
    """The hole that files are named by."""
    folder: bool
    """Whether each has a folder of its own name."""
    extension: str
    exporting: str
    """`named` or `default`."""
    arrow: bool
    props: str
    """`interface`, `type` or `inline`."""
    client: bool
    """Whether they begin with `use client`."""
    react: str
    """The line that imports React, empty where none does."""
    helper: str
    """The line that imports what joins class names, `cn`; empty where none does."""
    test: str = ""
    """The path of a test beside it, with holes, from its own folder; empty where nothing tests components here."""
    runner: str = ""
    """`vitest` or `jest`."""
    story: str = ""
    """The package that stories import their types from, empty where there are none."""
    example: tuple[Said[str], ...] = ()
    """The files that it was seen from."""
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class SingleFile:
    """How components look that are one file of markup and code, of Vue or Svelte, in the folder that has most of them."""

    framework: str
    """`vue` or `svelte`."""
    directory: Said[RepoPath]
    project: RepoPath
    naming: str
    folder: bool
    """As of components of React."""
    script: str
    """`setup` or `options` of Vue, `runes` or `let` of Svelte."""
    typed: bool
    """Whether it is TypeScript."""
    markup_first: bool
    style: str
    """The tag that begins the styles of most of them; empty where most have none."""
    test: str = ""
    runner: str = ""
    """As of components of React."""
    testing: str = ""
    """The library that mounts a component in a test."""
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class Handlers:
    """How modules look that answer requests in an application of Next.js: `app/api/NAME/route.ts`."""

    directory: Said[RepoPath]
    """The `app/api` that has most of them."""
    extension: str
    answer: Said[str]
    """What makes an answer: `NextResponse.json` or `Response.json`."""


@dataclass(frozen=True, slots=True)
class Library:
    """How packages of TypeScript look that applications share."""

    directory: Said[RepoPath]
    """The folder that they lie in."""
    manifest: Mapping[str, Any]
    """What most manifests say, with holes."""
    settings: Mapping[str, Any]
    """What most compiler settings say."""
    readme: bool
    test: bool
    listed: tuple[Listed, ...] = ()
    origins: tuple[Said[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """What all packages of the workspace have in common."""

    scope: Said[str]
    """`@acme/`, or nothing."""
    manager: str
    """`npm`, `pnpm`, `yarn` or `bun`."""
    versions: Mapping[str, Said[str]]
    """The wanted versions of libraries, as most manifests write them."""
    base: Said[RepoPath] | None
    """The compiler settings that others extend."""
    members: tuple[Said[str], ...]
    """Patterns of the workspace."""
    home: Said[str]
    """The folder that applications lie in."""
    typed: bool
    """Whether anything is written in TypeScript."""
    frameworks: Mapping[str, RepoPath] = field(default_factory=dict)
    """By library (`expo`, `next`, `@tauri-apps/api`), an application that uses it."""
    style: Style = Style()


@dataclass(frozen=True, slots=True)
class Conventions:
    """How the parts of a repository look; what it has none of is not there."""

    service: Service | None = None
    routes: tuple[Routes, ...] = ()
    """By layout, the one that most projects have first."""
    apps: Apps | None = None
    """Of Django."""
    routers: Routers | None = None
    """Of Express."""
    handlers: Handlers | None = None
    component: Component | None = None
    """Of React."""
    single: SingleFile | None = None
    library: Library | None = None
    node: Node | None = None
