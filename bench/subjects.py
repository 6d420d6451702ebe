"""What is measured, and on what: each group has a subject, us, and the peers that can do the same."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import stepping
from bench.measure import Job
from migrator.errors import PlanError, UsageError

__all__ = ["Group", "Place", "groups"]

ROOT = Path(__file__).resolve().parents[1]
PEERS = str(Path(__file__).with_name("peers.py"))
_SEED = 40
MANY = tuple(int(count) for count in os.environ.get("MIGRATE_BENCH_MANY", "10000,50000,100000").split(","))
"""Files of the repositories of our own making that size and memory are measured on."""


@dataclass(frozen=True)
class Group:
    """Jobs that do the same work. The first is what the others are compared to; `measure` is what the ratio is taken of."""

    name: str
    jobs: tuple[Job, ...]
    aim: str = ""
    measure: str = "cpu"
    """One of ours (see `Result.of`), or what the command itself says of its work."""


@dataclass(frozen=True)
class Place:
    """Where the clones, the peers and the scratch space are."""

    repositories: Path | None
    peers: Path
    tsc: str
    scratch: Path
    older: Path | None
    """A checkout of an older build of ours."""

    @classmethod
    def given(cls, scratch: Path) -> Place:
        """As the environment says."""
        real, peers = os.environ.get("MIGRATE_REAL_REPOS"), os.environ.get("MIGRATE_BENCH_PEERS")
        tsc = os.environ.get("MIGRATE_BENCH_TSC") or shutil.which("tsc") or ""
        older = os.environ.get("MIGRATE_BENCH_OLDER")
        scripts = Path(peers) / _bin() if peers else Path(sysconfig.get_path("scripts"))
        return cls(Path(real) if real else None, scripts, tsc, scratch, Path(older) if older else None)

    def repository(self, name: str) -> Path | None:
        """A clone, when it is there."""
        found = self.repositories / name if self.repositories else None
        return found if found is not None and (found / ".git").exists() else None

    def program(self, name: str) -> str | None:
        """A program of the peers' environment."""
        return shutil.which(name, path=str(self.peers))

    @property
    def python(self) -> str:
        """The peers' Python."""
        return self.program("python") or sys.executable

    def has(self, library: str) -> bool:
        """Whether the peers' Python can import a library."""
        return subprocess.run([self.python, "-c", f"import {library}"], capture_output=True, check=False).returncode == 0


def groups(place: Place, only: frozenset[str]) -> Iterator[Group]:
    """Everything that is asked for."""
    table: Mapping[str, Callable[[Place], Iterator[Group]]] = {
        "graph": _graphs,
        "moves": _moves,
        "typescript": _typescript,
        "commands": _whole_commands,
        "many": _many,
        "steps": _steps,
        "cores": _cores,
        "phases": _phases,
        "growth": _growth,
        "older": _older,
    }
    for name, made in table.items():
        if not only or name in only:
            yield from made(place)


# our side --------------------------------------------------------------------------------------------------------------------


def _ours(name: str, *arguments: str, cache: Path | None = None, root: Path = ROOT) -> Job:
    """We ourselves, or another build of ours, with an empty cache or one that is full."""

    def before(scratch: Path) -> tuple[Path, Mapping[str, str]]:
        return root, {"MIGRATE_CACHE_DIR": str(cache or scratch / "cache"), "PYTHONPATH": str(root)}

    return Job(name, (sys.executable, "-m", "bench.ours", *arguments), before)


def _warmed(place: Place, repository: Path) -> Path:
    """A cache that has seen a repository."""
    cache = place.scratch / f"cache-{repository.name}"
    environment = {**os.environ, "MIGRATE_CACHE_DIR": str(cache)}
    subprocess.run([sys.executable, "-m", "bench.ours", "graph", str(repository)], cwd=ROOT, env=environment, capture_output=True, check=True)
    return cache


def _peer(name: str, *arguments: str, missing: str = "") -> Job:
    return Job(name, (*arguments,), lambda scratch: (scratch, {}), missing)


