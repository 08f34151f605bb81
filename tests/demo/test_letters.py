"""Messages as the protocol has them."""

from __future__ import annotations

import hashlib
import hmac
import json

import msgspec
import pytest

from warmline.demo.letters import BLOCK, KF_BYTES, Said, TalkLog, opened
from warmline.protocol import base64url, tags
from warmline.protocol.frames import Msg, Send, decode, encode

ROOM = 7


def stored(send: Send, seq: int, seat: int) -> Msg:
    """What the gateway makes of it."""
    return Msg(send.room, seq, seat, send.epoch, send.cid, send.c, send.body, 1, 1, "")


def test_sealed_frame_is_what_the_protocol_says() -> None:
    log = TalkLog(ROOM, 2)
    send = log.sealed("hello “there”")
    assert decode(encode(send)) == send

    body, cid = send.body_bytes(), send.cid_bytes()
    kf, padded = body[:KF_BYTES], body[KF_BYTES:]
    assert len(padded) % BLOCK == 0
    start = hashlib.sha256(tags.lp("warmline/1 log", ROOM)).digest()
    assert json.loads(padded) == {
        "k": "text",
        "t": "hello “there”",
        "n": 1,
        "seen": 0,
        "h": base64url.encode(start[:16]),
    }
    header = tags.lp("warmline/1 hdr", ROOM, 0, 2, cid)
    assert send.c_bytes() == hmac.digest(kf, tags.lp(header, padded), "sha256")


def test_own_number_and_chain_go_on_after_a_replay() -> None:
    ours, theirs = TalkLog(ROOM, 2), TalkLog(ROOM, 1)
    first, second = ours.sealed("one"), theirs.sealed("two")
    again = TalkLog(ROOM, 2)
    for log in (ours, again):
        assert log.take(stored(first, 1, 2))
        assert log.take(stored(second, 2, 1))

    letter = json.loads(again.sealed("three").body_bytes()[KF_BYTES:])
    head = tags.log_start(ROOM)
    for seq, seat, send in ((1, 2, first), (2, 1, second)):
        head = tags.log_next(head, seq, seat, 0, send.cid_bytes(), send.c_bytes())
    assert (letter["n"], letter["seen"]) == (2, 2)
    assert letter["h"] == base64url.encode(head[:16])
    assert again.said == [Said(True, "one"), Said(False, "two")]


def test_gap_is_refused_and_a_repeat_passed_over() -> None:
    log, theirs = TalkLog(ROOM, 2), TalkLog(ROOM, 1)
    send = theirs.sealed("hi")

    assert not log.take(stored(send, 2, 1))
    assert log.take(stored(send, 1, 1))
    assert log.take(stored(send, 1, 1))
    assert log.newest == 1


@pytest.mark.parametrize("change", [{"seat": 2}, {"room": 8}, {"c": base64url.encode(bytes(32))}])
def test_words_that_cannot_be_verified_are_not_read(change: dict[str, object]) -> None:
    message = stored(TalkLog(ROOM, 1).sealed("hi"), 1, 1)

    assert opened(message) is not None
    assert opened(msgspec.structs.replace(message, **change)) is None


def test_message_too_long_for_a_frame_is_refused() -> None:
    log = TalkLog(ROOM, 2)

    with pytest.raises(ValueError, match="too long"):
        log.sealed("a" * 46 * BLOCK)
