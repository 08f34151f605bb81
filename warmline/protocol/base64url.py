"""base64url without padding, and exactly one way to write each string of bytes (RFC 4648 §5)."""

import base64
import binascii

_LAST_OF_TWO = frozenset("AQgw")  # 8 bits in 2 characters: the last 4 bits are 0
_LAST_OF_THREE = frozenset("AEIMQUYcgkosw048")  # 16 bits in 3: the last 2 bits are 0
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_FOREIGN = b"+/="
_PADDING = (b"", b"", b"==", b"=")


def encode(data: bytes) -> str:
    """Bytes to base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes; raises ValueError for padding, foreign characters, spare bits."""
    spare = len(text) % 4
    if spare == 1:
        raise ValueError("not base64url: impossible length")
    if spare == 2 and text[-1] not in _LAST_OF_TWO:
        raise ValueError("not base64url: spare bits")
    if spare == 3 and text[-1] not in _LAST_OF_THREE:
        raise ValueError("not base64url: spare bits")
    try:
        standard = text.encode("ascii").translate(_TO_STANDARD, _FOREIGN)
        if len(standard) != len(text):
            raise ValueError("not base64url: foreign character")
        return binascii.a2b_base64(standard + _PADDING[spare], strict_mode=True)
    except ValueError as problem:
        raise ValueError("not base64url") from problem
