"""Rows of a repository's own and of installed packages: they count as they are committed, are proven by `doctor --formats`, and are refused in our words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Runner
from tests.cli.test_narrow import lines
from tests.conftest import git

__all__ = ["lines"]

ROW = """
[[format]]
name = "acme"
reads = "yaml"
files = ["acme.yml"]

[[format.rows]]
at = "root"
holds = "dir"
tool = "acme 1.0"
example = "root: {top}\\n"
same = "name: server\\n"
"""
PACKAGED = ROW.replace("acme", "packaged")


def write(migrate: Runner, *, commit: bool = True, **files: str) -> None:
    for name, text in files.items():
        (migrate.directory / name.replace("__", ".")).write_text(text, encoding="utf-8")
    if commit:
        git(migrate.directory, "add", "-A")
        git(migrate.directory, "commit", "-q", "-m", "files")


def said(migrate: Runner, branch: str, path: str) -> str:
    return git(migrate.directory, "show", f"{branch}:{path}")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An installed package with rows."""

    def install(text: str, value: str = "acme_rows:formats.toml") -> None:
        folder = tmp_path / "site"
        (folder / "acme_rows").mkdir(parents=True)
        (folder / "acme_rows/__init__.py").write_text("")
        (folder / "acme_rows/formats.toml").write_text(text)
        info = folder / "acme_rows-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rows\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[migrate.formats]\nacme = {value}\n")
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, "acme_rows", raising=False)

    return install


def test_committed_rows_are_carried_out(migrate: Runner) -> None:
    write(migrate, acme__yml="root: one\nname: one\n", migrate__toml=ROW)
    migrate("mv", "one", "sub/one")
    assert said(migrate, "migrate/mv", "acme.yml") == "root: sub/one\nname: one\n"
    migrate("verify")


def test_rows_of_the_work_tree_do_not_count_before_they_are_committed(migrate: Runner) -> None:
    write(migrate, acme__yml="root: one\nname: one\n")
    write(migrate, migrate__toml=ROW, commit=False)
    first = migrate("mv", "one", "sub/one", "--dry-run")
    assert "differ from the committed ones" in first.err
    assert "+root: sub/one" not in first.out
    found = migrate("doctor", "--formats", "--json").json
    assert found["uncommitted"] is True
    assert found["added"][0]["proven"] is True
    write(migrate)
    second = migrate("mv", "one", "sub/one", "--dry-run")
    assert "differ" not in second.err
    assert "+root: sub/one" in second.out
    (migrate.directory / "migrate.toml").unlink()
    third = migrate("mv", "one", "sub/one", "--dry-run")
    assert (third.out, third.err) == (second.out, second.err)


def test_rows_of_a_package_are_carried_out_and_those_of_the_repository_count_first(migrate: Runner, package) -> None:
    package(PACKAGED)
    write(migrate, packaged__yml="root: one\n", acme__yml="root: one\n", migrate__toml=ROW)
    migrate("mv", "one", "sub/one")
    assert said(migrate, "migrate/mv", "packaged.yml") == "root: sub/one\n"
    assert said(migrate, "migrate/mv", "acme.yml") == "root: sub/one\n"
    found = migrate("doctor", "--formats", "--json").json
    assert [(row["where"], row["format"]) for row in found["added"]] == [
        ("migrate.toml", "acme"),
        ("acme (acme_rows:formats.toml)", "packaged"),
    ]
    (form,) = (form for form in found["formats"] if form["name"] == "packaged")
    assert form["rows"][0]["where"] == "acme (acme_rows:formats.toml)"
    assert form["rows"][0]["files"] == ["packaged.yml"]


def test_a_package_may_be_named_alone(migrate: Runner, package) -> None:
    package(PACKAGED, "acme_rows")
    assert migrate("doctor", "--formats", "--json").json["added"][0]["where"] == "acme (acme_rows)"


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        (PACKAGED, "acme_rows:nope.toml", "cannot be read"),
        (PACKAGED, "no_such_rows:formats.toml", "cannot be read"),
        ("a = ", "acme_rows:formats.toml", "cannot be read"),
        (PACKAGED.replace("holds", "hold"), "acme_rows:formats.toml", "acme_rows/formats.toml:9: format packaged, row 1 (root), `hold`: unknown key"),
    ],
)
def test_a_package_whose_rows_are_wrong_is_named(migrate: Runner, package, text: str, value: str, message: str) -> None:
    package(text, value)
    result = migrate("plan", code=2)
    assert message in result.err
    assert "hint:  reinstall the package" in result.err


@pytest.mark.parametrize("command", [("plan",), ("mv", "one", "x"), ("doctor", "--formats"), ("run", "--phase", "1"), ("graph",)], ids=lambda c: c[0])
def test_a_wrong_row_stops_every_command_that_reads(migrate: Runner, command: tuple[str, ...]) -> None:
    write(migrate, migrate__toml=ROW.replace("holds", "hold"))
    result = migrate(*command, code=4)
    assert "migrate.toml:9: format acme, row 1 (root), `hold`: unknown key; did you mean `holds`?" in result.err
    assert "hint:  correct migrate.toml" in result.err


def test_a_row_that_is_wrong_as_it_is_committed_alone_is_said_so(migrate: Runner) -> None:
    write(migrate, migrate__toml=ROW.replace("holds", "hold"))
    write(migrate, migrate__toml=ROW, commit=False)
    result = migrate("plan", code=4)
    assert "as it is committed" in result.err
    assert "hint:  correct migrate.toml and commit it" in result.err


def test_a_row_that_does_not_hold_fails_the_doctor(migrate: Runner) -> None:
    write(migrate, acme__yml="name: one\n", migrate__toml=ROW.replace("name: server", "root: server"))
    result = migrate("doctor", "--formats", code=4)
    assert "✗ migrate.toml: acme, root  nothing here says it" in result.out
    assert "its look-alike does not stay: `root: services/server` should be `root: server`" in result.out


def test_what_is_read_and_what_nobody_reads_is_listed(migrate: Runner) -> None:
    write(migrate, acme__yml="root: one\n", migrate__toml=ROW, a__proto="x\n", b__proto="x\n")
    result = migrate("doctor", "--formats")
    assert "Added: 1 row, all proven" in result.out
    assert "✓ migrate.toml: acme, root  in 1 file" in result.out
    assert "· root [migrate.toml]  dir in 1 file" in result.out
    assert "    2  *.proto  a.proto, b.proto" in result.out
    found = migrate("doctor", "--formats", "--json").json
    assert {"kind": "*.proto", "files": ["a.proto", "b.proto"]} in found["unread"]


@pytest.mark.parametrize("more", [(), ("-v",)])
def test_it_fits_eighty_columns(migrate: Runner, lines, more: tuple[str, ...]) -> None:
    long = "a-directory-with-a-long-name/" * 2
    (migrate.directory / long).mkdir(parents=True)
    for number in range(5):
        (migrate.directory / long / f"{number}.proto").write_text("x\n")
        (migrate.directory / long / f"{number}.md").write_text("x\n")
    write(migrate, acme__yml="root: one\n", migrate__toml=ROW)
    shown = lines("doctor", "--formats", *more, "--repo", str(migrate.directory))
    assert [line for line in shown if cell_len(line) > 80 and " " in line.strip().rstrip(",")] == []
    assert any("*.proto" in line for line in shown)
