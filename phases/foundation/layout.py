"""What the phase sees of a repository: its applications, its package manager, the names it uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.facts.frontend import USUAL, scope, uses, web_apps
from migrator.linking import Linked, link
from migrator.paths import RepoPath, is_within, name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.foundation.options import Options


@dataclass(frozen=True)
class Layout:
    """A repository as the phase sees it."""

    facts: Facts
    options: Options

    @property
    def apps(self) -> tuple[RepoPath, ...]:
        """The directories of web applications: what is found to be one, and what the plan file says is one."""
        found = tuple(package.directory for package in self.facts.derive(web_apps) if not is_within(package.directory, self.options.directory))
        named = self.named
        return found if named is None or named in found else (named, *found)

    @property
    def named(self) -> RepoPath | None:
        """The main web application where the plan file names it: where it says, or where it went."""
        if self.options.app is None:
            return None
        packages = self.facts.atlas.node.packages
        # The root has a manifest after its application went, too.
        places = (self.options.app, self.options.web) if self.options.app else (self.options.web, self.options.app)
        return next((place for place in places if place in packages), None)

    @property
    def main(self) -> RepoPath | None:
        """The main web application: the one that is named, that is in its place already, that is the only one, or that has a usual name."""
        if self.named is not None:
            return self.named
        apps = self.apps
        if self.options.web in apps:
            return self.options.web
        if len(apps) > 1:
            nextjs = [app for app in apps if uses(self.facts.atlas.node.packages[app], "next")]
            usual = [app for app in apps if name(app).lower() in USUAL]
            apps = tuple(nextjs) if len(nextjs) == 1 else tuple(usual)
        return apps[0] if len(apps) == 1 else None

    @property
    def scope(self) -> str:
        """The scope of package names, without `@`: what is asked for, what packages use already, or the project's name."""
        if self.options.scope is not None:
            return self.options.scope
        return scope(self.facts, self.options.directory, self.main)

    def package_name(self, title: str) -> str:
        """The full name of a package of ours: the one it has already where it exists."""
        there = self.facts.atlas.node.packages.get(self.directory(title))
        return there.name if there is not None and there.name else f"@{self.scope}/{title}"

    def directory(self, title: str) -> RepoPath:
        """Where a package of ours lies."""
        return RepoPath(f"{self.options.directory}/{title}" if self.options.directory else title)

    def linked(self, title: str) -> Linked:
        """A package of ours as others of the workspace see it."""
        return Linked(self.package_name(title), self.directory(title), self.link)

    @property
    def link(self) -> str:
        """The version by which a package of the workspace depends on another one."""
        return link(self.facts)
