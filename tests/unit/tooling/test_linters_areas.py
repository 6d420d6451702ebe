"""The areas of a layout, and what import-linter and dependency-cruiser see of them."""

from __future__ import annotations

import pytest

from migrator.facts.areas import views
from migrator.facts.areas.model import Package
from migrator.paths import RepoPath
from tests.conftest import facts_of
from tests.unit.tooling.layouts import CLEAN, areas, landscape, project

PACKAGE = '{"name": "x"}'


@pytest.mark.parametrize(
    "files, expected",
    [
        pytest.param({"apps/web/package.json": PACKAGE, "apps/web/a.ts": ""}, {"apps/web": ("apps", "apps")}, id="an application"),
        pytest.param(
            {"clients/packages/ui/package.json": PACKAGE}, {"clients/packages/ui": ("packages", "clients/packages")}, id="a layer further down"
        ),
        pytest.param({"packages/config/ts/package.json": PACKAGE}, {"packages/config/ts": ("packages", "packages")}, id="a project two folders down"),
        pytest.param(
            {"services/api/pyproject.toml": "", "services/api/web/package.json": PACKAGE, "services/api/web/a.ts": ""},
            {"services/api": ("services", "services")},
            id="a project in a project of a layer is part of it",
        ),
        pytest.param(
            {"services/api/pyproject.toml": "", "services/other/a.py": ""},
            {"services/api": ("services", "services"), "services/other": ("services", "services")},
            id="a folder beside projects",
        ),
        pytest.param({"tools/a/x.py": "", "tools/b/package.json": PACKAGE}, {"tools": ("tools", "tools")}, id="tools are one area"),
        pytest.param({"server/pyproject.toml": "", "server/tools/x.py": ""}, {"server": ("", "")}, id="tools in a project are the project's"),
        pytest.param({"requirements.txt": "", "shop/services/a.py": ""}, {"": ("", "")}, id="a folder of modules is no layer"),
        pytest.param({"pyproject.toml": "", "shop/__init__.py": "", "shop/setup.py": ""}, {"": ("", "")}, id="setup.py in a package is a module"),
        pytest.param(
            {"server/pyproject.toml": "", "server/a/pages/package.json": PACKAGE, "server/a/pages/x.py": "", "server/a/pages/x.ts": ""},
            {"server": ("", ""), "server/a/pages": ("", "")},
            id="a package.json in a package of Python",
        ),
        pytest.param({"README.md": ""}, {}, id="no code"),
    ],
)
def test_areas_by_their_layers(files: dict[str, str], expected: dict[str, tuple[str, str]]) -> None:
    assert {directory: (one.layer, one.folder) for directory, one in areas(files).items()} == expected


def test_a_package_json_parts_no_module_of_python_from_its_package() -> None:
    found = areas(
        {"server/pyproject.toml": "", "server/a/__init__.py": "", "server/a/pages/package.json": PACKAGE, "server/a/pages/__init__.py": "import a"}
    )
    assert found["server/a/pages"].python is None
    assert found["server"].imports == ()


