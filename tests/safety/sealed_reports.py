"""Reports with a chat part, sealed and opened the way browsers do it: a second spelling of section 6."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from tests import factories
from tests.safety.reporting import coordinator, ended_talk, read_report
from warmline.people.models import Person
from warmline.protocol import base64url, clock, tags
from warmline.protocol.evidence import (
    Item,
    associated,
    ordered,
    statement_info,
    write_items,
)
from warmline.safety import opening, reports
from warmline.safety.models import Evidence, EvidenceBlob, Keyholder, Opening, Report
from warmline.safety.models import SealedStatement as Copy

SUITE = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
ENC = 65
SAID = {1: (1, "What is your number?"), 4: (2, "I keep that to myself."), 5: (1, "I find you.")}
"""What a chat part shows: number in the talk → seat, words. Two are left out."""
STATEMENT = "He asked for my number, twice. Marrowstone."


@dataclass(frozen=True)
class Sealed:
    """A report with a chat part, and the key of its words, which nobody but the tests has."""

    report: Report
    evidence: Evidence
    dek: bytes


def read_by_all(*persons: Person, said: dict[int, tuple[int, str]] | None = None) -> Sealed:
    """Ada reports Ben; each of these coordinators has a key, and has read the report."""
    for person in persons:
        factories.keyholder(person)
    talk = ended_talk()
    report = read_report(talk, talk.seeker, persons[0])
    for person in persons:
        reports.open_report(report, by=person)
    return with_chat(report, said or SAID)


def with_chat(report: Report, said: dict[int, tuple[int, str]], *, forged: int = 0) -> Sealed:
    """The chat part, and the statement for each keyholder, as a page seals them now.

    ``forged``: the number of a message whose words are not those that were sent.
    """
    holders = opening.keyholders.eligible(report.reporter, report.reported)
    ids = [base64url.decode(each.key_id) for each in holders]
    items, openings = _messages(report.room, said, forged)
    written = write_items(report.room, items)
    a, dek, iv = (
        associated(report.pk, written, ids),
        secrets.token_bytes(32),
        secrets.token_bytes(12),
    )
    evidence = Evidence.objects.create(
        report=report,
        items=written,
        sealed=iv + AESGCM(dek).encrypt(iv, tags.lp("warmline/1 openings", *openings), a),
        key_ids=b"".join(sorted(ids)),
    )
    of = {base64url.decode(each.key_id): each for each in holders}
    for outer, inner in ordered(ids):
        blob = wrapped(dek, a, of[outer], of[inner])
        EvidenceBlob.objects.create(evidence=evidence, outer=of[outer], inner=of[inner], blob=blob)
    with_statement(report, holders)
    return Sealed(report, evidence, dek)


def with_statement(report: Report, holders: Sequence[Keyholder], words: str = STATEMENT) -> None:
    """A copy of the reporter's words for each of these."""
    plain = words.encode() + b"\x80"
    plain += bytes(-len(plain) % 256)
    for each in holders:
        info = statement_info(report.pk, base64url.decode(each.key_id))
        sealed = seal(bytes(each.public_key), info, plain)
        Copy.objects.create(report=report, keyholder=each, sealed=sealed)
    report.statement, report.words_sealed = b"", True
    report.save(update_fields=["statement", "words_sealed"])


def handed_on(sealed: Sealed, by: Person) -> dict[str, bytes]:
    """What a coordinator's browser makes of the layers that are sealed to them."""
    found = EvidenceBlob.objects.filter(evidence=sealed.evidence, outer__person=by)
    a = opening.bound_to(sealed.evidence)
    return {
        each.inner.key_id: unseal(private_key_of(by), a, bytes(each.blob))
        for each in found.select_related("inner")
    }


def says_yes(sealed: Sealed, by: Person) -> Opening:
    """The first of two."""
    return opening.say_yes(sealed.report, by=by, handed_on=handed_on(sealed, by))


def opens(sealed: Sealed, by: Person) -> bytes:
    """The second of two, or one of them again: the key of the words, as their browser opens it."""
    evidence = Evidence.objects.get(pk=sealed.evidence.pk)
    mine = opening.key_of(evidence, by)
    waiting = mine and opening.waiting_for(evidence, mine)
    back = handed_on(sealed, by)[waiting.first.key_id] if waiting else b""
    _opening, inner = opening.open_chat(sealed.report, by=by, back=back)
    return unseal(private_key_of(by), opening.bound_to(sealed.evidence), inner)


def wrapped(dek: bytes, a: bytes, outer: Keyholder, inner: Keyholder) -> bytes:
    """blob(i, j)."""
    return seal(bytes(outer.public_key), a, seal(bytes(inner.public_key), a, dek))


def seal(public: bytes, info: bytes, plain: bytes) -> bytes:
    """HPKE Base mode: encapsulated key ‖ ciphertext."""
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    enc, context = SUITE.create_sender_context(KEMKey.from_pyca_cryptography_key(point), info=info)
    return enc + context.seal(plain)


def unseal(private: ec.EllipticCurvePrivateKey, info: bytes, sealed: bytes) -> bytes:
    """Raises pyhpke's OpenError when anything differs."""
    key = KEMKey.from_pyca_cryptography_key(private)
    return SUITE.create_recipient_context(sealed[:ENC], key, info=info).open(sealed[ENC:])


def private_key_of(person: Person) -> ec.EllipticCurvePrivateKey:
    """The key that `factories.keyholder` gave."""
    return factories.private_key(person.account.username)


def as_json(blobs: dict[str, bytes]) -> str:
    """As a page sends it."""
    return json.dumps({key: base64url.encode(blob) for key, blob in blobs.items()})


def femi() -> Person:
    """Another coordinator."""
    return coordinator("femi")


def gita() -> Person:
    """One more."""
    return coordinator("gita")


def _messages(
    room: int, said: dict[int, tuple[int, str]], forged: int
) -> tuple[list[Item], list[bytes]]:
    items, openings = [], []
    for seq, (seat, text) in said.items():
        cid, kf = secrets.token_bytes(16), secrets.token_bytes(32)
        letter = {"k": "text", "t": text, "n": seq, "seen": seq - 1, "h": "x" * 22}
        plain = json.dumps(letter, separators=(",", ":")).encode()
        padded = plain + b" " * (-len(plain) % 128)
        sent = bytes(len(padded)) if seq == forged else padded
        c = tags.commitment(kf, tags.message_header(room, 1, seat, cid), sent)
        ms = clock.to_ms(clock.now()) - 600_000 + seq * 20_000
        items.append(Item(seq, seat, 1, cid, ms, 1, c, secrets.token_bytes(32)))
        openings += [padded, kf]
    return items, openings
