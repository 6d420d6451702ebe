"""Kinds of mentions in scripts and commands, wherever those stand: each with what follows and what only looks alike."""

from __future__ import annotations

import pytest

from tests.unit.text.kinds import Kinds, Row, afterwards, home_again, spelled

COMPOSED = {"apps/backend/b.yml": "", "tools/a.yml": ""}
IMAGE = {"tools/Dockerfile": ""}
CLUSTER = {"tools/chart/Chart.yaml": "", "tools/values.yaml": "", "tools/x.yml": ""}
SUPPORT = {"tools/support.js": ""}
KINDS: Kinds = {
    "escapes before a quote, a backtick, a line's end": (
        [
            ("Makefile", 'a:\n\t@echo "see \\`<B>/setup.py\\` and \\"<F>/src\\""\n'),
            (
                ".github/workflows/a.yml",
                'jobs:\n  a:\n    steps:\n      - run: |\n          echo "edit \\`<B>/setup.py\\`" >> $GITHUB_STEP_SUMMARY\n',
            ),
            (".github/workflows/a.yml", 'jobs:\n  a:\n    steps:\n      - run: "cat \\"<B>/setup.py\\""\n'),
            ("justfile", 'a:\n    echo "edit \\`<B>/setup.py\\` first"\n'),
            ("package.json", '{"scripts": {"a": "prettier \\"<F>/src/**/*.ts\\" && cat \\"<B>/setup.py\\""}}'),
            ("package.json", '{"scripts": {"a": "sh -c \\"cat \'<B>/setup.py\'\\""}}'),
            ("pyproject.toml", '[tool.poe.tasks]\na = "pytest \\"<B>/tests\\""\n'),
            ("pyproject.toml", '[tool.taskipy.tasks]\na = "cat \\"<B>/setup.py\\""\n'),
            ("run.sh", 'echo -e "<B>/setup.py\\n<F>/src"\n'),
            ("run.sh", 'printf "%s\\n" "<B>/setup.py"\n'),
            ("run.sh", 'docker run x sh -c "cat \\"\\$X\\""\ncat "<B>/setup.py"\n'),
            ("Dockerfile", 'COPY . .\nRUN echo "see \\"<B>/setup.py\\""\n'),
            ("run.ps1", 'Write-Host "see `"<B>/setup.py`" and `"<B\\>\\setup.py`""\n'),
            ("Jenkinsfile", 'pipeline { agent any\n stages { stage("a") { steps { sh "cat \\"<B>/setup.py\\"" } } } }\n'),
            (".vscode/tasks.json", '{"tasks": [{"command": "cat \\"<B>/setup.py\\""}]}'),
            ("run.sh", "cat <B>/setup.py \\\n  <B>/app\n"),
            ("run.sh", "cat <B>/setup.py\n"),
            ("run.sh", "cat docs/with\\ space.md <B>/setup.py\n"),
            ("Makefile", "a:\n\techo '<B>/setup.py' \\\n\t  \"<F>/src\"\n"),
        ],
        [
            ("Makefile", 'a:\n\t@echo "\\$$apps/backend/setup.py"\n'),
            ("run.sh", 'echo "\\`backend/setup.py\\` and \\"/apps/backend/setup.py\\""\n'),
            ("run.sh", 'echo "\\\\apps/backend.txt"\n'),
            ("run.ps1", 'Write-Host "`$apps/backend/setup.py"\n'),
            ("package.json", '{"scripts": {"a": "echo \\"https://x.y/apps/backend/setup.py\\""}}'),
            ("pyproject.toml", '[tool.poe.tasks]\na = "echo \\"x/apps/backend/setup.py\\""\n'),
            (".github/workflows/a.yml", 'jobs:\n  a:\n    steps:\n      - run: |\n          echo "\\`other/apps/backend/setup.py\\`"\n'),
            ("run.sh", 'printf "apps\\tbackend\\n"\n'),
            ("run.bat", 'echo ^"\\\\server\\apps\\backend^"\r\n'),
        ],
    ),
    "what a command will write": (
        [
            ("package.json", '{"scripts": {"a": "openapi-typescript x.json -o <F>/src/made/types.ts"}}'),
            ("package.json", '{"scripts": {"a": "openapi-typescript x.json --output=./<F>/src/made/types.ts"}}'),
            ("package.json", '{"scripts": {"a": "protoc --ts_out=<F>/src/made x.proto"}}'),
            ("package.json", '{"scripts": {"a": "esbuild x.ts --bundle --outfile=<F>/public/made.js"}}'),
            ("package.json", '{"scripts": {"a": "swagger-typescript-api -p x -o ./<F>/src/made -n api.ts"}}'),
            ("package.json", '{"scripts": {"a": "tsc --outDir <F>/dist/types && tailwindcss -i x.css -o <F>/dist/x.css"}}'),
            ("package.json", '{"scripts": {"a": "x > <F>/src/made/schema.json 2>&1"}}'),
            ("Makefile", "<F>/src/made/types.ts: openapi.json\n\tgen $< > $@\n"),
            ("Makefile", "OUT := <F>/src/made\ngen:\n\tgen > $(OUT)/x.ts\n"),
            ("Makefile", "gen:\n\tpython -m x --out <F>/src/made/x.ts\n"),
            (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          python -m x > <F>/src/made/schema.json\n"),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n      - uses: actions/download-artifact@v4\n        with:\n          path: <F>/src/made\n",
            ),
            ("buf.gen.yaml", "plugins:\n  - local: x\n    out: <F>/src/made\n"),
            ("sqlc.yaml", "sql:\n  - gen:\n      go:\n        out: <B>/made\n"),
            ("Taskfile.yml", "tasks:\n  gen:\n    cmds:\n      - gen > <F>/src/made/x.ts\n    generates: [<F>/src/made/x.ts]\n"),
            ("run.ps1", "gen | Out-File <F>/src/made/x.json\n"),
            ("run.ps1", "gen > <F\\>\\src\\made\\x.json\n"),
            ("relay.config.json", '{"artifactDirectory": "./<F>/src/made"}'),
            ("pyproject.toml", '[tool.setuptools_scm]\nwrite_to = "<B>/app/_version.py"\n'),
            ("pyproject.toml", '[tool.setuptools_scm]\nversion_file = "<B>/app/_version.py"\n'),
            ("pyproject.toml", '[tool.hatch.build.hooks.vcs]\nversion-file = "<B>/app/_version.py"\n'),
            (".gitignore", "<F>/src/made/\n/<B>/app/_version.py\n"),
            ("run.sh", "datamodel-codegen --input x --output <B>/app/made.py\nalembic -c x history | tee <B>/history.txt\n"),
            ("run.bat", "gen > <F\\>\\src\\made\\x.json\r\n"),
        ],
        [
            ("package.json", '{"scripts": {"a": "gen -o dist/apps/frontend/x.ts"}}'),
            ("package.json", '{"scripts": {"a": "gen --out apps/frontend-old/x.ts"}}'),
            ("package.json", '{"scripts": {"a": "curl -o /apps/frontend/x.ts https://x.y/apps/frontend/x.ts"}}'),
            ("package.json", '{"scripts": {"a": "protoc --go_opt=module=github.com/o/apps/frontend x.proto"}}'),
            ("package.json", '{"scripts": {"a": "docker build -t apps/frontend ."}}'),
            ("Makefile", "frontend.json: x\n\tgen > $@\n"),
            ("run.sh", "gen > apps-frontend.log\ngen > made/frontend.json\n"),
            ("run.sh", "gen > ~/apps/frontend/x.json\n"),
            ("buf.gen.yaml", "managed:\n  override:\n    - file_option: go_package_prefix\n      value: github.com/o/apps/frontend\n"),
            ("sqlc.yaml", "sql:\n  - gen:\n      go:\n        package: backend\n        out: gen/apps/backend\n"),
            (".gitignore", "made/\n*.made.ts\n**/frontend/made\n"),
        ],
    ),
    "what git is told": (
        [
            ("package.json", '{"scripts": {"a": "git config core.hooksPath <T>/hooks"}}'),
            ("package.json", '{"scripts": {"a": "git config --local core.hooksPath ./<T>/hooks || true"}}'),
            ("package.json", '{"scripts": {"a": "husky <T>/hooks"}}'),
            ("package.json", '{"scripts": {"a": "husky install <T>/hooks"}}'),
            ("Makefile", "init:\n\tgit config core.hooksPath <T>/hooks\n\t@git config blame.ignoreRevsFile <T>/blame-revs\n"),
            ("justfile", "init:\n  git config --replace-all core.hooksPath <T>/hooks\n"),
            ("run.ps1", "git config core.hooksPath <T>/hooks\n"),
            ("run.ps1", "git config core.hooksPath <T\\>\\hooks\n"),
            ("run.bat", "git config core.hooksPath <T>/hooks\r\n"),
            ("run.sh", "git config commit.template <T>/commit.txt\ngit config core.attributesFile <T>/attributes\n"),
            ("run.sh", "git config --local include.path ../<T>/gitconfig\n"),
            ("run.sh", "git blame --ignore-revs-file <T>/blame-revs x\ngit blame --ignore-revs-file=<T>/blame-revs x\n"),
            ("run.sh", "git -c blame.ignoreRevsFile=<T>/blame-revs blame x\n"),
            ("run.sh", "git sparse-checkout set <T> <B>\n"),
            ("run.sh", "git archive HEAD <B> | tar x\ngit log --oneline -- <B> ':!<B>/tests'\n"),
            ("run.sh", "git diff --quiet HEAD~1 -- ':(exclude)<B>' ':^<F>'\n"),
            ("run.sh", "git ls-files '<B>/*.py' | xargs x\ngit rm -r --cached <F>/dist\n"),
            ("run.sh", "git subtree split --prefix=<B> -b x\ngit subtree push --prefix <F> origin x\n"),
            (".lfsconfig", "[lfs]\n\tfetchinclude = <B>/*.db, <F>\n"),
            ("README.md", "```sh\ngit config core.hooksPath <T>/hooks\n```\n"),
            (".devcontainer/devcontainer.json", '{"postCreateCommand": "git config core.hooksPath <T>/hooks"}'),
            (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          git config core.hooksPath <T>/hooks\n"),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          sparse-checkout: |\n            <B>\n            <T>\n",
            ),
            ("Taskfile.yml", "tasks:\n  init:\n    - git config core.hooksPath <T>/hooks\n"),
            (".vscode/settings.json", '{"git.scanRepositories": ["<B>"]}'),
        ],
        [
            ("run.sh", "git config user.name tools\ngit config user.email tools/hooks\n"),
            ("run.sh", "git config alias.x tools/hooks\n"),
            ("run.sh", "git config remote.origin.url tools/hooks\n"),
            ("run.sh", "git config core.editor tools\ngit config --unset core.hooksPath\n"),
            ("run.sh", "git checkout -b tools/hooks\ngit fetch origin tools/hooks\ngit branch -D tools/hooks\n"),
            ("run.sh", "git config branch.tools/hooks.remote origin\n"),
            ("package.json", '{"scripts": {"a": "git push origin tools/hooks"}}'),
            ("run.sh", "git tag tools/hooks/1.0\ngit commit -m tools\n"),
            ("run.sh", "git config core.hooksPath /etc/tools/hooks\ngit config core.hooksPath ~/tools/hooks\n"),
            (".lfsconfig", "[lfs]\n\turl = https://x.y/tools/hooks\n"),
            ("run.sh", "git clone https://x.y/tools.git tools2\ngit worktree add ../tools main\n"),
        ],
    ),
    "patterns on paths": (
        [
            ("run.sh", "git diff --name-only | grep -E '^(<B>|<F>)/'\n"),
            ("run.sh", 'git diff --name-only | grep -q "^<B>/"\n'),
            ("run.sh", "git diff --name-only | awk '/^<B|>\\//'\n"),
            ("run.sh", "git diff --name-only | sed -n 's|^<B>/||p'\n"),
            ("run.sh", "git diff --name-only | sed -n 's/^<B|>\\///p'\n"),
            ("run.sh", "git diff --name-only | egrep '^<B>/.*\\.py$'\n"),
            ("run.sh", "git diff --name-only | rg '^<B>/'\n"),
            ("run.sh", "if [[ $f =~ ^<B>/ ]]; then x; fi\n"),
            ("run.sh", "if [[ $f == <B>/* ]]; then x; fi\n"),
            ("run.sh", 'case "$f" in\n  <B>/*) x ;;\n  <F>/src/*|<F>/public/*) y ;;\nesac\n'),
            ("run.sh", "git diff --name-only | grep -v '^<B>/tests/' | grep '<B>/app/.*\\.py'\n"),
            ("run.sh", "find . -path './<B>/*' -prune -o -print\n"),
            ("run.ps1", "if ($f -match '^<B>/') { x }\n"),
            ("run.ps1", "if ($f -like '<B>/*') { x }\n"),
            ("run.ps1", "git diff --name-only | Select-String '^<B>/'\n"),
            ("run.ps1", "if ($f.StartsWith('<B>/')) { x }\n"),
            ("Makefile", "CHANGED := $(shell git diff --name-only | grep '^<B>/')\n"),
            ("package.json", '{"scripts": {"a": "git diff --name-only | grep -q \'^<B>/\' && x"}}'),
            (".gitlab-ci.yml", "a:\n  script:\n    - git diff --name-only | grep -qE '^<B>/.*\\.py$' && make\n"),
            ("azure-pipelines.yml", "steps:\n  - bash: git diff --name-only | grep '^<B>/'\n"),
            (".circleci/config.yml", "jobs:\n  a:\n    steps:\n      - run: git diff --name-only | grep '^<B>/'\n"),
            (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          git diff --name-only | grep -qE '^<B>/|^<F>/'\n"),
            (".github/workflows/a.yml", "jobs:\n  a:\n    if: contains(github.event.head_commit.modified, '<B>/')\n"),
            (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - if: startsWith(steps.x.outputs.file, '<B>/')\n        run: x\n"),
            (".pre-commit-config.yaml", "repos:\n  - repo: local\n    hooks:\n      - id: a\n        files: ^(<B>|<F>)/.*\\.(py|ts)$\n"),
            (".pre-commit-config.yaml", "repos:\n  - repo: local\n    hooks:\n      - id: a\n        exclude: '^<B>/(?:alembic|tests)/'\n"),
            ("pyproject.toml", "[tool.black]\nextend-exclude = '''\n/(\n  <B>/alembic\n)/\n'''\n"),
            ("pyproject.toml", "[tool.mypy]\nexclude = [\"^<B>/alembic/\", '<B>/tests/.*\\.py$']\n"),
            ("pyproject.toml", '[tool.mypy]\nexclude = "(^<B>/alembic/|^<F>/)"\n'),
            ("package.json", '{"jest": {"testPathIgnorePatterns": ["<rootDir>/<F>/public/"]}}'),
            ("package.json", '{"lint-staged": {"<F>/**/*.ts": "eslint", "<B>/**/*.py": "ruff check"}}'),
            ("renovate.json", '{"packageRules": [{"matchFileNames": ["<B>/**"]}]}'),
            ("mypy.ini", "[mypy]\nexclude = ^<B>/alembic/\n"),
            (".github/mergify.yml", "pull_request_rules:\n  - name: x\n    conditions:\n      - files~=^<B>/\n"),
            (".mergify.yml", 'pull_request_rules:\n  - conditions:\n      - "files~=^(<B>|<F>)/"\n'),
        ],
        [
            ("run.sh", "git log --oneline | grep -q 'x/apps/backend/y'\n"),
            ("run.sh", "git diff --name-only | grep -q '^libs/apps/backend/'\n"),
            ("run.sh", "grep -r backend docs\ngrep -qE '^backend: ' x\n"),
            ("run.sh", "case $1 in backend|frontend) x ;; tools) y ;; esac\n"),
            ("run.sh", "if [[ $name == backend ]] || [[ $name =~ ^backend ]]; then x; fi\n"),
            ("run.sh", "echo $url | sed 's|/apps/backend/|/|'\n"),
            ("run.sh", "git branch | grep '^apps-backend/'\nkubectl get pods | awk '/backend/'\n"),
            ("run.sh", "x=${url#https://x.y/apps/backend/}\n"),
            ("run.ps1", "if ($name -match '^backend') { x }\nif ($url -like '*//x.y/apps/backend/*') { y }\n"),
            (
                ".pre-commit-config.yaml",
                "repos:\n  - repo: local\n    hooks:\n      - id: a\n        files: \\.py$\n        exclude: ^(libs/apps/backend)/\n",
            ),
            ("pyproject.toml", "[tool.black]\nextend-exclude = '''/(backend|build)/'''\n"),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    if: contains(github.ref, 'apps/backend') || startsWith(github.head_ref, 'apps/backend/')\n",
            ),
        ],
    ),
    "lists with separators": (
        [
            ("run.sh", "coverage run --source=<B>/app,<B>/tests -m x\n"),
            ("run.sh", "flake8 --exclude=<B>/alembic,<F>/public .\n"),
            ("run.sh", "flake8 --exclude <B>/alembic,<F>/public .\n"),
            ("run.sh", "coverage report --omit '<B>/tests/*,<B>/alembic/*'\n"),
            ("package.json", '{"scripts": {"a": "sonar-scanner -Dsonar.sources=<B>/app,<F>/src"}}'),
            ("run.sh", "pylint --ignore-paths=<B>/alembic,<F> x\n"),
            ("run.sh", "bandit -r . -x ./<B>/tests,./<F>\n"),
            ("run.sh", "PYTHONPATH=<B>:<T>/lib python -m x\n"),
            ("run.sh", 'export PYTHONPATH="$PYTHONPATH:<B>"\n'),
            ("run.sh", 'export PYTHONPATH="<B>:${PYTHONPATH}"\n'),
            ("run.sh", "COMPOSE_FILE=<T>/a.yml:<B>/b.yml docker compose up\n", COMPOSED),
        ],
        [
            ("run.sh", "x --names=apps,backend --only frontend,tools\n"),
            ("run.sh", "PATH=$HOME/apps/backend:/opt/tools:$PATH\n"),
            ("run.sh", "export REGISTRY_PATH=ghcr.io:443 URL_PATH=https://x.y:80/apps/backend\n"),
            ("run.sh", "flake8 --ignore=E501,W503 --exclude=other/apps/backend,x/tools\n"),
            ("run.sh", "docker run --mount type=volume,source=tools,target=/apps/backend x\n"),
            ("run.sh", "x --mirror=https://x.y/apps/backend,https://x.y/tools/lib\n"),
            ("run.sh", "docker run -e A=x/apps/backend,y/apps/frontend z\n"),
        ],
    ),
    "one directory in many commands": (
        [
            ("run.sh", "docker build -t a:b <T>\n"),
            ("run.sh", "docker build -f <T>/Dockerfile -t a <T>\n", IMAGE),
            ("run.sh", "sed -i 's/a/b/' <F>/package.json <B>/setup.py\n"),
            ("run.sh", "sed -i.bak -e 's/a/b/' <F>/package.json\n"),
            ("run.sh", "perl -pi -e 's/a/b/' <F>/package.json\n"),
            ("run.sh", 'ROOT=$(git rev-parse --show-toplevel)\nls "$ROOT/<T>/.cache" "$ROOT/<F>/.next"\n'),
            ("run.sh", "rm -rf <T>/dist <F>/.next\nnpm --prefix <T> ci\n"),
            ("run.sh", "zip -r x.zip <T> -x '<T>/lib/*'\n"),
            ("run.sh", "tar -czf x.tgz <T> <F>\nrsync -a --exclude=<T>/lib ./ host:/srv\n"),
            ("run.sh", "kubectl apply -k infra -f <T>/x.yml\nhelm upgrade a ./<T>/chart -f <T>/values.yaml\n", CLUSTER),
            ("run.sh", "docker compose -f <T>/a.yml -f <B>/b.yml up\n", COMPOSED),
            ("run.sh", 'docker cp <F>/public x:/srv\ndocker run -v "$PWD/<B>:/app" -v $(pwd)/<F>:/web x\n'),
            ("run.sh", 'docker run --mount type=bind,source="$PWD/<B>",target=/app x\n'),
            ("run.sh", "pytest <T> --cov=<B>/app --cov-report=xml:<B>/c.xml\n"),
            ("run.sh", "code <T>\nopen <F>\nxdg-open <F>/public/logo.png\n"),
            ("run.sh", "find <T> <F> -type f\nls <T>\ncat <T>/setup.sh\n"),
            ("run.ps1", "Remove-Item -Recurse -Force <T>, <F>/dist\n"),
            ("run.ps1", "$x = @('<F>')\n"),
            ("cypress.config.js", "module.exports = { e2e: { supportFile: '<T>/support.js', specPattern: '<F>/e2e/**' } };\n", SUPPORT),
            ("webpack.config.js", "module.exports = { entry: path.join(__dirname, 'apps', '<w>', 'src') };\n"),
            ("README.md", "```\n.\n├── apps\n│   ├── backend\n│   └── <w>\n├── docs\n└── infra\n```\n"),
        ],
        [
            ("run.sh", "docker build -t tools .\ndocker push tools\n"),
            ("run.sh", "sed -i 's/tools/kit/' README.md\n"),
            ("run.sh", "docker compose up tools\ndocker exec tools ls apps/frontend\n"),
            ("run.sh", "docker logs tools\n"),
            ("run.sh", "npm run tools\nmake tools\n"),
            ("run.sh", "ssh host 'ls tools'\naws s3 sync x s3://tools/lib\n"),
            ("run.sh", "kubectl -n tools get pods\nhelm install tools org/tools\n"),
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
