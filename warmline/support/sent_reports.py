"""A report as a page with scripts sends it: JSON, sealed before it came. docs/protocol.md has the format."""

from __future__ import annotations

from typing import Annotated

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.protocol import base64url
from warmline.protocol.evidence import MOST_ITEMS, STATEMENT_MOST
from warmline.safety.evidence import Chat, Sealed
from warmline.safety.keyholder_models import Keyholder

BODY_MOST = 1024 * 1024
"""Bytes of one report: 50 of the longest messages (400 kB) and 20 keyholders."""
READERS_MOST = 40
SEATS_MOST = 32767

Text = Annotated[str, msgspec.Meta(max_length=BODY_MOST)]
Statement = Annotated[str, msgspec.Meta(max_length=2 * STATEMENT_MOST)]


class SentChat(msgspec.Struct, forbid_unknown_fields=True):
    """Items, their sealed words, and the key for each ordered pair; base64url."""

    items: Annotated[str, msgspec.Meta(max_length=MOST_ITEMS * 256)]
    sealed: Text
    blobs: Annotated[list[str], msgspec.Meta(max_length=READERS_MOST * (READERS_MOST - 1))]


class SentReport(msgspec.Struct, forbid_unknown_fields=True):
    """``keys``: the keyholders' key ids, ascending; a statement for each, or none at all.

    ``about``: the seat of whom it is about; 0 where there were only two.
    """

    reason: Annotated[str, msgspec.Meta(max_length=20)]
    keys: Annotated[list[str], msgspec.Meta(max_length=READERS_MOST)]
    statements: Annotated[list[Statement], msgspec.Meta(max_length=READERS_MOST)]
    evidence: SentChat | None = None
    about: Annotated[int, msgspec.Meta(ge=0, le=SEATS_MOST)] = 0


def is_sealed(request: HttpRequest) -> bool:
    """Whether it was sent by our script rather than as a form."""
    return request.method == "POST" and request.content_type == "application/json"


def read(request: HttpRequest) -> tuple[str, int, Sealed]:
    """The reason, the seat of whom it is about, and what was sealed; raises ``malformed``."""
    body = request.read(BODY_MOST + 1)
    try:
        if len(body) > BODY_MOST:
            raise ValueError("too long")
        sent = msgspec.json.decode(body, type=SentReport)
        return sent.reason, sent.about, _sealed(sent)
    except ValueError as problem:
        raise DomainError(
            "malformed", _("The report did not arrive whole. Please send it again.")
        ) from problem


def written(readers: list[Keyholder]) -> list[dict[str, str]]:
    """Keyholders as a page takes them."""
    return [{"id": each.key_id, "pk": base64url.encode(bytes(each.public_key))} for each in readers]


def _sealed(sent: SentReport) -> Sealed:
    chat = _chat(sent.evidence) if sent.evidence else None
    return Sealed(_all(sent.keys), _all(sent.statements), chat)


def _chat(sent: SentChat) -> Chat:
    return Chat(base64url.decode(sent.items), base64url.decode(sent.sealed), _all(sent.blobs))


def _all(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(base64url.decode(text) for text in texts)
