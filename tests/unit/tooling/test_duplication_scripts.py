"""TypeScript and JavaScript definitions that mean the same: which of them are said once, and what is written then."""

from __future__ import annotations

import json

import pytest

from tests.unit.tooling.merging import changed, planned

TSCONFIG = {"compilerOptions": {"strict": True, "module": "esnext", "moduleResolution": "bundler", "jsx": "preserve", "paths": {"@/*": ["./*"]}}}
APP = {"package.json": json.dumps({"name": "web", "private": True}), "tsconfig.json": json.dumps(TSCONFIG)}
FUNCTION = "export function price(amount: number, currency: string): string {\n  const text = `${amount.toFixed(2)} ${currency}`;\n  return text.trim();\n}\n"
OTHER = "export function price(value: number, unit: string): string {\n  const shown = `${value.toFixed(2)} ${unit}`; // as people read it\n  return shown.trim()\n}\n"
PRIVATE = OTHER.removeprefix("export ")
TYPE = "export interface Candle {\n  time: number;\n  open: number;\n  close: number;\n  volume?: number;\n}\n"
SHARED = "lib/money.ts"


def repository(kept: str, other: str, **more: str) -> dict[str, str]:
    return {**APP, SHARED: kept, "components/Order.tsx": other, **{path.replace("__", "/"): text for path, text in more.items()}}


@pytest.mark.parametrize(
    ("kept", "other", "after"),
    [
        # Who goes on using it in its old place imports it.
        (
            FUNCTION,
            f"{PRIVATE}\nexport const total = (sum: number) => price(sum, 'EUR');\n",
            "import { price } from '../lib/money';\n\nexport const total = (sum: number) => price(sum, 'EUR');\n",
        ),
        # In the style of its imports, behind them, and with the alias that they use.
        (
            FUNCTION,
            f'"use client"\nimport {{ x }} from "@/lib/x"\n\n/** Says a price. */\n{PRIVATE}\nexport const total = (sum: number) => price(sum, x)\n',
            '"use client"\nimport { x } from "@/lib/x"\nimport { price } from "@/lib/money"\n\nexport const total = (sum: number) => price(sum, x)\n',
        ),
        # Nobody does: nothing is left of it, nor of what only it used.
        (
            f"const PLACES = 2;\n{FUNCTION.replace('toFixed(2)', 'toFixed(PLACES)')}",
            f"import {{ x }} from '@/lib/x';\n\nconst PLACES = 2;\n{OTHER.replace('toFixed(2)', 'toFixed(PLACES)')}\nexport const total = x;\n",
            "import { x } from '@/lib/x';\n\nexport const total = x;\n",
        ),
        (
            f"import {{ clsx }} from 'clsx';\n{FUNCTION.replace('text.trim()', 'clsx(text)')}",
            f"import {{ clsx, x }} from 'clsx';\n{OTHER.replace('shown.trim()', 'clsx(shown)')}\nexport const total = x;\n",
            "import { x } from 'clsx';\nexport const total = x;\n",
        ),
        # Types have no other meaning than what they say.
        (TYPE, f"{TYPE}\nexport type Row = Candle[];\n", "import type { Candle } from '../lib/money';\n\nexport type Row = Candle[];\n"),
        (
            "export const SIZES = ['s', 'm', 'l', 'xl', 'xxl'] as const;\n",
            "const SIZES = ['s', 'm', 'l', 'xl', 'xxl'] as const;\n\nexport const size = SIZES[0];\n",
            "import { SIZES } from '../lib/money';\n\nexport const size = SIZES[0];\n",
        ),
    ],
)
def test_what_means_the_same_is_said_once(kept, other, after):
    files = {**repository(kept, other), "lib/x.ts": "export const x = 'EUR';\n"}
    assert changed(files) == {"components/Order.tsx": after}


@pytest.mark.parametrize(
    ("user", "after", "left"),
    [
        ("import { price } from './Order';\n\nprice(1, 'EUR');\n", "import { price } from '../lib/money';\n\nprice(1, 'EUR');\n", ""),
        ("import { price as say } from '@/components/Order'\nsay(1, 'EUR')\n", "import { price as say } from '@/lib/money'\nsay(1, 'EUR')\n", ""),
        (
            "import Order, { price } from './Order';\nprice(1, Order);\n",
            "import Order from './Order';\nimport { price } from '../lib/money';\nprice(1, Order);\n",
            "",
        ),
        (
            "import { a, price, b } from './Order';\nprice(a, b);\n",
            "import { a, b } from './Order';\nimport { price } from '../lib/money';\nprice(a, b);\n",
            "",
        ),
        (
            "import { rate } from '../lib/money';\nimport { price } from './Order';\nprice(rate, '');\n",
            "import { rate, price } from '../lib/money';\nprice(rate, '');\n",
            "",
        ),
        # Where it is reached in another way it is passed on.
        ("import * as order from './Order';\norder.price(1, 'EUR');\n", None, "export { price } from '../lib/money';\n\n"),
        ("export * from './Order';\n", None, "export { price } from '../lib/money';\n\n"),
        ("export { price } from './Order';\n", None, "export { price } from '../lib/money';\n\n"),
        ("const { price } = await import('./Order');\nprice(1, 'EUR');\n", None, "export { price } from '../lib/money';\n\n"),
    ],
)
def test_who_used_it_uses_the_one_that_stays(user, after, left):
    rest = "export const a = 1;\nexport const b = 'x';\n"
    files = repository(f"export const rate = 1;\n{FUNCTION}", f"{OTHER}\n{rest}", components__page_of_it__ts=user)
    files = {path.replace("page_of_it/ts", "User.ts"): text for path, text in files.items()}
    expected = {"components/Order.tsx": f"{left}{rest}"} | ({} if after is None else {"components/User.ts": after})
    assert changed(files) == expected


