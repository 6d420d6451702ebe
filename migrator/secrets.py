"""Keeps secrets out of whatever we print or write."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    AKIA[0-9A-Z]{16}                                    # AWS access key
  | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,}     # GitHub
  | glpat-[\w-]{20,}                                    # GitLab
  | xox[abprs]-[\w-]{10,}                               # Slack
  | \bsk-[A-Za-z0-9_-]{16,} | sk_(?:live|test)_\w{10,}  # OpenAI (no task-…), Stripe
  | AIza[\w-]{30,}                                      # Google
  | eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*                     # JSON web token
  | -----BEGIN[ A-Z]*PRIVATE\ KEY-----[\s\S]*?(?:-----END[ A-Z]*PRIVATE\ KEY-----|$)
    """,
    re.VERBOSE,
)
_ASSIGNED = re.compile(
    r"""(?i)\b([\w.-]*(?:passw(?:or)?d|secret|token|api[_-]?key|private[_-]?key|credential)[\w.-]*["']?\s*[=:]\s*)(["']?)([^\s"',;]{4,})\2"""
)
_IN_URL = re.compile(r"([a-z][a-z0-9+.-]*://[^\s/:@]*:)([^\s/@]+)@")

HIDDEN = "•••"


def redact(text: str) -> str:
    """The text with what looks like a secret hidden: known token shapes, values assigned to telling names, passwords in URLs."""
    text = _TOKEN.sub(HIDDEN, text)
    text = _IN_URL.sub(rf"\1{HIDDEN}@", text)
    return _ASSIGNED.sub(rf"\1{HIDDEN}", text)


def credential(text: str) -> int | None:
    """Where in a text the first credential is that shows by its own shape: a known kind of token, a password in a URL."""
    found = [match.start() for match in (_TOKEN.search(text), _IN_URL.search(text)) if match is not None]
    return min(found, default=None)
