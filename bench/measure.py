"""Running a command and what it took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

__all__ = ["Job", "Result", "Taken", "interleaved"]

LIMIT = 600
"""Seconds after which a peer is given up."""


class Taken(NamedTuple):
    """What one run took: seconds of all processors, seconds on the clock, megabytes at the peak; and what it said, as JSON."""

    cpu: float
    wall: float
    memory: float
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """Something to measure: a name, a command, where it runs, and what must be done before each run (never measured).

    `before` gives the directory to run in and the environment's changes. `why_not` is the reason when it cannot be measured here.
    """

    name: str
    command: Sequence[str] = ()
    before: Callable[[Path], tuple[Path, Mapping[str, str]]] = lambda scratch: (scratch, {})
    why_not: str = ""
    runs: int | None = None
    """How many runs at most, for what takes very long."""
    code: int = 0
    """The exit code of a run that went well."""


@dataclass
class Result:
    """The runs of one job, or the reason why there are none."""

    name: str
    taken: list[Taken] = field(default_factory=list)
    why_not: str = ""

    def of(self, what: str) -> float | None:
        """The median of one measure; of what the command itself said where it is none of ours."""
        own = what in Taken._fields
        values = [getattr(taken, what) if own else taken.said.get(what) for taken in self.taken]
        found = [value for value in values if value is not None]
        return median(found) if found else None

    def as_json(self) -> Mapping[str, Any]:
        """Everything that was measured."""
        medians = {what: self.of(what) for what in ("cpu", "wall", "memory")}
        return {"name": self.name, "not_measured": self.why_not, **medians, "runs": [taken._asdict() for taken in self.taken]}


def interleaved(jobs: Sequence[Job], runs: int) -> list[Result]:
    """Every job as often as asked, in turns, so that what else happens on the machine meets all of them."""
    results = [Result(job.name, why_not=job.why_not) for job in jobs]
    for turn in range(runs):
        for job, result in zip(jobs, results, strict=True):
            if result.why_not or (job.runs is not None and turn >= job.runs):
                continue
            sys.stderr.write(f"  {job.name} ({turn + 1}/{job.runs or runs})\n")
            try:
                with tempfile.TemporaryDirectory(prefix="migrate-bench-", ignore_cleanup_errors=True) as scratch:
                    directory, changes = job.before(Path(scratch))
                    result.taken.append(_run(job, directory, {**os.environ, **changes}))
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                result.why_not = f"failed: {error}"
                result.taken.clear()
    return results


def _run(job: Job, directory: Path, environment: Mapping[str, str]) -> Taken:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(job.command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        cpu, memory = _waited(process)
        wall = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        if process.returncode != job.code:
            lines = err.read().decode("utf-8", "replace").strip().splitlines() or [f"exit code {process.returncode}"]
            raise ValueError(lines[-1][:300])
        last = (out.read().decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    said = json.loads(last) if last.startswith("{") and last.endswith("}") else {}
    return Taken(cpu, wall, memory, said)


def _waited(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Processor seconds and megabytes of a process and its children; nan where the platform does not tell."""
    if not hasattr(os, "wait4"):
        process.wait(timeout=LIMIT)
        return float("nan"), float("nan")
    deadline = time.monotonic() + LIMIT
    while True:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            break
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise subprocess.TimeoutExpired(process.args, LIMIT)
        time.sleep(0.005)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit
