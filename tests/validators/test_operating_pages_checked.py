"""Every link and anchor of the pages about what runs leads somewhere, on a sample and on a small repository; and what breaks one is seen (a twin for each)."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrator.paths import RepoPath
from migrator.plan import fold
from migrator.planfile import load_plan_file
from phases import documentation
from tests.conftest import facts_of
from tests.laws.test_operating_pages_laws import finished, pages
from tests.unit.documentation.shop import FILES
from tests.validators.documents_checked import broken_links

pytestmark = pytest.mark.validators
INCIDENTS, THREATS = "docs/runbooks/incidents/backend.md", "docs/security/threat-model/README.md"


def shop() -> dict[str, bytes]:
    _, options = load_plan_file(None, [documentation.phase])
    end = fold("base", facts_of(FILES), phases=[documentation.phase], options=options).end
    return {str(path): end.read(path) for path in end.tree}


def test_links_and_anchors_of_the_sample(tmp_path: Path) -> None:
    assert len(pages(finished())) > 15
    assert broken_links(finished(), pages(finished()), tmp_path) == []


def test_links_and_anchors_of_a_small_repository(tmp_path: Path) -> None:
    files = shop()
    written = [path for path in files if path.startswith("docs/") and path not in FILES and path != "docs/DECISIONS.md"]
    assert len(written) > 10
    assert broken_links(files, written, tmp_path) == []


@pytest.mark.parametrize(
    "path, old, new, said",
    [
        (INCIDENTS, "## Look first", "## Look at first", "Cannot find heading for `#look-first`"),
        (INCIDENTS, "(cache.md)", "(cash.md)", "Cannot find file `cash.md`"),
        (THREATS, "backend.md#routes-that-ask-nobody", "backend.md#routes", "Cannot find heading for `#routes` in `backend.md`"),
    ],
)
def test_what_breaks_a_link_is_seen(tmp_path: Path, path: str, old: str, new: str, said: str) -> None:
    files = dict(finished())
    assert old in files[path].decode()
    files[path] = files[path].decode().replace(old, new).encode()
    assert any(one.startswith(f"{path}:") and said in one for one in broken_links(files, pages(finished()), tmp_path))


def test_a_file_that_is_gone_is_seen(tmp_path: Path) -> None:
    files = {path: content for path, content in finished().items() if path != RepoPath(THREATS.replace("README", "backend"))}
    assert broken_links(files, [THREATS], tmp_path)
