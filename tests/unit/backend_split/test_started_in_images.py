"""Scripts that start a backend in its image: what they name lies where the image has it, wherever the repository has it."""

from __future__ import annotations

import pytest

from migrator.paths import RepoPath
from tests.unit.backend_split.planning import planned
from tests.unit.backend_split.test_partition import ROUTER

FILES = {
    "backend/requirements.txt": "fastapi\nuvicorn\n",
    "backend/main.py": "from fastapi import FastAPI\nfrom api import auth\napp = FastAPI()\napp.include_router(auth.router)\n",
    "backend/api/__init__.py": "",
    "backend/api/auth.py": f"used = 1\n{ROUTER.format('auth')}",
    "Dockerfile": 'FROM python:3.12\nWORKDIR /app\nCOPY backend {}\nCMD ["/app/start.sh"]\n',
}
STARTS = [
    pytest.param(
        "/app/backend\nCOPY start.sh /app/start.sh",
        "cd /app/backend",
        "/app/backend",
        "cd /app/backend",
        id="a directory of the image has the backend",
    ),
    pytest.param(
        "./backend\nCOPY start.sh ./",
        "cd /app/backend",
        "./services/api-gateway",
        "cd /app/services/api-gateway",
        id="the image mirrors the repository",
    ),
    pytest.param(
        "./backend\nCOPY start.sh ./", "cd backend", "./services/api-gateway", "cd services/api-gateway", id="as seen from the root of either"
    ),
]


@pytest.mark.parametrize("place, walk, new_place, new_walk", STARTS)
def test_a_script_goes_on_starting_what_it_started(place, walk, new_place, new_walk):
    script = "#!/bin/sh\n{}\nexec uvicorn main:app\n"
    made = planned({**FILES, "Dockerfile": FILES["Dockerfile"].format(place), "start.sh": script.format(walk)})
    assert made.aside == ()
    assert made.end.read(RepoPath("start.sh")).decode() == script.format(new_walk)
    assert f"COPY services/api-gateway {new_place}\n" in made.end.read(RepoPath("Dockerfile")).decode()
