"""import-linter and dependency-cruiser on what we tell them: nothing is wrong where nothing is new, and whatever breaks a boundary does (a twin for each rule)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.paths import RepoPath
from tests.conftest import facts_of, git
from tests.unit.tooling.layouts import BUTTON, CIRCLES, CLEAN, CROSSING, ORDERS, PAGE, added, planned
from tests.validators.tools import NODE, program

PYTHON_RULES, NODE_RULES = "tools/linters/rules/import_boundaries.py", "tools/linters/rules/boundaries.mjs"
INI, KNOWN = "tools/linters/configs/importlinter.ini", "tools/linters/configs/dependency-cruiser-known-violations.json"
Repository = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def migrated(make_repository: Repository, tmp_path: Path) -> Repository:
    """A repository as the linters' step leaves it."""

    def make(files: Mapping[str, str], **options: object) -> Path:
        plan = planned(facts_of(files), **options)
        assert plan.aside == ()
        return make_repository({path: plan.end.read(RepoPath(path)) for path in plan.end.tree}, f"repo{len(list(tmp_path.iterdir()))}")

    return make


def python(repository: Path) -> tuple[int, str]:
    """What becomes of the documented command."""
    return _ran(repository, sys.executable, PYTHON_RULES)


def node(repository: Path, *, lacks: str = "") -> tuple[int, str]:
    """The same; the packages are linked as an installation would leave them, but for one."""
    cruiser = NODE / "node_modules" / "dependency-cruiser"
    if not cruiser.exists():
        pytest.skip("dependency-cruiser is not there: make validators-all")
    modules = repository / "tools/linters/node_modules"
    modules.mkdir(exist_ok=True)
    try:
        for package in (NODE / "node_modules").iterdir():
            if package.name not in {lacks, ".bin", ".package-lock.json"} and not (modules / package.name).exists():
                (modules / package.name).symlink_to(package, target_is_directory=True)
    except OSError:
        pytest.skip("this machine makes no links")
    return _ran(repository, program("node"), "--preserve-symlinks", "--preserve-symlinks-main", NODE_RULES)


