"""More before and after: rarer forms of each format, files that move themselves, encodings."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts
from tests.unit.text.monorepo import APPS, after

Row = tuple[str, str, str, Mapping[str, str]]

LIB = {"tools/lib": "tools/shell"}
DOCS = {"docs": "documentation"}
NGINX = {"infra/nginx": "deploy/edge/nginx"}
DEEP = {"apps/backend": "services/core/api"}
MODULES = {"apps/backend/app/main.py": "apps/backend/app/api/server.py", "apps/backend/app/core": "apps/backend/app/kernel"}
BOTH = {"apps/backend": "apps/frontend", "apps/frontend": "apps/backend"}

SWAPS: list[Row] = [
    ("run.sh", "cat apps/backend/setup.py apps/frontend/package.json\n", "cat apps/frontend/setup.py apps/backend/package.json\n", BOTH),
    ("run.sh", "cd apps/backend\npython scripts/seed.py\n", "cd apps/frontend\npython scripts/seed.py\n", BOTH),
    (
        "compose.yml",
        "services:\n  a:\n    build: ./apps/backend\n  b:\n    build: ./apps/frontend\n",
        "services:\n  a:\n    build: ./apps/frontend\n  b:\n    build: ./apps/backend\n",
        BOTH,
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  t:\n    steps:\n      - run: cat setup.py\n        working-directory: apps/backend\n",
        "jobs:\n  t:\n    steps:\n      - run: cat setup.py\n        working-directory: apps/frontend\n",
        BOTH,
    ),
    (
        "README.md",
        "[a](apps/backend/setup.py) [b](apps/frontend/package.json)\n",
        "[a](apps/frontend/setup.py) [b](apps/backend/package.json)\n",
        BOTH,
    ),
]
OWN: list[Row] = [
    ("tools/setup.sh", "cat ./lib/common.sh\n", "cat ./lib/common.sh\n", {"tools/setup.sh": "tools/install/setup.sh"}),
    ("tools/run.mk", "include lib/common.sh\n", "include ../lib/common.sh\n", {"tools/run.mk": "tools/make/run.mk"}),
    (
        "docs/x.md",
        "[g](guide.md) ![a](./img/arch.png) [r](../README.md#a)\n",
        "[g](../guide.md) ![a](../img/arch.png) [r](../../README.md#a)\n",
        {"docs/x.md": "docs/deep/x.md"},
    ),
    ("docs/x.md", "[g](guide.md)\n", "[g](docs/guide.md)\n", {"docs/x.md": "x.md"}),
    ("docs/x.md", "[i](img/)\n", "[i](docs/img/)\n", {"docs/x.md": "x.md"}),
    ("docs/x.md", '<img src="./img/arch.png">\n', '<img src="../img/arch.png">\n', {"docs/x.md": "docs/deep/x.md"}),
    ("docs/x.md", "[t]: ../tools/setup.sh 'T'\n", "[t]: ../../tools/setup.sh 'T'\n", {"docs/x.md": "docs/deep/x.md"}),
    ("docs/x.rst", ".. figure:: img/arch.png\n   :alt: x\n", ".. figure:: ../img/arch.png\n   :alt: x\n", {"docs/x.rst": "docs/deep/x.rst"}),
    ("docs/x.rst", ".. literalinclude:: ../tools/setup.sh\n", ".. literalinclude:: ../../tools/setup.sh\n", {"docs/x.rst": "docs/deep/x.rst"}),
    (
        "apps/compose.yml",
        "services:\n  a:\n    build: backend\n    env_file: backend/.env.example\n",
        "services:\n  a:\n    build: apps/backend\n    env_file: apps/backend/.env.example\n",
        {"apps/compose.yml": "compose.yml"},
    ),
    (
        "apps/compose.yml",
        "services:\n  a:\n    build:\n      context: .\n",
        "services:\n  a:\n    build:\n      context: ../../apps\n",
        {"apps/compose.yml": "infra/compose/compose.yml"},
    ),
    (
        "apps/frontend/tsconfig.json",
        '{"compilerOptions": {"baseUrl": "./src", "paths": {"@/*": ["lib/*"]}}}',
        '{"compilerOptions": {"baseUrl": "./src", "paths": {"@/*": ["lib/*"]}}}',
        APPS,
    ),
    (
        "infra/terraform/prod/vars.tf",
        'a = "${path.module}/../modules/net/main.tf"\n',
        'a = "${path.module}/../../modules/net/main.tf"\n',
        {"infra/terraform/prod": "infra/terraform/env/prod"},
    ),
    (
        "infra/terraform/prod/vars.tf",
        'source = "../modules/net"\n',
        'source = "../../modules/net"\n',
        {"infra/terraform/prod": "infra/terraform/env/prod"},
    ),
    ("tools/x.bat", "call ..\\tools\\lib\\common.sh\r\n", "call ..\\lib\\common.sh\r\n", {"tools/x.bat": "tools/win/x.bat"}),
    ("tools/x.ps1", ". $PSScriptRoot\\lib\\common.sh\n", ". $PSScriptRoot\\..\\lib\\common.sh\n", {"tools/x.ps1": "tools/win/x.ps1"}),
    (
        "tools/x.ps1",
        '$r = Resolve-Path "$PSScriptRoot/../docs"\n',
        '$r = Resolve-Path "$PSScriptRoot/../../docs"\n',
        {"tools/x.ps1": "tools/win/x.ps1"},
    ),
    ("apps/backend/.pre-commit.sh", "cat ../../tools/setup.sh\n", "cat ../../../tools/setup.sh\n", DEEP),
    (
        "apps/backend/pyproject.toml",
        '[tool.uv.sources]\nx = { path = "../../tools" }\n',
        '[tool.uv.sources]\nx = { path = "../../../tools" }\n',
        DEEP,
    ),
    ("apps/backend/pyproject.toml", '[project]\nreadme = "../../README.md"\n', '[project]\nreadme = "../../../README.md"\n', DEEP),
    ("apps/backend/tox.ini", "[testenv]\ndeps = -r ../../apps/backend/requirements.txt\n", "[testenv]\ndeps = -r ./requirements.txt\n", DEEP),
    ("apps/backend/Makefile", "x:\n\t../../tools/setup.sh\n", "x:\n\t../../../tools/setup.sh\n", DEEP),
    ("apps/backend/Dockerfile", "COPY apps/backend/app /app\n", "COPY services/core/api/app /app\n", DEEP),
    ("apps/backend/Dockerfile", "COPY app /app\n", "COPY app /app\n", DEEP),
]
JSON: list[Row] = [
    ("lerna.json", '{"packages": ["apps/frontend", "libs/*"]}', '{"packages": ["apps/web", "libs/*"]}', APPS),
    (
        "knip.json",
        '{"workspaces": {"apps/frontend": {"entry": "src/lib/api.ts"}}}',
        '{"workspaces": {"apps/frontend": {"entry": "src/lib/api.ts"}}}',
        {},
    ),
    ("nx.json", '{"namedInputs": {"d": ["{workspaceRoot}/apps/frontend/**/*"]}}', '{"namedInputs": {"d": ["{workspaceRoot}/apps/web/**/*"]}}', APPS),
    ("renovate.json", '{"ignorePaths": ["apps/frontend/**"]}', '{"ignorePaths": ["apps/web/**"]}', APPS),
    (
        ".devcontainer/devcontainer.json",
        '{"dockerComposeFile": "../infra/docker/common.yml"}',
        '{"dockerComposeFile": "../deploy/docker/common.yml"}',
        {"infra/docker": "deploy/docker"},
    ),
    (
        ".devcontainer/devcontainer.json",
        '{"build": {"dockerfile": "../apps/backend/Dockerfile", "context": "../apps/backend"}}',
        '{"build": {"dockerfile": "../services/api/Dockerfile", "context": "../services/api"}}',
        APPS,
    ),
    ("vercel.json", '{"builds": [{"src": "apps/frontend/package.json"}]}', '{"builds": [{"src": "apps/web/package.json"}]}', APPS),
    (
        "apps/frontend/components.json",
        '{"tailwind": {"css": "src/styles/main.css"}}',
        '{"tailwind": {"css": "src/css/main.css"}}',
        {"apps/frontend/src/styles": "apps/frontend/src/css"},
    ),
    (
        "apps/frontend/jest.config.json",
        '{"setupFiles": ["<rootDir>/src/lib/api.ts"]}',
        '{"setupFiles": ["<rootDir>/src/api.ts"]}',
        {"apps/frontend/src/lib/api.ts": "apps/frontend/src/api.ts"},
    ),
    (
        "apps/frontend/.eslintrc.json",
        '{"extends": ["next", "./src/lib/api.ts"], "ignorePatterns": ["public/**"]}',
        '{"extends": ["next", "./src/api.ts"], "ignorePatterns": ["static/**"]}',
        {"apps/frontend/src/lib/api.ts": "apps/frontend/src/api.ts", "apps/frontend/public": "apps/frontend/static"},
    ),
    (
        "app.code-workspace",
        '{"folders": [{"path": "apps/backend"}, {"path": "./apps/frontend"}]}',
        '{"folders": [{"path": "services/api"}, {"path": "./apps/web"}]}',
        APPS,
    ),
    (
        ".vscode/settings.json",
        '{"files.exclude": {"apps/frontend/dist": true}, "eslint.workingDirectories": ["apps/frontend"]}',
        '{"files.exclude": {"apps/web/dist": true}, "eslint.workingDirectories": ["apps/web"]}',
        APPS,
    ),
    (
        ".vscode/settings.json",
        '{"python.testing.pytestArgs": ["apps/backend/tests"]} // x',
        '{"python.testing.pytestArgs": ["services/api/tests"]} // x',
        APPS,
    ),
    (
        ".vscode/launch.json",
        '{"program": "${workspaceFolder}/apps/backend/app/main.py", "module": "app.main"}',
        '{"program": "${workspaceFolder}/services/api/app/main.py", "module": "app.main"}',
        APPS,
    ),
    (
        ".vscode/tasks.json",
        '{"command": "${workspaceFolder}/tools/setup.sh", "args": ["apps/backend/setup.py"]}',
        '{"command": "${workspaceFolder}/tools/setup.sh", "args": ["services/api/setup.py"]}',
        APPS,
    ),
    (
        "package.json",
        '{"scripts": {"a": "pytest apps/backend/tests && eslint \\"apps/frontend/src/**/*.ts\\""}}',
        '{"scripts": {"a": "pytest services/api/tests && eslint \\"apps/web/src/**/*.ts\\""}}',
        APPS,
    ),
    (
        "package.json",
        '{"scripts": {"a": "tsc -p apps/frontend/tsconfig.json", "b": "docker compose -f infra/docker/common.yml up"}}',
        '{"scripts": {"a": "tsc -p apps/web/tsconfig.json", "b": "docker compose -f infra/docker/common.yml up"}}',
        APPS,
    ),
    (
        "package.json",
        '{"scripts": {"a": "npm run build -w apps/frontend", "b": "pnpm --filter ./apps/frontend dev"}}',
        '{"scripts": {"a": "npm run build -w apps/web", "b": "pnpm --filter ./apps/web dev"}}',
        APPS,
    ),
    ("package.json", '{"nyc": {"include": ["apps/frontend/src/**"]}}', '{"nyc": {"include": ["apps/web/src/**"]}}', APPS),
    ("package.json", '{"nyc": {"report-dir": "apps/frontend/made/x"}}', '{"nyc": {"report-dir": "apps/web/made/x"}}', APPS),
    ("package.json", '{"mocha": {"spec": ["!apps/frontend/src"]}}', '{"mocha": {"spec": ["!apps/web/src"]}}', APPS),
    (
        "package.json",
        '{"eslintIgnore": ["docs"], "jest": {"roots": ["docs"]}}',
        '{"eslintIgnore": ["manual"], "jest": {"roots": ["manual"]}}',
        {"docs": "manual"},
    ),
    ("x.sh", "pytest --cov-report html:docs/cov\n", "pytest --cov-report html:manual/cov\n", {"docs": "manual"}),
    ("package.json", '{"eslintIgnore": ["apps/frontend/public"]}', '{"eslintIgnore": ["apps/web/public"]}', APPS),
    ("package.json", '{"jest": {"collectCoverageFrom": ["apps/frontend/src/**"]}}', '{"jest": {"collectCoverageFrom": ["apps/web/src/**"]}}', APPS),
    ("package.json", '{"jest": {"roots": ["<rootDir>/apps/frontend/src"]}}', '{"jest": {"roots": ["<rootDir>/apps/web/src"]}}', APPS),
    ("package.json", '{\r\n  "workspaces": [\r\n    "apps/frontend"\r\n  ]\r\n}', '{\r\n  "workspaces": [\r\n    "apps/web"\r\n  ]\r\n}', APPS),
    ("package.json", '\ufeff{"workspaces": ["./apps/frontend/"]}', '\ufeff{"workspaces": ["./apps/web/"]}', APPS),
    (
        "tsconfig.json",
        '{"files": [], "references": [{"path": "apps/frontend/tsconfig.json"}]}',
        '{"files": [], "references": [{"path": "apps/web/tsconfig.json"}]}',
        APPS,
    ),
    ("tsconfig.json", '{"exclude": ["apps/frontend/dist", "**/x"]}', '{"exclude": ["apps/web/dist", "**/x"]}', APPS),
    (
        "jsconfig.json",
        '{"compilerOptions": {"paths": {"a": ["./apps/frontend/src/lib/api.ts"]}}}',
        '{"compilerOptions": {"paths": {"a": ["./apps/web/src/lib/api.ts"]}}}',
        APPS,
    ),
]
JSON += [
    (
        "package.json",
        '{"scripts": {"rm": "rimraf apps/frontend/build apps/frontend/dev-dist"}}',
        '{"scripts": {"rm": "rimraf apps/web/build apps/web/dev-dist"}}',
        APPS,
    ),
    (
        "tsconfig.json",
        '{"compilerOptions": {"outDir": "./apps/frontend/types-out"}}',
        '{"compilerOptions": {"outDir": "./apps/web/types-out"}}',
        APPS,
    ),
]
YAML: list[Row] = [
    (
        ".gitlab-ci.yml",
        "a:\n  script:\n    - pytest apps/backend/tests\n  artifacts:\n    paths:\n      - apps/backend/htmlcov\n",
        "a:\n  script:\n    - pytest services/api/tests\n  artifacts:\n    paths:\n      - services/api/htmlcov\n",
        APPS,
    ),
    (".gitlab-ci.yml", "include:\n  - local: tools/lib/common.sh\n", "include:\n  - local: tools/shell/common.sh\n", LIB),
    ("azure-pipelines.yml", "steps:\n  - script: cd apps/frontend && npm ci\n", "steps:\n  - script: cd apps/web && npm ci\n", APPS),
    (
        "azure-pipelines.yml",
        "trigger:\n  paths:\n    include:\n      - apps/backend/*\n",
        "trigger:\n  paths:\n    include:\n      - services/api/*\n",
        APPS,
    ),
    (
        ".circleci/config.yml",
        "jobs:\n  b:\n    steps:\n      - run:\n          command: pytest apps/backend/tests\n",
        "jobs:\n  b:\n    steps:\n      - run:\n          command: pytest services/api/tests\n",
        APPS,
    ),
    ("codecov.yml", "flags:\n  api:\n    paths:\n      - apps/backend/app/\n", "flags:\n  api:\n    paths:\n      - services/api/app/\n", APPS),
    (".github/labeler.yml", "api:\n  - apps/backend/**/*\n", "api:\n  - services/api/**/*\n", APPS),
    (
        ".github/workflows/x.yml",
        "on:\n  push:\n    paths:\n      - apps/backend/*.py\n      - '!apps/backend/tests/**'\n",
        "on:\n  push:\n    paths:\n      - services/api/*.py\n      - '!services/api/tests/**'\n",
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        "jobs:\n  t:\n    steps:\n      - run: >-\n          pytest\n          apps/backend/tests\n",
        "jobs:\n  t:\n    steps:\n      - run: >-\n          pytest\n          services/api/tests\n",
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        'jobs:\n  t:\n    steps:\n      - run: "cd apps/backend && pytest"\n',
        'jobs:\n  t:\n    steps:\n      - run: "cd services/api && pytest"\n',
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        "jobs:\n  t:\n    env:\n      DIR: apps/backend/app\n    steps: []\n",
        "jobs:\n  t:\n    env:\n      DIR: services/api/app\n    steps: []\n",
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        "jobs:\n  t:\n    strategy:\n      matrix:\n        dir: [apps/backend, apps/frontend]\n    steps:\n      - run: ls\n        working-directory: ${{ matrix.dir }}\n",
        "jobs:\n  t:\n    strategy:\n      matrix:\n        dir: [services/api, apps/web]\n    steps:\n      - run: ls\n        working-directory: ${{ matrix.dir }}\n",
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        "jobs:\n  t:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          path: |\n            apps/frontend/playwright-report/\n            !apps/frontend/dist\n",
        "jobs:\n  t:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          path: |\n            apps/web/playwright-report/\n            !apps/web/dist\n",
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        "jobs:\n  t:\n    steps:\n      - if: hashFiles('apps/backend/requirements.txt') != ''\n        run: ls\n",
        "jobs:\n  t:\n    steps:\n      - if: hashFiles('services/api/requirements.txt') != ''\n        run: ls\n",
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        "jobs:\n  t:\n    steps:\n      - run: docker build -f infra/docker/Dockerfile.api apps/backend\n",
        "jobs:\n  t:\n    steps:\n      - run: docker build -f infra/docker/Dockerfile.api services/api\n",
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        "jobs:\n  t:\n    steps:\n      - run: |\n          cd apps/backend\n          uvicorn app.main:app &\n          cd ../frontend\n          npm test\n",
        "jobs:\n  t:\n    steps:\n      - run: |\n          cd services/api\n          uvicorn app.main:app &\n          cd ../../apps/web\n          npm test\n",
        APPS,
    ),
    (
        ".github/workflows/x.yml",
        "jobs:\n  t:\n    steps:\n      - run: python -m app.main\n        working-directory: apps/backend\n",
        "jobs:\n  t:\n    steps:\n      - run: python -m app.api.server\n        working-directory: apps/backend\n",
        MODULES,
    ),
    (
        ".github/actions/setup/action.yml",
        "runs:\n  steps:\n    - uses: ./.github/actions/x\n    - run: bash tools/setup.sh\n",
        "runs:\n  steps:\n    - uses: ./.github/actions/x\n    - run: bash tools/install/setup.sh\n",
        {"tools/setup.sh": "tools/install/setup.sh"},
    ),
    (
        ".github/dependabot.yml",
        "updates:\n  - directory: /apps/backend/\n  - directory: apps/frontend\n",
        "updates:\n  - directory: /services/api/\n  - directory: apps/web\n",
        APPS,
    ),
    (
        "compose.yml",
        "services:\n  a:\n    build:\n      context: .\n      dockerfile: ./apps/backend/Dockerfile\n",
        "services:\n  a:\n    build:\n      context: .\n      dockerfile: ./services/api/Dockerfile\n",
        APPS,
    ),
    (
        "compose.yml",
        'services:\n  a:\n    build: "./apps/backend"\n    volumes:\n      - "./apps/backend/app:/app/app"\n',
        'services:\n  a:\n    build: "./services/api"\n    volumes:\n      - "./services/api/app:/app/app"\n',
        APPS,
    ),
    (
        "compose.yml",
        "services:\n  a:\n    build:\n      context: apps/backend\n      additional_contexts:\n        - web=apps/frontend\n",
        "services:\n  a:\n    build:\n      context: services/api\n      additional_contexts:\n        - web=apps/web\n",
        APPS,
    ),
    (
        "compose.yml",
        "services:\n  n:\n    volumes:\n      - ./infra/nginx/nginx.conf:/etc/nginx/nginx.conf:ro\n",
        "services:\n  n:\n    volumes:\n      - ./deploy/edge/nginx/nginx.conf:/etc/nginx/nginx.conf:ro\n",
        NGINX,
    ),
    (
        "compose.yml",
        'services:\n  a:\n    build: apps/backend\n    command: >\n      sh -c "celery -A app.workers.celery_app worker"\n',
        'services:\n  a:\n    build: apps/backend\n    command: >\n      sh -c "celery -A app.jobs.celery_app worker"\n',
        {"apps/backend/app/workers": "apps/backend/app/jobs"},
    ),
    (
        "compose.yml",
        "services:\n  a:\n    develop:\n      watch:\n        - path: ./apps/backend\n          action: sync\n",
        "services:\n  a:\n    develop:\n      watch:\n        - path: ./services/api\n          action: sync\n",
        APPS,
    ),
    ("compose.yml", "configs:\n  c:\n    file: infra/nginx/nginx.conf\n", "configs:\n  c:\n    file: deploy/edge/nginx/nginx.conf\n", NGINX),
    ("compose.yml", "services:\r\n  a:\r\n    build: ./apps/backend\r\n", "services:\r\n  a:\r\n    build: ./services/api\r\n", APPS),
    (
        "infra/k8s/kustomization.yaml",
        "configMapGenerator:\n  - name: n\n    files:\n      - nginx.conf=../nginx/nginx.conf\n",
        "configMapGenerator:\n  - name: n\n    files:\n      - nginx.conf=../../deploy/edge/nginx/nginx.conf\n",
        NGINX,
    ),
    (
        "skaffold.yaml",
        "build:\n  artifacts:\n    - image: org/api\n      context: apps/backend\n",
        "build:\n  artifacts:\n    - image: org/api\n      context: services/api\n",
        APPS,
    ),
    (
        "render.yaml",
        "services:\n  - rootDir: apps/backend\n    dockerfilePath: ./apps/backend/Dockerfile\n",
        "services:\n  - rootDir: services/api\n    dockerfilePath: ./services/api/Dockerfile\n",
        APPS,
    ),
    (
        ".pre-commit-config.yaml",
        "repos:\n  - hooks:\n      - id: x\n        args: ['-c', apps/backend/setup.py]\n        exclude: 'apps/frontend/public/'\n",
        "repos:\n  - hooks:\n      - id: x\n        args: ['-c', services/api/setup.py]\n        exclude: 'apps/web/public/'\n",
        APPS,
    ),
    ("pnpm-workspace.yaml", 'packages:\n  - "apps/frontend"\n  - packages/**\n', 'packages:\n  - "apps/web"\n  - packages/**\n', APPS),
    ("mkdocs.yml", "docs_dir: docs/img\n", "docs_dir: documentation/img\n", DOCS),
    ("prometheus.yml", "rule_files: ['infra/nginx/*.conf']\n", "rule_files: ['deploy/edge/nginx/*.conf']\n", NGINX),
]
SCRIPTS: list[Row] = [
    (
        "run.sh",
        "ruff check apps/backend/app && mypy apps/backend/app --config-file=apps/backend/setup.py\n",
        "ruff check services/api/app && mypy services/api/app --config-file=services/api/setup.py\n",
        APPS,
    ),
    (
        "run.sh",
        "if [ -f apps/backend/.env ]; then source apps/backend/.env; fi\n",
        "if [ -f services/api/.env ]; then source services/api/.env; fi\n",
        APPS,
    ),
    (
        "run.sh",
        "[[ -d apps/frontend/node_modules ]] || (cd apps/frontend; npm ci)\n",
        "[[ -d apps/web/node_modules ]] || (cd apps/web; npm ci)\n",
        APPS,
    ),
    ("run.sh", "rsync -a apps/frontend/public/ host:/srv\n", "rsync -a apps/web/public/ host:/srv\n", APPS),
    ("run.sh", "cp apps/backend/.env.example apps/backend/.env\n", "cp services/api/.env.example services/api/.env\n", APPS),
    ("run.sh", "PYTHONPATH=apps/backend python -m app.main\n", "PYTHONPATH=services/api python -m app.main\n", APPS),
    ("run.sh", "python apps/backend/scripts/seed.py --out x > log.txt\n", "python services/api/scripts/seed.py --out x > log.txt\n", APPS),
    ("run.sh", "uvicorn app.main:app --app-dir apps/backend\n", "uvicorn app.main:app --app-dir services/api\n", APPS),
    (
        "run.sh",
        "docker compose -f infra/docker/common.yml --project-directory apps up\n",
        "docker compose -f deploy/docker/common.yml --project-directory apps up\n",
        {"infra/docker": "deploy/docker"},
    ),
    (
        "run.sh",
        "helm upgrade x org/chart --values infra/docker/base.env\n",
        "helm upgrade x org/chart --values deploy/docker/base.env\n",
        {"infra/docker": "deploy/docker"},
    ),
    ("run.sh", "kubectl apply -f infra/nginx/nginx.conf\n", "kubectl apply -f deploy/edge/nginx/nginx.conf\n", NGINX),
    ("run.sh", "terraform -chdir=infra/terraform/prod plan\n", "terraform -chdir=infra/tf/prod plan\n", {"infra/terraform": "infra/tf"}),
    (
        "run.sh",
        "git add apps/backend/setup.py\ngit diff -- apps/frontend/package.json\n",
        "git add services/api/setup.py\ngit diff -- apps/web/package.json\n",
        APPS,
    ),
    ("run.sh", "find apps/backend -name '*.py'\ngrep -r x apps/frontend/src\n", "find services/api -name '*.py'\ngrep -r x apps/web/src\n", APPS),
    (
        "run.sh",
        'ROOT=$(git rev-parse --show-toplevel)\ncat $ROOT/apps/backend/setup.py "${ROOT}/tools/setup.sh"\n',
        'ROOT=$(git rev-parse --show-toplevel)\ncat $ROOT/services/api/setup.py "${ROOT}/tools/setup.sh"\n',
        APPS,
    ),
    (
        "tools/x.sh",
        'HERE=$(dirname "$0")\ncat "$HERE/../apps/backend/setup.py"\n',
        'HERE=$(dirname "$0")\ncat "$HERE/../services/api/setup.py"\n',
        APPS,
    ),
    ("tools/x.sh", 'cd "$(dirname "$0")/../apps/frontend"\nls src\n', 'cd "$(dirname "$0")/../apps/web"\nls src\n', APPS),
    ("run.sh", "for d in apps/backend apps/frontend; do (cd $d); done\n", "for d in services/api apps/web; do (cd $d); done\n", APPS),
    ("run.sh", "DIRS=(\n  apps/backend/app\n  apps/frontend/src\n)\n", "DIRS=(\n  services/api/app\n  apps/web/src\n)\n", APPS),
    ("run.sh", "cat <<EOF\nsee docs/guide.md\nEOF\n", "cat <<EOF\nsee documentation/guide.md\nEOF\n", DOCS),
    ("run.sh", "cat apps/backend/setup.py\r\n", "cat services/api/setup.py\r\n", APPS),
    ("run.sh", "bash -c 'cd apps/backend && python scripts/seed.py'\n", "bash -c 'cd services/api && python scripts/seed.py'\n", APPS),
    (
        "run.sh",
        "npx eslint apps/frontend/src --config ./apps/frontend/next.config.mjs\n",
        "npx eslint apps/web/src --config ./apps/web/next.config.mjs\n",
        APPS,
    ),
    ("run.sh", "alembic -c apps/backend/alembic.ini upgrade head\n", "alembic -c services/api/alembic.ini upgrade head\n", APPS),
    (
        "run.sh",
        "pytest -q apps/backend/tests/test_main.py::Test::test_a apps/backend/tests\n",
        "pytest -q services/api/tests/test_main.py::Test::test_a services/api/tests\n",
        APPS,
    ),
    ("run.sh", "coverage run -m app.main\n", "coverage run -m app.api.server\n", MODULES),
    (
        "apps/backend/run.sh",
        "gunicorn -k uvicorn.workers.UvicornWorker app.main:app\nhypercorn app.main:app\n",
        "gunicorn -k uvicorn.workers.UvicornWorker app.api.server:app\nhypercorn app.api.server:app\n",
        MODULES,
    ),
    (
        "apps/backend/run.sh",
        "poetry run uvicorn app.main:app && uv run python -m app.core.config\n",
        "poetry run uvicorn app.api.server:app && uv run python -m app.kernel.config\n",
        MODULES,
    ),
    ("apps/backend/run.sh", "pytest --cov=app.core --cov app.main tests\n", "pytest --cov=app.kernel --cov app.api.server tests\n", MODULES),
    (
        "apps/backend/run.sh",
        "flask --app app.main run\nmypy -p app.core\n",
        "flask --app app.api.server run\nmypy -p app.core\n",
        {"apps/backend/app/main.py": "apps/backend/app/api/server.py"},
    ),
    (
        "Makefile",
        "test: apps/backend/setup.py ## Run\n\t@cd apps/backend && \\\n\tpytest tests\n",
        "test: services/api/setup.py ## Run\n\t@cd services/api && \\\n\tpytest tests\n",
        APPS,
    ),
    (
        "Makefile",
        "WEB = ./apps/frontend\nweb:\n\tnpm --prefix $(WEB) ci\n\tls $(WEB)/src\n",
        "WEB = ./apps/web\nweb:\n\tnpm --prefix $(WEB) ci\n\tls $(WEB)/src\n",
        APPS,
    ),
    ("Makefile", "a:\n\t-$(MAKE) -C apps/backend test\n", "a:\n\t-$(MAKE) -C services/api test\n", APPS),
    (
        "Makefile",
        "a:\n\tdocker build -f apps/backend/Dockerfile -t org/x apps/backend\n",
        "a:\n\tdocker build -f services/api/Dockerfile -t org/x services/api\n",
        APPS,
    ),
    ("justfile", "dir := 'apps/backend'\nrun:\n  pytest apps/backend/tests\n", "dir := 'services/api'\nrun:\n  pytest services/api/tests\n", APPS),
    ("Procfile", "web: uvicorn app.main:app --app-dir apps/backend\n", "web: uvicorn app.main:app --app-dir services/api\n", APPS),
    (".husky/pre-push", "npm --prefix apps/frontend test\n", "npm --prefix apps/web test\n", APPS),
    (".envrc", "source_env apps/backend/.env\n", "source_env services/api/.env\n", APPS),
    (
        "x.ps1",
        "Set-Location -Path .\\apps\\backend\npython .\\scripts\\seed.py\n",
        "Set-Location -Path .\\services\\api\npython .\\scripts\\seed.py\n",
        APPS,
    ),
    ("x.ps1", '$backend = "apps\\backend"\nTest-Path "$backend\\setup.py"\n', '$backend = "services\\api"\nTest-Path "$backend\\setup.py"\n', APPS),
    (
        "x.ps1",
        "Copy-Item -Path 'apps/backend/.env.example' -Destination 'apps/backend/.env'\n",
        "Copy-Item -Path 'services/api/.env.example' -Destination 'services/api/.env'\n",
        APPS,
    ),
    (
        "x.ps1",
        "docker compose -f infra\\docker\\common.yml up\n",
        "docker compose -f deploy\\docker\\common.yml up\n",
        {"infra/docker": "deploy/docker"},
    ),
    (
        "x.ps1",
        '# See docs\\guide.md\nWrite-Host "Read docs/guide.md"\n',
        '# See documentation\\guide.md\nWrite-Host "Read documentation/guide.md"\n',
        DOCS,
    ),
    ("x.ps1", "Get-ChildItem apps\\frontend\\src -Filter *.ts\n", "Get-ChildItem apps\\web\\src -Filter *.ts\n", APPS),
    (
        "x.ps1",
        "$files = @(\n  'apps/backend/setup.py',\n  'apps/frontend/package.json'\n)\n",
        "$files = @(\n  'services/api/setup.py',\n  'apps/web/package.json'\n)\n",
        APPS,
    ),
    (
        "x.ps1",
        "$c = @{ Api = 'apps\\backend'; Web = 'apps\\frontend' }\nSet-Location $c.Api\npytest tests\n",
        "$c = @{ Api = 'services\\api'; Web = 'apps\\web' }\nSet-Location $c.Api\npytest tests\n",
        APPS,
    ),
    (
        "tools/x.ps1",
        "$root = (Resolve-Path (Join-Path $PSScriptRoot '..')).Path\n$a = Join-Path $root 'apps' 'backend'\n",
        "$root = (Resolve-Path (Join-Path $PSScriptRoot '..')).Path\n$a = Join-Path $root 'apps' 'backend'\n",
        {},
    ),
    ("tools/x.ps1", 'Import-Module "$PSScriptRoot\\lib\\common.sh" -Force\n', 'Import-Module "$PSScriptRoot\\shell\\common.sh" -Force\n', LIB),
    (
        "tools/x.ps1",
        '$p = Join-Path (Split-Path -Parent $PSScriptRoot) "apps\\backend\\setup.py"\n',
        '$p = Join-Path (Split-Path -Parent $PSScriptRoot) "services\\api\\setup.py"\n',
        APPS,
    ),
    (
        "tools/x.ps1",
        "$here = Split-Path -Parent $MyInvocation.MyCommand.Path\n. (Join-Path $here 'lib/common.sh')\n",
        "$here = Split-Path -Parent $MyInvocation.MyCommand.Path\n. (Join-Path $here 'shell/common.sh')\n",
        LIB,
    ),
    ("x.bat", "copy apps\\backend\\.env.example apps\\backend\\.env\r\n", "copy services\\api\\.env.example services\\api\\.env\r\n", APPS),
    (
        "x.bat",
        "if exist apps\\frontend\\package.json (cd apps\\frontend && npm ci)\r\n",
        "if exist apps\\web\\package.json (cd apps\\web && npm ci)\r\n",
        APPS,
    ),
]
TEXT: list[Row] = [
    (
        "README.md",
        "* `apps/backend/app/main.py`: the API\n* `./apps/frontend/src/`: pages\n",
        "* `services/api/app/main.py`: the API\n* `./apps/web/src/`: pages\n",
        APPS,
    ),
    (
        "README.md",
        "| Path | x |\n|---|---|\n| `apps/backend/` | [code](apps/backend/) |\n",
        "| Path | x |\n|---|---|\n| `services/api/` | [code](services/api/) |\n",
        APPS,
    ),
    ("README.md", "> [q](docs/guide.md)\n1. [n](./docs/guide.md)\n", "> [q](documentation/guide.md)\n1. [n](./documentation/guide.md)\n", DOCS),
    ("README.md", "[![b](docs/img/arch.png)](docs/guide.md)\n", "[![b](documentation/img/arch.png)](documentation/guide.md)\n", DOCS),
    ("README.md", "~~~sh\npytest apps/backend/tests\n~~~\n", "~~~sh\npytest services/api/tests\n~~~\n", APPS),
    ("README.md", "- step\n\n  ```bash\n  cd apps/backend\n  ```\n", "- step\n\n  ```bash\n  cd services/api\n  ```\n", APPS),
    ("README.md", '```json\n{"path": "apps/backend"}\n```\n', '```json\n{"path": "services/api"}\n```\n', APPS),
    ("README.md", "```dockerfile\nCOPY apps/backend/app /app\n```\n", "```dockerfile\nCOPY services/api/app /app\n```\n", APPS),
    (
        "README.md",
        "```python\n# apps/backend/app/main.py\nopen('docs/guide.md')\n```\n",
        "```python\n# services/api/app/main.py\nopen('docs/guide.md')\n```\n",
        APPS,
    ),
    (
        "README.md",
        "```console\n$ cd apps/backend\n$ python scripts/seed.py\n```\n",
        "```console\n$ cd services/api\n$ python scripts/seed.py\n```\n",
        APPS,
    ),
    (
        "README.md",
        "```bash\nuvicorn app.main:app\npython -m app.core.config\n```\n",
        "```bash\nuvicorn app.api.server:app\npython -m app.kernel.config\n```\n",
        MODULES,
    ),
    ("README.md", "``apps/backend/setup.py`` and **`apps/frontend/src`**\n", "``services/api/setup.py`` and **`apps/web/src`**\n", APPS),
    ("README.md", "`apps/backend/tests/test_main.py::test_x`\n", "`services/api/tests/test_main.py::test_x`\n", APPS),
    ("README.md", "[l](apps/backend/app/main.py#L10-L20)\n", "[l](services/api/app/main.py#L10-L20)\n", APPS),
    ("README.md", "[raw](docs/img/arch.png?raw=true)\n", "[raw](documentation/img/arch.png?raw=true)\n", DOCS),
    ("docs/a.md", "[x](../apps/backend/README.md) `../apps/backend/setup.py`\n", "[x](../services/api/README.md) `../services/api/setup.py`\n", APPS),
    ("docs/a.md", "Grüße: [x](guide.md) `apps/backend/setup.py`\r\n", "Grüße: [x](guide.md) `services/api/setup.py`\r\n", APPS),
    (
        "docs/a.mdx",
        "<Image src='./img/arch.png' />\n[g](./guide.md)\n",
        "<Image src='./pics/arch.png' />\n[g](./guide.md)\n",
        {"docs/img": "docs/pics"},
    ),
    (
        "docs/a.rst",
        ":doc:`guide.md` and :download:`x <img/arch.png>`\n",
        ":doc:`guide.md` and :download:`x <pics/arch.png>`\n",
        {"docs/img": "docs/pics"},
    ),
    (
        "docs/a.rst",
        ".. |logo| image:: img/arch.png\n.. _g: guide.md\n",
        ".. |logo| image:: pics/arch.png\n.. _g: guide.md\n",
        {"docs/img": "docs/pics"},
    ),
    ("docs/a.rst", "``app.main`` lives in ``apps/backend/app/main.py``\n", "``app.main`` lives in ``services/api/app/main.py``\n", APPS),
    (".gitignore", "/apps/backend/.env\n/apps/frontend/out\n", "/services/api/.env\n/apps/web/out\n", APPS),
    (
        ".gitignore",
        "apps/*/dist\napps/frontend/public/*\n!apps/frontend/public/logo.png\n",
        "apps/*/dist\napps/web/public/*\n!apps/web/public/logo.png\n",
        APPS,
    ),
    (".eslintignore", "apps/frontend/public\n", "apps/web/public\n", APPS),
    (".dockerignore", "**/x\napps/frontend/node_modules\n", "**/x\napps/web/node_modules\n", APPS),
    (".gitattributes", "apps/frontend/package-lock.json -diff\n", "apps/web/package-lock.json -diff\n", APPS),
    ("CODEOWNERS", "# team\n/apps/backend/app/core/ @a\n/apps/frontend @b # x\n", "# team\n/services/api/app/core/ @a\n/apps/web @b # x\n", APPS),
    ("docs/CODEOWNERS", "apps/frontend/src/*.ts @b\n", "apps/web/src/*.ts @b\n", APPS),
    ("nginx.conf", "include infra/nginx/conf.d/*.conf;\n", "include deploy/edge/nginx/conf.d/*.conf;\n", NGINX),
    (
        "MANIFEST.in",
        "include apps/backend/requirements.txt\nrecursive-include docs/img *.png\n",
        "include services/api/requirements.txt\nrecursive-include docs/img *.png\n",
        APPS,
    ),
]
CONFIG: list[Row] = [
    (
        "pyproject.toml",
        '[tool.hatch.build.targets.wheel]\npackages = ["apps/backend/app"]\n',
        '[tool.hatch.build.targets.wheel]\npackages = ["services/api/app"]\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.poetry]\npackages = [{ include = "app", from = "apps/backend" }]\n',
        '[tool.poetry]\npackages = [{ include = "app", from = "services/api" }]\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.setuptools.packages.find]\nwhere = ["apps/backend"]\n',
        '[tool.setuptools.packages.find]\nwhere = ["services/api"]\n',
        APPS,
    ),
    ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "apps/backend"\n', '[tool.setuptools.package-dir]\n"" = "services/api"\n', APPS),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\napi = { path = "apps/backend", develop = true }\n',
        '[tool.poetry.dependencies]\napi = { path = "services/api", develop = true }\n',
        APPS,
    ),
    ("pyproject.toml", "[tool.bandit]\nexclude_dirs = ['apps/backend/tests']\n", "[tool.bandit]\nexclude_dirs = ['services/api/tests']\n", APPS),
    ("pyproject.toml", '[tool.isort]\nsrc_paths = ["apps/backend"]\n', '[tool.isort]\nsrc_paths = ["services/api"]\n', APPS),
    (
        "pyproject.toml",
        '[tool.pyright]\ninclude = ["apps/backend"]\nextraPaths = ["apps/backend/app"]\n',
        '[tool.pyright]\ninclude = ["services/api"]\nextraPaths = ["services/api/app"]\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.alembic]\nscript_location = "apps/backend/alembic"\n',
        '[tool.alembic]\nscript_location = "services/api/alembic"\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.pytest.ini_options]\naddopts = "--ignore=apps/backend/alembic --cov-config=apps/backend/setup.py"\n',
        '[tool.pytest.ini_options]\naddopts = "--ignore=services/api/alembic --cov-config=services/api/setup.py"\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.coverage.paths]\nsource = ["apps/backend/app", "*/site-packages/app"]\n',
        '[tool.coverage.paths]\nsource = ["services/api/app", "*/site-packages/app"]\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.ruff.lint.per-file-ignores]\n"apps/backend/alembic/*.py" = ["E501"]\n"apps/frontend/**" = ["ALL"]\n',
        '[tool.ruff.lint.per-file-ignores]\n"services/api/alembic/*.py" = ["E501"]\n"apps/web/**" = ["ALL"]\n',
        APPS,
    ),
    (
        "pyproject.toml",
        '[tool.taskipy.tasks]\ntest = "pytest apps/backend/tests"\n',
        '[tool.taskipy.tasks]\ntest = "pytest services/api/tests"\n',
        APPS,
    ),
    (
        "apps/backend/pyproject.toml",
        '[tool.importlinter]\nroot_packages = ["app"]\n[[tool.importlinter.contracts]]\nmodules = ["app.core", "app.main"]\n',
        '[tool.importlinter]\nroot_packages = ["app"]\n[[tool.importlinter.contracts]]\nmodules = ["app.kernel", "app.api.server"]\n',
        MODULES,
    ),
    (
        "apps/backend/pyproject.toml",
        '[project.entry-points."x.y"]\nz = "app.core.config:Settings"\n',
        '[project.entry-points."x.y"]\nz = "app.kernel.config:Settings"\n',
        MODULES,
    ),
    (
        "apps/backend/pyproject.toml",
        '[tool.mypy]\nplugins = ["pydantic.mypy"]\n[[tool.mypy.overrides]]\nmodule = "app.core.config"\n',
        '[tool.mypy]\nplugins = ["pydantic.mypy"]\n[[tool.mypy.overrides]]\nmodule = "app.kernel.config"\n',
        MODULES,
    ),
    ("setup.cfg", "[flake8]\nexclude = apps/frontend,apps/backend/alembic\n", "[flake8]\nexclude = apps/web,services/api/alembic\n", APPS),
    (
        "setup.cfg",
        "[options]\npackage_dir =\n    = apps/backend\n[options.packages.find]\nwhere = apps/backend\n",
        "[options]\npackage_dir =\n    = services/api\n[options.packages.find]\nwhere = services/api\n",
        APPS,
    ),
    (
        "setup.cfg",
        "[isort]\nsrc_paths = apps/backend\n[mypy]\nmypy_path = apps/backend:tools\n",
        "[isort]\nsrc_paths = services/api\n[mypy]\nmypy_path = services/api:tools\n",
        APPS,
    ),
    (
        "tox.ini",
        "[testenv]\ndeps =\n    -r apps/backend/requirements.txt\ncommands = pytest {posargs:apps/backend/tests}\n",
        "[testenv]\ndeps =\n    -r services/api/requirements.txt\ncommands = pytest {posargs:services/api/tests}\n",
        APPS,
    ),
    (
        "pytest.ini",
        "[pytest]\naddopts = --rootdir=apps/backend\npythonpath = apps/backend tools\n",
        "[pytest]\naddopts = --rootdir=services/api\npythonpath = services/api tools\n",
        APPS,
    ),
    (
        "apps/backend/pytest.ini",
        "[pytest]\nDJANGO_SETTINGS_MODULE = app.settings\n",
        "[pytest]\nDJANGO_SETTINGS_MODULE = app.conf\n",
        {"apps/backend/app/settings.py": "apps/backend/app/conf.py"},
    ),
    (
        "alembic.ini",
        "[alembic]\nscript_location = apps/backend/alembic\nprepend_sys_path = apps/backend\n",
        "[alembic]\nscript_location = services/api/alembic\nprepend_sys_path = services/api\n",
        APPS,
    ),
    (
        ".coveragerc",
        "[run]\nomit = apps/backend/tests/*,apps/backend/alembic/*\n",
        "[run]\nomit = services/api/tests/*,services/api/alembic/*\n",
        APPS,
    ),
    (
        "ruff.toml",
        '[lint.per-file-ignores]\n"apps/backend/tests/*" = ["S101"]\n',
        '[lint.per-file-ignores]\n"services/api/tests/*" = ["S101"]\n',
        APPS,
    ),
    ("mypy.ini", "[mypy]\nmypy_path = $PWD/apps/backend\n", "[mypy]\nmypy_path = $PWD/services/api\n", APPS),
    ("fly.toml", '[build]\ndockerfile = "apps/backend/Dockerfile"\n', '[build]\ndockerfile = "services/api/Dockerfile"\n', APPS),
    (
        "netlify.toml",
        '[build]\nbase = "apps/frontend"\npublish = "apps/frontend/dist"\n',
        '[build]\nbase = "apps/web"\npublish = "apps/web/dist"\n',
        APPS,
    ),
    (
        "requirements-dev.txt",
        "-r ./apps/backend/requirements.txt # all\n--constraint apps/backend/requirements.txt\n",
        "-r ./services/api/requirements.txt # all\n--constraint services/api/requirements.txt\n",
        APPS,
    ),
]
TABLES = {"swaps": SWAPS, "own": OWN, "json": JSON, "yaml": YAML, "scripts": SCRIPTS, "text": TEXT, "config": CONFIG}
MORE = {
    "infra/docker/common.yml": "services: {}\n",
    "apps/backend/Dockerfile": "",
    "apps/backend/README.md": "",
    "apps/frontend/tsconfig.json": "{}",
    "apps/backend/alembic.ini": "",
}
ROWS = [pytest.param(*row, id=f"{table}-{number}") for table, rows in TABLES.items() for number, row in enumerate(rows)]


@pytest.mark.parametrize("path, before, wanted, moves", ROWS)
def test_a_mention_follows_what_it_names(path: str, before: str, wanted: str, moves: Mapping[str, str]) -> None:
    assert after(path, before, moves, MORE).decode() == wanted


def test_bytes_that_are_no_text_survive() -> None:
    before = b"# caf\xe9 \xff\ncat apps/backend/setup.py # \xe9\r\n\tx\n"
    assert after("run.sh", before, APPS) == b"# caf\xe9 \xff\ncat services/api/setup.py # \xe9\r\n\tx\n"


def test_names_beyond_ascii_move_too() -> None:
    assert after("README.md", "[ü](docs/über.md)\n", {"docs/über.md": "docs/größe/ü.md"}, {"docs/über.md": ""}).decode() == "[ü](docs/größe/ü.md)\n"


@pytest.mark.parametrize("path, before, wanted, moves", ROWS)
def test_no_moves_no_change(path: str, before: str, wanted: str, moves: Mapping[str, str]) -> None:
    assert after(path, before, {"README.md": "READ.md"}, {**MORE, "README.md": ""}).decode() == before or "README.md" in before


_LOADER = "m = import_module(f'app.plugins.{name}')\n"


@pytest.mark.parametrize(
    ("text", "moves", "told"),
    [
        (_LOADER, {"app/plugins/a.py": "app/a.py"}, ["`app.plugins.…` may name app/plugins/a.py, which went to app/a.py"]),
        (_LOADER, {"app/plugins/a.py": "app/plugins/c.py"}, ["`app.plugins.…` may name app/plugins/a.py, which went to app/plugins/c.py"]),
        (
            _LOADER.replace("name}", "name}.models"),
            {"app/plugins/d/models.py": "app/d.py"},
            ["`app.plugins.….models` may name app/plugins/d/models.py, which went to app/d.py"],
        ),
        (_LOADER, {"app/plugins": "app/others"}, []),
        (_LOADER, {"app": "apps/app"}, []),
        (_LOADER, {"app/plugins/d/models.py": "app/d.py"}, []),
        (_LOADER.replace("name}", "name}.models"), {"app/plugins/a.py": "app/a.py"}, []),
        ("m = import_module('app.plugins.b')\n", {"app/plugins/a.py": "app/a.py"}, []),
    ],
)
def test_a_name_that_is_put_together_may_mean_what_went(text: str, moves: Mapping[str, str], told: list[str]) -> None:
    files = {"run.py": text, **dict.fromkeys(("app/__init__.py", "app/plugins/__init__.py", "app/plugins/a.py", "app/plugins/b.py"), "")}
    files |= dict.fromkeys(("app/plugins/d/__init__.py", "app/plugins/d/models.py"), "")
    built = build(facts_of(files), Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    assert [finding.message for finding in built.losses if finding.kind == "loaded"] == told


def test_a_folder_that_dissolves_is_told_and_stops_nothing() -> None:
    files = {"README.md": "`web/lib/` [l](web/lib)\n", "web/lib/a.ts": "", "web/lib/b.ts": "", "web/x.ts": ""}
    actions = (Move(RepoPath("web/lib/a.ts"), RepoPath("p/a.ts")), Move(RepoPath("web/lib/b.ts"), RepoPath("q/b.ts")))
    built = build(facts_of(files), Step("s", "t", "w", actions))
    assert [(finding.kind, finding.severity) for finding in built.losses] == [("dissolved", "warning")] * 2
    assert texts(built.after)["README.md"] == files["README.md"].encode()
