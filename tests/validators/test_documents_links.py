"""Links of placed documents, judged by what reads them: remark of Markdown, MkDocs of its navigation, GitHub's slugger of anchors; a mere renaming fails each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.build import build
from migrator.facts.documents import slug
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of
from tests.unit.documentation.documenting import documents_placed
from tests.unit.documentation.test_documents_placement import ADR, API, DEPLOY, INCIDENT, REPORT, SETUP, TESTING
from tests.validators.tools import NODE, node_answer, ran

pytestmark = pytest.mark.slow

Files = Mapping[str, str]

TREE: Files = {
    "README.md": "# Shop\n\n[![docs](https://img.shields.io/badge/docs-blue)](docs/setup.md)\n\nSee [deploying](docs/ops/deployment.md#rollback), ![how](docs/img/how.svg), [api].\n\n[api]: docs/api.md#endpoints 'API'\n",
    "docs/README.md": "# Documents\n\n- [first](setup.md#installation)\n- [run](./ops/deployment.md)\n- [adr](adr/0001-use-postgresql.md#consequences)\n",
    "docs/setup.md": SETUP + "\n![how](img/how.svg) [then](ops/deployment.md#production) [home](../README.md) [here](#prerequisites)\n",
    "docs/img/how.svg": "<svg/>\n",
    "docs/api.md": API + '\n<a href="setup.md">first</a> [code](../src/app.py)\n',
    "docs/testing.md": TESTING + "\n## The `docs/setup.md` page\n\nSee [above](#the-docssetupmd-page).\n",
    "docs/links.md": "# Links\n\nSee [it](testing.md#the-docssetupmd-page) and [back](<api.md>).\n",
    "docs/adr/0001-use-postgresql.md": ADR + "\nSee [deployment](../ops/deployment.md).\n",
    "docs/ops/deployment.md": DEPLOY + "\n[adr](../adr/0001-use-postgresql.md) [when it breaks](incident-response.md#severity)\n",
    "docs/ops/incident-response.md": INCIDENT + "\n[rollback](deployment.md#rollback) [dead](nowhere.md) [dead too](deployment.md#never)\n",
    "docs/PHASE_1_COMPLETE.md": REPORT + "\n[what](ops/deployment.md#production)\n",
    "src/app.py": "",
}
DEAD = 2
"""Of these, that were dead before."""


def _remark(files: Files, root: Path) -> list[str]:
    """What remark says of links in a tree."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    plugin = NODE / "node_modules" / "remark-validate-links" / "index.js"
    done = ran("remark", ".", "--use", f"{plugin}=repository:false", "--quiet", "--no-stdout", "--no-color", cwd=root)
    said = [line for line in done.stderr.splitlines() if "remark-validate-links" in line]
    assert done.returncode == 0, done.stderr[-4000:]
    return said


def test_every_link_and_anchor_that_led_somewhere_leads_there(tmp_path: Path) -> None:
    found = documents_placed(TREE)
    assert len(found.moves) == 6
    before = _remark(TREE, tmp_path / "before")
    after = _remark(found.after, tmp_path / "after")
    assert (len(before), len(after)) == (DEAD, DEAD)
    renamed = {found.moves.get(path, path): text for path, text in TREE.items()}
    assert len(_remark(renamed, tmp_path / "renamed")) > DEAD  # the twin


def test_a_navigation_follows_its_pages(tmp_path: Path) -> None:
    site = {
        "mkdocs.yml": "site_name: Shop\ntheme:\n  name: null\n  custom_dir: theme\nnav:\n  - Home: index.md\n  - How:\n      - deployment.md\n      - First: setup.md\n",
        "theme/main.html": "{{ page.content }}\n",
        "docs/index.md": "# Shop\n\n[how](deployment.md#rollback)\n",
        "docs/deployment.md": DEPLOY + "\n[first](setup.md)\n",
        "docs/setup.md": SETUP,
    }
    moves = {"docs/deployment.md": "docs/guides/deployment/deployment.md", "docs/setup.md": "docs/guides/getting-started/setup.md"}
    found = documents_placed(site, moves=moves)
    assert found.moves == moves
    facts = facts_of(site)
    plain = build(facts, Step("a", "A", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    twin = {str(path): facts.store.read(entry.blob).decode() for path, entry in plain.moved.items()}
    for name, files, passes in (("before", site, True), ("after", found.after, True), ("renamed", twin, False)):
        root = tmp_path / name
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        done = ran("mkdocs", "build", "--strict", "--site-dir", str(tmp_path / f"{name}.site"), cwd=root)
        assert (done.returncode == 0) == passes, f"{name}: {done.stderr[-3000:]}"


HEADINGS = [
    "Getting started", "What's new? (v2.0)", "🚀 Deploy & run", "⚙️ Settings", "Über uns", "部署 指南", "snake_case", "1. First: it", "a — b – c", "C++ / C#",
    "100 % done!", "don’t", "x² and ½", "naïve café", "tabs", "é́", "Привет, мир", "안녕 하세요", "“quoted”", "a.b.c()", "--flag", "हिन्दी शब्द", "Ⅷ chapters",
]  # fmt: skip


def test_anchors_are_those_of_githubs_slugger() -> None:
    script = (
        "const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "import('github-slugger').then(({slug}) => console.log(JSON.stringify(given.map((one) => slug(one)))))"
    )
    assert [slug(one) for one in HEADINGS] == node_answer("github-slugger", script, HEADINGS)
    assert [one.lower().replace(" ", "-") for one in HEADINGS] != node_answer("github-slugger", script, HEADINGS)
