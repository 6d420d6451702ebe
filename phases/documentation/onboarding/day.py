"""Day 1: everything runs on the machine of somebody new, and its tests pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.generating.prose import Page, code, plain
from migrator.origin import Origin
from migrator.paths import RepoPath, name
from phases.documentation.handling import exists
from phases.documentation.onboarding.commands import composed, getting, serving, tests

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["day"]

_VERSIONS = {
    ".nvmrc": "Node",
    ".node-version": "Node",
    ".python-version": "Python",
    ".tool-versions": "the tools",
    "mise.toml": "the tools",
    "rust-toolchain.toml": "Rust",
}
_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example")


def day(landscape: Landscape, directory: RepoPath) -> Page:
    """The page."""
    page = Page(RepoPath(f"{directory}/day-1/README.md"), "Day 1")
    operating = exists(landscape)
    readme = next((one for one in operating.documents if one.path.lower() in {"readme.md", "readme.rst"}), None)
    if readme is not None:
        page.say(f"What this is: {page.link(readme.path, readme.title.value)}.", readme.title)
    versions = sorted(path for path in operating.places if path in _VERSIONS)
    installing = getting(landscape)
    if versions or installing:
        page.heading(2, "Get what it needs")
    for path in versions:
        page.item(f"The version of {_VERSIONS[path]} is in {page.link(path)}.", Origin(path))
    if installing:
        page.say("From the root of the repository:")
        page.commands(installing)
    examples = sorted(path for path in operating.places if name(path) in _EXAMPLES)
    if examples:
        page.heading(2, "Settings")
    for path in examples:
        page.item(f"{page.link(path)} names what can be set.", Origin(path))
    secrets = {setting.name: setting for one in landscape.workloads if one.built for setting in one.settings if setting.secret and setting.required}
    if secrets:
        asked = ", ".join(code(title) for title in sorted(secrets))
        page.say(
            f"Ask for these; nothing starts without them and no file has them: {asked}.", *(at for one in secrets.values() for at in one.readers)
        )
    _running(page, landscape)
    testing = tests(landscape)
    if testing:
        page.heading(2, "See that it works")
        page.commands(testing)
    return page


def _running(page: Page, landscape: Landscape) -> None:
    services, commands = composed(landscape), serving(landscape)
    if not services and not commands:
        return
    page.heading(2, "Run it")
    page.commands(commands)
    if services:
        page.say(
            "With everything that it needs, in containers; one of these:" if len(services) > 1 else "With everything that it needs, in containers:"
        )
        page.commands(services)
    rows = []
    for one in landscape.workloads:
        for port in one.ports:
            number = port.published.value.rpartition(":")[2] if port.published is not None else ""
            if port.published is not None and number.isdecimal() and port.name.startswith("http"):
                rows.append(((plain(one.name), str(one.kind.value), f"<http://localhost:{number}>"), (port.published,)))
    page.table(("workload", "what it is", "where compose publishes it"), rows)
