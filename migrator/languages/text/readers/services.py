"""YAML of all other tools (Kubernetes, Helm, Prometheus, pre-commit, mkdocs, CI services), Terraform, and server configuration."""

from __future__ import annotations

import re

from migrator.languages.text.page import FILE, HOME, UP, Page, names
from migrator.languages.text.readers import scalars, shell, words

_NEVER = names(
    "image repository repo url host hosts href name title description label labels kind apiVersion version email author command-id type "
    "rev id uses registry tag server servers domain namespace secretName serviceName mountPath hostPath targetPort app chart crd group"
)
_OWN = names(
    "file files path paths rule_files credentials_file ca_file cert_file key_file password_file template templates include includes "
    "resources bases patches patchesStrategicMerge components crds configurations valueFiles values docs_dir site_dir custom_dir "
    "extends"
)
_COMMANDS = names("script before_script after_script entry run cmd command bash pwsh install build test")
_PATTERNS = frozenset({"files", "exclude"})
_RUN = re.compile(r"(?<![\w.\\*/\]-])(?:[\w-]|\\\.)+(?:/(?:[\w-]|\\\.)+)*/?")
_OPTION = re.compile(r"--?[\w-]+=")
_AFTER = frozenset("$|)\"'\r\n ")


def yaml(page: Page) -> None:
    """A YAML file: values with a slash, and the commands of known keys."""
    text = page.text
    for scalar in scalars.yaml(text):
        start, end = scalar.start, scalar.end
        if scalar.is_key or end - start > words.LONGEST or scalar.key in _NEVER or not ("/" in text[start:end] or scalar.key in _COMMANDS):
            continue
        if scalar.key in _COMMANDS:
            shell.scan(page, start, end)
        elif any(character.isspace() for character in text[start:end]):
            words.scan(page, start, end)
        else:
            words.token(page, start + text.startswith("!", start), end, UP, "path" if scalar.key in _OWN else "prose")


def pre_commit(page: Page) -> None:
    """A pre-commit configuration: `entry` and `args` are commands, `files` and `exclude` patterns on paths from the root."""
    text = page.text
    for scalar in scalars.yaml(text):
        start, end = scalar.start, scalar.end
        if scalar.is_key:
            continue
        if scalar.key in _PATTERNS:
            for found in _RUN.finditer(text, start, end):
                stop = found.end()
                if stop < len(text) and text[stop] not in _AFTER:
                    stop = text.rfind("/", found.start(), stop) + 1
                if "/" in text[found.start() : stop]:
                    page.add("pattern", found.start(), stop, HOME)
        elif scalar.key == "entry":
            shell.scan(page, start, end, HOME)
        elif scalar.key == "args":
            option = _OPTION.match(text, start, end)
            words.token(page, option.end() if option else start, end, HOME, "word")


_KUSTOMIZED_PATHS = names("path files resources bases components patches patchesStrategicMerge crds envs configurations")
_KUSTOMIZED = _KUSTOMIZED_PATHS | {"configMapGenerator", "secretGenerator", "generators", "transformers", "replacements"}


def kustomization(page: Page) -> None:
    """A kustomization: resources are relative to it."""
    text = page.text
    for scalar in scalars.yaml(text):
        if not scalar.is_key and scalar.keys[:1] and scalar.keys[0] in _KUSTOMIZED and scalar.key in _KUSTOMIZED_PATHS:
            begin = text.find("=", scalar.start, scalar.end) + 1 or scalar.start
            page.add("plain", begin, scalar.end, FILE)


def workspace(page: Page) -> None:
    """A pnpm-workspace.yaml: globs of packages."""
    text = page.text
    for scalar in scalars.yaml(text):
        if not scalar.is_key and scalar.keys[:1] == ("packages",):
            page.add("plain", scalar.start + text.startswith("!", scalar.start), scalar.end, FILE)


_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_MODULE = re.compile(r"\$\{path\.(module|root|cwd)\}/")


def terraform(page: Page) -> None:
    """HCL: strings that begin with `./`, `../` or `${path.module}/`."""
    text = page.text
    for found in _STRING.finditer(text):
        start, end = found.span(1)
        if (known := _MODULE.match(text, start, end)) is not None:
            page.add("plain", known.end(), end, FILE)
        elif text.startswith(("./", "../"), start):
            page.add("name", start, end, FILE)


_DIRECTIVE = re.compile(r"^[ \t]*([\w-]+)[ \t]+([^;#\n{]+)", re.MULTILINE)


def server(page: Page) -> None:
    """nginx, redis and the like: relative arguments of directives, never host names."""
    text = page.text
    for found in _DIRECTIVE.finditer(text):
        if found.group(1) in {"proxy_pass", "server", "server_name", "upstream", "location", "rewrite", "return", "fastcgi_pass", "log_format"}:
            continue
        for word in re.finditer(r"[^\s;\"']+", text[found.start(2) : found.end(2)]):
            start = found.start(2) + word.start()
            if "/" in word.group() and word.group()[0] not in "/$~@":
                page.add("path", start, found.start(2) + word.end(), UP)
