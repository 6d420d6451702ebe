"""Tokens in the manner of JSON Web Tokens: what they say, and our word that we said it."""

import base64
import binascii
import hashlib
import hmac
import json

from backend_core.base.core.clock import now
from backend_core.base.core.config import settings


def _signed(said: bytes) -> str:
    return hmac.new(settings.SECRET.encode(), said, hashlib.sha256).hexdigest()


def issue(**said: object) -> str:
    text = base64.urlsafe_b64encode(json.dumps({**said, "until": now() + settings.TOKEN_SECONDS}, sort_keys=True).encode())
    return f"{text.decode()}.{_signed(text)}"


def read(token: str) -> dict[str, object] | None:
    text, _, signature = token.partition(".")
    if not hmac.compare_digest(_signed(text.encode()).encode(), signature.encode()):
        return None
    try:
        said = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError):
        return None
    return said if said["until"] > now() else None