@pytest.mark.parametrize(
    "files, packages, unseen, loose",
    [
        pytest.param({"src/shop/__init__.py": "", "src/shop/a.py": ""}, {("shop", "apps/api/src")}, (), (), id="src layout"),
        pytest.param({"shop/__init__.py": ""}, {("shop", "apps/api")}, (), (), id="flat layout"),
        pytest.param({"shop/__init__.py": "", "shop/deep/a.py": ""}, {("shop", "apps/api")}, ("shop/deep/a.py",), (), id="a folder without a mark"),
        pytest.param({"shop/__init__.py": "", "shop/a.b.py": ""}, {("shop", "apps/api")}, ("shop/a.b.py",), (), id="a dot too many"),
        pytest.param(
            {"shop/__init__.py": "", "shop/my-x/__init__.py": ""}, {("shop", "apps/api")}, ("shop/my-x/__init__.py",), (), id="no identifier"
        ),
        pytest.param({"main.py": "", "jobs/run.py": ""}, set(), (), ("jobs/run.py", "main.py"), id="no package"),
        pytest.param(
            {"shop/__init__.py": "", "tests/__init__.py": "", "tests/test_a.py": ""}, {("shop", "apps/api")}, (), (), id="tests are not asked for"
        ),
        pytest.param({"src/acme/shop/__init__.py": ""}, {("acme.shop", "apps/api/src")}, (), (), id="a part of a namespace"),
        pytest.param({"types/__init__.py": ""}, set(), (), ("types/__init__.py",), id="the standard library has the name"),
    ],
)
def test_what_import_linter_sees(files: dict[str, str], packages: set[tuple[str, str]], unseen: tuple[str, ...], loose: tuple[str, ...]) -> None:
    found = areas({"apps/api/pyproject.toml": project("api"), **{f"apps/api/{path}": text for path, text in files.items()}})["apps/api"].python
    assert found is not None
    assert {(one.name, one.root) for one in found.packages} == packages
    assert found.unseen == tuple(f"apps/api/{path}" for path in unseen)
    assert found.loose == tuple(f"apps/api/{path}" for path in loose)
    assert found.broken == ()


@pytest.mark.parametrize(
    "text, breaks",
    [
        ("{% if a %}\nx = 1\n{% endif %}\n", True),
        ("<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n", True),
        ('x = """\n{% if a %}\n"""\n', False),
        ("x = 1\n", False),
    ],
)
def test_a_package_with_a_file_at_which_import_linter_would_stop(text: str, breaks: bool) -> None:
    found = areas({"apps/api/pyproject.toml": project("api"), "apps/api/shop/__init__.py": "", "apps/api/shop/a.py": text})["apps/api"].python
    assert found is not None
    assert found.broken == (("apps/api/shop/a.py",) if breaks else ())
    assert bool(found.packages) is not breaks


@pytest.mark.parametrize(
    "text, names",
    [
        ("from kernel import models\n", ("orders.late", "kernel.models")),
        ("from kernel.models import X\n", ("orders.late", "kernel.models")),
        ("from kernel import shown\n", ("orders.late", "kernel")),
        ("from kernel import both\n", ("orders.late", "kernel.both")),
        ("import kernel.models as m\n", ("orders.late", "kernel.models")),
        ("def f():\n    from kernel.models import X\n", ("orders.late", "kernel.models")),
        ("from kernel.inner.deep import X\n", None),
        ("x = 'kernel.models'\n", ()),
    ],
)
def test_both_ends_of_an_import_as_grimp_calls_them(text: str, names: tuple[str, str] | tuple[()] | None) -> None:
    more = {
        "packages/kernel/src/kernel/__init__.py": "shown = both = 1\n",
        "packages/kernel/src/kernel/both.py": "",
        "packages/kernel/src/kernel/inner/deep.py": "",
        "services/orders/src/orders/late.py": text,
    }
    found = [one for one in areas({**CLEAN, **more})["services/orders"].imports if one.source.endswith("late.py")]
    assert [one.modules for one in found] == ([] if names == () else [names])


def test_one_module_by_two_names() -> None:
    """A repository whose root is on the path: what another area imports of is looked at by that name, too."""
    files = {
        "pyproject.toml": project("acme"),
        "services/__init__.py": "",
        "services/a/requirements.txt": "",
        "services/a/__init__.py": "",
        "services/a/main.py": "from services.b import main\n",
        "services/b/requirements.txt": "",
        "services/b/__init__.py": "",
        "services/b/main.py": "",
    }
    found = areas(files)
    assert [one.modules for one in found["services/a"].imports] == [("services.a.main", "services.b.main")]
    assert [(one.name, one.root) for one in found["services/a"].python.packages] == [("services.a", "")]


def _package(name: str, root: str, *, namespace: bool = False) -> Package:
    return Package(name, RepoPath(root), RepoPath(f"{root}/{name}"), namespace)


