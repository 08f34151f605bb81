"""What is said on the bus. Disposable: whoever loses one asks the database.

Django says `Happened` (through `core.realtime.publish`), in-process or on the Redis channel
`topics.EVENTS_CHANNEL`. The rest is between gateways, on the channel of the room; `origin` is a
name drawn by the process that speaks, so that nobody acts on their own echo.
"""

from collections.abc import Mapping

import msgspec

from warmline.protocol.frames import Msg, OverWhy


class Happened(msgspec.Struct, tag_field="t", tag="event", frozen=True):
    """Django committed something. `name` as in docs/protocol.md, `data` small and wordless."""

    topic: str
    name: str
    data: dict[str, object]


class Delivered(msgspec.Struct, tag_field="t", tag="msg", frozen=True):
    """A message another gateway has stored."""

    origin: str
    msg: Msg


class SeatsHere(msgspec.Struct, tag_field="t", tag="presence", frozen=True):
    """The seats connected to one gateway: number → since when (ms). `ask`: tell me yours."""

    origin: str
    room: int
    seats: dict[int, int]
    ask: bool = False


class Typed(msgspec.Struct, tag_field="t", tag="typing", frozen=True):
    origin: str
    room: int
    seat: int


class ClockRead(msgspec.Struct, tag_field="t", tag="clock", frozen=True):
    """What the gateway that counts a room's talk clock has just written."""

    origin: str
    room: int
    used: int
    granted: int
    running: bool


class Ended(msgspec.Struct, tag_field="t", tag="over", frozen=True):
    origin: str
    room: int
    why: OverWhy


class Alive(msgspec.Struct, tag_field="t", tag="alive", frozen=True):
    """A gateway's heartbeat, on the topic `gateways`."""

    origin: str


BusMessage = Happened | Delivered | SeatsHere | Typed | ClockRead | Ended | Alive

_decoder: msgspec.json.Decoder[BusMessage] = msgspec.json.Decoder(BusMessage)
_encoder = msgspec.json.Encoder()


class BadEventError(ValueError):
    """Not a message of our bus."""


def encode_event(topic: str, name: str, data: Mapping[str, object] | None = None) -> bytes:
    """What Django publishes."""
    return encode(Happened(topic, name, dict(data or {})))


def is_about(topic: str, data: bytes) -> bool:
    """Whether this is an event of Django's on a topic; not if it is nothing of ours."""
    try:
        message = decode(data)
    except BadEventError:
        return False
    return isinstance(message, Happened) and message.topic == topic


def encode(message: BusMessage) -> bytes:
    return _encoder.encode(message)


def decode(data: bytes) -> BusMessage:
    """Raises BadEventError."""
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError as problem:
        raise BadEventError("not a message of our bus") from problem