@pytest.mark.parametrize("said", ["Candle, last", "type Candle, last"])
def test_a_type_alone_is_imported_as_one(said):
    files = repository(TYPE, f"{TYPE}\nexport const last = 1;\n") | {"app/a.ts": f"import {{ {said} }} from '../components/Order';\n"}
    assert changed(files)["app/a.ts"] == "import { last } from '../components/Order';\nimport type { Candle } from '../lib/money';\n"


def test_what_is_shared_begins_to_offer_what_others_have_too():
    files = repository(
        f"import {{ x }} from './x';\n\n/** Says a price. */\n{PRIVATE}\nexport const y = price(x, '');\n",
        f"{PRIVATE}\nexport const total = price(1, '');\n",
    )
    assert changed(files) == {
        SHARED: files[SHARED].replace("function price", "export function price"),
        "components/Order.tsx": "import { price } from '../lib/money';\n\nexport const total = price(1, '');\n",
    }
    assert changed({**files, "lib/README.md": "See [it](money.ts) and [this](../components/Order.tsx).\n"}).keys() == {SHARED, "components/Order.tsx"}
    # Where nothing is shared, or all is passed on, it stays.
    assert planned({**APP, "app/a.ts": files[SHARED], "app/b.ts": files["components/Order.tsx"]}).steps == ()
    assert planned({**files, "lib/index.ts": "export * from './money';\n"}).steps == ()


def test_what_a_module_does_when_it_is_loaded_is_still_done():
    files = repository(FUNCTION, f"{OTHER}\nwindow.started = true;\n") | {"components/User.ts": "import { price } from './Order';\nprice(1, '');\n"}
    assert changed(files) == {"components/Order.tsx": "export { price } from '../lib/money';\n\nwindow.started = true;\n"}


def test_what_is_used_and_passed_on_is_imported_first():
    files = repository(TYPE, f"{TYPE}\nexport type Row = Candle[];\n") | {"components/all.ts": "export * from './Order';\n"}
    assert changed(files) == {
        "components/Order.tsx": "import type { Candle } from '../lib/money';\nexport type { Candle };\n\nexport type Row = Candle[];\n"
    }


@pytest.mark.parametrize(
    ("kept", "other", "why"),
    [
        (FUNCTION, OTHER.replace("toFixed(2)", "toFixed(3)"), ""),
        (FUNCTION, OTHER.replace("shown.trim()", "shown"), ""),
        (
            f"import {{ round }} from 'ramda';\n{FUNCTION.replace('text.trim()', 'round(text)')}",
            f"import {{ round }} from 'lodash';\n{OTHER.replace('shown.trim()', 'round(shown)')}",
            "",
        ),
        (FUNCTION.replace("text.trim()", "this.say(text)"), OTHER.replace("shown.trim()", "this.say(shown)"), "uses `this`"),
        (FUNCTION.replace("text.trim()", "localStorage[text]"), OTHER.replace("shown.trim()", "localStorage[shown]"), "uses `localStorage`"),
        (f"let n = 0;\n{FUNCTION.replace('text.trim()', 'text + n++')}", f"let n = 0;\n{OTHER.replace('shown.trim()', 'shown + n++')}", ""),
        (
            f"import {{ useState }} from 'react';\n{FUNCTION.replace('text.trim()', 'useState(text)')}",
            f"import {{ useState }} from 'react';\n{OTHER.replace('shown.trim()', 'useState(shown)')}",
            "uses `useState` of react",
        ),
        (
            "export const Price = (p: Props) => <b className={'x'}>{p.a}{p.b}</b>;\n".replace("lib", ""),
            "export const Price = (p: Props) => <b className={'x'}>{p.a}{p.b}</b>;\n",
            "",
        ),
        (
            "export enum Side { Left = 'l', Right = 'r', Both = 'b' }\n",
            "export enum Side { Left = 'l', Right = 'r', Both = 'b' }\n",
            "a type of its own",
        ),
        ("export class Point { x = 0; y = 0; z = 0; }\n", "export class Point { x = 0; y = 0; z = 0; }\n", "a type of its own"),
        (
            "export const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];\n",
            "export const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];\n",
            "can be changed in place",
        ),
        (FUNCTION, OTHER.replace("export function", "export default function"), "is the default of its module"),
        (FUNCTION, f"{PRIVATE}export {{ price }};\n", "is exported in a statement of its own"),
        (f"{TYPE}{TYPE}", TYPE, "is declared several times"),
        # Loading the one would do more than loading the other did.
        (f"import 'server-only';\n{FUNCTION}", PRIVATE, "does something when it is loaded"),
        (f"import fs from 'node:fs';\nexport const all = () => fs;\n{FUNCTION}", PRIVATE, "would load node:fs"),
        (f"'use server';\n{FUNCTION}", PRIVATE, "says `use server`"),
        (
            f"import {{ x }} from '../components/Order';\nexport const y = x;\n{FUNCTION}",
            f"{PRIVATE}export const x = 1;\n",
            "loads components/Order.tsx",
        ),
        # So short that it says nothing of its own.
        ("export const id = (x: any) => x;\n", "export const id = (y: any) => y;\n", ""),
    ],
)
def test_what_could_differ_stays(kept, other, why):
    made = planned(repository(kept, f"{other}\nexport const last = 1;\n"))
    assert made.steps == ()
    assert why in "\n".join(made.told)


