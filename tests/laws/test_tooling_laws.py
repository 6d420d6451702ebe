"""The laws of what is derived (L6, L11 to L14) for phase 4, all of its families at once, through the engine's own plan."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from migrator.plan import Plan
from phases import tooling
from tests.laws.generating import Files, before, contents, edited, planned

TOOLING = (tooling.phase,)
OURS = ("tools/benchmarks/", "tools/cli/", "tools/generators/", "tools/linters/")
MAKEFILE, MAIN, ORDERS = "Makefile", "apps/backend/app/main.py", "services/orders/src/orders/main.py"
WEB, COMPOSE, MODELS = "apps/web/package.json", "apps/docker-compose.yml", "apps/backend/app/models.py"
PROJECT = '[project]\nname = "{}"\nversion = "1"\ndependencies = [{}]\n'
MORE = {
    "services/orders/pyproject.toml": PROJECT.format("orders", '"kernel"'),
    "services/orders/src/orders/__init__.py": "",
    ORDERS: "from kernel.models import ONE\n\nTWO = ONE + 1\n",
    "services/catalog/pyproject.toml": PROJECT.format("catalog", ""),
    "services/catalog/src/catalog/__init__.py": "",
    "services/catalog/src/catalog/main.py": "ITEMS = 3\n",
    "packages/kernel/pyproject.toml": PROJECT.format("kernel", ""),
    "packages/kernel/src/kernel/__init__.py": "",
    "packages/kernel/src/kernel/models.py": "ONE = 1\n",
    MODELS: "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase): ...\n\n\nclass Order(Base):\n    __tablename__ = 'orders'\n",
    "tools/deploy.sh": "#!/bin/sh\nkubectl apply -k infra\n",
    "scripts/security/audit.sh": "#!/bin/sh\nsnyk test\n",
    "tests/load/orders.js": "import http from 'k6/http';\nexport default function () { http.get('http://localhost:8080/orders'); }\n",
}


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """What a build leaves behind is compared with what comes from nothing in the other laws."""


@cache
def start() -> Files:
    """The sample when phase 3 would begin, with more for linters, benchmarks and scripts."""
    return {**before(), **{path: text.encode() for path, text in MORE.items()}}


@cache
def whole() -> Plan:
    return planned(start(), TOOLING, judged=True)


@cache
def finished() -> Files:
    return contents(whole())


def by_hand(changes: Iterable[tuple[str, str, str]], files: Files) -> Files:
    for change in changes:
        files = edited(files, *change)
    return files


def generated(files: Files) -> Files:
    """What the families wrote; what came there by moving is the repository's."""
    return {path: content for path, content in files.items() if path.startswith(OURS) and path not in set(moved())}


@cache
def moved() -> frozenset[str]:
    plan = whole()
    return frozenset(new for step in plan.steps for new in step.built.files.values()) - {path for step in plan.steps for path in step.built.created}


# L6 and L11 ------------------------------------------------------------------------------------------------------------


def test_a_finished_tree_has_no_step() -> None:
    """L6, with something of every family there."""
    assert (whole().aside, whole().questions, whole().problems) == ((), (), ())
    assert {step.step.slug for step in whole().steps} >= {one.name for one in tooling.FAMILIES}
    again = planned(finished(), TOOLING)
    assert (again.steps, again.questions, again.problems) == ((), (), ())


GROUP, K6, INI = "tools/cli/src/commands/{}.json", "tools/benchmarks/api/backend.js", "tools/linters/configs/importlinter.ini"
ROWS: list[tuple[str, list[tuple[str, str, str]], set[str]]] = [
    ("a target", [(MAKEFILE, "web:\n", "site:\n"), (MAKEFILE, ": web api", ": site api")], {GROUP.format("dev")}),
    ("a target of another group", [(MAKEFILE, "", "\nlogs:\n\tdocker compose logs\n")], {GROUP.format("monitor"), "tools/cli/README.md"}),
    ("what a target does", [(MAKEFILE, "--port 8000", "--port 8001")], set()),
    ("a script of a package", [(WEB, '"dev":', '"serve":')], {GROUP.format("dev")}),
    ("a route", [(MAIN, "", '\n\n@app.get("/offers")\ndef offers() -> list[int]:\n    return []\n')], {K6}),
    ("a route of another kind", [(MAIN, "", '\n\n@app.post("/offers")\ndef offer() -> int:\n    return 1\n')], set()),
    ("a host port", [(COMPOSE, '"8080:8000"', '"9090:8000"')], {K6}),
    ("a table", [(MODELS, "'orders'", "'sales'")], {"tools/benchmarks/database/tables.sql"}),
    ("an import that crosses", [(ORDERS, "", "from catalog.main import ITEMS\n")], {INI}),
    ("an import of a package", [(ORDERS, "", "from kernel import models\n")], set()),
    ("how routes are included", [(MAIN, 'prefix="/orders"', 'prefix="/v2/orders"')], {K6, "tools/benchmarks/api/hooks.js"}),
    ("a remark", [(MAIN, "", "# more\n")], set()),
    ("a page", [("README.md", "", "\nMore.\n")], set()),
]  # fmt: skip


