"""Projects are read as the real engine reads them: for each case, what it prints is what we have; what it refuses, we say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validators.compose_cases import CASES, REFUSED, Case
from tests.validators.composing import FOLDER, differences, engine, ours

MUTATIONS = {
    "ports in every form": ('"82:83"', '"82:84"'),
    "two files": ("environment: [B=3, C=4]", "environment: [B=5, C=4]"),
    "include": ("env_file: parts/cache.env", "env_file: .env"),
    "extends a file": ("file: common/base.yml", "file: other/deep.yml"),
    "override": ("ports: !override", "ports: "),
    "variables in every form": ("${SET-x}", "${NO-x}"),
}
"""By case, a change that the comparison has to see."""


def _written(case: Case, place: Path) -> Path:
    root = place / FOLDER
    (root / "home").mkdir(parents=True)
    for path, text in case.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


@pytest.mark.parametrize("name", CASES)
def test_a_project_is_what_the_engine_reads(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    code, theirs, said = engine(_written(case, tmp_path), case.names)
    assert code == 0, said
    mine, loaded = ours(case.files, case.names)
    assert [finding for finding in loaded.loading.findings if finding.stops] == []
    assert differences(mine, theirs) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_engine_refuses_is_found_with_its_place(name: str, tmp_path: Path) -> None:
    case = REFUSED[name]
    code, _, _ = engine(_written(case, tmp_path), case.names)
    assert code != 0
    _, loaded = ours(case.files, case.names)
    stops = [finding for finding in loaded.loading.findings if finding.stops]
    assert stops
    assert all(finding.origin.path in case.files for finding in stops)


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_comparison_sees_a_change(name: str, tmp_path: Path) -> None:
    case, (old, new) = CASES[name], MUTATIONS[name]
    assert sum(text.count(old) for text in case.files.values())
    other = case._replace(files={path: text.replace(old, new) for path, text in case.files.items()})
    _, theirs, _ = engine(_written(case, tmp_path), case.names)
    mine, loaded = ours(other.files, other.names)
    assert differences(mine, theirs) or any(finding.stops for finding in loaded.loading.findings)
