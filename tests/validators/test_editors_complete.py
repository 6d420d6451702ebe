"""The schema of the plan file, read by the program that completes and checks TOML in editors."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Runner
from tests.validators.tools import ran

pytestmark = pytest.mark.validators


@pytest.fixture
def migrate(make_repository, capsys, monkeypatch) -> Runner:
    from migrator.registry import phases  # noqa: PLC0415  few tests need those that are installed

    directory = make_repository({"apps/api/main.py": "X = 1\n", "package.json": '{"name": "acme"}\n'})
    monkeypatch.chdir(directory)
    runner = Runner(directory, capsys, phases())
    runner("init")
    return runner


def check(migrate: Runner, more: str = ""):
    path = migrate.directory / "migrate.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8", newline="\n")
    return ran("taplo", "check", "migrate.toml", cwd=migrate.directory, RUST_LOG="warn")


def test_what_init_writes_is_accepted_with_the_schema_that_it_names(migrate: Runner):
    done = check(migrate, '\n[phases.foundation]\nweb = "apps/web"\n\n[phases.infrastructure.kubernetes]\nmax_replicas = 3\n')
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "wrong, said",
    [
        ('\n[phases.foundation]\nwbe = "apps/web"\n', "'wbe' was unexpected"),
        ('\n[phases.infrastructure.kubernetes]\nmax_replicas = "x"\n', 'not of type "integer"'),
        ('\n[gates.tests]\ncommand = "x"\nread = "jnuit"\n', '"jnuit" is not one of'),
    ],
)
def test_what_is_wrong_is_shown_where_it_stands(migrate: Runner, wrong, said):
    done = check(migrate, wrong)
    assert done.returncode != 0
    assert said in done.stderr