def _ran(repository: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(words, cwd=repository, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300)
    return done.returncode, done.stdout + done.stderr


def judge(path: str) -> Callable[[Path], tuple[int, str]]:
    return python if path.endswith(".py") else node


def write(repository: Path, path: str, text: str) -> None:
    """A file, known to git."""
    target = repository / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    git(repository, "add", "-A", path)


def plant(repository: Path, path: str, text: str) -> None:
    write(repository, path, (repository / path).read_text(encoding="utf-8") + text)


@pytest.mark.parametrize("command", [python, node])
def test_nothing_is_wrong_where_nothing_crosses(migrated: Repository, command: Callable[[Path], tuple[int, str]]) -> None:
    repository = migrated(CLEAN)
    status, said = command(repository)
    assert status == 0, said
    assert git(repository, "status", "--porcelain", "--", ":!tools/linters/node_modules") == "", "it leaves nothing behind"


@pytest.mark.parametrize("what", list(CROSSING))
def test_a_new_crossing_fails_a_listed_one_passes_and_a_needless_entry_fails(migrated: Repository, what: str) -> None:
    path, text, importer, imported = CROSSING[what]
    command = judge(path)
    clean = migrated(CLEAN)
    plant(clean, path, text)
    status, said = command(clean)
    assert status != 0, said
    assert importer in said
    assert imported in said

    listed = migrated(added(CLEAN, (path, text)))
    status, said = command(listed)
    assert status == 0, said

    write(listed, path, CLEAN[path])
    status, said = command(listed)
    assert status != 0, said
    assert imported in said


@pytest.mark.parametrize("what", list(CIRCLES))
def test_areas_that_need_each_other_in_a_circle(migrated: Repository, what: str) -> None:
    edits, one, other = CIRCLES[what]
    command = judge(next(iter(edits)))
    clean = migrated(CLEAN)
    first, *rest = edits.items()
    plant(clean, *first)
    assert command(clean)[0] == 0, "one way is no circle"
    for path, text in rest:
        plant(clean, path, text)
    status, said = command(clean)
    assert status != 0, said
    assert one in said
    assert other in said

    listed = migrated(added(CLEAN, *edits.items()))
    status, said = command(listed)
    assert status == 0, said
    write(listed, rest[0][0], CLEAN[rest[0][0]])
    status, said = command(listed)
    assert status != 0, said
    assert "not needed any more" in said


def test_an_entry_for_an_import_that_crosses_nothing_is_needless(migrated: Repository) -> None:
    """import-linter itself takes any import that is there."""
    repository = migrated(added(CLEAN, (ORDERS, CROSSING["a service imports of another"][1])))
    text = (repository / INI).read_text(encoding="utf-8")
    entry = "    orders.main -> catalog.main\n"
    assert entry in text
    for more, why in (("    orders.main -> kernel.models\n", "not needed any more"), ("    orders.** -> catalog.**\n", "name each")):
        write(repository, INI, text.replace(entry, entry + more))
        status, said = python(repository)
        assert status != 0, said
        assert why in said


@pytest.mark.parametrize(
    "path, text, command, why",
    [
        ("services/billing/pyproject.toml", "", python, "services/billing is a project that nothing here speaks of"),
        ("services/orders/src/orders/deep/late.py", "", python, "orders/deep/late.py"),
        ("packages/new/package.json", "{}", node, "packages/new is a project that nothing here speaks of"),
    ],
)
def test_what_nobody_looks_at_is_told(migrated: Repository, path: str, text: str, command: Callable[[Path], tuple[int, str]], why: str) -> None:
    repository = migrated(CLEAN)
    write(repository, path, text)
    write(repository, f"{path.rpartition('/')[0]}/code{'.py' if command is python else '.ts'}", "")
    status, said = command(repository)
    assert status != 0, said
    assert why in said


@pytest.mark.parametrize("lacks", ["typescript", "dependency-cruiser"])
def test_without_what_reads_the_files_nothing_passes(migrated: Repository, lacks: str) -> None:
    """dependency-cruiser alone says `no dependency violations found (0 modules cruised)` and ends with 0."""
    status, said = node(migrated(CLEAN), lacks=lacks)
    assert status != 0, said


def test_a_component_of_vue(migrated: Repository) -> None:
    """Without what reads it, it is told not to be looked at; with it, its imports count, those of types too."""
    path = "apps/web/src/Card.vue"
    script = '<script setup lang="ts">\nimport type { a } from "~api/client";\nimport { local } from "@/local";\n</script>\n'
    repository = migrated({**CLEAN, path: script})
    status, said = node(repository, lacks="@vue")
    assert status != 0, said
    assert f"the first {path}" in said
    if not (NODE / "node_modules" / "@vue").exists():
        pytest.skip("@vue/compiler-sfc is not there: make validators-all")
    status, said = node(repository)
    assert status == 0, said
    write(repository, path, script.replace("~api/client", "../../../tools/make"))
    status, said = node(repository)
    assert status != 0, said
    assert f"new: apps-import-packages-only: {path} → tools/make.ts" in said


def test_an_area_whose_files_went_is_told(migrated: Repository) -> None:
    repository = migrated(CLEAN)
    git(repository, "rm", "-rqf", "packages/dates")
    status, said = node(repository)
    assert status != 0, said
    assert "packages/dates" in said


def test_a_package_that_is_found_elsewhere_is_told(migrated: Repository) -> None:
    """A folder that is gone: the same name may be installed, and import-linter would look at that."""
    repository = migrated(CLEAN)
    git(repository, "rm", "-rqf", "packages/base/src")
    status, said = python(repository)
    assert status != 0, said
    assert "base is not the one in packages/base/src" in said


def test_directories_with_signs_of_their_own(migrated: Repository) -> None:
    files = {
        path.replace("services/orders/", "services/my orders (100%)/").replace("packages/ui/", "packages/u+i/"): text for path, text in CLEAN.items()
    }
    repository = migrated(files)
    for command in (python, node):
        status, said = command(repository)
        assert status == 0, said
    plant(repository, "services/my orders (100%)/src/orders/main.py", "import catalog.main\n")
    plant(repository, "packages/u+i/src/button.tsx", 'import "../../../apps/web/src/local";\n')
    for command, what in ((python, "orders.main -> catalog.main"), (node, "packages/u+i/src/button.tsx → apps/web/src/local.ts")):
        status, said = command(repository)
        assert status != 0, said
        assert what in said


def test_nothing_of_the_repository_is_run(migrated: Repository) -> None:
    """Packages are found, not imported, and a module of a usual name does not take the place of what the linter itself needs."""
    trap = "raise SystemExit('run')\n"
    files = {**CLEAN, "services/orders/src/orders/__init__.py": trap}
    files |= {f"services/orders/src/{name}.py": trap for name in ("queue", "rich", "click", "grimp", "tomllib", "importlinter", "getpass")}
    status, said = python(migrated(files))
    assert status == 0, said
    assert "run" not in said.split()


def test_packages_of_one_name_are_judged_apart(migrated: Repository) -> None:
    files = {
        path.replace("src/orders/", "app/").replace("src/catalog/", "app/"): text.replace("catalog.main", "app.main") for path, text in CLEAN.items()
        if not path.startswith("services/gateway")
    }  # fmt: skip
    repository = migrated(files)
    configs = sorted(path.name for path in (repository / "tools/linters/configs").glob("*.ini"))
    assert configs == ["importlinter-2.ini", "importlinter.ini"]
    status, said = python(repository)
    assert status == 0, said
    for service in ("orders", "catalog"):
        text = files[f"services/{service}/app/main.py"]
        write(repository, f"services/{service}/app/main.py", text + "import kernel._secret\n")
        status, said = python(repository)
        assert status != 0, said
        assert "app.main -> kernel._secret" in said
        write(repository, f"services/{service}/app/main.py", text)


def test_what_a_build_makes_is_judged_alike_before_and_after_it(migrated: Repository) -> None:
    manifest = '{"name": "@acme/ui", "exports": {".": "./src/index.ts", "./*": "./dist/*.js", "./embed": "./out/embed.js"}}'
    repository = migrated(added({**CLEAN, "packages/ui/package.json": manifest}, (PAGE, 'import "@acme/ui/embed";\nimport "@acme/ui/icons";\n')))
    status, said = node(repository)
    assert status == 0, said
    for path in ("packages/ui/out/embed.js", "packages/ui/dist/icons.js", "packages/ui/dist/button.js"):
        write(repository, path, "export const Button = 1;\n")
    (repository / ".gitignore").write_text("dist\nout\n", encoding="utf-8")
    git(repository, "rm", "-q", "--cached", "-r", "packages/ui/out", "packages/ui/dist")
    status, said = node(repository)
    assert status == 0, said


def test_an_installed_workspace_is_judged_as_one_that_is_not(migrated: Repository) -> None:
    """By default dependency-cruiser finds what `exports` does not offer, where a link leads to it."""
    text = CROSSING["a name that is not offered"][1]
    repository = migrated(added(CLEAN, (PAGE, text)))
    links = repository / "node_modules" / "@acme"
    links.mkdir(parents=True)
    (repository / ".gitignore").write_text("node_modules\n", encoding="utf-8")
    try:
        for package in ("ui", "dates"):
            (links / package).symlink_to(repository / "packages" / package, target_is_directory=True)
    except OSError:
        pytest.skip("this machine makes no links")
    status, said = node(repository)
    assert status == 0, said
    plant(repository, "packages/dates/index.js", text)
    status, said = node(repository)
    assert status != 0, said
    assert "new: own-packages-resolve: packages/dates/index.js → @acme/ui/tests/helper" in said


def test_another_directory(migrated: Repository) -> None:
    repository = migrated(added(CLEAN, (BUTTON, CROSSING["a package imports of an application"][1])), linters={"directory": "quality/deep/linters"})
    status, said = _ran(repository, sys.executable, "quality/deep/linters/rules/import_boundaries.py")
    assert status == 0, said
