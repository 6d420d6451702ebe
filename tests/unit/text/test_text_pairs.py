"""Before and after, per format: a token that names what has moved names it where it went, in its author's form."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.text.monorepo import APPS, after, back

Row = tuple[str, str, str, Mapping[str, str]]

CONFIG = {"apps/backend/app/core/config.py": "apps/backend/app/settings/base.py"}
SETUP = {"tools/setup.sh": "tools/install/setup.sh"}
GUIDE = {"docs/guide.md": "docs/guides/start.md"}
INFRA = {"infra/docker": "deploy/docker"}
NGINX = {"infra/nginx": "deploy/edge/nginx"}
MAIN = {"apps/backend/app/main.py": "apps/backend/app/api/server.py", "apps/backend/app/core/config.py": "apps/backend/app/api/config.py"}

DOCKERFILE: list[Row] = [
    ("Dockerfile", "COPY apps/backend/requirements.txt ./\n", "COPY services/api/requirements.txt ./\n", APPS),
    (
        "Dockerfile",
        "COPY apps/backend/requirements.txt apps/backend/setup.py ./\n",
        "COPY services/api/requirements.txt services/api/setup.py ./\n",
        APPS,
    ),
    ("Dockerfile", "ADD ./apps/backend /app\n", "ADD ./services/api /app\n", APPS),
    ("Dockerfile", "COPY apps/backend/ /app/\n", "COPY services/api/ /app/\n", APPS),
    ("Dockerfile", 'COPY ["apps/backend/requirements.txt", "/app/"]\n', 'COPY ["services/api/requirements.txt", "/app/"]\n', APPS),
    ("Dockerfile", "COPY --chown=app:app apps/frontend/src /src\n", "COPY --chown=app:app apps/web/src /src\n", APPS),
    ("Dockerfile", "COPY apps/frontend/*.json ./\n", "COPY apps/web/*.json ./\n", APPS),
    ("Dockerfile", "copy /apps/backend/app /app\n", "copy /services/api/app /app\n", APPS),
    (
        "Dockerfile",
        "COPY \\\n  apps/backend/setup.py \\\n  # why\n  apps/backend/app \\\n  /x/\n",
        "COPY \\\n  services/api/setup.py \\\n  # why\n  services/api/app \\\n  /x/\n",
        APPS,
    ),
    (
        "Dockerfile",
        "RUN --mount=type=bind,source=apps/backend/requirements.txt,target=r.txt pip install -r r.txt\n",
        "RUN --mount=type=bind,source=services/api/requirements.txt,target=r.txt pip install -r r.txt\n",
        APPS,
    ),
    ("infra/docker/api.Dockerfile", "COPY apps/backend/app ./app\n", "COPY services/api/app ./app\n", APPS),
    ("apps/backend/Dockerfile", "COPY app/core/config.py ./app/core/config.py\n", "COPY app/settings/base.py ./app/core/config.py\n", CONFIG),
    (
        "apps/backend/Dockerfile",
        'COPY . .\nCMD ["uvicorn", "app.main:app", "--port", "80"]\n',
        'COPY . .\nCMD ["uvicorn", "app.api.server:app", "--port", "80"]\n',
        MAIN,
    ),
    ("apps/backend/Dockerfile", "CMD uvicorn app.main:app --port 80\r\n", "CMD uvicorn app.api.server:app --port 80\r\n", MAIN),
    ("apps/backend/Dockerfile", "CMD exec gunicorn -w 4 app.main:app\n", "CMD exec gunicorn -w 4 app.api.server:app\n", MAIN),
    ("apps/backend/Dockerfile", 'CMD ["python", "-m", "app.main"]\n', 'CMD ["python", "-m", "app.api.server"]\n', MAIN),
    (
        "apps/backend/Dockerfile",
        'COPY . /srv\nENTRYPOINT ["scripts/entrypoint.sh"]\n',
        'COPY . /srv\nENTRYPOINT ["bin/start.sh"]\n',
        {"apps/backend/scripts/entrypoint.sh": "apps/backend/bin/start.sh"},
    ),
]

COMPOSE: list[Row] = [
    ("compose.yml", "services:\n  api:\n    build: ./apps/backend\n", "services:\n  api:\n    build: ./services/api\n", APPS),
    ("compose.yml", "services:\n  api:\n    build: apps/backend  # why\n", "services:\n  api:\n    build: services/api  # why\n", APPS),
    (
        "apps/docker-compose.yml",
        "services:\n  api:\n    build:\n      context: ./backend\n      dockerfile: scripts/entrypoint.sh\n",
        "services:\n  api:\n    build:\n      context: ../services/api\n      dockerfile: scripts/entrypoint.sh\n",
        APPS,
    ),
    (
        "apps/docker-compose.yml",
        "services:\n  web:\n    build:\n      context: './frontend/'\n",
        "services:\n  web:\n    build:\n      context: './web/'\n",
        APPS,
    ),
    (
        "infra/docker/compose.yml",
        "services:\n  web:\n    build:\n      context: ../..\n      dockerfile: infra/docker/Dockerfile.api\n",
        "services:\n  web:\n    build:\n      context: ../..\n      dockerfile: deploy/docker/Dockerfile.api\n",
        INFRA,
    ),
    (
        "infra/docker/compose.yml",
        "services:\n  api:\n    build:\n      dockerfile: ../../infra/docker/Dockerfile.api\n      context: ../../apps/backend\n",
        "services:\n  api:\n    build:\n      dockerfile: ../../infra/docker/Dockerfile.api\n      context: ../../services/api\n",
        APPS,
    ),
    (
        "infra/docker/compose.yml",
        "services:\n  api:\n    volumes:\n      - ../../apps/backend:/app\n      - data:/var/lib\n",
        "services:\n  api:\n    volumes:\n      - ../../services/api:/app\n      - data:/var/lib\n",
        APPS,
    ),
    (
        "compose.yml",
        'services:\n  api:\n    volumes: ["./apps/backend/app:/app:ro", "cache:/c"]\n',
        'services:\n  api:\n    volumes: ["./services/api/app:/app:ro", "cache:/c"]\n',
        APPS,
    ),
    (
        "compose.yml",
        "services:\n  api:\n    volumes:\n    - type: bind\n      source: ./apps/backend\n      target: /app\n",
        "services:\n  api:\n    volumes:\n    - type: bind\n      source: ./services/api\n      target: /app\n",
        APPS,
    ),
    (
        "compose.yml",
        "services:\n  api:\n    env_file: apps/backend/.env.example\n",
        "services:\n  api:\n    env_file: services/api/.env.example\n",
        APPS,
    ),
    (
        "compose.yml",
        "services:\n  api:\n    env_file:\n      - ./infra/docker/base.env\n      - apps/backend/.env\n",
        "services:\n  api:\n    env_file:\n      - ./infra/docker/base.env\n      - services/api/.env\n",
        APPS,
    ),
    (
        "compose.yml",
        "services:\n  api:\n    extends:\n      file: infra/docker/common.yml\n      service: api\n",
        "services:\n  api:\n    extends:\n      file: deploy/docker/common.yml\n      service: api\n",
        INFRA,
    ),
    (
        "apps/backend/compose.yml",
        "services:\n  api:\n    build: .\n    command: uvicorn app.main:app --reload\n",
        "services:\n  api:\n    build: .\n    command: uvicorn app.api.server:app --reload\n",
        MAIN,
    ),
    (
        "apps/compose.yml",
        "services:\n  w:\n    build: {context: ./backend}\n    command: [celery, -A, app.workers.celery_app, worker]\n",
        "services:\n  w:\n    build: {context: ./backend}\n    command: [celery, -A, app.jobs.celery_app, worker]\n",
        {"apps/backend/app/workers": "apps/backend/app/jobs"},
    ),
    ("compose.yml", "include:\n  - infra/docker/common.yml\n", "include:\n  - deploy/docker/common.yml\n", INFRA),
    ("compose.yml", "secrets:\n  k:\n    file: ./infra/docker/base.env\n", "secrets:\n  k:\n    file: ./deploy/docker/base.env\n", INFRA),
]

WORKFLOW: list[Row] = [
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          path: apps/backend/report.json\n",
        "jobs:\n  t:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          path: services/api/report.json\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          path: |\n            apps/backend/r.json\n            !apps/backend/*.json\n",
        "jobs:\n  t:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          path: |\n            services/api/r.json\n            !services/api/*.json\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: codecov/codecov-action@v5\n        with:\n          files: apps/backend/a.json,./apps/backend/b.json\n",
        "jobs:\n  t:\n    steps:\n      - uses: codecov/codecov-action@v5\n        with:\n          files: services/api/a.json,./services/api/b.json\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: someone/else@v1\n        with:\n          path: apps/backend/report.json\n",
        "jobs:\n  t:\n    steps:\n      - uses: someone/else@v1\n        with:\n          path: apps/backend/report.json\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          path: dist/report.json\n",
        "jobs:\n  t:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          path: dist/report.json\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "on:\n  push:\n    paths:\n      - 'apps/backend/**'\n      - '!apps/backend/**/*.md'\n",
        "on:\n  push:\n    paths:\n      - 'services/api/**'\n      - '!services/api/**/*.md'\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "on:\n  pull_request:\n    paths-ignore: [apps/frontend/**, docs/**]\n",
        "on:\n  pull_request:\n    paths-ignore: [apps/web/**, docs/**]\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - working-directory: apps/backend\n        run: pytest tests/test_main.py\n",
        "jobs:\n  t:\n    steps:\n      - working-directory: services/api\n        run: pytest tests/test_main.py\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - run: |\n          cat ../frontend/package.json\n        working-directory: ./apps/backend\n",
        "jobs:\n  t:\n    steps:\n      - run: |\n          cat ../../apps/web/package.json\n        working-directory: ./services/api\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "defaults:\n  run:\n    working-directory: apps/backend\njobs:\n  t:\n    steps:\n      - run: python scripts/seed.py\n",
        "defaults:\n  run:\n    working-directory: services/api\njobs:\n  t:\n    steps:\n      - run: python scripts/seed.py\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    defaults:\n      run:\n        working-directory: apps/backend\n    steps:\n      - run: cat ../../tools/setup.sh\n",
        "jobs:\n  t:\n    defaults:\n      run:\n        working-directory: services/core/api\n    steps:\n      - run: cat ../../../tools/setup.sh\n",
        {"apps/backend": "services/core/api"},
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - run: cd apps/frontend && npm ci\n",
        "jobs:\n  t:\n    steps:\n      - run: cd apps/web && npm ci\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: ./.github/actions/setup\n",
        "jobs:\n  t:\n    steps:\n      - uses: ./.github/actions/prepare\n",
        {".github/actions/setup": ".github/actions/prepare"},
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: $/.github/actions/setup\n",
        "jobs:\n  t:\n    steps:\n      - uses: $/.github/actions/prepare\n",
        {".github/actions/setup": ".github/actions/prepare"},
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: actions/cache@v4\n        with:\n          path: apps/frontend/node_modules\n          key: npm-${{ hashFiles('apps/frontend/package-lock.json') }}\n",
        "jobs:\n  t:\n    steps:\n      - uses: actions/cache@v4\n        with:\n          path: apps/web/node_modules\n          key: npm-${{ hashFiles('apps/web/package-lock.json') }}\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          cache-dependency-path: |\n            apps/frontend/package-lock.json\n",
        "jobs:\n  t:\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          cache-dependency-path: |\n            apps/web/package-lock.json\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - uses: docker/build-push-action@v5\n        with:\n          context: apps/backend\n          file: ./infra/docker/Dockerfile.api\n",
        "jobs:\n  t:\n    steps:\n      - uses: docker/build-push-action@v5\n        with:\n          context: services/api\n          file: ./infra/docker/Dockerfile.api\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - run: cat ${{ github.workspace }}/apps/backend/setup.py\n",
        "jobs:\n  t:\n    steps:\n      - run: cat ${{ github.workspace }}/services/api/setup.py\n",
        APPS,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - run: pytest --cov=app.core\n        working-directory: apps/backend\n",
        "jobs:\n  t:\n    steps:\n      - run: pytest --cov=app.kernel\n        working-directory: apps/backend\n",
        {"apps/backend/app/core": "apps/backend/app/kernel"},
    ),
    (
        ".github/workflows/ci.yml",
        "\ufeffon:\r\n  push:\r\n    paths: ['apps/backend/**']\r\n",
        "\ufeffon:\r\n  push:\r\n    paths: ['services/api/**']\r\n",
        APPS,
    ),
    (
        ".github/actions/build/action.yml",
        "runs:\n  using: composite\n  steps:\n    - run: ./tools/setup.sh\n      shell: bash\n",
        "runs:\n  using: composite\n  steps:\n    - run: ./tools/install/setup.sh\n      shell: bash\n",
        SETUP,
    ),
    (
        ".github/dependabot.yml",
        'updates:\n  - package-ecosystem: npm\n    directory: "/apps/frontend"\n    labels: ["frontend"]\n',
        'updates:\n  - package-ecosystem: npm\n    directory: "/apps/web"\n    labels: ["frontend"]\n',
        APPS,
    ),
    (
        ".github/dependabot.yml",
        'updates:\n  - directories: ["/apps/backend", "/apps/*"]\n',
        'updates:\n  - directories: ["/services/api", "/apps/*"]\n',
        APPS,
    ),
]

NODE: list[Row] = [
    ("package.json", '{"workspaces": ["apps/frontend", "packages/*"]}', '{"workspaces": ["apps/web", "packages/*"]}', APPS),
    ("package.json", '{"workspaces": {"packages": ["apps/frontend"]}}', '{"workspaces": {"packages": ["apps/web"]}}', APPS),
    ("package.json", '{"scripts": {"dev": "cd apps/frontend && npm run dev"}}', '{"scripts": {"dev": "cd apps/web && npm run dev"}}', APPS),
    (
        "package.json",
        '{"scripts": {"api": "cd apps/backend && uvicorn app.main:app"}}',
        '{"scripts": {"api": "cd services/api && uvicorn app.main:app"}}',
        APPS,
    ),
    ("package.json", '{"scripts": {"x": "npm --prefix ./apps/frontend run build"}}', '{"scripts": {"x": "npm --prefix ./apps/web run build"}}', APPS),
    (
        "package.json",
        '{"scripts": {"x": "bash -c \\"cat apps/backend/setup.py\\""}}',
        '{"scripts": {"x": "bash -c \\"cat services/api/setup.py\\""}}',
        APPS,
    ),
    (
        "package.json",
        '{"lint-staged": {"apps/frontend/**/*.ts": "eslint --config apps/frontend/next.config.mjs"}}',
        '{"lint-staged": {"apps/web/**/*.ts": "eslint --config apps/web/next.config.mjs"}}',
        APPS,
    ),
    (
        "package.json",
        '{"dependencies": {"web": "file:apps/frontend", "x": "link:./apps/frontend"}}',
        '{"dependencies": {"web": "file:apps/web", "x": "link:./apps/web"}}',
        APPS,
    ),
    (
        "apps/frontend/package.json",
        '{"main": "src/lib/api.ts", "exports": {".": "./src/lib/api.ts"}}',
        '{"main": "src/api/index.ts", "exports": {".": "./src/api/index.ts"}}',
        {"apps/frontend/src/lib/api.ts": "apps/frontend/src/api/index.ts"},
    ),
    (
        "apps/frontend/package.json",
        '{"scripts": {"x": "node ../../tools/setup.sh"}}',
        '{"scripts": {"x": "node ../../../tools/setup.sh"}}',
        {"apps/frontend": "apps/sites/web"},
    ),
    (
        "tsconfig.json",
        '{"references": [{"path": "./apps/frontend"}], "include": ["apps/frontend/src/**/*"]}',
        '{"references": [{"path": "./apps/web"}], "include": ["apps/web/src/**/*"]}',
        APPS,
    ),
    (
        "tsconfig.json",
        '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["apps/frontend/src/*"]}}} // x',
        '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["apps/web/src/*"]}}} // x',
        APPS,
    ),
    (
        "tsconfig.json",
        '{"compilerOptions": {"baseUrl": "./apps/frontend", "paths": {"@/*": ["./src/*"]}}}',
        '{"compilerOptions": {"baseUrl": "./apps/web", "paths": {"@/*": ["./src/*"]}}}',
        APPS,
    ),
    (
        "apps/frontend/tsconfig.json",
        '{"extends": "../../tsconfig.base", "exclude": ["node_modules"]}',
        '{"extends": "../../../tsconfig.base", "exclude": ["node_modules"]}',
        {"apps/frontend": "apps/sites/web"},
    ),
    ("turbo.json", '{"globalDependencies": ["apps/frontend/next.config.mjs"]}', '{"globalDependencies": ["apps/web/next.config.mjs"]}', APPS),
    (
        "apps/frontend/project.json",
        '{"root": "apps/frontend", "sourceRoot": "apps/frontend/src", "$schema": "../../node_modules/nx/s.json"}',
        '{"root": "apps/sites/web", "sourceRoot": "apps/sites/web/src", "$schema": "../../../node_modules/nx/s.json"}',
        {"apps/frontend": "apps/sites/web"},
    ),
    (
        ".vscode/settings.json",
        '{"python.analysis.extraPaths": ["${workspaceFolder}/apps/backend"], "x": "./apps/frontend/src"}',
        '{"python.analysis.extraPaths": ["${workspaceFolder}/services/api"], "x": "./apps/web/src"}',
        APPS,
    ),
    (
        ".vscode/launch.json",
        '{"cwd": "${workspaceFolder}\\\\apps\\\\backend", "args": ["app.main:app"]}',
        '{"cwd": "${workspaceFolder}\\\\services\\\\api", "args": ["app.main:app"]}',
        APPS,
    ),
    (
        ".vscode/tasks.json",
        '{"tasks": [{"command": "cd apps/frontend && npm run dev", "options": {"cwd": "apps/backend"}}]}',
        '{"tasks": [{"command": "cd apps/web && npm run dev", "options": {"cwd": "services/api"}}]}',
        APPS,
    ),
    ("pnpm-workspace.yaml", "packages:\n  - apps/frontend\n  - '!apps/frontend/src'\n", "packages:\n  - apps/web\n  - '!apps/web/src'\n", APPS),
    (
        "config/app.json",
        '{"backendDir": "apps/backend", "db": "apps/backend/data.db"}',
        '{"backendDir": "services/api", "db": "services/api/data.db"}',
        APPS,
    ),
]

PYTHON: list[Row] = [
    (
        "pyproject.toml",
        '[tool.pytest.ini_options]\ntestpaths = ["apps/backend/tests"]\npythonpath = "apps/backend"\n',
        '[tool.pytest.ini_options]\ntestpaths = ["services/api/tests"]\npythonpath = "services/api"\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.ruff]\nsrc = ["apps/backend"]\nextend-exclude = ["apps/backend/alembic"] # x\n',
        '[tool.ruff]\nsrc = ["services/api"]\nextend-exclude = ["services/api/alembic"] # x\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.ruff.lint.per-file-ignores]\n"apps/backend/tests/**" = ["S"]\n',
        '[tool.ruff.lint.per-file-ignores]\n"services/api/tests/**" = ["S"]\n',
        APPS,
    ),
    (
        "pyproject.toml",
        "[tool.mypy]\nfiles = ['apps/backend/app']\nmypy_path = 'apps/backend'\n",
        "[tool.mypy]\nfiles = ['services/api/app']\nmypy_path = 'services/api'\n",
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.coverage.run]\nsource = ["apps/backend/app"]\nomit = ["apps/backend/tests/*"]\n',
        '[tool.coverage.run]\nsource = ["services/api/app"]\nomit = ["services/api/tests/*"]\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.uv.workspace]\nmembers = ["apps/backend"]\n[tool.uv.sources]\nx = { path = "apps/backend", editable = true }\n',
        '[tool.uv.workspace]\nmembers = ["services/api"]\n[tool.uv.sources]\nx = { path = "services/api", editable = true }\n',
        APPS,
    ),
    ("apps/backend/pyproject.toml", '[project.scripts]\nserve = "app.main:run"\n', '[project.scripts]\nserve = "app.api.server:run"\n', MAIN),
    (
        "apps/backend/pyproject.toml",
        '[[tool.mypy.overrides]]\nmodule = ["app.core.*", "numpy.*"]\n',
        '[[tool.mypy.overrides]]\nmodule = ["app.kernel.*", "numpy.*"]\n',
        {"apps/backend/app/core": "apps/backend/app/kernel"},
    ),
    (
        "apps/backend/pyproject.toml",
        '[tool.pytest.ini_options]\naddopts = "-q --cov=app.core tests/test_main.py"\n',
        '[tool.pytest.ini_options]\naddopts = "-q --cov=app.kernel tests/test_main.py"\n',
        {"apps/backend/app/core": "apps/backend/app/kernel"},
    ),
    (
        "apps/backend/pyproject.toml",
        '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "app.settings"\n',
        '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "app.conf"\n',
        {"apps/backend/app/settings.py": "apps/backend/app/conf.py"},
    ),
    (
        "setup.cfg",
        "[tool:pytest]\ntestpaths =\n    apps/backend/tests\n    docs\n",
        "[tool:pytest]\ntestpaths =\n    services/api/tests\n    docs\n",
        APPS,
    ),
    (
        "apps/backend/setup.cfg",
        "[options.entry_points]\nconsole_scripts =\n    run = app.main:run\n",
        "[options.entry_points]\nconsole_scripts =\n    run = app.api.server:run\n",
        MAIN,
    ),
    (
        "tox.ini",
        "[testenv]\ncommands =\n    pytest tests -q\nchangedir = apps/backend\n[testenv:b]\ncommands = pytest apps/backend/tests -q\n",
        "[testenv]\ncommands =\n    pytest tests -q\nchangedir = services/api\n[testenv:b]\ncommands = pytest services/api/tests -q\n",
        APPS,
    ),
    ("pytest.ini", "[pytest]\ntestpaths = apps/backend/tests\n", "[pytest]\ntestpaths = services/api/tests\n", APPS),
    (
        "apps/backend/alembic.ini",
        "[alembic]\nscript_location = alembic\n",
        "[alembic]\nscript_location = migrations\n",
        {"apps/backend/alembic": "apps/backend/migrations"},
    ),
    (
        "alembic.ini",
        "[alembic]\nscript_location = %(here)s/apps/backend/alembic\n",
        "[alembic]\nscript_location = %(here)s/services/api/alembic\n",
        APPS,
    ),
    (
        ".coveragerc",
        "[run]\nsource = apps/backend/app\nomit =\n    apps/backend/tests/*\n",
        "[run]\nsource = services/api/app\nomit =\n    services/api/tests/*\n",
        APPS,
    ),
    ("ruff.toml", 'src = ["apps/backend"]\n', 'src = ["services/api"]\n', APPS),
    ("mypy.ini", "[mypy]\nfiles = apps/backend/app, tools\n", "[mypy]\nfiles = services/api/app, tools\n", APPS),
    ("requirements-dev.txt", "-r apps/backend/requirements.txt\n-e ./apps/backend\n", "-r services/api/requirements.txt\n-e ./services/api\n", APPS),
]

SHELL: list[Row] = [
    ("run.sh", "cd apps/backend\npython scripts/seed.py\n", "cd services/api\npython scripts/seed.py\n", APPS),
    ("run.sh", "cd apps/backend && cat ../frontend/package.json\n", "cd services/api && cat ../../apps/web/package.json\n", APPS),
    ("run.sh", "(cd apps/frontend && npm ci)\ncat apps/backend/setup.py\n", "(cd apps/web && npm ci)\ncat services/api/setup.py\n", APPS),
    ("run.sh", 'pushd "apps/frontend"\npopd\nls ./apps/backend/\n', 'pushd "apps/web"\npopd\nls ./services/api/\n', APPS),
    (
        "run.sh",
        "pytest apps/backend/tests/test_main.py::test_x -k 'not slow'\n",
        "pytest services/api/tests/test_main.py::test_x -k 'not slow'\n",
        APPS,
    ),
    (
        "run.sh",
        "pip install -r apps/backend/requirements.txt -e apps/backend\n",
        "pip install -r services/api/requirements.txt -e services/api\n",
        APPS,
    ),
    ("run.sh", "make -C apps/backend test; git -C apps/backend status\n", "make -C services/api test; git -C services/api status\n", APPS),
    (
        "run.sh",
        "docker build -t org/api:1 -f apps/backend/Dockerfile apps/backend\n",
        "docker build -t org/api:1 -f services/api/Dockerfile services/api\n",
        APPS,
    ),
    ("run.sh", "docker run -v ./apps/backend:/app org/backend\n", "docker run -v ./services/api:/app org/backend\n", APPS),
    ("run.sh", "for f in apps/frontend/src/*.ts; do echo $f; done\n", "for f in apps/web/src/*.ts; do echo $f; done\n", APPS),
    (
        "run.sh",
        "BACKEND_DIR=apps/backend\ncd $BACKEND_DIR\npython scripts/seed.py\n",
        "BACKEND_DIR=services/api\ncd $BACKEND_DIR\npython scripts/seed.py\n",
        APPS,
    ),
    (
        "tools/x.sh",
        'DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"\nsource "$DIR/apps/backend/scripts/entrypoint.sh"\n',
        'DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"\nsource "$DIR/services/api/scripts/entrypoint.sh"\n',
        APPS,
    ),
    ("tools/setup.sh", 'source "$(dirname "$0")/lib/common.sh"\n', 'source "$(dirname "$0")/../lib/common.sh"\n', SETUP),
    (
        "tools/setup.sh",
        'ROOT="$(cd "$(dirname "$0")/.." && pwd)"\ncat "$ROOT/README.md"\n',
        'ROOT="$(cd "$(dirname "$0")/../.." && pwd)"\ncat "$ROOT/README.md"\n',
        SETUP,
    ),
    (
        "tools/x.sh",
        'cd "$(git rev-parse --show-toplevel)/apps/backend"\npython scripts/seed.py\n',
        'cd "$(git rev-parse --show-toplevel)/services/api"\npython scripts/seed.py\n',
        APPS,
    ),
    ("run.sh", "# see apps/backend/setup.py for why\n", "# see services/api/setup.py for why\n", APPS),
    ("run.sh", 'echo "Now run tools/setup.sh"\n', 'echo "Now run tools/install/setup.sh"\n', SETUP),
    (
        "run.sh",
        "cd apps/backend; celery -A app.workers.celery_app worker\n",
        "cd apps/backend; celery -A app.jobs.celery_app worker\n",
        {"apps/backend/app/workers": "apps/backend/app/jobs"},
    ),
    (
        "apps/backend/run.sh",
        "export DJANGO_SETTINGS_MODULE=app.settings\n",
        "export DJANGO_SETTINGS_MODULE=app.conf\n",
        {"apps/backend/app/settings.py": "apps/backend/app/conf.py"},
    ),
    ("apps/backend/run.sh", "python -c 'import app.core.config; print(1)'\n", "python -c 'import app.api.config; print(1)'\n", MAIN),
    (
        "Makefile",
        "BACKEND := apps/backend\ntest:\n\tcd $(BACKEND) && pytest tests\n\t@ls apps/frontend/src\n",
        "BACKEND := services/api\ntest:\n\tcd $(BACKEND) && pytest tests\n\t@ls apps/web/src\n",
        APPS,
    ),
    (
        "Makefile",
        "apps/frontend/dist/x.js: apps/frontend/src/lib/api.ts\n\tcd apps/frontend && npm run x\n",
        "apps/web/dist/x.js: apps/web/src/lib/api.ts\n\tcd apps/web && npm run x\n",
        APPS,
    ),
    (
        "apps/backend/Makefile",
        "run:\n\t$(VENV)/python -m uvicorn app.main:app --reload\n",
        "run:\n\t$(VENV)/python -m uvicorn app.api.server:app --reload\n",
        MAIN,
    ),
    ("Makefile", "include tools/lib/common.sh\n", "include tools/common.mk\n", {"tools/lib/common.sh": "tools/common.mk"}),
    ("justfile", "test:\n    cd apps/backend && pytest\n", "test:\n    cd services/api && pytest\n", APPS),
    (".husky/pre-commit", "cd apps/frontend && npx lint-staged\n", "cd apps/web && npx lint-staged\n", APPS),
]

WINDOWS: list[Row] = [
    ("tools/cli.ps1", '$b = Join-Path $PSScriptRoot "..\\apps\\backend"\n', '$b = Join-Path $PSScriptRoot "..\\services\\api"\n', APPS),
    (
        "tools/cli.ps1",
        'B = Join-Path (Get-Item $PSScriptRoot).Parent.FullName "apps\\backend"\r\n',
        'B = Join-Path (Get-Item $PSScriptRoot).Parent.FullName "services\\api"\r\n',
        APPS,
    ),
    (
        "tools/cli.ps1",
        '$root = Split-Path -Parent $PSScriptRoot\n$f = Join-Path $root "apps/frontend"\nSet-Location $f\nGet-Content src\\lib\\api.ts\n',
        '$root = Split-Path -Parent $PSScriptRoot\n$f = Join-Path $root "apps/web"\nSet-Location $f\nGet-Content src\\lib\\api.ts\n',
        APPS,
    ),
    (
        "tools/cli.ps1",
        'Set-Location "$PSScriptRoot\\..\\apps\\backend"\npython scripts\\seed.py\n',
        'Set-Location "$PSScriptRoot\\..\\services\\api"\npython scripts\\seed.py\n',
        APPS,
    ),
    ("run.ps1", "cd apps\\frontend; npm run dev\n", "cd apps\\web; npm run dev\n", APPS),
    (
        "run.ps1",
        "Push-Location apps/backend\nuvicorn app.main:app\nPop-Location\n& .\\tools\\cli.ps1\n",
        "Push-Location services/api\nuvicorn app.main:app\nPop-Location\n& .\\tools\\cli.ps1\n",
        APPS,
    ),
    (
        "run.ps1",
        "if (Test-Path 'apps\\backend\\.env') { Copy-Item apps\\backend\\.env.example apps\\backend\\.env }\n",
        "if (Test-Path 'services\\api\\.env') { Copy-Item services\\api\\.env.example services\\api\\.env }\n",
        APPS,
    ),
    (
        "tools/cli.ps1",
        '$c = @{\n  Root = (Get-Item $PSScriptRoot).Parent.FullName\n}\n$x = Join-Path $c.Root "apps/backend/setup.py"\n',
        '$c = @{\n  Root = (Get-Item $PSScriptRoot).Parent.FullName\n}\n$x = Join-Path $c.Root "services/api/setup.py"\n',
        APPS,
    ),
    ("apps/backend/start.ps1", "python -m uvicorn app.main:app --reload\n", "python -m uvicorn app.api.server:app --reload\n", MAIN),
    ("tools/setup.ps1", '. "$PSScriptRoot/lib/common.sh"\n', '. "$PSScriptRoot/../lib/common.sh"\n', {"tools/setup.ps1": "tools/win/setup.ps1"}),
    ("run.bat", "cd /d %~dp0apps\\backend\r\npython scripts\\seed.py\r\n", "cd /d %~dp0services\\api\r\npython scripts\\seed.py\r\n", APPS),
    ("tools/run.bat", 'call "%~dp0..\\apps\\backend\\scripts\\entrypoint.sh"\r\n', 'call "%~dp0..\\services\\api\\scripts\\entrypoint.sh"\r\n', APPS),
    ("run.cmd", "set BACKEND=apps\\backend\r\npushd %BACKEND%\r\npopd\r\n", "set BACKEND=services\\api\r\npushd %BACKEND%\r\npopd\r\n", APPS),
]

MARKDOWN: list[Row] = [
    ("README.md", "See [the guide](docs/guide.md).\n", "See [the guide](docs/guides/start.md).\n", GUIDE),
    ("README.md", 'See [the guide](./docs/guide.md#install "Title").\n', 'See [the guide](./docs/guides/start.md#install "Title").\n', GUIDE),
    ("docs/guide.md", "[up](../README.md) ![a](img/arch.png)\n", "[up](../../README.md) ![a](../img/arch.png)\n", GUIDE),
    ("docs/guide.md", "[api](/apps/backend/app/main.py)\n", "[api](/services/api/app/main.py)\n", APPS),
    (
        "README.md",
        "[s](docs/with%20space.md) [t](<docs/with space.md>)\n",
        "[s](docs/more/with%20space.md) [t](<docs/more/with space.md>)\n",
        {"docs/with space.md": "docs/more/with space.md"},
    ),
    ("README.md", "[g]: docs/guide.md\n", "[g]: docs/guides/start.md\n", GUIDE),
    (
        "README.md",
        '<img src="docs/img/arch.png" width="1"> <a href="docs/guide.md">x</a>\n',
        '<img src="docs/img/arch.png" width="1"> <a href="docs/guides/start.md">x</a>\n',
        GUIDE,
    ),
    ("docs/x.md", "Edit `apps/backend/app/main.py`, in `apps/frontend/`.\n", "Edit `services/api/app/main.py`, in `apps/web/`.\n", APPS),
    ("docs/x.md", "Copy to `apps/backend/.env` (`apps/frontend/.env.local`).\n", "Copy to `services/api/.env` (`apps/web/.env.local`).\n", APPS),
    ("docs/x.md", "Line `apps/backend/app/main.py:12`.\n", "Line `services/api/app/main.py:12`.\n", APPS),
    ("docs/x.md", "Globs `apps/frontend/src/**/*.ts`.\n", "Globs `apps/web/src/**/*.ts`.\n", APPS),
    (
        "README.md",
        "```bash\ncd apps/backend\npip install -r requirements.txt\ncd ../frontend\nnpm ci\n```\n",
        "```bash\ncd services/api\npip install -r requirements.txt\ncd ../../apps/web\nnpm ci\n```\n",
        APPS,
    ),
    ("README.md", "```powershell\ncd apps\\frontend\nnpm run dev\n```\n", "```powershell\ncd apps\\web\nnpm run dev\n```\n", APPS),
    ("README.md", "```yaml\nworking-directory: apps/frontend\n```\n", "```yaml\nworking-directory: apps/web\n```\n", APPS),
    ("README.md", "```\napps/backend/app/main.py\n```\n", "```\nservices/api/app/main.py\n```\n", APPS),
    (
        "apps/backend/README.md",
        "Run `uvicorn app.main:app` or use `app.core.config`.\n",
        "Run `uvicorn app.api.server:app` or use `app.api.config`.\n",
        MAIN,
    ),
    ("apps/backend/README.md", "The code is in `app/core/config.py`.\n", "The code is in `app/settings/base.py`.\n", CONFIG),
    ("docs/x.mdx", "import X from 'y'\n\n[g](./guide.md)\n", "import X from 'y'\n\n[g](./guides/start.md)\n", GUIDE),
    ("README.md", "- [a](apps/backend) and [b](apps/backend/)\r\n", "- [a](services/api) and [b](services/api/)\r\n", APPS),
    ("README.md", "`cd apps/backend && pytest`\n", "`cd services/api && pytest`\n", APPS),
    ("README.md", "[page](apps/frontend/src/app/[id]/page.tsx)\n", "[page](apps/web/src/app/[id]/page.tsx)\n", APPS),
    (
        "docs/x.rst",
        ".. include:: guide.md\n\n.. image:: img/arch.png\n\n`x <guide.md>`_ ``apps/backend/app/main.py``\n",
        ".. include:: guides/start.md\n\n.. image:: img/arch.png\n\n`x <guides/start.md>`_ ``services/api/app/main.py``\n",
        GUIDE | APPS,
    ),
]


PATTERNS: list[Row] = [
    (".gitignore", "/apps/frontend/.next/\n!apps/backend/scripts/seed.py\n", "/apps/web/.next/\n!services/api/scripts/seed.py\n", APPS),
    (".gitignore", "apps/backend/data/*.db\r\napps/backend/*.log\r\n", "services/api/data/*.db\r\nservices/api/*.log\r\n", APPS),
    (".gitignore", "# apps/backend is big\napps/frontend/node_modules\n", "# apps/backend is big\napps/web/node_modules\n", APPS),
    (".gitignore", "apps/frontend/src/*\n", "/web/src/*\n".replace("/web", "web"), {"apps/frontend": "web"}),
    (".gitignore", "apps/frontend/\n", "/web/\n", {"apps/frontend": "web"}),
    ("apps/.gitignore", "/frontend/src/lib\n", "/web/src/lib\n", APPS),
    (".dockerignore", "apps/frontend\n!apps/frontend/package.json\n", "apps/web\n!apps/web/package.json\n", APPS),
    (".prettierignore", "apps/frontend/public/**\n", "apps/web/public/**\n", APPS),
    (".gitattributes", "apps/frontend/public/** binary\n*.sh text eol=lf\n", "apps/web/public/** binary\n*.sh text eol=lf\n", APPS),
    (
        ".github/CODEOWNERS",
        "/apps/backend/ @org/backend\napps/frontend/** @org/frontend\n",
        "/services/api/ @org/backend\napps/web/** @org/frontend\n",
        APPS,
    ),
]

SERVICES: list[Row] = [
    (
        "infra/k8s/app.yaml",
        "configMap:\n  file: infra/docker/base.env\nimage: org/api:1\n",
        "configMap:\n  file: deploy/docker/base.env\nimage: org/api:1\n",
        INFRA,
    ),
    ("infra/kustomization.yaml", "resources:\n  - nginx/conf.d/site.conf\n", "resources:\n  - ../deploy/edge/nginx/conf.d/site.conf\n", NGINX),
    (
        "infra/terraform/prod/main.tf",
        'module "net" {\n  source = "../modules/net"\n}\n',
        'module "net" {\n  source = "../shared/net"\n}\n',
        {"infra/terraform/modules": "infra/terraform/shared"},
    ),
    (
        "infra/terraform/prod/main.tf",
        'data = file("${path.module}/../../nginx/nginx.conf")\n',
        'data = file("${path.module}/../../../deploy/edge/nginx/nginx.conf")\n',
        NGINX,
    ),
    (
        "infra/nginx/nginx.conf",
        "http {\n  include conf.d/site.conf;\n}\n",
        "http {\n  include sites/site.conf;\n}\n",
        {"infra/nginx/conf.d": "infra/nginx/sites"},
    ),
    ("infra/prometheus.yml", "rule_files:\n  - nginx/conf.d/*.conf\n", "rule_files:\n  - ../deploy/edge/nginx/conf.d/*.conf\n", NGINX),
    (
        ".pre-commit-config.yaml",
        "repos:\n  - hooks:\n      - id: x\n        entry: tools/setup.sh\n        files: ^apps/backend/\n",
        "repos:\n  - hooks:\n      - id: x\n        entry: tools/setup.sh\n        files: ^services/api/\n",
        APPS,
    ),
    (
        ".pre-commit-config.yaml",
        "exclude: ^(apps/backend/alembic|docs)/\nrepos:\n  - hooks:\n      - id: m\n        args: [--config=apps/backend/setup.py]\n",
        "exclude: ^(services/api/alembic|docs)/\nrepos:\n  - hooks:\n      - id: m\n        args: [--config=services/api/setup.py]\n",
        APPS,
    ),
    (".gitlab-ci.yml", "test:\n  script:\n    - cd apps/backend\n", "test:\n  script:\n    - cd services/api\n", APPS),
    ("mkdocs.yml", "nav:\n  - Guide: docs/guide.md\n", "nav:\n  - Guide: docs/guides/start.md\n", GUIDE),
    ("infra/helm/values.yaml", "config:\n  path: infra/nginx/nginx.conf\n", "config:\n  path: deploy/edge/nginx/nginx.conf\n", NGINX),
]

WINDOWS += [
    (
        "tools/cli.ps1",
        '$root = (Get-Item $PSScriptRoot).Parent.FullName\n$b = Join-Path $root "apps\\backend"\n',
        '$root = (Get-Item $PSScriptRoot).Parent.Parent.FullName\n$b = Join-Path $root "apps\\backend"\n',
        {"tools/cli.ps1": "tools/win/cli.ps1"},
    ),
    ("tools/x.ps1", 'Test-Path "docs\\img"\n', 'Test-Path ".\\pictures"\n', {"docs/img": "pictures"}),
]

SERVICES += [
    (
        ".pre-commit-config.yaml",
        "exclude: ^apps/backend/app/.*\\.py$|^apps/backend/setup\\.py$\n",
        "exclude: ^services/api/app/.*\\.py$|^services/api/setup\\.py$\n",
        APPS,
    ),
    (
        ".pre-commit-config.yaml",
        "exclude: |\n  (?x)^(\n    apps/frontend/src/.*|\n    apps/backend/alembic/.*\n  )$\n",
        "exclude: |\n  (?x)^(\n    apps/web/src/.*|\n    services/api/alembic/.*\n  )$\n",
        APPS,
    ),
]

PATTERNS += [
    (".gitignore", "apps/backend/app/generated/\n", "services/api/app/generated/\n", APPS),
]

MARKDOWN += [
    ("README.md", "[apps/backend/setup.py](./apps/backend/setup.py)\n", "[services/api/setup.py](./services/api/setup.py)\n", APPS),
    (
        "CHANGELOG.md",
        "- Moved `apps/backend/setup.py` ([guide](docs/guide.md))\n",
        "- Moved `apps/backend/setup.py` ([guide](docs/guides/start.md))\n",
        APPS | GUIDE,
    ),
    ("README.md", "```\n[`docs/guide.md`](docs/guide.md)\n", "```\n[`docs/guides/start.md`](docs/guides/start.md)\n", GUIDE),
    ("docs/x.md", "`docs/img/`\n", "`./pictures/`\n", {"docs/img": "pictures"}),
    (
        "docs/x.md",
        '```powershell\n$b = Join-Path $PSScriptRoot "apps\\backend"\n```\n',
        '```powershell\n$b = Join-Path $PSScriptRoot "services\\api"\n```\n',
        APPS,
    ),
    (
        "README.md",
        "```bash\n# API\ncd apps/backend\npytest tests\n\n# Web\ncd apps/frontend\ncat package.json\n```\n",
        "```bash\n# API\ncd services/api\npytest tests\n\n# Web\ncd apps/web\ncat package.json\n```\n",
        APPS,
    ),
]

LOCKS: list[Row] = [
    (
        "package-lock.json",
        '{"packages": {"": {"workspaces": ["apps/frontend"]}, "apps/frontend": {"name": "web"}, "node_modules/web": {"resolved": "apps/frontend", "link": true}}}',
        '{"packages": {"": {"workspaces": ["apps/web"]}, "apps/web": {"name": "web"}, "node_modules/web": {"resolved": "apps/web", "link": true}}}',
        APPS,
    ),
    (
        "pnpm-lock.yaml",
        "importers:\n\n  .:\n    devDependencies: {}\n\n  apps/frontend:\n    dependencies:\n      x:\n        version: link:../../tools/lib\n\n  tools/lib: {}\n\npackages:\n\n  docs@1:\n    x: y\n",
        "importers:\n\n  .:\n    devDependencies: {}\n\n  sites/a/web:\n    dependencies:\n      x:\n        version: link:../../../tools/lib\n\n  tools/lib: {}\n\npackages:\n\n  docs@1:\n    x: y\n",
        {"apps/frontend": "sites/a/web"},
    ),
    (
        "pnpm-lock.yaml",
        "importers:\n  tools/lib:\n    dependencies:\n      x:\n        specifier: workspace:*\n        version: link:../../apps/frontend\n",
        "importers:\n  tools/lib:\n    dependencies:\n      x:\n        specifier: workspace:*\n        version: link:../../apps/web\n",
        APPS,
    ),
    (
        "yarn.lock",
        '"web@workspace:apps/frontend":\n  version: 0.0.0-use.local\n  resolution: "web@workspace:apps/frontend"\n',
        '"web@workspace:apps/web":\n  version: 0.0.0-use.local\n  resolution: "web@workspace:apps/web"\n',
        APPS,
    ),
    (
        "bun.lock",
        '{"workspaces": {"": {}, "apps/frontend": {"name": "web"},}, "packages": {"web": ["web@workspace:apps/frontend"],}}',
        '{"workspaces": {"": {}, "apps/web": {"name": "web"},}, "packages": {"web": ["web@workspace:apps/web"],}}',
        APPS,
    ),
    (
        "uv.lock",
        '[[package]]\nname = "api"\nsource = { editable = "apps/backend" }\n',
        '[[package]]\nname = "api"\nsource = { editable = "services/api" }\n',
        APPS,
    ),
]

TABLES = {
    "locks": LOCKS,
    "dockerfile": DOCKERFILE,
    "compose": COMPOSE,
    "workflow": WORKFLOW,
    "node": NODE,
    "python": PYTHON,
    "shell": SHELL,
    "windows": WINDOWS,
    "markdown": MARKDOWN,
    "patterns": PATTERNS,
    "services": SERVICES,
}
MORE = {
    "tsconfig.base.json": "{}",
    "infra/docker/common.yml": "services: {}\n",
    "apps/backend/Dockerfile": "",
}
ROWS = [pytest.param(*row, id=f"{table}-{number}") for table, rows in TABLES.items() for number, row in enumerate(rows)]


@pytest.mark.parametrize("path, before, wanted, moves", ROWS)
def test_a_mention_follows_what_it_names(path: str, before: str, wanted: str, moves: Mapping[str, str]) -> None:
    assert after(path, before, moves, MORE).decode() == wanted


HABITS = ("apps/frontend/\n", 'Test-Path "docs', "rule_files:", "`docs/img/`")
"""Where two spellings mean the same: a slash that anchors, a `./` that keeps a single name recognisable."""


@pytest.mark.parametrize("path, before, wanted, moves", [row for row in ROWS if not str(row.values[1]).startswith(HABITS)])
def test_going_back_gives_the_first_text_back(path: str, before: str, wanted: str, moves: Mapping[str, str]) -> None:
    assert back(path, before, moves, MORE).decode() == before
