"""Messages as the protocol has them (docs/protocol.md), from the side of a page: seal, open, keep the log."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from warmline.demo.keys import Epoch, Keyring, opened_body, sealed_body
from warmline.protocol import base64url, tags
from warmline.protocol.frames import BODY_MAX, C_BYTES, CID_BYTES, Msg, Send

KF_BYTES = 32
BLOCK = 128
MARK_BYTES = 16
AROUND = 12 + 32 + 16  # iv, Kf, GCM's tag


@dataclass(frozen=True)
class Said:
    """A message of the log. ``text`` is None when it could not be verified or is of another kind.

    ``closed``: from an epoch that this seat's key was never let into, such as before a restart.
    """

    own: bool
    text: str | None
    closed: bool = False
    wordless: bool = False
    """What pages say to each other, such as a yes to a key."""


class TalkLog:
    """One seat's view of a room's log."""

    def __init__(self, room: int, seat: int, keys: Keyring) -> None:
        self._room, self._seat, self.keys = room, seat, keys
        self.forget()

    def forget(self) -> None:
        """Begin again from nothing."""
        self.said: list[Said] = []
        self._head = tags.log_start(self._room)
        self._own_number = 0

    @property
    def newest(self) -> int:
        """The newest number that is here without a gap."""
        return len(self.said)

    @property
    def head(self) -> bytes:
        """The log chain at the newest number."""
        return self._head

    def take(self, frame: Msg) -> bool:
        """Add the next message, or pass over one that is here already; False: some before it are missing."""
        if frame.seq <= self.newest:
            return True
        if frame.seq > self.newest + 1:
            return False
        letter = opened(frame, self.keys)
        own = frame.seat == self._seat
        if own and letter:
            self._own_number = max(self._own_number, int(letter["n"]))
        text = letter["t"] if letter and letter["k"] == "text" else None
        cid, c = base64url.decode(frame.cid), base64url.decode(frame.c)
        self._head = tags.log_next(self._head, frame.seq, frame.seat, frame.epoch, cid, c)
        closed, wordless = self.keys.epoch(frame.epoch) is None, bool(letter and text is None)
        self.said.append(Said(own, text, closed, wordless))
        return True

    def sealed(self, text: str, epoch: Epoch) -> Send:
        """The frame that says ``text`` next. Raises ValueError when it is too long for one message."""
        letter = {
            "k": "text",
            "t": text,
            "n": self._own_number + 1,
            "seen": self.newest,
            "h": base64url.encode(self._head[:MARK_BYTES]),
        }
        padded = _padded(json.dumps(letter, ensure_ascii=False, separators=(",", ":")).encode())
        cid, kf = secrets.token_bytes(CID_BYTES), secrets.token_bytes(KF_BYTES)
        number = epoch.header.epoch
        header = tags.message_header(self._room, number, self._seat, cid)
        c = tags.commitment(kf, header, padded)
        body = sealed_body(epoch, self._seat, header, c, kf + padded)
        encode = base64url.encode
        return Send(self._room, number, encode(cid), encode(c), encode(body))


def opened(frame: Msg, keys: Keyring) -> dict[str, Any] | None:
    """What a message says, or None when its commitment does not hold: then nothing of it counts."""
    epoch = keys.epoch(frame.epoch)
    if epoch is None:
        return None
    try:
        body, cid, c = (base64url.decode(part) for part in (frame.body, frame.cid, frame.c))
        header = tags.message_header(frame.room, frame.epoch, frame.seat, cid)
        plain = opened_body(epoch, frame.seat, header, c, body) or b""
        kf, padded = plain[:KF_BYTES], plain[KF_BYTES:]
        if len(c) != C_BYTES or not tags.commitment_holds(c, kf, header, padded):
            return None
        letter = json.loads(padded)
    except ValueError:
        return None
    return letter if _is_letter(letter) else None


def _is_letter(letter: object) -> bool:
    if not isinstance(letter, dict):
        return False
    strings = all(isinstance(letter.get(key), str) for key in ("k", "t", "h"))
    return strings and all(type(letter.get(key)) is int for key in ("n", "seen"))


def _padded(text: bytes) -> bytes:
    padded = text + b" " * (-len(text) % BLOCK)
    if len(padded) + AROUND > BODY_MAX:
        raise ValueError("too long for one message")
    return padded
