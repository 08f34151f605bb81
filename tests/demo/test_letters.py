"""Messages as the protocol has them."""

from __future__ import annotations

import hashlib
import hmac
import json

import msgspec
import pytest

from warmline.demo.keys import Keyring, opened_body
from warmline.demo.letters import BLOCK, KF_BYTES, Said, TalkLog, opened
from warmline.protocol import base64url, tags
from warmline.protocol.frames import Msg, Send, decode, encode

ROOM = 7


def two_keyrings() -> tuple[Keyring, Keyring]:
    """Seats 1 and 2 in the first epoch, made by seat 1."""
    ada, ben = Keyring(ROOM, 1), Keyring(ROOM, 2)
    seats = [
        {"seat": seat, "role": role, "pk": base64url.encode(keys.pk)}
        for seat, role, keys in ((1, "seeker", ada), (2, "volunteer", ben))
    ]
    form = ada.next(seats, up_to=0, x=tags.log_start(ROOM))
    assert form is not None
    for number, keys in enumerate((ada, ben)):
        keys.take([{**form, "mine": form["sealed"].split(",")[number]}])
    return ada, ben


ADA, BEN = two_keyrings()


def log_of(seat: int) -> TalkLog:
    return TalkLog(ROOM, seat, ADA if seat == 1 else BEN)


def said(log: TalkLog, text: str) -> Send:
    epoch = log.keys.current
    assert epoch is not None
    return log.sealed(text, epoch)


def plain(send: Send, seat: int) -> bytes:
    """What the other seat opens: Kf ‖ P."""
    epoch = (BEN if seat == 1 else ADA).epoch(send.epoch)
    assert epoch is not None
    header = tags.message_header(ROOM, send.epoch, seat, send.cid_bytes())
    found = opened_body(epoch, seat, header, send.c_bytes(), send.body_bytes())
    assert found is not None
    return found


def stored(send: Send, seq: int, seat: int) -> Msg:
    """What the gateway makes of it."""
    return Msg(send.room, seq, seat, send.epoch, send.cid, send.c, send.body, 1, 1, "")


def test_sealed_frame_is_what_the_protocol_says() -> None:
    log = log_of(2)
    send = said(log, "hello “there”")
    assert decode(encode(send)) == send

    opened_here, cid = plain(send, 2), send.cid_bytes()
    kf, padded = opened_here[:KF_BYTES], opened_here[KF_BYTES:]
    assert len(padded) % BLOCK == 0
    start = hashlib.sha256(tags.lp("warmline/1 log", ROOM)).digest()
    assert json.loads(padded) == {
        "k": "text",
        "t": "hello “there”",
        "n": 1,
        "seen": 0,
        "h": base64url.encode(start[:16]),
    }
    header = tags.lp("warmline/1 hdr", ROOM, 1, 2, cid)
    assert send.c_bytes() == hmac.digest(kf, tags.lp(header, padded), "sha256")


def test_own_number_and_chain_go_on_after_a_replay() -> None:
    ours, theirs = log_of(2), log_of(1)
    first, second = said(ours, "one"), said(theirs, "two")
    again = log_of(2)
    for log in (ours, again):
        assert log.take(stored(first, 1, 2))
        assert log.take(stored(second, 2, 1))

    letter = json.loads(plain(said(again, "three"), 2)[KF_BYTES:])
    head = tags.log_start(ROOM)
    for seq, seat, send in ((1, 2, first), (2, 1, second)):
        head = tags.log_next(head, seq, seat, 1, send.cid_bytes(), send.c_bytes())
    assert (letter["n"], letter["seen"]) == (2, 2)
    assert letter["h"] == base64url.encode(head[:16])
    assert again.said == [Said(True, "one"), Said(False, "two")]


def test_gap_is_refused_and_a_repeat_passed_over() -> None:
    log, theirs = log_of(2), log_of(1)
    send = said(theirs, "hi")

    assert not log.take(stored(send, 2, 1))
    assert log.take(stored(send, 1, 1))
    assert log.take(stored(send, 1, 1))
    assert log.newest == 1


@pytest.mark.parametrize("change", [{"seat": 2}, {"room": 8}, {"c": base64url.encode(bytes(32))}])
def test_words_that_cannot_be_verified_are_not_read(change: dict[str, object]) -> None:
    message = stored(said(log_of(1), "hi"), 1, 1)

    assert opened(message, BEN) is not None
    assert opened(msgspec.structs.replace(message, **change), BEN) is None


def test_words_from_before_a_key_came_are_closed_to_it() -> None:
    log = TalkLog(ROOM, 2, Keyring(ROOM, 2))

    assert log.take(stored(said(log_of(1), "hi"), 1, 1))
    assert log.said == [Said(False, None, closed=True)]


def test_message_too_long_for_a_frame_is_refused() -> None:
    log = log_of(2)

    with pytest.raises(ValueError, match="too long"):
        said(log, "a" * 46 * BLOCK)
