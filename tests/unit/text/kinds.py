"""Rows that say a kind of mention by example: marks stand for what moves, a repository that has it, and what a file says afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.unit.text.monorepo import after, back

Row = tuple[str, str] | tuple[str, str, Mapping[str, str]]
"""Where a text stands, the text, and what else the repository has."""
Kinds = Mapping[str, tuple[Sequence[Row], Sequence[Row]]]
"""By the name of a kind: texts whose marks follow, and texts without marks that stay."""

MARKS = {
    "B": ("apps/backend", "services/core/api"),
    "F": ("apps/frontend", "apps/web"),
    "T": ("tools", "dev/kit"),
    "w": ("frontend", "web"),
    "J": ("app.jobs", "app.core.jobs"),
    "S": ("app.sched", "app.core.sched"),
    "j": ("app/jobs", "app/core/jobs"),
    "L": ("shop.logs", "apps.shop.logs"),
}
"""`<B>` is the backend as a path, `<B\\>` with backslashes, `<B|>` with the slashes escaped."""
MOVES = {
    **dict(MARKS[mark] for mark in "BFT"),
    "app/jobs.py": "app/core/jobs.py",
    "app/sched.py": "app/core/sched.py",
    "shop/logs": "apps/shop/logs",
}
MORE = {
    "app/__init__.py": "",
    "app/jobs.py": "broker = 1\nCONFIG = {}\ndef send(): ...\nclass WorkerSettings: ...\n",
    "app/sched.py": "def tick(): ...\n",
    "shop/__init__.py": "",
    "shop/logs/__init__.py": "",
    "shop/logs/tax.py": "class H: ...\n",
    "apps/x/package.json": "{}",
    "apps/x/tools/start.sh": "",
    "tools/start.sh": "",
    "tools/only.sh": "",
    "tools/hooks/pre-push": "",
    "tools/blame-revs": "",
    "tools/gitconfig": "",
    "tools/commit.txt": "",
    "tools/attributes": "",
    "tools/ci/build.yml": "",
    "tools/ci/lint.yml": "",
}
"""Beside the small repository: modules that workers are told, and two folders called tools, of which the root's moves."""


def spelled(text: str, *, moved: bool) -> str:
    """A text before or after the moves."""
    for mark, places in MARKS.items():
        place = places[moved]
        for sign, said in (("", place), ("\\", place.replace("/", "\\")), ("|", place.replace("/", "\\/"))):
            text = text.replace(f"<{mark}{sign}>", said)
    return text


def afterwards(row: Row) -> str:
    """What the file of a row says when everything has moved."""
    path, text, *more = row
    return after(path, spelled(text, moved=False), MOVES, {**MORE, **(more[0] if more else {})}).decode()


def home_again(row: Row) -> str:
    """What it says when everything has moved back."""
    path, text, *more = row
    return back(path, spelled(text, moved=False), MOVES, {**MORE, **(more[0] if more else {})}).decode()
