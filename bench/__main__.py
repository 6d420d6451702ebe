"""`python -m bench [--only graph,moves,typescript,commands,many,steps,cores,phases,growth,older] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measure import Result, interleaved
from bench.subjects import Group, Place, groups


def main() -> int:
    """Measure, print the tables, write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", default="", help="graph, moves, typescript, commands, many, steps, cores, phases, growth, older; several with commas"
    )
    parser.add_argument("--json", type=Path, help="where to write everything that was measured")
    parser.add_argument("--runs", type=int, default=int(os.environ.get("MIGRATE_BENCH_RUNS", "3")))
    options = parser.parse_args()
    console, written = Console(), []
    with tempfile.TemporaryDirectory(prefix="migrate-bench-", ignore_cleanup_errors=True) as scratch:
        for group in groups(Place.given(Path(scratch)), frozenset(filter(None, options.only.split(",")))):
            sys.stderr.write(f"{group.name}\n")
            results = interleaved(group.jobs, options.runs)
            console.print(_table(group, results))
            written.append({"name": group.name, "aim": group.aim, "results": [result.as_json() for result in results]})
    if options.json:
        options.json.write_text(json.dumps({**_machine(), "runs": options.runs, "groups": written}, indent=2) + "\n", encoding="utf-8")
    return 0


def _table(group: Group, results: Iterable[Result]) -> Table:
    found = list(results)
    table = Table(title=group.name, caption=group.aim or None, title_justify="left", caption_justify="left")
    table.add_column("")
    for heading in ("CPU s", "wall s", "MB", "ratio"):
        table.add_column(heading, justify="right")
    what = "CPU" if group.measure == "cpu" else group.measure
    table.add_column(f"ratio is of {what}, to {found[0].name}" if len(found) > 1 else "")
    first = found[0].of(group.measure)
    for result in found:
        if not result.taken:
            table.add_row(result.name, "-", "-", "-", "-", f"not measured: {result.why_not}")
            continue
        cpu = result.of("cpu")
        measured = result.of(group.measure)
        ratio = f"{measured / first:.2f}" if first and measured is not None else "-"
        table.add_row(result.name, _number(cpu, 2), _number(result.of("wall"), 2), _number(result.of("memory"), 0), ratio, _said(result))
    return table


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _said(result: Result) -> str:
    """What the last run told about itself."""
    said = result.taken[-1].said
    seconds = {"graph", "beyond", "request", "work", "read"}
    return ", ".join(f"{key} {_number(result.of(key), 2)} s" if key in seconds else f"{key} {value:,}" for key, value in said.items())


def _machine() -> Mapping[str, Any]:
    return {"python": platform.python_version(), "platform": platform.platform(), "processors": os.cpu_count()}


if __name__ == "__main__":
    sys.exit(main())
