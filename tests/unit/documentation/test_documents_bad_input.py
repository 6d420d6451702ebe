"""Where documents are not as one would like them: programs read them, sites are made of them, names meet, links were dead before. Each with its twin."""

from __future__ import annotations

import pytest

from tests.unit.documentation.documenting import documents_placed
from tests.unit.documentation.test_documents_placement import DEPLOY, REPORT, SETUP, TESTING

GUIDE = "docs/deployment.md"
PLACE = "docs/guides/deployment/deployment.md"

READ = [
    ("app/pages.py", 'from pathlib import Path\n\nTEXT = Path("docs/deployment.md").read_text()\n', "app/pages.py reads it"),
    ("web/help.js", 'import text from "../docs/deployment.md";\n', "web/help.js reads it"),
    ("setup.py", 'from setuptools import setup\n\nsetup(long_description=open("docs/deployment.md").read())\n', "setup.py reads it"),
    ("Dockerfile", "FROM alpine\nCOPY docs/deployment.md /srv/\n", "Dockerfile copies it"),
    ("compose.yaml", "services:\n  a:\n    image: x\n    volumes:\n      - ./docs/deployment.md:/srv/d.md\n", "compose.yaml mounts it"),
]


@pytest.mark.parametrize(("path", "text", "why"), READ)
def test_what_a_program_or_an_image_reads_stays(path: str, text: str, why: str) -> None:
    found = documents_placed({GUIDE: DEPLOY, path: text})
    assert (found.moves, found.stays) == ({}, {GUIDE: why})
    assert documents_placed({GUIDE: DEPLOY, path: ""}).moves == {GUIDE: PLACE}


def test_what_an_image_copies_all_of_stays_in_it() -> None:
    files = {"handbook/deployment.md": DEPLOY, "Dockerfile": "FROM alpine\nCOPY handbook /srv/handbook\n"}
    assert documents_placed(files).stays == {"handbook/deployment.md": "Dockerfile copies all of handbook"}
    within = {GUIDE: DEPLOY, "Dockerfile": "FROM alpine\nCOPY docs /srv/docs\n"}
    assert documents_placed(within).moves == {GUIDE: PLACE}


FOLLOWING = [
    ("pyproject.toml", '[project]\nname = "a"\nreadme = "{}"\n'),
    ("MANIFEST.in", "include {}\n"),
    ("docs/index.md", '--8<-- "{}"\n'),
    ("Makefile", "read:\n\tless {}\n"),
    (".github/workflows/a.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: cat {}\n"),
]


@pytest.mark.parametrize(("path", "text"), FOLLOWING)
def test_whoever_names_it_where_a_name_can_follow_names_its_place(path: str, text: str) -> None:
    found = documents_placed({GUIDE: DEPLOY, path: text.format(GUIDE)})
    assert found.after[path] == text.format(PLACE)


SITES = [
    ("mkdocs.yml", "site_name: a\n", "is a page of MkDocs (mkdocs.yml), and where its pages are found follows from the folder"),
    (
        "docusaurus.config.js",
        "module.exports = {};\n",
        "is a page of Docusaurus (docusaurus.config.js), and where its pages are found follows from the folder",
    ),
    ("docs/conf.py", 'project = "a"\n', "is a page of Sphinx (docs/conf.py), and where its pages are found follows from the folder"),
    (
        "docs/.vitepress/config.ts",
        "export default {};\n",
        "is a page of VitePress (docs/.vitepress/config.ts), and where its pages are found follows from the folder",
    ),
    ("docs/_config.yml", "theme: minima\n", "is a page of Jekyll (docs/_config.yml), and where its pages are found follows from the folder"),
    ("docs/mint.json", '{"navigation": []}\n', "is a page of Mintlify (docs/mint.json), and where its pages are found follows from the folder"),
]


