"""What is said once is still what it was: the programs are compiled and run before and after."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.tooling.merging import planned
from tests.unit.tooling.test_duplication_packages import TWICE
from tests.validators.tools import ran

STRICT = {
    "strict": True,
    "target": "es2022",
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "isolatedModules": True,
    "types": [],
    "lib": ["es2022", "dom"],
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "outDir": "out",
    "rootDir": ".",
}
PRICE = """const PLACES = 2;

/** Says a price. */
EXPORTfunction price(AMOUNT: number, unit: string = 'EUR'): string {
  const SHOWN = `${AMOUNT.toFixed(PLACES)} ${unit}`;
  return SHOWN.trim();
}
"""
CANDLE = "export interface Candle {\n  time: number;\n  open: number;\n  close: number;\n  label?: string;\n}\n"
SCRIPTS = {
    "package.json": json.dumps({"name": "web", "type": "module", "private": True}),
    "tsconfig.json": json.dumps({"compilerOptions": STRICT}),
    "lib/money.ts": PRICE.replace("EXPORT", "export ").replace("AMOUNT", "amount").replace("SHOWN", "text"),
    "types/candles.ts": CANDLE,
    "app/order.ts": (
        "import type { Row } from './rows.js';\n\n"
        + PRICE.replace("EXPORT", "").replace("AMOUNT", "value").replace("SHOWN", "shown")
        + "\nexport const total = (rows: Row[]) => price(rows.reduce((sum, row) => sum + row.close, 0));\n"
    ),
    "app/rows.ts": f"{CANDLE}\nexport type Row = Candle & {{ id: string }};\nexport const last = (rows: Candle[]) => rows[rows.length - 1];\n",
    "app/bill.ts": PRICE.replace("EXPORT", "export ").replace("AMOUNT", "a").replace("SHOWN", "b"),
    "app/all.ts": "export * from './rows.js';\nexport { price } from './bill.js';\n",
    "app/main.ts": (
        "import { total } from './order.js';\nimport { last, price, type Candle } from './all.js';\nimport { price as say } from './bill.js';\n"
        "const one: Candle = { time: 1, open: 2, close: 3.456 };\n"
        "console.log(total([{ ...one, id: 'a' }]), last([one])?.close, price(7), say(1, 'USD'));\n"
    ),
}
SAY = 'def say(amount, unit="EUR"):\n    DOC\n    X = f"{amount:.{PLACES}f} {unit}"\n    return re.sub(r" +", " ", X).strip()\n'
MODULES = {
    **{f"{folder}/__init__.py": "" for folder in ("shop", "shop/utils", "shop/routes")},
    "shop/utils/money.py": f"import re\n\nPLACES = 2\n\n\n{SAY.replace('DOC', '# kept').replace('X', 'text')}",
    "shop/routes/order.py": (
        f"import re\n\nPLACES = 2\n\n\n{SAY.replace('DOC', '# gone').replace('X', 'shown')}\n\ndef total(rows):\n    return say(sum(rows)) if re.match('a', 'a') else PLACES\n"
    ),
    "shop/routes/bill.py": f"import re\n\nPLACES = 2\n\n\n{SAY.replace('DOC', '# gone').replace('X', 'said')}",
    "main.py": "from shop.routes import bill\nfrom shop.routes.order import say, total\n\nprint(total([1.239, 2]), say(3, 'USD'), bill.say(amount=7))\n",
}


def written(files: Mapping[str, str], directory: Path) -> Path:
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return directory


@pytest.mark.validators
def test_scripts_compile_and_print_what_they_did(tmp_path):
    made = planned(SCRIPTS)
    assert [len(step.actions) for step in made.steps] == [2, 1]
    assert made.after["app/bill.ts"] == "export { price } from '../lib/money.js';\n\n"
    printed = []
    for name, files in (("before", SCRIPTS), ("after", made.after)):
        place = written(files, tmp_path / name)
        done = ran("tsc", "-p", ".", cwd=place)
        assert (done.returncode, done.stdout) == (0, "")
        printed.append(ran("node", "out/app/main.js", cwd=place).stdout)
    assert printed == ["3.46 EUR 3.456 7.00 EUR 1.00 USD\n"] * 2


def test_modules_print_what_they_did(tmp_path):
    made = planned(MODULES)
    assert [len(step.actions) for step in made.steps] == [2]
    printed = []
    for name, files in (("before", MODULES), ("after", made.after)):
        place = written(files, tmp_path / name)
        printed.append(subprocess.run([sys.executable, "-B", "main.py"], cwd=place, capture_output=True, text=True, check=True).stdout)
    assert printed == ["3.24 EUR 3.00 USD 7.00 EUR\n"] * 2


@pytest.mark.slow
def test_a_package_of_what_several_have_compiles(tmp_path: Path) -> None:
    """Each application sees the new package by its own compiler settings, and the package compiles by its own."""
    made = planned(TWICE)
    assert [one.slug for one in made.steps] == ["duplication/packages/utils", "duplication/packages/utils/src/format.ts"]
    files = {**made.after, "apps/web/src/format.ts": made.after["apps/web/src/format.ts"] + "export {};\n"}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    options = ("--noEmit", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022")
    for project in ("apps/web", "apps/admin", "packages/utils"):
        assert ran("tsc", *options, "-p", tmp_path / project).stdout == ""
    page = tmp_path / "apps/web/src/page.ts"
    page.write_text(page.read_text(encoding="utf-8").replace("'$'", "7"), encoding="utf-8")
    assert "TS2345" in ran("tsc", *options, "-p", tmp_path / "apps/web").stdout