def _absent(name: str) -> Group:
    return Group(name, (Job(name, why_not="MIGRATE_REAL_REPOS has no such clone"),))


# groups ----------------------------------------------------------------------------------------------------------------------


def _graphs(place: Place) -> Iterator[Group]:
    for name, package, python in (("django", "django", "."), ("lokifi", "app", "apps/backend")):
        repository = place.repository(name)
        if repository is None:
            yield _absent(f"graph of {name}")
            continue
        folder = repository / python
        ruff = place.program("ruff")
        yield Group(
            f"graph of {name}",
            (
                _peer("ruff", ruff or "", "analyze", "graph", str(folder), missing="" if ruff else "ruff is not installed"),
                _ours("migrate, cold", "graph", str(repository)),
                _ours("migrate, warm", "graph", str(repository), cache=_warmed(place, repository)),
                _peer(
                    f"grimp ({package} alone)",
                    place.python,
                    PEERS,
                    "grimp",
                    str(folder),
                    package,
                    missing="" if place.has("grimp") else "grimp is not installed",
                ),
                _peer("read everything", place.python, PEERS, "read", str(repository)),
            ),
            "cold within 3 times ruff's, warm faster than every peer; ruff and grimp see Python alone, we see every language",
        )


def _moves(place: Place) -> Iterator[Group]:
    repository = place.repository("django")
    if repository is None:
        yield _absent("moves of Django modules")
        return
    many = _python_moves(repository, 40)
    for pairs in (many[:1], many):
        file = place.scratch / f"django-{len(pairs)}.json"
        file.write_text(json.dumps(pairs), encoding="utf-8")
        tyedit = place.program("tyedit")

        def clone(scratch: Path) -> tuple[Path, Mapping[str, str]]:
            target = scratch / "clone"
            subprocess.run(["git", "clone", "-q", "--shared", str(repository), str(target)], check=True, capture_output=True)
            return target, {}

        rope = "" if place.has("rope") else "rope is not installed"
        yield Group(
            f"{len(pairs)} moves of Django modules" if len(pairs) > 1 else "one move of a Django module",
            (
                _ours("migrate, cold", "move", str(repository), str(file)),
                _ours("migrate, warm", "move", str(repository), str(file), cache=_warmed(place, repository)),
                Job(
                    "tyedit",
                    (place.python, PEERS, "tyedit", tyedit or "", ".", str(file)),
                    clone,
                    "" if tyedit else "tyedit is not installed",
                    runs=1 if len(pairs) > 1 else None,
                ),
                Job(
                    "rope",
                    (place.python, PEERS, "rope", ".", str(file)),
                    clone,
                    rope or ("one move after the other: N times what one takes" if len(pairs) > 1 else ""),
                    runs=1,
                ),
            ),
            "40 moves in under 2 s beyond the graph",
        )


def _typescript(place: Place) -> Iterator[Group]:
    repository = place.repository("lokifi")
    if repository is None:
        yield _absent("moves of frontend files")
        return
    folder = "apps/frontend"
    pairs = _script_moves(repository, folder, 50)
    file, local = place.scratch / "frontend.json", place.scratch / "frontend-local.json"
    file.write_text(json.dumps(pairs), encoding="utf-8")
    local.write_text(json.dumps([[old.removeprefix(f"{folder}/"), new.removeprefix(f"{folder}/")] for old, new in pairs]), encoding="utf-8")
    yield Group(
        f"{len(pairs)} moves of frontend files",
        (
            _ours("migrate, cold", "move", str(repository), str(file)),
            _ours("migrate, warm", "move", str(repository), str(file), cache=_warmed(place, repository)),
            _peer(
                "TypeScript 7 language server",
                place.python,
                PEERS,
                "lsp",
                place.tsc,
                str(repository / folder),
                str(local),
                missing=_no_server(place.tsc),
            ),
        ),
        "50 moves in under 2 s beyond the graph",
    )


