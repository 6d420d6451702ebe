"""Directory trees that documents draw: an entry follows a rename in its folder; what goes elsewhere is for people to draw anew."""

from __future__ import annotations

import pytest

from tests.unit.text.monorepo import after

RENAMED = {"apps/frontend": "apps/web"}


def block(text: str, language: str = "") -> str:
    return f"# Layout\n\n```{language}\n{text}```\n"


PAIRS = [
    ("at the top", {"infra": "deploy"}, "acme/\n├── apps/\n├── docs/\n├── infra/\n└── tools/\n", "├── infra/", "├── deploy/"),
    ("below", RENAMED, "acme/\n├── apps/\n│   ├── backend/\n│   └── frontend/   # the site\n└── docs/\n", "frontend/", "web/"),
    ("without a head", RENAMED, "├── apps/\n│   ├── frontend\n│   └── backend\n└── infra\n", "frontend", "web"),
    ("seen from a folder", RENAMED, "apps/\n├── backend/\n└── frontend/\n", "frontend/", "web/"),
    ("in letters", RENAMED, "acme\n|-- apps\n|   |-- backend\n|   `-- frontend\n`-- docs\n", "`-- frontend", "`-- web"),
    ("with plus signs", RENAMED, "acme\n+-- apps\n|   +-- backend\n|   +-- frontend\n+-- docs\n", "+-- frontend", "+-- web"),
    (
        "a file",
        {"apps/backend/app/main.py": "apps/backend/app/server.py"},
        ".\n├── apps\n│   └── backend\n│       └── app\n│           ├── core/\n│           └── main.py\n└── tools\n",
        "main.py",
        "server.py",
    ),
    (
        "what hard blanks indent",
        RENAMED,
        ".\n├── apps\n│\u00a0\u00a0 ├── backend\n│\u00a0\u00a0 └── frontend\n└── docs\n",
        "└── frontend",
        "└── web",
    ),
    ("two names in a line", RENAMED, "├── apps/frontend/src\n├── apps/backend\n└── docs\n", "apps/frontend/src", "apps/frontend/src"),
    (
        "the folder and a folder in it",
        {"tools": "scripts", "tools/lib": "scripts/shared"},
        "├── tools/\n│   ├── lib/\n│   └── setup.sh\n└── docs/\n",
        "",
        "",
    ),
]
SAME = [
    ("goes to another folder", {"apps/frontend": "sites/web"}, "acme/\n├── apps/\n│   ├── backend/\n│   └── frontend/\n└── docs/\n"),
    ("of another project", RENAMED, "my-app/\n├── frontend/\n├── pages/\n└── server/\n"),
    ("of the same name in another folder", RENAMED, "acme/\n├── docs/\n│   └── frontend/\n├── apps/\n└── infra/\n"),
    ("below what is not told", RENAMED, "acme/\n├── <name>/\n│   └── frontend/\n├── docs/\n└── apps/\n"),
    ("a drawing of other things", {"infra": "deploy"}, "request\n├── auth\n├── infra\n└── response\n"),
    ("a comment", RENAMED, "acme/\n├── apps/     # frontend/ is here\n├── docs/\n└── infra/\n"),
    ("a table", {"docs": "manual"}, "| docs | apps |\n|------|------|\n| docs | infra |\n"),
    ("a list of changes", {"docs": "manual"}, "- docs\n+ apps\n-- infra\n"),
    ("a log", {"docs": "manual"}, "build\n|-- ok\n|-- docs took 3 s\n`-- done\n"),
]


@pytest.mark.parametrize(("moves", "text", "old", "new"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_redrawn(moves, text, old, new):
    expected = block(text).replace(old, new) if old else block(text).replace("tools/", "scripts/").replace("lib/", "shared/")
    assert after("docs/guide.md", block(text), moves).decode() == expected


@pytest.mark.parametrize(("moves", "text"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_left(moves, text):
    assert after("docs/guide.md", block(text, "text"), moves).decode() == block(text, "text")


def test_several_at_once_and_nothing_else():
    text = block("acme/\n├── apps/\n│   ├── backend/\n│   └── frontend/\n├── infra/\n└── tools/\n")
    moves = {"apps/backend": "apps/api", "apps/frontend": "apps/web", "infra": "deploy", "tools": "scripts"}
    expected = block("acme/\n├── apps/\n│   ├── api/\n│   └── web/\n├── deploy/\n└── scripts/\n")
    assert after("README.md", text, moves).decode() == expected
