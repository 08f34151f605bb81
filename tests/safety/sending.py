"""What the page of a talk sends when somebody reports: a second spelling of the reporter's side."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.safety.sealed_reports import private_key_of, seal, unseal
from warmline.people.models import Person
from warmline.protocol import base64url, clock, epochs, tags
from warmline.protocol.evidence import (
    Item,
    associated,
    ordered,
    read_items,
    statement_info,
    write_items,
)
from warmline.rooms.models import Epoch, Room
from warmline.safety import evidence, keyholders
from warmline.safety.evidence import Chat, Sealed
from warmline.safety.models import Evidence, EvidenceBlob, Keyholder, Report
from warmline.support.models import Conversation

WORDS = "He asked for my number, twice. Marrowstone."


@dataclass(frozen=True)
class Proof:
    """A message that was said, as both pages have it in memory."""

    item: Item
    padded: bytes
    kf: bytes


def said(room: int, seq: int, seat: int, text: str, *, epoch: int = 1, ms: int = 0) -> Proof:
    """With the tag that the gateway gives it."""
    cid, kf = secrets.token_bytes(16), secrets.token_bytes(32)
    letter = {"k": "text", "t": text, "n": seq, "seen": seq - 1, "h": "x" * 22}
    plain = json.dumps(letter, separators=(",", ":"), ensure_ascii=False).encode()
    padded = plain + b" " * (-len(plain) % 128)
    c = tags.commitment(kf, tags.message_header(room, epoch, seat, cid), padded)
    ms = ms or clock.to_ms(clock.now()) + seq
    known = settings.INSTALLATION.secrets.franking
    kid = max(known)
    tag = tags.tag(known[kid], kid, room, epoch, seat, seq, ms, cid, c)
    return Proof(Item(seq, seat, epoch, cid, ms, kid, c, tag), padded, kf)


def epoch_of(room: int, number: int, *seats: int) -> None:
    """An epoch with these seats in its roster."""
    roster = tuple(epochs.Member(seat, "volunteer", bytes(65)) for seat in seats)
    header = epochs.Header(room, number, seats[0], bytes(32), 0, bytes(32), roster)
    Epoch.objects.create(
        room=Room.objects.get(pk=room),
        number=number,
        header=header.written(),
        sealed={},
        confirm=bytes(32),
    )


def sealed_of(
    talk: Conversation,
    by: Person,
    proofs: Sequence[Proof],
    *,
    words: str = WORDS,
    holders: Sequence[Keyholder] | None = None,
    room: int = 0,
) -> Sealed:
    """As the reporter's page seals it, to whoever may read it now."""
    if holders is None:
        holders = keyholders.eligible(by, talk.partner_of(by))
    of = {base64url.decode(each.key_id): bytes(each.public_key) for each in holders}
    ids = sorted(of)
    report = evidence.report_id(talk.pk, by, talk.partner_of(by))
    plain = words.encode() + b"\x80"
    plain += bytes(-len(plain) % 256)
    statements = [seal(of[each], statement_info(report, each), plain) for each in ids]
    return Sealed(
        key_ids=tuple(ids),
        statements=tuple(statements) if words else (),
        chat=_chat(report, room or talk.pk, proofs, ids, of) if proofs else None,
    )


def _chat(
    report: int, room: int, proofs: Sequence[Proof], ids: list[bytes], of: dict[bytes, bytes]
) -> Chat:
    items = write_items(room, [proof.item for proof in proofs])
    openings = [part for proof in proofs for part in (proof.padded, proof.kf)]
    a, dek, iv = (
        associated(report, items, ids),
        secrets.token_bytes(32),
        secrets.token_bytes(12),
    )
    return Chat(
        items=items,
        sealed=iv + AESGCM(dek).encrypt(iv, tags.lp("warmline/1 openings", *openings), a),
        blobs=tuple(seal(of[outer], a, seal(of[inner], a, dek)) for outer, inner in ordered(ids)),
    )


def read_by_two(report: Report) -> dict[str, Any]:
    """What two keyholders see of it together, each pair alike: numbers, words, and each one's statement."""
    kept = Evidence.objects.filter(report=report).first()
    statements = [
        unseal(
            private_key_of(each.keyholder.person),
            statement_info(report.pk, base64url.decode(each.keyholder.key_id)),
            bytes(each.sealed),
        )
        .rstrip(b"\x00")[:-1]
        .decode()
        for each in report.sealed_statements.select_related("keyholder__person__account")
    ]
    found: dict[str, Any] = {"statements": statements, "numbers": [], "words": []}
    if kept is None:
        return found
    room, items = read_items(bytes(kept.items))
    ids = [base64url.decode(name) for name in kept.key_names]
    a = associated(report.pk, bytes(kept.items), ids)
    every = {tuple(_openings(blob, kept, a)) for blob in kept.blobs.all()}
    assert len(every) == 1
    openings = every.pop()
    for item, padded, kf in zip(items, openings[::2], openings[1::2], strict=True):
        header = tags.message_header(room, item.epoch, item.seat, item.cid)
        assert tags.commitment_holds(item.c, kf, header, padded)
    found["numbers"] = [item.seq for item in items]
    found["words"] = [json.loads(padded)["t"] for padded in openings[::2]]
    return found


def _openings(blob: EvidenceBlob, kept: Evidence, a: bytes) -> list[bytes]:
    left = unseal(private_key_of(blob.outer.person), a, bytes(blob.blob))
    dek, sealed = unseal(private_key_of(blob.inner.person), a, left), bytes(kept.sealed)
    _label, *openings = tags.unlp(AESGCM(dek).decrypt(sealed[:12], sealed[12:], a))
    return openings


def body_of(sealed: Sealed, reason: str = "insult", **values: Any) -> dict[str, Any]:
    """The JSON of it."""
    chat = sealed.chat
    return {
        "reason": reason,
        "keys": [base64url.encode(each) for each in sealed.key_ids],
        "statements": [base64url.encode(each) for each in sealed.statements],
        "evidence": chat
        and {
            "items": base64url.encode(chat.items),
            "sealed": base64url.encode(chat.sealed),
            "blobs": [base64url.encode(each) for each in chat.blobs],
        },
        **values,
    }


def send(browser: Client, talk: Conversation, body: Any) -> Any:
    """As our script sends it."""
    return browser.post(
        reverse("report", args=[talk.pk]), json.dumps(body), content_type="application/json"
    )
