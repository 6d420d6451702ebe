"""The generated command line, run as a person of the repository runs it: from a fresh clone, in one command, with plugins of others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from phases.tooling.cli import family
from tests.unit.tooling.commands import FILES, changed, texts_of

PLUGIN = {
    "python": (
        "hello.py",
        (
            "def register(cli):\n    cli.group('ai', 'what machines write')\n    cli.add('ai', 'hello', lambda further: print('hello', *further))\n"
            "    cli.add('dev', 'where', ['git', 'rev-parse', '--show-prefix'], 'apps/web')\n"
        ),
    ),
    "node": (
        "hello.mjs",
        (
            "export function register(cli) {\n  cli.group('ai', 'what machines write');\n  cli.add('ai', 'hello', (further) => console.log('hello', ...further));\n"
            "  cli.add('dev', 'where', ['git', 'rev-parse', '--show-prefix'], 'apps/web');\n}\n"
        ),
    ),
}


@pytest.fixture(params=["python", "node"])
def language(request: pytest.FixtureRequest) -> str:
    if request.param == "node" and shutil.which("node") is None:
        pytest.skip("node is not installed")
    return str(request.param)


@pytest.fixture
def clone(language: str, tmp_path: Path) -> Path:
    root = tmp_path / "a clone"
    for path, text in {**FILES, **texts_of(family, language=language)}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def ran(clone: Path, language: str, *words: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    start = [sys.executable, "-I"] if language == "python" and not surroundings else [sys.executable] if language == "python" else ["node"]
    return subprocess.run(
        [*start, "tools/cli", *words], cwd=clone, capture_output=True, text=True, encoding="utf-8", check=False, env={**os.environ, **surroundings}
    )


def test_help_in_one_command_lists_the_groups(clone: Path, language: str) -> None:
    done = ran(clone, language, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for group in ("dev", "test", "deploy", "monitor", "security"):
        assert f"\n  {group} " in done.stdout
    readme = (clone / "tools/cli/README.md").read_text(encoding="utf-8")
    assert f"```\n{language} tools/cli --help\n```" in readme
    assert "npm run dev  (in apps/web)" in ran(clone, language, "dev", "--help").stdout


@pytest.mark.parametrize(
    "words, code, said",
    [
        (("--dry-run", "test", "web:test", "--run", "a b"), 0, "apps/web: npm run test -- --run a b\n"),
        (("--dry-run", "test", "api:test", "-k", "x"), 0, "apps/api: make test -k x\n"),
        (("--dry-run", "dev", "docker:up"), 0, "infra/docker: docker compose -f compose.yaml up\n"),
        (("monitor", "monitoring/health"), 0, "healthy\n"),
        (("--check",), 0, "every command has its directory\n"),
        (("dev", "gone"), 2, ""),
        (("gone",), 2, ""),
        (("--gone",), 2, ""),
    ],
)
def test_what_is_typed(clone: Path, language: str, words: tuple[str, ...], code: int, said: str) -> None:
    done = ran(clone, language, *words)
    assert (done.returncode, done.stdout) == (code, said)
    assert "Traceback" not in done.stderr
    assert bool(done.stderr) == (code == 2)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_a_script_of_a_shell_runs_by_its_shell(clone: Path, language: str) -> None:
    done = ran(clone, language, "security", "security/audit")
    assert (done.returncode, done.stdout) == (0, "audited\n")
    assert os.name == "nt" or not os.access(clone / "tools/scripts/security/audit.sh", os.X_OK)


def test_what_is_not_installed_is_said(clone: Path, language: str) -> None:
    commands = clone / "tools/cli/src/commands/deploy.json"
    commands.write_text(commands.read_text(encoding="utf-8").replace('"kubectl"', '"no-such-program"'), encoding="utf-8")
    done = ran(clone, language, "deploy", "apply:staging")
    assert (done.returncode, done.stderr.strip()) == (127, "no-such-program is not installed here")


def test_the_exit_code_is_that_of_what_ran(clone: Path, language: str) -> None:
    (clone / "tools/scripts/monitoring/health.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    assert ran(clone, language, "monitor", "monitoring/health").returncode == 3


def test_a_directory_that_is_gone_is_found(clone: Path, language: str) -> None:
    (clone / "apps/web").rename(clone / "apps/site")
    done = ran(clone, language, "--check")
    assert done.returncode == 1
    assert "dev web:dev: apps/web is no directory" in done.stdout


def test_a_plugin_in_the_folder_is_picked_up(clone: Path, language: str) -> None:
    name, text = PLUGIN[language]
    assert "ai" not in ran(clone, language, "--help").stdout.split()
    (clone / "tools/cli/src/plugins" / name).write_text(text, encoding="utf-8")
    assert "\n  ai " in ran(clone, language, "--help").stdout
    assert ran(clone, language, "ai", "hello", "you").stdout == "hello you\n"
    assert ran(clone, language, "dev", "where").stdout == "apps/web/\n"
    assert "hello" in ran(clone, language, "ai", "--help").stdout


def test_a_plugin_of_an_installed_package_is_picked_up(clone: Path, language: str, tmp_path: Path) -> None:
    """Python's by its entry point, Node's by what its own manifest says."""
    name, text = PLUGIN[language]
    surroundings = {}
    if language == "python":
        site = tmp_path / "site"
        (site / "acme_hello-1.dist-info").mkdir(parents=True)
        (site / "acme_hello.py").write_text(text, encoding="utf-8")
        (site / "acme_hello-1.dist-info/METADATA").write_text("Name: acme-hello\nVersion: 1\n", encoding="utf-8")
        (site / "acme_hello-1.dist-info/entry_points.txt").write_text("[acme.cli]\nhello = acme_hello:register\n", encoding="utf-8")
        surroundings = {"PYTHONPATH": str(site)}
    else:
        package = clone / "node_modules/acme-hello"
        package.mkdir(parents=True)
        (package / "package.json").write_text(f'{{"name": "acme-hello", "acme.cli": "{name}"}}', encoding="utf-8")
        (package / name).write_text(text, encoding="utf-8")
        (clone / "package.json").write_text('{"name": "acme", "dependencies": {"acme-hello": "1"}}', encoding="utf-8")
    assert ran(clone, language, "ai", "hello", "you", **surroundings).stdout == "hello you\n"


def test_a_plugin_that_fails_stops_nothing_and_replaces_nothing(clone: Path, language: str) -> None:
    name, text = PLUGIN[language]
    broken, again = (
        ("raise OSError('no')\n", text.replace("'where'", "'web:dev'"))
        if language == "python"
        else ("null.x;\n", text.replace("'where'", "'web:dev'"))
    )
    (clone / "tools/cli/src/plugins" / f"a{name}").write_text(broken, encoding="utf-8")
    (clone / "tools/cli/src/plugins" / f"b{name}").write_text(again, encoding="utf-8")
    done = ran(clone, language, "--dry-run", "dev", "web:dev")
    assert (done.returncode, done.stdout) == (0, "apps/web: npm run dev\n")
    assert f"a{name} was left out" in done.stderr
    assert "the command dev web:dev is there already" in done.stderr


@pytest.mark.parametrize("kind", ["module", "commonjs"])
def test_node_starts_it_whatever_kind_the_root_says_its_files_are(kind: str, tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    root = FILES["package.json"].replace('"name": "acme"', f'"name": "acme", "type": "{kind}"')
    for path, text in {"package.json": root, **texts_of(family, changed(**{"package.json": root}), language="node")}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    done = ran(tmp_path, "node", "--help")
    assert (done.returncode, done.stderr) == (0, "")
