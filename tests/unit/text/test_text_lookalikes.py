"""Look-alikes: host names, labels, images, packages, URLs, prose and ghosts stay as they are, to the byte."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.text.monorepo import after

MOVES = {
    "backend": "services/api",
    "frontend": "apps/web",
    "apps/mobile": "apps/phone",
    "docs": "documentation",
    "app": "services/app",
    "alembic": "migrations",
    "scripts": "tools/scripts",
    "public": "static",
    "org/api": "org/service",
    "redis": "infra/redis",
    "build-tools": "tools/build",
    "react": "vendored/react",
    "src/ui": "src/components",
}
MORE = {
    "backend/main.py": "",
    "backend/requirements.txt": "",
    "frontend/package.json": "{}",
    "frontend/src/index.ts": "",
    "apps/mobile/app.json": "{}",
    "docs/index.md": "",
    "app/main.py": "",
    "app/__init__.py": "",
    "alembic/env.py": "",
    "scripts/run.sh": "",
    "public/robots.txt": "",
    "org/api/x.txt": "",
    "redis/redis.conf": "",
    "build-tools/x.js": "",
    "react/index.js": "",
    "src/ui/index.ts": "",
    "other/keep.txt": "",
}

COMPOSE = """\
services:
  backend:
    image: org/api:1.2
    container_name: backend
    depends_on: [redis, frontend]
    environment:
      API_URL: http://backend:8000/docs
      REDIS_HOST: redis
      PATH_PREFIX: /backend
    volumes:
      - redis:/data
      - /backend:/app
      - backend-cache:/app/cache
    networks: [backend]
    labels:
      - traefik.http.routers.backend.rule=PathPrefix(`/docs`)
    healthcheck:
      test: ["CMD", "curl", "-f", "http://backend:8000/docs"]
    profiles: [frontend]
    hostname: backend
    working_dir: /app
volumes:
  redis:
networks:
  backend:
"""
WORKFLOW = """\
name: docs
on:
  push:
    branches: [docs, app/main]
    tags: ['frontend/**']
jobs:
  backend:
    name: backend
    runs-on: [self-hosted, backend]
    needs: [frontend]
    container: org/api:latest
    services:
      redis:
        image: redis
    env:
      SERVICE: backend
      IMAGE: ghcr.io/org/api
    steps:
      - name: Test backend and docs
        uses: org/api@v1
        id: backend
        with:
          name: frontend
          repository: org/api
          ref: docs
          tags: org/api:latest
      - run: git push origin docs
      - run: docker push org/api
      - run: docker build -t org/api:1 .
      - run: npm run docs && npm install react
      - run: kubectl rollout restart deployment/backend
      - run: curl http://backend:8000/docs
      - run: echo backend
