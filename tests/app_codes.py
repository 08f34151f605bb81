"""What somebody's authenticator app shows (RFC 6238), and what they type; no Django here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

PASSWORD = "lantern harbour nine"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The secret of everybody's app, in base32."""


def code(secret: str = APP_SECRET) -> str:
    """What the app shows now; it works once."""
    step = struct.pack(">Q", int(time.time()) // 30)
    mac = hmac.digest(base64.b32decode(secret), step, hashlib.sha1)
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
