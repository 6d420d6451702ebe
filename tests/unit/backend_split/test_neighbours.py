"""Images whose packages a manager installs: the parts of a split are put where the project's manifest looks for them."""

from __future__ import annotations

import pytest

from tests.unit.backend_split.test_backend_split import after
from tests.unit.backend_split.test_deployment import GATEWAY, HELD, changed, said

POETRY = {"backend/pyproject.toml": "[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = '^3.11'\nfastapi = '*'\n"}


def beside(places: str = "/{0}", core: str = "/packages/backend-core", copy: str = "COPY --from={0} . ") -> str:
    """The lines that put each part somewhere."""
    return "".join(f"{copy.format(one)}{core if one == 'backend-core' else places.format(one)}\n" for one in HELD)


IMAGES = [
    pytest.param(
        "FROM python:3.12\nWORKDIR /srv\nCOPY pyproject.toml poetry.lock ./\nRUN pip install poetry && \\\n    poetry install --no-root\nCOPY . .\n",
        "FROM python:3.12\nWORKDIR /srv\nCOPY pyproject.toml poetry.lock ./\n" + beside() + "RUN pip install poetry && \\\n    poetry install --no-root\nCOPY . .\n",
        id="Poetry",
    ),
    pytest.param(
        "FROM python:3.12\nWORKDIR /home/me/code\nRUN cd api && poetry sync\n",
        "FROM python:3.12\nWORKDIR /home/me/code\n" + beside("/home/me/code/{0}", "/home/me/packages/backend-core") + "RUN cd api && poetry sync\n",
        id="where it is told to go",
    ),
    pytest.param(
        "FROM python:3.12 AS b\nWORKDIR /srv\nRUN poetry install\nFROM python:3.12\nCOPY --from=b /srv/.venv /srv/.venv\nCOPY --from=b /x /x\n",
        "FROM python:3.12 AS b\nWORKDIR /srv\n" + beside() + "RUN poetry install\nFROM python:3.12\n" + beside() + "COPY --from=b /srv/.venv /srv/.venv\nCOPY --from=b /x /x\n",
        id="where the environment is taken too",
    ),
    pytest.param(
        "FROM python:3.12 AS b\nWORKDIR /tmp\nRUN poetry export -o r.txt\nFROM python:3.12\nCOPY --from=b /tmp/r.txt r.txt\nRUN pip install -r r.txt\n",
        "FROM python:3.12 AS b\nWORKDIR /tmp\nRUN poetry export -o r.txt\nFROM python:3.12\nCOPY --from=b /tmp/r.txt r.txt\n" + beside() + "RUN pip install -r r.txt\n",
        id="where pip is given what Poetry wrote",
    ),
    pytest.param("FROM other\nRUN poetry install\n", None, id="nobody knows where"),
    pytest.param("FROM python:3.12\nWORKDIR $HOME\nRUN poetry install\n", None, id="a variable says where"),
]  # fmt: skip


@pytest.mark.parametrize("before, expected", IMAGES)
def test_poetry_finds_the_parts_in_an_image(before, expected):
    made = changed({**POETRY, "backend/Dockerfile": before})
    assert after(made)[f"{GATEWAY}/Dockerfile"] == (expected or before)
    assert (said(made, "docker") == []) == (expected is not None)


@pytest.mark.parametrize(
    "context, copied",
    [(".", beside("/app/services/{0}", "/app/packages/backend-core", "COPY services/{0} ").replace("services/backend-core", "packages/backend-core")), ("backend", "")],
)  # fmt: skip
def test_uv_finds_the_members_of_a_workspace_that_is_in_an_image(context, copied):
    image = "FROM python:3.12\nWORKDIR /app\nRUN uv sync --frozen --no-install-workspace\nRUN uv sync --frozen --package shop\n"
    compose = f"services:\n  api:\n    build:\n      context: {context}\n      dockerfile: {'backend/' if context == '.' else ''}Dockerfile\n"
    made = changed({"backend/Dockerfile": image, "compose.yaml": compose})
    assert after(made)[f"{GATEWAY}/Dockerfile"] == image.replace("RUN uv sync --frozen --package", f"{copied}RUN uv sync --frozen --package")
