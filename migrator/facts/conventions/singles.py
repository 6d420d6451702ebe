"""How components of Vue and Svelte look, each of which is one file of markup and code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.conventions.frontends import HOME, RUNNERS, home_of, naming, tested
from migrator.facts.conventions.holes import kebab, listed, most
from migrator.facts.conventions.model import SingleFile
from migrator.facts.sources import sources
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, is_within, name, parent, suffix

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["single"]

_TEST = re.compile(r"\.(?:test|spec)\.[jt]sx?$")
_SCRIPT = re.compile(r"^<script\b([^>]*)>", re.MULTILINE)
_MARKUP = re.compile(r"^<(?!script\b|style\b|svelte:|!--)[a-zA-Z]", re.MULTILINE)
_STYLE = re.compile(r"^<style\b[^>]*>", re.MULTILINE)
_TESTING = {"vue": ("@vue/test-utils", "@testing-library/vue"), "svelte": ("@testing-library/svelte",)}


class _Looks(NamedTuple):
    """What a file says of how it is written."""

    script: str
    typed: bool
    markup_first: bool
    style: str


class _Seen(NamedTuple):
    path: RepoPath
    folder: bool
    looks: _Looks

    @property
    def home(self) -> RepoPath:
        """The folder that components lie in."""
        return parent(parent(self.path)) if self.folder else parent(self.path)


def single(facts: Facts) -> SingleFile | None:
    """How components look that are one file each, of the framework that most are of; None where there are none."""
    found = tuple(_components(facts))
    if not found:
        return None
    framework = most(suffix(one.path) for one in found)[1:]
    home = home_of(one.home for one in found if one.path.endswith(framework))
    here = [one for one in found if one.home == home and one.path.endswith(framework)]
    package = facts.atlas.node.package_of(here[0].path)
    at, wanted = (package.directory, package.dependencies) if package is not None else (RepoPath(""), {})
    runner = next((one for one in RUNNERS if one in wanted), "")
    testing = next((one for one in _TESTING[framework] if one in wanted), "")
    styles = [one.looks.style for one in here]
    stems = {stem: stem for one in here if not one.folder and (stem := name(one.path).partition(".")[0])}
    indices = [path for path in facts.tree.below(at) if re.search(r"(^|/)index\.[jt]s$", path) and is_within(home, parent(path))]
    named = most(naming(name(one.path).partition(".")[0]) for one in here)
    return SingleFile(
        framework=framework,
        directory=Said(home, (Origin(here[0].path),)),
        project=at,
        naming=named,
        folder=sum(one.folder for one in here) * 2 > len(here),
        script=most(one.looks.script for one in here),
        typed=sum(one.looks.typed for one in here) * 2 > len(here),
        markup_first=sum(one.looks.markup_first for one in here) * 2 > len(here),
        style=most(styles) if styles.count(most(styles)) * 2 > len(styles) else "",
        test=tested(facts, at, named, _TEST) if runner and testing else "",
        runner=runner,
        testing=testing,
        listed=listed(facts, indices, stems),
    )


def _components(facts: Facts) -> Iterator[_Seen]:
    for path in sources(facts):
        if suffix(path) not in {".vue", ".svelte"} or not HOME.search(parent(path)) or name(path).startswith("+"):
            continue
        package = facts.atlas.node.package_of(path)
        if package is not None and suffix(path)[1:] in package.dependencies:
            yield _Seen(path, kebab(name(path).partition(".")[0]) == kebab(name(parent(path))), facts.told(path, _looks, suffix(path)[1:]))


def _looks(source: bytes, framework: str) -> _Looks:
    """How a file is written."""
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    scripts = list(_SCRIPT.finditer(text))
    said = " ".join(one[1] for one in scripts)
    markup, style = _MARKUP.search(text), _STYLE.search(text)
    if framework == "vue":
        script = "setup" if "setup" in said.split() or not scripts else "options"
    else:
        script = "runes" if re.search(r"\$props\(", text) else "let"
    first = markup is not None and (not scripts or markup.start() < scripts[0].start())
    return _Looks(script, re.search(r"""lang=["']ts["']""", said) is not None, first, style[0] if style is not None else "")
