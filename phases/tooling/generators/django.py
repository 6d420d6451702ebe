"""A new app of Django, as those look that a project includes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.conventions.model import NAME, PASCAL, SNAKE
from migrator.origin import Decision
from phases.tooling.generators.blueprint import FAMILY, Blueprint, empty, prose

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.conventions.model import Apps, Listed

__all__ = ["django"]


def django(seen: Apps, kind: str) -> Blueprint:
    """The blueprint of an app."""
    home = f"{seen.directory}/{SNAKE}".lstrip("/")
    edits = [_edit(seen.included, str(seen.directory), first=True)]
    if seen.installed is not None:
        edits.append(_edit(seen.installed, str(seen.directory)))
    what = (
        f"{seen.directory or 'the root'}, each included as {seen.included.line}".replace(SNAKE, "NAME").replace(NAME, "NAME").replace(PASCAL, "NAME")
    )
    return Blueprint(
        kind,
        "An app of Django with its URLs, a view and a test",
        tuple(_files(seen, home)),
        (home,),
        module=True,
        reserved=seen.reserved,
        edits=tuple(edits),
        then=tuple(_then(seen)),
        decisions=(Decision("template of apps", "mapped", f"apps in {what}", seen.directory.origins, FAMILY),),
    )


def _files(seen: Apps, home: str) -> Iterator[Artefact]:
    yield empty(f"{home}/__init__.py")
    if seen.config:
        yield prose(f"{home}/apps.py", "django-apps.py.j2", seen=seen)
    yield prose(f"{home}/urls.py", "django-urls.py.j2", seen=seen)
    yield prose(f"{home}/views.py", "django-views.py.j2", seen=seen)
    if seen.tests == "tests" and seen.packaged:
        yield empty(f"{home}/tests/__init__.py")
    if seen.tests:
        yield prose(f"{home}/tests/test_{SNAKE}.py" if seen.tests == "tests" else f"{home}/tests.py", "django-test.py.j2", seen=seen)


def _edit(listed: Listed, among: str, *, first: bool = False) -> dict[str, object]:
    """One line more in one list, however short; before the others where the first that fits is taken, as of URLs."""
    return {"list": str(listed.file), "line": listed.line, "among": among, "once": "first" if first else "last"}


def _then(seen: Apps) -> Iterator[str]:
    if seen.installed is None:
        yield f"name {seen.package}{SNAKE} among the installed apps: no list of settings has them a line each"
