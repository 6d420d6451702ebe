"""Phase 0, Repair: references that were dead before the migration name what they meant, where people say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from migrator.errors import Finding, UsageError
from migrator.facts.ghosts import GhostGroup, ghosts, revived
from migrator.paths import RepoPath, repo_path
from migrator.phase import Planning, Question, Steps
from migrator.step import Redirect, Step
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Options", "phase"]


class Options(pydantic.BaseModel):
    """`[phases.repair]`."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    redirects: dict[str, str] = {}
    """Where things were that are gone, and where they live now: `backend = "apps/backend"`."""

    @pydantic.field_validator("redirects")
    @classmethod
    def _inside(cls, redirects: dict[str, str]) -> dict[str, str]:
        for path in (*redirects, *redirects.values()):
            try:
                repo_path(path)
            except UsageError as error:
                raise ValueError(error.message) from error
        return redirects


@dataclass(frozen=True, slots=True)
class Repair:
    """The phase."""

    name: str = "repair"
    number: int = 0
    title: str = "Repair"
    summary: str = "references that were dead before the migration, redirected where the plan file says so"
    options: type[Options] = Options

    def steps(self, facts: Facts, options: Options) -> Steps:
        """One step for each redirect that brings something back to life."""
        planning = Planning(facts)
        redirects = {repo_path(old): repo_path(new) for old, new in options.redirects.items()}
        for old, new in sorted(redirects.items()):
            tree = planning.facts.tree
            alive = revived(planning.facts, {old: new}) if tree.is_dir(new) or new in tree else {}
            count = sum(map(len, alive.values()))
            if count:
                why = f"{counted(count, 'reference')} in {counted(len(alive), 'file')} name {old}, which is gone; it lives at {new}."
                yield from planning.offer(Step(f"redirect/{old}", f"Point dead references from {old} to {new}", why, (Redirect(old, new),)))
        tree = planning.facts.tree
        groups, rest = ghosts(planning.facts)
        planning.questions += (_question(group) for group in groups if group.old not in redirects)
        planning.findings += (
            Finding("redirect", "", f"{redirects[group.old]} is not there, so what names {group.old} stays dead; it seems to live at {group.new}")
            for group in groups
            if group.old in redirects and not tree.is_dir(redirects[group.old]) and redirects[group.old] not in tree
        )
        if rest:
            places = len({reference.source for reference in rest})
            said = f"{counted(len(rest), 'dead reference')} in {counted(places, 'file')} without a cause in the history"
            planning.note("ghosts", "", said)
        return planning.notes()


phase = Repair()


def _question(group: GhostGroup) -> Question:
    where = f"{counted(len(group.references), 'reference')} in {counted(len(group.files), 'file')}"
    text = f"{group.old}/ is dead since {group.commit[:7]} ({group.subject}); point them to {group.new}?"
    return Question(f"redirects.{_key(group.old)}", where, text, (f'[phases.repair.redirects]\n{_key(group.old)} = "{group.new}"',))


def _key(path: RepoPath) -> str:
    return path if path.replace("-", "").replace("_", "").isalnum() else f'"{path}"'
