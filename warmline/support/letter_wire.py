"""Letters as pages send and get them: JSON, everything binary base64url. docs/protocol.md has the format."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated, Any, TypeVar

import msgspec
from django.conf import settings
from django.http import HttpRequest

from warmline.protocol import base64url, letters, tags
from warmline.support.letter_key_models import LetterKey
from warmline.support.letter_models import EPOCH, WRITER_SEAT, Letter, LetterPart
from warmline.support.services.lettering import SealedPart, malformed

BODY_MOST = 256 * 1024
"""Bytes of what one page sends: a part of at most 8 kB, and copies of the key for 200 volunteers."""
COPIES_MOST = 500
_Text = Annotated[str, msgspec.Meta(max_length=16 * 1024)]
_Short = Annotated[str, msgspec.Meta(max_length=1024)]


class SentPart(msgspec.Struct, forbid_unknown_fields=True):
    """One sealed part: client id, commitment, and the words."""

    cid: _Short
    c: _Short
    body: _Text


class SentLetter(msgspec.Struct, forbid_unknown_fields=True):
    """A new letter: its words, its key under the six words, what finds it, and its key for each reader."""

    part: SentPart
    wrapped: _Short
    find: _Short
    copies: Annotated[dict[_Short, _Short], msgspec.Meta(max_length=COPIES_MOST)]


class SentAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """An answer or a reply."""

    part: SentPart


Sent = TypeVar("Sent", SentLetter, SentAnswer)


def read_letter(request: HttpRequest) -> tuple[SealedPart, bytes, str, dict[str, bytes]]:
    """The part, the wrapped key, the finder as it is stored, and copies by key id; raises ``malformed``."""
    sent = _decoded(request, SentLetter)
    try:
        copies = {key: base64url.decode(sealed) for key, sealed in sent.copies.items()}
        return _part(sent.part), base64url.decode(sent.wrapped), finder(sent.find), copies
    except ValueError as problem:
        raise malformed() from problem


def read_part(request: HttpRequest) -> SealedPart:
    """The part of an answer or a reply; raises ``malformed``."""
    sent = _decoded(request, SentAnswer)
    try:
        return _part(sent.part)
    except ValueError as problem:
        raise malformed() from problem


def finder(found: str) -> str:
    """What is stored of what six words make: a hash under the installation's pepper.

    Raises ValueError for anything but 32 bytes in base64url.
    """
    key = settings.INSTALLATION.secrets.pepper
    made = letters.from_words(found)
    return hmac.new(key, tags.lp("warmline/1 letter find", made), hashlib.sha256).hexdigest()


def written_keys(keys: list[LetterKey]) -> list[dict[str, str]]:
    """Letter keys as a page takes them."""
    return [{"id": each.key_id, "pk": base64url.encode(bytes(each.public_key))} for each in keys]


def written(letter: Letter) -> dict[str, Any]:
    """Room, state and parts, each with the server's tag of this moment."""
    return {
        "room": letter.pk,
        "state": letter.state,
        "parts": [_written_part(letter.pk, part) for part in letter.parts.all()],
    }


def for_writer(letter: Letter) -> dict[str, Any]:
    """The same with the key under the six words."""
    wrapped = base64url.encode(bytes(letter.wrapped))
    return {**written(letter), "seat": WRITER_SEAT, "wrapped": wrapped}


def for_reader(letter: Letter) -> dict[str, Any]:
    """The same with the copies of the key for whoever has it."""
    mine = letter.copies.filter(person=letter.reader)
    copies = {each.key_id: base64url.encode(bytes(each.sealed)) for each in mine}
    return {**written(letter), "seat": letter.seat_number, "copies": copies}


def _written_part(room: int, part: LetterPart) -> dict[str, Any]:
    secrets = settings.INSTALLATION.secrets
    kid = max(secrets.franking)
    cid, c = bytes(part.cid), bytes(part.c)
    tag = tags.tag(
        secrets.franking[kid], kid, room, EPOCH, part.seat, part.number, part.sent_ms, cid, c
    )
    return {
        "seq": part.number,
        "seat": part.seat,
        "epoch": EPOCH,
        "ms": part.sent_ms,
        "cid": base64url.encode(cid),
        "c": base64url.encode(c),
        "body": base64url.encode(bytes(part.body)),
        "kid": kid,
        "tag": base64url.encode(tag),
    }


def _part(sent: SentPart) -> SealedPart:
    return SealedPart(*(base64url.decode(each) for each in (sent.cid, sent.c, sent.body)))


def _decoded(request: HttpRequest, kind: type[Sent]) -> Sent:
    body = request.read(BODY_MOST + 1)
    try:
        if len(body) > BODY_MOST:
            raise ValueError("too long")
        return msgspec.json.decode(body, type=kind)
    except ValueError as problem:
        raise malformed() from problem
