"""What is thrown at everything that reads bytes of strangers: noise, and good bytes made bad.

Each target gives nothing and fails on anything but its own refusal. `python -m tests.fuzz` runs them for
as long as one likes, `test_fuzz.py` for a moment; what was ever found stays there as an example.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from warmline.protocol import base64url, epochs, evidence, frames, tags

Target = Callable[[bytes], None]

EXACT = st.integers(0, frames.ID_MAX)
NEAR = st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**53 - 1, 2**53, 2**63, 2**64 - 1])
INTEGERS = EXACT | EXACT | EXACT | NEAR
HASHES = st.binary(min_size=32, max_size=32)


def unlp(data: bytes) -> None:
    """Refused, or the only items that make these bytes."""
    try:
        items = tags.unlp(data)
    except ValueError:
        return
    assert tags.lp(*items) == data


def frame(data: bytes) -> None:
    """A page's frame, or refused; what was read is within its bounds and reads the same again."""
    try:
        read = frames.read(data)
    except frames.BadFrameError:
        return
    again = frames.encode(read.frame if isinstance(read, frames.Sending) else read)
    assert frames.read(again) == read
    if isinstance(read, frames.Sending):
        assert (len(read.cid), len(read.c)) == (16, 32)
        assert frames.BODY_MIN <= len(read.body) <= frames.BODY_MAX


def gateway_frame(data: bytes) -> None:
    """A gateway's frame as a client in Python reads it, or refused."""
    try:
        frames.encode(frames.decode_from_gateway(data))
    except frames.BadFrameError:
        return


def header(data: bytes) -> None:
    """Refused, or the only header that these bytes are."""
    try:
        read = epochs.read(data)
    except ValueError:
        return
    assert read.written() == data
    numbers = [member.seat for member in read.roster]
    assert numbers == sorted(set(numbers))
    assert numbers
    assert all(len(member.pk) == epochs.PK_BYTES for member in read.roster)


def items(data: bytes) -> None:
    """Refused, or the only list of items that these bytes are."""
    try:
        room, read = evidence.read_items(data)
    except ValueError:
        return
    assert evidence.write_items(room, read) == data
    assert 1 <= len(read) <= evidence.MOST_ITEMS
    assert all(later.seq > one.seq for one, later in itertools.pairwise(read))


def text(data: bytes) -> None:
    """Refused, or the only bytes that this text of base64url is."""
    written = data.decode("latin-1")
    try:
        read = base64url.decode(written)
    except ValueError:
        return
    assert base64url.encode(read) == written


def _written_header(values: tuple[Any, ...]) -> bytes:
    room, epoch, committer, previous, up_to, x, roster = values
    members = tuple(epochs.Member(*one) for one in roster)
    return epochs.Header(room, epoch, committer, previous, up_to, x, members).written()


HEADERS = st.tuples(
    INTEGERS,
    st.integers(1, frames.EPOCH_MAX) | NEAR,
    INTEGERS,
    st.just(b"") | HASHES,
    INTEGERS,
    HASHES,
    st.lists(
        st.tuples(EXACT, st.text(max_size=12), st.binary(min_size=65, max_size=65)),
        min_size=1,
        max_size=4,
        unique_by=lambda member: member[0],
    ).map(lambda found: sorted(found, key=lambda member: member[0])),
).map(_written_header)

ITEMS = st.builds(
    evidence.write_items,
    INTEGERS,
    st.lists(
        st.builds(
            evidence.Item,
            INTEGERS,
            INTEGERS,
            INTEGERS,
            st.binary(min_size=16, max_size=16),
            INTEGERS,
            INTEGERS,
            HASHES,
            HASHES,
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda item: item.seq,
    ).map(lambda found: sorted(found, key=lambda item: item.seq)),
)

LISTS = st.lists(st.text(max_size=8) | INTEGERS | st.binary(max_size=40), max_size=12).map(
    lambda found: tags.lp(*found)
)

_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
_SEND = {
    "t": "send",
    "room": 5,
    "epoch": 1,
    "cid": base64url.encode(bytes(16)),
    "c": base64url.encode(bytes(32)),
    "body": base64url.encode(bytes(188)),
}
_FRAMES: list[dict[str, Any]] = [
    _SEND,
    {"t": "sync", "room": 5, "after": 0},
    {"t": "typing", "room": 5},
    {"t": "ping"},
    {"t": "msg", **{name: _SEND[name] for name in ("room", "epoch", "cid", "c", "body")}}
    | {"seq": 1, "seat": 1, "ms": 1, "kid": 1, "tag": ""},
    {"t": "event", "topic": "person:1", "name": "offer", "data": {}},
]


def _twisted(found: tuple[dict[str, Any], str, Any]) -> bytes:
    frame, name, value = found
    return json.dumps(frame | {name: value}).encode()


FRAMES = st.tuples(
    st.sampled_from(_FRAMES),
    st.sampled_from(["t", "room", "epoch", "cid", "c", "body", "after", "data", "more"]),
    _JSON | EXACT | NEAR | st.binary(max_size=200).map(base64url.encode),
).map(_twisted) | _JSON.map(lambda value: json.dumps(value).encode())


@st.composite
def broken(draw: st.DrawFn, good: st.SearchStrategy[bytes]) -> bytes:
    """Good bytes, or such with a few bytes flipped, cut, doubled or put in."""
    data = bytearray(draw(good))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 8))
        what = draw(st.sampled_from(["flip", "cut", "double", "put", "end"]))
        if what == "flip" and at < len(data):
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif what == "cut":
            del data[at : at + length]
        elif what == "double":
            data[at:at] = data[at : at + length]
        elif what == "put":
            data[at:at] = draw(st.binary(max_size=8))
        else:
            del data[at:]
    return bytes(data)


NOISE = st.binary(max_size=300)
TARGETS: dict[str, tuple[Target, st.SearchStrategy[bytes]]] = {
    "lp": (unlp, broken(LISTS) | NOISE),
    "frames": (frame, broken(FRAMES) | NOISE),
    "gateway frames": (gateway_frame, broken(FRAMES) | NOISE),
    "headers": (header, broken(HEADERS) | NOISE),
    "items": (items, broken(ITEMS) | NOISE),
    "base64url": (text, broken(NOISE.map(lambda some: base64url.encode(some).encode())) | NOISE),
}
