"""How apps of Django look: packages with their URLs and views, which a project includes by name and lists among those that are installed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.calls import calls
from migrator.facts.conventions.holes import hollow, most, pascal, safe
from migrator.facts.conventions.model import NAME, PASCAL, SNAKE, Apps, Listed
from migrator.facts.django import installed
from migrator.facts.landscape.reading.routes import DJANGO_URLS
from migrator.facts.pytests import is_test
from migrator.facts.sources import sources
from migrator.origin import Origin, Said, default
from migrator.paths import RepoPath, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["apps"]

_INCLUDED = re.compile(r"""include\(["']([\w.]+)\.urls["']\)""")
_CONTRIB = ("admin", "auth", "contenttypes", "humanize", "messages", "postgres", "sessions", "sitemaps", "sites", "staticfiles", "syndication")
"""Labels that apps of Django itself have."""


class _App(NamedTuple):
    """An app, and the line by which a module of URLs includes its own."""

    directory: RepoPath
    dotted: str
    including: RepoPath
    line: str
    number: int

    @property
    def above(self) -> str:
        """The package that it lies in, with a dot; empty at a root."""
        return self.dotted[: len(self.dotted) - len(name(self.directory))]


def apps(facts: Facts) -> Apps | None:
    """How apps look in the folder that most of them lie in; None where no project includes any on a line of its own."""
    found = tuple(_included(facts))
    if not found:
        return None
    including, home, line = most((one.including, parent(one.directory), one.line) for one in found)
    here = [one for one in found if (one.including, parent(one.directory), one.line) == (including, home, line)]
    origins = (Origin(including, here[0].number),)
    folders = [facts.tree.folders.get(one.directory, ()) for one in here]
    urls = [facts.read(RepoPath(f"{one.directory}/urls.py")) for one in here]

    def mostly(said: Sequence[object]) -> bool:
        return sum(map(bool, said)) * 2 > len(here)

    tests = [one.directory for one in here if facts.tree.is_dir(RepoPath(f"{one.directory}/tests"))]
    return Apps(
        directory=Said(home, origins),
        package=Said(here[0].above, origins),
        siblings=tuple(one.directory for one in here),
        included=Listed(including, Said(line, tuple(Origin(including, one.number) for one in here))),
        installed=_installed(facts, here),
        named=any(hole in line.partition("include(")[0] for hole in (NAME, SNAKE)),
        relative=mostly([re.search(rb"^from \. import", said, re.MULTILINE) for said in urls]),
        namespaced=mostly([re.search(rb"^app_name\s*=", said, re.MULTILINE) for said in urls]),
        future=mostly([b"from __future__ import annotations" in said for said in urls]),
        config=mostly(["apps.py" in one for one in folders]),
        tests="tests" if mostly(tests) else "tests.py" if mostly(["tests.py" in one for one in folders]) else "",
        packaged=sum(RepoPath(f"{one}/tests/__init__.py") in facts.tree for one in tests) * 2 > len(tests),
        reserved=tuple(_reserved(facts, here)),
    )


def _included(facts: Facts) -> Iterator[_App]:
    """Apps whose URLs a module includes by name, on a line that says nothing else."""
    for module in sources(facts):
        if not module.endswith(".py") or is_test(module) or b"include(" not in facts.read(module):
            continue
        lines = facts.read(module).decode("utf-8-sig", "replace").splitlines()
        for call in calls(facts.read(module), *DJANGO_URLS):
            text = lines[call.line - 1].strip()
            said = _INCLUDED.search(text)
            if said is None or not re.fullmatch(rf"{call.last}\(.*\)\),?", text) or not safe(text):
                continue
            urls = facts.atlas.python.find(f"{said[1]}.urls", module).path
            if urls is None or name(urls) != "urls.py" or RepoPath(f"{parent(urls)}/views.py") not in facts.tree or is_test(urls):
                continue
            stem = name(parent(urls))
            if said[1].rpartition(".")[2] == stem:
                yield _App(parent(urls), said[1], module, _holed(text, said[1], stem, ".urls"), call.line)


def _holed(text: str, dotted: str, stem: str, after: str) -> str:
    """A line without the name of an app, whose module is named by an identifier even in a text."""
    module = f"{dotted[: len(dotted) - len(stem)]}{SNAKE}{after}"
    before, _, behind = text.partition(f"{dotted}{after}")
    return hollow(before, stem) + module + hollow(behind, stem)


def _installed(facts: Facts, here: Sequence[_App]) -> Listed | None:
    """The list of installed apps that names most of those that there are, and how; None where none names any."""
    found: dict[tuple[RepoPath, str], list[int]] = {}
    known = {one.dotted: name(one.directory) for one in here}
    for path, number, line, app in installed(facts):
        if app in known:
            stem = known[app]
            text = line.replace(f"{app}.apps.{pascal(stem)}Config", f"{app}.apps.{PASCAL}Config")
            holed = text.replace(app, f"{app[: len(app) - len(stem)]}{SNAKE}")
            if ".apps." not in text.replace(app, "") or PASCAL in holed:
                found.setdefault((path, holed), []).append(number)
    if not found:
        return None
    path, holed = min(found, key=lambda key: (-len(found[key]), key))
    return Listed(path, Said(holed, tuple(Origin(path, number) for number in found[path, holed])))


def _reserved(facts: Facts, here: Sequence[_App]) -> Iterator[Said[str]]:
    """Labels that a new app cannot have, because another one has them that lies elsewhere."""
    known = {one.dotted for one in here}
    found: dict[str, Origin] = {}
    for path, number, _, dotted in installed(facts):
        if dotted not in known and dotted.rpartition(".")[0] + "." != here[0].above:
            found.setdefault(dotted.rpartition(".")[2].lower(), Origin(path, number))
    yield from (Said(label, (found[label],)) for label in sorted(found))
    yield from (default(label, "an app of Django itself has it") for label in _CONTRIB if label not in found)