"""

LINES: dict[str, list[str]] = {
    "README.md": [
        "The backend talks to the frontend and the docs.\n",
        "Use backend/frontend and/or app.\n",
        "See backend/main.py in prose.\n",
        "[x](https://example.com/backend/main.py)\n",
        "[x](mailto:backend@example.com)\n",
        "[x](#backend)\n",
        "![b](https://img.shields.io/badge/backend-main.py-red)\n",
        "`backend` and `frontend` and `docs`\n",
        "`/backend/main.py` is an absolute path\n",
        "`C:\\Users\\me\\backend\\main.py`\n",
        "`~/backend/main.py`\n",
        "`http://backend:8000/docs`\n",
        "`org/api:1.0`\n",
        "`@app/main`\n",
        "`@backend/main.py`\n",
        "`backend:8000`\n",
        "`feature/backend`\n",
        "`GET /docs`\n",
        "`alembic`\n",
        "`alembic.op`\n",
        "`react`\n",
        "`import react`\n",
        "```\nbackend\n├── main.py\n└── docs/\n```\n",
        "```bash\necho backend\n```\n",
        "```bash\ngit checkout docs\ngit push origin app/main\n```\n",
        "```bash\nnpm install react\nnpm run docs\n```\n",
        "```bash\ndocker run --name backend org/api\n```\n",
        "```bash\npython manage.py docs\n```\n",
        "```bash\ncurl http://backend:8000/docs/index.md\n```\n",
        "```bash\nssh backend\nping redis\n```\n",
        "```bash\nalembic upgrade head\npython -m alembic upgrade head\n```\n",
        "```python\nimport react\n```\n",
        "```text\nthe backend and docs\n```\n",
        '<a href="https://x.y/docs/index.md">docs</a>\n',
        "[docs]: https://x.y/docs/index.md\n",
        "Escaped \\`backend/x\\` and ``code``.\n",
        "| backend | frontend |\n|---|---|\n| docs | app |\n",
        "# backend\n\n- docs\n- app\n",
        "`old/backend/main.py` was removed.\n",
        "`/docs` and `/redis` are routes.\n",
        "`docs/missing-page.md` is gone.\n",
        "[gone](docs/gone.md)\n",
        "**backend**/*docs*\n",
        "`and/or`, `his/her`, `1/2`, `km/h`\n",
        "`a/b`\n",
        "`$HOME/backend/main.py`\n",
        "`%APPDATA%\\backend\\main.py`\n",
        "`\\\\server\\backend\\main.py`\n",
    ],
    "apps/mobile/README.md": ["Copy it to your `public/` or `docs/`.\n", "`public/x.png`\n"],
    "docs/deep/x.mdx": ["[p](/docs/api/props) [q](/backend)\n".replace("/backend", "/nothing")],
    "docs.rst": ["backend and docs in prose\n", "`x <https://e.org/docs/index.md>`_\n", "``backend``\n"],
    "compose.yml": [
        COMPOSE,
        "services:\n  x:\n    build: https://github.com/org/api.git\n",
        "services:\n  x:\n    image: redis\n",
        "services:\n  x:\n    command: redis-server /app/main.py\n",
        "services:\n  x:\n    command: python app/main.py\n",
        "services:\n  x:\n    command: [sh, scripts/run.sh]\n",
    ],
    ".github/workflows/ci.yml": [
        WORKFLOW,
        "jobs:\n  t:\n    steps:\n      - uses: a/semantic-pr@v5\n        with:\n          scopes: |\n            src/ui\n            docs\n",
        "jobs:\n  x:\n    uses: org/api/.github/workflows/x.yml@main\n",
        "on:\n  push:\n    paths: ['**/backend/**', '*.md']\n",
    ],
    ".github/dependabot.yml": [
        'updates:\n  - directory: "/"\n    labels: ["backend", "frontend", "docs"]\n    reviewers: ["org/api"]\n',
        "updates:\n  - groups:\n      react:\n        patterns: ['react*', 'redis']\n",
    ],
    "Dockerfile": [
        "FROM redis\nFROM org/api:1 AS backend\n",
        "FROM x AS a\nCOPY --from=a /app/main.py ./\nCOPY --from=backend app ./app\n",
        "WORKDIR /app\nWORKDIR app\nENV PATH=/backend:$PATH\n",
        "EXPOSE 8000\nUSER backend\nLABEL org.opencontainers.image.source=https://x.y/docs\nLABEL docs=docs\n",
        "RUN mkdir -p app scripts && rm -rf docs\n",
        'CMD ["redis-server", "/app/main.py"]\n',
        "RUN apt-get install redis react\n",
        "ADD https://x.y/docs/index.md /x\n",
        "ARG backend\nCOPY $backend/x /y\n",
        "HEALTHCHECK CMD curl -f http://backend:8000/docs\n",
    ],
    "package.json": [
        '{"name": "backend", "keywords": ["docs", "react"], "dependencies": {"react": "^18.0.0", "redis": "*"}}',
        '{"scripts": {"docs": "redis", "backend": "npm run docs", "b": "npx react", "c": "run-p docs app"}}',
        '{"repository": "org/api", "homepage": "https://x.y/docs/index.md", "author": "app"}',
        '{"scripts": {"x": "npm run frontend -- --name=backend"}}',
        '{"scripts": {"x": "concurrently -n backend,frontend -c red,blue npm:docs"}}',
        '{"engines": {"node": ">=18"}, "packageManager": "pnpm@8.0.0", "type": "module"}',
        '{"imports": {"#app": "react"}, "browserslist": ["app"]}',
        '{"nyc": {"reporter": ["docs", "app"], "extends": "@a/backend/config"}, "mocha": {"ui": "backend", "package": "x/backend"}}',
        '{"config": {"path": "x/backend"}, "ava": {"environmentVariables": {"A": "b/docs"}}}',
        '{"eslintConfig": {"extends": ["react", "org/api"]}}',
    ],
    "tsconfig.json": [
        '{"compilerOptions": {"types": ["react", "docs"], "lib": ["dom"], "jsx": "react", "jsxImportSource": "react"}}',
        '{"extends": "react/tsconfig.json"}',
        '{"compilerOptions": {"plugins": [{"name": "react"}]}}',
        '{"compilerOptions": {"paths": {"docs/*": ["other/*"]}}}',
    ],
    "config/data.json": [
        '{"service": "backend", "host": "backend:8000", "url": "http://backend/docs/index.md"}',
        '{"image": "org/api", "label": "docs", "name": "docs/index.md"}',
        '{"time": "12/24", "mime": "text/html", "tz": "Europe/Berlin", "route": "/docs/index.md"}',
        '{"win": "C:\\\\Users\\\\me\\\\backend\\\\main.py"}',
    ],
    ".vscode/settings.json": [
        '{"python.defaultInterpreterPath": "/usr/bin/python", "cSpell.words": ["backend", "docs"]}',
        '{"editor.defaultFormatter": "org/api"}',
    ],
    "turbo.json": ['{"tasks": {"docs": {"dependsOn": ["^build", "backend#docs"], "outputs": ["dist/**"]}}}'],
    "pyproject.toml": [
        '[project]\nname = "backend"\ndescription = "docs"\ndependencies = ["redis>=4", "alembic"]\nkeywords = ["docs"]\n',
        '[project.optional-dependencies]\ndocs = ["alembic"]\nbackend = ["redis"]\n',
        '[project.urls]\ndocs = "https://x.y/docs/index.md"\n',
        '[tool.poetry.dependencies]\nredis = "^4"\nalembic = "*"\n',
        '[tool.ruff.lint]\nselect = ["E", "D"]\nignore = ["D100"]\n',
        "[tool.black]\nexclude = '''/(backend|docs)/'''\n",
        '[tool.poetry]\nauthors = ["docs <backend@example.com>"]\n',
    ],
    "tox.ini": ["[tox]\nenvlist = docs, py311\n", "[testenv:docs]\ndescription = docs\nextras = docs\n"],
    "setup.cfg": ["[metadata]\nname = backend\nkeywords = docs\n"],
    "run.sh": [
        "echo backend docs\n",
        "systemctl restart redis\n",
        "docker exec backend python app/main.py\n",
        "docker compose up backend redis\n",
        "docker logs backend\n",
        "npm run docs\nyarn docs\n",
        "git checkout docs\ngit branch -D app/main\n",
        "curl backend:8000/docs\nwget https://x.y/docs/index.md\n",
        "export SERVICE=backend\n",
        "NAME=docs\n",
        "psql -U backend -d docs\n",
        "kubectl get pods -l app=backend\n",
        "kubectl exec deploy/backend -- ls app\n",
        "case $1 in backend) ;; docs) ;; esac\n",
        'if [ "$1" = "backend" ]; then echo docs; fi\n',
        "function docs() { :; }\ndocs\n",
        "backend() { :; }\nbackend\n",
        "helm install redis org/api\n",
        "apt-get install -y redis\n",
        "pip install alembic redis\n",
        "ssh backend 'cd /app && ls'\n",
        'cd /backend && ls\ncd ~/docs\ncd "$UNKNOWN"\nls main.py\n',
        "sed 's/backend/frontend/' x\n",
        "cat /etc/redis/redis.conf\n",
        "python manage.py docs\n",
        "make docs\n",
        "alembic upgrade head\n",
        "ls $HOME/docs\n",
        "uvicorn other.app:app\n",
        "bun run --filter frontend build\npnpm --filter frontend test\n",
        "npm run frontend\nbun run docs\n",
        "# the backend and the docs\n",
    ],
    "Makefile": [
        "docs:\n\techo docs\n",
        ".PHONY: docs backend frontend\n",
        "backend: docs\n\t@docker compose up backend\n",
        "NAME := backend\nIMAGE = org/api:1\n",
        "docs: app\n",
    ],
    "run.ps1": [
        "Write-Host 'backend'\n",
        "docker compose up backend\n",
        "$name = 'backend'\n",
        "if ($x -eq 'docs') { Write-Host docs }\n",
        "switch ($c) { 'backend' { 1 } 'docs' { 2 } }\n",
        "param([ValidateSet('backend', 'frontend', 'docs')] $Component)\n",
        "$p = 'C:\\Users\\me\\backend\\main.py'\n",
        "Start-Service redis\n",
        "npm run docs\n",
        "$env:SERVICE = 'backend'\n",
        "Invoke-WebRequest http://backend:8000/docs\n",
    ],
    "run.bat": ["echo backend\r\n", "docker compose up backend\r\n", "rem backend\\main.py\r\n", "cd C:\\backend\r\n", "npm run docs\r\n"],
    "nginx.conf": [
        "upstream backend {\n  server backend:8000;\n}\n",
        "location /docs {\n  proxy_pass http://backend/docs;\n}\n",
        "server_name backend docs;\nroot /app/public;\n",
        "location ~ ^/backend/main {\n}\n",
    ],
    "prometheus.yml": [
        "scrape_configs:\n  - job_name: backend\n    metrics_path: /docs\n    static_configs:\n      - targets: ['backend:8000', 'redis:6379']\n        labels: {app: backend}\n"
    ],
    "k8s.yaml": [
        "kind: Deployment\nmetadata:\n  name: backend\n  labels:\n    app: backend\nspec:\n  containers:\n    - name: backend\n      image: org/api\n      args: [docs]\n",
        "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/rewrite-target: /docs\n",
    ],
    ".pre-commit-config.yaml": [
        "repos:\n  - repo: https://github.com/org/api\n    rev: docs\n    hooks:\n      - id: docs\n        name: backend\n        types: [python]\n"
    ],
    "main.tf": [
        'resource "x" "backend" {\n  name = "backend"\n  source = "org/api"\n  image = "org/api:1"\n}\n',
        'source = "terraform-aws-modules/vpc/aws"\n',
    ],
    ".gitignore": ["backend\ndocs/\n*.app\n", "**/docs/index.md\n", "# backend/main.py\n", "!docs\n"],
    ".gitattributes": ["*.md linguist-documentation\ndocs text\n"],
    ".github/CODEOWNERS": ["* @org/api\n*.md @docs @backend/main\n"],
    "requirements.txt": ["redis==4.0\nalembic\n# docs\n", "git+https://github.com/org/api.git\n"],
    "mkdocs.yml": ["site_name: docs\nsite_url: https://x.y/docs/\nrepo_url: https://github.com/org/api\n"],
    "values.yaml": ["image:\n  repository: org/api\n  tag: docs\nredis:\n  enabled: true\nhost: backend\n"],
    "x.ini": ["[loggers]\nkeys = root, backend\n[logger_backend]\nqualname = docs\n"],
    "package-lock.json": [
        '{"packages": {"node_modules/react": {"version": "18.0.0", "resolved": "https://r.org/react/-/react-18.tgz"}}, "dependencies": {"docs": {}}}'
    ],
    "pnpm-lock.yaml": [
        "importers:\n  .:\n    dependencies:\n      react:\n        specifier: ^18\n        version: 18.0.0\npackages:\n  react@18.0.0: {}\n  redis: {}\n"
    ],
    "justfile": ["docs:\n    echo docs\n"],
}
ROWS = [pytest.param(path, text, id=f"{path}-{number}") for path, texts in LINES.items() for number, text in enumerate(texts)]


@pytest.mark.parametrize("path, text", ROWS)
def test_a_lookalike_is_left_alone(path: str, text: str) -> None:
    assert after(path, text, MOVES, MORE) == text.encode()


def test_there_is_something_to_confuse() -> None:
    assert after("x.sh", "cat backend/main.py docs/index.md\n", MOVES, MORE) == b"cat services/api/main.py documentation/index.md\n"


ELSEWHERE = [
    # a name is read where the program runs, not wherever something of that name lies
    ("apps/mobile/Makefile", "x:\n\tdocker-compose -f redis.yml up\n", {"apps/redis.yml": "infra/redis.yml"}),
    ("backend/scripts/format.sh", "ruff check app scripts --fix\n", {"scripts": "tools/scripts"}),
    ("docs/ops/x.md", "```bash\npython manage_storage.py archive\n```\n", {"docs/archive": "attic"}),
    ("docs/ops/x.md", "```bash\nmv old archive\n```\n", {"docs/archive": "attic"}),
    ("docs/ops/x.ps1", "Get-ChildItem archive\n", {"docs/archive": "attic"}),
    ("docs/ops/x.md", "Keep it in `archive/` or `docs/archive-2/`.\n", {"docs/archive": "attic"}),
    ("i18n/el.json", '{"a": "\\u039f\\u03c1 \\"true\\" \\"docs\\""}\n', {"docs/archive": "attic"}),
    (".github/workflows/x.yml", "jobs:\n  t:\n    steps:\n      - name: Lint docs/archive\n        run: ls\n", {"docs/archive": "attic"}),
    ("compose.yml", "services:\n  x:\n    build: ./docs/gone\n    image: docs/archive\n", {"docs/archive": "attic"}),
    ("run.sh", "docker exec -it api cat docs/archive/x.md\n", {"docs/archive": "attic"}),
    ("run.sh", "git checkout docs/archive\nnpm install docs/archive\nhelm install x docs/archive\n", {"docs/archive": "attic"}),
    ("CHANGELOG.md", "- Removed `docs/archive/x.md`.\n", {"docs/archive": "attic"}),
]


@pytest.mark.parametrize("path, text, moves", ELSEWHERE)
def test_a_name_that_means_something_elsewhere_is_left_alone(path: str, text: str, moves: Mapping[str, str]) -> None:
    more = {"apps/redis.yml": "", "scripts/a.py": "", "backend/scripts/b.py": "", "backend/app/c.py": "", "docs/archive/x.md": ""}
    assert after(path, text, moves, more) == text.encode()
