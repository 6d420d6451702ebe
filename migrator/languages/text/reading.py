"""What a text mention names: its token read against each base that its format allows.

**live** when all readings that find something agree, **ambiguous** when they do not, **ghost** when the token looks like a path of
this repository and nothing is there, nothing at all otherwise.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from migrator.languages.base import EXTERNAL, MISSING, Mention, Target
from migrator.languages.text.bases import Base, ImageRoot, bases, image_roots, is_document, shown
from migrator.languages.text.page import FILE, HERE, HOME, IMAGE, NEAR, UP, names
from migrator.paths import RepoPath, ancestors, is_within, join, parent

if TYPE_CHECKING:
    from migrator.atlas import Atlas


class Rule(NamedTuple):
    """How the token of one kind of mention is read."""

    bare: bool = False
    """A single name counts, not only something with a slash."""
    folder: bool = False
    """Only a directory counts."""
    rooted: bool = False
    """A leading slash means the base's own root rather than the machine's."""
    absent: bool = False
    """It names what is never tracked: only the folder that holds it must be there."""
    link: bool = False
    """Percent-escapes are decoded; `?` and `#` end the path."""
    ghost: bool = True
    """It may be a ghost."""
    endings: tuple[str, ...] = ()
    """Extensions that may be left out."""
    attribute: bool = False
    """What follows the last dot is a name in the file."""
    strict: bool = False
    """It stands in prose: a ghost only when it can hardly be anything else."""
    sure: bool = False
    """Its tool reads it against the one directory that its base is, whether what it names is tracked or not."""


_CODE = (".py", ".ts", ".js", ".mjs", ".cjs", ".mts", ".cts", ".tsx", ".jsx", ".go", ".rb")
"""Extensions of files that a platform loads, in the order in which it looks."""

RULES = {
    "path": Rule(),
    "name": Rule(bare=True),
    "plain": Rule(bare=True),
    "config": Rule(bare=True, ghost=False, endings=(".json",)),
    "document": Rule(bare=True, ghost=False, endings=(".rst", ".md", ".ipynb", ".txt")),
    "imported": Rule(bare=True, ghost=False, endings=(".mdx", ".md", ".tsx", ".ts", ".jsx", ".js")),
    "anywhere": Rule(bare=True, folder=True, ghost=False),
    "handler": Rule(bare=True, ghost=False, endings=_CODE, attribute=True),
    "goes": Rule(bare=True),
    "word": Rule(bare=True, ghost=False),
    "source": Rule(bare=True, ghost=False),
    "batch": Rule(bare=True, ghost=False),
    "dir": Rule(bare=True, folder=True),
    "beside": Rule(bare=True, sure=True),
    "context": Rule(bare=True, folder=True, sure=True),
    "made": Rule(bare=True, absent=True, ghost=False),
    "rooted": Rule(bare=True, rooted=True),
    "ignore": Rule(bare=True, rooted=True, absent=True),
    "ignored": Rule(bare=True, rooted=True, absent=True, ghost=False),
    "include": Rule(bare=True, absent=True, ghost=False),
    "pattern": Rule(bare=True),
    "link": Rule(bare=True, rooted=True, link=True),
    "prose": Rule(strict=True),
}
"""Every kind of path mention; `module`, `package`, `symbol` and `schema` are read by the Python atlas, `climb` (`.Parent.Parent`) counts folders, `drawn` is an
entry of a drawn directory tree, `alias` is read by the compiler's paths."""

_PART = re.compile(r"[^/\\]+")
_SUFFIX = re.compile(r"::|#|:(?=\d+(?:[:-]\d+)?$)|\?(?=[\w=&.-]*(?:#[^?]*)?$)")
_WILD = re.compile(r"[*?\[\]{}$%<>()]")
_FOREIGN = re.compile(r"[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]*:(?!:)(?!\d+(?::\d+)?$)|//|\\\\[^\\]|~|@")

_UNTRACKED = names(
    ".env .venv venv env node_modules dist build out .next .nuxt .turbo .cache .svelte-kit coverage htmlcov .coverage __pycache__ "
    ".pytest_cache .mypy_cache .ruff_cache .tox .nox target logs log tmp temp uploads test-results playwright-report storybook-static "
    ".terraform vendor site-packages .vercel .swc .eslintcache .parcel-cache .hypothesis reports test-reports coverage.xml lcov.info "
    "junit.xml local.settings.json"
)
_UNTRACKED_SHAPES = (
    ".env.*",
    "*.log",
    "*.pyc",
    "*.sqlite",
    "*.sqlite3",
    "*.db",
    "*.tsbuildinfo",
    "*.tfstate",
    "*.egg-info",
    "*.pem",
    "*.key",
    "*.crt",
)

