"""What several packages have, and none of another, goes into a package of its own: what is made, who takes it from there, and what stays with which reason."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.unit.tooling.merging import changed, planned
from tests.unit.tooling.tooling_plans import plan

MONEY = "/** What people read. */\nexport function money(cents: number, sign: string) {\n  const whole = Math.floor(cents / 100);\n  return `${sign}${whole}.${cents % 100}`;\n}\n"
ROW = "export interface Row {\n  id: string;\n  at: number;\n  by: string;\n}\n"
RATES = "export const RATES = { low: 0.05, middle: 0.12, high: 0.19, none: 0 } as const;\n"
ROOT = {"package.json": '{"name": "acme", "workspaces": ["apps/*"]}\n', "package-lock.json": "{}"}


def repository(web: str, admin: str, **more: str) -> dict[str, str]:
    """Two applications that do not depend on each other, each with a module and one that uses it."""
    files = dict(ROOT)
    for name, text in (("web", web), ("admin", admin)):
        files |= {
            f"apps/{name}/package.json": f'{{\n  "name": "@acme/{name}",\n  "dependencies": {{\n    "react": "^18.0.0"\n  }}\n}}\n',
            f"apps/{name}/tsconfig.json": '{\n  "compilerOptions": {\n    "strict": true\n  }\n}\n',
            f"apps/{name}/src/format.ts": text,
        }
    return {**files, **more}


USER = "import { money } from './format';\nexport const shown = money(100, '$');\n"
TWICE = repository(MONEY.replace("whole", "units"), MONEY, **{"apps/web/src/page.ts": USER, "apps/admin/src/page.ts": USER})


def test_a_function_goes_into_a_package_of_its_own() -> None:
    after = changed(TWICE)
    assert after["packages/utils/src/format.ts"] == MONEY
    assert json.loads(after["packages/utils/package.json"])["name"] == "@acme/utils"
    assert json.loads(after["packages/utils/package.json"])["exports"] == {"./*": "./src/*.ts"}
    assert json.loads(after["package.json"])["workspaces"] == ["apps/*", "packages/*"]
    for name in ("web", "admin"):
        assert after[f"apps/{name}/src/page.ts"] == USER.replace("./format", "@acme/utils/format")
        assert "function" not in after[f"apps/{name}/src/format.ts"]
        assert json.loads(after[f"apps/{name}/package.json"])["dependencies"]["@acme/utils"] == "*"
        assert json.loads(after[f"apps/{name}/tsconfig.json"])["compilerOptions"]["paths"] == {"@acme/utils/*": ["../../packages/utils/src/*"]}


def test_the_package_is_a_step_that_the_others_need() -> None:
    steps = planned(TWICE).steps
    assert [(one.slug, one.needs) for one in steps] == [
        ("duplication/packages/utils", ()),
        ("duplication/packages/utils/src/format.ts", ("duplication/packages/utils",)),
    ]


def test_the_gates_pass_every_step() -> None:
    made = plan({**TWICE, "apps/web/src/page.ts": USER + "export const more = 1;\n"})
    ours = [one for one in made.steps if one.step.slug.startswith("duplication/")]
    assert [one.step.slug for one in ours] == ["duplication/packages/utils", "duplication/packages/utils/src/format.ts"]
    assert all(report.passed for one in ours for report in one.gates)
    assert made.aside == ()


KINDS = [
    (ROW, "packages/shared-types/src/format.ts", "import type { Row } from './format';\nexport const a = (one: Row) => one.id;\n"),
    (RATES, "packages/constants/src/format.ts", "import { RATES } from './format';\nexport const a = RATES.low;\n"),
    (
        MONEY.replace("export function money(cents: number, sign: string) {", "export const money = (cents: number, sign: string) => {").replace(
            "}\n", "};\n"
        ),
        "packages/utils/src/format.ts",
        USER,
    ),
]


@pytest.mark.parametrize("text, path, user", KINDS)
def test_each_kind_has_its_package(text: str, path: str, user: str) -> None:
    after = changed(repository(text, text, **{"apps/web/src/page.ts": user, "apps/admin/src/page.ts": user}))
    assert after[path].endswith(("}\n", "};\n", "const;\n"))
    assert after[path].count("export ") == 1


def test_what_modules_of_one_application_keep_to_themselves_is_named_by_what_it_is() -> None:
    own = MONEY.replace("export function", "function") + "export const shown = money(1, '$');\n"
    files = {path: text for path, text in repository(own, own).items() if "/admin/" not in path} | {
        "apps/web/src/other.ts": own.replace("whole", "units")
    }
    after = changed(files)
    assert after["packages/utils/src/money.ts"] == MONEY
    assert "import { money } from '@acme/utils/money';" in after["apps/web/src/format.ts"]
    offered = {**files, "apps/web/src/format.ts": own.replace("function", "export function")}
    assert "packages/utils/src/money.ts" not in planned(offered).after


def test_a_package_that_is_there_gets_a_module_more() -> None:
    there = {
        "packages/utils/package.json": '{"name": "@acme/utils", "exports": {"./*": "./src/*.ts"}}\n',
        "packages/utils/src/days.ts": "export const days = 7;\n",
    }
    after = changed({**TWICE, **there, "package.json": '{"name": "acme", "workspaces": ["apps/*", "packages/*"]}\n'})
    assert after["packages/utils/src/format.ts"] == MONEY
    assert not {"packages/utils/package.json", "package.json"} & after.keys()


STAYS = [
    ({"packages/money/package.json": '{"name": "@acme/money"}', "packages/money/src/format.ts": MONEY}, "is in a package on which the others could depend"),
    ({"package.json": '{"name": "acme"}\n'}, "the repository has none"),
    ({"apps/web/src/format.ts": MONEY.replace("cents % 100", "cents % 10")}, ""),
    ({f"apps/{name}/src/format.ts": "import { sum } from 'lodash';\n" + MONEY.replace("Math.floor(", "sum(") for name in ("web", "admin")}, "would need `sum` as well"),
    ({f"apps/{name}/src/format.ts": "const step = 100;\n" + MONEY.replace("/ 100", "/ step") for name in ("web", "admin")}, "would need `step` as well"),
    ({"packages/utils/package.json": '{"name": "@acme/utils", "exports": {".": "./index.ts"}}'}, "would be out of reach"),
    ({"packages/utils/package.json": '{"name": "@acme/utils", "exports": {"./*": "./src/*.ts"}}', "packages/utils/src/format.ts": "export {};\n"}, "says something else"),
    ({"apps/web/src/format.ts": "", "apps/web/src/format.js": MONEY.replace(": number", "").replace(": string", "")}, ""),
]  # fmt: skip


@pytest.mark.parametrize("more, why", STAYS)
def test_what_stays_says_why(more: Mapping[str, str], why: str) -> None:
    made = planned({**TWICE, **more})
    assert made.steps == ()
    assert why in "\n".join(made.told)


def test_two_of_one_name_in_one_module_are_not_both_taken() -> None:
    other = MONEY.replace("/ 100", "/ 1000")
    files = repository(MONEY, MONEY, **{f"apps/{name}/lib/format.ts": other for name in ("web", "admin")})
    after = changed(files)
    assert after["packages/utils/src/format.ts"].count("function money") == 1


def test_nothing_is_made_where_the_plan_says_so() -> None:
    assert planned(TWICE, create=False).steps == ()
    assert planned(TWICE, merge=False).steps == ()


def test_python_says_what_would_have_to_be_there() -> None:
    body = "def money(cents: int, sign: str) -> str:\n    whole = cents // 100\n    return f'{sign}{whole}.{cents % 100}'\n"
    files = {
        f"services/{name}/{part}": text
        for name in ("a", "b")
        for part, text in (("pyproject.toml", f'[project]\nname = "{name}"\n'), (f"{name}_app/__init__.py", ""), (f"{name}_app/utils.py", body))
    }
    made = planned(files)
    assert made.steps == ()
    assert "a distribution that all of them install" in "\n".join(made.told)