def _older(place: Place) -> Iterator[Group]:
    """The same commands, as a user types them, by an older build and by this one."""
    if place.older is None:
        yield Group("against an older build", (Job("older build", why_not="MIGRATE_BENCH_OLDER names no checkout"),))
        return
    builds = (("older build", place.older), ("this build", ROOT))
    for name in ("django", "lokifi"):
        repository = place.repository(name)
        if repository is None:
            yield _absent(f"graph of {name}, against an older build")
            continue
        scan = tuple(_ours(build, "graph", str(repository), root=root) for build, root in builds)
        yield Group(f"graph of {name}, cold", scan, "scanning within 1.15 times the older build's")
    repository = place.repository("lokifi")
    for title, arguments, aim in _COMMANDS:
        if repository is None and title not in _ANYWHERE:
            yield _absent(title)
        else:
            yield Group(title, tuple(_command(build, place, root, repository, title, arguments) for build, root in builds), aim)


_UNKNOWN = "--nope"
_MISTAKE = "a mistake on the command line"
_ANYWHERE = frozenset({"migrate --version", "migrate --help", _MISTAKE})
_PLAN = ("plan", "--phase", "1", "--phase", "2")
_GONE_ON = "the same plan after a commit that changes one file"
_COMMANDS = (
    ("migrate --version", ("--version",), "a fifth of the older build's"),
    ("migrate --help", ("--help",), "a fifth of the older build's"),
    (_MISTAKE, ("mv", _UNKNOWN), "a fifth of the older build's"),
    ("migrate status on Lokifi", ("status",), "a third of the older build's"),
    ("migrate plan on Lokifi, phases 1 and 2, again", _PLAN, "a quarter of the older build's"),
    (_GONE_ON, _PLAN, "a quarter of the older build's"),
    ("migrate run on Lokifi, phases 1 and 2, after the plan", ("run", *_PLAN[1:]), "a third of the older build's"),
)


def _command(build: str, place: Place, root: Path, repository: Path | None, title: str, arguments: tuple[str, ...]) -> Job:  # noqa: PLR0913, PLR0917  a command with its surroundings
    """A command of one build in a clone of its own, with a cache that the same command filled; a run comes after its plan."""
    clone, cache = place.scratch / f"clone-{root.name}", place.scratch / f"commands-{root.name}"

    def before(scratch: Path) -> tuple[Path, Mapping[str, str]]:
        if repository is not None and not clone.exists():
            subprocess.run(["git", "clone", "-q", "--shared", str(repository), str(clone)], check=True, capture_output=True)
        environment = {"MIGRATE_CACHE_DIR": str(cache), "PYTHONPATH": str(root)}
        if arguments[0] == "run":
            _cleared(clone)
        if arguments[0] in {"plan", "run"}:
            planned = (_python(root), "-m", "migrator", *_PLAN)
            subprocess.run(planned, cwd=clone, env={**os.environ, **environment}, check=True, capture_output=True)
        if title == _GONE_ON:
            _gone_on(clone)
        return scratch if repository is None else clone, environment

    command = (_python(root), "-m", "migrator", *arguments)
    return Job(build, command, before, code=UsageError.exit_code if _UNKNOWN in arguments else 0)


def _gone_on(clone: Path) -> None:
    """One file says something else: a plan follows from another commit."""
    with (clone / "README.md").open("a", encoding="utf-8") as file:
        file.write("\nOne line more.\n")
    identity = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com")
    subprocess.run(["git", *identity, "commit", "-q", "-a", "-m", "goes on"], cwd=clone, check=True, capture_output=True)


def _cleared(clone: Path) -> None:
    """No step was ever made: neither branches of ours nor a journal."""
    listed = subprocess.run(
        ["git", "for-each-ref", "--format=%(refname)", "refs/heads/migrate", "refs/migrate"], cwd=clone, check=True, capture_output=True
    )
    for ref in listed.stdout.decode().split():
        subprocess.run(["git", "update-ref", "-d", ref], cwd=clone, check=True, capture_output=True)


