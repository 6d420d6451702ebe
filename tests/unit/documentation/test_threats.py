"""The threat model: what can be reached, what asks, what flows where, and secrets by their names alone."""

from __future__ import annotations

import pytest

from phases.documentation.threats import family
from tests.unit.documentation.shop import COMPOSE, FILES, MAIN, changed, made, pages, section

HOME = "docs/security/threat-model"
README, API = f"{HOME}/README.md", f"{HOME}/api.md"


def told(heading: str, **files: str | None) -> str:
    return section(pages(family, changed(**files))[README], heading)


def compose(old: str, new: str) -> dict[str, str | None]:
    assert old in COMPOSE
    return {"compose.yaml": COMPOSE.replace(old, new)}


def test_routes_by_whether_they_ask() -> None:
    page = pages(family)[API]
    assert [line.partition("`](")[0] for line in section(page, "## Routes that ask nobody").split("\n") if line.startswith("| `")] == [
        "| `GET /health` (tells how it is) | [`api/main.py", "| `GET /items` | [`api/main.py", "| `POST /items` | [`api/main.py",
    ]  # fmt: skip
    assert "| `GET /orders` | `current_user` | [`api/main.py`](../../../api/main.py) |" in section(page, "## Routes that ask who comes").split("\n")
    assert "| `GET /` | [`web/app/page.tsx`](../../../web/app/page.tsx) |" in section(
        pages(family)[f"{HOME}/web.md"], "## Routes of which nobody can tell by reading"
    ).split("\n")


@pytest.mark.parametrize(
    "heading, line, files, otherwise",
    [
        ("## What can be reached", "| [api](api.md) | api | host port `8123` | 5 routes: 2 ask, 3 do not, 0 cannot be told |", {}, compose("    ports: ['8123:8000']\n", "")),
        ("## What can be reached", "| db | database | host port `5432` | no route is known |", {}, compose("'5432:5432'", "'127.0.0.1:5432:5432'")),
        ("## What flows where", "| api | api.payments.dev | external | environment | leaves for somebody else's |", {}, compose("https://api.payments.dev/v1", "off")),
        ("## What flows where", "| api | db | database | depends_on, environment | reaches what is kept |", {}, {"compose.yaml": COMPOSE.replace("[db, cache]", "[cache]").replace("@db/", "@other.example.com/")}),
        ("## Spoofing", "- [api](api.md#routes-that-ask-nobody): 2 routes of 5 ask nobody who comes, those aside that tell whether it lives.", {}, {"api/main.py": MAIN.replace("FastAPI()", "FastAPI(dependencies=[Depends(current_user)])")}),
        ("## Spoofing", "- web: whether any of its 1 route asks who comes cannot be told by reading.", {}, {"web/app/page.tsx": None}),
        ("## Spoofing", "- web: none of its routes is known, so whether they ask who comes cannot be told by reading.", {"web/app/page.tsx": None}, {}),
        ("## Tampering", "- [api](api.md#routes-that-ask-nobody) takes what is sent to it from anybody: `POST /items`.", {}, {"api/main.py": MAIN.replace("app.post", "app.get")}),
        ("## Tampering", "- web may write what it is mounted from the machine: `web`.", compose("    build: web\n", "    build: web\n    volumes: ['./web:/srv']\n"), compose("    build: web\n", "    build: web\n    volumes: ['./web:/srv:ro']\n")),
        ("## Information disclosure", "- db keeps data and is published on every address of the host at `5432`; `127.0.0.1:5432:5432` would be this machine alone.", {}, compose("'5432:5432'", "'127.0.0.1:5432:5432'")),
        ("## Information disclosure", "- api tells whoever reaches it at `/metrics` what it counts.", {}, {"api/main.py": MAIN.replace("Instrumentator().instrument(app).expose(app)\n", "")}),
        ("## Denial of service", "- Nothing limits what these use of their machine: api, web.", {}, compose("    build: web\n", "    build: web\n    deploy: {resources: {limits: {memory: 64M}}}\n")),
        ("## Denial of service", "- One instance answers all requests of web.", {}, compose("    build: web\n", "    build: web\n    deploy: {replicas: 2}\n")),
        ("## Elevation of privilege", "- No `USER` is said in the images of api: they run as what they begin with says, which is root for most.", {}, {"api/Dockerfile": FILES["api/Dockerfile"].replace("CMD", "USER app\nCMD")}),
        ("## Elevation of privilege", "- web runs as root.", {"web/Dockerfile": FILES["web/Dockerfile"].replace("USER node", "USER root")}, {}),
        ("## Elevation of privilege", "- web is given `/var/run/docker.sock`: whoever controls it controls the machine.", compose("    build: web\n", "    build: web\n    volumes: ['/var/run/docker.sock:/var/run/docker.sock']\n"), {}),
        ("## Secrets", "| `API_SECRET` | 1 | api |", {}, compose("      API_SECRET: ${API_SECRET}\n", "")),
        ("## What is written already", "- [How to tell us](../../../SECURITY.md)", {}, {"SECURITY.md": None}),
    ],
)  # fmt: skip
def test_what_shows_is_said_and_goes_with_its_fact(heading: str, line: str, files: dict[str, str | None], otherwise: dict[str, str | None]) -> None:
    """L11, a row for each sentence."""
    assert line in told(heading, **files).split("\n")
    assert line not in told(heading, **otherwise).split("\n")


def test_a_letter_of_which_nothing_shows_says_so() -> None:
    assert told("## Repudiation").startswith("Nobody can tell afterwards who it was.")
    files = {"compose.yaml": "services:\n  db:\n    image: postgres:16\n"}
    assert section(pages(family, files)[README], "## Spoofing") == "Somebody is taken for somebody else. Nothing of this shows in what is read here."


def test_no_value_of_a_secret() -> None:
    """L13."""
    text = COMPOSE.replace("${API_SECRET}", "correct-horse-battery-staple-9").replace("${DB_PASSWORD}", "tr0ub4dor-and-3")
    assert not any(value in page for page in pages(family, changed(**{"compose.yaml": text})).values() for value in ("correct-horse", "tr0ub4dor"))


def test_nothing_runs() -> None:
    assert made(family, {"README.md": "# Hello\n"}).absent.startswith("nothing runs that could be attacked")
