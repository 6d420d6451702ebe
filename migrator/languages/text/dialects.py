"""Which scanner reads which file: the one table of the text language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from migrator.languages.text.page import Page
from migrator.languages.text.readers import (
    batch,
    compose,
    dockerfile,
    github,
    ignores,
    locks,
    make,
    manifests,
    markdown,
    powershell,
    pyconfig,
    services,
    shell,
    words,
)
from migrator.paths import name, suffix

SCANNERS: Mapping[str, Callable[[Page], None]] = {
    "batch": batch.scan,
    "changelog": markdown.changelog,
    "codeowners": ignores.codeowners,
    "compose": compose.scan,
    "dependabot": github.dependabot,
    "dockerfile": dockerfile.scan,
    "dockerignore": ignores.dockerignore,
    "editor": manifests.editor,
    "gitattributes": ignores.gitattributes,
    "gitignore": ignores.gitignore,
    "ini": pyconfig.ini,
    "json-data": manifests.data,
    "json-home": manifests.home,
    "json-own": manifests.own,
    "kustomization": services.kustomization,
    "lock-bun": locks.bun,
    "lock-npm": locks.npm,
    "lock-pnpm": locks.pnpm,
    "lock-uv": locks.uv,
    "lock-yarn": locks.yarn,
    "make": make.scan,
    "markdown": markdown.scan,
    "package": manifests.package,
    "powershell": powershell.whole,
    "pre-commit": services.pre_commit,
    "rst": markdown.rst,
    "server": services.server,
    "shell": shell.whole,
    "terraform": services.terraform,
    "toml": pyconfig.toml,
    "tsconfig": manifests.tsconfig,
    "workflow": github.workflow,
    "workspace": services.workspace,
    "words": words.plain,
    "yaml": services.yaml,
}
"""Every dialect with its scanner."""

_NAMES = {
    ".gitattributes": "gitattributes",
    ".pre-commit-config.yaml": "pre-commit",
    ".pre-commit-config.yml": "pre-commit",
    "bun.lock": "lock-bun",
    "codeowners": "codeowners",
    "npm-shrinkwrap.json": "lock-npm",
    "package-lock.json": "lock-npm",
    "pnpm-lock.yaml": "lock-pnpm",
    "uv.lock": "lock-uv",
    "yarn.lock": "lock-yarn",
    "dependabot.yml": "dependabot",
    "dependabot.yaml": "dependabot",
    "gnumakefile": "make",
    "justfile": "make",
    ".justfile": "make",
    "kustomization.yaml": "kustomization",
    "kustomization.yml": "kustomization",
    "makefile": "make",
    "nx.json": "json-home",
    "package.json": "package",
    "pipfile": "toml",
    "pnpm-workspace.yaml": "workspace",
    "procfile": "shell",
    "project.json": "json-home",
    "renovate.json": "json-home",
    "setup.cfg": "ini",
    ".coveragerc": "ini",
    ".flake8": "ini",
    ".pylintrc": "ini",
    ".isort.cfg": "ini",
    ".bandit": "ini",
    ".envrc": "shell",
    ".bashrc": "shell",
    ".eslintrc": "json-own",
    ".prettierrc": "json-own",
    ".babelrc": "json-own",
    ".lintstagedrc": "json-own",
    ".nycrc": "json-own",
    ".swcrc": "json-own",
    "vercel.json": "json-own",
    "turbo.json": "json-own",
    "lerna.json": "json-own",
    "components.json": "json-own",
    "knip.json": "json-own",
    "biome.json": "json-own",
    "angular.json": "json-own",
    "nest-cli.json": "json-own",
    "cypress.json": "json-own",
    "babel.config.json": "json-own",
    "jest.config.json": "json-own",
    "lighthouserc.json": "json-own",
    "firebase.json": "json-own",
    "devcontainer.json": "json-own",
    "rush.json": "json-own",
}
_SUFFIXES = {
    ".bat": "batch",
    ".cmd": "batch",
    ".bash": "shell",
    ".cfg": "ini",
    ".code-workspace": "editor",
    ".conf": "server",
    ".hcl": "terraform",
    ".ini": "ini",
    ".json": "json-data",
    ".json5": "json-data",
    ".jsonc": "json-data",
    ".just": "make",
    ".markdown": "markdown",
    ".md": "markdown",
    ".mdx": "markdown",
    ".mk": "make",
    ".ps1": "powershell",
    ".psd1": "powershell",
    ".psm1": "powershell",
    ".rst": "rst",
    ".sh": "shell",
    ".tf": "terraform",
    ".tfvars": "terraform",
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".zsh": "shell",
}
_PATTERNS = (
    (re.compile(r"(^|/)\.github/(workflows/[^/]+|actions/.+/action|action)\.ya?ml$"), "workflow"),
    (re.compile(r"(^|/)action\.ya?ml$"), "workflow"),
    (re.compile(r"(^|/)(docker-)?compose[^/]*\.ya?ml$|(^|/)[^/]*\.?compose\.ya?ml$"), "compose"),
    (re.compile(r"(^|/)([^/]+\.)?(dockerfile|containerfile)([.-][^/]+)?$", re.IGNORECASE), "dockerfile"),
    (re.compile(r"(^|/)\.?(docker|container)ignore$|\.dockerignore$"), "dockerignore"),
    (re.compile(r"(^|/)\.[\w-]*ignore$"), "gitignore"),
    (re.compile(r"(^|/)[jt]sconfig[^/]*\.json$"), "tsconfig"),
    (re.compile(r"(^|/)\.(vscode|zed|cursor|idea|fleet)/[^/]+\.json$"), "editor"),
    (re.compile(r"(^|/)\.[\w-]+rc\.json$"), "json-own"),
    (re.compile(r"(^|/)\.husky/[^/.]+$"), "shell"),
    (re.compile(r"(^|/)(changelog|changes|history|news|release[-_]?notes|releases)[^/]*\.(md|mdx|markdown)$", re.IGNORECASE), "changelog"),
    (re.compile(r"(^|/)makefile\.[\w-]+$", re.IGNORECASE), "make"),
    (re.compile(r"(^|/)requirements[^/]*\.txt$|(^|/)constraints[^/]*\.txt$|(^|/)manifest\.in$", re.IGNORECASE), "words"),
    (re.compile(r"(^|/)\.env\.(example|sample|template)$"), "words"),
)


def dialect(path: str) -> str | None:
    """The dialect of a file, by its name alone."""
    last = name(path).lower()
    if last.endswith((".min.json", ".config.json.map")):
        return None
    if (known := _NAMES.get(last)) is not None:
        return known
    for pattern, found in _PATTERNS:
        if pattern.search(path):
            return found
    return _SUFFIXES.get(suffix(last))
