"""Images put together as their Dockerfiles say: the files that instructions copy, and what is installed of the repository itself."""

from __future__ import annotations

import json
import os
import posixpath
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pathspec
import pytest

_OFFLINE = ("dns error", "Failed to fetch", "error sending request", "Temporary failure in name resolution")
_PASSED_OVER = frozenset({"ARG", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME"})


@dataclass
class Image:
    """A directory that is put together by a Dockerfile's instructions, without what its base image has and commands make."""

    root: Path
    contexts: dict[str, Path]
    ignored: pathspec.GitIgnoreSpec
    stages: dict[str, Image] = field(default_factory=dict)
    workdir: str = "/"
    command: list[str] = field(default_factory=list)
    check: list[str] = field(default_factory=list)
    installed: list[str] = field(default_factory=list)
    python: str = sys.executable
    exported: list[str] = field(default_factory=list)
    """What pip installs by its place where it is given what a manager of packages has written."""
    developed: list[str] = field(default_factory=list)
    """Where what is installed by its place lies: whoever takes the environment finds it there or not at all."""
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        return self.root / "site-packages"

    @property
    def found(self) -> list[Path]:
        """The directories in which modules are found, but for the one in which the process runs."""
        return [self.site, *(place for one in self.developed if (place := self.root / one.lstrip("/")).is_dir())]

    def inside(self, path: str) -> Path:
        return self.root / posixpath.normpath(posixpath.join("/", self.workdir, path)).lstrip("/")

    def run(self, word: str, arguments: str) -> None:
        """One instruction."""
        match word:
            case "WORKDIR":
                self.workdir = posixpath.join(self.workdir, arguments)
                self.inside(".").mkdir(parents=True, exist_ok=True)
            case "COPY" | "ADD":
                self.copy(shlex.split(arguments))
            case "RUN" if found := re.search(r"\bpoetry (install|sync|export)\b", arguments):
                self.develop_by_poetry(exports=found[1] == "export")
            case "RUN" if "pip install" in arguments or "pip3 install" in arguments:
                self.install(shlex.split(re.split(r"pip3? install", arguments)[1].partition("&&")[0]))
            case "RUN" if "uv sync" in arguments:
                self.develop_by_uv(dict(re.findall(r"source=(\S+?),target=(\S+)", arguments)))
            case "ENV" if "BACKEND_DIR" in arguments:
                # Nothing of it is at the root of this machine.
                name, _, value = arguments.partition("=")
                self.variables[name] = str(self.inside(value))
            case "CMD" | "ENTRYPOINT":
                self.command = json.loads(arguments) if arguments.startswith("[") else shlex.split(arguments)
            case "HEALTHCHECK" if "[" in arguments:
                self.check = json.loads(arguments[arguments.index("[") :])
            case _:
                assert word in _PASSED_OVER, word

    def copy(self, words: list[str]) -> None:
        options = [word for word in words if word.startswith("--")]
        *sources, target = [word for word in words if not word.startswith("--")]
        name = next((option.removeprefix("--from=") for option in options if option.startswith("--from=")), "")
        if "/" in name:
            return  # an image of others
        stage = self.stages.get(name)
        assert stage is not None or name in self.contexts, f"there is no context `{name}`"
        context = self.contexts[name] if stage is None else stage.root
        self.exported += stage.exported if stage is not None else []
        self.developed += [one for one in (stage.developed if stage is not None else []) if one not in self.developed]
        for pattern in sources:
            for source in sorted(context.glob(pattern.lstrip("/"))) if "*" in pattern else [context / pattern.lstrip("/")]:
                if stage is not None and not source.exists():
                    continue  # a command made it
                assert source.exists(), f"{pattern} is not in {context}"
                self._taken(source, context, target, plain=bool(name))

    def _taken(self, source: Path, context: Path, target: str, *, plain: bool) -> None:
        to = self.inside(target)
        if source.is_file():
            to = to / source.name if target.endswith(("/", ".")) or to.is_dir() else to
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to)
            return
        files = [path for path in source.rglob("*") if path.is_file() and ".git" not in path.relative_to(source).parts]
        sent = [path for path in files if plain or not self.ignored.match_file(path.relative_to(context).as_posix())]
        assert sent or plain, f"nothing of {source} is sent"
        for path in sent:
            place = to / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)

    def install(self, words: list[str]) -> None:
        for option, word in zip(["", *words], words, strict=False):
            if option == "-r":
                assert self.inside(word).is_file() or self.stages, f"{word} was not copied"
                self.develop(self.exported)
            elif word.startswith("/"):
                self.installed.append(word.rpartition("/")[2])
                program = pytest.importorskip("uv", reason="uv is in the dev extra").find_uv_bin()
                command = [program, "pip", "install", "--no-deps", "--no-sources", "--python", self.python, "--target", str(self.site), str(self.inside(word))]  # fmt: skip
                ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300)
                if ran.returncode and any(said in ran.stderr for said in _OFFLINE):
                    pytest.skip(f"no package index can be reached: {ran.stderr.strip().splitlines()[-1][:200]}")
                assert ran.returncode == 0, ran.stderr[-3000:]

    def develop_by_poetry(self, *, exports: bool) -> None:
        """What Poetry installs by its place, which it has to be at."""
        said = _said(self.inside("pyproject.toml")).get("tool", {}).get("poetry", {}).get("dependencies", {})
        places = [one["path"] for one in said.values() if isinstance(one, dict) and "path" in one]
        if exports:
            self.exported = [posixpath.normpath(posixpath.join("/", self.workdir, one)) for one in places]
        else:
            self.develop(places)

    def develop_by_uv(self, bound: dict[str, str]) -> None:
        """What uv installs of a workspace, as far as it is there."""
        source = next((self.contexts[""] / source for source, target in bound.items() if target == "pyproject.toml"), self.inside("pyproject.toml"))
        members = _said(source).get("tool", {}).get("uv", {}).get("workspace", {}).get("members", [])
        self.develop([one for one in members if self.inside(one).is_dir()])

    def develop(self, places: list[str]) -> None:
        for one in places:
            assert self.inside(one).is_dir(), f"{one} is not where {self.workdir} looks for it"
            place = posixpath.normpath(posixpath.join("/", self.workdir, one))
            self.developed.append(f"{place}/src" if self.inside(f"{one}/src").is_dir() else place)


