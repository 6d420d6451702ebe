"""What the words behind a program are: paths, modules, or names of other things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from migrator.languages.text.page import names

SERVERS = names("uvicorn gunicorn hypercorn daphne granian fastapi waitress-serve faststream")
"""Programs that serve `module:attribute`."""
SAYS = names("echo printf read alias Write-Host Write-Output log_info log_error log_success log_warning print log warn info die fail")
"""Programs whose arguments are text for people: only what has a slash counts."""
FILE_OPTIONS = names(
    "-r -c -f -C --file --config --cwd --prefix --dir --directory --project --requirement --constraint --rootdir --confcutdir --app-dir "
    "--chdir --env-file --editable --config-file --rcfile --context --output --source --package-dir -chdir --project-directory --ignore "
    "--exclude --junitxml --cov-config --tsconfig --schema --kubeconfig --values"
)
"""Options behind which a single name is a path."""
FOLDER_OPTIONS = names("-C --cwd --prefix --dir --directory --app-dir --chdir -chdir --project-directory")
MODULE_OPTIONS = names("--cov --app --settings --pyargs --ds --worker-class --job-class --queue-class --exception-handler")
MODULE_VARIABLES = names("DJANGO_SETTINGS_MODULE FLASK_APP CELERY_APP APP_MODULE UVICORN_APP")
SHELLS = names("bash sh zsh dash ksh CMD-SHELL")
OUTPUT_OPTIONS = names("-o --out --output --out-file --outfile --outFile --out-dir --outDir --output-file --output-dir --dest --destination")
"""Options behind which stands what the program will write: only the folder that holds it need be there."""
LISTS = names("diff show log diff-tree whatchanged status")
"""Verbs of git that print paths from the root of the repository."""
GOES = {
    program: names(options)
    for line in (
        "make gmake ninja: -C --directory",
        "env sudo: -C -D --chdir",
        "pnpm: -C --dir",
        "npm: -C --prefix",
        "yarn bun wrangler turbo vercel: --cwd",
        "uv: --directory",
        "poetry: -C --directory",
        "git cargo go: -C",
        "terraform tofu: -chdir",
        "gunicorn: --chdir",
        "just: -d --working-directory",
        "task: -d --dir",
        "mise: -C --cd",
    )
    for options in line.partition(": ")[2:]
    for program in line.partition(": ")[0].split()
}
"""Options by which a program goes to a directory before it does anything: all its other words are seen from there."""
KEYWORDS = names("if then else elif do while until for ! { } time sudo exec env command @ - nohup in case esac fi done")
PREFIXES = names("export local readonly declare set cross-env ENV dotenv")

_MAKES = names("mkdir rm rmdir touch tee truncate")
"""Programs whose arguments need not be there."""
_PUTS = names("cp mv ln rsync install scp")
"""Programs whose last argument need not be there."""
_WORKERS = {"dramatiq": 99, "dramatiq-gevent": 99, "huey_consumer": 1, "huey_consumer.py": 1, "arq": 1, "saq": 1, "taskiq": 99}
"""Programs that are told modules, and how many of their arguments are."""
_CODE_OPTIONS = names("-m -c -lc -ec -Command -A")
TELLS_MODULES = re.compile("|".join(map(re.escape, sorted({*SERVERS, *MODULE_OPTIONS, *_WORKERS, *_CODE_OPTIONS, "celery", "faust"}))))
"""What stands in every command that names a module."""
_SEARCHES = names("grep egrep zgrep rg ag ack")
"""Programs whose first argument is a regular expression."""
_EDITS = names("sed awk gawk")
"""Programs whose first argument holds regular expressions on what they read."""
_OWNS = names("chown chgrp chmod")
"""Programs whose first argument is an owner or a mode."""
_GIT_SETTINGS = names(
    "core.hookspath blame.ignorerevsfile core.attributesfile core.excludesfile commit.template include.path gpg.ssh.allowedsignersfile"
)
"""Settings of git, in lower case, whose value is a path from the top of the work tree."""
_NO_PATHS = names(
    "git kubectl helm gh curl wget apt apt-get apk brew choco scoop winget aws gcloud az ssh ping redis-cli psql mysql systemctl service heroku fly"
)
_GIT = names("add rm mv diff log ls-files restore blame archive sparse-checkout")
GIT_MAGIC = re.compile(r":(?:\([\w,:=]*\)|[!^/]+:?)")
"""What comes before a path that git passes over, or sees from the top."""
_CONTAINERS = names("docker podman docker-compose nerdctl")
_COMPOSES = names("docker-compose podman-compose")
_ABOUT = names("version ls help --version -v --help -h")
"""What compose is asked without a project."""
_CHOSEN = names("-f --file --project-directory")
_VALUED = names("-p --project-name --profile --env-file --parallel --ansi --progress --context -H --host -c --log-level")
"""Options of compose behind which a value stands."""
_CONTAINER = names("run exec pull push tag rm rmi logs stop start ps restart login")
_INSTALLERS = names("npm pnpm yarn bun cargo go gem")
_PIP = names("pip pip3 uv python python3")
_INSTALL = names("install add i create init dlx remove uninstall")
_NAMED = names("-t --tag --name --network --label -l -n --target --platform -u --user --project-name -p --build-arg -e --env")
"""Options of containers behind which no path stands."""
_TAKES = names(
    "ls cat cp mv rm mkdir pytest ruff black mypy flake8 isort pylint bandit eslint prettier stylelint chmod chown tar zip rsync ln touch head "
    "tail grep find sqlite3 tree code vim nano less diff wc sed awk install jq rmdir du stat shellcheck hadolint"
)
_RUNS = names("source . bash sh zsh node tsx ts-node")
_FLAGS = names("-u -x -e -ex -eu -eux -B -I -S -s -v -O")
"""Options of interpreters that take no value."""
_TESTS = names("test [ [[")
_TEST_OPTIONS = names("-f -d -e -s -r -x -L -h")
_FETCHERS = names("npx bunx uvx")
_WRAPPERS = names("poetry uv pipenv hatch pdm rye npx pnpm yarn bunx")


class Arguments:
    """One command's words, and what each of them is."""

    def __init__(self, values: Sequence[str]) -> None:
        self._first = 3 if len(values) > 2 and values[0] in _WRAPPERS and values[1] in {"run", "exec"} else 1  # noqa: PLR2004
        """Where the program's own words begin."""
        if self._first > 1:
            self.name = values[2].rpartition("/")[2]
        elif len(values) > 1 and values[0] in _FETCHERS:
            self.name = values[1]
        else:
            self.name = values[0].rpartition("/")[2]
        self._values = values
        programs = {value.rpartition("/")[2] for value in values}
        self.serves = bool(programs & SERVERS)
        self.celery = bool(programs & {"celery", "faust"})
        self._container = self.name in _CONTAINERS
        verbs = set(values[1:3])
        self.foreign = (
            (self.name in _NO_PATHS and not (self.name == "git" and verbs & _GIT))
            or (self._container and bool(programs & _CONTAINER))
            or (self.name in _INSTALLERS and bool(verbs & _INSTALL))
        )
        """Bare arguments are branches, packages, images or hosts."""
        self.composes = self._composes()
        """Which word is compose's own, where it looks for its files itself: they are named by the directory that it is started in; -1 where not."""
        self._takes = self.name in _TAKES or any(option == "-m" and module in _TAKES for option, module in pairwise(values))
        self._python = any("python" in value.lower() for value in values[:3])
        self._builds = self._container and "build" in values[1:3] and len(values) > 2  # noqa: PLR2004  program, verb, context
        self._checks = self.name == "git" and "--exit-code" in values
        at = next((index for index, value in enumerate(values) if value.rpartition("/")[2] in _WORKERS), len(values))
        told = [index for index in range(at + 1, len(values)) if values[index][:1] != "-" and values[index - 1][:1] != "-"]
        self._told = frozenset(told[: _WORKERS[values[at].rpartition("/")[2]]] if told else ())
        self._pattern = -1
        self._edits = self.name in _EDITS
        if self._edits or self.name in _SEARCHES:
            given = [index for index in range(1, len(values)) if values[index - 1] in {"-e", "--regexp"}]
            free = [index for index in range(1, len(values)) if values[index][:1] != "-"]
            self._pattern = (given or free or [-1])[0]

    def _composes(self) -> int:
        at = (
            self._first - 1
            if self.name in _COMPOSES
            else self._first
            if self._container and list(self._values[self._first : self._first + 1]) == ["compose"]
            else -1
        )
        valued = False
        for value in self._values[at + 1 :] if at >= 0 else ():
            if value in _ABOUT or value.partition("=")[0] in _CHOSEN or value[:1] in {"$", "`", ""}:
                return -1
            if value[0] != "-" and not valued:
                return at
            valued = value in _VALUED
        return -1

    def is_module(self, index: int) -> bool:
        """Whether a word is a module by the option before it."""
        before = self._values[index - 1]
        if index in self._told:
            return True
        if before == "-m":
            return any("python" in value.lower() or value in {"py", "coverage", "run", "-"} for value in self._values[: index - 1])
        return before in MODULE_OPTIONS or (self.celery and before == "-A")

    def is_named(self, index: int) -> bool:
        """Whether a word is the name of something else by the option before it."""
        return (self._container and self._values[index - 1] in _NAMED) or (index == 1 and self._values[0] in _FETCHERS)

    def is_pattern(self, index: int, *, listed: bool) -> bool:
        """Whether a word is a regular expression on paths, which a program that edits reads where it is told some."""
        return (index == self._pattern and (listed or not self._edits)) or self._values[index - 1] == "=~"

    def is_setting(self, index: int) -> bool:
        """Whether a word is the value of a setting of git that names a path from the root."""
        key, found, _ = self._values[index].partition("=")
        return self.name == "git" and (key if found else self._values[index - 1]).lower() in _GIT_SETTINGS

    def kind(self, index: int) -> str:
        """The kind of path that a word can only be; empty where it may be any."""
        before = self._values[index - 1]
        if before in FOLDER_OPTIONS or self._is_context(index):
            return "dir"
        made = before in OUTPUT_OPTIONS or self._checks or self.name in _MAKES or (self.name in _TESTS and before in _TEST_OPTIONS)
        return "made" if made or (self.name in _PUTS and index == len(self._values) - 1) else ""

    def _is_context(self, index: int) -> bool:
        return self._builds and index == len(self._values) - 1 and self._values[index][:1] != "-"

    def is_bare(self, index: int) -> bool:
        """Whether a single name is a path here."""
        before = self._values[index - 1]
        if index < self._first:
            return False
        if self._is_context(index):
            return True
        if before in FILE_OPTIONS:
            return True
        if before == "-e" and self.name in _PIP:
            return True
        if self.name in _TESTS:
            return before in _TEST_OPTIONS
        if self.name == "git" and "sparse-checkout" in self._values[1:index]:
            return self._values[index - 1] != "sparse-checkout"
        if self._takes:
            return self.name not in _OWNS or any(value[:1] != "-" for value in self._values[1:index])
        if before.startswith("-") and before not in _FLAGS:
            return False
        if self.name in _RUNS or self._python:
            return not any(not value.startswith("-") and "python" not in value.lower() and value != "run" for value in self._values[1:index])
        return before == "-p" and self.name == "tsc"
