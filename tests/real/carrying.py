"""Real commits carried over a migration: `python -m tests.real.carrying NAME [COUNT [FROM]]` prints rows of a table in docs/carrying.md.

A history is migrated at one of its commits; the next ones are carried, and each result is compared with migrating that commit, with what
`git cherry-pick` (as a rebase does it) makes of the same commit on the same tree, and with what `git merge` makes of all up to it.
Where a case names merges of pull requests, main is migrated as each of them found it, the branch is carried, and the result compared with
migrating the merge, and with what `git rebase` and `git merge` make of the branch.
Clones are looked for in MIGRATE_REAL_REPOS; what is made lies in MIGRATE_REAL_LAB.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migrator.engine import planning, running
from migrator.engine.context import Engine
from migrator.engine.teams.carried.carrying import Carry, carry
from migrator.errors import MigrateError
from migrator.git import Repository
from migrator.registry import phases

TABLE = Path(__file__).with_name("carries.toml")
MIGRATED, LATER, CARRIED = "migrate/migrated", "later", "carried/later"
_QUIET = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null")


@dataclass(frozen=True)
class Case:
    """A history, and what is done with it."""

    name: str
    base: str
    phases: tuple[int, ...]
    tip: str = "origin/main"
    pulls: tuple[str, ...] = ()
    """Merges of pull requests."""


@dataclass(frozen=True)
class Git:
    """What plain git makes of something: files in conflict, files where the carried tree has none, files that say something else without a word."""

    conflicts: tuple[str, ...]
    misplaced: tuple[str, ...]
    otherwise: tuple[str, ...]

    def __str__(self) -> str:
        return f"{len(self.conflicts)} | {len(self.misplaced)} | {len(self.otherwise)}"


def git(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """A git command with nothing of the machine's configuration."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true"}
    return subprocess.run(["git", *_QUIET, *arguments], cwd=directory, env=env, capture_output=True, check=False)


def said(directory: Path, *arguments: str) -> str:
    """What a git command prints. Raises RuntimeError where it fails."""
    done = git(directory, *arguments)
    if done.returncode:
        raise RuntimeError(f"git {' '.join(arguments)[:100]}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")
    return done.stdout.decode("utf-8", "surrogateescape")


def prepared(case: Case, clones: Path, lab: Path, count: int) -> tuple[Path, list[str]]:
    """A clone with the migration of the base, and a branch with the commits that came after it."""
    place = lab / case.name
    shutil.rmtree(place, ignore_errors=True)
    said(lab, "clone", "-q", str(clones / case.name), str(place))
    said(place, "config", "user.name", "n")
    said(place, "config", "user.email", "n@example.org")
    said(place, "checkout", "-q", "-B", "main", case.base)
    later = said(place, "rev-list", "--first-parent", "--reverse", f"{case.base}..{case.tip}").split()[:count]
    said(place, "branch", "-f", LATER, later[-1])
    return place, later


def tree(place: Path, revision: str) -> dict[str, str]:
    """Path to content, without what steps remember of themselves."""
    rows = said(place, "ls-tree", "-r", "-z", revision).split("\0")[:-1]
    return {path: head.split()[2] for head, path in (row.split("\t", 1) for row in rows) if not path.startswith(".migrate/")}


def unmerged(place: Path) -> set[str]:
    """The files in conflict."""
    return set(filter(None, said(place, "diff", "--name-only", "-z", "--diff-filter=U").split("\0")))


def by_git(place: Path, start: str, wanted: str, *command: str) -> Git:
    """What a git command makes of a commit, beside the tree that is wanted; a rebase goes on with what it stopped at as it stands."""
    said(place, "checkout", "-q", "-f", "--detach", start)
    said(place, "clean", "-fdxq")
    done = git(place, *command)
    conflicts = unmerged(place)
    said(place, "add", "-A", "-f")
    while command[0] == "rebase" and done.returncode and (place / ".git" / "rebase-merge").exists():
        done = git(place, "rebase", "--continue" if git(place, "diff", "--cached", "--quiet").returncode else "--skip")
        conflicts |= unmerged(place)
        said(place, "add", "-A", "-f")
    found, right = tree(place, said(place, "write-tree").strip()), tree(place, wanted)
    misplaced = found.keys() - right.keys() - conflicts
    otherwise = {path for path in found.keys() & right.keys() if found[path] != right[path]} | (right.keys() - found.keys())
    git(place, "cherry-pick", "--quit")
    git(place, "merge", "--quit")
    said(place, "reset", "-q", "--hard")
    return Git(tuple(sorted(conflicts)), tuple(sorted(misplaced)), tuple(sorted(otherwise - conflicts)))


