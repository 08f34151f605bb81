"""Everybody who waits and everybody who is ready, and the queues they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

from warmline.support.matching.queue import Queue, leave, stand
from warmline.support.matching.records import Bits, Cell, Request, Volunteer
from warmline.support.matching.sides import Ready, Waiting

Trait = tuple[str, int]
Head = tuple[Cell, Trait | None]


class Roll:
    """Who is there. Changes are noted; `Matching` takes them in before it chooses."""

    def __init__(self) -> None:
        self._requests: dict[int, Request] = {}
        self._volunteers: dict[int, Volunteer] = {}
        self._hungry = 0
        self._free = 0
        self._hungry_in: defaultdict[Head, Queue[Request]] = defaultdict(Queue)
        self._free_in: defaultdict[Head, Queue[Volunteer]] = defaultdict(Queue)
        self._ready: defaultdict[Cell, dict[int, Volunteer]] = defaultdict(dict)
        self._offers_to: defaultdict[int, set[int]] = defaultdict(set)
        self._changed_requests: set[int] = set()
        self._changed_volunteers: set[int] = set()
        self._held: set[int] = set()
        self._alarms: list[tuple[int, int, bool]] = []
        self._topics = Bits()
        self._backgrounds = Bits()

    def sync(self, waiting: Iterable[Waiting], ready: Iterable[Ready]) -> None:
        """Make this everybody there is. What has not changed costs a comparison."""
        requests = {each.id: each for each in waiting}
        volunteers = {each.id: each for each in ready}
        for gone in self._requests.keys() - requests.keys():
            self.remove_request(gone)
        for gone in self._volunteers.keys() - volunteers.keys():
            self.remove_volunteer(gone)
        for volunteer in volunteers.values():
            self.put_volunteer(volunteer)
        for request in requests.values():
            self.put_request(request)

    def put_request(self, waiting: Waiting) -> None:
        """Add a request, or replace what was known of it."""
        known = self._requests.get(waiting.id)
        if known is not None:
            if known.says(waiting):
                return
            self.remove_request(waiting.id)
        request = Request(waiting, self._topics, self._backgrounds)
        traits = list(_traits(waiting.topics, waiting.backgrounds))
        request.stands_in = [self._hungry_in[head] for head in _heads(request.cells, traits)]
        request.looks_in = [
            [self._free_in[head] for head in _heads((cell,), traits)] for cell in request.cells
        ]
        self._requests[waiting.id] = request
        self._changed_requests.add(waiting.id)
        for volunteer in request.offered:
            self._offers_to[volunteer].add(waiting.id)
            self._changed_volunteers.add(volunteer)
        for again_ms in request.again.values():
            heappush(self._alarms, (again_ms, waiting.id, False))

    def remove_request(self, request_id: int) -> None:
        """Forget a request that was matched or is gone; its offers are withdrawn with it."""
        request = self._requests.pop(request_id, None)
        if request is None:
            return
        self._dequeue_request(request)
        self._held.discard(request_id)
        self._changed_requests.discard(request_id)
        for volunteer in request.offered:
            self._offer_over(request_id, volunteer)

    def put_volunteer(self, ready: Ready) -> None:
        """Add a volunteer, or replace what was known of them."""
        known = self._volunteers.get(ready.id)
        if known is not None:
            if known.ready == ready:
                return
            self.remove_volunteer(ready.id)
        volunteer = Volunteer(ready, self._topics, self._backgrounds)
        heads = list(_heads(volunteer.cells, list(_traits(ready.been_there, ready.backgrounds))))
        volunteer.stands_in = [self._free_in[head] for head in heads]
        volunteer.looks_in = [self._hungry_in[head] for head in heads]
        self._volunteers[ready.id] = volunteer
        self._changed_volunteers.add(ready.id)
        if volunteer.can_take:
            for cell in volunteer.cells:
                self._ready[cell][ready.id] = volunteer
        if volunteer.until_ms is not None:
            heappush(self._alarms, (volunteer.until_ms, ready.id, True))

    def remove_volunteer(self, volunteer_id: int) -> None:
        """Forget a volunteer who is not ready any more. An offer of theirs stays with its request."""
        volunteer = self._volunteers.pop(volunteer_id, None)
        if volunteer is None:
            return
        self._dequeue_volunteer(volunteer)
        self._changed_volunteers.discard(volunteer_id)
        if volunteer.can_take:
            for cell in volunteer.cells:
                del self._ready[cell][volunteer_id]
            # Fewer fit now, so rules may give way for those held back.
            self._changed_requests |= self._held

    def said_no(self, request_id: int, volunteer_id: int) -> None:
        """A volunteer said *no*: never again for this request."""
        request = self._requests.get(request_id)
        if request is not None:
            request.never |= {volunteer_id}
            self._answered(request, volunteer_id)

    def ask_again(self, request_id: int, volunteer_id: int, at_ms: int) -> None:
        """*Not now*, silence, or an offer that could not be made: not before this instant."""
        request = self._requests.get(request_id)
        if request is not None:
            request.again[volunteer_id] = at_ms
            heappush(self._alarms, (at_ms, request_id, False))
            self._answered(request, volunteer_id)

    def due_at(self) -> int | None:
        """When `next_offers` should be called next, if nothing is fed before; 0: now."""
        if self._changed_requests or self._changed_volunteers:
            return 0
        while self._alarms and not self._is_for_somebody(self._alarms[0]):
            heappop(self._alarms)
        return self._alarms[0][0] if self._alarms else None

    # For choosing

    def _ring_alarms(self, now_ms: int) -> None:
        while self._alarms and self._alarms[0][0] <= now_ms:
            _, each, is_volunteer = heappop(self._alarms)
            if is_volunteer:
                self._end_readiness(each, now_ms)
            elif each in self._requests:
                self._changed_requests.add(each)

    def _take_in_requests(self, now_ms: int) -> Iterator[Request]:
        """Those of the changed requests that want an offer, out of the queues for now."""
        changed, self._changed_requests = self._changed_requests, set()
        for each in changed:
            request = self._requests[each]
            self._dequeue_request(request)
            if request.wants_more(now_ms):
                yield request
            else:
                self._wait_for_next_wave(request, now_ms)

    def _take_in_volunteers(self) -> Iterator[Volunteer]:
        """Those of the changed volunteers who can take an offer, out of the queues for now."""
        changed, self._changed_volunteers = self._changed_volunteers, set()
        for each in changed & self._volunteers.keys():
            volunteer = self._volunteers[each]
            self._dequeue_volunteer(volunteer)
            if volunteer.can_take and not self._offers_to.get(each):
                yield volunteer

    def _enqueue_request(self, request: Request) -> None:
        if request.entry is None:
            stand(request, request.stands_in, (-len(request.offered), -request.since_ms))
            self._hungry += 1

    def _dequeue_request(self, request: Request) -> None:
        if request.entry is not None:
            leave(request, request.stands_in)
            self._hungry -= 1

    def _enqueue_volunteer(self, volunteer: Volunteer) -> None:
        if volunteer.entry is None:
            stand(volunteer, volunteer.stands_in, volunteer.order)
            self._free += 1

    def _dequeue_volunteer(self, volunteer: Volunteer) -> None:
        if volunteer.entry is not None:
            leave(volunteer, volunteer.stands_in)
            self._free -= 1

    def _wait_for_next_wave(self, request: Request, now_ms: int) -> None:
        next_ms = request.next_wave_ms(now_ms)
        if next_ms is not None:
            heappush(self._alarms, (next_ms, request.id, False))

    def _end_readiness(self, volunteer_id: int, now_ms: int) -> None:
        volunteer = self._volunteers.get(volunteer_id)
        if volunteer and volunteer.until_ms is not None and volunteer.until_ms <= now_ms:
            self.remove_volunteer(volunteer_id)

    def _answered(self, request: Request, volunteer_id: int) -> None:
        request.offered.discard(volunteer_id)
        self._changed_requests.add(request.id)
        self._offer_over(request.id, volunteer_id)

    def _offer_over(self, request_id: int, volunteer_id: int) -> None:
        offers = self._offers_to[volunteer_id]
        offers.discard(request_id)
        if not offers:
            del self._offers_to[volunteer_id]
        self._changed_volunteers.add(volunteer_id)

    def _is_for_somebody(self, alarm: tuple[int, int, bool]) -> bool:
        _, each, is_volunteer = alarm
        return each in (self._volunteers if is_volunteer else self._requests)


def _traits(topics: Iterable[int], backgrounds: Iterable[int]) -> Iterator[Trait]:
    yield from (("topic", each) for each in sorted(topics))
    yield from (("background", each) for each in sorted(backgrounds))


def _heads(cells: Iterable[Cell], traits: list[Trait]) -> Iterator[Head]:
    """The queues of these cells: those of the traits first, the one of everybody last."""
    for cell in cells:
        for trait in traits:
            yield cell, trait
        yield cell, None
