"""Tickets and resume tokens: what opens a socket.

Django issues a ticket, the gateway a resume token with every welcome. Both are one signed line,
`v1.` or `r1.` ‖ payload ‖ `.` ‖ MAC, where payload is base64url(JSON) and MAC is
base64url(HMAC-SHA-256(key, label ‖ payload)); the MAC is checked before anything is decoded.
Single use is the gateway's to hold, by `jti`.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final, Literal

import msgspec

from warmline.protocol import base64url
from warmline.protocol.frames import ID_MAX

TICKET_LIFE: Final = timedelta(seconds=30)
RESUME_LIFE: Final = timedelta(minutes=10)
SKEW: Final = timedelta(seconds=5)  # by how much the clocks of two of our machines may differ

RefusalCode = Literal["origin", "ticket", "expired", "used", "session"]

_LABELS: Final = {"v1": b"warmline/1 ticket", "r1": b"warmline/1 resume"}
_LIVES: Final = {"v1": TICKET_LIFE, "r1": RESUME_LIFE}
_TOKEN_LIMIT: Final = 2048  # characters; ours have about 300


class RefusedError(Exception):
    """This ticket opens nothing; `code` is stable and says as much as a stranger may know."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code)
        self.code: RefusalCode = code


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a socket may do. `exp` in ms; `room` and `seat` (its number) together, or neither."""

    jti: Annotated[str, msgspec.Meta(min_length=22, max_length=22)]
    exp: int
    sid: str
    aud: str
    person: Annotated[int, msgspec.Meta(ge=1, le=ID_MAX)]
    topics: Annotated[tuple[str, ...], msgspec.Meta(max_length=16)] = ()
    room: Annotated[int, msgspec.Meta(ge=1, le=ID_MAX)] | None = None
    seat: Annotated[int, msgspec.Meta(ge=1, le=2**15 - 1)] | None = None

    def __post_init__(self) -> None:
        if (self.room is None) != (self.seat is None):
            raise ValueError("room and seat together, or neither")


def session_digest(cookie: str) -> str:
    """`sid`: ties a ticket to the browser session without naming the session."""
    return base64url.encode(hashlib.sha256(cookie.encode()).digest())


def session_of(sid: str) -> str:
    """The hash under which the table of sessions holds the session of a `sid`: 160 bits in hex."""
    return base64url.decode(sid).hex()[:40]


def issue(
    key: bytes,
    *,
    person: int,
    sid: str,
    aud: str,
    now_ms: int,
    topics: Sequence[str] = (),
    room: int | None = None,
    seat: int | None = None,
) -> str:
    """A ticket, for 30 seconds and one socket. `sid` is `session_digest(cookie)`, `aud` the Host.

    Raises ValueError if only one of room and seat is given.
    """
    exp = now_ms + _milliseconds(TICKET_LIFE)
    return _sign(key, "v1", Ticket(_new_jti(), exp, sid, aud, person, tuple(topics), room, seat))


def issue_resume(key: bytes, ticket: Ticket, *, now_ms: int) -> str:
    """A resume token that opens what `ticket` opened, for 10 minutes and one socket."""
    exp = now_ms + _milliseconds(RESUME_LIFE)
    fresh = msgspec.structs.replace(ticket, jti=_new_jti(), exp=exp)
    return _sign(key, "r1", fresh)


def verify(token: str, key: bytes, *, sid: str, aud: str, now_ms: int) -> Ticket:
    """What the token allows.

    Raises RefusedError: `ticket` (not ours, altered, for another host), `expired` (also when it
    expires later than any we could have issued: a clock has jumped), `session` (another
    browser session).
    """
    kind, ticket = _read(token, key)
    left = ticket.exp - now_ms
    if not 0 < left <= _milliseconds(_LIVES[kind] + SKEW):
        raise RefusedError("expired")
    if not hmac.compare_digest(ticket.aud.encode(), aud.encode()):
        raise RefusedError("ticket")
    if not hmac.compare_digest(ticket.sid.encode(), sid.encode()):
        raise RefusedError("session")
    return ticket


def issued_ms(token: str, ticket: Ticket) -> int:
    """When this token was issued, ms; `ticket` is what `verify` made of it."""
    return ticket.exp - _milliseconds(_LIVES[token[:2]])


def _new_jti() -> str:
    return base64url.encode(secrets.token_bytes(16))


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _sign(key: bytes, kind: str, ticket: Ticket) -> str:
    payload = base64url.encode(msgspec.json.encode(ticket))
    return f"{kind}.{payload}.{base64url.encode(_mac(key, kind, payload))}"


def _mac(key: bytes, kind: str, payload: str) -> bytes:
    return hmac.digest(key, _LABELS[kind] + payload.encode(), "sha256")


def _read(token: str, key: bytes) -> tuple[str, Ticket]:
    parts = token.split(".")
    if len(token) > _TOKEN_LIMIT or len(parts) != 3 or parts[0] not in _LABELS:
        raise RefusedError("ticket")
    kind, payload, given = parts
    try:
        if not hmac.compare_digest(base64url.decode(given), _mac(key, kind, payload)):
            raise RefusedError("ticket")
        return kind, msgspec.json.decode(base64url.decode(payload), type=Ticket)
    except (ValueError, msgspec.DecodeError) as problem:
        raise RefusedError("ticket") from problem
