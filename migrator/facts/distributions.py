"""Which distributions a Python project requires, and which of them a module needs."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.atlas.python import STDLIB
from migrator.facts.plain import ini, table, toml
from migrator.paths import RepoPath, join, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = [
    "MANIFESTS",
    "Declared",
    "Unread",
    "declared",
    "distribution",
    "listed",
    "manifest_of",
    "needed",
    "normalized",
    "requirements",
    "specifier",
]

MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.txt", "manage.py")
"""What makes a directory a project of Python; the first that is there is its manifest."""

_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~;@(].*)?")
_LIMIT = re.compile(r"([A-Za-z0-9][\w.-]*?)\s*((?:[<>=!~]=?=?)[^;@]*)")
_VERSIONED = re.compile(r"^[^;]*[<>=!~@]")
_OPTION = re.compile(r"(--?[a-z][a-z-]*)[\s=]*(.*)")
_HASHES = re.compile(r"\s--(?:hash|config-settings?|global-option)[=\s].*$")
_CREDENTIALS = re.compile(r"://[^/\s]*:[^/\s]*@|\$\{")
_COMMENT = re.compile(r"(^|\s)#.*$")
_FIRST = ("pyproject.toml", "requirements.in", "requirements.txt")
_BASES = ("base.in", "base.txt", "common.txt", "main.txt", "prod.txt", "production.txt")
_TABLES = frozenset({"pyproject.toml", "Pipfile", "setup.cfg"})
_INDEXES = frozenset({"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index"})
_DEVELOPMENT = frozenset(
    {*("dev", "devel", "develop", "development", "local", "test", "tests", "testing"), *("lint", "doc", "docs", "ci", "typing", "tools")}
)
_TOOL = re.compile(
    r"pytest|pytest-.+|coverage|hypothesis|factory-boy|faker|freezegun|respx|responses|testcontainers|fakeredis|tox|nox|pre-commit|ruff|black|isort"
    r"|flake8|flake8-.+|mypy|pyright|pylint|bandit|types-.+|ipython|ipdb|debugpy"
)
"""Distributions that nobody needs who only runs an application, wherever they are listed."""
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


def manifest_of(facts: Facts, directory: RepoPath) -> RepoPath | None:
    """What makes a directory a project of Python; None where nothing does, or it is hidden. In a package `setup.py` is a module of that name."""
    entries = facts.tree.folders.get(directory, ())
    last = next((one for one in MANIFESTS if one in entries and not (one == "setup.py" and "__init__.py" in entries)), None)
    path = join(directory, last) if last is not None else None
    return path if path is not None and not facts.scanner.hidden(path) else None


def normalized(distribution: str) -> str:
    """The name under which the index knows a distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def distribution(requirement: str) -> str:
    """The normalized name of what a requirement asks for; empty where it has none."""
    found = re.match(r"[\w.-]+", requirement)
    return normalized(found[0]) if found else ""


def requirements(facts: Facts, directory: RepoPath) -> Mapping[str, str]:
    """What a project requires to run, in order: normalized name to the requirement as `[project]` would have it.

    It is read of its pyproject.toml (also Poetry's tables), its requirements files with what they include, its setup.cfg and its Pipfile.
    """
    return declared(facts, directory).runtime


class Unread(NamedTuple):
    """Something in a manifest that is no requirement by name, so that no other manifest can say it."""

    path: RepoPath
    line: int
    why: str


class Declared(NamedTuple):
    """What a project requires: to run, to be developed, and what could not be read."""

    runtime: Mapping[str, str]
    development: Mapping[str, str]
    """What nobody needs who only runs it: by the file or group that it stands in, or because it is a tool."""
    unread: tuple[Unread, ...]


def declared(facts: Facts, directory: RepoPath) -> Declared:
    """What a project requires by everything in its directory that says so; the first that names a distribution has it."""
    reading = _Reading(facts)
    last_names = sorted(facts.tree.folders.get(directory, ()), key=lambda last: (last not in _FIRST, last))
    for last in last_names:
        path = RepoPath(f"{directory}/{last}" if directory else last)
        if last == "requirements" and facts.tree.is_dir(path):
            for inner in sorted(facts.tree.folders.get(path, ()), key=lambda one: (one not in _BASES, one)):
                if inner.endswith((".txt", ".in")):
                    reading.lines(RepoPath(f"{path}/{inner}"), development=_is_development(inner))
        elif last.startswith("requirements") and last.endswith((".txt", ".in")):
            reading.lines(path, development=_is_development(last))
        elif last in _TABLES:
            reading.manifest(path)
    runtime = {key: text for key, text in reading.runtime.items() if not _TOOL.fullmatch(key)}
    development = {key: text for key, text in {**reading.runtime, **reading.development}.items() if key not in runtime}
    if not reading.runtime and (script := RepoPath(f"{directory}/setup.py" if directory else "setup.py")) in facts.tree:
        reading.unread.append(Unread(script, 1, "only running it would tell what it requires"))
    return Declared(reading.constrained(runtime), reading.constrained(development), tuple(reading.unread))


