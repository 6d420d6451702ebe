"""Which distributions a Python project requires, and which of them a module needs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping

from migrator.atlas.python import STDLIB
from migrator.facts import Facts
from migrator.paths import RepoPath, name

__all__ = ["needed", "normalized", "requirements"]

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)")
_COMMENT = re.compile(r"(^|\s)#.*$")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "argon2": ("argon2-cffi",),
    "attr": ("attrs",),
    "bs4": ("beautifulsoup4",),
    "cv2": ("opencv-python", "opencv-python-headless"),
    "dateutil": ("python-dateutil",),
    "docx": ("python-docx",),
    "dotenv": ("python-dotenv",),
    "fitz": ("pymupdf",),
    "git": ("gitpython",),
    "google": ("google-cloud-storage", "google-api-python-client", "google-auth"),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "magic": ("python-magic",),
    "multipart": ("python-multipart",),
    "mysqldb": ("mysqlclient",),
    "nacl": ("pynacl",),
    "OpenSSL": ("pyopenssl",),
    "PIL": ("pillow",),
    "psycopg2": ("psycopg2-binary", "psycopg2"),
    "pydantic": ("pydantic", "pydantic-settings", "fastapi"),
    "sentry_sdk": ("sentry-sdk",),
    "serial": ("pyserial",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "slugify": ("python-slugify",),
    "socketio": ("python-socketio",),
    "starlette": ("starlette", "fastapi"),
    "telegram": ("python-telegram-bot",),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
}
"""Import names that are not their distribution's, each with what brings it."""
_UNSEEN: tuple[tuple[re.Pattern[bytes], tuple[str, ...]], ...] = (
    (re.compile(rb"\bEmailStr\b"), ("email-validator",)),
    (re.compile(rb"\b(?:UploadFile|Form|File|OAuth2PasswordRequestForm)\b"), ("python-multipart",)),
    (re.compile(rb"\bcreate_async_engine\b|\basync_engine_from_config\b"), ("asyncpg", "aiosqlite", "aiomysql", "asyncmy", "greenlet")),
    (re.compile(rb"\bcreate_engine\b|\bengine_from_config\b"), ("psycopg2-binary", "psycopg2", "psycopg", "pymysql", "mysqlclient")),
    (re.compile(rb"\bSessionMiddleware\b"), ("itsdangerous",)),
    (re.compile(rb"\bJinja2Templates\b"), ("jinja2",)),
    (re.compile(rb"\bTestClient\b"), ("httpx",)),
    (re.compile(rb"\benv_file\b"), ("python-dotenv",)),
)
"""What libraries load by themselves when something of them is used."""


def normalized(distribution: str) -> str:
    """The name under which the index knows a distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def requirements(facts: Facts, directory: RepoPath) -> Mapping[str, str]:
    """What a project requires by its requirements files and its pyproject.toml, in order: normalized name to the requirement as it is written."""
    found: dict[str, str] = {}
    for last in sorted(facts.tree.folders.get(directory, ())):
        path = RepoPath(f"{directory}/{last}" if directory else last)
        if last.startswith("requirements") and last.endswith((".txt", ".in")):
            lines: Iterable[str] = facts.read(path).decode("utf-8-sig", "replace").splitlines()
        elif last == "pyproject.toml":
            lines = _declared(facts.read(path).decode("utf-8-sig", "replace"))
        else:
            continue
        for line in lines:
            text = _COMMENT.sub("", line).strip()
            if text and not text.startswith("-") and (match := _REQUIREMENT.fullmatch(text)):
                found.setdefault(normalized(match[1]), text)
    return found


def _declared(text: str) -> Iterator[str]:
    try:
        dependencies = tomllib.loads(text).get("project", {}).get("dependencies", [])
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    yield from (line for line in dependencies if isinstance(line, str))


def needed(
    facts: Facts, modules: Iterable[RepoPath], available: Mapping[str, str], also: Iterable[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the requirements that are available those that some modules (and further imports) need, as written; and the imports that none explains."""
    wanted: set[str] = set()
    unknown: set[str] = set()
    modules = tuple(modules)
    for top in {*also, *(top for module in modules for top in _outside(facts, module))}:
        found = [normalized(d) for d in (*_NAMES.get(top, ()), top) if normalized(d) in available]
        wanted.update(found[:1])
        if not found:
            unknown.add(top)
    for module in modules:
        source = facts.read(module)
        for pattern, distributions in _UNSEEN:
            if pattern.search(source):
                wanted.update(d for d in distributions if d in available)
    return tuple(available[one] for one in available if one in wanted), tuple(sorted(unknown))


def _outside(facts: Facts, module: RepoPath) -> Iterator[str]:
    """The top-level names of the libraries that a module imports."""
    if name(module).rpartition(".")[2] not in {"py", "pyi"}:
        return
    seen: set[str] = set()
    for reference in facts.graph.references.get(module, ()):
        mention, target = reference.mention, reference.target
        if mention.kind not in {"from", "star", "import"} or target.path is not None or target.missing:
            continue
        top = (mention.base or mention.text).partition(".")[0]
        if top and top not in STDLIB and top not in seen:
            seen.add(top)
            yield top
