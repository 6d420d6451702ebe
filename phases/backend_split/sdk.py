"""The step that makes a TypeScript client of what the application says of itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrator.edits.json import dumps
from migrator.errors import Finding
from migrator.facts.frontend import scope
from migrator.facts.packages import dotted
from migrator.facts.plain import table
from migrator.facts.serving import BRACES, PARAMETER, Name, applications, is_known, routes
from migrator.paths import ROOT, RepoPath, is_within, name, parent, relative
from migrator.step import Step, Write
from migrator.template import render
from migrator.wording import counted
from phases.backend_split.backend import below
from phases.backend_split.frameworks import FRAMEWORKS

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.phase import Planning
    from phases.backend_split.backend import Backend
    from phases.backend_split.options import Options

__all__ = ["sdk"]

_HERE = "phases.backend_split"
_DOCUMENT, _TYPES = "openapi.json", "schema.d.ts"
_GENERATOR = "openapi-typescript@7.13.0"
_LIBRARIES = {"openapi-fetch": "^0.17.0"}
_TOOLS = {"openapi-typescript": "^7.13.0", "typescript": "^5.9.3", "vitest": "^4.1.12"}
_COMPILER = {
    "target": "ES2022",
    "lib": ["ES2022", "DOM", "DOM.Iterable"],
    "module": "ESNext",
    "moduleResolution": "Bundler",
    "strict": True,
    "skipLibCheck": True,
    "noEmit": True,
}


@dataclass(frozen=True, slots=True)
class _Document:
    """What an application says of itself, and the types of it."""

    said: Mapping[str, Any]
    types: bytes


def sdk(planning: Planning, start: Backend, backend: Backend, options: Options) -> Step | None:
    """The step that makes the client; where there is none to make, that is said.

    `start` is the backend where planning started, which is where documents are taken; `backend` where it is by now.
    """
    facts = planning.facts
    home = RepoPath(f"{options.packages}/{options.sdk.name}")
    if facts.tree.is_dir(home):
        planning.found("sdk", home)
        return None
    contents = facts.document(options.sdk.document)
    if contents is None and not FRAMEWORKS[start.framework].documented:
        return None
    if contents is None:
        _undeclared(planning, start, options, home)
        return None
    found = contents.why or _read(contents.files)
    if isinstance(found, str):
        remedy = contents.remedy or f"correct [documents.{options.sdk.document}] in migrate.toml"
        message = f"is not made: {found}; {remedy} and run `migrate plan --phase 2` again"
        planning.findings.append(Finding("sdk", home, message))
        return None
    title = f"@{scope(facts, options.packages)}/{options.sdk.name}"
    paths = len(found.said["paths"])
    return Step(
        slug="sdk",
        title=f"Make {title}, a TypeScript client of {counted(paths, 'path')}",
        why="Applications ask the API through functions that the compiler checks against what the application says of itself.",
        actions=tuple(_package(facts, backend, options, home, title, found)),
        findings=(*_findings(facts, home), *_twice(found.said, RepoPath(f"{home}/{_DOCUMENT}"))),
    )


# the document ----------------------------------------------------------------------------------------------------------


def _read(files: Mapping[str, bytes]) -> _Document | str:
    """The OpenAPI document and its types among some files, or what is wrong with them."""
    document = next((path for path in files if path.endswith(".json")), None)
    types = next((path for path in files if path.endswith(".ts")), None)
    if document is None or types is None:
        return f"among its files is no {'.json, the OpenAPI document' if document is None else '.ts, the types of it'}"
    try:
        said = json.loads(files[document])
    except (ValueError, RecursionError):
        return f"{document} is no JSON"
    if not isinstance(said, dict) or "openapi" not in said or not isinstance(said.get("paths"), dict):
        return f"{document} is no OpenAPI document"
    if not said["paths"]:
        return f"{document} has no paths"
    text = files[types].replace(b"\r\n", b"\n").rstrip() + b"\n"
    return _Document(said, text) if b" paths " in text else f"{types} has no type `paths`, as {_GENERATOR.partition('@')[0]} writes it"


def _undeclared(planning: Planning, start: Backend, options: Options, home: RepoPath) -> None:
    """What to write into the plan file."""
    title = options.sdk.document
    message = f"is made of what the application says of itself: declare [documents.{title}] in migrate.toml (`migrate plan --phase 2 -v` shows it)"
    said = {
        "directory": parent(start.package) or ".",
        "setup": ["python", "-c", _saying(start, _DOCUMENT)],
        "command": f"npx --yes {_GENERATOR} {_DOCUMENT} --output {_TYPES}",
        "files": [_DOCUMENT, _TYPES],
        **({"inputs": [start.directory]} if start.directory else {}),
    }
    rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    shown = "\n".join(
        (
            "for migrate.toml, where `python` is one that has what the application needs, such as `{worktree}/.venv/bin/python`:",
            f"[documents.{title}]",
            *rows,
        )
    )
    planning.note("sdk", home, message)
    planning.details.append(Finding("declare", home, shown, severity="info"))


def _saying(backend: Backend, target: str) -> str:
    """The program that writes what an application says of itself, run where its package lies."""
    inside = below(backend.application.module, backend.root)
    application = backend.application.name
    written = f"Path('{target}').write_text(json.dumps({application}.openapi(), indent=2, ensure_ascii=False) + chr(10), encoding='utf-8')"
    return f"import json; from pathlib import Path; from {dotted(inside)} import {application}; {written}"


def _example(said: Mapping[str, Any]) -> str | None:
    """A path that answers JSON to a GET that says nothing else; None when there is none."""
    for path in said["paths"]:
        item = table(said["paths"], path)
        operation = table(item, "get")
        answered = table(table(table(operation, "responses"), "200"), "content")
        demanded = [one for holder in (item, operation) for one in holder.get("parameters") or () if one.get("required", "$ref" in one)]
        if "application/json" in answered and not demanded and "{" not in path:
            return str(path)
    return None


# the package -----------------------------------------------------------------------------------------------------------


def _package(facts: Facts, backend: Backend, options: Options, home: RepoPath, title: str, found: _Document) -> Iterator[Write]:  # noqa: PLR0913, PLR0917  one place calls it
    example = _example(found.said)
    sockets = _sockets(facts, backend, options)
    values: dict[str, object] = {
        "name": title,
        "paths": len(found.said["paths"]),
        "path": _quoted(example or next(iter(found.said["paths"]))),
        "example": _quoted(example) if example else "",
        "sockets": [_quoted(path) for path in sockets],
        "socket": _opened(sockets[0]) if sockets else None,
        "directory": backend.root or ".",
        "command": f'python -c "{_saying(backend, relative(home, backend.root) + "/" + _DOCUMENT)}"',
    }
    templates = {
        "README.md": "readme.md.j2",
        "src/client/index.ts": "client.ts.j2",
        **({"src/client/sockets.ts": "sockets.ts.j2"} if sockets else {}),
        "src/index.ts": "index.ts.j2",
        "src/types/index.ts": "types.ts.j2",
        "src/utils/index.ts": "utils.ts.j2",
        "tests/client.test.ts": "client.test.ts.j2",
    }
    contents = {
        _DOCUMENT: dumps(found.said).encode(),
        "package.json": dumps(_manifest(title)).encode(),
        f"src/types/{_TYPES}": found.types,
        "tsconfig.json": dumps(_tsconfig(facts, options, home)).encode(),
        **{path: render(_HERE, f"sdk/{template}", **values) for path, template in templates.items()},
    }
    return (Write(RepoPath(f"{home}/{path}"), content) for path, content in sorted(contents.items()))


def _manifest(title: str) -> dict[str, object]:
    return {
        "name": title,
        "version": "0.1.0",
        "private": True,
        "description": "The typed client of this repository's API.",
        "type": "module",
        "sideEffects": False,
        "exports": {".": "./src/index.ts"},
        "types": "./src/index.ts",
        "scripts": {
            "generate": f"openapi-typescript {_DOCUMENT} --output src/types/{_TYPES}",
            "test": "vitest run",
            "typecheck": "tsc --noEmit",
        },
        "dependencies": _LIBRARIES,
        "devDependencies": _TOOLS,
    }


def _tsconfig(facts: Facts, options: Options, home: RepoPath) -> dict[str, object]:
    """Compiler options: those that the packages share, where there are some, and what this package cannot do without."""
    base = RepoPath(f"{options.packages}/config/typescript-config/base.json")
    above = {"extends": relative(base, home)} if base in facts.tree else {}
    return {**above, "compilerOptions": _COMPILER, "include": ["src", "tests"]}


def _findings(facts: Facts, home: RepoPath) -> Iterator[Finding]:
    manager = facts.atlas.node.manager or "npm"
    if any(is_within(home, glob.removesuffix("/*")) for space in facts.atlas.node.workspaces if space.root == ROOT for glob in space.globs):
        yield Finding("install", "package.json", f"run `{manager} install` once at the root to write the lock file", severity="info")
    else:
        message = f"no workspace at the root covers it: phase 1 makes one of {parent(home)}/*; until then it is installed by itself"
        yield Finding("workspace", home, message, severity="info")


def _twice(said: Mapping[str, Any], path: RepoPath) -> Iterator[Finding]:
    """Ids that several operations have, which makes one type of them."""
    operations = [
        operation for item in said["paths"].values() if isinstance(item, dict) for operation in item.values() if isinstance(operation, dict)
    ]
    ids = Counter(str(operation["operationId"]) for operation in operations if "operationId" in operation)
    for title in sorted(title for title, times in ids.items() if times > 1):
        yield Finding("operation", path, f"{ids[title]} operations have the id `{title}`: their types are mixed up until each has one of its own")


# WebSockets ------------------------------------------------------------------------------------------------------------


def _sockets(facts: Facts, backend: Backend, options: Options) -> tuple[str, ...]:
    """The paths of WebSockets that the source shows, also of those that services serve by now."""
    found = set()
    for application in applications(facts):
        if application == backend.application or (is_within(application.module, options.directory) and name(application.module) == "main.py"):
            found |= {PARAMETER.sub(r"{\1}", path) for path in _known(facts, application)}
    return tuple(sorted(found))


def _known(facts: Facts, application: Name) -> Iterable[str]:
    """The paths of an application's WebSockets; without those that only the running application knows."""
    for route in routes(facts, application).of({"WEBSOCKET"}).distinct:
        if is_known(route.path, facts.read(route.module), facts.read(application.module)):
            yield route.path


def _opened(path: str) -> dict[str, str]:
    """What a test gives for a WebSocket, and where that is."""
    names = [token[1:-1] for token in BRACES.findall(path)]
    given = ", ".join(f"{key}: 'a b'" for key in dict.fromkeys(names))
    place = "wss://api.test" + BRACES.sub("a%20b", path)
    return {"arguments": _quoted(path) + (f", {{ {given} }}" if given else ""), "place": _quoted(place)}


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
