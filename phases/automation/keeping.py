"""What stays as it is, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.phase import Pattern

__all__ = ["KEEP"]

KEEP: list[Pattern] = [
    "__fixtures__/", "archive*/", "backups/", "deprecated/", "examples/", "fixtures/", "legacy/", "old/", "samples/", "template/", "templates/", "testdata/", "third_party/", "vendor/",
]  # fmt: skip
