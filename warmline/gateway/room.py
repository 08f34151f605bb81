"""A room while somebody here is in it: its sockets, the order of delivery, who is present.

Every message reaches every live socket once and in order, wherever it was committed: a number that
is too high waits until the ones before it are there, and those are fetched from the database.
"""

from datetime import timedelta
from typing import Final

from warmline.gateway.connection import Connection
from warmline.gateway.store import RoomFacts
from warmline.gateway.talk_clock import TalkClock

_WAITING_AT_MOST: Final = 1_000


class LiveRoom:
    """`delivered`: up to this number everything has been handed to the sockets that are live."""

    def __init__(self, room_id: int, facts: RoomFacts, stale: timedelta) -> None:
        self.id = room_id
        self.facts = facts
        self.delivered = facts.last_seq
        self.sockets: dict[int, Connection] = {}
        self.seats_here: list[int] = []  # numbers connected, to whichever process
        self.both_are_here = False  # a seeker and a volunteer, in an open room
        self.clock: TalkClock | None = None
        self.clock_runs_elsewhere = False
        self.is_catching_up = False
        self._elsewhere: dict[str, dict[int, int]] = {}  # process → its seats → since when
        self._doubted: set[str] = set()  # processes whose last word may have been lost
        self._stale = stale
        self._waiting: dict[int, bytes] = {}
        self.learn(facts)

    def learn(self, facts: RoomFacts) -> None:
        """What the database says now."""
        self.facts = facts
        self._count()
        if facts.granted_ms is None:
            return
        if self.clock is None:
            self.clock = TalkClock(self.id, facts.used_ms, facts.granted_ms, self._stale)
        self.clock.read(facts.used_ms, facts.granted_ms)

    def take_seat(self, number: int, socket: Connection) -> None:
        """This socket is the seat's now; whose it was is the caller's to close."""
        self.sockets[number] = socket
        self._count()

    def leave(self, socket: Connection) -> bool:
        """Whether this socket had a seat here; it has none now."""
        number = socket.ticket.seat
        if number is None or self.sockets.get(number) is not socket:
            return False
        del self.sockets[number]
        self._count()
        return True

    def hear_of(self, process: str, seats: dict[int, int]) -> bool:
        """Another process says which seats are connected to it; whether that changes who is here."""
        before = self.seats_here
        self._doubted.discard(process)
        if seats:
            self._elsewhere[process] = seats
        else:
            self._elsewhere.pop(process, None)
        self._count()
        return self.seats_here != before

    def doubt(self) -> None:
        """Words may have been lost: each process elsewhere has to say again who is there."""
        self._doubted = set(self._elsewhere)

    def drop_doubted(self) -> bool:
        """Who has not said anything since is not there; whether that changes who is here."""
        before = self.seats_here
        for process in list(self._doubted):
            self.hear_of(process, {})
        return self.seats_here != before

    @property
    def is_deserted(self) -> bool:
        """Nobody is connected here and nothing is left to write."""
        return not self.sockets and (self.clock is None or self.clock.is_at_rest)

    def _count(self) -> None:
        elsewhere = (number for seats in self._elsewhere.values() for number in seats)
        self.seats_here = sorted({*self.sockets, *elsewhere} & self.facts.seats.keys())
        roles = {self.facts.seats[number].role for number in self.seats_here}
        self.both_are_here = self.facts.is_open and {"seeker", "volunteer"} <= roles

    def deliver(self, seq: int, frame: bytes) -> bool:
        """Hands the message on, in its turn; False if the ones before it are missing."""
        if seq <= self.delivered:
            return True
        if len(self._waiting) < _WAITING_AT_MOST:
            self._waiting[seq] = frame
        while (following := self._waiting.pop(self.delivered + 1, None)) is not None:
            self._pass_on(self.delivered + 1, following)
        return not self._waiting

    def skip_to(self, seq: int) -> None:
        """Numbers up to here are in no log any more, or have been handed on."""
        self.delivered = max(self.delivered, seq)
        for late in [number for number in self._waiting if number <= self.delivered]:
            del self._waiting[late]
        while (following := self._waiting.pop(self.delivered + 1, None)) is not None:
            self._pass_on(self.delivered + 1, following)

    @property
    def newest_waiting(self) -> int:
        """The highest number that waits for those before it; 0 if none does."""
        return max(self._waiting, default=0)

    def tell(self, frame: bytes, *, but: int | None = None) -> None:
        """Something that is not a message, to every socket here."""
        for number, socket in list(self.sockets.items()):
            if number != but:
                socket.send(frame)

    def _pass_on(self, seq: int, frame: bytes) -> None:
        self.delivered = seq
        for socket in list(self.sockets.values()):
            if socket.is_live and socket.cursor < seq:
                socket.cursor = seq
                socket.send(frame)
