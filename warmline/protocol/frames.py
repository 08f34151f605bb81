"""Every frame of the live protocol (docs/protocol.md), typed.

Whatever comes from a socket passes `decode`: it checks size, shape, ranges and lengths, so that
nothing behind it has to.
"""

from typing import Annotated, Final, Literal

import msgspec

from warmline.protocol import base64url

FRAME_LIMIT: Final = 8 * 1024  # bytes of one frame from a page
CID_BYTES: Final = 16
C_BYTES: Final = 32
BODY_MIN: Final = 12 + 16 + 32 + 128  # iv, GCM's tag, Kf and the smallest padded text
BODY_MAX: Final = 12 + 16 + 32 + 46 * 128  # fits FRAME_LIMIT as base64url
EPOCH_MAX: Final = 2**31 - 1
ID_MAX: Final = 2**53 - 1  # the biggest whole number that is exact in a page

NakCode = Literal["closed", "time_over", "seat_gone", "stale_epoch", "too_fast", "not_stored"]
OverWhy = Literal["closed", "time"]

RoomId = Annotated[int, msgspec.Meta(ge=1, le=ID_MAX)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=ID_MAX)]
Epoch = Annotated[int, msgspec.Meta(ge=1, le=EPOCH_MAX)]  # nothing is said before the first


class BadFrameError(ValueError):
    """A frame that no page of ours sends. The text names the fault, never the content."""


class FrameTooBigError(BadFrameError):
    """More than FRAME_LIMIT bytes."""


# From the page.


class Sync(msgspec.Struct, tag_field="t", tag="sync", forbid_unknown_fields=True, frozen=True):
    room: RoomId
    after: Seq


class Send(msgspec.Struct, tag_field="t", tag="send", forbid_unknown_fields=True, frozen=True):
    """As a page says it; the three strings are base64url."""

    room: RoomId
    epoch: Epoch
    cid: str
    c: str
    body: str

    def cid_bytes(self) -> bytes:
        return base64url.decode(self.cid)

    def c_bytes(self) -> bytes:
        return base64url.decode(self.c)

    def body_bytes(self) -> bytes:
        return base64url.decode(self.body)


class Sending(msgspec.Struct, frozen=True):
    """A `Send` whose strings are of the right sizes, and their bytes."""

    frame: Send
    cid: bytes
    c: bytes
    body: bytes

    @property
    def room(self) -> int:
        return self.frame.room


class Typing(msgspec.Struct, tag_field="t", tag="typing", forbid_unknown_fields=True, frozen=True):
    room: RoomId


class Ping(msgspec.Struct, tag_field="t", tag="ping", forbid_unknown_fields=True, frozen=True):
    pass


ClientFrame = Sync | Send | Typing | Ping
Checked = Sync | Sending | Typing | Ping


# From the gateway.


class Welcome(msgspec.Struct, tag_field="t", tag="welcome"):
    resume: str
    now: int


class Msg(msgspec.Struct, tag_field="t", tag="msg"):
    room: int
    seq: int
    seat: int
    epoch: int
    cid: str
    c: str
    body: str
    ms: int
    kid: int
    tag: str


class Synced(msgspec.Struct, tag_field="t", tag="synced"):
    room: int
    seq: int


class Resync(msgspec.Struct, tag_field="t", tag="resync"):
    room: int


class Ack(msgspec.Struct, tag_field="t", tag="ack"):
    room: int
    cid: str
    seq: int
    ms: int
    kid: int
    tag: str


class Nak(msgspec.Struct, tag_field="t", tag="nak"):
    room: int
    cid: str
    code: NakCode


class Presence(msgspec.Struct, tag_field="t", tag="presence"):
    room: int
    seats: list[int]


class SeatTyping(msgspec.Struct, tag_field="t", tag="typing"):
    room: int
    seat: int


class Clock(msgspec.Struct, tag_field="t", tag="clock"):
    room: int
    used: int
    granted: int
    running: bool


class Over(msgspec.Struct, tag_field="t", tag="over"):
    room: int
    why: OverWhy


class Event(msgspec.Struct, tag_field="t", tag="event"):
    topic: str
    name: str
    data: dict[str, object]


class Pong(msgspec.Struct, tag_field="t", tag="pong"):
    pass


GatewayFrame = (
    Welcome
    | Msg
    | Synced
    | Resync
    | Ack
    | Nak
    | Presence
    | SeatTyping
    | Clock
    | Over
    | Event
    | Pong
)

_client_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_gateway_decoder: msgspec.json.Decoder[GatewayFrame] = msgspec.json.Decoder(GatewayFrame)
_encoder = msgspec.json.Encoder()
_CID_CHARS: Final = 22
_C_CHARS: Final = 43


def decode(data: bytes) -> ClientFrame:
    """A page's frame; raises FrameTooBigError, or BadFrameError for whatever no page sends."""
    frame = read(data)
    return frame.frame if isinstance(frame, Sending) else frame


def read(data: bytes) -> Checked:
    """`decode`, and the bytes of a message too, for who needs them anyway."""
    if len(data) > FRAME_LIMIT:
        raise FrameTooBigError("frame over the limit")
    try:
        frame = _client_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise BadFrameError("not a frame of this protocol") from problem
    return _opened(frame) if isinstance(frame, Send) else frame


def decode_from_gateway(data: bytes | str) -> GatewayFrame:
    """A gateway's frame, for clients in Python; raises BadFrameError."""
    try:
        return _gateway_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise BadFrameError("not a frame of this protocol") from problem


def encode(frame: ClientFrame | GatewayFrame) -> bytes:
    """A frame as JSON bytes."""
    return _encoder.encode(frame)


def _opened(frame: Send) -> Sending:
    if len(frame.cid) != _CID_CHARS or len(frame.c) != _C_CHARS:
        raise BadFrameError("cid has 16 bytes, c has 32")
    try:
        cid, c, body = map(base64url.decode, (frame.cid, frame.c, frame.body))
    except ValueError as problem:
        raise BadFrameError("not base64url without padding") from problem
    if not BODY_MIN <= len(body) <= BODY_MAX:
        raise BadFrameError("body too small or too big")
    return Sending(frame, cid, c, body)
