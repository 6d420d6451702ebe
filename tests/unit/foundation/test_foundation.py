"""What phase 1 plans for small repositories, each made for one promise."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from migrator.cache import Cache
from migrator.errors import Finding, PlanError
from migrator.facts import Facts
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.phase import Notes
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.foundation import phase

MANIFEST = {
    "name": "acme-frontend",
    "private": True,
    "scripts": {"dev": "next dev", "build": "next build"},
    "dependencies": {"next": "^15.0.0", "react": "^19.0.0", "react-dom": "^19.0.0", "clsx": "^2.1.0"},
}
TSCONFIG = {"compilerOptions": {"strict": True, "module": "esnext", "moduleResolution": "bundler", "paths": {"@/*": ["./*"]}}}


def app(directory: str, files: Mapping[str, str] = {}, **manifest: object) -> dict[str, str]:
    prefix = f"{directory}/" if directory else ""
    base = {"package.json": json.dumps({**MANIFEST, **manifest}, indent=2), "tsconfig.json": json.dumps(TSCONFIG, indent=2), **files}
    return {prefix + path: text for path, text in base.items()}


def plan(files: Mapping[str, str], options: str = "", aside: Mapping[str, tuple[Finding, ...]] = {}) -> Plan:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    plan_file, parsed = load_plan_file(f"[phases.foundation]\n{options}" if options else None, [phase])
    return fold("base", Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden())), phases=[phase], options=parsed, aside=aside)


def after(made: Plan) -> dict[str, str]:
    return {path: made.end.read(path).decode() for path in made.end.tree if not path.startswith(".migrate/")}


def slugs(made: Plan) -> list[str]:
    return [step.step.slug for step in made.steps]


def notes(made: Plan) -> Notes:
    return made.notes["foundation"]


def stays(made: Plan) -> dict[str, str]:
    return {finding.path: finding.message for finding in notes(made).findings if finding.kind == "stays"}


# the application and the workspace -------------------------------------------------------------------------------------

NAMES = [
    pytest.param(app("frontend"), "", "frontend", id="at the root"),
    pytest.param(app("apps/nextjs-frontend"), "", "apps/nextjs-frontend", id="the only one"),
    pytest.param(app("apps/frontend") | app("apps/admin", name="acme-admin"), "", "apps/frontend", id="the usual name among several"),
    pytest.param(app("apps/shop") | app("apps/admin", name="acme-admin"), 'app = "apps/shop"', "apps/shop", id="the one that the plan names"),
]


@pytest.mark.parametrize("files, options, directory", NAMES)
def test_the_main_application_goes_to_apps_web(files, options, directory):
    made = plan(files, options)
    assert slugs(made)[0] == "rename-web"
    assert not any(path.startswith(f"{directory}/") for path in after(made))
    assert "apps/web/package.json" in after(made)


def test_several_applications_keep_their_names_until_somebody_answers():
    made = plan(app("apps/shop", name="shop") | app("apps/admin", name="admin"))
    assert "rename-web" not in slugs(made)
    assert [question.answers for question in notes(made).questions] == [("apps/admin", "apps/shop")]


def test_a_workspace_is_no_application_whatever_its_root_depends_on():
    root = json.dumps({**MANIFEST, "name": "acme", "workspaces": ["apps/*"]})
    assert "apps/web/package.json" in after(plan(app("apps/site", name="site") | {"package.json": root}))


def test_other_applications_are_renamed_when_the_plan_says_so():
    made = plan(app("apps/frontend") | app("apps/backoffice", name="acme-admin"), 'apps = { "apps/backoffice" = "apps/admin" }')
    assert "apps/admin/package.json" in after(made)


def test_what_belongs_to_the_repository_stays_at_the_root():
    made = plan(
        app("", {"README.md": "# A\n", ".github/workflows/ci.yml": "on: push\n", "src/a.ts": "export const a = 1;\n", ".env.example": "A=\n"})
    )
    assert {"README.md", ".github/workflows/ci.yml", "apps/web/src/a.ts", "apps/web/.env.example", "apps/web/tsconfig.json", "package.json"} <= after(
        made
    ).keys()
    assert json.loads(after(made)["package.json"])["workspaces"] == ["apps/*", "packages/*"]
    assert json.loads(after(made)["apps/web/tsconfig.json"]) == TSCONFIG


MANAGERS = [
    pytest.param({"apps/frontend/package-lock.json": "{}"}, {}, "npm", None, id="a lock file says nothing of the version"),
    pytest.param({"apps/frontend/package-lock.json": "{}"}, {"engines": {"npm": ">=10.5"}}, "npm", "npm@10.5.0", id="engines say it"),
    pytest.param({"yarn.lock": ""}, {"packageManager": "yarn@4.1.0"}, "yarn", "yarn@4.1.0", id="a manifest says it"),
    pytest.param(
        {"apps/frontend/package-lock.json": "{}"}, {"engines": {"npm": "9 || 10"}}, "npm", None, id="engines that leave a choice say nothing"
    ),
]


@pytest.mark.parametrize("files, manifest, manager, exact", MANAGERS)
def test_the_root_says_which_package_manager_only_when_the_repository_does(files, manifest, manager, exact):
    made = plan(app("apps/frontend", **manifest) | files)
    root = json.loads(after(made)["package.json"])
    assert root.get("packageManager") == exact
    assert ("dangerouslyDisablePackageManagerCheck" in json.loads(after(made)["turbo.json"])) == (exact is None)


def test_pnpm_has_a_workspace_file_of_its_own():
    made = plan(app("apps/frontend") | {"apps/frontend/pnpm-lock.yaml": "lockfileVersion: '9.0'\n"})
    assert after(made)["pnpm-workspace.yaml"] == 'packages:\n  - "apps/*"\n  - "packages/*"\n'
    assert "workspaces" not in json.loads(after(made)["package.json"])


def test_a_lock_file_inside_a_workspace_is_reported():
    made = plan(app("apps/frontend") | {"apps/frontend/package-lock.json": "{}", "apps/frontend/e2e/package-lock.json": "{}"})
    assert [f.path for step in made.steps for f in step.step.findings if f.kind == "lockfile"] == ["apps/web/package-lock.json"]


def test_an_image_that_installs_in_the_application_is_reported_where_it_goes():
    made = plan(app("apps/frontend", {"Dockerfile": "FROM node\nRUN npm ci\n", "Dockerfile.dev": "FROM node\n"}))
    assert [f.path for step in made.steps for f in step.step.findings if f.kind == "docker"] == ["apps/web/Dockerfile"]


def test_a_root_manifest_that_is_there_is_edited_by_span():
    root = '{\r\n\t"name": "acme",\r\n\t"scripts": { "build": "make" }\r\n}'
    text = after(plan(app("apps/frontend") | {"package.json": root}))["package.json"]
    assert text.startswith('{\r\n\t"name": "acme",\r\n\t"scripts": { "build": "make", "dev": "turbo run dev" },\r\n\t"private": true')
    assert "\n" not in text.replace("\r\n", "")


# the task runner -------------------------------------------------------------------------------------------------------

TASKS = [
    ("next build", {"dependsOn": ["^x"], "outputs": [".next/**", "!.next/cache/**"]}),
    ("tsc && vite build", {"dependsOn": ["^x"], "outputs": ["dist/**"]}),
    ("next dev -p 3000", {"cache": False, "persistent": True}),
    ("vite", {"cache": False, "persistent": True}),
    ("vitest", {"cache": False, "persistent": True}),
    ("jest --watch", {"cache": False, "persistent": True}),
    ("vitest run", {}),
    ("eslint .", {}),
    ("tsc --noEmit", {"dependsOn": ["^x"]}),
    ("rimraf .next", {"cache": False}),
    ("playwright test", {"cache": False}),
]


@pytest.mark.parametrize("line, task", TASKS)
def test_tasks_come_from_real_scripts(line, task):
    made = plan(app("apps/web", scripts={"dev": "next dev", "x": line}))
    assert json.loads(after(made)["turbo.json"])["tasks"]["x"] == task


@pytest.mark.parametrize("script", ["prepare", "postinstall", "preinstall", "prepublishOnly"])
def test_what_the_package_manager_runs_is_no_task(script):
    made = plan(app("apps/web", scripts={"dev": "next dev", script: "husky"}))
    assert script not in json.loads(after(made)["turbo.json"])["tasks"]


def test_tasks_see_the_variables_that_the_code_uses():
    source = "export const a = () => process.env.API_URL ?? process.env.NEXT_PUBLIC_A ?? import.meta.env.MODE;\n"
    assert json.loads(after(plan(app("apps/web", {"app/a.ts": source})))["turbo.json"])["globalEnv"] == ["API_URL", "MODE"]


def test_a_runner_that_is_there_is_left_alone():
    made = plan(app("apps/web") | {"nx.json": "{}"})
    assert "turbo" not in slugs(made)
    assert "nx" in {done.slug for done in notes(made).done}


def test_nx_is_an_option():
    made = plan(app("apps/web", {".gitignore": ""}) | {".gitignore": "node_modules\n"}, 'monorepo = "nx"')
    assert json.loads(after(made)["nx.json"])["targetDefaults"]["build"]["outputs"] == ["{projectRoot}/.next/**", "!{projectRoot}/.next/cache/**"]
    assert json.loads(after(made)["package.json"])["scripts"]["build"] == "nx run-many -t build"
    assert after(made)[".gitignore"] == "node_modules\n.nx\n"


# what moves ------------------------------------------------------------------------------------------------------------

BUTTON = "export const Button = () => <button className='p-1' />;\n"
MOVES = [
    pytest.param("components/ui/button.tsx", BUTTON, "packages/ui/src/components/button.tsx", id="a component"),
    pytest.param("components/ui/index.ts", "export * from './button';\n", "packages/ui/src/components/index.ts", id="what only passes on"),
    pytest.param("components/ui/box.tsx", "import * as B from '@radix-ui/react-box';\nexport const Box = B.Root;\n", "packages/ui/src/components/box.tsx", id="a component by another name"),
    pytest.param("types/user.ts", "export interface User { id: string }\n", "packages/shared-types/src/models/user.ts", id="a type with an id is a model"),
    pytest.param("types/api.ts", "export type A = string;\n", "packages/shared-types/src/api/index.ts", id="a module that is its folder"),
    pytest.param("types/auth.ts", "export type LoginRequest = { name: string };\n", "packages/shared-types/src/api/auth.ts", id="a request"),
    pytest.param("types/cart.ts", "export type CartEvent = { kind: string };\n", "packages/shared-types/src/events/cart.ts", id="an event"),
    pytest.param("types/money.ts", "export enum Currency { EUR }\n", "packages/shared-types/src/money.ts", id="an enumeration"),
    pytest.param("constants/routes.ts", "export const ROUTES = { a: '/' } as const;\n", "packages/constants/src/routes.ts", id="a constant"),
    pytest.param("lib/formatMoney.ts", "export function money(n: number) { return String(n); }\n", "packages/utils/src/formatting/formatMoney.ts", id="a helper by its name"),
    pytest.param("lib/money.ts", "export const fmtMoney = (n: number) => String(n);\n", "packages/utils/src/formatting/money.ts", id="a helper by what it exports"),
    pytest.param("utils/text.ts", "export const trim = (s: string) => s.trim();\n", "packages/utils/src/text.ts", id="a helper where helpers are"),
]  # fmt: skip


@pytest.mark.parametrize("path, source, target", MOVES)
def test_what_is_shared_moves(path, source, target):
    user = f"import * as x from '@/{path.rpartition('.')[0]}';\nexport default () => String(x);\n"
    files = {"app/page.tsx": user, "components/ui/button.tsx": BUTTON, path: source}
    made = plan(app("apps/web", files, dependencies={**MANIFEST["dependencies"], "@radix-ui/react-box": "^1.0.0"}))  # type: ignore[dict-item]
    assert not made.aside
    assert target in after(made), (slugs(made), stays(made))
    assert plan(after(made)).steps == ()


STAYS = [
    pytest.param("components/ui/link.tsx", "import Link from 'next/link';\nexport const L = () => <Link href='/' />;\n", "uses next/link", id="the framework"),
    pytest.param("components/ui/env.tsx", "export const E = () => <b>{process.env.X}</b>;\n", "reads the environment", id="the environment"),
    pytest.param("components/ui/use-toast.ts", "let n = 0;\nexport const useToast = () => n++;\n", "holds state", id="state"),
    pytest.param("components/ui/far.tsx", "import x from 'left-pad';\nexport const F = () => <b>{x}</b>;\n", "imports `left-pad`, which no package.json declares", id="an undeclared package"),
    pytest.param("components/ui/lost.tsx", "import { x } from './nowhere';\nexport const F = () => <b>{x}</b>;\n", "imports `./nowhere`, which is not there", id="a missing file"),
    pytest.param("components/ui/badge.tsx", "import { s } from '@/lib/far';\nexport const B = () => <b>{s}</b>;\n", "imports app state: lib/far → lib/store", id="a chain to state"),
    pytest.param("components/ui/broken.tsx", "export const B = () => <b>;\n", "does not parse completely", id="a syntax error"),
    pytest.param("types/global.ts", "declare global { interface Window { a: 1 } }\nexport type A = 1;\n", "holds global declarations", id="global declarations"),
    pytest.param("constants/now.ts", "export const NOW = Date.now();\n", "holds values computed on loading", id="a value that is computed"),
    pytest.param("utils/size.ts", "export const width = () => window.innerWidth;\n", None, id="the browser"),
    pytest.param("utils/hook.ts", "import { useState } from 'react';\nexport const useX = () => useState(0);\n", None, id="a hook"),
    pytest.param("utils/unused.ts", "export const f = () => 1;\n", None, id="a helper that nobody uses"),
    pytest.param("utils/text.test.ts", "export const f = () => 1;\n", None, id="a test"),
]  # fmt: skip


@pytest.mark.parametrize("path, source, reason", STAYS)
def test_what_cannot_stand_alone_stays_with_the_reason(path, source, reason):
    files = {
        "app/page.tsx": f"import * as x from '@/{path.rpartition('.')[0]}';\nexport default () => String(x);\n"
        if "unused" not in path
        else "export default 1;\n",
        "lib/far.ts": "import { store } from './store';\nexport const s = store;\n",
        "lib/store.ts": "export let store = 1;\n",
        path: source,
    }
    made = plan(app("apps/web", files))
    assert f"apps/web/{path}" in after(made)
    assert not made.aside
    if reason is not None:
        assert stays(made)[f"apps/web/{path}"] == reason


def test_a_style_sheet_of_its_own_comes_along_and_a_shared_one_holds_back():
    files = {
        "app/page.tsx": "import { A } from '@/components/ui/a';\nimport { B } from '@/components/ui/b';\nimport '@/components/ui/b.css';\nexport default () => <A><B /></A>;\n",
        "components/ui/a.tsx": "import './a.css';\nexport const A = () => <i />;\n",
        "components/ui/a.css": "i {}\n",
        "components/ui/b.tsx": "import './b.css';\nexport const B = () => <b />;\n",
        "components/ui/b.css": "b {}\n",
    }
    made = plan(app("apps/web", files))
    assert {"packages/ui/src/components/a.tsx", "packages/ui/src/components/a.css", "apps/web/components/ui/b.tsx"} <= after(made).keys()
    assert stays(made)["apps/web/components/ui/b.tsx"] == "imports apps/web/components/ui/b.css, which apps/web/app/page.tsx uses too"


def test_a_lower_package_never_needs_a_higher_one():
    files = {
        "app/page.tsx": "import type { A } from '@/types/a';\nexport default (a: A) => a;\n",
        "types/a.ts": "import type { F } from '@/utils/f';\nexport type A = F;\n",
        "utils/f.ts": "export type F = 1;\nexport const f = (): F => 1;\n",
    }
    made = plan(app("apps/web", files))
    assert stays(made)["apps/web/types/a.ts"] == "imports packages/utils/src/f.ts, which belongs to the higher package utils"


def test_two_modules_that_answer_to_one_name_stay():
    config = json.dumps({"compilerOptions": {"paths": {"@/utils/*": ["src/utils/*", "utils/*"]}}})
    files = {
        "tsconfig.json": config,
        "app/page.tsx": "import { a } from '@/utils/a';\nexport default () => a();\n",
        "utils/a.ts": "export const a = () => 1;\n",
    }
    files["src/utils/a.ts"] = "export const a = () => 2;\n"
    made = plan(app("apps/web", files))
    assert "apps/web/utils/a.ts" in after(made)
    assert "could mean this file or" in stays(made)["apps/web/src/utils/a.ts"]


def test_modules_of_two_applications_with_one_name_stay():
    button = {"app/page.tsx": SHARED["app/page.tsx"], "components/ui/button.tsx": BUTTON}
    made = plan(app("apps/web", button) | app("apps/admin", button, name="acme-admin"))
    assert stays(made)["apps/web/components/ui/button.tsx"] == "apps/admin/components/ui/button.tsx is the same file"
    assert "packages/ui/package.json" not in after(made)


def test_what_a_plan_file_keeps_stays():
    made = plan(app("apps/web", {"components/ui/button.tsx": BUTTON}), 'keep = ["components/ui/button.tsx"]')
    assert "apps/web/components/ui/button.tsx" in after(made)


# packages --------------------------------------------------------------------------------------------------------------

SHARED = {
    "app/page.tsx": "import { Button } from '@/components/ui/button';\nexport default () => <Button />;\n",
    "components/ui/button.tsx": "import { cn } from '@/utils/cn';\nimport type { Tone } from '@/types/tone';\nexport const Button = (p: { tone?: Tone }) => <b className={cn('p-1', p.tone)} />;\n",
    "utils/cn.ts": "import { clsx } from 'clsx';\nexport const cn = (...a: unknown[]) => clsx(a as never);\n",
    "types/tone.ts": "export type Tone = 'loud';\n",
}


def test_a_package_says_what_it_needs_with_the_ranges_of_the_application():
    made = after(plan(app("apps/web", SHARED)))
    ui, utils = json.loads(made["packages/ui/package.json"]), json.loads(made["packages/utils/package.json"])
    assert ui["dependencies"] == {"@acme/shared-types": "*", "@acme/utils": "*"}
    assert ui["peerDependencies"] == {"react": "^19.0.0"}
    assert utils["dependencies"] == {"clsx": "^2.1.0"}
    assert json.loads(made["packages/ui/tsconfig.json"])["compilerOptions"]["paths"]["@acme/utils/*"] == ["../utils/src/*"]
    assert json.loads(made["apps/web/package.json"])["dependencies"]["@acme/ui"] == "*"


def test_a_module_has_one_name_across_packages():
    made = after(plan(app("apps/web", SHARED)))
    assert "from '@acme/utils/cn'" in made["packages/ui/src/components/button.tsx"]
    assert "from '@acme/ui/components/button'" in made["apps/web/app/page.tsx"]
    assert "`@acme/ui/components/button`" in made["packages/ui/README.md"]


def test_a_scope_can_be_chosen_and_is_taken_from_packages_that_have_one():
    assert '"name": "@other/ui"' in after(plan(app("apps/web", SHARED), 'scope = "other"'))["packages/ui/package.json"]
    assert '"name": "@mine/ui"' in after(plan(app("apps/web", SHARED, name="@mine/web")))["packages/ui/package.json"]


def test_readers_of_the_package_are_told_by_every_tool():
    files = {
        "next.config.mjs": "const config = {};\nexport default config;\n",
        "tailwind.config.ts": "export default { content: ['./app/**/*.tsx'] };\n",
        "vitest.config.ts": "import { defineConfig } from 'vitest/config';\nexport default defineConfig({ test: {} });\n",
        "jest.config.js": "module.exports = { moduleNameMapper: { '^x$': 'y' } };\n",
    }
    dependencies = {**MANIFEST["dependencies"], "tailwindcss": "^3.0.0", "vitest": "^3.0.0", "jest": "^29.0.0"}  # type: ignore[dict-item]
    made = after(plan(app("apps/web", {**SHARED, **files}, dependencies=dependencies)))
    assert "transpilePackages: ['@acme/shared-types', '@acme/utils', '@acme/ui']" in made["apps/web/next.config.mjs"]
    assert "'../../packages/ui/src/**/*.{js,jsx,ts,tsx}'" in made["apps/web/tailwind.config.ts"]
    assert "'@acme/ui': fileURLToPath(new URL('../../packages/ui/src', import.meta.url))" in made["apps/web/vitest.config.ts"]
    assert "moduleNameMapper: { '^@acme/ui/(.*)$': '<rootDir>/../../packages/ui/src/$1', " in made["apps/web/jest.config.js"]


def test_an_application_without_typescript_gets_packages_without_it():
    files = {
        "jsconfig.json": json.dumps({"compilerOptions": {"paths": {"@/*": ["./*"]}}}),
        "app/page.jsx": "import { Button } from '@/components/ui/button';\nexport default () => <Button />;\n",
        "components/ui/button.jsx": BUTTON,
    }
    made = plan({path: text for path, text in app("apps/web", files).items() if not path.endswith("tsconfig.json")})
    assert "packages/ui/tsconfig.json" not in after(made)
    assert json.loads(after(made)["packages/ui/package.json"])["exports"]["./components/button"] == "./src/components/button.jsx"
    assert json.loads(after(made)["apps/web/jsconfig.json"])["compilerOptions"]["paths"]["@acme/ui/*"] == ["../../packages/ui/src/*"]
    assert "from '@acme/ui/components/button'" in after(made)["apps/web/app/page.jsx"]


def test_a_configuration_that_only_running_tells_is_a_finding():
    files = {**SHARED, "next.config.mjs": "export default await make();\n"}
    made = plan(app("apps/web", files))
    assert not made.aside
    assert next(f.path for step in made.steps for f in step.step.findings if f.kind == "by hand") == "apps/web/next.config.mjs"


def test_empty_packages_are_not_made_but_spoken_of():
    made = plan(app("apps/web"))
    absent = {finding.path for finding in notes(made).findings if finding.kind == "absent"}
    assert {"packages/ui", "packages/shared-types", "packages/utils", "packages/constants", "packages/design-tokens"} <= absent
    assert not any(path.startswith("packages/") for path in after(made))


def test_compiler_options_are_a_package_only_where_two_use_them():
    assert "config/typescript-config" in slugs(plan(app("apps/web", SHARED)))
    files = {"app/page.tsx": SHARED["app/page.tsx"], "components/ui/button.tsx": BUTTON}
    lone = plan(app("apps/web", files))
    assert "config/typescript-config" not in slugs(lone)
    assert json.loads(after(lone)["packages/ui/tsconfig.json"])["compilerOptions"]["strict"] is True
    assert "config/typescript-config" in slugs(plan(app("apps/web", files), 'typescript_config = "always"'))


ESLINT = json.dumps({"root": True, "extends": ["next"], "rules": {"eqeqeq": "error"}}, indent=2)


def test_an_eslint_configuration_that_two_have_word_for_word_is_written_once():
    both = app("apps/web", {".eslintrc.json": ESLINT}, devDependencies={"eslint-config-next": "^15.0.0"}) | app(
        "apps/admin", {".eslintrc.json": ESLINT}, name="acme-admin"
    )
    made = after(plan(both))
    assert made["packages/config/eslint-config/index.json"] == ESLINT
    assert json.loads(made["packages/config/eslint-config/package.json"])["dependencies"] == {"eslint-config-next": "^15.0.0"}
    for place in ("apps/web", "apps/admin"):
        assert json.loads(made[f"{place}/.eslintrc.json"]) == {"root": True, "extends": ["../../packages/config/eslint-config/index.json"]}
    assert "packages/config/*" in json.loads(made["package.json"])["workspaces"]
    assert plan(made).steps == ()


@pytest.mark.parametrize(
    "one, other, kind",
    [
        pytest.param(ESLINT, ESLINT.replace("error", "warn"), "absent", id="they differ"),
        pytest.param('{"ignorePatterns": ["x"]}', '{"ignorePatterns": ["x"]}', "duplicate", id="they name paths"),
        pytest.param("// no JSON {", "// no JSON {", "duplicate", id="they are no JSON"),
    ],
)
def test_other_configurations_are_spoken_of(one, other, kind):
    made = plan(app("apps/web", {".eslintrc.json": one}) | app("apps/admin", {".eslintrc.json": other}, name="acme-admin"))
    assert "config/eslint-config" not in slugs(made)
    assert kind in {finding.kind for finding in notes(made).findings if "eslint" in finding.path}


# tokens ----------------------------------------------------------------------------------------------------------------

THEME = """module.exports = {
  theme: {
    screens: { sm: '640px' },
    extend: {
      colors: { brand: { DEFAULT: '#0f0', dark: "#0a0" } },
      fontSize: { xs: ['1rem', { lineHeight: '1' }] },
      spacing: { a: `${4}px` },
      borderRadius: { lg: 'var(--radius)' /* why */ },
      zIndex: { top: 50 },
    },
  },
};
"""


def test_tokens_hold_the_values_of_the_theme_and_the_theme_reads_them():
    files = {"tailwind.config.js": THEME, "styles/a.css": ":root { --radius: 4px }\n@media print { :root { --radius: 0 } }\n"}
    made = after(plan(app("apps/web", files, devDependencies={"tailwindcss": "^3.0.0"})))
    tokens = {path.rpartition("/")[2]: json.loads(text) for path, text in made.items() if path.startswith("packages/design-tokens/src/")}
    assert tokens == {
        "breakpoints.json": {"sm": "640px"},
        "colors.json": {"brand": {"DEFAULT": "#0f0", "dark": "#0a0"}},
        "custom-properties.json": {":root": {"--radius": "4px"}},
        "z-index.json": {"top": 50},
    }
    theme = made["apps/web/tailwind.config.js"]
    assert theme.startswith("const breakpoints = require('../../packages/design-tokens/src/breakpoints.json');\n")
    assert "    screens: breakpoints,\n" in theme
    assert "      colors: colors,\n      fontSize: { xs: ['1rem', { lineHeight: '1' }] },\n      spacing: { a: `${4}px` },\n" in theme
    assert "borderRadius: { lg: 'var(--radius)' /* why */ }" in theme


def test_no_application_s_design_is_taken_for_that_of_all():
    made = plan(app("apps/shop", {"a.css": ":root { --a: 1px }"}, name="shop") | app("apps/admin", name="admin"))
    assert "design-tokens" not in slugs(made)
    assert "packages/design-tokens" in {finding.path for finding in notes(made).findings if finding.kind == "absent"}


def test_a_theme_that_is_no_literal_is_left_and_spoken_of():
    made = plan(app("apps/web", {"tailwind.config.js": "module.exports = make();\n"}, devDependencies={"tailwindcss": "^3.0.0"}))
    assert "design-tokens" not in slugs(made)
    assert stays(made)["apps/web/tailwind.config.js"].startswith("its theme is no literal")


# steps -----------------------------------------------------------------------------------------------------------------


def test_a_repository_without_a_web_application_has_no_steps():
    made = plan({"pyproject.toml": "[project]\nname = 'x'\n"})
    assert made.steps == ()
    assert [finding.kind for finding in notes(made).findings] == ["absent"]


def test_what_stands_on_a_step_that_is_set_aside_goes_with_it_and_the_rest_goes_on():
    files = {
        **SHARED,
        "components/ui/plain.tsx": "export const P = () => <i />;\n",
        "app/layout.tsx": "export { P as default } from '@/components/ui/plain';\n",
    }
    made = plan(app("apps/web", files), aside={"foundation/utils/cn": (Finding("gate", "", "fails"),)})
    assert {step.id for step in made.aside} == {"foundation/utils/cn"}
    assert {"shared-types/tone", "ui/plain"} <= set(slugs(made))
    assert "ui/button" not in slugs(made)


def test_nothing_lands_without_the_workspace():
    made = plan(app("apps/frontend", SHARED), aside={"foundation/workspaces": (Finding("gate", "", "fails"),)})
    assert slugs(made) == ["rename-web"]
    assert {"foundation/shared-types/tone", "foundation/utils/cn"} <= {step.id for step in made.aside}


@pytest.mark.parametrize(
    "path", ["package.json", "apps/web/tsconfig.json", "packages/ui/package.json", "apps/web/package.json", "pnpm-workspace.yaml", "turbo.json"]
)
@pytest.mark.parametrize("text", ["{", "[]", "null", '{"workspaces": 1, "scripts": [], "exports": 1, "dependencies": "x", "compilerOptions": 2}'])
def test_a_file_that_holds_nonsense_sets_steps_aside_and_breaks_nothing(path, text):
    plan(app("apps/web", SHARED) | {path: text})


def test_each_step_names_only_steps_before_it():
    seen: set[str] = set()
    for step in plan(app("apps/frontend", SHARED)).steps:
        assert set(step.step.needs) <= seen
        seen.add(step.step.slug)


@pytest.mark.parametrize(
    "text", ["colour = 1", 'scope = "Two Words"', 'web = "../out"', 'monorepo = "lerna"', 'packages = { ui = { kind = "x", description = "" } }']
)
def test_a_wrong_option_is_a_problem_with_its_line(text):
    with pytest.raises(PlanError) as caught:
        plan(app("apps/web"), text)
    assert caught.value.problems[0].where == "migrate.toml:2"
