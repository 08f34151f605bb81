"""Sealed bytes that a coordinator's browser sends: JSON of base64url, without words."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.protocol import base64url
from warmline.safety.keyholder_models import KEY_ID_LETTERS
from warmline.safety.opening import Pair

MOST_SEALED = 12_000
"""Letters of one sealed thing; a statement is the longest."""
MOST_BLOBS = 2_000
"""More than 40 coordinators in every pair."""

KeyId = Annotated[str, msgspec.Meta(max_length=KEY_ID_LETTERS)]
Sealed = Annotated[str, msgspec.Meta(max_length=MOST_SEALED)]
T = TypeVar("T")


class _Blob(msgspec.Struct):
    outer: KeyId
    inner: KeyId
    blob: Sealed


_BY_KEY = msgspec.json.Decoder(dict[KeyId, Sealed])
_BY_PAIR = msgspec.json.Decoder(Annotated[list[_Blob], msgspec.Meta(max_length=MOST_BLOBS)])


def by_key(written: str) -> dict[str, bytes]:
    """``{"key id": "sealed", …}``. Raises ``not_whole``."""
    return {key_id: _bytes(sealed) for key_id, sealed in _read(written, _BY_KEY).items()}


def by_pair(written: str) -> dict[Pair, bytes]:
    """``[{"outer": …, "inner": …, "blob": …}, …]``. Raises ``not_whole``."""
    return {(one.outer, one.inner): _bytes(one.blob) for one in _read(written, _BY_PAIR)}


def _read(written: str, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(written)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        raise _not_whole() from problem


def _bytes(written: str) -> bytes:
    try:
        return base64url.decode(written)
    except ValueError as problem:
        raise _not_whole() from problem


def _not_whole() -> DomainError:
    return DomainError("not_whole", _("This did not arrive whole. Please try again."))
