"""What generators refuse, for each kind and both engines: hostile and reserved names, names that are taken, that differ in case alone, and a second run; nothing is written."""

from __future__ import annotations

import json
import runpy
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.unit.tooling.frameworks import DJANGO, EXPRESS, FACTORY
from tests.unit.tooling.parts import CARD, REACT, package, services
from tests.unit.tooling.test_frameworks_learned import SETUP, VUE
from tests.validators.made import PLOP, SCRIPT, TOOLING, ask, done, files_of, make, on_disk
from tests.validators.test_generated_parts import HOSTILE
from tests.validators.tools import NODE, making, program

pytestmark = [pytest.mark.validators, pytest.mark.slow]

WEB = {
    "package.json": '{"workspaces": ["packages/*", "apps/*"]}',
    "apps/web/package.json": REACT,
    "apps/web/components/Card.tsx": CARD,
    **package("money", "Coins."),
    **package("dates", "Days."),
}
COPIER_TREES = {"services": {**WEB, **services()}, "flask": FACTORY, "django": DJANGO}
PLOP_TREES = {"web": WEB, "express": EXPRESS, "vue": {"package.json": VUE, "src/components/PriceTag.vue": SETUP}}


def tooled(files: Mapping[str, str], directory: Path) -> Path:
    return on_disk(done({path: text.encode() for path, text in files.items()}, TOOLING), directory)


def kinds(directory: Path) -> dict[str, dict[str, object]]:
    """What every template says of its kind."""
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((directory / "tools/generators/templates").glob("*/generator.json"))
    }


@pytest.mark.parametrize("name", COPIER_TREES)
def test_every_kind_of_copier_refuses_every_name_that_is_none(name: str, tmp_path: Path) -> None:
    here = tooled(COPIER_TREES[name], tmp_path)
    before = files_of(here)
    script = runpy.run_path(str(here / SCRIPT))
    for kind, said in kinds(here).items():
        for one, why in HOSTILE:
            # With an ending of its siblings, a word of the language is one no more.
            if one and not (said.get("ending") and why == "word of the language"):
                with pytest.raises(script["Refused"]) as caught:
                    script["generate"](kind, said, one, None)
                assert why in str(caught.value)
    assert files_of(here) == before


DRIVER = """
import { readFileSync } from 'node:fs';
const [script, rows] = JSON.parse(readFileSync(0, 'utf8'));
const found = [];
for (const [number, row] of rows.entries()) {
  let said = '';
  console.error = (text) => { said += text; };
  console.log = () => {};
  process.exitCode = 0;
  process.argv = ['node', 'generate.mjs', ...row];
  await import(`${script}?${number}`);
  found.push([process.exitCode, said]);
}
process.exitCode = 0;
process.stdout.write(JSON.stringify(found));
"""


def plopped(directory: Path, rows: Iterable[Sequence[str]]) -> list[tuple[int, str]]:
    """What the script of plop says to each of several calls, all in one process."""
    given = json.dumps([(directory / PLOP).as_uri(), [list(row) for row in rows]])
    said = subprocess.run(
        [program("node"), "--input-type=module", "-e", DRIVER], input=given, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert said.returncode == 0, said.stderr
    return [(code, text) for code, text in json.loads(said.stdout)]


@pytest.mark.parametrize("name", PLOP_TREES)
def test_every_kind_of_plop_refuses_every_name_that_is_none(name: str, tmp_path: Path) -> None:
    here = tooled(PLOP_TREES[name], tmp_path)
    before = files_of(here)
    rows = [(kind, one, why) for kind in kinds(here) for one, why in HOSTILE if one]
    assert len(rows) >= len(HOSTILE) - 1
    for (kind, one, why), (code, said) in zip(rows, plopped(here, [row[:2] for row in rows]), strict=True):
        assert (code, why in said, "nothing was written" in said) == (2, True, True), (kind, one, said)
    assert files_of(here) == before


# taken, in whatever case, and made twice -------------------------------------------------------------------------------

MADE = {
    "services": (
        (("service", "billing"), "services/BILLING-Service/x"),
        (("component", "price-tag"), "apps/web/components/pricetag.TSX"),
        (("package", "coins"), "packages/COINS/x"),
        (("api-route", "price-list", "--into", "services/mail-service"), "services/mail-service/src/mail_service/handlers/PRICE_LIST.py"),
        (("app-cli", "till"), "apps/TILL/x"),
        (("app-desktop", "desk"), "apps/Desk/x"),
        (("app-mobile", "phone"), "apps/PHONE"),
    ),
    "flask": ((("service", "billing"), "services/Billing/x"), (("api-route", "price-list", "--into", "apps/shop"), "apps/shop/shop/Price_List.py")),
    "django": ((("api-route", "price-list"), "apps/site/shop/PRICE_LIST/x"),),
    "web": (
        (("component", "price-tag"), "apps/web/components/PRICETAG.tsx"),
        (("package", "coins"), "packages/Coins/x"),
        (("app-cli", "till"), "apps/TILL/x"),
    ),
    "express": ((("api-route", "price-list"), "src/routes/PRICE-LIST.ts"),),
    "vue": ((("component", "price-list"), "src/components/pricelist.vue"),),
}


@pytest.mark.parametrize("name", MADE)
def test_what_is_there_in_whatever_case_is_not_made(name: str, tmp_path: Path) -> None:
    """Nor is it made twice where it was not there before."""
    copier = name in COPIER_TREES
    here = tooled(COPIER_TREES[name] if copier else PLOP_TREES[name], tmp_path)
    python, script = (making(), SCRIPT) if copier else (program("node"), PLOP)
    if not copier:
        if not (NODE / "node_modules" / "node-plop").exists():
            pytest.skip("plop is not there: make validators-all")
        try:
            (here / "node_modules").symlink_to(NODE / "node_modules", target_is_directory=True)
        except OSError:
            pytest.skip("this machine makes no links")
    for words, path in MADE[name]:
        taken = here / path
        taken.parent.mkdir(parents=True, exist_ok=True)
        taken.write_bytes(b"")
        refused(python, here, words, script)
        taken.unlink()
        if path.endswith("/x"):
            taken.parent.rmdir()
        make(python, here, *words, script=script)
        refused(python, here, words, script)


def refused(python: str, here: Path, words: Sequence[str], script: str) -> None:
    """It says that something is there already, and nothing changes."""
    before = files_of(here)
    said = ask(python, here, *words, script=script)
    assert (said.returncode, "already" in said.stderr, "nothing was written" in said.stderr) == (2, True, True), (words, said.stderr)
    assert files_of(here) == before
