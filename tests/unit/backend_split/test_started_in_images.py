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
    "Dockerfile": 'FROM python:3.12\nWORKDIR /app\nCOPY backend ./backend\nCOPY start.sh ./\nCMD ["/app/start.sh"]\n',
}
STARTS = [
    pytest.param("cd /app/backend\nexec uvicorn main:app\n", "cd /app/backend\nexec uvicorn main:app\n", "./backend", id="a directory of the image"),
    pytest.param(
        "cd backend\nexec uvicorn main:app\n",
        "cd services/api-gateway\nexec uvicorn main:app\n",
        "./services/api-gateway",
        id="a directory of the checkout",
    ),
]


@pytest.mark.parametrize("before, after, place", STARTS)
def test_a_script_goes_on_starting_what_it_started(before, after, place):
    made = planned({**FILES, "start.sh": f"#!/bin/sh\n{before}"})
    assert made.aside == ()
    assert made.end.read(RepoPath("start.sh")).decode() == f"#!/bin/sh\n{after}"
    assert f"COPY services/api-gateway {place}\n" in made.end.read(RepoPath("Dockerfile")).decode()
