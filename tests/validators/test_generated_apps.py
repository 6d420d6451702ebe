"""The applications that a repository lacks, made by the real engine, compiled against the real libraries, and seen by phase 3 where something serves them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from migrator.facts.landscape import landscape
from tests.laws.generating import contents
from tests.unit.tooling.parts import CARD, services
from tests.validators.made import INFRASTRUCTURE, TOOLING, again, done, make, on_disk
from tests.validators.tools import APPS, making, program

pytestmark = [pytest.mark.validators, pytest.mark.slow]

WEB = (
    '{"name": "@acme/web", "scripts": {"dev": "next dev"}, "dependencies": {"next": "^15.5.0", "react": "^19.1.0", "react-dom": "^19.1.0"},'
    ' "devDependencies": {"typescript": "^5.9.0"}}'
)
FILES = {
    "package.json": '{"name": "acme", "private": true, "workspaces": ["apps/*"]}',
    "tsconfig.base.json": '{"compilerOptions": {"strict": true, "target": "ES2022", "module": "ESNext", "moduleResolution": "Bundler", "skipLibCheck": true, "noEmit": true}}',
    "apps/web/package.json": WEB,
    "apps/web/tsconfig.json": '{"extends": "../../tsconfig.base.json", "compilerOptions": {"jsx": "preserve"}}',
    "apps/web/components/Card.tsx": CARD,
    "apps/web/app/page.tsx": "export default function Page() {\n  return <b>here</b>;\n}\n",
    **services(),
}
KINDS = [
    ("mobile", "src/screens/HomeScreen.tsx", False),
    ("admin", "src/app/page.tsx", True),
    ("desktop", "src/App.tsx", False),
    ("cli", "src/index.ts", False),
]


@pytest.fixture(scope="module")
def repository() -> dict[str, bytes]:
    return done({path: text.encode() for path, text in FILES.items()}, TOOLING)


@pytest.mark.parametrize("kind, module, served", KINDS)
def test_an_application_compiles_and_is_seen_where_something_serves_it(
    kind: str, module: str, served: bool, repository: dict[str, bytes], tmp_path: Path
) -> None:
    here = on_disk(repository, tmp_path)
    make(making(), here, f"app-{kind}")
    home = here / "apps" / kind
    plan = again(here, INFRASTRUCTURE)
    assert (landscape(plan.start).workload(kind) is not None) == served
    # No Dockerfile makes an image of it yet, which is what the report of phase 3 asks for
    assert (f"| {kind} | dropped | it has no image" in contents(plan)["infra/DECISIONS.md"].decode()) == served
    compiler = APPS / "node_modules" / "typescript" / "lib" / "tsc.js"
    if not compiler.exists():
        pytest.skip("the libraries of applications are not there: make validators-all")
    try:
        (here / "node_modules").symlink_to(APPS / "node_modules", target_is_directory=True)
    except OSError:
        pytest.skip("this machine makes no links")

    def compiled() -> str:
        command = [program("node"), str(compiler), "--noEmit", "-p", str(home)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False).stdout

    assert compiled() == ""
    (home / module).write_text((home / module).read_text(encoding="utf-8") + "export const wrong: number = 'text';\n", encoding="utf-8")
    assert "TS2322" in compiled()