def rows(case: Case, clones: Path, lab: Path, count: int, first: int = 1) -> Iterator[tuple[str, ...]]:
    """A row for each commit from the first that is to be compared on; all are carried."""
    place, later = prepared(case, clones, lab, count)
    with Repository.open(place) as repository:
        engine = Engine(repository, phases)
        chosen = engine.chosen(case.phases)
        running.run(engine, chosen, branch=MIGRATED)
        started = time.monotonic()
        made: Carry = carry(engine, LATER, onto=MIGRATED, to=CARRIED)
        note = {
            "carried": len(made.commits),
            "seconds": round(time.monotonic() - started),
            "conflicts": [str(m.conflict.path) for m in made.conflicts],
        }
        print(json.dumps({**note, "left": list(map(str, made.left))}), file=sys.stderr, flush=True)  # noqa: T201
        scratch = lab / f"{case.name}-git"
        shutil.rmtree(scratch, ignore_errors=True)
        said(lab, "clone", "-q", "--shared", str(place), str(scratch))
        before = repository.resolve(MIGRATED)
        for number, (one, source) in enumerate(zip(made.commits, later, strict=True), 1):
            after = one.new or before
            if number < first:
                before = after
                continue
            end = planning.plan(engine, source, chosen).end
            repository.write(end.tree, end.store)
            right, found = tree(place, end.tree.id), tree(place, after)
            unlike = sorted(path for path in right.keys() | found.keys() if right.get(path) != found.get(path))
            said(scratch, "fetch", "-q", str(place), after)
            picked = by_git(scratch, before, after, "cherry-pick", "--keep-redundant-commits", "--allow-empty", source)
            merged = by_git(
                scratch, MIGRATED if git(scratch, "rev-parse", MIGRATED).returncode == 0 else f"origin/{MIGRATED}", after, "merge", source
            )
            print(json.dumps({"source": source, "unlike": unlike, "picked": vars(picked), "merged": vars(merged)}), file=sys.stderr, flush=True)  # noqa: T201
            yield (
                f"`{source[:7]}`",
                str(len(one.change.files)),
                str(len(one.change.elsewhere)),
                str(one.change.rewritten),
                str(len(one.conflicts)),
                "yes" if not unlike else f"but for {len(unlike)}",
                str(picked),
                str(merged),
            )
            before = after


def pulls(case: Case, clones: Path, lab: Path, count: int) -> Iterator[tuple[str, ...]]:
    """A row for each pull request."""
    place, scratch = lab / case.name, lab / f"{case.name}-git"
    for directory in (place, scratch):
        shutil.rmtree(directory, ignore_errors=True)
    said(lab, "clone", "-q", "--no-checkout", str(clones / case.name), str(place))
    said(place, "config", "user.name", "n")
    said(place, "config", "user.email", "n@example.org")
    said(lab, "clone", "-q", "--no-checkout", "--shared", str(place), str(scratch))
    with Repository.open(place) as repository:
        engine = Engine(repository, phases)
        chosen = engine.chosen(case.phases)
        for name in case.pulls[:count]:
            merge = repository.commit(repository.resolve(name))
            main, branch = merge.parents
            migrated = f"migrate/{name}"
            running.run(engine, chosen, base=main, branch=migrated)
            before = repository.resolve(migrated)
            try:
                made = carry(engine, branch, onto=migrated, to=f"carried/{name}")
            except MigrateError as error:
                why = [str(error), *map(str, getattr(error, "problems", ()))]
                print(json.dumps({"pull": name, "refused": why}), file=sys.stderr, flush=True)  # noqa: T201
                continue
            end = planning.plan(engine, merge.id, chosen).end
            repository.write(end.tree, end.store)
            right, found = tree(place, end.tree.id), tree(place, made.head or before)
            unlike = sorted(path for path in right.keys() | found.keys() if right.get(path) != found.get(path))
            rebased = by_git(scratch, branch, end.tree.id, "rebase", before)
            merged = by_git(scratch, before, end.tree.id, "merge", branch)
            note = {"unlike": unlike, "conflicts": [str(met.conflict.path) for met in made.conflicts], "left": list(map(str, made.left))}
            print(json.dumps({"pull": name, **note, "rebased": vars(rebased), "merged": vars(merged)}), file=sys.stderr, flush=True)  # noqa: T201
            yield (
                f"`{name[:7]}`",
                said(place, "rev-list", "--first-parent", "--count", f"{branch}..{main}").strip(),
                str(len(made.commits)),
                str(len({path for one in made.commits for path in one.change.files})),
                str(len({path for one in made.commits for path in one.change.elsewhere})),
                str(sum(one.change.rewritten for one in made.commits)),
                str(len(made.conflicts)),
                "yes" if not unlike else f"but for {len(unlike)}",
                str(rebased),
                str(merged),
            )


def main() -> None:
    """Print the rows of one history."""
    name = sys.argv[1]
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))[name]
    case = Case(name, table.get("base", ""), tuple(table["phases"]), table.get("tip", "origin/main"), tuple(table.get("pulls", ())))
    clones, lab = Path(os.environ["MIGRATE_REAL_REPOS"]), Path(os.environ["MIGRATE_REAL_LAB"])
    lab.mkdir(parents=True, exist_ok=True)
    count, first = (*map(int, sys.argv[2:4]), *(30, 1)[len(sys.argv[2:4]) :])
    for row in pulls(case, clones, lab, count) if case.pulls else rows(case, clones, lab, count, first):
        print(f"| {' | '.join(row)} |", flush=True)  # noqa: T201  what it is for


if __name__ == "__main__":
    main()
