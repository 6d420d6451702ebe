"""CODEOWNERS, Dependabot, issue forms and releases by those who read them: the schemas of GitHub, a reader of CODEOWNERS, changesets and release-please themselves."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from phases.automation import dependabot, forms, owners, releases
from tests.conftest import git
from tests.unit.automation.test_dependabot import NODE, THEIRS
from tests.unit.automation.test_dependabot import PATH as UPDATES
from tests.unit.automation.test_forms import FILES, ISSUES
from tests.unit.automation.test_owners import FILES as OWNED
from tests.unit.automation.test_owners import HANDLES, PATH, ROWS
from tests.unit.automation.test_releases import API, CONFIG, JOBS, MANIFEST, WEB
from tests.unit.automation.upkeeping import after, history, plan, texts
from tests.validators import tools

EVERY: Mapping[str, str] = {
    "package.json": NODE,
    "lone/package.json": NODE,
    "bun/package.json": NODE,
    "bun/bun.lock": "{}",
    "api/requirements.txt": "httpx==1\n",
    "uv/pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx"]\n',
    "uv/uv.lock": "",
    "Dockerfile": "FROM python:3.12\n",
    "compose.yaml": "services:\n  db:\n    image: postgres:16\n",
    "infra/main.tf": 'module "a" {\n  source = "x/y/z"\n}\n',
    "chart/Chart.yaml": "dependencies:\n  - name: redis\n",
    "Cargo.toml": "[package]\n",
    "go.mod": "require github.com/x/y v1.0.0\n",
    "Gemfile": "",
    "composer.json": "{}",
    "pom.xml": "",
    "build.gradle": "",
    "a.csproj": "",
    "pubspec.yaml": "",
    "mix.exs": "",
    "Package.swift": "",
    ".gitmodules": "",
    ".devcontainer/devcontainer.json": "{}",
    ".pre-commit-config.yaml": "repos:\n  - rev: v1\n",
}
"""Every ecosystem that there is a row of."""


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., str]:
    """What check-jsonschema says of a text; nothing where it is right."""

    def judge(text: str, schema: str, name: str = "a.yml") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        own = ("--schemafile", schema) if schema.endswith(".json") else ("--builtin-schema", f"vendor.{schema}")
        done = tools.ran("check-jsonschema", *own, tmp_path / name)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return judge


# Dependabot ------------------------------------------------------------------------------------------------------------


def test_dependabot_is_right(judged: Callable[..., str]) -> None:
    text = texts(dependabot.family, EVERY)[UPDATES]
    assert text.count("package-ecosystem") == 21
    assert judged(text, "dependabot") == ""
    for interval in ("daily", "monthly", "quarterly", "semiannually", "yearly"):
        assert judged(texts(dependabot.family, EVERY, interval=interval)[UPDATES], "dependabot") == ""


@pytest.mark.parametrize(
    "old, new",
    [("ecosystem: npm", "ecosystem: pnpm"), ("directories:", "directory:"), ("weekly", "often"), ("default-days", "days"), ("update-types", "types")],
)
def test_dependabot_twins(judged: Callable[..., str], old: str, new: str) -> None:
    text = texts(dependabot.family, EVERY)[UPDATES]
    assert old in text
    assert judged(text.replace(old, new), "dependabot")


def test_what_is_added_to_theirs_is_right(judged: Callable[..., str]) -> None:
    theirs = THEIRS.replace('    reviewers: ["ann"]\n', "")
    text = after(plan({**EVERY, UPDATES: theirs}))[UPDATES]
    assert text.startswith(theirs)
    assert judged(text, "dependabot") == ""


# forms -----------------------------------------------------------------------------------------------------------------

TOPICS = ("bug_report", "feature_request", "performance_issue", "security_issue")
_HOME = {**FILES, "package.json": '{"repository": "acme/shop"}'}


@pytest.mark.parametrize("files", [FILES, _HOME, {"README.md": ""}], ids=["runs", "home", "nothing"])
def test_forms_are_right(judged: Callable[..., str], files: Mapping[str, str]) -> None:
    made = texts(forms.family, files)
    assert [judged(made[f"{ISSUES}/{one}.yml"], "github-issue-forms") for one in TOPICS] == [""] * 4
    assert judged(made[f"{ISSUES}/config.yml"], "github-issue-config") == ""


@pytest.mark.parametrize(
    "topic, old, new",
    [
        ("bug_report", "options:", "choices:"),
        ("feature_request", "type: dropdown", "type: choice"),
        ("performance_issue", "label:", "title:"),
        ("security_issue", "body:", "fields:"),
    ],
)
def test_form_twins(judged: Callable[..., str], topic: str, old: str, new: str) -> None:
    text = texts(forms.family, _HOME)[f"{ISSUES}/{topic}.yml"]
    assert old in text
    assert judged(text.replace(old, new), "github-issue-forms")


def test_form_config_twin(judged: Callable[..., str]) -> None:
    text = texts(forms.family, _HOME)[f"{ISSUES}/config.yml"]
    assert "about:" in text
    assert judged(text.replace("about:", "text:"), "github-issue-config")


# CODEOWNERS ------------------------------------------------------------------------------------------------------------

_OWNERS = """
import json, sys
from codeowners import CodeOwners
text, files = json.load(sys.stdin)
print(json.dumps({file: [name for _, name in CodeOwners(text).of(file)] for file in files}))
"""
_FILES = ("apps/web/index.ts", "apps/web/a/b.ts", "apps/webx/a.ts", "services/api/main.py", "docs/a.md", "x/docs/a.md", "README.md")


def test_owners_are_who_we_mean() -> None:
    text = texts(owners.family, OWNED, history(*ROWS), handles=HANDLES)[PATH]
    assert tools.answer("codeowners", _OWNERS, [text, _FILES]) == {
        "apps/web/index.ts": ["@ann"],
        "apps/web/a/b.ts": ["@ann"],
        "apps/webx/a.ts": ["@ann", "@bob-b"],
        "services/api/main.py": ["@ann", "@bob-b"],
        "docs/a.md": ["@bob-b"],
        "x/docs/a.md": ["@ann", "@bob-b"],
        "README.md": ["@ann", "@bob-b"],
    }
    twin = text.replace("/apps/web/ ", "apps/web/* ")
    assert tools.answer("codeowners", _OWNERS, [twin, _FILES])["apps/web/a/b.ts"] == ["@ann", "@bob-b"]  # type: ignore[index]  # an object of JSON


def test_theirs_win_over_ours() -> None:
    theirs = "*.ts @w\n/services/api/secret.py\n"
    toml = '[phases.automation.owners.handles]\n"ann@example.com" = "@ann"\n"bob" = "@bob-b"\n'
    text = after(plan({**OWNED, PATH: theirs}, history(*ROWS), toml))[PATH]
    files = ["apps/web/index.ts", "services/api/main.py", "services/api/secret.py", "apps/web/package.json", "README.md"]
    assert tools.answer("codeowners", _OWNERS, [text, files]) == {
        "apps/web/index.ts": ["@w"],
        "services/api/main.py": ["@ann", "@bob-b"],
        "services/api/secret.py": [],
        "apps/web/package.json": ["@ann"],
        "README.md": [],
    }


_PATTERNS = ("*", "*.js", "/apps/web/", "/apps/web", "apps/", "docs/*", "/docs/*", "docs/**", "**/docs", "a/**/b", "/a/**", "**/legal", "s/**/e.py", "?x.py", "/one\\ two/", "/Makefile", "x*/", "**/*.md", "/*")  # fmt: skip
_NAMES = ("a.js", "apps/web/a.js", "apps/web", "x/apps/web/b.py", "docs/a.md", "docs/a/b.md", "x/docs/a.md", "a/b", "a/x/y/b", "legal", "x/legal/y", "s/e.py", "s/a/b/e.py", "ax.py", "one two/a", "Makefile", "x/Makefile", "x1/a", "README.md")  # fmt: skip


def test_what_patterns_mean_is_what_the_reader_says() -> None:
    from migrator.codeowners import Rule  # noqa: PLC0415  beside its oracle
    from migrator.paths import RepoPath  # noqa: PLC0415

    told = [tools.answer("codeowners", _OWNERS, [f"{pattern} @x\n", _NAMES]) for pattern in _PATTERNS]
    ours = [{name: ["@x"] if Rule(pattern, (), 1).catches(RepoPath(name)) else [] for name in _NAMES} for pattern in _PATTERNS]
    assert ours == told


_MATCHED = "d = JSON.parse(STDIN.read); puts JSON.generate(d[0].map { |p| d[1].select { |f| File.fnmatch?(p, '/' + f, File::FNM_DOTMATCH | File::FNM_PATHNAME) } })"
_CLASSES = ("*.[jt]s", "[!a]*", "a[^b]", "[a-c]/x", "**", "a/**", "**/*.md", "***/x", "\\*", "[", "a]", "[]", "{a,b}", "a.b", "(a)/", "[-x]", "[&&a]")
_OTHERS = ("a.ts", "b/x", "ab", "ac", "x", "*", "[", "a]", "{a,b}", "a", "b", "a.b", "axb", "(a)/b", "-", "&", ".x/a", "a/.b/c.md")


def _normalized(pattern: str) -> str:
    """What GitLab asks Ruby for."""
    if pattern == "*":
        return "/**/*"
    pattern = re.sub(r"\\\s+", " ", re.sub(r"\A\\#", "#", pattern))
    return ("" if pattern.startswith("/") else "/**/") + pattern + ("**/*" if pattern.endswith("/") else "")


@pytest.mark.skipif(shutil.which("ruby") is None, reason="ruby is not there")
def test_what_gitlab_means_by_patterns_is_what_ruby_says() -> None:
    from migrator.codeowners import Rule  # noqa: PLC0415  beside its oracle
    from migrator.paths import RepoPath  # noqa: PLC0415

    patterns, names = [*_PATTERNS, *_CLASSES], [*_NAMES, *_OTHERS]
    asked = json.dumps([[*map(_normalized, patterns)], names])
    done = subprocess.run(["ruby", "-rjson", "-e", _MATCHED], input=asked, capture_output=True, text=True, encoding="utf-8", check=True)
    ours = [[name for name in names if Rule(pattern, (), 1, gitlab=True).catches(RepoPath(name))] for pattern in patterns]
    assert ours == json.loads(done.stdout)
    assert any(ours)


# releases --------------------------------------------------------------------------------------------------------------

_UI = {"apps/ui/package.json": '{"name": "@acme/ui", "version": "2.0.0"}', "package-lock.json": '{"lockfileVersion": 3}'}


@pytest.mark.parametrize("broken", [False, True])
def test_changesets_makes_a_release(make_repository: Callable[[Mapping[str, str]], Path], *, broken: bool) -> None:
    """Versions, changelogs and tags, those of private packages too; the twin has no tag for them."""
    files = after(plan({**WEB, **_UI}))
    config = files[".changeset/config.json"]
    files[".changeset/config.json"] = config.replace('"tag": true', '"tag": false') if broken else config
    root = make_repository({**files, ".changeset/one.md": '---\n"@acme/web": minor\n"@acme/ui": patch\n---\nNew.\n'})
    for step in ("status", "version"):
        done = tools.ran("changeset", step, cwd=root)
        assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((root / "apps/web/package.json").read_text(encoding="utf-8"))["version"] == "1.3.0"
    assert "New." in (root / "apps/web/CHANGELOG.md").read_text(encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "release")
    assert tools.ran("changeset", "tag", cwd=root).returncode == 0
    assert set(git(root, "tag").split()) == {"@acme/ui@2.0.1"} | (set() if broken else {"@acme/web@1.3.0"})


_TAGS = """
const { buildStrategy } = require('release-please/build/src/factory');
const { GitHub } = require('release-please/build/src/github');
const { TagName } = require('release-please/build/src/util/tag-name');
const { Version } = require('release-please/build/src/version');
(async () => {
  const [config, versions] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const github = await GitHub.create({ owner: 'acme', repo: 'acme', defaultBranch: 'main' });
  const tags = {};
  for (const [path, one] of Object.entries(config.packages)) {
    const strategy = await buildStrategy({ github, path, releaseType: one['release-type'], component: one.component });
    const within = one['include-component-in-tag'] ?? config['include-component-in-tag'];
    const component = within ? await strategy.getComponent() : undefined;
    tags[path] = new TagName(Version.parse(versions[path]), component, config['tag-separator'], config['include-v-in-tag']).toString();
  }
  console.log(JSON.stringify(tags));
})();
"""


def _tags(config: object, versions: object) -> object:
    return tools.node_answer("release-please", _TAGS, [config, versions])


def test_release_please_makes_these_tags(judged: Callable[..., str]) -> None:
    files = {**WEB, **API, **JOBS, "pyproject.toml": '[project]\nname = "all"\nversion = "3.0.0"\n'}
    made = texts(releases.family, files)
    config, versions = json.loads(made[CONFIG]), json.loads(made[MANIFEST])
    tags = {".": "v3.0.0", "apps/web": "apps-web-v1.2.3", "services/api": "services-api-v0.4.0", "services/jobs": "services-jobs-v2.0.0"}
    assert _tags(config, versions) == tags
    schemas = tools.NODE / "node_modules" / "release-please" / "schemas"
    assert judged(made[CONFIG], str(schemas / "config.json"), "a.json") == ""
    assert judged(made[MANIFEST], str(schemas / "manifest.json"), "a.json") == ""
    assert judged(made[CONFIG].replace('"tag-separator": "-"', '"tag-separator": 1'), str(schemas / "config.json"), "a.json")
    # Without components two projects of Python come to have one tag (D13).
    for one in config["packages"].values():
        one.pop("component", None)
    del config["packages"]["apps/web"]
    twin = _tags(config, {**versions, "services/jobs": "0.4.0"})
    assert isinstance(twin, dict)
    assert twin["services/api"] == twin["services/jobs"] == "v0.4.0"
