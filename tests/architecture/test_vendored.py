"""What is not ours in the package is what its maintainers released, with their licence, and its manifest says so."""

from __future__ import annotations

import hashlib
import json
import subprocess
from importlib.resources import files
from pathlib import Path

from migrator.report.teams.pages.page import asset

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "migrator/report/teams/pages/assets"
MANIFEST = json.loads((ASSETS / "vendored.json").read_text(encoding="utf-8"))


def test_the_library_is_the_one_that_the_manifest_names() -> None:
    content = (ASSETS / MANIFEST["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == MANIFEST["sha256"]
    assert f'"{MANIFEST["version"]}"' in content.decode()


def test_its_licence_lies_beside_it_and_in_it() -> None:
    licence = (ASSETS / MANIFEST["license_file"]).read_text(encoding="utf-8")
    assert MANIFEST["license"] == "MIT"
    assert "Permission is hereby granted, free of charge" in licence
    assert "Copyright (c)" in (ASSETS / MANIFEST["file"]).read_text(encoding="utf-8")[:300]


def test_no_other_file_of_the_page_is_somebody_elses() -> None:
    ours = {"page.html", "page.css", "page.js", "layout.js", "graph.js", "landscape.js", "start.js"}
    assert {path.name for path in ASSETS.iterdir()} == ours | {"vendored.json", MANIFEST["file"], MANIFEST["license_file"]}
    assert all(len(asset(name).splitlines()) <= 300 for name in ours)


def test_what_the_page_needs_is_found_in_the_package_and_not_ignored() -> None:
    assert all((files("migrator.report.teams.pages") / "assets" / path.name).is_file() for path in ASSETS.iterdir())
    ignored = subprocess.run(["git", "check-ignore", *map(str, ASSETS.iterdir())], cwd=ROOT, capture_output=True, check=False)
    assert ignored.stdout == b""
