"""Where the import of the monolith's directory is put, and what it is called, in a module that moves."""

from __future__ import annotations

import pytest

from tests.unit.backend_split.test_partition import BACKEND, MODELS, after, plan

USED = "def used(): ...\n"
BEFORE_AFTER = [
    pytest.param(
        '"""Texts."""\n\nfrom __future__ import annotations\n\nimport os\nfrom pathlib import Path\n\nHERE = Path(__file__).parent\nBASE = Path(os.sep)\n',
        '"""Texts."""\n\nfrom __future__ import annotations\n\nimport os\nfrom pathlib import Path\nfrom backend_core.paths import BACKEND_DIR\n\n'
        'HERE = BACKEND_DIR / "app" / "services"\nBASE = Path(os.sep)\n',
        id="behind the imports",
    ),
    pytest.param(
        "import os, sys\n\nsys.path.append(os.path.dirname(__file__))\n\nimport json\n",
        'import os, sys\nfrom backend_core.paths import BACKEND_DIR\n\nsys.path.append(str(BACKEND_DIR / "app" / "services"))\n\nimport json\n',
        id="before it is needed",
    ),
    pytest.param(
        "from pathlib import (\n    Path,\n)\nHERE = Path(__file__).parent\n",
        'from pathlib import (\n    Path,\n)\nfrom backend_core.paths import BACKEND_DIR\nHERE = BACKEND_DIR / "app" / "services"\n',
        id="behind one of several lines",
    ),
    pytest.param(
        '"""Texts."""\ndef found(name):\n    from pathlib import Path\n    return Path(__file__).parent / name\n',
        '"""Texts."""\n\nfrom backend_core.paths import BACKEND_DIR\ndef found(name):\n    from pathlib import Path\n'
        '    return BACKEND_DIR / "app" / "services" / name\n',
        id="where there is only a docstring",
    ),
    pytest.param(
        "def found(name):\n    from pathlib import Path\n    return Path(__file__).parent / name\n",
        "from backend_core.paths import BACKEND_DIR\n\ndef found(name):\n    from pathlib import Path\n"
        '    return BACKEND_DIR / "app" / "services" / name\n',
        id="where there is nothing",
    ),
    pytest.param(
        "import pathlib\nBACKEND_DIR: pathlib.Path = pathlib.Path(__file__).parent\n",
        'import pathlib\nfrom backend_core.paths import BACKEND_DIR as _BACKEND_DIR\nBACKEND_DIR: pathlib.Path = _BACKEND_DIR / "app" / "services"\n',
        id="under a name that is free",
    ),
    pytest.param(
        "from pathlib import Path\r\nHERE = Path(__file__).parent\r\n",
        'from backend_core.paths import BACKEND_DIR\r\nHERE = BACKEND_DIR / "app" / "services"\r\n',
        id="with the file's line ends",
    ),
    pytest.param(
        "\ufefffrom pathlib import Path\nimport json\nHERE = Path(__file__).parent\n",
        '\ufeffimport json\nfrom backend_core.paths import BACKEND_DIR\nHERE = BACKEND_DIR / "app" / "services"\n',
        id="with its mark",
    ),
    pytest.param(
        "from pathlib import Path  # for climbing\nHERE = Path(__file__).parent\n",
        'from pathlib import Path  # for climbing\nfrom backend_core.paths import BACKEND_DIR\nHERE = BACKEND_DIR / "app" / "services"\n',
        id="an import with something to say stays",
    ),
    pytest.param(
        "import os\nA = os.path.dirname(__file__)\nB = os.path.dirname(os.path.dirname(__file__))\n",
        'from backend_core.paths import BACKEND_DIR\nA = str(BACKEND_DIR / "app" / "services")\nB = str(BACKEND_DIR / "app")\n',
        id="several climbs, one import",
    ),
]


@pytest.mark.parametrize("old, new", BEFORE_AFTER)
def test_a_module_asks_the_kernel(old, new):
    made = plan({**BACKEND, MODELS: old + USED})
    assert made.aside == ()
    assert after(made, MODELS) == new + USED


def test_a_module_that_only_goes_along_asks_nobody():
    text = "from pathlib import Path\nHERE = Path(__file__).parent / 'a.json'\n" + USED
    assert after(plan({**BACKEND, MODELS: text, "api/app/services/a.json": ""}), MODELS) == text