def _is_development(file: str) -> bool:
    return bool(_DEVELOPMENT & set(re.split(r"[-_.]", file.lower())))


class _Reading:
    """Requirements as they are come upon."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.runtime: dict[str, str] = {}
        self.development: dict[str, str] = {}
        self.unread: list[Unread] = []
        self._limits: dict[str, str] = {}
        self._read: set[RepoPath] = set()

    def constrained(self, found: Mapping[str, str]) -> Mapping[str, str]:
        """Requirements with what constraints files say of those that name no version."""
        return {key: text if _VERSIONED.search(text) else _limited(text, self._limits.get(key, "")) for key, text in found.items()}

    def add(self, text: str, *, development: bool) -> bool:
        """One requirement; whether it is one."""
        match = _REQUIREMENT.fullmatch(text)
        if match is not None:
            (self.development if development else self.runtime).setdefault(normalized(match[1]), text)
        return match is not None

    # requirements files ------------------------------------------------------------------------------------------------

    def lines(self, path: RepoPath, *, development: bool) -> None:
        """A requirements file, and those that it includes."""
        if path in self._read or path not in self._facts.tree:
            return
        self._read.add(path)
        for number, text in listed(self._facts, path):
            option = _OPTION.fullmatch(text)
            if option is None:
                self._requirement(path, number, text, development=development)
            elif option[1] in {"-r", "--requirement"}:
                self._included(path, number, option[2], development=development)
            elif option[1] in {"-c", "--constraint"}:
                self._constraints(path, option[2])
            elif option[1] in {"-e", "--editable"}:
                self._requirement(path, number, option[2], development=development)
            elif option[1] in _INDEXES:
                self.unread.append(Unread(path, number, f"{option[1]} says where distributions come from: [tool.uv.index] of the workspace has to"))

    def _requirement(self, path: RepoPath, number: int, text: str, *, development: bool) -> None:
        text = _HASHES.sub("", text).strip()
        if _CREDENTIALS.search(text):
            self.unread.append(Unread(path, number, "an address with a password is not copied"))
        elif "://" in text and "@" not in text.partition("://")[0]:
            egg = re.search(r"#(?:.*&)?egg=([\w.-]+)", text)
            wheel = re.search(r"/([A-Za-z0-9_.]+)-[^/]+\.whl$", text)
            named = egg or wheel
            if named is None or text.startswith("file:"):
                self.unread.append(Unread(path, number, "an address without a name"))
            else:
                self.add(f"{named[1]} @ {text.partition('#')[0]}", development=development)
        elif text.startswith((".", "/")) or not self.add(text, development=development):
            self.unread.append(Unread(path, number, "no distribution by name"))

    def _included(self, path: RepoPath, number: int, other: str, *, development: bool) -> None:
        target = join(parent(path), other)
        if target is None or target not in self._facts.tree:
            self.unread.append(Unread(path, number, "includes a file that is not there"))
        else:
            self.lines(target, development=development or _is_development(name(target)))

    def _constraints(self, path: RepoPath, other: str) -> None:
        target = join(parent(path), other)
        if target is not None and target in self._facts.tree:
            for _, text in listed(self._facts, target):
                if match := _LIMIT.fullmatch(_HASHES.sub("", text).partition(";")[0].strip()):
                    self._limits.setdefault(normalized(match[1]), match[2])

    # manifests ---------------------------------------------------------------------------------------------------------

    def manifest(self, path: RepoPath) -> None:
        """A pyproject.toml, a Pipfile or a setup.cfg."""
        if name(path) == "setup.cfg":
            return self._setup(path)
        said = toml(self._facts, path)
        if name(path) == "Pipfile":
            self._poetry(path, said.get("packages"), development=False)
            return self._poetry(path, said.get("dev-packages"), development=True)
        project = table(said, "project")
        self._listed(project.get("dependencies"), development=False)
        for extra, lines in table(project, "optional-dependencies").items():
            self._listed(lines, development=_is_development(extra))
        for lines in (*table(said, "dependency-groups").values(), table(said, "tool", "uv").get("dev-dependencies")):
            self._listed(lines, development=True)
        poetry = table(said, "tool", "poetry")
        self._poetry(path, poetry.get("dependencies"), development=False)
        self._poetry(path, poetry.get("dev-dependencies"), development=True)
        for group in table(poetry, "group").values():
            self._poetry(path, table(group, "dependencies"), development=True)
        return None

    def _setup(self, path: RepoPath) -> None:
        parser = ini(self._facts, path)
        self._listed(parser.get("options", "install_requires", fallback="").splitlines(), development=False)
        for extra in parser.options("options.extras_require") if parser.has_section("options.extras_require") else ():
            self._listed(parser.get("options.extras_require", extra).splitlines(), development=_is_development(extra))

    def _listed(self, lines: object, *, development: bool) -> None:
        for line in lines if isinstance(lines, list) else ():
            if isinstance(line, str) and line.strip():
                self.add(line.strip(), development=development)

    def _poetry(self, path: RepoPath, table: object, *, development: bool) -> None:
        """Poetry's and Pipenv's way to say it: a table with a version, or a table of more, for each distribution."""
        for title, said in table.items() if isinstance(table, dict) else ():
            if title == "python":
                continue
            text = _of_poetry(title, said[0] if isinstance(said, list) and said else said)
            if text is None:
                self.unread.append(Unread(path, 1, f"{title} is no distribution of an index"))
            else:
                self.add(text, development=development)


def listed(facts: Facts, path: RepoPath) -> Iterator[tuple[int, str]]:
    """The lines of a requirements file without comments, continued ones joined, each with the number of its first.

    It is read as pip reads it: a byte order mark says its encoding (`pip freeze > requirements.txt` in PowerShell).
    """
    source = facts.read(path)
    is_wide = source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = source.decode("utf-16" if is_wide else "utf-8-sig", "replace")
    whole, first = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        plain = _COMMENT.sub("", line).strip()
        whole, first = (f"{whole} {plain}", first) if whole else (plain, number)
        if whole.endswith("\\"):
            whole = whole[:-1].rstrip()
            continue
        if whole:
            yield first, whole
        whole = ""
    if whole:
        yield first, whole


def _limited(text: str, limit: str) -> str:
    what, mark, marker = text.partition(";")
    return f"{what.rstrip()}{limit}{mark}{marker}" if limit else text


def _of_poetry(title: str, said: object) -> str | None:
    """A requirement as `[project]` has it; None where it is a path or something else that has no version."""
    if isinstance(said, str):
        return title + specifier(said)
    if not isinstance(said, dict) or not isinstance(said.get("extras", []), list):
        return None
    extras = f"[{','.join(map(str, said['extras']))}]" if said.get("extras") else ""
    marker = f"; {said['markers']}" if said.get("markers") else ""
    if isinstance(git := said.get("git"), str) and "://" in git and not _CREDENTIALS.search(git):
        at = next((f"@{said[key]}" for key in ("rev", "tag", "branch", "ref") if said.get(key)), "")
        return f"{title}{extras} @ git+{git}{at}{' ' + marker if marker else ''}"
    if isinstance(version := said.get("version"), str):
        return f"{title}{extras}{specifier(version)}{marker}"
    return None


def specifier(version: str) -> str:
    """Poetry's and Pipenv's words for versions as PEP 440 has them: `^1.2` is `>=1.2,<2.0`."""
    return ",".join(one for part in version.split(",") if (one := _specifier(part.strip())))


def _specifier(part: str) -> str:
    numbers = re.fullmatch(r"([\^~]?)=?\s*v?(\d+(?:\.\d+)*)(\S*)", part)
    if numbers is None or part.startswith("~="):
        return "" if part == "*" else part.replace(" ", "")
    said = [int(one) for one in numbers[2].split(".")]
    if not numbers[1]:
        return f"=={numbers[2]}{numbers[3]}"
    last = len(said) - 1
    place = min(1, last) if numbers[1] == "~" else next((index for index, one in enumerate(said) if one), last)
    above = [*said[:place], said[place] + 1, *([0] * (len(said) - place - 1))]
    return f">={numbers[2]}{numbers[3]},<{'.'.join(map(str, above))}"


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
        wanted.update(d for d in facts.told(module, _unseen) if d in available)
    return tuple(available[one] for one in available if one in wanted), tuple(sorted(unknown))


def _unseen(source: bytes) -> tuple[str, ...]:
    """What libraries load by themselves for a source."""
    return tuple(d for pattern, distributions in _UNSEEN if pattern.search(source) for d in distributions)


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
