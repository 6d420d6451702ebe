"""The actions that generated workflows use, each at the commit that `actions.toml` pins it to, and how files with them are written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pydantic

from migrator.artefact import Artefact, yaml_artefact
from migrator.origin import Said

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["Pin", "pinned", "pins", "platform_artefact"]


class Pin(pydantic.BaseModel):
    """An action at a commit."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    action: str
    sha: str = pydantic.Field(pattern=r"^[0-9a-f]{40}$")
    tag: str = pydantic.Field(pattern=r"^v\d+\.\d+\.\d+$")
    read: str = pydantic.Field(pattern=r"^[\w.-]+/[\w.-]+@[0-9a-f]{40} \S+:\d+$")
    """Where the pin was read: a public repository at a commit, the file and the line."""


@lru_cache(maxsize=1)
def pins() -> Mapping[str, Pin]:
    """Every action, by the name that we call it."""
    said = tomllib.loads(files("phases.automation").joinpath("actions.toml").read_text(encoding="utf-8"))
    return {name: Pin.model_validate(one) for name, one in said.items()}


def pinned(name: str) -> str:
    """What stands behind `uses` for an action."""
    return f"{pins()[name].action}@{pins()[name].sha}"


def platform_artefact(path: RepoPath, family: str, document: object, header: str) -> Artefact:
    """A workflow or an action; behind each pin stands its tag, which those who update pins read."""
    made = yaml_artefact(path, family, _literal(document), header=header)
    tags = {f"{one.action}@{one.sha}": one.tag for one in pins().values()}
    text = re.sub(r"(?m)^( *(?:- )?uses: )(\S+@[0-9a-f]{40})$", lambda found: f"{found[1]}{found[2]} # {tags[found[2]]}", made.content.decode())
    # A key of a workflow; YAML 1.1 would take it for true without quotes, but nothing that reads workflows does.
    return replace(made, content=re.sub(r'(?m)^"on":', "on:", text).encode())


def _literal(value: Any) -> Any:  # noqa: ANN401  parts of YAML
    """The same, where no text that a file of the repository says is taken for an expression of GitHub's."""
    match value:
        case Said() if isinstance(value.value, str) and any(one.path for one in value.origins):
            return value.then(lambda text: text.replace("${{", "${{ '${{' }}"))
        case Mapping():
            return {key: _literal(one) for key, one in value.items()}
        case list() | tuple():
            return [_literal(one) for one in value]
        case _:
            return value