def changed(plan: Plan) -> set[str]:
    was, now = generated({str(path): plan.start.read(path) for path in plan.start.tree}), generated(contents(plan))
    return {path for path in {*was, *now} if was.get(path) != now.get(path)}


@pytest.mark.parametrize("changes, expected", [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_a_fact_changes_exactly_what_used_it_and_takes_it_along(changes: list[tuple[str, str, str]], expected: set[str]) -> None:
    """L11, there and back again."""
    there = planned(by_hand(changes, finished()), TOOLING)
    assert changed(there) == expected
    assert (there.aside, there.questions, there.problems) == ((), (), ())
    back = planned({**contents(there), **{path: finished()[path] for path, _, _ in changes}}, TOOLING)
    assert generated(contents(back)) == generated(finished())


# L12 -------------------------------------------------------------------------------------------------------------------

EDITS = [
    ("tools/cli/README.md", "", "\nAsk the platform team.\n"),
    (GROUP.format("dev"), '  "commands": [\n', '  "commands": [\n    {"name": "a:mine", "in": ".", "run": ["git", "status"]},\n'),
    ("tools/linters/README.md", "", "\nAsk the platform team.\n"),
    (INI, "[importlinter]\n", "# Ours.\n[importlinter]\n"),
    (K6, "", "// Kept.\n"),
    ("tools/benchmarks/database/tables.sql", "", "-- Kept.\n"),
    ("tools/generators/README.md", "", "\nAsk the platform team.\n"),
    ("tools/generators/templates/service/copier.yml", "", "# Kept.\n"),
]
MEANWHILE = [change for name, changes, _ in ROWS if name in {"a target", "a route", "an import that crosses"} for change in changes]


def test_edits_survive_what_changed_meanwhile() -> None:
    """L12: what is merged is what would have been made, with the same edits in it."""
    alone, both = (planned(by_hand(MEANWHILE, files), TOOLING) for files in (finished(), by_hand(EDITS, finished())))
    assert (both.questions, both.aside) == ((), ())
    assert generated(contents(both)) == generated(by_hand(EDITS, contents(alone)))
    assert {path for path, _, _ in EDITS} & changed(alone) == {GROUP.format("dev"), INI, K6}
    assert planned(contents(both), TOOLING).steps == ()


def test_a_file_that_a_person_deleted_is_not_made_again() -> None:
    gone = {path: content for path, content in by_hand(MEANWHILE, finished()).items() if path != K6}
    assert K6 not in contents(planned(gone, TOOLING))


# L13 -------------------------------------------------------------------------------------------------------------------

_SIGN = """export function sign(a: number, b: number) {{
  const c = a * b;
  const headers = {{ Authorization: 'Bearer {0}1', 'x-api-key': '{0}2' }};
  const url = 'https://shop:{0}3@mirror.acme.dev';
  return [c, headers, url, a, b];
}}
"""
_CONNECT = """

LIMITS = {{"host": "a", "port": 1, "user": "b", "password": "{0}1", "timeout": 3, "retries": 4, "pool": 5, "size": {1}}}


def connect(a: int, b: int) -> list[int]:
    password = "{0}2"
    token = "{0}3"
    c = a * b + {1}
    return [a, b, c, a + b, b + c, len(password) + len(token)]
"""
_ROUTES = """from fastapi import APIRouter, Header

router = APIRouter(prefix="/{1}")
API_TOKEN = "{0}1"


@router.get("/")
def every(x_token: str = Header("{0}2"), password: str = "{0}3") -> list[int]:
    return []
"""
_PACKAGES = " ".join(f"packages/{one}/package.json" for one in ("constants", "shared-types", "utils"))
"""They have it in common."""
_SECRETS: list[tuple[str, str, str]] = [
    (MAKEFILE, "", "\nAPI_KEY = {0}1\n\nlogs:\n\tAPI_KEY={0}2 curl -H 'Authorization: Bearer {0}3' https://acme.dev\n"),
    ("justfile", "", "token := '{0}1'\n\nship:\n    curl --token {0}2 https://acme.dev\n"),
    ("Taskfile.yml", "", "version: '3'\nenv:\n  API_TOKEN: {0}1\ntasks:\n  audit:\n    desc: scan with token={0}2\n    cmds: [snyk test --token={0}3]\n"),
    (WEB, '"dev":', '"seed": "DB_PASSWORD={0}1 psql postgres://shop:{0}2@db/shop", "db:logs": "logs --token {0}3 --api-key=\'{0}4\'", "dev":'),
    (COMPOSE, "      SMTP_HOST: mail\n", "      SMTP_HOST: mail\n      STRIPE_API_KEY: {0}1\n      MIRROR: https://shop:{0}2@mirror.acme.dev\n"),
    ("tools/deploy.sh", "", "export API_TOKEN={0}1\ncurl -H 'Authorization: Bearer {0}2' --password {0}3 https://acme.dev\n"),
    ("scripts/security/audit.sh", "", "SNYK_TOKEN={0}1 snyk test\n"),
    (MAIN, "", '\n\n@app.get("/find")\ndef find(token: str = "{0}1", api_key: str = "{0}2") -> str:\n    """With ?api_key={0}3."""\n    return ""\n'),
    ("apps/backend/tests/test_login.py", "", 'API_TOKEN = "{0}1"\n\n\ndef test_login() -> None:\n    assert dict(password="{0}2", token="{0}3")\n'),
    (".github/workflows/ship.yml", "", "on: push\nenv:\n  STRIPE_API_KEY: {0}1\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --token {0}2\n"),
    ("tests/load/orders.js", "", "export const again = () => http.get('http://shop:{0}1@localhost:8080/orders');\n"),
    ("apps/web/lib/sign.ts", "", _SIGN), ("apps/web/src/lib/sign.ts", "", _SIGN),
    ("apps/backend/app/services/one.py", "", _CONNECT.replace("{1}", "1")), ("apps/backend/app/services/two.py", "", _CONNECT.replace("{1}", "2")),
    (_PACKAGES, '"scripts": {{', '"config": {{"token": "{0}1"}},\n  "scripts": {{'),
    ("apps/backend/pyproject.toml", "[tool.pytest.ini_options]\n", '[tool.pytest.ini_options]\napi_token = "{0}1"\n'),
    ("apps/backend/app/routers/refunds.py", "", _ROUTES.replace("{1}", "refunds")),
    ("apps/backend/app/routers/invoices.py", "", _ROUTES.replace("{1}", "invoices")),
]  # fmt: skip
_MARK = "ZQ{:02d}XWV9K"


def planted() -> Files:
    """The tree with secrets of its own in each place; all begin alike."""
    files = start()
    for number, (paths, old, new) in enumerate(_SECRETS):
        mark = _MARK.format(number)
        text = new.format(mark) if "{{" in new else new.replace("{0}", mark)
        for path in paths.split():
            files = edited({path: b"", **files}, path, old.replace("{{", "{"), text)
    return files


def told(text: str) -> list[str]:
    return [f"{_SECRETS[int(found[1])][0]} {found[2]}" for found in re.finditer(r"ZQ(\d\d)XWV9K(\d)", text)]


def test_nothing_that_is_written_or_told_holds_a_secret() -> None:
    """L13: in what is new of any file, in what the plan tells and in what it keeps; what files had already stays in them."""
    files = planted()
    assert len(set(told("".join(text.decode() for text in files.values())))) == 47
    plan = planned(files, TOOLING, judged=True)
    assert plan.aside == ()
    assert {f"{path}/" for path in ("tools/cli", "tools/generators", "tools/linters", "tools/benchmarks")} == set(OURS)
    assert {one for one in OURS if any(path.startswith(one) for path in contents(plan))} == set(OURS)
    there = {path: path for path in files}
    for step in plan.steps:
        there = {old: str(step.built.moves(now)) for old, now in there.items()}
    had: dict[str, list[str]] = {}
    for old, now in there.items():
        had.setdefault(now, []).extend(told(files[old].decode()))
    brought = {path: [one for one in told(text.decode()) if one not in had.get(path, ())] for path, text in contents(plan).items()}
    assert {path: several for path, several in brought.items() if several} == {}
    said = [*(finding for notes in plan.notes.values() for finding in (*notes.findings, *notes.details)), *plan.questions, *plan.problems]
    assert sum(one.kind == "differs" for one in said) == 2  # of what stands twice, of which lines are shown
    assert told(repr([*said, *((step.step.title, step.step.why, step.findings, step.todos) for step in plan.steps)])) == []


# L14 -------------------------------------------------------------------------------------------------------------------

_TOP = "(?:apps|docs|infra|internal|packages|services|tests|tools)/"
_PLACE = re.compile(rf"(?<![\w./@{{}}-]){_TOP}[\w./-]*[\w-](?![\w.-]*[{{*\[^\\$])")
_FILE = re.compile(r"(?:^|(?<= ))[\w./-]+\.(?:js|mjs|ps1|py|sh|ya?ml)(?= |$)")
_AREA = re.compile(r"(?m)^ +[\w .]+: (?!import_boundaries)(\S+)$")
"""Where packages and areas are, as contracts are told."""
_BESIDE = re.compile(
    rf"""\]\(([\w-]*[./][\w./-]*)\)|`((?!{_TOP}|commands/GROUP)[\w-]+/[\w./-]+\.\w+)`|["'](\.{{1,2}}/[\w./-]+\.m?js)["']|node (rules/[\w./-]+)"""
)


def names(path: str, text: str) -> Iterator[str]:
    """The places that a generated text names: from the root, and from its own folder."""
    if "/commands/" in path:
        for one in json.loads(text)["commands"]:
            yield one["in"]
            text = " ".join(one["run"])
            yield from (posixpath.normpath(posixpath.join(one["in"], found[0])) for found in _FILE.finditer(text))
        return
    if path.endswith(".ini"):
        yield from _AREA.findall(text)
    yield from _PLACE.findall(text)
    beside = (next(filter(None, found)) for found in _BESIDE.findall(text))
    yield from (posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in beside)


def not_there(files: Files) -> set[tuple[str, str]]:
    every = {".", *files, *(above for path in files for above in _above(path))}
    written = {path: text.decode() for path, text in generated(files).items() if "/template/" not in path}
    return {(path, one) for path, text in written.items() for one in names(path, text) if one not in every}


def _above(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def test_what_is_named_is_there() -> None:
    """L14, for command lines, linters, benchmarks and generators alike."""
    named = {path: set(names(path, text.decode())) for path, text in generated(finished()).items() if "/template/" not in path}
    assert {path.split("/")[1] for path, several in named.items() if several} == {one.split("/")[1] for one in OURS}
    assert not_there(finished()) == set()


@pytest.mark.parametrize(
    "path, old, new",
    [
        (GROUP.format("deploy"), "tools/deploy.sh", "tools/gone.sh"),
        (GROUP.format("dev"), '"in": "apps/web"', '"in": "web"'),
        ("tools/linters/README.md", "`configs/", "`config/"),
        ("tools/linters/package.json", "rules/boundaries.mjs", "rules/boundary.mjs"),
        ("tools/linters/configs/boundaries.json", '"apps/web"', '"apps/webs"'),
        (INI, "services/orders", "services/order"),
        (INI, ": services/orders", ": gone/services/orders"),
        (K6, "./hooks.js", "./hook.js"),
        ("tools/benchmarks/README.md", "](api/hooks.js)", "](api/hook.js)"),
        ("tools/generators/templates/service/generator.json", COMPOSE, "apps/compose.yml"),
    ],
)
def test_a_planted_name_is_seen(path: str, old: str, new: str) -> None:
    """The law above sees it: what cannot fail says nothing."""
    assert {one for one, _ in not_there(edited(finished(), path, old, new))} == {path}
