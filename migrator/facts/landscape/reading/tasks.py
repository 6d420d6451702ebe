"""The tasks that code declares for queues and clocks, and the commands that bring a schema up to date."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.facts.calls import calls
from migrator.facts.landscape.reading.programs import project
from migrator.facts.packages import dotted
from migrator.facts.settings import background
from migrator.facts.sources import sources
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, ancestors, is_within, join, name, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["clocks", "declared", "migrations"]

_DECLARES = re.compile(rb"^[ \t]*@[\w.]*(?:task|actor|repeat_every)\b", re.MULTILINE)
_SCRIPTS = re.compile(r"(?m)^script_location\s*=\s*(\S+)")
_CLOCKS = {"BackgroundScheduler", "AsyncIOScheduler", "BlockingScheduler"}


def declared(facts: Facts, modules: Iterable[RepoPath], directory: RepoPath) -> tuple[Said[str], ...]:
    """The tasks that some modules declare, under the names by which a queue knows them: those of functions without one by their place."""
    found: list[Said[str]] = []
    for module in modules:
        if module.endswith(".py") and _DECLARES.search(facts.read(module)):
            for task in background(facts, module):
                if task.kind == "declared":
                    whole = task.name if "." in task.name else f"{_imported(facts, module, directory)}.{task.name}"
                    found.append(Said(whole, (Origin(module, task.line),)))
    return tuple(found)


def _imported(facts: Facts, module: RepoPath, directory: RepoPath) -> str:
    """What a module is called by those who import it: from the directory of its program, or from `src` in it where that is no package."""
    sources = join(directory, "src") or directory
    inner = is_within(module, sources) and not facts.atlas.python.is_package(sources)
    return dotted(relative(module, sources if inner else directory))


def clocks(facts: Facts, modules: Iterable[RepoPath]) -> tuple[Origin, ...]:
    """Where code starts a scheduler inside its own process: two replicas of it do everything twice."""
    return tuple(
        Origin(module, call.line, call.last)
        for module in modules
        if module.endswith(".py") and b"Scheduler" in facts.read(module)
        for call in calls(facts.read(module), *_CLOCKS)
    )


def migrations(facts: Facts) -> Said[tuple[str, ...]] | None:
    """The command that brings the database's schema up to date: that of Flask-Migrate, alembic, Django or Prisma, the shallowest there is.

    It is for the directory of its project, as code in an image is started there.
    """
    return facts.derive(_migrations)


def _migrations(facts: Facts) -> Said[tuple[str, ...]] | None:
    found: list[tuple[int, int, Said[tuple[str, ...]]]] = []
    for path in sources(facts):
        said: tuple[str, ...] | None = None
        rank = 0
        if name(path) == "alembic.ini":
            said = ("flask", "db", "upgrade") if _uses_flask_migrate(facts, parent(path)) else _alembic(facts, path)
        elif name(path) == "manage.py" and b"django" in facts.read(path):
            said, rank = ("python", "manage.py", "migrate", "--noinput"), 1
        elif name(path) == "schema.prisma" and any(re.search(r"/migrations/.*\.sql$", one) for one in facts.tree.below(parent(path))):
            said, rank = ("npx", "prisma", "migrate", "deploy"), 2
        if said is not None:
            found.append((path.count("/"), rank, Said(said, (Origin(path, 1),))))
    return min(found, key=lambda one: (one[0], one[1], one[2].origins), default=(0, 0, None))[2]


def _uses_flask_migrate(facts: Facts, directory: RepoPath) -> bool:
    """Whether an alembic.ini is Flask-Migrate's: its `env.py` asks the current application."""
    env = RepoPath(f"{directory}/env.py".lstrip("/"))
    return env in facts.tree and b"current_app" in facts.read(env)


def _alembic(facts: Facts, path: RepoPath) -> tuple[str, ...]:
    """A bare `script_location` counts from the directory in which alembic runs, and so does what `env.py` imports."""
    found = _SCRIPTS.search(decoded(facts.read(path)))
    location = found[1] if found is not None and not re.search(r"[%:]", found[1]) else ""
    listed = (above for above in ancestors(path)[:-1] if (place := join(above, location)) is not None and facts.tree.is_dir(place))
    where = next(listed, parent(path)) if location else parent(path)
    command = ("alembic", "upgrade", "head") if where == parent(path) else ("alembic", "-c", relative(path, where), "upgrade", "head")
    home = project(facts, path)
    return command if where == home or not is_within(where, home) else ("sh", "-c", f"cd {relative(where, home)} && {shlex.join(command)}")