def test_packages_of_one_name_are_not_looked_at_together() -> None:
    several = {
        "a": (_package("app", "a"),), "b": (_package("app", "b"),), "c": (_package("app", "c"),), "kernel": (_package("kernel", "k"),),
        "n": (_package("acme.x", "n", namespace=True),), "m": (_package("acme.y", "m", namespace=True),),
    }  # fmt: skip
    found = list(views({RepoPath(key): value for key, value in several.items()}))
    assert found == [("a", "kernel", "n", "m"), ("b", "kernel", "n", "m"), ("c", "kernel", "n", "m")]
    assert list(views({RepoPath("a"): several["a"], RepoPath("kernel"): several["kernel"]})) == [("a", "kernel")]


@pytest.mark.parametrize(
    "manifest, files, expected",
    [
        ('"exports": "./src/index.ts"', ("src/index.ts",), {("@acme/x", "src/index.ts", False)}),
        ('"exports": {".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"}}', ("src/index.ts",), {("@acme/x", "src/index.ts", False)}),
        ('"exports": {"./*": "./dist/*.js"}', ("src/a.ts", "src/b.tsx"), {("@acme/x/*", "src/*.ts", False), ("@acme/x/*", "src/*.tsx", False)}),
        ('"exports": {"./*.css": "./styles/*.css", "./inner/*": null}', ("styles/a.css",), {("@acme/x/*.css", "styles/*.css", False)}),
        ('"exports": {"./embed": "./dist/embed.js"}', ("src/other.ts",), {("@acme/x/embed", "dist/embed.js", True)}),
        ('"main": "lib/main.js"', ("lib/main.js",), {("@acme/x", "lib/main.js", False)}),
        ('"version": "1"', ("index.ts", "a.ts"), {("@acme/x", "index.ts", False)}),
        ('"version": "1"', ("a.ts",), set()),
    ],
)
def test_what_a_package_offers(manifest: str, files: tuple[str, ...], expected: set[tuple[str, str, bool]]) -> None:
    there = {"packages/x/package.json": f'{{"name": "@acme/x", {manifest}}}', **{f"packages/x/{path}": "" for path in files}}
    atlas = facts_of(there).atlas.node
    found = {(one.specifier, one.path.removeprefix("packages/x/"), one.built) for one in atlas.offered(atlas.packages[RepoPath("packages/x")])}
    assert found == expected


def test_which_areas_a_manifest_names() -> None:
    found = areas(CLEAN)
    assert {directory for directory, _ in found["services/gateway"].requires} == {"services/orders", "services/catalog", "packages/kernel"}
    assert [str(origin) for _, origin in found["apps/web"].requires] == ["apps/web/package.json"]


@pytest.mark.parametrize(
    "path, text, expected",
    [
        (
            ".importlinter",
            "[importlinter]\nroot_packages =\n    shop\n    kernel\n[importlinter:contract:one]\nname = Layers\ntype = layers\n",
            ("import-linter", 1, ("shop", "kernel"), ("Layers",)),
        ),
        ("setup.cfg", "[metadata]\nname = x\n[importlinter]\nroot_package = shop\n", ("import-linter", 3, ("shop",), ())),
        ("setup.cfg", "[metadata]\nname = x\n", None),
        (
            "pyproject.toml",
            '[tool.importlinter]\nroot_packages = ["shop"]\n[[tool.importlinter.contracts]]\nname = "Apart"\n',
            ("import-linter", 1, ("shop",), ("Apart",)),
        ),
        (".dependency-cruiser.cjs", "module.exports = { forbidden: [{ name: 'no-circular' }] };", ("dependency-cruiser", 0, (), ("no-circular",))),
        ("eslint.config.mjs", 'export default [{ rules: { "boundaries/element-types": 2 } }];', ("eslint", 0, (), ("boundaries/element-types",))),
        ("eslint.config.mjs", "export default [];", None),
        ("apps/api/tach.toml", "", ("tach", 0, (), ())),
    ],
)
def test_configurations_that_are_there(path: str, text: str, expected: tuple[str, int, tuple[str, ...], tuple[str, ...]] | None) -> None:
    found = landscape({path: text}).linters
    assert [(one.tool, one.origin.line, one.subjects, one.rules) for one in found] == ([expected] if expected else [])