def _python(root: Path) -> str:
    """The interpreter of a checkout, where `make` gave it one: phases are found by what is installed there."""
    own = (root / ".venv" / place for place in ("bin/python", "Scripts/python.exe"))
    return next((str(python) for python in own if python.exists()), sys.executable)


def _builds(place: Place) -> tuple[tuple[str, Path], ...]:
    """The build at hand, and before it the older one where there is one: ratios are to that."""
    return (*((("older build", place.older),) if place.older is not None else ()), ("this build", ROOT))


def _started(  # noqa: PLR0913  a command with its surroundings
    name: str, place: Place, root: Path, repository: Path, *words: str, cold: bool = False, anew: bool = False, code: int = 0, **changes: str
) -> Job:
    """A command as a user starts it, in a clone of its own; with an empty cache, or one that the same command filled (`anew`: before a file changed)."""
    key = f"{repository.name}-{root.name}"
    clone, cache = place.scratch / f"started-{key}", place.scratch / f"started-cache-{key}"
    command = (_python(root), "-m", "migrator", *words)

    def before(scratch: Path) -> tuple[Path, Mapping[str, str]]:
        if not clone.exists():
            subprocess.run(["git", "clone", "-q", "--shared", str(repository), str(clone)], check=True, capture_output=True)
        environment = {"MIGRATE_CACHE_DIR": str(scratch / "cache" if cold else cache), "PYTHONPATH": str(root), **changes}
        if not cold and not cache.exists():
            subprocess.run(command, cwd=clone, env={**os.environ, **environment}, check=code == 0, capture_output=True)
        if anew:
            _gone_on(clone)
        return clone, environment

    return Job(name, command, before, code=code)


def _whole_commands(place: Place) -> Iterator[Group]:
    """Whole commands with start-up, gates and output, beside the peers."""
    repository = place.repository("django")
    if repository is None:
        yield _absent("whole commands on Django")
        return
    ruff, tyedit = place.program("ruff"), place.program("tyedit")
    # One process, as ruff's is measured by the seconds of all: what several save is the table of cores.
    graphs = [
        _started(f"migrate graph, {'cold' if cold else 'warm'}, {name}", place, root, repository, "graph", cold=cold, MIGRATE_JOBS="1")
        for name, root in _builds(place)
        for cold in (True, False)
    ]
    peer = _peer("ruff", ruff or "", "analyze", "graph", str(repository), missing="" if ruff else "ruff is not installed")
    yield Group("migrate graph on Django", (peer, *graphs), "cold ≤ 3.5 times ruff's, warm ≤ 1.0 times")
    pairs = _python_moves(repository, 40)
    file = place.scratch / "django-40.json"
    file.write_text(json.dumps(pairs), encoding="utf-8")

    def clone(scratch: Path) -> tuple[Path, Mapping[str, str]]:
        target = scratch / "clone"
        subprocess.run(["git", "clone", "-q", "--shared", str(repository), str(target)], check=True, capture_output=True)
        return target, {}

    words = (place.python, PEERS, "tyedit", tyedit or "", ".", str(file))
    # The gates refuse them, for they would break something, which tyedit does not say: that is the whole work but for the printed difference.
    mv = ("mv", "--dry-run", "--moves", str(file))
    moves = (_started(f"migrate mv, {name}", place, root, repository, *mv, code=PlanError.exit_code) for name, root in _builds(place))
    yield Group(
        "migrate mv of 40 Django modules, warm",
        (Job("tyedit", words, clone, "" if tyedit else "tyedit is not installed", runs=1), *moves),
        "≤ 0.8 times tyedit's",
    )


