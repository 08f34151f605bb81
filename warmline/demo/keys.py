"""Keys of a talk at a simulated volunteer's seat: a second, small spelling of docs/encryption.md §1–§3.

A page's own code is stricter: nobody is harmed when a simulated volunteer is lied to.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey, KEMKeyInterface, OpenError

from warmline.protocol import base64url, tags
from warmline.protocol.epochs import PK_BYTES, Header, Member, read

SUITE = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
IV_BYTES = 12


class Epoch:
    """One epoch that was opened: its header, H and the keys of its seats."""

    def __init__(self, header: Header, secret: bytes) -> None:
        self.header, self.h, self._secret = header, header.hash(), secret
        self._keys: dict[int, AESGCM] = {}

    def derived(self, info: bytes) -> bytes:
        """32 bytes of HKDF under this epoch's secret and H."""
        return HKDF(SHA256(), 32, self.h, info).derive(self._secret)

    @property
    def confirm(self) -> bytes:
        return self.derived(tags.lp("warmline/1 confirm"))

    def key(self, seat: int) -> AESGCM:
        """The key of a seat's messages."""
        if seat not in self._keys:
            self._keys[seat] = AESGCM(self.derived(tags.lp("warmline/1 msg", seat)))
        return self._keys[seat]


class Keyring:
    """The seat's own pair, and the epochs it was let into. Lives as long as the talk, in memory alone."""

    def __init__(self, room: int, seat: int) -> None:
        self._room, self._seat = room, seat
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.pk = self._private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self._epochs: dict[int, Epoch] = {}
        self._newest: Header | None = None

    @property
    def current(self) -> Epoch | None:
        """The epoch to write in."""
        newest = self._newest
        return self._epochs.get(newest.epoch) if newest else None

    @property
    def after(self) -> int:
        """The newest epoch that was seen."""
        return self._newest.epoch if self._newest else 0

    def epoch(self, number: int) -> Epoch | None:
        return self._epochs.get(number)

    def take(self, commits: Iterable[dict[str, Any]]) -> None:
        """New epochs, as the server passes them on; one that does not open is passed over."""
        for commit in commits:
            header = read(base64url.decode(commit["header"]))
            self._newest = header
            epoch = self._opened(header, commit)
            if epoch is not None:
                self._epochs[header.epoch] = epoch

    def next(
        self, seats: Iterable[dict[str, Any]], *, up_to: int, x: bytes
    ) -> dict[str, str] | None:
        """The form that makes the next epoch; None while the last still fits the room's seats, and while
        the next is for others to make.

        A returned seat's new key is always said yes to: a simulated volunteer has nothing to hide from it.
        """
        roster = tuple(
            Member(one["seat"], one["role"], base64url.decode(one["pk"]))
            for one in seats
            if one["pk"]
        )
        newest = self._newest
        if len(roster) < 2 or (newest and not self._may_follow(newest, roster)):
            return None
        previous = newest.hash() if newest else b""
        header = Header(self._room, self.after + 1, self._seat, previous, up_to, x, roster)
        secret = secrets.token_bytes(32)
        sealed = [self._sealed(member.pk, header.hash(), secret) for member in roster]
        return {
            "header": base64url.encode(header.written()),
            "sealed": ",".join(base64url.encode(one) for one in sealed),
            "confirm": base64url.encode(Epoch(header, secret).confirm),
        }

    def _may_follow(self, newest: Header, roster: tuple[Member, ...]) -> bool:
        """Who came back without the last epoch waits for those who have it; nobody new is let in by us."""
        known = {member.seat for member in newest.roster}
        is_change = roster != newest.roster and known >= {member.seat for member in roster}
        holders = {member.pk for member in newest.roster} & {member.pk for member in roster}
        return is_change and (self.current is not None or not holders)

    def _opened(self, header: Header, commit: dict[str, Any]) -> Epoch | None:
        pks = {member.seat: member.pk for member in header.roster}
        if not commit["mine"] or pks.get(self._seat) != self.pk:
            return None
        sealed = base64url.decode(commit["mine"])
        context = SUITE.create_recipient_context(
            sealed[:PK_BYTES],
            KEMKey.from_pyca_cryptography_key(self._private),
            info=header.hash(),
            pks=_public(pks[header.committer]),
        )
        try:
            epoch = Epoch(header, context.open(sealed[PK_BYTES:]))
        except OpenError:
            return None
        return epoch if epoch.confirm == base64url.decode(commit["confirm"]) else None

    def _sealed(self, pk: bytes, h: bytes, secret: bytes) -> bytes:
        enc, context = SUITE.create_sender_context(
            _public(pk), info=h, sks=KEMKey.from_pyca_cryptography_key(self._private)
        )
        return enc + context.seal(secret)


def sealed_body(epoch: Epoch, seat: int, header: bytes, c: bytes, plain: bytes) -> bytes:
    """iv ‖ AES-256-GCM(K, iv, AAD lp(hdr, C), plain)."""
    iv = secrets.token_bytes(IV_BYTES)
    return iv + epoch.key(seat).encrypt(iv, plain, tags.lp(header, c))


def opened_body(epoch: Epoch, seat: int, header: bytes, c: bytes, body: bytes) -> bytes | None:
    """What was sealed, or None."""
    try:
        return epoch.key(seat).decrypt(body[:IV_BYTES], body[IV_BYTES:], tags.lp(header, c))
    except InvalidTag:
        return None


def _public(pk: bytes) -> KEMKeyInterface:
    return KEMKey.from_pyca_cryptography_key(
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), pk)
    )
