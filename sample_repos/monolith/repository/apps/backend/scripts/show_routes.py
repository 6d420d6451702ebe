"""Somebody's tool: where it lies is where the application is."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from app.main import app  # noqa: E402

if __name__ == "__main__":
    for path in sorted(app.openapi()["paths"]):
        print(path)