def _many(place: Place) -> Iterator[Group]:
    """Size and memory: repositories of our own making, whole commands."""
    for count in MANY:
        directory = place.scratch / f"many-{count}"
        directory.mkdir()
        _many_files(directory, count)
        file = place.scratch / f"many-{count}.json"
        file.write_text(json.dumps([[f"pkg{n}/module{n}.py", f"pkg{n + 1}/module{n}.py"] for n in range(40)]), encoding="utf-8")
        # The older build takes minutes where there are more.
        for name, root in _builds(place) if count == MANY[0] else (("this build", ROOT),):
            jobs = (
                _started("graph, cold", place, root, directory, "graph", cold=True, MIGRATE_JOBS="1"),
                _started("graph, warm", place, root, directory, "graph"),
                _started("mv 40, warm", place, root, directory, "mv", "--dry-run", "--moves", str(file)),
            )
            yield Group(f"{count:,} files, {name}", jobs, "linear, peak under 1,200 MB at 100,000 files")


def _steps(place: Place) -> Iterator[Group]:
    """What steps cost beyond reading the tree, by files that only stand by and by steps."""
    rows = (
        ("23 steps, by files", (("200", 200, 23, 23), ("400", 400, 23, 23), ("800", 800, 23, 23), ("1,600", 1600, 23, 23)), "≤ 1.5 at 1,600 files"),
        ("steps on 450 files", (("13", 450, 83, 13), ("43", 450, 83, 43), ("83", 450, 83, 83)), "≤ 1.6 at 83 steps, reading included"),
    )
    for name, root in _builds(place):
        for title, sizes, aim in rows:
            jobs = tuple(_stepped(place, root, label, files, parts, count) for label, files, parts, count in sizes)
            yield Group(f"{title}, {name}", jobs, aim, "work")


def _stepped(place: Place, root: Path, label: str, files: int, parts: int, count: int) -> Job:  # noqa: PLR0913, PLR0917  a row of a table
    directory = place.scratch / f"steps-{files}-{parts}"

    def before(_: Path) -> tuple[Path, Mapping[str, str]]:
        if not directory.exists():
            directory.mkdir()
            stepping.make(directory, files, parts)
        return place.scratch, {"MIGRATE_CACHE_DIR": str(place.scratch / f"steps-cache-{root.name}"), "PYTHONPATH": str(root)}

    return Job(label, (sys.executable, stepping.__file__, str(directory), str(count)), before)


def _phases(place: Place) -> Iterator[Group]:
    """What a plan of one more phase takes, to a plan of those before it."""
    repository = place.repository("lokifi")
    if repository is None:
        yield _absent("migrate plan of Lokifi, by phases")
        return
    jobs = [
        _started(
            f"phases 1 to {last}{'' if anew else ', again'}, {name}",
            place,
            root,
            repository,
            "plan",
            *(word for one in range(1, last + 1) for word in ("--phase", str(one))),
            anew=anew,
        )
        for name, root in _builds(place)
        for last, anew in (((2, True), (3, True), (6, True), (6, False)) if root == ROOT else ((2, True),))
    ]
    yield Group(
        "migrate plan of Lokifi, warm and nothing kept, by phases",
        tuple(jobs),
        "phase 3 adds less than 1.5 CPU seconds to phases 1 and 2; all six, again, take half of what the older build's first two take",
    )


def _cores(place: Place) -> Iterator[Group]:
    """A cold scan by one process and by two: seconds on the clock, which mean something on an idle machine alone."""
    for name in ("django", "lokifi"):
        repository = place.repository(name)
        if repository is None:
            yield _absent(f"cold scan of {name} on two cores")
            continue
        jobs = (
            _started(f"{count} process{'es' * (count > 1)}", place, ROOT, repository, "graph", cold=True, MIGRATE_JOBS=str(count)) for count in (1, 2)
        )
        yield Group(f"migrate graph on {name}, cold, by processes", tuple(jobs), "wall ≤ 0.65 with two", "wall")


_GROWING = (
    (
        "cycles",
        200,
        "packages in a row with a cycle each, and a move behind the last: built and judged",
        "quadratic with a small constant: ≤ 8 at 4n",
    ),
    ("routers", 4, "routers in a chain, each including the next one twice: phase 2 planned", "as good as flat: ≤ 2 at 4n"),
    ("circle", 200, "modules in one circle of imports, and a move of what one of them needs: built and judged", "linear: ≤ 5 at 4n"),
    ("imports", 1000, "dotted imports in one file, each used, and a move of what they name: built", "linear: ≤ 5 at 4n"),
)
"""What once grew faster than what it works on: a kind of `bench.growing`, its size, what it is, and how it may grow."""


