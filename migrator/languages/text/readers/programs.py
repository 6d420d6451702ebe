"""What the words behind a program are: paths, modules, or names of other things."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from migrator.languages.text.page import names

SERVERS = names("uvicorn gunicorn hypercorn daphne granian fastapi waitress-serve")
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
MODULE_OPTIONS = names("--cov --app --settings --pyargs --ds")
MODULE_VARIABLES = names("DJANGO_SETTINGS_MODULE FLASK_APP CELERY_APP APP_MODULE UVICORN_APP")
KEYWORDS = names("if then else elif do while until for ! { } time sudo exec env command @ - nohup in case esac fi done")
PREFIXES = names("export local readonly declare set cross-env ENV dotenv")

_NO_PATHS = names(
    "git kubectl helm gh curl wget apt apt-get apk brew choco scoop winget aws gcloud az ssh ping redis-cli psql mysql systemctl service heroku fly"
)
_GIT = names("add rm mv diff log ls-files restore blame")
_CONTAINERS = names("docker podman docker-compose nerdctl")
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
        if len(values) > 2 and values[0] in _WRAPPERS and values[1] in {"run", "exec"}:  # noqa: PLR2004  wrapper, verb, program
            self.name = values[2].rpartition("/")[2]
        elif len(values) > 1 and values[0] in _FETCHERS:
            self.name = values[1]
        else:
            self.name = values[0].rpartition("/")[2]
        self._values = values
        programs = {value.rpartition("/")[2] for value in values}
        self.serves = bool(programs & SERVERS)
        self.celery = "celery" in programs
        self._container = self.name in _CONTAINERS
        verbs = set(values[1:3])
        self.foreign = (
            (self.name in _NO_PATHS and not (self.name == "git" and verbs & _GIT))
            or (self._container and bool(programs & _CONTAINER))
            or (self.name in _INSTALLERS and bool(verbs & _INSTALL))
        )
        """Bare arguments are branches, packages, images or hosts."""
        self._takes = self.name in _TAKES or any(option == "-m" and module in _TAKES for option, module in pairwise(values))
        self._python = any("python" in value.lower() for value in values[:3])

    def is_module(self, index: int) -> bool:
        """Whether a word is a module by the option before it."""
        before = self._values[index - 1]
        if before == "-m":
            return any("python" in value.lower() or value in {"py", "coverage", "run", "-"} for value in self._values[: index - 1])
        return before in MODULE_OPTIONS or (self.celery and before == "-A")

    def is_named(self, index: int) -> bool:
        """Whether a word is the name of something else by the option before it."""
        return (self._container and self._values[index - 1] in _NAMED) or (index == 1 and self._values[0] in _FETCHERS)

    def is_bare(self, index: int) -> bool:
        """Whether a single name is a path here."""
        before = self._values[index - 1]
        if before in FILE_OPTIONS:
            return True
        if before == "-e" and self.name in _PIP:
            return True
        if self.name in _TESTS:
            return before in _TEST_OPTIONS
        if self._takes:
            return True
        if before.startswith("-") and before not in _FLAGS:
            return False
        if self.name in _RUNS or self._python:
            return not any(not value.startswith("-") and "python" not in value.lower() and value != "run" for value in self._values[1:index])
        return before == "-p" and self.name == "tsc"
