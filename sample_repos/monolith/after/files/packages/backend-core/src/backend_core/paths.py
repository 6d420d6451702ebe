"""Where the files of services/api-gateway are for what is no part of it any more.

In a checkout they are where they always were. What is installed elsewhere, in an image, is told by BACKEND_DIR; without it, that is
the directory in which the process runs, as it was for the whole application.
"""

import os
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[4] / "services" / "api-gateway"

BACKEND_DIR = Path(os.environ.get("BACKEND_DIR") or (_CHECKOUT if _CHECKOUT.is_dir() else Path.cwd()))
