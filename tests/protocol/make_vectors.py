"""Writes vectors.json, from a second, plain spelling of the arithmetic of docs/protocol.md.

Run it only when version 1 of the protocol changes: `python -m tests.protocol.make_vectors`.
It must not import warmline: the file is what both our implementations are measured against.
"""

import base64
import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pyhpke import AEADId, CipherSuite, KDFId, KEMId
from pyhpke.kem_key import KEMKey, KEMKeyPair

FILE = Path(__file__).with_name("vectors.json")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def s(text: str) -> bytes:
    return struct.pack(">I", len(text.encode())) + text.encode()


def n(number: int) -> bytes:
    return struct.pack(">IQ", 8, number)


def b(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def pattern(length: int, start: int) -> bytes:
    return bytes((start + 7 * i) % 256 for i in range(length))


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    """RFC 5869 with SHA-256, written out."""
    prk, out, block = mac(salt or bytes(32), secret), b"", b""
    for i in range(1, 2 + (length - 1) // 32):
        block = mac(prk, block + info + bytes([i]))
        out += block
    return out[:length]


def pair(scalar: int) -> tuple[ec.EllipticCurvePrivateKey, bytes, bytes]:
    """A key pair, its pkcs8 and its 65 public bytes."""
    private = ec.derive_private_key(scalar, ec.SECP256R1())
    pkcs8 = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return private, pkcs8, point


def first_epoch(room: int, x0: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """The first epoch of two seats, made by seat 1; with its secret and H."""
    pairs = {1: pair(1_000_003), 2: pair(2_000_003)}
    header = s("warmline/1 epoch") + n(room) + n(1) + n(1) + b(b"") + n(0) + b(x0)
    for seat, role in ((1, "seeker"), (2, "volunteer")):
        header += n(seat) + s(role) + b(pairs[seat][2])
    secret, h = pattern(32, 17), sha(header)
    suite = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
    sealed = {}
    for seat, (private, _pkcs8, _point) in pairs.items():
        fresh = pair(3_000_000 + seat)[0]
        enc, context = suite.create_sender_context(
            KEMKey.from_pyca_cryptography_key(private.public_key()),
            info=h,
            sks=KEMKey.from_pyca_cryptography_key(pairs[1][0]),
            eks=KEMKeyPair(
                KEMKey.from_pyca_cryptography_key(fresh),
                KEMKey.from_pyca_cryptography_key(fresh.public_key()),
            ),
        )
        sealed[str(seat)] = b64(enc + context.seal(secret))
    described = {
        "seats": [
            {"seat": seat, "pkcs8": b64(pkcs8), "pk": b64(point)}
            for seat, (_private, pkcs8, point) in pairs.items()
        ],
        "secret": b64(secret),
        "header": b64(header),
        "h": b64(h),
        "sealed": sealed,
        "confirm": b64(hkdf(secret, h, s("warmline/1 confirm"))),
    }
    return described, secret, h


def check_code(secret: bytes, h: bytes) -> dict[str, Any]:
    """What two seats draw and commit to, and the seven pictures by number."""
    drawn = {1: pattern(32, 31), 2: pattern(32, 41)}
    info = s("warmline/1 code") + b(drawn[1]) + b(drawn[2])
    bits = "".join(f"{byte:08b}" for byte in hkdf(secret, h, info, 6))
    return {
        "seats": [
            {"seat": seat, "n": b64(one), "check1": b64(sha(b(h) + n(seat) + b(one)))}
            for seat, one in drawn.items()
        ],
        "numbers": [int(bits[at : at + 6], 2) for at in range(0, 42, 6)],
    }


def sealed_for(scalar: int, fresh: int, info: bytes, plain: bytes) -> bytes:
    """HPKE Base mode with a known encapsulated key."""
    suite = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
    ephemeral = pair(fresh)[0]
    enc, context = suite.create_sender_context(
        KEMKey.from_pyca_cryptography_key(pair(scalar)[0].public_key()),
        info=info,
        eks=KEMKeyPair(
            KEMKey.from_pyca_cryptography_key(ephemeral),
            KEMKey.from_pyca_cryptography_key(ephemeral.public_key()),
        ),
    )
    return enc + context.seal(plain)


def evidence(
    room: int, epoch: int, kid: int, report: int, messages: list[dict[str, Any]]
) -> dict[str, Any]:
    """A report of the first and the third message (the second left out) to three keyholders."""

    def raw(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    items, openings = s("warmline/1 items") + n(room), s("warmline/1 openings")
    for one in (messages[0], messages[2]):
        cid, c, tag = raw(one["cid"]), raw(one["c"]), raw(one["tag"])
        items += n(one["seq"]) + n(one["seat"]) + n(epoch) + b(cid) + n(one["ms"]) + n(kid)
        items += b(c) + b(tag)
        openings += b(raw(one["padded"])) + b(raw(one["kf"]))
    scalars = {
        sha(s("warmline/1 keyholder") + b(pair(scalar)[2]))[:16]: scalar
        for scalar in (4_000_003, 5_000_003, 6_000_003)
    }
    ids = sorted(scalars)
    a = s("warmline/1 evidence") + n(report) + b(sha(items)) + b"".join(b(each) for each in ids)
    dek, iv = pattern(32, 33), pattern(12, 44)
    pairs = [(outer, inner) for outer in ids for inner in ids if inner != outer]
    blobs = [
        sealed_for(scalars[outer], 7_000_000 + at, a, sealed_for(scalars[inner], 8_000_000 + at, a, dek))
        for at, (outer, inner) in enumerate(pairs)
    ]  # fmt: skip
    words = "He asked for my number. Grüße, 👋"
    padded = words.encode() + b"\x80"
    padded += bytes(-len(padded) % 256)
    statements = [
        sealed_for(
            scalars[each], 9_000_000 + at, s("warmline/1 statement") + n(report) + b(each), padded
        )
        for at, each in enumerate(ids)
    ]
    return {
        "report": report,
        "keyholders": [
            {
                "id": b64(each),
                "pkcs8": b64(pair(scalars[each])[1]),
                "pk": b64(pair(scalars[each])[2]),
            }
            for each in ids
        ],
        "seqs": [1, 3],
        "items": b64(items),
        "openings": b64(openings),
        "a": b64(a),
        "dek": b64(dek),
        "iv": b64(iv),
        "sealed": b64(iv + AESGCM(dek).encrypt(iv, openings, a)),
        "blobs": [
            {"outer": b64(outer), "inner": b64(inner), "blob": b64(blob)}
            for (outer, inner), blob in zip(pairs, blobs, strict=True)
        ],
        "words": words,
        "statements": [b64(each) for each in statements],
    }


def letter(room: int) -> dict[str, Any]:
    """A letter to two readers, its answer and its reply; what its six words make; one reader's own key."""
    words, key, wrap_iv = (
        "maple window harbour lantern meadow violin",
        pattern(32, 51),
        pattern(12, 52),
    )
    secret = words.replace(" ", "").encode()
    of_words = s("warmline/1 letter words") + n(room)
    wrapped = wrap_iv + AESGCM(hkdf(secret, b"", of_words)).encrypt(wrap_iv, key, of_words)
    readers = []
    for scalar, fresh in ((6_100_003, 7_100_001), (6_200_003, 7_100_002)):
        _private, pkcs8, pk = pair(scalar)
        key_id = sha(s("warmline/1 letter key") + b(pk))[:16]
        info = s("warmline/1 letter copy") + n(room) + b(key_id)
        copy = sealed_for(scalar, fresh, info, key)
        readers.append({"id": b64(key_id), "pkcs8": b64(pkcs8), "pk": b64(pk), "copy": b64(copy)})
    own_secret, own_iv = pattern(16, 53), pattern(12, 54)
    recovery = s("warmline/1 letter key recovery")
    _private, pkcs8, pk = pair(6_100_003)
    own = own_iv + AESGCM(hkdf(own_secret, b"", recovery)).encrypt(own_iv, pkcs8, recovery + b(pk))
    parts, x = [], sha(s("warmline/1 log") + n(room))
    said = ((1, 1, "It is heavy today. Grüße, 👋"), (2, 1, "I read every word."), (1, 2, "شكرا"))
    for seq, (seat, running, text) in enumerate(said, 1):
        plain = json.dumps(
            {"k": "text", "t": text, "n": running, "seen": seq - 1, "h": b64(x[:16])},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        padded, cid, kf = (
            plain + b" " * (-len(plain) % 128),
            pattern(16, 60 + seq),
            pattern(32, 70 + seq),
        )
        header = s("warmline/1 hdr") + n(room) + n(1) + n(seat) + b(cid)
        c, iv = mac(kf, b(header) + b(padded)), pattern(12, 80 + seq)
        part_key = hkdf(key, b"", s("warmline/1 letter part") + n(room) + n(seat))
        body = iv + AESGCM(part_key).encrypt(iv, kf + padded, b(header) + b(c))
        x = sha(b(x) + n(seq) + n(seat) + n(1) + b(cid) + b(c))
        parts.append(
            {
                "seq": seq, "seat": seat, "text": text, "cid": b64(cid), "kf": b64(kf), "iv": b64(iv),
                "padded": b64(padded), "c": b64(c), "body": b64(body),
            }
        )  # fmt: skip
    return {
        "words": words,
        "key": b64(key),
        "wrap_iv": b64(wrap_iv),
        "wrapped": b64(wrapped),
        "find": b64(hkdf(secret, b"", s("warmline/1 letter find"))),
        "come_back": b64(hkdf(secret, b"", s("warmline/1 come-back"))),
        "readers": readers,
        "own": {"secret": b64(own_secret), "wrapped": b64(own)},
        "parts": parts,
    }


def keyholder() -> dict[str, Any]:
    """A coordinator's key: its id, the digits people compare, and it wrapped under a recovery code."""
    _private, pkcs8, pk = pair(5_000_011)
    secret, iv = pattern(16, 33), pattern(12, 44)
    info = s("warmline/1 keyholder recovery")
    wrapped = iv + AESGCM(hkdf(secret, b"", info)).encrypt(iv, pkcs8, info + b(pk))
    digest = sha(s("warmline/1 keyholder spoken") + b(pk))
    digits = str(int.from_bytes(digest, "big") % 10**20).zfill(20)
    check = int.from_bytes(sha(s("warmline/1 recovery code check") + b(secret))[:2], "big") >> 4
    whole = int.from_bytes(secret, "big") << 12 | check
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    symbols = "".join(alphabet[whole >> 5 * at & 31] for at in range(27, -1, -1))
    return {
        "pkcs8": b64(pkcs8),
        "pk": b64(pk),
        "key_id": b64(sha(s("warmline/1 keyholder") + b(pk))[:16]),
        "spoken": " ".join(digits[at : at + 5] for at in range(0, 20, 5)),
        "secret": b64(secret),
        "code": " ".join(symbols[at : at + 4] for at in range(0, 28, 4)),
        "wrapped": b64(wrapped),
    }


def vectors() -> dict[str, Any]:
    room, epoch, kid, key = 9007199254740991, 1, 1, pattern(32, 200)
    lps: list[tuple[list[dict[str, Any]], bytes]] = [
        ([], b""),
        ([{"s": ""}], s("")),
        ([{"s": "warmline/1 hdr"}, {"n": 1}], s("warmline/1 hdr") + n(1)),
        ([{"s": "ä😀"}, {"b": b64(b"\x00\xff")}], s("ä😀") + b(b"\x00\xff")),
        ([{"n": 0}, {"n": room}], n(0) + n(room)),
    ]
    messages = []
    x = sha(s("warmline/1 log") + n(room))
    start = x
    described, secret, h = first_epoch(room, start)
    texts = ["Hello", "Grüße, مرحبا, 👋", "a" * 200]
    for seq, text in enumerate(texts, 1):
        seat, ms = 1 + seq % 2, 1_800_000_000_000 + seq
        cid, kf = pattern(16, seq), pattern(32, 60 + seq)
        plain = json.dumps(
            {"k": "text", "t": text, "n": seq, "seen": seq - 1, "h": b64(x[:16])},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        padded = plain + b" " * (-len(plain) % 128)
        header = s("warmline/1 hdr") + n(room) + n(epoch) + n(seat) + b(cid)
        c = mac(kf, b(header) + b(padded))
        tag = mac(
            key,
            s("warmline/1 tag") + n(kid) + n(room) + n(epoch) + n(seat) + n(seq) + n(ms)
            + b(cid) + b(c),
        )  # fmt: skip
        iv = pattern(12, 90 + seq)
        sealed = AESGCM(hkdf(secret, h, s("warmline/1 msg") + n(seat))).encrypt(
            iv, kf + padded, b(header) + b(c)
        )
        x = sha(b(x) + n(seq) + n(seat) + n(epoch) + b(cid) + b(c))
        messages.append(
            {
                "seat": seat, "seq": seq, "ms": ms, "cid": b64(cid), "kf": b64(kf), "iv": b64(iv),
                "text": text, "padded": b64(padded), "header": b64(header), "c": b64(c),
                "body": b64(iv + sealed), "tag": b64(tag), "chain": b64(x),
            }
        )  # fmt: skip
    return {
        "about": "base64url without padding; lp items: s a string, n an integer, b bytes",
        "lp": [{"items": items, "bytes": b64(out)} for items, out in lps],
        "room": room,
        "epoch": epoch,
        "first_epoch": described,
        "kid": kid,
        "key": b64(key),
        "chain_start": b64(start),
        "messages": messages,
        "check_code": check_code(secret, h),
        "keyholder": keyholder(),
        "evidence": evidence(room, epoch, kid, 123_456_789, messages),
        "letter": letter(room),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n")