EXTENSIONS = names(
    "py pyi ipynb ts tsx js jsx mjs cjs mts cts css scss less html htm vue svelte astro json jsonc json5 yml yaml toml ini cfg conf md "
    "mdx rst txt sh bash zsh fish ps1 psm1 psd1 bat cmd sql tf tfvars hcl tpl j2 mako env example sample lock xml svg png jpg jpeg gif "
    "webp ico pdf csv go rs java rb php proto graphql gql prisma dockerfile mk service log db sqlite bak template properties gradle kt "
    "swift c h cpp hpp cs"
)
"""The extensions that make a token look like a file."""


Part = tuple[int, int, str]
"""A component of a token: its span and its name."""
_EDITORS = names(".vscode .zed .cursor .idea .fleet")
ANEW = "anew:"
"""How `via` begins when the working directory was left out."""


class _Known(NamedTuple):
    names: frozenset[str]
    directories: frozenset[str]


_KNOWN: WeakKeyDictionary[Atlas, _Known] = WeakKeyDictionary()


def _known(atlas: Atlas) -> _Known:
    """Every name in a tree, and every name of a directory."""
    known = _KNOWN.get(atlas)
    if known is None:
        folders = atlas.tree.folders
        directories = frozenset(path.rpartition("/")[2] for path in folders if path)
        known = _KNOWN[atlas] = _Known(atlas.tree.names, directories)
    return known


