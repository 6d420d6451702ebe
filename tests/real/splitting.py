"""Repositories of other shapes, split for real: `python -m tests.real.splitting [NAME …]` prints a row of the table in docs/splitting.md for each.

With `--images` it only puts their images together and imports each application in its own.

Clones are looked for in MIGRATE_REAL_REPOS; environments, checkouts and what is run lie in MIGRATE_REAL_LAB. A PostgreSQL on 127.0.0.1 that lets
`postgres:postgres` in, with a database for each repository that asks for one, makes more tests run; without it they fail before and after alike.
fastapi-boilerplate starts only where a Redis is on 127.0.0.1.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.validators.images import built, imported

TABLE = Path(__file__).with_name("splits.toml")
FEW = 12
"""So many routes of a service are asked for an answer."""

_SAYING = """
import importlib, json, sys
module, _, name = sys.argv[1].partition(":")
app = getattr(importlib.import_module(module), name.removesuffix("()") if hasattr(str, "removesuffix") else name.replace("()", ""))
app = app() if name.endswith("()") else app
if hasattr(app, "url_map"):
    said = {f"{method} {rule.rule}": rule.endpoint for rule in app.url_map.iter_rules() for method in sorted(rule.methods - {"HEAD", "OPTIONS"})}
else:
    said = {f"{method.upper()} {path}": one for path, item in app.openapi()["paths"].items() for method, one in item.items()}
    said["*"] = app.openapi().get("components", {})
    from fastapi.routing import APIRoute
    hidden = [one for one in app.routes if isinstance(one, APIRoute) and not one.include_in_schema]
    said |= {f"{method} {one.path}": "in no document" for one in hidden for method in one.methods if f"{method} {one.path}" not in said}
print("\\n" + json.dumps(said, sort_keys=True, default=str))
"""
_SERVING = """
import importlib, sys
module, _, name = sys.argv[1].partition(":")
app = getattr(importlib.import_module(module), name.replace("()", ""))
app = app() if name.endswith("()") else app
if hasattr(app, "url_map"):
    app.run(port=int(sys.argv[2]), debug=False, use_reloader=False)
