"""Where an image mirrors the repository, what names a place in the image names a place of the repository."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.text.monorepo import after

Row = tuple[str, str]

TOP = {"backend": "services/api", "client": "apps/web"}
MORE: Mapping[str, str] = {
    "backend/manage.py": "",
    "backend/run.sh": "",
    "backend/requirements.txt": "",
    "backend/app/__init__.py": "",
    "backend/app/main.py": "",
    "client/package.json": "{}",
    "client/src/x.ts": "",
    "package.json": '{"private": true}',
    "pnpm-lock.yaml": "",
    "uv.lock": "",
    "requirements.txt": "",
    "ops/run.sh": "",
    ".npmrc": "",
    ".node-version": "",
}
MIRROR = {"Dockerfile": "FROM x\nCOPY . /app\n"}

_LOCKED = "--mount=type=bind,source=uv.lock,target=uv.lock"
_SYNCED = "WORKDIR /app\n{0}COPY backend/run.sh backend/manage.py /app/backend/\nCOPY backend/app /app/backend/app\n{1}WORKDIR /app/backend\n"
_MOVED = _SYNCED.replace("backend", "services/api")

FOLLOWS: list[Row] = [
    # nothing is imported by its path: the image stays as it was made
    (
        "COPY backend backend\nRUN sh backend/run.sh && python -m app.main\n",
        "COPY services/api backend\nRUN sh backend/run.sh && python -m app.main\n",
    ),
    (
        "COPY backend /srv/api\nRUN sh /srv/api/run.sh && python -m other.x\n",
        "COPY services/api /srv/api\nRUN sh /srv/api/run.sh && python -m other.x\n",
    ),
    # a package is imported by its path: what is copied to that path is the repository's
    (
        "COPY backend backend\nRUN sh backend/run.sh && python -m backend.app.main\n",
        "COPY services/api services/api\nRUN sh services/api/run.sh && python -m services.api.app.main\n",
    ),
    (
        "WORKDIR /app\nCOPY backend /app/backend\nRUN <<EOF\ncat backend/manage.py\nEOF\nCMD python -m backend.app.main\n",
        "WORKDIR /app\nCOPY services/api /app/services/api\nRUN <<EOF\ncat services/api/manage.py\nEOF\nCMD python -m services.api.app.main\n",
    ),
    (
        "FROM x AS a\nWORKDIR /app\nCOPY backend backend/\nFROM a\nRUN cat backend/manage.py\nCMD python -m backend.app.main\n",
        "FROM x AS a\nWORKDIR /app\nCOPY services/api services/api/\nFROM a\nRUN cat services/api/manage.py\nCMD python -m services.api.app.main\n",
    ),
    (
        "FROM x AS a\nWORKDIR /app\nCOPY backend backend/\nFROM y\nWORKDIR /srv\nCOPY --from=a /app/backend backend\nCMD python -m backend.app.main\n",
        "FROM x AS a\nWORKDIR /app\nCOPY services/api services/api/\nFROM y\nWORKDIR /srv\n"  # noqa: ISC004  one text
        "COPY --from=a /app/services/api services/api\nCMD python -m services.api.app.main\n",
    ),
    ("COPY . /app\nWORKDIR /app/backend\n", "COPY . /app\nWORKDIR /app/services/api\n"),
    ("WORKDIR /srv\nCOPY . .\nWORKDIR backend\nRUN cat manage.py\n", "WORKDIR /srv\nCOPY . .\nWORKDIR services/api\nRUN cat manage.py\n"),
    (
        "COPY . /app\nRUN cd /app/backend && python manage.py check && cd .. && ls client/src\n",
        "COPY . /app\nRUN cd /app/services/api && python manage.py check && cd ../.. && ls apps/web/src\n",
    ),
    ('WORKDIR /app\nCOPY . .\nCMD ["python", "/app/backend/manage.py"]\n', 'WORKDIR /app\nCOPY . .\nCMD ["python", "/app/services/api/manage.py"]\n'),
    ("WORKDIR /app\nCOPY . .\nENTRYPOINT python backend/manage.py\n", "WORKDIR /app\nCOPY . .\nENTRYPOINT python services/api/manage.py\n"),
    ("COPY . /app\nENV PYTHONPATH=/app/backend:/app/client/src\n", "COPY . /app\nENV PYTHONPATH=/app/services/api:/app/apps/web/src\n"),
    (
        "WORKDIR /src\nCOPY package.json pnpm-lock.yaml ./\nCOPY client ./client\nRUN cd client && ls src\n",
        "WORKDIR /src\nCOPY package.json pnpm-lock.yaml ./\nCOPY apps/web ./apps/web\nRUN cd apps/web && ls src\n",
    ),
    (
        "WORKDIR /src\nCOPY package.json pnpm-lock.yaml .npmrc .node-version /src/\nCOPY client /src/client\nRUN cd client && ls src\n",
        "WORKDIR /src\nCOPY package.json pnpm-lock.yaml .npmrc .node-version /src/\nCOPY apps/web /src/apps/web\nRUN cd apps/web && ls src\n",
    ),
    (
        "COPY package.json /src/\nCOPY client/package.json /src/client/\nCOPY client /src/client\nWORKDIR /src/client\n",
        "COPY package.json /src/\nCOPY apps/web/package.json /src/apps/web/\nCOPY apps/web /src/apps/web\nWORKDIR /src/apps/web\n",
    ),
    (
        "FROM x AS build\nCOPY . /app\nFROM y\nCOPY --from=build /app/client/dist /html\n",
        "FROM x AS build\nCOPY . /app\nFROM y\nCOPY --from=build /app/apps/web/dist /html\n",
    ),
    (
        "FROM x AS base\nWORKDIR /app\nCOPY . .\nFROM base\nRUN python backend/manage.py\n",
        "FROM x AS base\nWORKDIR /app\nCOPY . .\nFROM base\nRUN python services/api/manage.py\n",
    ),
    # a workspace of uv: its members lie below the lock as they do here
    (
        _SYNCED.replace("{0}", "").replace("{1}", f"RUN {_LOCKED} \\\n    uv sync --frozen --package app\n"),
        _MOVED.replace("{0}", "").replace("{1}", f"RUN {_LOCKED} \\\n    uv sync --frozen --package app\n"),
    ),
    (
        _SYNCED.replace("{0}", "COPY package.json uv.lock ./\nRUN uv sync --no-install-workspace\n").replace("{1}", ""),
        _MOVED.replace("{0}", "COPY package.json uv.lock ./\nRUN uv sync --no-install-workspace\n").replace("{1}", ""),
    ),
    (
        _SYNCED.replace("{0}", "").replace("{1}", f"RUN {_LOCKED} uv sync --frozen\n"),
        _SYNCED.replace("{0}", "")
        .replace("{1}", f"RUN {_LOCKED} uv sync --frozen\n")
        .replace("COPY backend/", "COPY services/api/")
        .replace(" backend/m", " services/api/m"),
    ),
    # made beside what the stage holds, by a tool whose settings follow
    (
        "FROM x AS web\nWORKDIR /app\nCOPY package.json /app/\nCOPY client /app/client\nRUN npm run build\nFROM y\nCOPY --from=web /app/backend/app/static/ /s\n",
        "FROM x AS web\nWORKDIR /app\nCOPY package.json /app/\nCOPY apps/web /app/apps/web\nRUN npm run build\nFROM y\nCOPY --from=web /app/services/api/app/static/ /s\n",
    ),
    (
        "FROM x AS a\nCOPY . /app\nFROM y\nCOPY --from=a /app /srv\nWORKDIR /srv/backend\n",
        "FROM x AS a\nCOPY . /app\nFROM y\nCOPY --from=a /app /srv\nWORKDIR /srv/services/api\n",
    ),
    ("WORKDIR /app\nCOPY backend/ .\nCMD python manage.py\n", "WORKDIR /app\nCOPY services/api/ .\nCMD python manage.py\n"),
    ("COPY backend /app/backend\nCMD python /app/backend/manage.py\n", "COPY services/api /app/backend\nCMD python /app/backend/manage.py\n"),
    ("COPY . /app\r\nWORKDIR /app/backend\r\n", "COPY . /app\r\nWORKDIR /app/services/api\r\n"),
]

API: Mapping[str, str] = {
    "services/api/pyproject.toml": "[project]\nname = 'api'\n",
    **dict.fromkeys(("shop/__init__.py", "shop/main.py", "shop/run.sh", "shop/x.py", "lib/__init__.py", "lib/a.py"), ""),
}
INTO = {"shop": "services/api/shop"}
OUT = {"shop": "services/shop"}
CORE = {"backend/app": "backend/core"}

PACKAGES: list[tuple[Mapping[str, str], str, str]] = [
    # the package keeps its name, and its place in the image with it
    (INTO, "WORKDIR /a\nCOPY shop ./shop\nCMD uvicorn shop.main:shop\n", "WORKDIR /a\nCOPY services/api/shop ./shop\nCMD uvicorn shop.main:shop\n"),
    (INTO, "WORKDIR /a\nCOPY shop /a/shop/\nRUN sh shop/run.sh && python -m shop.x\n", "WORKDIR /a\nCOPY services/api/shop /a/shop/\nRUN sh shop/run.sh && python -m shop.x\n"),
    (
        INTO,
        "WORKDIR /a\nCOPY requirements.txt .\nCOPY shop shop\nRUN cd shop && sh run.sh && cat /a/shop/x.py\nCMD python -m shop.x\n",
        "WORKDIR /a\nCOPY requirements.txt .\nCOPY services/api/shop shop\nRUN cd shop && sh run.sh && cat /a/shop/x.py\nCMD python -m shop.x\n",
    ),
    (
        INTO,
        "FROM x AS b\nWORKDIR /a\nCOPY shop shop\nFROM y\nWORKDIR /a\nCOPY --from=b /a/shop /a/shop\nRUN sh shop/run.sh\nCMD python -m shop.x\n",
        "FROM x AS b\nWORKDIR /a\nCOPY services/api/shop shop\nFROM y\nWORKDIR /a\nCOPY --from=b /a/shop /a/shop\nRUN sh shop/run.sh\nCMD python -m shop.x\n",
    ),
    (
        {**INTO, "lib": "libs/lib"},
        "WORKDIR /a\nCOPY lib lib\nCOPY shop shop\nCOPY shop/x.py shop/main.py shop/\nRUN python -m lib.a && sh shop/run.sh\nCMD python -m shop.x\n",
        "WORKDIR /a\nCOPY libs/lib libs/lib\nCOPY services/api/shop shop\nCOPY services/api/shop/x.py services/api/shop/main.py shop/\n"  # noqa: ISC004  one text
        "RUN python -m libs.lib.a && sh shop/run.sh\nCMD python -m shop.x\n",
    ),
    # it gets another name
    (OUT, "WORKDIR /a\nCOPY shop ./shop\nRUN sh shop/run.sh\nCMD python -m shop.x\n", "WORKDIR /a\nCOPY services/shop ./services/shop\nRUN sh services/shop/run.sh\nCMD python -m services.shop.x\n"),
    (
        CORE,
        "WORKDIR /a\nCOPY backend/requirements.txt .\nCOPY backend/app ./app\nRUN cat app/main.py\nCMD uvicorn app.main:app\n",
        "WORKDIR /a\nCOPY backend/requirements.txt .\nCOPY backend/core ./core\nRUN cat core/main.py\nCMD uvicorn core.main:app\n",
    ),
    (CORE, 'WORKDIR /a\nCOPY ["backend/app", "./app"]\nCMD python -m app.main\n', 'WORKDIR /a\nCOPY ["backend/core", "./core"]\nCMD python -m core.main\n'),
    # nothing is imported: what is copied to the place of its name keeps doing so
    (
        CORE,
        "WORKDIR /a\nCOPY backend/requirements.txt .\nCOPY backend/app ./app\nCMD python app/main.py\n",
        "WORKDIR /a\nCOPY backend/requirements.txt .\nCOPY backend/core ./core\nCMD python core/main.py\n",
    ),
]  # fmt: skip

IMAGED: list[tuple[Mapping[str, str], str, str, str]] = [
    (CORE, "CMD uvicorn app.main:app\n", "services:\n  a:\n    volumes: ['./backend/app:/a/app']\n", "services:\n  a:\n    volumes: ['./backend/core:/a/core']\n"),
    (CORE, "CMD python app/main.py\n", "services:\n  a:\n    working_dir: /a/app\n", "services:\n  a:\n    working_dir: /a/core\n"),
    (
        {"backend/app": "backend/src/app"},
        "CMD uvicorn app.main:app\n",
        "services:\n  a:\n    volumes: ['./backend/app:/a/app']\n",
        "services:\n  a:\n    volumes: ['./backend/src/app:/a/app']\n",
    ),
]  # fmt: skip

STAYS: list[str] = [
    "WORKDIR /app\nCOPY package.json requirements.txt ./\nRUN mkdir -p backend client/x\n",
    "WORKDIR /app/backend\nRUN python manage.py\n",
    "COPY requirements.txt /app/\nRUN ls /app/client /other/backend\n",
    "FROM x AS build\nRUN make\nFROM y\nCOPY --from=build /app/client/dist /html\n",
    "COPY --from=nginx /app/backend /x\n",
    "FROM x AS a\nCOPY package.json /app/\nCOPY ops /app/ops\nRUN make\nFROM y\nCOPY --from=a /app/backend /app/other/app/static /x/\n",
    "FROM x AS a\nCOPY package.json /app/\nCOPY ops /app/ops\nRUN make OUT=/app/backend/app\nFROM y\nCOPY --from=a /app/backend/app/static /x\n",
    "COPY . /app\nWORKDIR /srv/backend\nENV A=/backend B=/application/backend\n",
    "COPY . /app\nRUN ls /etc/backend && mkdir -p /var/client\n",
    "COPY . $HOME\nWORKDIR /app/backend\n",
    "COPY . /app\nEXPOSE 80\nUSER backend\nLABEL a=/app/backend\n",
]

SCRIPTS: list[Row] = [
    ("cd /app/backend\npython manage.py\n", "cd /app/services/api\npython manage.py\n"),
    ("exec python /app/backend/manage.py run\n", "exec python /app/services/api/manage.py run\n"),
    ("cd /app/backend\ncd ../client\nls src\n", "cd /app/services/api\ncd ../../apps/web\nls src\n"),
    ("ls /app/client/dist\n", "ls /app/apps/web/dist\n"),
    ('DIR="/app/backend"\nls "$DIR"\n', 'DIR="/app/services/api"\nls "$DIR"\n'),
]
LISTED = 'FROM x\nWORKDIR /app\nCOPY ["package.json", "requirements.txt", "./"]\nCOPY ["backend", "./backend"]\n'
SCRIPTS_STAY: list[str] = [
    "cd /srv/backend\npython manage.py\n",
    "ls /backend /client\n",
    "cd /application/backend\n",
    "curl http://x/app/backend\n",
    "ls /app\n",
    "ls /app/other\n",
]

COMPOSE: list[Row] = [
    (
        "services:\n  a:\n    build: .\n    develop:\n      watch:\n        - action: sync\n          path: ./backend\n          target: /app/backend\n",
        "services:\n  a:\n    build: .\n    develop:\n      watch:\n        - action: sync\n          path: ./services/api\n          target: /app/services/api\n",
    ),
    (
        "services:\n  a:\n    build: .\n    develop:\n      watch:\n        - action: sync\n          path: ./ops\n          target: /srv/backend\n",
        "services:\n  a:\n    build: .\n    develop:\n      watch:\n        - action: sync\n          path: ./ops\n          target: /srv/backend\n",
    ),
    ("services:\n  a:\n    build: .\n    working_dir: /app/backend\n", "services:\n  a:\n    build: .\n    working_dir: /app/services/api\n"),
    (
        "services:\n  a:\n    volumes:\n      - ./backend:/app/backend:ro\n",
        "services:\n  a:\n    volumes:\n      - ./services/api:/app/services/api:ro\n",
    ),
    ("services:\n  a:\n    command: python /app/backend/manage.py\n", "services:\n  a:\n    command: python /app/services/api/manage.py\n"),
    (
        'services:\n  a:\n    command: ["python", "/app/backend/manage.py"]\n',
        'services:\n  a:\n    command: ["python", "/app/services/api/manage.py"]\n',
    ),
    (
        "services:\n  a:\n    volumes: ['.:/code']\n    working_dir: /code/backend\n    command: python /code/backend/manage.py\n",
        "services:\n  a:\n    volumes: ['.:/code']\n    working_dir: /code/services/api\n    command: python /code/services/api/manage.py\n",
    ),
]
COMPOSE_STAYS: list[str] = [
    "WORKDIR /app\nCOPY package.json requirements.txt ./\nRUN mkdir -p backend client/x\n",
    "services:\n  a:\n    image: x\n    working_dir: /srv/backend\n",
    "services:\n  a:\n    volumes:\n      - data:/app/other\n      - /backend:/backend\n",
    "services:\n  a:\n    command: ls backend /backend\n",
    "services:\n  a:\n    working_dir: /app\n",
    "services:\n  backend:\n    hostname: backend\n",
]


@pytest.mark.parametrize(("before", "expected"), FOLLOWS)
def test_a_place_in_an_image_that_mirrors_the_repository_follows(before: str, expected: str) -> None:
    assert after("Dockerfile", before, TOP, MORE).decode() == expected


@pytest.mark.parametrize(("moves", "before", "expected"), PACKAGES)
def test_a_package_in_an_image_is_called_as_it_is_imported(moves: Mapping[str, str], before: str, expected: str) -> None:
    more = {**MORE, **API}
    assert after("Dockerfile", before, moves, more).decode() == expected
    files = {
        next((f"{new}{path[len(old) :]}" for old, new in moves.items() if path.startswith(f"{old}/")), path): text for path, text in more.items()
    }
    assert after("Dockerfile", expected, {new: old for old, new in moves.items()}, files).decode() == before


@pytest.mark.parametrize(("moves", "runs", "before", "expected"), IMAGED)
def test_a_container_follows_its_image(moves: Mapping[str, str], runs: str, before: str, expected: str) -> None:
    more = {**MORE, "backend/pyproject.toml": "", "backend/Dockerfile": f"WORKDIR /a\nCOPY pyproject.toml .\nCOPY app ./app\n{runs}"}
    assert after("compose.yaml", before, moves, more).decode() == expected


def test_what_is_mounted_tells_which_image_it_is() -> None:
    made = "WORKDIR /a\nCOPY {0}/requirements.txt .\nCOPY {0}/app ./app\nCMD python -m app.main\n"
    more = {f"{one}/{name}": "" for one in ("one", "two") for name in ("requirements.txt", "app/__init__.py", "app/main.py")}
    more |= {f"{one}/Dockerfile": made.format(one) for one in ("one", "two")}
    text = "services:\n  a:\n    volumes: ['./one/{0}:/a/{0}']\n  b:\n    volumes: ['./two/app:/a/app']\n"
    assert after("compose.yaml", text.format("app"), {"one/app": "one/core"}, more).decode() == text.format("core")


def test_a_place_stays_in_its_part_of_an_image() -> None:
    more = {
        **MORE,
        "backend/pyproject.toml": "",
        "Dockerfile": "WORKDIR /a\nCOPY backend /libs/backend\nCOPY backend/app ./app\nCMD python -m app.main\n",
    }
    text = "services:\n  a:\n    volumes: ['./backend/{0}:/a/{0}']\n"
    assert after("compose.yaml", text.format("app"), CORE, more).decode() == text.format("core")


@pytest.mark.parametrize("text", STAYS)
def test_a_place_that_the_image_alone_has_stays(text: str) -> None:
    assert after("Dockerfile", text, TOP, MORE).decode() == text


@pytest.mark.parametrize(("before", "expected"), SCRIPTS)
def test_a_script_that_runs_in_the_image_follows(before: str, expected: str) -> None:
    assert after("ops/run.sh", before, TOP, {**MORE, **MIRROR}).decode() == expected


def test_what_an_image_copies_may_be_a_list() -> None:
    more = {**MORE, "Dockerfile": LISTED}
    assert after("ops/run.sh", "cd /app/backend\npython manage.py\n", TOP, more).decode() == "cd /app/services/api\npython manage.py\n"


@pytest.mark.parametrize("text", SCRIPTS_STAY)
def test_an_absolute_path_of_a_script_that_no_image_has_stays(text: str) -> None:
    assert after("ops/run.sh", text, TOP, {**MORE, **MIRROR}).decode() == text


@pytest.mark.parametrize(("before", "expected"), SCRIPTS)
def test_nothing_follows_where_no_image_is_built(before: str, expected: str) -> None:
    del expected
    assert after("ops/run.sh", before, TOP, MORE).decode() == before


@pytest.mark.parametrize(("before", "expected"), COMPOSE)
def test_a_container_follows(before: str, expected: str) -> None:
    assert after("compose.yaml", before, TOP, {**MORE, **MIRROR}).decode() == expected


@pytest.mark.parametrize("text", COMPOSE_STAYS)
def test_a_container_that_stays(text: str) -> None:
    assert after("compose.yaml", text, TOP, {**MORE, **MIRROR}).decode() == text


def test_a_file_is_where_its_copy_puts_it() -> None:
    text = "WORKDIR /app\nCOPY package.json {} ./\nRUN pip install -r requirements.txt\nCOPY client ./client\n"
    moves = {"requirements.txt": "py/requirements.txt"}
    assert after("Dockerfile", text.format("requirements.txt"), moves, MORE).decode() == text.format("py/requirements.txt")


CONTEXTS = [
    # the context is the root, the Dockerfile goes deeper, and what goes along would be there from the folder above as well
    ({"docker": "moved/docker"}, "COPY requirements.txt /x/\nCOPY docker/a.py /y\n", "COPY requirements.txt /x/\nCOPY moved/docker/a.py /y\n"),
    ({"docker": "a/b/docker"}, "COPY ./docker/a.py ./requirements.txt /y/\n", "COPY ./a/b/docker/a.py ./requirements.txt /y/\n"),
    ({"docker": "moved/docker"}, 'COPY ["package.json", "docker/a.py", "/y/"]\n', 'COPY ["package.json", "moved/docker/a.py", "/y/"]\n'),
    ({"docker": "ops/docker"}, "ADD ops/run.sh docker/a.py /y/\nRUN true\n", "ADD ops/run.sh ops/docker/a.py /y/\nRUN true\n"),
    # the context is the folder of the Dockerfile, or the one above it: nothing changes
    ({"docker": "moved/docker"}, "COPY a.py b/ /y/\n", "COPY a.py b/ /y/\n"),
    ({"docker": "moved/docker"}, "COPY ./a.py /y/\nCOPY gone.txt /y/\n", "COPY ./a.py /y/\nCOPY gone.txt /y/\n"),
]


@pytest.mark.parametrize(("moves", "before", "expected"), CONTEXTS)
def test_what_is_copied_is_seen_from_where_it_was_seen(moves: Mapping[str, str], before: str, expected: str) -> None:
    more = {**MORE, "docker/a.py": "", "docker/b/c.py": ""}
    assert after("docker/Dockerfile", f"FROM x\n{before}", moves, more).decode() == f"FROM x\n{expected}"
