"""`migrate completion`: what a shell reads to complete our words, and what it then asks."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["completion"]


class Shell(StrEnum):
    """The shells that are known."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"
    powershell = "powershell"


def completion(
    ctx: typer.Context,
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
    words: Annotated[list[str] | None, typer.Argument(metavar="WORD ...", help="What was typed so far: print what the last word can become.")] = None,
) -> None:
    """Print what makes a shell complete our words. Commands, options, steps, phases, branches and paths; its first line says where it goes."""
    given = ctx.obj
    if not words:
        from importlib import resources

        given.screen.data((resources.files("migrator.cli") / "shells" / f"{shell}.txt").read_text(encoding="utf-8").rstrip("\n"))
        return
    # Whoever types sees nothing of an error here, and can do nothing about it.
    with contextlib.suppress(Exception):
        from migrator.cli.completing import Here, candidates

        if shell is Shell.powershell:
            words[-1] = words[-1].removeprefix("_")
        if shell is Shell.bash:
            words = [word.replace("\\", "") for word in words]
        found = candidates(words, ctx.find_root().command, Here(Path(_given("--repo", words) or Path.cwd()), _given("--branch", words)))
        given.screen.data("\n".join(f"{text}\t{about}" for text, about in found)) if found else None


def _given(option: str, words: list[str]) -> str | None:
    """What was typed for an option; None where nothing was."""
    at = words.index(option) + 1 if option in words[:-1] else 0
    return words[at] if 0 < at < len(words) - 1 else None
