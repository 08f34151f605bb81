"""The code that lets somebody without an account see what became of their report.

Twelve drawn characters of Crockford's base 32 (60 bits), shown once. The table holds a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_MISREAD = str.maketrans("OIL", "011")


def draw() -> str:
    """A new code as people see it: three groups of four."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    return "-".join(drawn[start : start + 4] for start in range(0, LENGTH, 4))


def hashed(code: str) -> str:
    """HMAC-SHA256 in hex. Case, spaces, dashes and letters read as digits make no difference."""
    plain = "".join(filter(str.isalnum, code.upper())).translate(_MISREAD)
    key = settings.INSTALLATION.secrets.pepper
    return hmac.new(key, b"warmline/1 report code" + plain.encode(), hashlib.sha256).hexdigest()