def test_what_tests_replace_stays_but_for_types():
    test = "import { vi } from 'vitest';\nvi.mock('../components/Order');\n"
    made = planned({**repository(FUNCTION, OTHER), "tests/order.test.ts": test})
    assert made.steps == ()
    assert "tests/order.test.ts replaces components/Order.tsx for its tests" in "\n".join(made.told)
    assert len(planned({**repository(TYPE, TYPE), "tests/order.test.ts": test}).steps) == 1


def test_packages_use_what_they_depend_on_and_nothing_else():
    shared = {
        "packages/money/package.json": json.dumps({"name": "@acme/money", "exports": {"./*": "./src/*.ts"}}),
        "packages/money/src/say.ts": FUNCTION,
    }
    root = {"package.json": json.dumps({"private": True, "workspaces": ["apps/*", "packages/*"]})}

    def app(**dependencies: str) -> dict[str, str]:
        manifest = json.dumps({"name": "web", "dependencies": dependencies})
        return {
            **root,
            **shared,
            "apps/web/package.json": manifest,
            "apps/web/src/lib/money.ts": OTHER,
            "apps/web/src/a.ts": "import { price } from './lib/money';\nprice(1, '');\n",
        }

    assert changed(app(**{"@acme/money": "*"})) == {
        "apps/web/src/lib/money.ts": "",
        "apps/web/src/a.ts": "import { price } from '@acme/money/say';\nprice(1, '');\n",
    }
    alone = planned(app())
    assert alone.steps == ()
    assert "of a package that does not depend on that of packages/money/src/say.ts" in "\n".join(alone.told)


@pytest.mark.parametrize("path", ["app/page.tsx", "app/orders/layout.tsx", "app/api/route.ts"])
def test_what_a_framework_looks_for_by_name_has_no_like(path):
    made = planned({**APP, path: FUNCTION, "lib/money/page.tsx": OTHER})
    assert (made.steps, made.told) == ((), [])


@pytest.mark.parametrize(
    "path", ["components/Order.test.tsx", "components/Order.stories.tsx", "src/generated/api.ts", "vendor/money.ts", "types/money.d.ts"]
)
def test_what_is_no_code_of_theirs_is_not_looked_at(path):
    made = planned({**APP, SHARED: FUNCTION, path: OTHER})
    assert (made.steps, made.told) == ((), [])


def test_what_a_bundler_made_is_not_looked_at():
    made = planned(
        {
            **APP,
            SHARED: FUNCTION,
            "static/assets/a-CA4_OjGq.js": OTHER.replace("value: number, unit: string): string", "a, b)") + f"const x = '{'y' * 3000}';\n",
        }
    )
    assert (made.steps, made.told) == ((), [])


def test_brackets_around_one_parameter_say_nothing():
    one, two = "const f = (data) => { run(data.first, data.second); };\n", "const f = data => { run(data.first, data.second) }\n"
    assert "uses `run`" in "\n".join(planned({**APP, "lib/a.js": f"export {one}", "lib/b.js": f"export {two}"}).told)
    assert planned({**APP, "lib/a.js": f"export {one}", "lib/b.js": f"export {two.replace('data =>', '(data, more) =>')}"}).told == []


def test_types_stay_among_types():
    files = {
        **APP,
        "lib/storage.ts": f"{TYPE}\nexport const KEY = 'candles';\n",
        "types/candles.ts": TYPE,
        "app/a.ts": "import type { Candle } from '../lib/storage';\n",
    }
    assert sorted(changed(files)) == ["app/a.ts", "lib/storage.ts"]