def climbed(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """The folder that a chain of `.Parent` leads to."""
    steps = mention.text.lower().count(".parent")
    for via, directory in bases(mention.base, at, atlas):
        levels = (directory, *ancestors(directory))
        if steps < len(levels):
            return Target(levels[steps], "", via)
    return EXTERNAL


def drawn(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """What an entry of a drawn tree shows."""
    base = shown(mention.base, at, atlas)
    path = None if base is None else join(base.directory, mention.text)
    return Target(path, "", base.via) if base is not None and path is not None and atlas.exists(path) else EXTERNAL


def in_image(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """What an absolute path names in the images that are built here: what is mounted there tells which of them it is."""
    text = mention.text.rstrip("/")
    source = join(parent(at), mention.base.removeprefix(IMAGE)) if mention.base != IMAGE else None
    mounted = source if source and atlas.exists(source) else None
    head, _, last = text.rpartition("/")
    for place, rest in ((text, ""), (head, f"/{last}")):
        if rest and not is_untracked(last):
            break
        roots = image_roots(atlas)
        hits = {path: root.place for root in roots if (path := _mirrored(root, place, atlas, roots)) is not None}
        if mounted is not None and not rest:
            hits = {path: via for path, via in hits.items() if path == mounted}
        if len(hits) == 1:
            (path, via), *_ = hits.items()
            return Target(path, rest + mention.text[len(text) :], f"image:{via}")
    return EXTERNAL


def _mirrored(root: ImageRoot, place: str, atlas: Atlas, roots: Sequence[ImageRoot]) -> RepoPath | None:
    """What a place in an image is of the repository, if it lies below a root of the image or is one that lies below another one."""
    steps = root.below(place)
    inner = steps == "" and any(is_within(place, other.place) for other in roots if other.place != place)
    path = join(root.directory, steps) if steps or (inner and steps is not None) else None
    return path if path is not None and atlas.exists(path) else None


def plain_text(mention: Mention) -> str:
    """The text of a mention without the escapes of a regular expression."""
    return mention.text.replace("\\.", ".").replace("\\/", "/") if mention.kind == "pattern" else mention.text


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """What a path mention names when it stands in the file `at`; where nothing is there, the place that its tool is sure to look at."""
    found = _resolved(mention, at, atlas)
    sure = found.path is None and not found.others and RULES[mention.kind].sure and mention.base == FILE
    return found._replace(place=placed(parent(at), mention.text)) if sure else found


COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = ("compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml")
"""The names by which compose finds its files, in its order."""


def composed(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """The file that compose finds when it is started somewhere: there, or in the nearest folder above."""
    hits: dict[RepoPath, str] = {}
    for via, directory in bases(mention.base, at, atlas):
        levels = (directory, *ancestors(directory)) if directory else (directory,)
        path = next((path for level in levels for one in COMPOSE if (path := _below(level, one)) in atlas.tree), None)
        if any(b"COMPOSE_FILE" in atlas.read(env) for level in {directory, parent(path or "")} if (env := _below(level, ".env")) in atlas.tree):
            return EXTERNAL
        if path is not None and (path not in hits or parent(path) == directory):
            hits[path] = via
    if len(hits) == 1:
        (path, via), *_ = hits.items()
        return Target(path, "", via)
    return Target(None, "", "ambiguous", others=tuple(sorted(hits))) if hits else EXTERNAL


def overriding(path: RepoPath, atlas: Atlas) -> RepoPath | None:
    """What compose reads besides a file that it finds, and leaves out when it is told that file."""
    return next((there for one in _OVERRIDES if (there := _below(parent(path), one)) in atlas.tree), None)


def _below(directory: RepoPath, name: str) -> RepoPath:
    return RepoPath(f"{directory}/{name}" if directory else name)


def placed(directory: RepoPath, text: str) -> str | None:
    """Where a relative path leads from a directory, `..` in front where that is outside of the repository; None for what is no such path."""
    slashed = text.replace("\\", "/")
    if slashed.startswith(("/", "$", "github.com/")) or "://" in slashed or _FOREIGN.match(text):
        return None
    return posixpath.normpath(posixpath.join(directory, slashed))


def _resolved(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    rule = RULES[mention.kind]
    mention = mention._replace(text=plain_text(mention))
    text = mention.text
    if (text[0] in "/\\" and not (rule.rooted and text[0] == "/")) or _FOREIGN.match(text) or "://" in text:
        return EXTERNAL
    parts = [(found.start(), found.end(), unquote(found.group()) if rule.link else found.group()) for found in _PART.finditer(text)]
    names = [name for _, _, name in parts]
    real = [name for name in names if name not in {".", ".."}]
    dots = not real
    if (dots and not mention.base.startswith(FILE) and mention.base.endswith(":")) or not parts:
        return EXTERNAL
    if len(parts) < 2 and not rule.bare and not (text.endswith(("/", "\\")) and real):  # noqa: PLR2004  a slash needs two sides
        return EXTERNAL
    known = _known(atlas)
    plain = None if dots else _SUFFIX.split(real[0], maxsplit=1)[0]
    if (
        plain is not None
        and names[0] == real[0]
        and not _WILD.search(plain)
        and real[0] not in known.names
        and plain not in known.names
        and not rule.endings
    ):
        return EXTERNAL
    if mention.kind == "anywhere" and len(real) == 1:
        homes = [folder for folder in atlas.tree.folders if folder.rpartition("/")[2] == real[0]] if real[0] in known.directories else []
        return Target(homes[0], "", "anywhere") if len(homes) == 1 else EXTERNAL
    starts = list(bases(_rooted(mention, rule), at, atlas))
    climbs = mention.base == UP and names[0] == ".."
    found = _read(mention, parts, starts[:1] if climbs else starts, atlas)  # who climbs knows from where
    if found is None and climbs and mention.kind == "dir":
        found = _read(mention, parts, starts[1:], atlas)  # a script that is run in a folder above its own says so by where it goes
    if found is None and mention.base.startswith(UP) and mention.base != UP and ".." not in names and _begins_anew(mention, real, at):
        found = _read(mention, parts, list(bases(UP, at, atlas)), atlas)
        found = found._replace(via=f"{ANEW}{found.via}") if found is not None and not found.rest else None
    if found is not None:
        return found
    return MISSING if starts and _is_ghost(text, real, rule, known) else EXTERNAL


def _read(mention: Mention, parts: list[Part], starts: list[Base], atlas: Atlas) -> Target | None:
    """What a token names from some directories; None when it names nothing."""
    rule = RULES[mention.kind]
    for body, rest, exact in _cuts(mention, parts):
        hits: dict[RepoPath, str] = {}
        near = mention.base in {UP, HERE} and not rule.folder and "/" not in body and "." not in body[1:]
        for via, directory in starts:
            path = join(directory, body)
            if path is None or (not exact and (following := _next(rest)) and atlas.exists(f"{path}/{following}" if path else following)):
                continue
            if rule.endings and path not in atlas.tree and (rule.attribute or not atlas.exists(path)):
                path = next((there for ending in rule.endings if (there := RepoPath(f"{path}{ending}")) in atlas.tree), path)
            if _is_there(path, rule, atlas, exact=exact) and not (rest.startswith(":") and path not in atlas.tree):
                hits.setdefault(path, via)
        if len(hits) == 1 or (hits and mention.base == NEAR):
            path, via = next(iter(hits.items()))
            if near and via not in ({starts[0].via} if rule.strict else {"root", "up0"}):
                return None
            return Target(path, rest, via)
        if hits:
            return Target(None, rest, "ambiguous", others=tuple(sorted(hits)))
    return None


def _begins_anew(mention: Mention, real: list[str], at: RepoPath) -> bool:
    """Whether a token may be seen from the start again, whatever directory was changed into before it."""
    loose = is_document(at) or is_within_editor(at)
    return (len(real) > 1 and (mention.kind == "prose" or loose)) or (mention.kind == "dir" and loose)


def is_within_editor(at: RepoPath) -> bool:
    """Whether a file is an editor's: people write its commands as seen from the workspace, whatever directory they start in."""
    return any(part in _EDITORS for part in at.split("/")[:-1])


def _next(rest: str) -> str:
    """The first part of a rest, if it can be a name."""
    found = _PART.search(rest)
    return "" if found is None or _WILD.search(found.group()) else found.group()


def _rooted(mention: Mention, rule: Rule) -> str:
    """The base of a token with a leading slash: the repository's root, or for an ignore file its own folder."""
    if mention.text[0] == "/" and rule.rooted and rule.link:
        return HOME
    return mention.base


def _is_there(path: RepoPath, rule: Rule, atlas: Atlas, *, exact: bool) -> bool:
    if atlas.tree.is_dir(path):
        return True
    return exact and not rule.folder and path in atlas.tree


def _cuts(mention: Mention, parts: list[Part]) -> Iterator[tuple[str, str, bool]]:
    """The ways to take a token as a path and a rest: whole, before an anchor, before a pattern, before what is never tracked."""
    text, rule, here = mention.text, RULES[mention.kind], mention.base.startswith(FILE)
    if rule.attribute:
        body, dot, attribute = "/".join(name for _, _, name in parts).rpartition(".")
        if body:
            yield body, dot + attribute, True
        return
    yield "/".join(name for _, _, name in parts), "", True
    suffix = _SUFFIX.search(text)
    if suffix is not None and suffix.start() > 0:
        head = [(s, min(e, suffix.start()), name) for s, e, name in parts if s < suffix.start()]
        names = [unquote(text[s:e]) if rule.link else text[s:e] for s, e, _ in head]
        yield "/".join(names), text[suffix.start() :], True
    wild = next((index for index, (_, _, name) in enumerate(parts) if _WILD.search(name)), len(parts))
    for index in range(min(wild, len(parts) - 1), 0, -1):
        # Where the format says what a path is read against, a last name that is not there may be made by a build.
        sure = not rule.strict and not rule.link and not mention.base.startswith((UP, HERE)) and any(name.strip(".") for _, _, name in parts[:index])
        made = sure and not rule.endings and index == len(parts) - 1 and "." not in parts[index][2]
        absent = rule.absent or made or is_untracked(parts[index][2])
        if (index == wild or absent) and (here or any(name != "." for _, _, name in parts[:index])):
            yield "/".join(name for _, _, name in parts[:index]), text[parts[index - 1][1] :], False


def is_untracked(name: str) -> bool:
    """Whether files of this name exist while one works and are never committed."""
    return name in _UNTRACKED or any(fnmatchcase(name, shape) for shape in _UNTRACKED_SHAPES)


def _is_ghost(text: str, real: list[str], rule: Rule, known: _Known) -> bool:
    """Whether a token that names nothing was once meant to name something here."""
    if not rule.ghost or not real or (rule.absent and real[0].startswith(".")) or any(_WILD.search(name) or " " in name for name in real[:1]):
        return False
    last = _SUFFIX.split(real[-1], maxsplit=1)[0]
    file = last.rpartition(".")[2].lower() in EXTENSIONS and "." in last[1:]
    folder = real[0] in known.directories
    if rule.strict:
        return folder and len(real) > 1 and file
    if rule.link and text.startswith("/"):
        return file  # else it is more likely a route of a site
    if rule.bare:
        return folder or file
    return folder and (file or text.endswith("/") or len(real) > 1)
