"""What a step does not read again reads as if it had been: the graph that a build leaves behind is the graph of its tree."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.facts import Facts
from migrator.paths import RepoPath
from migrator.step import Move, Remove, Step, Write
from tests.conftest import facts_of

FILES = {
    "README.md": "See `docs/guide.md`, [code](src/app/main.py), `packages/ui/button.ts`, `src/`, ../nowhere/x.py and `Dockerfile`.\n",
    "docs/guide.md": "```bash\ncd src\npython app/main.py\n```\n`../src/app` and [up](../README.md#top) `src/app/*.py`\n",
    ".github/workflows/ci.yml": "on:\n  push:\n    paths: ['src/**', 'web/**/*.ts']\njobs:\n  a:\n    steps:\n      - run: pytest tests\n        working-directory: src\n",
    "Makefile": "run:\n\tcd src && python -m app.main\n\tcat web/my%20file.txt 'web/a (b)/c.txt'\n",
    "docker-compose.yml": "services:\n  web:\n    build:\n      context: ./web\n      dockerfile: Dockerfile\n    volumes:\n      - ./src:/src\n",
    "web/Dockerfile": "FROM node\nCOPY package.json ./\nCOPY a.ts ./\n",
    "web/package.json": '{"name": "web", "main": "./a.ts", "scripts": {"x": "node tools/run.js"}}',
    "web/tsconfig.json": '{"extends": "../tsconfig.base", "include": ["src"]}',
    "tsconfig.base.json": "{}",
    "web/a.ts": "import './b'\n",
    "web/b.ts": "export {}\n",
    "web/a (b)/c.txt": "x",
    "src/app/__init__.py": "",
    "src/app/main.py": "from app import util\n",
    "src/app/util.py": "",
    "src/tests/test_a.py": "",
}
STEPS = [
    (Move(RepoPath("src"), RepoPath("services/api")),),
    (Move(RepoPath("src/app/main.py"), RepoPath("src/app/start.py")),),
    (Move(RepoPath("web"), RepoPath("apps/web")),),
    (Move(RepoPath("docs"), RepoPath("handbook")), Move(RepoPath("README.md"), RepoPath("docs/README.md"))),
    (Write(RepoPath("packages/ui/button.ts"), b"export {}\n"),),
    (Write(RepoPath("package.json"), b"{}"), Write(RepoPath("a.ts"), b"")),
    (Write(RepoPath("nowhere/x.py"), b""), Write(RepoPath("docs/src/app/main.py"), b"")),
    (Remove(RepoPath("tsconfig.base.json")), Remove(RepoPath("web/package.json"))),
    (Write(RepoPath("web/my file.txt"), b""), Write(RepoPath("web/tools/run.js"), b"")),
    (Move(RepoPath("web/a (b)/c.txt"), RepoPath("web/c.txt")),),
    (Move(RepoPath("src/app"), RepoPath("web")), Move(RepoPath("web"), RepoPath("src/app"))),
]


@pytest.mark.parametrize("actions", STEPS)
def test_the_graph_of_a_build_is_the_graph_of_its_tree(actions):
    built = build(facts_of(FILES), Step("s", "t", "w", actions))
    fresh = Facts(built.after.tree, built.after.store, built.after.scanner)
    assert built.after.graph.references == fresh.graph.references
