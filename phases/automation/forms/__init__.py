"""Issue forms and templates of pull requests, with what this repository consists of and the commands that people run in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Made, yaml_artefact
from migrator.facts.upkeep import Upkeep
from migrator.origin import Decision, Origin, default
from migrator.paths import RepoPath
from phases.automation.forms.issues import FORMS, form
from phases.automation.forms.options import Options
from phases.automation.forms.requests import TEMPLATES, request

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["family"]

_NAME = "forms"
_ISSUES, _REQUESTS = "ISSUE_TEMPLATE", "PULL_REQUEST_TEMPLATE"


@dataclass(frozen=True, slots=True)
class Forms:
    """The family of `.github/ISSUE_TEMPLATE` and `.github/PULL_REQUEST_TEMPLATE`."""

    name: str = _NAME
    title: str = "Reports and pull requests say what is needed"
    why: str = "Who reports something chooses what it is about, and who asks for a review has run what this repository checks."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A form for each topic that people have no template of, and three templates of pull requests."""
        known = landscape.upkeep or Upkeep()
        issues, requests = (_folder(known, one) for one in (_ISSUES, _REQUESTS))
        taken = {topic: path for topic in FORMS for path in known.templates if _is_about(path, topic)}
        asked = {topic: form(topic, landscape, known, options) for topic in FORMS if topic not in taken} | {"config": _config(known, options)}
        forms = (yaml_artefact(RepoPath(f"{issues}/{topic}.yml"), self.name, said) for topic, said in asked.items())
        templates = (request(RepoPath(f"{requests}/{name}.md"), self.name, name, landscape) for name in TEMPLATES)
        return Made((*forms, *templates), tuple(_decisions(known, taken)))


def _folder(known: Upkeep, name: str) -> str:
    """Where templates go: the folder that is there, however it is written, since not every file system tells the two apart."""
    there = (path.rpartition("/")[0] for path in known.templates)
    return next((one for one in there if one.lower() == f".github/{name.lower()}"), f".github/{name}")


def _is_about(path: RepoPath, topic: str) -> bool:
    """Whether a template of people's own is about a topic, by its name."""
    folder, _, file = path.lower().rpartition("/")
    return folder.endswith("issue_template") and re.search(rf"(?<![a-z]){topic.partition('_')[0]}(?![a-z])", file.replace("_", " ")) is not None


def _config(known: Upkeep, options: Options) -> dict[str, object]:
    """What the page says on which people choose a form."""
    said: dict[str, object] = {"blank_issues_enabled": default(options.blank_issues, "option blank_issues")}
    if known.home is not None:
        link = known.home.then(lambda home: f"{home}/security/advisories/new")
        said["contact_links"] = [{"name": "Report a weakness in private", "url": link, "about": "Only the maintainers see it."}]
    return said


def _decisions(known: Upkeep, taken: dict[str, RepoPath]) -> Iterator[Decision]:
    for topic, path in taken.items():
        yield Decision(f"form {topic}", "mapped", f"{path} asks for that and stays; no second one is made", (Origin(path),), _NAME)
    for path in known.templates:
        folder = path.lower().rpartition("/")[0]
        if folder in {"", ".github", "docs"}:
            what = "pull request" if "pull" in path.lower() else "issue"
            yield Decision(
                f"{path}", "mapped", f"stays, and GitHub goes on filling it into each new {what} that chooses no other", (Origin(path),), _NAME
            )
    if not any("pull" in path.lower() for path in known.templates):
        text = "GitHub offers a template of a folder only by its address, `?template=default.md`: link to it from where people are told how to contribute"
        yield Decision("templates of pull requests", "mapped", text, (), _NAME)
    if "security" not in known.existing:
        text = "no SECURITY.md says how to report a weakness, so the form names the Security tab: private reporting has to be switched on in the settings of the repository"
        yield Decision("form security_issue", "defaulted", text, (), _NAME)


family = Forms()