@pytest.mark.parametrize(("path", "text", "why"), SITES)
def test_pages_of_a_site_whose_navigation_is_its_folder_stay(path: str, text: str, why: str) -> None:
    assert documents_placed({GUIDE: DEPLOY, path: text}).stays == {GUIDE: why}
    assert documents_placed({GUIDE: DEPLOY, path.replace("docs/", "other/"): "x: 1\n" if path.endswith("yml") else ""}).moves or "/" not in path


def test_pages_that_a_navigation_lists_are_asked_about_and_the_navigation_follows() -> None:
    files = {
        GUIDE: DEPLOY,
        "docs/index.md": "# Shop\n\n[how](deployment.md#rollback)\n",
        "mkdocs.yml": "site_name: a\nnav:\n  - Home: index.md\n  - How: deployment.md\n",
    }
    found = documents_placed(files)
    assert (found.moves, "is a page of MkDocs: its address would change" in found.asked) == ({}, True)
    answered = documents_placed(files, moves={GUIDE: PLACE})
    assert answered.after["mkdocs.yml"] == "site_name: a\nnav:\n  - Home: index.md\n  - How: guides/deployment/deployment.md\n"
    assert answered.after["docs/index.md"] == "# Shop\n\n[how](guides/deployment/deployment.md#rollback)\n"


def test_a_sidebar_follows_and_one_that_is_made_of_the_folder_keeps_its_pages() -> None:
    files = {GUIDE: DEPLOY, "docusaurus.config.js": "module.exports = {};\n", "sidebars.js": "module.exports = { a: ['deployment'] };\n"}
    found = documents_placed(files)
    assert (found.moves, "is a page of Docusaurus: its address would change" in found.asked) == ({}, True)
    answered = documents_placed(files, moves={GUIDE: PLACE})
    assert answered.after["sidebars.js"] == "module.exports = { a: ['guides/deployment/deployment'] };\n"
    made = documents_placed({**files, "sidebars.js": "module.exports = { a: [{ type: 'autogenerated', dirName: '.' }] };\n"})
    assert "follows from the folder" in made.stays[GUIDE]


def test_a_site_outside_of_the_places_keeps_its_pages() -> None:
    files = {"documentation/docs/deployment.md": DEPLOY, "documentation/mkdocs.yml": "nav:\n  - How: deployment.md\n"}
    why = "is a page of MkDocs (documentation/mkdocs.yml), and the places are outside of that"
    assert documents_placed(files).stays == {"documentation/docs/deployment.md": why}


def test_what_two_kinds_fit_equally_is_asked_about_with_both() -> None:
    text = "# Testing and monitoring\n\nUnit tests, pytest. Dashboards in Grafana.\n"
    found = documents_placed({"docs/testing-and-monitoring.md": text})
    assert found.moves == {}
    assert "as much speaks for monitoring: is called `monitoring`" in found.asked
    assert documents_placed({"docs/testing.md": text.replace(" and monitoring", "")}).moves


def test_a_guide_that_calls_itself_complete_is_asked_about() -> None:
    text = "# Deployment guide - final report\n\nIt is deployed to the cluster by helm.\n\n## What was done\n\n## Deliverables\n"
    assert "it may be a report of what was done: is titled `final`" in documents_placed({GUIDE: text}).asked
    assert documents_placed({"docs/deployment-report.md": text + REPORT}).stays
    beside = documents_placed({"docs/mine/deployment.md": text, "docs/mine/hosting.md": DEPLOY})
    assert (list(beside.moves), "docs/mine/deployment.md" in beside.asked) == (["docs/mine/hosting.md"], True)


def test_what_lies_in_a_folder_for_one_thing_goes_along_with_the_rest_of_it() -> None:
    spec = "# {}\n\n## Motivation\n\nOne.\n\n## Drawbacks\n\nNone.\n"
    theme = spec.format("Light theme") + "\n## Colors\n\nTailwind.\n\n## Dark mode\n"
    found = documents_placed(
        {"specs/0001-carts.md": spec.format("Carts") + "\nStatus: draft\n", "specs/0002-theme.md": theme, "specs/README.md": "# Specs\n"}
    )
    assert sorted(found.moves.values()) == [f"docs/architecture/rfcs/{one}" for one in ("0001-carts.md", "0002-theme.md", "README.md")]
    assert documents_placed({"docs/0001-carts.md": spec.format("Carts"), "docs/0002-theme.md": theme, "docs/README.md": "# Docs\n"}).moves == {
        "docs/0002-theme.md": "docs/design/design-system/0002-theme.md"
    }


