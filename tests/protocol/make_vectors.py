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


def vectors() -> dict[str, Any]:
    room, epoch, kid, key = 9007199254740991, 0, 1, pattern(32, 200)
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
        x = sha(b(x) + n(seq) + n(seat) + n(epoch) + b(cid) + b(c))
        messages.append(
            {
                "seat": seat, "seq": seq, "ms": ms, "cid": b64(cid), "kf": b64(kf), "text": text,
                "padded": b64(padded), "header": b64(header), "c": b64(c),
                "body": b64(kf + padded), "tag": b64(tag), "chain": b64(x),
            }
        )  # fmt: skip
    return {
        "about": "base64url without padding; lp items: s a string, n an integer, b bytes",
        "lp": [{"items": items, "bytes": b64(out)} for items, out in lps],
        "room": room,
        "epoch": epoch,
        "kid": kid,
        "key": b64(key),
        "chain_start": b64(start),
        "messages": messages,
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n")
