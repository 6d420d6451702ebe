"""Inputs that once made the work explode, in a process of its own: `python -m bench.growing cycles|routers|imports|circle N`.

Nothing is read from disk: a tree of our own making, as large as N says, and what a plan does with it. Says as JSON what the work took.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping

import phases.backend_split as split
from migrator.build import build
from migrator.cache import Cache
from migrator.facts import Facts
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import fold
from migrator.planfile import load_plan_file
from migrator.step import Move, Step
from migrator.tree import FILE, Entry, Store, Tree

Files = Mapping[str, str]


def cycles(count: int) -> tuple[Files, Callable[[Facts], object]]:
    """Packages in a row, each with a cycle of two modules and the next package behind it; the leaf that the last one needs moves."""
    files = {"pyproject.toml": "[project]\nname = 'row'\n", "leaf.py": "LEAF = 1\n", "other/__init__.py": ""}
    for index in range(count):
        then = f"import p{index + 1}" if index + 1 < count else "import leaf"
        files[f"p{index}/__init__.py"] = f"from . import a\n{then}\n"
        files[f"p{index}/a.py"] = f"from p{index} import b\n"
        files[f"p{index}/b.py"] = f"from p{index} import a\n"
    return files, lambda facts: judge(build(facts, _step("leaf.py", "other/leaf.py")))


def routers(count: int) -> tuple[Files, Callable[[Facts], object]]:
    """A monolith whose routers include each other in a chain, each the next one twice, and one that a service asks for."""
    app = "apps/backend/app"
    files = {
        "apps/backend/pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi"]\n',
        f"{app}/__init__.py": "",
        f"{app}/routers/__init__.py": "",
        f"{app}/routers/auth.py": _ROUTER.format(0) + _ROUTE.format(0),
        f"{app}/main.py": "from fastapi import FastAPI\nfrom app.routers import auth, part0\n\napp = FastAPI()\napp.include_router(auth.router)\n"
        "app.include_router(part0.router)\n",
    }
    for index in range(count):
        then, twice = f"from app.routers import part{index + 1}\n", f'router.include_router(part{index + 1}.router, prefix="/{{}}")\n'
        last = index + 1 == count
        said = "" if last else twice.format("a") + twice.format("b")
        files[f"{app}/routers/part{index}.py"] = ("" if last else then) + _ROUTER.format(index) + _ROUTE.format(index) + said

    def planned(facts: Facts) -> object:
        file, options = load_plan_file("", [split.phase])
        scanned = Facts(facts.tree, facts.store, Scanner(facts.store, Cache(None), file.hidden()))
        return fold("base", scanned, phases=[split.phase], options=options, judge=judge)

    return files, planned


_ROUTER = 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/part{}")\n'
_ROUTE = '\n\n@router.get("/one")\ndef one():\n    return {}\n\n\n'


def imports(count: int) -> tuple[Files, Callable[[Facts], object]]:
    """One file with many dotted imports, each of them used; the package that they are of moves."""
    lines = [f"import old.part.m{index}" for index in range(count)]
    uses = [f"print(old.part.m{index}.value)" for index in range(count)]
    files = {"old/__init__.py": "", "old/part/__init__.py": "", "main.py": "\n".join([*lines, "", *uses, ""])}
    files |= {f"old/part/m{index}.py": "value = 1\n" for index in range(count)}
    return files, lambda facts: build(facts, _step("old/part", "new"))


def circle(count: int) -> tuple[Files, Callable[[Facts], object]]:
    """Modules that import each other all around, outside any package; what one of them needs besides moves."""
    files = {
        "pyproject.toml": "[project]\nname = 'circle'\n",
        "leaf.py": "LEAF = 1\n",
        "other/__init__.py": "",
        "first.py": "import leaf\nimport m0\n",
    }
    for index in range(count):
        files[f"m{index}.py"] = f"import {f'm{index + 1}' if index + 1 < count else 'first'}\nimport m{index // 2}\n"
    return files, lambda facts: judge(build(facts, _step("leaf.py", "other/leaf.py")))


def _step(old: str, new: str) -> Step:
    return Step("bench", "bench", "measured", (Move(RepoPath(old), RepoPath(new)),))


def main(what: str, count: str) -> None:
    """One measurement: building the graph is no part of it."""
    files, work = {"cycles": cycles, "routers": routers, "imports": imports, "circle": circle}[what](int(count))

    def missing(blob: str) -> bytes:
        raise KeyError(blob)

    store = Store(missing)
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    facts = Facts(tree, store, Scanner(store, Cache(None)))
    edges = facts.graph.digraph.number_of_edges()
    start = time.process_time()
    work(facts)
    sys.stdout.write(json.dumps({"work": time.process_time() - start, "files": len(files), "edges": edges}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