def _growth(_: Place) -> Iterator[Group]:
    """The same work on inputs of n, 2n and 4n; the ratio shows how it grows, by the work alone, without starting up and making the input."""
    for what, count, title, aim in _GROWING:
        jobs = (Job(f"{count * times:,}", (sys.executable, "-m", "bench.growing", what, str(count * times)), _here) for times in (1, 2, 4))
        yield Group(title, tuple(jobs), aim, "work")


def _here(_: Path) -> tuple[Path, Mapping[str, str]]:
    return ROOT, {"PYTHONPATH": str(ROOT)}


# subjects --------------------------------------------------------------------------------------------------------------------


def _tracked(repository: Path) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository, check=True, capture_output=True).stdout
    return sorted(name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name)


def _python_moves(repository: Path, count: int) -> list[tuple[str, str]]:
    """Modules that go to another package under their own names, the same ones in every run."""
    files = [name for name in _tracked(repository) if name.startswith("django/") and name.endswith(".py")]
    there = set(files)
    packages = [name.removesuffix("/__init__.py") for name in files if name.endswith("/__init__.py") and name.count("/") in {2, 3}]
    modules = [
        name for name in files if name.startswith(("django/utils/", "django/db/models/", "django/core/")) and not name.endswith("/__init__.py")
    ]
    chosen = random.Random(_SEED)  # noqa: S311  the same choice each time
    taken: set[str] = set()
    found = []
    for old in chosen.sample(modules, len(modules)):
        new = f"{chosen.choice(packages)}/{old.rpartition('/')[2]}"
        if new not in there and new not in taken and new.removesuffix(".py") not in packages:
            taken.add(new)
            found.append((old, new))
    return found[:count]


def _script_moves(repository: Path, folder: str, count: int) -> list[tuple[str, str]]:
    """Components and modules that go to another folder of the same frontend."""
    endings = (".ts", ".tsx")
    files = [name for name in _tracked(repository) if name.startswith(f"{folder}/") and name.endswith(endings) and not name.endswith(".d.ts")]
    modules = [name for name in files if any(f"/{part}/" in name for part in ("components", "lib", "hooks", "src"))]
    chosen = random.Random(_SEED)  # noqa: S311  the same choice each time
    return [
        (old, f"{folder}/moved/part{index % 7}/{old.rpartition('/')[2]}")
        for index, old in enumerate(chosen.sample(modules, min(count, len(modules))))
    ]


def _many_files(directory: Path, count: int) -> None:
    """A repository of our own making with many modules, each of which imports some others."""
    chosen = random.Random(_SEED)  # noqa: S311  the same choice each time
    for index in range(count):
        target = directory / f"pkg{index % 100}" / f"module{index}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        imports = [f"from pkg{other % 100}.module{other} import value{other}" for other in (chosen.randrange(count) for _ in range(6))]
        lines = [f"def value{index}_{part}(argument):\n    return argument + {part}\n" for part in range(20)]
        target.write_text("\n".join([*imports, "", f"value{index} = {index}", "", *lines]), encoding="utf-8")
    for package in range(100):
        (directory / f"pkg{package}" / "__init__.py").write_text("", encoding="utf-8")
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"]
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "many"]):
        subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True)


def _no_server(tsc: str) -> str:
    if not tsc:
        return "no TypeScript compiler: set MIGRATE_BENCH_TSC"
    try:
        said = subprocess.run([tsc, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError as error:
        return str(error)
    version = said.removeprefix("Version ").partition(".")[0].strip()
    return "" if version.isdigit() and int(version) >= 7 else f"{said.strip() or tsc} has no language server of its own"  # noqa: PLR2004  TypeScript 7


def _bin() -> str:
    return "Scripts" if os.name == "nt" else "bin"
