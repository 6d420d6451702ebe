import hashlib
import hmac
import os


def hashed(password: str, salt: bytes | None = None) -> str:
    salt = os.urandom(8) if salt is None else salt
    return f"{salt.hex()}${hashlib.pbkdf2_hmac('sha256', password.encode(), salt, 1000).hex()}"


def fits(password: str, known: str) -> bool:
    return hmac.compare_digest(hashed(password, bytes.fromhex(known.partition("$")[0])), known)
