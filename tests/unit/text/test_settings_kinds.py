"""Kinds of mentions in settings of tools and platforms: each with what follows and what only looks alike."""

from __future__ import annotations

import pytest

from tests.unit.text.kinds import Kinds, Row, afterwards, home_again, spelled

FUNCTIONS = {
    "apps/backend/function/a.py": "",
    "apps/backend/jobs/__init__.py": "",
    "apps/backend/jobs/orders.py": "def http(): ...\n",
    "apps/frontend/lambdas/a.ts": "",
}
INDEX = {"api/index.py": "", "apps/backend/api/index.py": ""}
SCHEMA_AND_SEED = {"apps/frontend/src/schema.prisma": "", "apps/frontend/src/seed.ts": ""}
SCHEMA = {"apps/frontend/src/schema.prisma": ""}
PROJECT = {"apps/backend/pyproject.toml": ""}
KINDS: Kinds = {
    "a path below a working directory": (
        [
            (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - working-directory: apps/x\n        run: bash ../../<T>/start.sh\n"),
            (
                ".circleci/config.yml",
                "jobs:\n  a:\n    working_directory: ~/repo\n    steps:\n      - run: {command: bash ../../<T>/start.sh, working_directory: apps/x}\n",
            ),
            ("azure-pipelines.yml", "steps:\n- script: bash ../../<T>/start.sh\n  workingDirectory: apps/x\n"),
            ("Taskfile.yml", "tasks:\n  a:\n    dir: apps/x\n    cmds: [bash ../../<T>/start.sh]\n"),
            ("lefthook.yml", "pre-commit:\n  commands:\n    a: {root: apps/x/, run: bash ../../<T>/start.sh}\n"),
            ("mise.toml", '[tasks.a]\ndir = "apps/x"\nrun = "bash ../../<T>/start.sh"\n'),
            (".vscode/tasks.json", '{"tasks": [{"command": "bash ../../<T>/start.sh", "options": {"cwd": "apps/x"}}]}'),
            (".vscode/tasks.json", '{"tasks": [{"command": "bash ../../<T>/start.sh", "options": {"cwd": "${workspaceFolder}/apps/x"}}]}'),
            ("pyproject.toml", '[tool.poe.tasks.a]\ncmd = "bash ../../<T>/start.sh"\ncwd = "apps/x"\n'),
            ("netlify.toml", '[build]\nbase = "apps/x"\ncommand = "bash ../../<T>/start.sh"\n'),
            ("render.yaml", "services:\n  - rootDir: apps/x\n    buildCommand: bash ../../<T>/start.sh\n"),
            ("Makefile", "a:\n\tcd apps/x && bash ../../<T>/start.sh\n\tbash <T>/start.sh\n"),
            ("justfile", "a:\n    cd apps/x && bash ../../<T>/start.sh\n"),
            ("justfile", "[working-directory: 'apps/x']\na:\n    bash ../../<T>/start.sh\n"),
            (".gitlab-ci.yml", "a:\n  before_script: [cd apps/x]\n  script: [bash ../../<T>/start.sh]\n"),
            ("buildspec.yml", "phases:\n  build:\n    commands:\n      - cd apps/x\n      - bash ../../<T>/start.sh\n"),
            ("cloudbuild.yaml", "steps:\n- name: x\n  dir: apps/x\n  entrypoint: bash\n  args: ['../../<T>/start.sh']\n"),
            ("wrangler.toml", '[build]\ncwd = "apps/x"\ncommand = "bash ../../<T>/start.sh"\n'),
            ("package.json", '{"scripts": {"a": "cd apps/x && bash ../../<T>/start.sh"}}'),
            ("package.json", '{"scripts": {"a": "npm --prefix apps/x exec -- bash ../../<T>/start.sh"}}'),
            ("apps/x/package.json", '{"scripts": {"a": "bash ../../<T>/start.sh"}}'),
            (".do/app.yaml", "services:\n- source_dir: apps/x\n  build_command: bash ../../<T>/start.sh\n"),
            ("run.ps1", "Push-Location apps/x\nbash ../../<T>/start.sh\nPop-Location\nbash <T>/start.sh\n"),
        ],
        [
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    defaults: {run: {working-directory: apps/x}}\n    steps:\n      - run: bash tools/start.sh\n",
            ),
            (
                ".github/workflows/a.yml",
                "defaults:\n  run:\n    working-directory: apps/x\njobs:\n  a:\n    steps:\n      - run: bash tools/only.sh\n",
            ),
            (
                ".github/actions/a/action.yml",
                "runs:\n  using: composite\n  steps:\n    - run: bash tools/start.sh\n      shell: bash\n      working-directory: apps/x\n",
            ),
            (".circleci/config.yml", "jobs:\n  a:\n    steps:\n      - run: {command: bash tools/start.sh, working_directory: apps/x}\n"),
            ("azure-pipelines.yml", "steps:\n- script: bash tools/start.sh\n  workingDirectory: apps/x\n"),
            ("Taskfile.yml", "tasks:\n  a:\n    dir: apps/x\n    cmds: [bash tools/start.sh]\n"),
            ("lefthook.yml", "pre-commit:\n  commands:\n    a: {root: apps/x/, run: bash tools/start.sh}\n"),
            ("mise.toml", '[tasks.a]\ndir = "apps/x"\nrun = "bash tools/start.sh"\n'),
            (".vscode/tasks.json", '{"tasks": [{"command": "bash tools/start.sh", "options": {"cwd": "apps/x"}}]}'),
            (".vscode/tasks.json", '{"tasks": [{"command": "bash tools/start.sh", "options": {"cwd": "${workspaceFolder}/apps/x"}}]}'),
            ("pyproject.toml", '[tool.poe.tasks.a]\ncmd = "bash tools/start.sh"\ncwd = "apps/x"\n'),
            ("render.yaml", "services:\n  - rootDir: apps/x\n    buildCommand: bash tools/start.sh\n    startCommand: bash tools/only.sh\n"),
            ("Makefile", "a:\n\tcd apps/x && bash tools/start.sh\n"),
            ("justfile", "a:\n    cd apps/x && bash tools/start.sh\n"),
            ("justfile", "[working-directory: 'apps/x']\na:\n    bash tools/start.sh\n"),
            (".gitlab-ci.yml", "a:\n  before_script: [cd apps/x]\n  script: [bash tools/start.sh]\n"),
            ("buildspec.yml", "phases:\n  build:\n    commands:\n      - cd apps/x\n      - bash tools/start.sh\n"),
            ("cloudbuild.yaml", "steps:\n- name: x\n  dir: apps/x\n  entrypoint: bash\n  args: ['tools/start.sh']\n"),
            ("wrangler.toml", '[build]\ncwd = "apps/x"\ncommand = "bash tools/start.sh"\n'),
            ("Jenkinsfile", 'pipeline { agent any\n stages { stage("a") { steps { dir("apps/x") { sh "bash tools/start.sh" } } } } }\n'),
            ("package.json", '{"scripts": {"a": "cd apps/x && bash tools/start.sh"}}'),
            ("package.json", '{"scripts": {"a": "npm --prefix apps/x exec -- bash tools/start.sh"}}'),
            ("apps/x/package.json", '{"scripts": {"a": "bash tools/start.sh"}}'),
            (".do/app.yaml", "services:\n- source_dir: apps/x\n  build_command: bash tools/start.sh\n"),
            ("run.ps1", "Push-Location apps/x\nbash tools/start.sh\nPop-Location\n"),
            (
                "bitbucket-pipelines.yml",
                "pipelines:\n  default:\n    - step:\n        script:\n          - cd apps/x\n          - bash tools/start.sh\n",
            ),
            (".travis.yml", "before_script: cd apps/x\nscript: bash tools/start.sh\n"),
            ("appveyor.yml", "build_script:\n  - cd apps\\x\n  - bash tools/start.sh\n"),
            ("nixpacks.toml", '[start]\ncmd = "cd apps/x && bash tools/start.sh"\n'),
            ("compose.yml", "services:\n  a:\n    image: x\n    working_dir: /srv\n    command: bash tools/start.sh\n"),
            (
                "amplify.yml",
                "applications:\n  - appRoot: apps/x\n    frontend:\n      phases:\n        build:\n          commands: [bash tools/start.sh]\n",
            ),
            (".woodpecker.yml", "steps:\n  a:\n    directory: apps/x\n    commands: [bash tools/start.sh]\n"),
            ("README.md", "```sh\ncd apps/x\nbash tools/start.sh\n```\n"),
            ("turbo.json", '{"tasks": {"build": {"inputs": ["tools/start.sh"]}}}'),
            ("supervisord.conf", "[program:a]\ndirectory=apps/x\ncommand=bash tools/start.sh\n"),
        ],
    ),
    "a leading slash that is the root": (
        [
            (".gitlab-ci.yml", "include: /<T>/ci/build.yml\n"),
            (".gitlab-ci.yml", "include:\n  - local: '/<T>/ci/*.yml'\n"),
            (".gitlab-ci.yml", "a:\n  trigger:\n    include:\n      - local: /<T>/ci/build.yml\n"),
            (".gitlab-ci.yml", "a:\n  trigger:\n    include: /<T>/ci/lint.yml\n    strategy: depend\n"),
            ("azure-pipelines.yml", "extends:\n  template: /<T>/ci/build.yml@self\n"),
            ("azure-pipelines.yml", "jobs:\n- template: /<T>/ci/build.yml\n  parameters: {a: b}\n"),
            ("azure-pipelines.yml", "variables:\n- template: /<T>/ci/build.yml\n"),
            ("apps/x/moon.yml", "tasks:\n  a:\n    inputs: ['/<F>/src/**/*', '!/<B>/app/**']\n    outputs: [/<F>/dist]\n"),
            (".moon/tasks.yml", "fileGroups:\n  configs: ['/<T>/lib/*']\n"),
            (".github/dependabot.yml", 'updates:\n  - directories: ["/<B>", "/<F>/**"]\n'),
            ("railway.json", '{"build": {"watchPatterns": ["/<B>/**", "!/<B>/tests/**"]}}'),
            ("nx.json", '{"targetDefaults": {"b": {"inputs": ["{workspaceRoot}/<T>/lib/*"]}}}'),
            ("apps/x/project.json", '{"targets": {"b": {"inputs": ["{workspaceRoot}/<F>/src/**"], "outputs": ["{workspaceRoot}/<F>/dist"]}}}'),
            ("apps/x/turbo.json", '{"tasks": {"b": {"inputs": ["$TURBO_ROOT$/<T>/lib/**"]}}}'),
            (".dockerignore", "/<F>/dist\n!/<B>/app\n"),
            (".prettierignore", "/<F>/public\n"),
            (".gitattributes", "/<F>/public/** binary\n"),
            ("docs/a.rst", ".. include:: /img/../guide.md\n.. literalinclude:: ../<B>/setup.py\n"),
            ("release-please-config.json", '{"packages": {".": {"extra-files": ["/<B>/setup.py", {"type": "toml", "path": "/<F>/package.json"}]}}}'),
            (".github/workflows/a.yml", "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    with:\n      path: ./<B>\n"),
            ("CODEOWNERS", "/<B>/ @a\n/<F>/src/*.ts @b\n"),
        ],
        [
            (".gitlab-ci.yml", "include:\n  - project: a/b\n    file: /tools/ci/build.yml\n"),
            (".gitlab-ci.yml", "include:\n  - remote: https://x.y/tools/ci/build.yml\n  - template: tools/ci/build.yml\n"),
            (".gitlab-ci.yml", "include:\n  - component: x.y/tools/ci/build@1\n"),
            ("azure-pipelines.yml", "extends:\n  template: /tools/ci/build.yml@templates\n"),
            ("azure-pipelines.yml", "resources:\n  repositories:\n  - repository: templates\n    name: tools/ci\n"),
            ("apps/x/moon.yml", "tasks:\n  a:\n    inputs: ['tools/ci/build.yml']\n"),
            ("railway.json", '{"deploy": {"healthcheckPath": "/tools/ci"}}'),
            (".github/workflows/a.yml", "jobs:\n  a:\n    uses: acme/tools/.github/workflows/b.yml@v1\n"),
            ("release-please-config.json", '{"packages": {"infra": {"extra-files": ["tools/ci/build.yml"]}}}'),
            ("apps/x/project.json", '{"targets": {"b": {"inputs": ["{projectRoot}/tools/ci/**"]}}}'),
            ("nginx.conf", "location /tools/ci {\n  alias /srv/tools/ci;\n}\n"),
        ],
    ),
    "globs that no rule knows": (
        [
            (".github/my-labels.yml", "- label: web\n  exclude: <F>/**\n  include:\n    - <B>/**\n"),
            (".github/filters.yaml", "web:\n  - '<F>/**'\n  - '!<F>/public/**'\nshared: &shared\n  - <T>/lib/**\n"),
            (".github/path-filters.yml", "backend: ['<B>/**/*.py', \"<B>/*.txt\"]\n"),
            (".github/size.yml", "files:\n  - <F>/dist/*.js\n"),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n      - uses: dorny/paths-filter@v3\n        with:\n          filters: |\n            web:\n              - '<F>/**'\n            api: ['<B>/**', '!<B>/**/*.md']\n",
            ),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n      - uses: tj-actions/changed-files@v45\n        with:\n          files: |\n            <B>/**/*.py\n          files_ignore: <F>/public/**\n",
            ),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n      - uses: tj-actions/changed-files@v45\n        with:\n          files_yaml: |\n            api:\n              - <B>/**\n",
            ),
            (".github/auto-assign.yml", "x:\n  globs: <B>/**\n"),
            ("lefthook.yml", "pre-commit:\n  commands:\n    a:\n      glob: '<F>/**/*.{ts,tsx}'\n      run: x\n"),
            (".gitlab/CODEOWNERS", "<B>/** @a\n"),
            (".copilot/x.yml", "applyTo: '<F>/**/*.ts'\n"),
            (
                ".coderabbit.yaml",
                "reviews:\n  path_filters:\n    - '!<F>/dist/**'\n  path_instructions:\n    - path: '<B>/**/*.py'\n      instructions: x\n",
            ),
            (".github/release.yml", "changelog:\n  exclude:\n    paths: ['<F>/**']\n"),
            ("sonar.yml", "exclude: <F>/**\n"),
            (".semgrepignore", "<F>/public/\n"),
            (".pre-commit-config.yaml", "exclude: ^<F>/\n"),
            ("cspell.json", '{"ignorePaths": ["<F>/public/**"], "overrides": [{"filename": "<B>/**/*.py"}]}'),
            (".markdownlint-cli2.yaml", "ignores:\n  - <F>/**\n"),
            ("osv.yml", "paths:\n- <F>/package-lock.json\n"),
            (".yamllint", "ignore: |\n  <F>/**\n  <B>/alembic/\n"),
        ],
        [
            (".github/my-labels.yml", "- label: frontend\n  exclude: '**/*.md'\n"),
            (".github/my-labels.yml", "- label: x/frontend\n  branches: [frontend]\n"),
            (".github/filters.yaml", "frontend:\n  - 'libs/apps/frontend/**'\n  - '**/apps/frontend/**'\n"),
            (".github/workflows/a.yml", "on:\n  push:\n    branches: ['apps/frontend/**']\n    tags: ['apps/backend/**']\n"),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n      - uses: dorny/paths-filter@v3\n        with:\n          base: apps/frontend\n          filters: |\n            frontend:\n              - 'other/**'\n",
            ),
            (".github/settings.yml", "labels:\n  - name: frontend\nbranches:\n  - name: frontend\n"),
            (".github/ISSUE_TEMPLATE/a.yml", "body:\n  - attributes:\n      options: [frontend, backend, apps]\n"),
        ],
    ),
    "lists of paths in properties": (
        [
            ("sonar-project.properties", "sonar.sources=<B>/app, <F>/src\nsonar.tests=<B>/tests\n"),
            ("sonar-project.properties", "sonar.sources = <B>/app,\\\n  <F>/src\n"),
            ("sonar-project.properties", "sonar.exclusions=<F>/src/**/*.spec.ts,**/node_modules/**,<B>/alembic/**\r\n"),
            (
                "sonar-project.properties",
                "sonar.python.coverage.reportPaths=<B>/coverage.xml\nsonar.javascript.lcov.reportPaths=<F>/coverage/lcov.info\n",
            ),
            ("sonar-project.properties", "sonar.modules=api\napi.sonar.projectBaseDir=<B>\n"),
            ("sonar-project.properties", "sonar.sources: <B>/app\n"),
            ("sonar-project.properties", "sonar.issue.ignore.multicriteria.e1.resourceKey=<B>/alembic/**\n"),
            ("sonar-project.properties", "sonar.python.bandit.reportPaths=<B>/bandit.json\nsonar.python.pylint.reportPaths=<B>/pylint.txt\n"),
            ("run.sh", "sonar-scanner -Dsonar.sources=<B>/app,<F>/src -Dsonar.projectKey=apps\n"),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n      - uses: SonarSource/sonarqube-scan-action@v5\n        with:\n          projectBaseDir: <B>\n          args: >\n            -Dsonar.sources=app\n",
            ),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n      - uses: SonarSource/sonarqube-scan-action@v5\n        with:\n          args: -Dsonar.sources=<B>/app -Dsonar.tests=<B>/tests\n",
            ),
            (".sonarcloud.properties", "sonar.sources=<B>/app\n"),
        ],
        [
            ("sonar-project.properties", "sonar.projectKey=apps/backend\nsonar.projectName=apps/backend\n"),
            ("sonar-project.properties", "sonar.organization=apps\nsonar.host.url=https://x.y/apps/backend\n"),
            ("sonar-project.properties", "sonar.exclusions=**/apps/backend/**,**/*.py\n"),
            ("sonar-project.properties", "# sonar.sources=nothing/backend\nsonar.branch.name=apps/backend\n"),
            ("sonar-project.properties", "sonar.sources=backends,other/app\nsonar.links.ci=https://x.y/apps/backend\n"),
            ("gradle.properties", "org.gradle.name=apps/backend\n"),
            ("messages.properties", "a.b=The apps are here\nc=backend/frontend\n"),
        ],
    ),
    "handlers of functions": (
        [
            ("serverless.yml", "functions:\n  a:\n    handler: <F>/lambdas/a.run\n", FUNCTIONS),
            ("serverless.yml", "functions:\n  a:\n    handler: ./<F>/lambdas/a.run\n", FUNCTIONS),
            ("serverless.yml", "functions:\n  - a: {handler: '<B>/jobs/orders.http'}\n  - b: {handler: \"<F>/lambdas/a.run\"}\n", FUNCTIONS),
            ("template.yaml", "Resources:\n  A:\n    Properties:\n      CodeUri: <B>/\n      Handler: jobs.orders.http\n", FUNCTIONS),
            ("template.yaml", "Globals:\n  Function:\n    CodeUri: ./<F>\nResources:\n  A:\n    Properties: {Handler: lambdas/a.run}\n", FUNCTIONS),
            (
                "template.yaml",
                "Resources:\n  A:\n    Properties:\n      Handler: <F>/lambdas/a.run\n    Metadata:\n      BuildMethod: esbuild\n      BuildProperties:\n        EntryPoints: [<F>/lambdas/a.ts]\n",
                FUNCTIONS,
            ),
            ("main.tf", 'data "archive_file" "a" {\n  source_dir = "${path.module}/<F>/lambdas"\n  output_path = "x.zip"\n}\n', FUNCTIONS),
            ("zappa_settings.json", '{"dev": {"app_function": "x", "project_directory": "<B>"}}', FUNCTIONS),
            ("netlify.toml", '[functions]\ndirectory = "<F>/lambdas"\n', FUNCTIONS),
            ("firebase.json", '{"functions": [{"source": "<B>/function", "predeploy": ["npm --prefix <F> run x"]}]}', FUNCTIONS),
        ],
        [
            ("serverless.yml", "service: apps-backend\nfunctions:\n  apps/backend:\n    handler: other/a.run\n", FUNCTIONS),
            (
                "serverless.yml",
                "functions:\n  a:\n    handler: jobs.orders.http\n    events:\n      - http: {path: apps/backend, method: get}\n",
                FUNCTIONS,
            ),
            ("serverless.yml", "functions:\n  a:\n    image: apps/backend\n    name: apps/frontend/lambdas\n", FUNCTIONS),
            ("template.yaml", "Resources:\n  A:\n    Properties:\n      CodeUri: other/\n      Handler: apps/frontend/lambdas/a.run\n", FUNCTIONS),
            (
                "template.yaml",
                "Resources:\n  A:\n    Properties:\n      Events:\n        X: {Properties: {Path: /apps/backend, Method: get}}\n",
                FUNCTIONS,
            ),
            ("main.tf", 'resource "aws_lambda_function" "a" {\n  handler = "a.run"\n  function_name = "apps/frontend/lambdas"\n}\n', FUNCTIONS),
            ("sst.config.ts", "new Api('a', { routes: { 'GET /apps/frontend/lambdas': 'x' } });\n", FUNCTIONS),
        ],
    ),
    "one platform's commands, keys and destinations": (
        [
            ("vercel.json", '{"buildCommand": "cd <F> && npm run build", "installCommand": "npm --prefix <F> ci"}'),
            ("vercel.json", '{"buildCommand": "pnpm --filter ./<F> build", "outputDirectory": "<F>/dist"}'),
            ("vercel.json", '{"ignoreCommand": "git diff --quiet HEAD^ HEAD -- <F> <B>"}'),
            ("vercel.json", '{"ignoreCommand": "git diff --quiet HEAD^ HEAD ./<F>"}'),
            ("vercel.json", '{"functions": {"<B>/api/index.py": {"maxDuration": 9, "includeFiles": "<B>/app/**"}}}', INDEX),
            ("vercel.json", '{"functions": {"<B>/api/*.py": {"memory": 9}}}', INDEX),
            ("vercel.json", '{"rewrites": [{"source": "/api/(.*)", "destination": "/<B>/api/index.py"}]}', INDEX),
            ("vercel.json", '{"routes": [{"src": "/api/(.*)", "dest": "/<B>/api/index.py"}]}', INDEX),
            ("vercel.json", '{"builds": [{"src": "<B>/api/*.py", "use": "@vercel/python"}]}', INDEX),
            ("vercel.json", '{"devCommand": "npm run dev -w <F>"}'),
            ("now.json", '{"builds": [{"src": "<F>/package.json", "use": "@now/static-build", "config": {"distDir": "build"}}]}'),
        ],
        [
            ("vercel.json", '{"redirects": [{"source": "/apps/backend/setup.py", "destination": "/apps/frontend"}]}'),
            ("vercel.json", '{"headers": [{"source": "/apps/frontend/(.*)", "headers": []}]}'),
            ("vercel.json", '{"rewrites": [{"source": "/apps/backend/(.*)", "destination": "https://x.y/apps/backend/$1"}]}'),
            ("vercel.json", '{"routes": [{"src": "/apps/frontend/(.*)", "dest": "/apps/frontend/$1"}]}'),
            ("vercel.json", '{"crons": [{"path": "/apps/backend/setup.py", "schedule": "0 0 * * *"}]}'),
            ("vercel.json", '{"env": {"A": "backend"}, "name": "apps/backend"}'),
            ("vercel.json", '{"git": {"deploymentEnabled": {"apps/backend": false}}}'),
        ],
    ),
    "modules that workers are told": (
        [
            ("Procfile", "worker: dramatiq <J> <S> --processes 2\n"),
            ("Procfile", "worker: celery --app=<J> worker\nbeat: celery -A <J>:app beat\n"),
            ("Procfile", "worker: arq <J>.WorkerSettings\n"),
            ("Procfile", "worker: huey_consumer.py <J>.huey -w 2\n"),
            ("Procfile", "worker: taskiq worker <J>:broker <S>\n"),
            ("Procfile", "worker: faststream run <J>:app\n"),
            ("Procfile", "worker: python -m <J>\nclock: rq worker jobs --worker-class <J>.Worker\n"),
            ("Procfile", "worker: saq <J>.settings\n"),
            ("Procfile", "worker: faust -A <J> worker -l info\n"),
            ("Procfile", "worker: flower\nweb: celery --broker=x -A <J> flower\n"),
            (
                "Procfile",
                "web: gunicorn -c x <J>:create()\nweb2: waitress-serve --call <J>:create\nweb3: daphne <J>:app\nweb4: granian --interface asgi <J>:app\n",
            ),
            ("compose.yml", 'services:\n  w:\n    build: .\n    command: ["dramatiq", "<J>"]\n'),
            ("compose.yml", "services:\n  w:\n    build: .\n    command: celery -A <J> worker\n"),
            ("prefect.yaml", "deployments:\n  - name: a\n    entrypoint: <j>.py:send\n  - name: b\n    entrypoint: <J>.send\n"),
            ("pyproject.toml", '[tool.dagster]\nmodule_name = "<J>"\n'),
            (
                "workspace.yaml",
                "load_from:\n  - python_module: <J>\n  - python_module:\n      module_name: <S>\n  - python_file: {relative_path: <j>.py}\n",
            ),
            ("pyproject.toml", '[project.scripts]\na = "<J>:send"\n[project.entry-points."celery.commands"]\nb = "<S>:tick"\n'),
            ("supervisord.conf", "[program:a]\ncommand=celery -A <J> worker\n"),
            ("systemd/a.service", "[Service]\nExecStart=/srv/venv/bin/celery -A <J> worker\n"),
            ("k8s.yaml", "spec:\n  containers:\n    - command: [celery, -A, <J>, worker]\n"),
            ("fly.toml", '[processes]\nworker = "celery -A <J> worker"\n'),
            ("render.yaml", "services:\n  - startCommand: dramatiq <J>\n"),
            ("run.sh", "flask --app <J>:create run\npython -m celery -A <J> worker\nuv run dramatiq <J>:broker\n"),
        ],
        [
            ("Procfile", "worker: rq worker app.jobs\n"),
            ("Procfile", "worker: dramatiq other.jobs --queues app.jobs\n"),
            ("Procfile", "worker: celery -A other worker -Q app.jobs -n app.jobs@%h\n"),
            ("Procfile", "web: gunicorn other:app --name app.jobs\n"),
            ("prefect.yaml", "deployments:\n  - name: app.jobs\n    entrypoint: other.py:send\n    tags: [app.jobs]\n"),
            ("workspace.yaml", "load_from:\n  - python_module:\n      module_name: other\n      location_name: app.jobs\n"),
            ("compose.yml", "services:\n  w:\n    image: x\n    environment: {QUEUE: app.jobs}\n    labels: [app.jobs]\n"),
            ("k8s.yaml", "metadata:\n  name: app.jobs\n  labels:\n    app.jobs: app.jobs\n"),
        ],
    ),
    "databases and what is made of them": (
        [
            ("orm/schema.prisma", 'generator a {\n  output = "../<B>/made/client"\n}\n'),
            ("orm/schema.prisma", 'datasource d {\n  url = "file:../<B>/made/dev.db"\n}\n'),
            ("drizzle.config.ts", "export default { schema: './<F>/src/lib/*', out: './<F>/made' };\n"),
            ("knexfile.js", "module.exports = { migrations: { directory: './<F>/made' }, seeds: { directory: './<F>/src/lib' } };\n"),
            ("kysely.config.ts", "export default { migrations: { migrationFolder: './<F>/made' } };\n"),
            ("package.json", '{"prisma": {"schema": "<F>/src/schema.prisma", "seed": "tsx <F>/src/seed.ts"}}', SCHEMA_AND_SEED),
            (
                "package.json",
                '{"scripts": {"a": "prisma generate --schema=<F>/src/schema.prisma && prisma migrate dev --schema ./<F>/src/schema.prisma"}}',
                SCHEMA,
            ),
            ("alembic.ini", "[alembic]\nscript_location = <B>/alembic\nsqlalchemy.url = sqlite:///<B>/dev.db\n"),
        ],
        [
            ("orm/schema.prisma", 'datasource d {\n  url = "postgresql://u@h/apps/backend"\n}\n'),
            ("orm/schema.prisma", 'model A {\n  x String @map("apps/backend")\n}\n'),
            ("knexfile.js", "module.exports = { seeds: { directory: './other/apps/frontend' } };\n"),
            ("kysely.config.ts", "export default { migrations: { migrationFolder: '/srv/apps/frontend/made' } };\n"),
            ("knexfile.js", "module.exports = { connection: 'postgres://h/apps/frontend', pool: { name: 'apps' } };\n"),
            ("apps/frontend/drizzle.config.ts", "export default { schema: './src/lib/*', out: './made' };\n"),
        ],
    ),
    "what is known of a file, by its path": (
        [
            ("bandit-baseline.json", '{"results": [{"filename": "./<B>/setup.py", "code": "x"}], "metrics": {"./<B>/setup.py": {}, "_totals": {}}}'),
            (".secrets.baseline", '{"results": {"<B>/setup.py": [{"filename": "<B>/setup.py", "type": "x"}]}}'),
            (
                ".dependency-cruiser-known-violations.json",
                '[{"from": "<F>/src/lib/api.ts", "to": "<F>/next.config.mjs", "via": [{"name": "<F>/next.config.mjs"}]}]',
            ),
            ("config/brakeman.ignore", '{"ignored_warnings": [{"file": "<B>/setup.py", "render_path": null}]}'),
            (".snyk", "ignore:\n  X:\n    - '*':\n        reason: x\nexclude:\n  global:\n    - <B>/tests/**\n"),
            (".semgrep_baseline.json", '{"results": [{"path": "<B>/setup.py", "fingerprint": "x"}]}'),
            ("vulture_whitelist.py", "load  # unused function (<B>/setup.py:3)\n"),
            ("pyrefly-baseline.json", '{"errors": [{"path": "<B>/setup.py", "line": 1}]}'),
            (".trivyignore.yaml", "misconfigurations:\n  - id: X\n    paths: [<B>/setup.py]\n"),
            (".ruff-baseline.json", '[{"filename": "<B>/setup.py"}]'),
            (".eslint-todo.json", '{"<F>/src/lib/api.ts": 1}'),
            (".size-limit.json", '[{"path": "<F>/public/*.js"}]'),
        ],
        [
            (
                ".secrets.baseline",
                '{"plugins_used": [{"name": "x", "path": "apps/backend/setup.py"}], "filters_used": [{"path": "detect_secrets.x", "pattern": ["apps/backend"]}]}',
            ),
            (
                ".betterer.results",
                'exports[`apps/frontend`] = {\n  value: `{\n    "src/a.ts:1": [\n      [1, 2, 3, "apps/frontend", "4"]\n    ]\n  }`\n};\n',
            ),
            ("config/brakeman.ignore", '{"ignored_warnings": [{"message": "apps/backend/setup.py", "file": "other/setup.py"}]}'),
            (".snyk", "ignore:\n  X:\n    - '* > apps/backend':\n        reason: apps/backend/tests\n"),
            (".dependency-cruiser-known-violations.json", '[{"from": "x.ts", "to": "apps-frontend/x.ts", "rule": {"name": "apps/frontend"}}]'),
            ("bandit-baseline.json", '{"results": [{"filename": "./x.py", "issue_text": "apps/backend/setup.py"}]}'),
        ],
    ),
    "loggers by the name of their module": (
        [
            ("logging.toml", '[loggers."<L>"]\nlevel = "INFO"\n[handlers.a]\nclass = "<L>.tax.H"\n'),
            ("log.yaml", "version: 1\nloggers:\n  <L>.tax: {level: DEBUG}\n"),
            ("config/logging.prod.yaml", "version: 1\nloggers:\n  <L>.tax: {level: DEBUG}\n"),
            ("alembic.ini", "[loggers]\nkeys = root,tax\n[logger_tax]\nqualname = <L>.tax\n"),
            ("uvicorn-log.json", '{"version": 1, "loggers": {"<L>.tax": {"level": "INFO"}}}'),
            ("logging.conf", "[logger_tax]\nqualname=<L>.tax\n[handler_x]\nclass=<L>.tax.H\n"),
            ("gunicorn.conf.py", "logconfig_dict = {'loggers': {'<L>.tax': {'level': 'INFO'}}}\n"),
            ("settings.py", "LOGGING['loggers']['<L>.tax'] = {'level': 'INFO'}\n"),
            ("settings.py", "logging.getLogger('<L>').setLevel(1)\nstructlog.get_logger('<L>.tax')\n"),
            ("tests/test_a.py", "def test_a(caplog):\n    caplog.set_level(1, logger='<L>.tax')\n"),
            ("tests/test_a.py", "def test_a(self):\n    with self.assertLogs('<L>.tax', level='INFO'): ...\n"),
        ],
        [
            ("logging.toml", '[loggers."uvicorn.access"]\nlevel = "INFO"\n[handlers."shop.logs"]\nclass = "logging.StreamHandler"\n'),
            ("log.yaml", "version: 1\nformatters:\n  shop.logs: {format: x}\n"),
            ("alembic.ini", "[loggers]\nkeys = root,shop.logs\n[logger_x]\nhandlers = shop.logs\n"),
            ("uvicorn-log.json", '{"version": 1, "loggers": {"uvicorn.error": {}, "shop_logs": {}}, "formatters": {"shop.logs": {}}}'),
            ("logging.conf", "[handler_shop.logs]\nclass=StreamHandler\nargs=('shop.logs',)\n"),
            ("docs/a.md", "Events go to `shop.logs.created`.\n"),
        ],
    ),
    "paths that are keys, and who releases what": (
        [
            ("release-please-config.json", '{"packages": {"<B>": {"release-type": "python"}, "<F>": {"extra-files": ["package.json"]}}}'),
            ("release-please-config.json", '{"packages": {"<T>": {"component": "tools"}}}'),
            ("release-please-config.json", '{"packages": {"<B>": {"extra-files": ["/<F>/package.json", "app/main.py"]}}}'),
            ("release-please-config.json", '{"packages": {".": {"exclude-paths": ["<B>", "<T>/lib"]}}}'),
            (".release-please-manifest.json", '{"<B>": "1.0.0", "<T>": "2.0.0"}'),
            ("knip.json", '{"workspaces": {"<F>": {"entry": "src/lib/api.ts"}}}'),
            ("pyproject.toml", '[tool.hatch.build.targets.wheel.force-include]\n"<B>/app" = "app"\n'),
            ("pyproject.toml", '[tool.ruff.lint.extend-per-file-ignores]\n"<B>/alembic/*.py" = ["E501"]\n'),
            ("pyproject.toml", '[[tool.bumpversion.files]]\nfilename = "<B>/setup.py"\n'),
            (".bumpversion.toml", '[[tool.bumpversion.files]]\nfilename = "<B>/setup.py"\n'),
            (".bumpversion.cfg", "[bumpversion:file:<B>/setup.py]\nsearch = x\n"),
            ("pyproject.toml", '[tool.commitizen]\nversion_files = ["<B>/setup.py:version", "<F>/package.json:version"]\n'),
            (
                "pyproject.toml",
                '[tool.semantic_release]\nversion_variables = ["<B>/app/main.py:__version__"]\nversion_toml = ["<B>/pyproject.toml:project.version"]\n',
                PROJECT,
            ),
            (".versionrc.json", '{"bumpFiles": [{"filename": "<F>/package.json", "type": "json"}]}'),
            ("lerna.json", '{"packages": ["<F>"], "command": {"publish": {"ignoreChanges": ["<F>/public/**"]}}}'),
            ("package.json", '{"lint-staged": {"<F>/src/**/*.ts": ["eslint --fix"]}}'),
            (".vscode/settings.json", '{"files.watcherExclude": {"<F>/dist/**": true, "<T>/lib/**": true}}'),
            ("vercel.json", '{"functions": {"<B>/setup.py": {"memory": 1}}}'),
            (".goreleaser.yml", "builds:\n  - dir: <T>/lib\n    main: ./<B>\n"),
            ("nx.json", '{"release": {"projects": ["<F>"]}}'),
            (".releaserc.json", '{"plugins": [["@semantic-release/git", {"assets": ["<F>/package.json"]}]]}'),
        ],
        [
            (
                "release-please-config.json",
                '{"packages": {"other": {"extra-files": ["tools/setup.sh"], "component": "tools", "package-name": "apps/backend"}}}',
            ),
            (
                "release-please-config.json",
                '{"plugins": [{"type": "linked-versions", "groupName": "tools", "components": ["tools", "apps/backend"]}]}',
            ),
            (".release-please-manifest.json", '{".": "1.0.0", "other/tools": "1.0.0"}'),
            ("pyproject.toml", '[tool.hatch.build.targets.wheel.force-include]\n"other/app" = "apps/backend"\n'),
            ("package.json", '{"lint-staged": {"*.ts": "eslint", "**/tools/**": "x"}}'),
            ("vercel.json", '{"env": {"tools": "1", "apps/backend": "2"}}'),
            ("knip.json", '{"workspaces": {"packages/*": {"ignoreDependencies": ["tools"]}}}'),
            ("pyproject.toml", '[tool.commitizen]\nname = "tools"\ntag_format = "tools-$version"\n'),
        ],
    ),
}

PAIRS = [pytest.param(row, id=f"{kind}-{number}") for kind, (pairs, _) in KINDS.items() for number, row in enumerate(pairs)]
STAYS = [pytest.param(row, id=f"{kind}-{number}") for kind, (_, stays) in KINDS.items() for number, row in enumerate(stays)]


@pytest.mark.parametrize("row", PAIRS)
def test_what_is_meant_follows(row: Row) -> None:
    assert afterwards(row) == spelled(row[1], moved=True)


@pytest.mark.parametrize("row", PAIRS)
def test_and_comes_back(row: Row) -> None:
    """But for a `./` that keeps a single name recognisable."""
    assert home_again(row).replace("./tools", "tools") == spelled(row[1], moved=False).replace("./tools", "tools")


@pytest.mark.parametrize("row", STAYS)
def test_what_only_looks_alike_stays(row: Row) -> None:
    assert afterwards(row) == row[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_pairs_and_as_many_that_stay(kind: str) -> None:
    pairs, stays = KINDS[kind]
    assert min(len(pairs), len(stays)) >= 5
