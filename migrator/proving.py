"""Rows of the catalogue proven and looked for: whether an example follows and a look-alike stays, and which rows a tree has a use for.

The ground of a proof is a repository of our own making, in memory: nothing of the repository that a row came with takes part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migrator.build import build
from migrator.cache import Cache
from migrator.errors import PlanError
from migrator.facts import Facts
from migrator.graph import Scanner, is_legible
from migrator.languages import language_of
from migrator.languages.text.catalogue import Catalogue, Format, Row, place, plain, sourced, used
from migrator.languages.text.catalogue import Entry as Rows
from migrator.languages.text.catalogue import form as form_of
from migrator.paths import RepoPath, name
from migrator.step import Move, Step
from migrator.tree import FILE, SUBMODULE, SYMLINK, Entry, Store, Tree

__all__ = ["Proof", "Use", "proof", "proofs", "unread", "uses"]

_EMPTY = """
README.md apps/backend/.env.example apps/backend/Dockerfile apps/backend/alembic/env.py apps/backend/app/__init__.py
apps/backend/app/core/__init__.py apps/backend/app/main.py apps/backend/app/settings.py apps/backend/app/workers/__init__.py
apps/backend/app/workers/celery_app.py apps/backend/requirements.txt apps/backend/scripts/entrypoint.sh apps/backend/scripts/seed.py
apps/backend/setup.py apps/backend/tests/__init__.py apps/backend/tests/test_main.py apps/frontend/next.config.mjs
apps/frontend/package-lock.json apps/frontend/public/logo.png apps/frontend/src/lib/api.ts apps/frontend/src/styles/main.css docs/guide.md
docs/img/arch.png infra/docker/Dockerfile.api infra/nginx/nginx.conf infra/terraform/prod/main.tf server/Dockerfile server/main.py
server/requirements.txt tools/lib/common.sh tools/setup.sh
""".split()  # noqa: SIM905  a list of paths reads as one
_GROUND: Mapping[str, str] = dict.fromkeys(_EMPTY, "") | {
    "apps/backend/app/core/config.py": "class Item: ...\n",
    "apps/backend/lib/api/package.json": "{}",
    "studio/tsconfig.json": '{"compilerOptions": {"baseUrl": ".."}}',
    "apps/frontend/package.json": '{"name": "web"}\n',
}
_PLACES = {
    "{backend}": ("apps/backend", "services/api"),
    "{web}": ("apps/frontend", "apps/web"),
    "{top}": ("server", "services/server"),
    "{docs}": ("docs/img", "docs/pictures"),
}
"""What stands for a place in an example, and where that is before and after."""
_MODULES = {"{module}": ("app.core.config", "app.base.config"), "{schema}": ("app__core__config__Item", "app__base__config__Item")}
"""What stands for the name of a module (of a class in it), before and after it moves."""
_NOTHING = frozenset({b""})
"""The words of a file that says nothing."""
_MOVED = ("apps/backend/app/core", "apps/backend/app/base")
"""What moves where a module does."""


def proof(formats: Catalogue, form: Format, row: Row) -> tuple[str, ...]:
    """What speaks against a row, in words; nothing where its example follows what moves and its look-alike stays."""
    path = place(form.files, row)
    spoken = language_of(RepoPath(path), formats.dialect) if path else None
    if spoken is None or spoken[1] != formats.dialect(path) or plain(spoken[1]) != form.name:
        return (f"its example stands in {path or 'no file'}, which is read as {plain(spoken[1]) if spoken else 'nothing'}",)
    found: list[str] = []
    if row.holds != "nothing":
        if not any(mark in row.example for mark in (*_PLACES, *_MODULES)):
            found.append(f"its example moves nothing: put {', '.join(_PLACES)} or {{module}} where the place stands")
        elif told := _told(formats, path, row.example, row.example, follows=True):
            found.append(f"its example does not follow what moves: {told}")
    if told := _told(formats, path, row.same, row.example, follows=False):
        found.append(f"its look-alike does not stay: {told}")
    return tuple(found)


@dataclass(frozen=True)
class Proof:
    """A row that was added to the catalogue: where it is from, its format, and what speaks against it (`proof`)."""

    where: str
    format: Format
    row: Row
    problems: tuple[str, ...]


def proofs(formats: Catalogue, added: Iterable[tuple[str, Rows]]) -> tuple[Proof, ...]:
    """Each added row with its proof, in the order given; `added` holds the places rows are from and their entries."""
    rows = [(where, formats.formats[entry.name], sourced(row, entry)) for where, entry in added for row in entry.rows]
    return tuple(Proof(where, form, row, proof(formats, form, row)) for where, form, row in rows)


def _told(formats: Catalogue, path: str, text: str, example: str, *, follows: bool) -> str:
    """The first line of a text that is not what it should be once things have moved, and what it should be."""
    modular = any(mark in example for mark in _MODULES)
    moves = [_MOVED] if modular else [*_PLACES.values()]
    before, wanted = _said(text, new=False), _said(text, new=follows)
    store = Store(_absent)
    files = {RepoPath(where): content.encode() for where, content in {**_GROUND, path: before}.items()}
    tree = Tree({where: Entry(FILE, store.add(content)) for where, content in files.items()})
    facts = Facts(tree, store, Scanner(store, Cache(None), formats=formats))
    try:
        built = build(facts, Step("proof", "Proof", "", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves)))
    except PlanError as error:
        return error.message
    now = built.after.read(built.moves(RepoPath(path))).decode("utf-8", "replace")
    if now != wanted:
        lines = zip(now.splitlines(), wanted.splitlines(), strict=False)
        is_, should = next(((one, other) for one, other in lines if one != other), (now, wanted))
        return f"`{is_.strip()}` should be `{should.strip()}`"
    return str(built.losses[0]) if built.losses else ""


def _said(text: str, *, new: bool) -> str:
    for mark, pair in (*_PLACES.items(), *_MODULES.items()):
        text = text.replace(mark, pair[new])
    return text


def _absent(blob: str) -> bytes:
    raise KeyError(blob)


@dataclass(frozen=True)
class Use:
    """A format that a tree has files of, those files, and which of its rows speak of something in them, with the files for each."""

    format: Format
    files: tuple[RepoPath, ...]
    rows: Mapping[Row, tuple[RepoPath, ...]]


def uses(facts: Facts) -> tuple[Use, ...]:
    """The formats of text that a tree has files of, those with the most files first."""
    files: dict[str, list[RepoPath]] = {}
    for path in _texts(facts):
        spoken = language_of(path, facts.scanner.dialect)
        if spoken is not None and facts.scanner.dialect(path) == spoken[1]:
            files.setdefault(spoken[1], []).append(path)
    found = []
    for dialect, paths in files.items():
        rows: dict[Row, list[RepoPath]] = {}
        for path in paths:
            source = facts.read(path)
            for row in used(source.decode("utf-8-sig", "replace"), dialect) if is_legible(source) else ():
                rows.setdefault(row, []).append(path)
        form = form_of(dialect)
        found.append(Use(form, tuple(paths), {row: tuple(rows[row]) for row in form.rows if row in rows}))
    return tuple(sorted(found, key=lambda use: (-len(use.files), use.format.name)))


def unread(facts: Facts) -> Mapping[str, tuple[RepoPath, ...]]:
    """The files of text that nobody here reads, by kind (an extension, or the whole name where there is none), the most first."""
    found: dict[str, list[RepoPath]] = {}
    words = facts.scanner.words(facts.tree)
    for path in _texts(facts):
        if words.get(path, _NOTHING) - _NOTHING and language_of(path, facts.scanner.dialect) is None:
            last = name(path)
            found.setdefault(f"*{last[last.rfind('.') :]}" if "." in last[1:] else last, []).append(path)
    count = Counter({kind: len(paths) for kind, paths in found.items()})
    return {kind: tuple(found[kind]) for kind in sorted(found, key=lambda kind: (-count[kind], kind))}


def _texts(facts: Facts) -> Iterable[RepoPath]:
    """The files that are somebody's to read."""
    return sorted(path for path, entry in facts.tree.items() if entry.mode not in {SYMLINK, SUBMODULE} and not facts.scanner.hidden(path))