else:
    import uvicorn
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
"""


@dataclass(frozen=True)
class Backend:
    """A row of the table."""

    name: str
    shape: str
    source: str
    python: str
    directory: str
    application: str
    commit: str = "HEAD"
    requires: tuple[str, ...] = ()
    requirements: str = ""
    path: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()
    framework: str = "fastapi"
    options: str = ""
    """More for `migrate.toml`."""
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)
    """Files beside the application whose text a program prints: keys that nobody is to read here."""

    @property
    def clone(self) -> str:
        """The name of its clone."""
        return self.source.rpartition("/")[2].lower()


def backends() -> dict[str, Backend]:
    """The rows of the table."""
    said = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: Backend(name, **{key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}) for name, row in said.items()}


@dataclass(frozen=True)
class Split:
    """A repository before and after phase 2."""

    backend: Backend
    clones: Path
    lab: Path

    # made once -----------------------------------------------------------------------------------------------------------

    @cached_property
    def python(self) -> Path:
        """The interpreter of its environment."""
        place = self.lab / "venv" / self.backend.name
        python = place / "bin" / "python"
        if not (place / "ready").is_file():
            _run(_interpreter(self.backend.python), "-m", "venv", str(place))
            wanted = [*self.backend.requires, *(["-r", str(self.before / self.backend.requirements)] if self.backend.requirements else [])]
            _run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted, "pytest")
            (place / "ready").touch()
        return python

    @cached_property
    def before(self) -> Path:
        """A checkout with the plan file that asks for services."""
        place = self.lab / "before" / self.backend.name
        shutil.rmtree(place, ignore_errors=True)
        _run("git", "clone", "-q", "-n", str(self.clones / self.backend.clone), str(place))
        subprocess.run(["git", "-C", str(place), "checkout", "-q", "-f", "--detach", self.backend.commit], check=False, capture_output=True)
        _run("git", "-C", str(place), "checkout", "-q", "-b", "split")
        (place / "migrate.toml").write_text(f"[phases.backend_split]\npropose = true\n{self.backend.options}", encoding="utf-8")
        _run("git", "-C", str(place), "add", "-A")  # a clone may lack large files: they are left out
        _run("git", "-C", str(place), "-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-q", "-m", "A plan file")
        self._supplied(place, "")
        return place

    @cached_property
    def plan(self) -> dict[str, Any]:
        """What phase 2 plans."""
        said = _run(sys.executable, "-m", "migrator", "plan", "--phase", "2", "--json", "--repo", str(self.before))
        return dict(json.loads(said))

    @cached_property
    def after(self) -> Path:
        """A checkout of the branch that phase 2 makes."""
        place = self.lab / "after" / self.backend.name
        shutil.rmtree(place, ignore_errors=True)
        _run(sys.executable, "-m", "migrator", "run", "--phase", "2", "--repo", str(self.before))
        _run("git", "clone", "-q", "-b", "migrate/phase-2", str(self.before), str(place))
        self._supplied(place, "services/api-gateway")
        return place

    def _supplied(self, place: Path, directory: str) -> None:
        """What the repository leaves out, where its backend is by now."""
        home = "" if directory else self.backend.directory
        made = {f"{home}/{path}".lstrip("/"): _run(str(self.python), "-c", program) for path, program in self.backend.made.items()}
        for path, text in {**self.backend.files, **made}.items():
            target = place / directory / path if directory else place / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    # parts ---------------------------------------------------------------------------------------------------------------

    @property
    def home(self) -> Path:
        """Where the monolith runs."""
        return self.before / self.backend.directory

    @property
    def gateway(self) -> Path:
        """Where what remains of it runs."""
        there = self.after / "services" / "api-gateway"
        return there if there.is_dir() else self.after / self.backend.directory

    @cached_property
    def packages(self) -> list[Path]:
        """The directories of what services share."""
        return sorted(path.parent for path in (self.after / "packages").glob("*/pyproject.toml"))

    @cached_property
    def services(self) -> list[Path]:
        """The directories of services."""
        return sorted(
            path.parent
            for path in (self.after / "services").glob("*/pyproject.toml")
            if path.parent.name != "api-gateway" and (path.parent / "src").is_dir()
        )

    def _seen(self, *directories: Path) -> dict[str, str]:
        """The environment of a process that can import what lies in some directories."""
        places = [
            place / "src" if (place / "src").is_dir() and (place / "pyproject.toml").is_file() and place not in {self.home, self.gateway} else place
            for place in directories
        ]
        # One seed for all: some programs say sets in their documents.
        return {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            **self.backend.environment,
            "PYTHONPATH": os.pathsep.join(map(str, places)),
        }

    def monolith_seen(self) -> dict[str, str]:
        """The environment in which the monolith runs."""
        return self._seen(*(self.home / one for one in self.backend.path), self.home)

    def gateway_seen(self) -> dict[str, str]:
        """The environment in which the gateway runs: all parts are installed beside it."""
        return self._seen(*(self.gateway / one for one in self.backend.path), self.gateway, *self.packages, *self.services)

    def service_seen(self, service: Path) -> dict[str, str]:
        """The environment of one service: it and what is shared, and nothing else."""
        return self._seen(service, *self.packages)

    def application(self, service: Path) -> str:
        """The application of a service."""
        package = service.name.replace("-", "_")
        name = self.backend.application.partition(":")[2]
        home = service / "src" / package
        module = "wsgi" if (home / "wsgi.py").is_file() else "main"
        text = (home / f"{module}.py").read_text(encoding="utf-8")
        called = name if re.search(rf"(?m)^{re.escape(name.removesuffix('()'))}\b", text) else "app"
        return f"{package}.{module}:{called}"

    def starts(self, service: Path) -> Path:
        """Where a service is started: in its own directory, but where the plan says that files are found by the one in which it runs."""
        told = (one["message"] for one in self.plan["findings"] if one["kind"] == "files")
        return self.gateway if any("start a service in services/api-gateway" in one for one in told) else service

    def images(self) -> dict[str, str]:
        """By part: why its application cannot be imported in its image, where nothing of the repository is but what was copied."""
        parts = [*self.packages, *self.services]
        beside = {one.name: one.relative_to(self.after).as_posix() for one in parts}
        found = {}
        for part in (self.gateway, *self.services):
            own = part / "Dockerfile"
            dockerfile = own if own.is_file() else self.after / "Dockerfile"
            if not dockerfile.is_file():
                continue
            root = self.lab / "images" / self.backend.name / part.name
            shutil.rmtree(root, ignore_errors=True)
            module = (self.backend.application if part == self.gateway else self.application(part)).partition(":")[0]
            text = dockerfile.read_text(encoding="utf-8")
            outside = part != self.gateway or re.search(r"(?m)^COPY (?:packages|\./backend|services)/", text) is not None
            context = self.after if outside else dockerfile.parent
            build = {
                "context": context.relative_to(self.after).as_posix(),
                "dockerfile": dockerfile.relative_to(context).as_posix(),
                "additional_contexts": beside,
            }
            try:
                found[part.name] = imported(built(build, self.after, root, str(self.python)), module, **self.backend.environment) or "imports"
            except AssertionError as error:
                found[part.name] = f"cannot be built: {error}"
        return found

    # what it says and does -----------------------------------------------------------------------------------------------

    def prepared(self) -> None:
        """What makes its tables, where it says how."""
        if self.backend.prepare:
            subprocess.run([str(self.python), *self.backend.prepare], cwd=self.home, env=self.monolith_seen(), capture_output=True, check=False)

    def document(self, directory: Path, application: str, seen: Mapping[str, str]) -> dict[str, Any]:
        """By method and path: what an application says of a route."""
        said = _run(str(self.python), "-c", _SAYING, application, cwd=directory, env=seen)
        return dict(json.loads(said.strip().rpartition("\n")[2]))

    @contextmanager
    def serving(self, directory: Path, application: str, seen: Mapping[str, str]) -> Iterator[str]:
        """An application on loopback."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = self.lab / "serving.log"
        program = self.lab / "serving" / "program.py"  # a text would find modules where it runs, too
        program.parent.mkdir(exist_ok=True)
        program.write_text(_SERVING, encoding="utf-8")
        with log.open("w") as out:
            process = subprocess.Popen(
                [str(self.python), str(program), application, str(port)], cwd=directory, env=dict(seen), stdout=out, stderr=out
            )
            try:
                for _ in range(1800):
                    if process.poll() is not None:
                        raise RuntimeError(f"{application} does not start: {log.read_text()[-1500:]}")
                    with socket.socket() as asking:
                        if asking.connect_ex(("127.0.0.1", port)) == 0:
                            break
                    time.sleep(0.1)
                else:
                    raise RuntimeError(f"{application} does not start in three minutes")
                yield f"http://127.0.0.1:{port}"
            finally:
                process.kill()
                process.wait()

    def tests(self, directory: Path, seen: Mapping[str, str], *chosen: str) -> Counter[str]:
        """The tests that pass, by what is left of their ids when directories are not looked at."""
        there = [one for one in self.backend.tests if (directory / one).exists()]
        if not there:
            return Counter()
        report = self.lab / "junit.xml"
        report.unlink(missing_ok=True)
        command = [str(self.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *chosen, *there]
        subprocess.run(command, cwd=directory, env=dict(seen), capture_output=True, check=False, timeout=1200)
        cases = ET.parse(report).iter("testcase") if report.is_file() else ()  # noqa: S314  pytest's own report
        passed = (case for case in cases if not {one.tag for one in case} & {"failure", "error", "skipped"})
        return Counter(f"{'.'.join(case.get('classname', '').split('.')[-2:])}::{case.get('name')}" for case in passed)


def answers(url: str, paths: list[str]) -> dict[str, str]:
    """The status of each path, asked without a word, and the place that it sends to; nothing where there is no answer.

    Nobody goes where a page sends him: it may be another service's.
    """
    found = {}
    for path in paths:
        asking = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
        try:
            asking.request("GET", re.sub(r"[{<][^}>]*[}>]", "1", path))
            answer = asking.getresponse()
            found[path] = f"{answer.status} {(answer.getheader('Location') or '').replace(url, '')}".rstrip()
        except (OSError, http.client.HTTPException):
            found[path] = ""
        finally:
            asking.close()
    return found


_SCHEMAS = "#/components/schemas/"


def flat(document: Mapping[str, Any]) -> dict[str, object]:
    """What a document says, by place. Schemas that have the names of their modules, as others are called the same, have the number in which they are met.

    FastAPI makes such a name of the module's path: it follows the module, and nothing else of the document may change by that.
    """
    schemas = document.get("*", {}).get("schemas", {})
    names: dict[str, str] = {}

    def met(said: object) -> None:
        for one in [said[key] for key in sorted(said)] if isinstance(said, dict) else said if isinstance(said, list) else ():
            met(one)
        name = said.removeprefix(_SCHEMAS) if isinstance(said, str) and said.startswith(_SCHEMAS) else ""
        if name in schemas and name not in names:
            names[name] = f"{name.rpartition('__')[2]} {len(names)}" if "__" in name else name
            met(schemas[name])

    def leaves(said: object, place: str) -> Iterator[tuple[str, object]]:
        if isinstance(said, dict) and said:
            for key, one in said.items():
                yield from leaves(one, f"{place} > {names.get(key, key) if place == '* > schemas' else key}".removeprefix(" > "))
        elif isinstance(said, list) and said:
            for number, one in enumerate(said):
                yield from leaves(one, f"{place} > {number}")
        else:
            name = said.removeprefix(_SCHEMAS) if isinstance(said, str) else None
            yield place, f"{_SCHEMAS}{names[name]}" if name != said and name in names else said

    met({key: one for key, one in document.items() if key != "*"})
    return dict(leaves(document, ""))


def differing(before: Mapping[str, Any], again: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Where two documents differ, but for what differs each time that the first is asked for: the time at which a module was loaded."""
    was, now, other = flat(before), flat(after), flat(again)
    missing = object()
    return sorted(place for place in was.keys() | now.keys() if was.get(place, missing) == other.get(place, missing) != now.get(place, missing))


def row(split: Split) -> dict[str, object]:
    """What a split is measured by."""
    before = split.document(split.home, split.backend.application, split.monolith_seen())
    again = split.document(split.home, split.backend.application, split.monolith_seen())
    after = split.document(split.gateway, split.backend.application, split.gateway_seen())
    parts: dict[str, set[str]] = {}
    alone = {}
    split.prepared()
    with split.serving(split.home, split.backend.application, split.monolith_seen()) as url:
        gets = [key.partition(" ")[2] for key in before if key.startswith("GET ")]
        wanted = answers(url, gets)
    for service in split.services:
        try:
            own = split.document(service, split.application(service), split.service_seen(service))
            mine = [key for key in own if key in before and key != "*"]
            parts[service.name] = set(mine)
            asked = [key.partition(" ")[2] for key in mine if key.startswith("GET ")][:FEW]
            with split.serving(split.starts(service), split.application(service), split.service_seen(service)) as url:
                got = answers(url, asked)
            alone[service.name] = {path: (wanted[path], answer) for path, answer in got.items() if answer != wanted[path] or not answer} or "answers"
        except (RuntimeError, subprocess.CalledProcessError) as error:
            alone[service.name] = str(getattr(error, "stderr", "") or error)[-700:]
    passed = split.tests(split.home, split.monolith_seen())
    now: Counter[str] = Counter()
    for directory, seen in [(split.gateway, split.gateway_seen()), *((one, split.service_seen(one)) for one in (*split.services, *split.packages))]:
        now += split.tests(directory, seen)
    lost = passed - now
    words = " or ".join(sorted({one.rpartition("::")[2].partition("[")[0] for one in lost}))
    leaning = lost - split.tests(split.home, split.monolith_seen(), "-k", words) if lost else Counter[str]()
    common = {key for key, number in Counter(key for keys in parts.values() for key in keys).items() if number > 1}  # /docs, /static
    routes = before.keys() - common - {"*"}
    services = {name: len(keys - common) for name, keys in parts.items()}
    return {
        "name": split.backend.name,
        "steps": [step["id"] for step in split.plan["steps"]],
        "aside": list(split.plan["set_aside"]),
        "partition": [one["message"] for one in split.plan["findings"] if one["kind"] == "partition"],
        "routes": len(routes),
        "same document": differing(before, again, after)[:10] or True,
        "services": services,
        "share": round(sum(services.values()) / max(1, len(routes)), 2),
        "alone": alone,
        "images": split.images(),
        "tests before": passed.total(),
        "tests lost": sorted((lost - leaning).elements()),
        "tests that fail without others before, too": sorted(leaning.elements()),
        "tests with services": sum(1 for one in split.services for path in one.rglob("test_*.py")),
    }


def _interpreter(version: str) -> str:
    found = next((str(path) for path in sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))), None) or shutil.which(
        f"python{version}"
    )
    if found is None:
        raise RuntimeError(f"there is no Python {version}")
    return found


def _run(*command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=None if env is None else dict(env), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)[:200]} fails: {(done.stderr or done.stdout)[-2500:]}")
    return done.stdout


def main() -> None:
    """Print what each split is measured by."""
    clones, lab = Path(os.environ["MIGRATE_REAL_REPOS"]), Path(os.environ["MIGRATE_REAL_LAB"])
    known = backends()
    measure = (lambda split: {"name": split.backend.name, "images": split.images()}) if "--images" in sys.argv else row
    for name in [one for one in sys.argv[1:] if one != "--images"] or known:
        try:
            print(json.dumps(measure(Split(known[name], clones, lab)), indent=1, default=str), flush=True)  # noqa: T201  what it is for
        except (RuntimeError, subprocess.SubprocessError) as error:
            print(json.dumps({"name": name, "fails": str(error)[-3000:]}, indent=1), flush=True)  # noqa: T201  what it is for


if __name__ == "__main__":
    main()
