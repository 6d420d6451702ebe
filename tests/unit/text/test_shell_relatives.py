"""PowerShell, batch files, documents and scripts without an extension: where they walk, and how their authors write separators."""

from __future__ import annotations

import pytest

from tests.unit.text.monorepo import after

DEEP = {"apps/backend": "services/core/api"}
SCRIPTS = {"scripts": "tools/scripts"}
TWO = {"scripts/start.ps1": "", "scripts/only.ps1": "", "apps/backend/scripts/start.ps1": "", "lib/x.txt": ""}
ONE = {"backend/manage.py": "", "frontend/package.json": "{}", "docs/x.txt": ""}
TOP = {"frontend": "apps/web", "backend": "services/api"}

POWERSHELL = [
    (
        "Set-Location apps/backend\npytest\nSet-Location ../..\ncat apps/backend/setup.py\n",
        "Set-Location services/core/api\npytest\nSet-Location ../../..\ncat services/core/api/setup.py\n",
    ),
    (
        "Push-Location apps\\backend\nGet-Content setup.py\nPop-Location\nGet-Content apps\\backend\\setup.py\n",
        "Push-Location services\\core\\api\nGet-Content setup.py\nPop-Location\nGet-Content services\\core\\api\\setup.py\n",
    ),
    (
        "try { Push-Location apps/backend; cat setup.py } finally { Pop-Location }\ncat apps/backend/setup.py\n",
        "try { Push-Location services/core/api; cat setup.py } finally { Pop-Location }\ncat services/core/api/setup.py\n",
    ),
    (
        "if ($x) { Set-Location apps/frontend; exit 1 }\ncat apps/backend/setup.py\n",
        "if ($x) { Set-Location apps/frontend; exit 1 }\ncat services/core/api/setup.py\n",
    ),
    ('Push-Location "$PSScriptRoot\\apps\\backend"\n', 'Push-Location "$PSScriptRoot\\services\\core\\api"\n'),
    ('$x = Join-Path $PSScriptRoot "apps\\backend\\setup.py"\n', '$x = Join-Path $PSScriptRoot "services\\core\\api\\setup.py"\n'),
    ('Write-Host "see `"apps/backend/setup.py`""\n', 'Write-Host "see `"services/core/api/setup.py`""\n'),
]
POWERSHELL_TOP = [
    ('Push-Location "$root\\frontend"\n', 'Push-Location "$root\\apps\\web"\n'),
    ('Push-Location "$root/frontend"\n', 'Push-Location "$root/apps/web"\n'),
    ('$a = @{\n  Context = "frontend"\n  Name = "frontend"\n}\n', '$a = @{\n  Context = "apps/web"\n  Name = "frontend"\n}\n'),
    ('$a = @{ WorkDir = "frontend"; Image = "frontend" }\n', '$a = @{ WorkDir = "apps/web"; Image = "frontend" }\n'),
    ('cd "$PSScriptRoot\\frontend"\n', 'cd "$PSScriptRoot\\apps\\web"\n'),
]
POWERSHELL_STAYS = [
    "Set-Location apps/backend\n& scripts/start.ps1\n",
    "Set-Location apps/backend\n& scripts/only.ps1\n",
    "if ($x) { Set-Location apps/backend }\n& scripts/start.ps1\n",
    "Set-Location $env:TEMP\n& scripts/start.ps1\n",
    'Write-Host "scripts"\n',
    '$name = "scripts"\n',
    '& "$other\\start.ps1"\n',
]
BATCH = [
    (
        "cd apps\\backend\r\ncall pytest\r\ncd ..\\..\r\ntype apps\\backend\\setup.py\r\n",
        "cd services\\core\\api\r\ncall pytest\r\ncd ..\\..\\..\r\ntype services\\core\\api\\setup.py\r\n",
    ),
    (
        "pushd apps\\backend\r\ntype setup.py\r\npopd\r\ntype apps\\backend\\setup.py\r\n",
        "pushd services\\core\\api\r\ntype setup.py\r\npopd\r\ntype services\\core\\api\\setup.py\r\n",
    ),
    ('cd /d "%~dp0apps\\backend"\r\n', 'cd /d "%~dp0services\\core\\api"\r\n'),
]
DOCUMENTS = [
    ("Start:\n\n    $ cd frontend\n    $ npm run dev\n", "Start:\n\n    $ cd apps/web\n    $ npm run dev\n"),
    ("```bash\ncd backend\n# the other\ncd frontend\nnpm ci\n```\n", "```bash\ncd services/api\n# the other\ncd apps/web\nnpm ci\n```\n"),
    (
        "```console\n$ cd backend\n$ python manage.py\n$ cd ../frontend\n```\n",
        "```console\n$ cd services/api\n$ python manage.py\n$ cd ../../apps/web\n```\n",
    ),
    ("Run `git config core.hooksPath backend` once.\n", "Run `git config core.hooksPath services/api` once.\n"),
    ("```sh\ngit clone <url> x\ncd backend && python manage.py\n```\n", "```sh\ngit clone <url> x\ncd services/api && python manage.py\n```\n"),
]
DOCUMENTS_STAY = [
    "    cd frontend is what we say\n",
    "    $frontend = 1\n",
    "It costs $ 5, cd frontend\n",
    "```sh\ngit config user.name frontend\n```\n",
    "```sh\necho frontend\n```\n",
]


@pytest.mark.parametrize(("before", "expected"), POWERSHELL)
def test_powershell_walks(before: str, expected: str) -> None:
    assert after("run.ps1", before, DEEP).decode() == expected


@pytest.mark.parametrize(("before", "expected"), POWERSHELL_TOP)
def test_powershell_says_directories_by_one_name(before: str, expected: str) -> None:
    assert after("build.ps1", before, TOP, ONE).decode() == expected


@pytest.mark.parametrize("text", POWERSHELL_STAYS)
def test_powershell_that_stays(text: str) -> None:
    assert after("run.ps1", text, SCRIPTS, TWO).decode() == text


@pytest.mark.parametrize(("before", "expected"), BATCH)
def test_batch_walks(before: str, expected: str) -> None:
    assert after("run.bat", before, DEEP).decode() == expected


@pytest.mark.parametrize(("before", "expected"), DOCUMENTS)
def test_a_document_begins_anew(before: str, expected: str) -> None:
    assert after("GUIDE.md", before, TOP, ONE).decode() == expected


@pytest.mark.parametrize("text", DOCUMENTS_STAY)
def test_a_document_that_stays(text: str) -> None:
    assert after("GUIDE.md", text, TOP, ONE).decode() == text


@pytest.mark.parametrize("at", ["bin/go", ".ci/go", "scripts/go", ".githooks/pre-push", "tools/go"])
def test_a_script_without_an_extension_is_told_by_its_first_line(at: str) -> None:
    line = "cat apps/backend/setup.py\n"
    assert after(at, f"#!/usr/bin/env bash\n{line}", DEEP).decode() == "#!/usr/bin/env bash\ncat services/core/api/setup.py\n"
    assert after(at, f"#!/usr/bin/env python\n{line}", DEEP).decode() == f"#!/usr/bin/env python\n{line}"