def _said(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def built(build: Any, root: Path, into: Path, python: str = sys.executable) -> Image:
    """The image of the last stage of what a `build` of a compose file names."""
    said = build if isinstance(build, dict) else {"context": build}
    context = root / said["context"]
    dockerfile = context / said.get("dockerfile", "Dockerfile")
    own, common = dockerfile.with_name(f"{dockerfile.name}.dockerignore"), context / ".dockerignore"
    lines = next((path.read_text(encoding="utf-8").splitlines() for path in (own, common) if path.is_file()), [])
    # Docker's patterns are anchored to the context and a directory that comes back brings all that is in it.
    anchored = [f"{'!' * line.startswith('!')}/{line.removeprefix('!')}" for line in lines if line and not line.startswith("#")]
    kept = [line for rule in anchored for line in ([f"{rule}/**", rule, *_above(rule)] if rule.startswith("!") else [rule])]
    contexts = {"": context, **{name: root / path for name, path in said.get("additional_contexts", {}).items()}}
    ignored = pathspec.GitIgnoreSpec.from_lines(kept)
    stages: dict[str, Image] = {}
    image = Image(into, contexts, ignored, python=python)
    text = re.sub(r"(?m)^\s*#.*\n", "", dockerfile.read_text(encoding="utf-8")).replace("\\\n", " ")
    for line in text.splitlines():
        word, _, arguments = line.strip().partition(" ")
        if word == "FROM":
            words = [one for one in arguments.split() if not one.startswith("--")]
            name = words[2] if len(words) > 2 else str(len(stages))
            base = stages.get(words[0])
            image = Image(into / f"stage-{len(stages)}" if stages else into, contexts, ignored, dict(stages), python=python)
            if base is not None:
                shutil.copytree(base.root, image.root, dirs_exist_ok=True)
                image.workdir, image.developed, image.installed = base.workdir, [*base.developed], [*base.installed]
            stages[name] = image
        elif word:
            image.run(word, arguments.strip())
    return image


def _above(rule: str) -> list[str]:
    parts = rule.removeprefix("!/").split("/")
    return ["!/" + "/".join(parts[:count]) for count in range(1, len(parts))]


def imported(image: Image, module: str, **environment: str) -> str:
    """Why a module cannot be imported where an image runs with nothing of the repository but what is in it; an empty text where it can."""
    seen = os.pathsep.join(map(str, [image.inside("."), *image.found]))
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}}
    ran = subprocess.run(
        [image.python, "-W", "ignore", "-c", f"import {module}"], cwd=image.inside("."), capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
        env={**kept, **environment, **image.variables, "PYTHONPATH": seen, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return ran.stderr.strip()[-900:] if ran.returncode else ""