def test_documents_of_one_name_keep_the_folders_that_tell_them_apart() -> None:
    found = documents_placed({"docs/guide.md": DEPLOY, "docs/cloud/guide.md": DEPLOY, "wiki/guide.md": DEPLOY})
    assert found.moves == {
        "docs/guide.md": "docs/guides/deployment/guide.md",
        "docs/cloud/guide.md": "docs/guides/deployment/cloud/guide.md",
        "wiki/guide.md": "docs/guides/deployment/wiki/guide.md",
    }


@pytest.mark.parametrize("there", ["docs/guides/deployment/Deployment.md", "docs/guides/deployment/deployment.md", "docs/Guides/x.md"])
def test_what_would_meet_something_is_asked_about(there: str) -> None:
    found = documents_placed({GUIDE: DEPLOY, there: "# X\n"})
    assert (found.moves, GUIDE in found.asked) == ({}, True)


def test_translations_go_where_their_original_goes() -> None:
    files = {
        "docs/setup.md": SETUP,
        "docs/setup.fi.md": "# Alku\n\nSanoja.\n",
        "docs/fi/setup.md": "# Alku\n\nMuita sanoja.\n",
        "docs/alku.md": "# Alku\n\nSanoja.\n",
    }
    found = documents_placed(files)
    assert found.moves == {
        "docs/setup.md": "docs/guides/getting-started/setup.md",
        "docs/setup.fi.md": "docs/guides/getting-started/setup.fi.md",
        "docs/fi/setup.md": "docs/guides/getting-started/fi/setup.md",
    }
    assert found.stays == {"docs/alku.md": "nothing shows what it is about"}
    assert documents_placed(found.after).steps == ()


def test_links_that_were_dead_before_stay_as_they_are() -> None:
    text = f"{DEPLOY}\nSee [gone](gone.md), [far](../src/gone.py) and [there](testing.md#running-tests).\n"
    found = documents_placed({GUIDE: text, "docs/testing.md": TESTING})
    assert "[gone](gone.md), [far](../src/gone.py) and [there](../development/testing.md#running-tests)" in found.after[PLACE]


def test_an_index_goes_with_all_of_its_folder_and_stays_with_any() -> None:
    files = {"docs/ops/README.md": "# Ops\n\n[how](deploy.md)\n", "docs/ops/deploy.md": DEPLOY}
    found = documents_placed(files)
    assert found.moves["docs/ops/README.md"] == "docs/guides/deployment/README.md"
    assert found.after["docs/guides/deployment/README.md"] == "# Ops\n\n[how](deploy.md)\n"
    kept = documents_placed({**files, "docs/ops/other.md": "# Other\n\nWords.\n"})
    assert kept.after["docs/ops/README.md"] == "# Ops\n\n[how](../guides/deployment/deploy.md)\n"


def test_what_lies_in_an_applications_documents_is_asked_about() -> None:
    found = documents_placed({"apps/api/docs/deployment.md": DEPLOY})
    assert (found.moves, "lies in apps/api/docs, beside what it may be about" in found.asked) == ({}, True)


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe# \x00D\x00e\x00", b"# Deployment\n\x00\x00", b"\xef\xbb\xbf" + DEPLOY.replace("\n", "\r\n").encode(), b"# " + b"a" * 3_000_000],
)
def test_what_is_no_text_or_a_strange_one_breaks_nothing(content: bytes) -> None:
    found = documents_placed({"docs/deployment-guide.md": content})
    assert bool(found.moves) == content.startswith(b"\xef")
