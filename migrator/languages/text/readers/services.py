"""YAML of all other tools (Kubernetes, Helm, Prometheus, pre-commit, mkdocs, CI services), Terraform, and server configuration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.languages.text.page import FILE, ROOT_MODULE, UP, Page, names
from migrator.languages.text.readers import shell, words

if TYPE_CHECKING:
    from migrator.languages.text.readers.scalars import Scalar

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
_GLOB = re.compile(r"!?[\w.-]+(?:/[\w.-]+)*/\*\*?(?:/[\w.*-]+)?")
"""A directory and everything, or some kind of file, below it."""


def value(page: Page, scalar: Scalar) -> None:
    """A value of a YAML file that nobody knows: with a slash it may be a path, behind some keys stands a command."""
    text = page.text
    start, end = scalar.start, scalar.end
    if scalar.is_key or end - start > words.LONGEST or scalar.key in _NEVER or not ("/" in text[start:end] or scalar.key in _COMMANDS):
        return
    if scalar.key in _COMMANDS:
        shell.scan(page, start, end)
    elif any(character.isspace() for character in text[start:end]):
        words.scan(page, start, end)
    else:
        glob = _GLOB.fullmatch(text, start, end) is not None
        words.token(page, start + text.startswith("!", start), end, UP, "path" if scalar.key in _OWN or glob else "prose")


_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_MODULE = re.compile(r"\$\{path\.(module|root|cwd)\}/")


_STATE = re.compile(r'\bbackend[ \t]+"local"[ \t]*\{[^}]*\}')


def terraform(page: Page, base: str = FILE) -> None:
    """HCL: strings that begin with `./`, `../` or `${path.module}/`. A state need not be tracked, nor its folder."""
    text = page.text
    states = [found.span() for found in _STATE.finditer(text)]
    for found in _STRING.finditer(text):
        start, end = found.span(1)
        if (known := _MODULE.match(text, start, end)) is not None:
            page.add("plain", known.end(), end, base)
        elif text.startswith(("./", "../"), start):
            made = text.endswith(".tfstate", start, end) or any(first < start < last for first, last in states)
            page.add("made" if made else "name", start, end, base)


def terraform_test(page: Page) -> None:
    """A Terraform test: paths count from the module that is tested, not from the test's folder."""
    terraform(page, ROOT_MODULE)


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
