import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.protocol import base64url, frames


def a_send(**changes: Any) -> bytes:
    frame: dict[str, Any] = {
        "t": "send",
        "room": 5,
        "epoch": 1,
        "cid": base64url.encode(bytes(16)),
        "c": base64url.encode(bytes(32)),
        "body": base64url.encode(bytes(188)),
    }
    return json.dumps(frame | changes).encode()


def test_each_frame_of_a_page_is_read() -> None:
    assert frames.decode(b'{"t":"sync","room":7,"after":3}') == frames.Sync(7, 3)
    assert frames.decode(b'{"t":"typing","room":7}') == frames.Typing(7)
    assert frames.decode(b'{"t":"ping"}') == frames.Ping()
    send = frames.read(a_send())
    assert isinstance(send, frames.Sending)
    assert (send.cid, send.c, send.body) == (bytes(16), bytes(32), bytes(188))
    assert (send.room, send.frame.epoch) == (5, 1)
    assert frames.decode(a_send()) == send.frame


@pytest.mark.parametrize("room", [1, 2**53 - 1])
def test_room_ids_are_exact_in_a_page(room: int) -> None:
    assert frames.decode(json.dumps({"t": "typing", "room": room}).encode()) == frames.Typing(room)


@pytest.mark.parametrize("size", [frames.BODY_MIN, frames.BODY_MAX])
def test_bodies_up_to_the_bounds_are_read_and_fit_a_frame(size: int) -> None:
    data = a_send(body=base64url.encode(bytes(size)), room=frames.ID_MAX, epoch=2**31 - 1)
    assert len(data) <= frames.FRAME_LIMIT
    assert isinstance(frames.decode(data), frames.Send)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"ping"',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"t":"shout"}',
        b'{"t":"welcome","resume":"x","now":1}',
        b'{"room":5}',
        b'{"t":"ping","extra":1}',
        b'{"t":"ping"} {"t":"ping"}',
        b'{"t":"sync","room":5}',
        b'{"t":"sync","room":0,"after":0}',
        b'{"t":"sync","room":-5,"after":0}',
        b'{"t":"sync","room":9007199254740992,"after":0}',
        b'{"t":"sync","room":5,"after":-1}',
        b'{"t":"sync","room":"5","after":0}',
        b'{"t":"sync","room":5.5,"after":0}',
        b'{"t":"sync","room":true,"after":0}',
        a_send(cid=base64url.encode(bytes(15))),
        a_send(cid=base64url.encode(bytes(17))),
        a_send(cid="A" * 21 + "B"),
        a_send(cid="A" * 21 + "="),
        a_send(cid="A" * 21 + "é"),
        a_send(c=base64url.encode(bytes(31))),
        a_send(c=base64url.encode(bytes(33))),
        a_send(c=None),
        a_send(body=base64url.encode(bytes(frames.BODY_MIN - 1))),
        a_send(body=base64url.encode(bytes(frames.BODY_MAX + 1))),
        a_send(body="+" * 300),
        a_send(body=""),
        a_send(epoch=-1),
        a_send(epoch=0),
        a_send(epoch=2**31),
        a_send(seat=2),
    ],
)
def test_what_no_page_sends_is_refused(data: bytes) -> None:
    with pytest.raises(frames.BadFrameError):
        frames.decode(data)


def test_oversized_frame_is_refused_unread() -> None:
    with pytest.raises(frames.FrameTooBigError):
        frames.decode(b" " * (frames.FRAME_LIMIT + 1))


@given(st.binary(max_size=200))
def test_garbage_never_raises_anything_else(data: bytes) -> None:
    with contextlib.suppress(frames.BadFrameError):
        frames.decode(data)


_json = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just([{}])
)


@given(
    st.fixed_dictionaries(
        {"t": st.sampled_from(["sync", "send", "typing", "ping"])},
        optional=dict.fromkeys(("room", "after", "epoch", "cid", "c", "body"), _json),
    )
)
def test_json_of_any_shape_never_raises_anything_else(frame: dict[str, Any]) -> None:
    with contextlib.suppress(frames.BadFrameError):
        frames.decode(json.dumps(frame).encode())


@given(st.integers(1, frames.ID_MAX), st.integers(0, frames.ID_MAX))
def test_sync_round_trip(room: int, after: int) -> None:
    frame = frames.Sync(room, after)
    assert frames.decode(frames.encode(frame)) == frame


def test_gateway_frames_are_named_as_the_protocol_says() -> None:
    delivered = frames.Msg(1, 2, 1, 1, "cid", "c", "body", 99, 1, "tag")
    assert json.loads(frames.encode(delivered)) == {
        "t": "msg",
        "room": 1,
        "seq": 2,
        "seat": 1,
        "epoch": 1,
        "cid": "cid",
        "c": "c",
        "body": "body",
        "ms": 99,
        "kid": 1,
        "tag": "tag",
    }
    assert json.loads(frames.encode(frames.Pong())) == {"t": "pong"}
    assert frames.decode_from_gateway(frames.encode(delivered)) == delivered
    with pytest.raises(frames.BadFrameError):
        frames.decode_from_gateway(b'{"t":"ping"}')
