"""The table's second half: what each socket gets for each frame a page can say.

Generated from the union of frames: a new one without a column fails the suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Socket(StrEnum):
    """Whose line says the frame. All frames are about one open room of Ada and Ben."""

    PERSON = "a person's, without a seat"
    SEAT = "Ada's seat, after its sync"
    UNSYNCED = "Ada's seat, before its sync"
    ELSEWHERE = "a seat of another room, after its sync there"
    NOT_THEIRS = "a ticket for Ada's seat that names another person"
    NO_SUCH_SEAT = "a ticket for a seat the room does not have"
    REVOKED = "Ada's seat, revoked after its sync: closed before it says anything"
    REVOKED_BEFORE = "Ada's seat, revoked before its sync"
    CLOSED = "Ada's seat, after its sync, in the room when it has closed"


PASSED_ON = "the others hear of it"
NOTHING = "nothing comes of it"
CLOSES_UNEXPECTED = "4002"
CLOSES_REVOKED = "4001"

S = Socket
GONE = {S.REVOKED: CLOSES_REVOKED}
NO_BUSINESS = dict.fromkeys([S.PERSON, S.ELSEWHERE], CLOSES_UNEXPECTED)
TOO_EARLY = dict.fromkeys(
    [S.UNSYNCED, S.NOT_THEIRS, S.NO_SUCH_SEAT, S.REVOKED_BEFORE], CLOSES_UNEXPECTED
)
NOT_A_SEAT = dict.fromkeys([S.NOT_THEIRS, S.NO_SUCH_SEAT, S.REVOKED_BEFORE], CLOSES_REVOKED)

FRAMES: Mapping[str, Mapping[Socket, str]] = {
    "sync": {
        **NO_BUSINESS,
        **GONE,
        **NOT_A_SEAT,
        S.SEAT: "synced",
        S.UNSYNCED: "synced",
        S.CLOSED: "synced",
    },
    "send": {
        **NO_BUSINESS,
        **GONE,
        **TOO_EARLY,
        S.SEAT: "ack",
        S.CLOSED: "closed",
    },
    "typing": {
        **NO_BUSINESS,
        **GONE,
        **TOO_EARLY,
        S.SEAT: PASSED_ON,
        S.CLOSED: NOTHING,
    },
    "ping": {**dict.fromkeys(Socket, "pong"), **GONE},
}
"""Type of the frame → whose socket → the answer's type or code, a close code, or what comes of it."""

MAY_STORE = {("send", S.SEAT)}
"""Whoever is not in here leaves the room's log as it was."""
