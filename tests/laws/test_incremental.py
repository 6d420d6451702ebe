"""What a step does not read again reads as if it had been: the graph that a build leaves behind is the graph of its tree."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.facts import Facts
from migrator.paths import RepoPath
from migrator.step import Edit, Move, Remove, Step, Write
from tests.conftest import Becomes, facts_of

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


MODULES = {
    "pkg/__init__.py": "",
    "pkg/core.py": "",
    "pkg/a.py": "from . import util\nfrom .core import x\n",
    "star/__init__.py": "from .deep import *\n",
    "star/deep.py": "from .deeper import *\n",
    "star/deeper.py": "",
    "star/util.py": "",
    "ns/mod.py": "",
    "apps/api/job.py": "import lib\nimport requests\n",
    "apps/api/lib.py": "",
    "apps/api/requests.py": "",
    "apps/api/tool/__init__.py": "",
    "apps/api/bin/job.py": "import requests\n",
    "apps/api/bin/requests.py": "",
    "bare/far/notes.txt": "",
    "one/__init__.py": "",
    "one/mid.py": "from .low import *\n",
    "one/low.py": "",
    "lib.py": "",
    "main.py": "from pkg import util\nimport ns\nfrom star import util as u\nimport ns.mod\nimport far.thing\nimport tool\nimport bare.far\nx = 'star.deep.found'\ny = 'one.mid.found'\n",
    "pkg/sub/b.py": "from .. import util\nopen('data/a.json')\n",
    "sub/c.py": "open('../data/a.json')\nJinja2Templates('views')\n",
}
SCRIPTS = {
    "package.json": '{"name": "root", "workspaces": ["packages/*"]}',
    "packages/ui/package.json": '{"name": "@acme/ui", "main": "deep/start.ts"}',
    "packages/ui/a.ts": "",
    "packages/kit/package.json": '{"name": "kit", "exports": {"./*": "./lib/*.ts"}, "imports": {"#own": "./lib/mine.ts"}}',
    "packages/kit/b.ts": "import '#own'\n",
    "web/package.json": '{"name": "web", "dependencies": {"@acme/ui": "*", "kit": "*"}}',
    "web/tsconfig.json": '{"compilerOptions": {"paths": {"@one": ["./src/one/first"], "@/*": ["./src/*"]}}}',
    "web/src/one/x.ts": "",
    "web/src/box/y.ts": "",
    "web/src/main.ts": "import '@one'\nimport '@/box'\nimport './box'\nimport '@acme/ui'\nimport 'kit/z'\nimport './later'\n",
    "web/src/s.scss": "@import 'vars';\n",
}
IMAGES = {
    "Dockerfile": "FROM python\nWORKDIR /app\nCOPY src /app/src\nCOPY data/first /data\n",
    "src/main.py": "",
    "src/static/a.css": "",
    "data/first/a.json": "",
    "data/second/a.json": "",
    "data/second/b.json": "",
    "docker-compose.yml": "services:\n  web:\n    build: .\n    volumes:\n      - ./src/static:/app/src/static/\n",
    "start.sh": "cat /data/b.json\npython /app/src/later.py\n",
    "within.sh": "cd /app/src/jobs && python later.py\n",
    "deploy/go.sh": "docker compose up\n",
    "deploy/.env": "A=1\n",
    "README.md": "Start it with `docker compose up` in `deploy/dev`:\n\n```bash\ncd deploy/dev\ndocker compose up\n```\n",
}
TOUCHED = [
    # places in images, and what compose finds
    (IMAGES, "start.sh", (Write(RepoPath("src/later.py"), b""),)),
    (IMAGES, "within.sh", (Write(RepoPath("src/jobs/later.py"), b""),)),
    (IMAGES | {"src/jobs/a.py": ""}, "within.sh", (Write(RepoPath("src/jobs/later.py"), b""),)),
    (IMAGES, "docker-compose.yml", (Remove(RepoPath("src/static/a.css")),)),
    (IMAGES, "start.sh", (Edit(RepoPath("Dockerfile"), Becomes(IMAGES["Dockerfile"].replace("first", "second"))),)),
    (IMAGES, "start.sh", (Move(RepoPath("data/second"), RepoPath("data/first/second")), Write(RepoPath("data/first/b.json"), b""))),
    (IMAGES, "deploy/go.sh", (Write(RepoPath("deploy/compose.yaml"), b"services: {}\n"),)),
    (IMAGES, "deploy/go.sh", (Edit(RepoPath("deploy/.env"), Becomes("COMPOSE_FILE=x.yml\n")),)),
    (IMAGES, "README.md", (Write(RepoPath("deploy/dev/compose.yaml"), b"services: {}\n"),)),
    # a module where there was none, a package where there was a directory, and the reverse
    (MODULES, "main.py", (Write(RepoPath("pkg/util.py"), b""),)),
    (MODULES, "pkg/a.py", (Write(RepoPath("pkg/util.py"), b""),)),
    (MODULES, "pkg/sub/b.py", (Write(RepoPath("pkg/util.py"), b""),)),
    (MODULES, "main.py", (Write(RepoPath("ns/__init__.py"), b""),)),
    (MODULES, "main.py", (Write(RepoPath("far/thing.py"), b""),)),
    (MODULES, "main.py", (Remove(RepoPath("star/util.py")),)),
    (MODULES, "main.py", (Write(RepoPath("bare/far/x.py"), b""),)),
    # what a package says hides a submodule, also through stars
    (MODULES | {"pkg/util.py": ""}, "main.py", (Edit(RepoPath("pkg/__init__.py"), Becomes("util = 1\n")),)),
    (MODULES | {"pkg/util.py": ""}, "pkg/a.py", (Edit(RepoPath("pkg/__init__.py"), Becomes("util = 1\n")),)),
    (MODULES, "main.py", (Edit(RepoPath("star/deeper.py"), Becomes("util = 1\n")),)),
    (MODULES, "main.py", (Edit(RepoPath("star/__init__.py"), Becomes("util = 1\n")),)),
    (MODULES, "main.py", (Edit(RepoPath("star/deeper.py"), Becomes("found = 1\n")),)),
    (MODULES, "main.py", (Edit(RepoPath("one/low.py"), Becomes("found = 1\n")),)),
    # other roots
    (MODULES, "main.py", (Write(RepoPath("apps/api/pyproject.toml"), b"[project]\nname = 'api'\n"),)),
    (MODULES | {"main.py": "import lib\n"}, "main.py", (Remove(RepoPath("lib.py")), Write(RepoPath("apps/api/setup.py"), b""))),
    (MODULES, "apps/api/bin/job.py", (Write(RepoPath("apps/api/requirements.txt"), b"requests\n"),)),
    (MODULES | {"apps/api/requirements.txt": ""}, "apps/api/bin/job.py", (Edit(RepoPath("apps/api/requirements.txt"), Becomes("requests\n")),)),
    (MODULES, "apps/api/job.py", (Write(RepoPath("apps/api/__init__.py"), b""),)),
    # files and folders in strings
    (MODULES, "pkg/sub/b.py", (Write(RepoPath("data/a.json"), b""),)),
    (MODULES, "sub/c.py", (Write(RepoPath("data/a.json"), b""),)),
    (MODULES, "sub/c.py", (Write(RepoPath("views/a.html"), b""),)),
    # scripts: an index, an alias, a package, a configuration
    (SCRIPTS, "web/src/main.ts", (Write(RepoPath("web/src/later.ts"), b""),)),
    (SCRIPTS, "web/src/main.ts", (Write(RepoPath("web/src/box/index.ts"), b""),)),
    (SCRIPTS, "web/src/main.ts", (Write(RepoPath("web/src/one/first.ts"), b""),)),
    (SCRIPTS, "web/src/main.ts", (Write(RepoPath("web/src/one/first/index.ts"), b""),)),
    (
        SCRIPTS
        | {
            "app/tsconfig.json": '{"compilerOptions": {"paths": {"~/*": ["./src/*/part"]}}}',
            "app/src/a.ts": "import '~/box'\n",
            "app/src/box/o.ts": "",
        },
        "app/src/a.ts",
        (Write(RepoPath("app/src/box/part.ts"), b""),),
    ),
    (SCRIPTS, "web/src/main.ts", (Write(RepoPath("packages/ui/deep/start.ts"), b""),)),
    (SCRIPTS, "web/src/main.ts", (Write(RepoPath("packages/kit/lib/z.ts"), b""),)),
    (SCRIPTS, "packages/kit/b.ts", (Write(RepoPath("packages/kit/lib/mine.ts"), b""),)),
    (
        SCRIPTS | {"else/x.ts": "", "else/box.ts": ""},
        "web/src/main.ts",
        (Edit(RepoPath("web/tsconfig.json"), Becomes('{"compilerOptions": {"paths": {"@/*": ["../else/*"]}}}')),),
    ),
    (SCRIPTS | {"packages/ui/deep/start.ts": ""}, "web/src/main.ts", (Edit(RepoPath("packages/ui/package.json"), Becomes('{"name": "other"}')),)),
    (SCRIPTS, "web/src/s.scss", (Write(RepoPath("web/src/_vars.scss"), b""),)),
]


@pytest.mark.parametrize(("files", "path", "actions"), TOUCHED)
def test_what_means_something_else_is_read_again(files, path, actions):
    before = facts_of(files)
    built = build(before, Step("s", "t", "w", actions))
    fresh = Facts(built.after.tree, built.after.store, built.after.scanner).graph.references
    assert built.after.graph.references == fresh
    assert fresh[RepoPath(path)] != before.graph.references[RepoPath(path)], "the case shows nothing"
