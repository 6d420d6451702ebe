"""SARIF that is really written, judged by the schema of OASIS and by the tool of those who made the format."""

from __future__ import annotations

import json

import jsonschema
import pytest

from tests.cli.conftest import Runner
from tests.cli.practice import PHASES
from tests.validators.tools import NODE, ran

pytestmark = pytest.mark.validators


@pytest.fixture
def log(make_repository, capsys, monkeypatch, tmp_path):
    directory = make_repository({"one/a b#c.py": "A = 1\n", "one/a.py": "A = 1\n", "two/ä.py": "B = 1\n", "README.md": "[it](one/a.py)\n"})
    monkeypatch.chdir(directory)
    (directory / "migrate.toml").write_text('[phases.practice]\nbad = "two"\n', encoding="utf-8")
    path = tmp_path / "log.sarif"
    Runner(directory, capsys, PHASES)("run", "--sarif", path, code=5)
    Runner(directory, capsys, PHASES)("plan", "--sarif", path)
    assert json.loads(path.read_text(encoding="utf-8"))["runs"][0]["results"]
    return path


def test_it_is_what_the_schema_says(log):
    place = NODE / "node_modules" / "@microsoft" / "jest-sarif" / "lib" / "schemas"
    if not place.exists():
        pytest.skip("@microsoft/jest-sarif is not there: make validators-all")
    text = json.loads((place / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(text)(text).validate(json.loads(log.read_text(encoding="utf-8")))


def test_the_multitool_has_nothing_to_say_but_that_we_name_no_home(log):
    done = ran("sarif-multitool", "validate", str(log), "--level", "Error;Warning")
    said = [line for line in done.stdout.splitlines() if ": error " in line or ": warning " in line]
    assert [line for line in said if "SARIF2005" not in line] == []
    assert "Analysis completed successfully" in done.stdout
