"""Everybody who waits and everybody who is ready, kept so that a change costs little.

Both sides stand in queues, one per cell (a fit key and a way): requests that want another offer,
longest waiting first, and volunteers who are free, those with the fewest talks first. Between two
calls of `next_offers` no request in a queue fits a volunteer in a queue. So a change needs a look
at the other side for those who changed, and at nobody else.

A decision looks at the first `LOOK_AT` of the other side who fit, and skips all who do not. So it
finds somebody whenever there is somebody, and nearly always the best.
"""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from warmline.support.matching import rules
from warmline.support.matching.queue import Place, Queue
from warmline.support.matching.records import (
    Bits,
    Cell,
    Request,
    Volunteer,
    fits,
    is_avoided,
    likeness,
)
from warmline.support.matching.sides import Choice, Ready, Waiting

LOOK_AT = 16
"""Fitting requests or volunteers compared in a decision."""


class Matching:
    """The state of matching. One thread at a time.

    Feed it with `put_*` and `drop_*`, or with `sync` from a full reading of the database: what is
    put replaces what was known, pending offers included. Then `next_offers`.
    """

    def __init__(self) -> None:
        self._requests: dict[int, Request] = {}
        self._volunteers: dict[int, Volunteer] = {}
        self._ready: dict[Cell, dict[int, Volunteer]] = {}
        self._hungry: dict[int, Place] = {}
        self._hungry_in: dict[Cell, Queue[Request]] = {}
        self._free: dict[int, Place] = {}
        self._free_in: dict[Cell, Queue[Volunteer]] = {}
        self._offers_to: dict[int, set[int]] = {}
        self._changed_requests: set[int] = set()
        self._changed_volunteers: set[int] = set()
        self._held: set[int] = set()
        self._alarms: list[tuple[int, int, bool]] = []
        self._topics = Bits()
        self._backgrounds = Bits()

    # Feeding

    def sync(self, waiting: Iterable[Waiting], ready: Iterable[Ready]) -> None:
        """Make this everybody there is. What has not changed costs a comparison."""
        requests = {each.id: each for each in waiting}
        volunteers = {each.id: each for each in ready}
        for gone in self._requests.keys() - requests.keys():
            self.drop_request(gone)
        for gone in self._volunteers.keys() - volunteers.keys():
            self.drop_volunteer(gone)
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
            self.drop_request(waiting.id)
        request = Request(waiting, self._topics, self._backgrounds)
        self._requests[waiting.id] = request
        self._changed_requests.add(waiting.id)
        for volunteer in request.offered:
            self._offers_to.setdefault(volunteer, set()).add(waiting.id)
            self._changed_volunteers.add(volunteer)
        for again_ms in request.again.values():
            heappush(self._alarms, (again_ms, waiting.id, False))

    def drop_request(self, request_id: int) -> None:
        """Forget a request that was matched or is gone; its offers are withdrawn with it."""
        request = self._requests.pop(request_id, None)
        if request is None:
            return
        self._unlist(request)
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
            self.drop_volunteer(ready.id)
        volunteer = Volunteer(ready, self._topics, self._backgrounds)
        self._volunteers[ready.id] = volunteer
        self._changed_volunteers.add(ready.id)
        if volunteer.can_take:
            for cell in volunteer.cells:
                self._ready.setdefault(cell, {})[ready.id] = volunteer
        if volunteer.until_ms is not None:
            heappush(self._alarms, (volunteer.until_ms, ready.id, True))

    def drop_volunteer(self, volunteer_id: int) -> None:
        """Forget a volunteer who is not ready any more. Their pending offer stays with its request."""
        volunteer = self._volunteers.pop(volunteer_id, None)
        if volunteer is None:
            return
        self._not_free(volunteer)
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

    # Choosing

    def next_offers(self, now_ms: int) -> list[Choice]:
        """The offers to make now. They count as made; undo one with `ask_again`."""
        self._take_in_changes(now_ms)
        asking, offering = self._changed_requests, self._changed_volunteers
        all_ask = len(asking) == len(self._hungry)
        all_offer = len(offering) == len(self._free)
        choices: list[Choice] = []
        if len(self._free) >= len(self._hungry):
            self._serve_requests(asking, choices, now_ms)
            if not all_ask:
                self._serve_volunteers(offering, choices, now_ms)
        else:
            self._serve_volunteers(offering, choices, now_ms)
            if not all_offer:
                self._serve_requests(asking, choices, now_ms)
        self._changed_requests, self._changed_volunteers = set(), set()
        return choices

    def due_at(self) -> int | None:
        """When `next_offers` should be called next, if nothing is fed before; 0: now."""
        if self._changed_requests or self._changed_volunteers:
            return 0
        while self._alarms and not self._is_for_somebody(self._alarms[0]):
            heappop(self._alarms)
        return self._alarms[0][0] if self._alarms else None

    # One side after the other

    def _serve_requests(self, asking: set[int], choices: list[Choice], now_ms: int) -> None:
        """Each request in turn takes its best volunteer; nobody a second before all had a first."""
        turns = [self._hungry[each] for each in asking if each in self._hungry]
        heapify(turns)
        while turns:
            request = self._requests[heappop(turns)[2]]
            volunteer, gave_way = self._best_volunteer(request, now_ms)
            if volunteer is None:
                continue
            choices.append(self._offer(request, volunteer, gave_way, now_ms))
            if request.id in self._hungry:
                heappush(turns, self._hungry[request.id])

    def _serve_volunteers(self, offering: set[int], choices: list[Choice], now_ms: int) -> None:
        """Each volunteer in turn takes the best request; those who accept the least come first."""
        turns = [self._volunteers[each] for each in offering if each in self._free]
        turns.sort(key=lambda each: (each.accepts.bit_count(), each.place))
        for volunteer in turns:
            request, gave_way = self._best_request(volunteer, now_ms)
            if request is not None:
                choices.append(self._offer(request, volunteer, gave_way, now_ms))

    def _best_volunteer(self, request: Request, now_ms: int) -> tuple[Volunteer | None, bool]:
        """The best free volunteer, and whether soft rules gave way for it."""
        found: dict[int, tuple[Volunteer, float, int]] = {}
        avoided: Volunteer | None = None
        for cell in request.cells:
            looked_at = 0
            best = float("-inf")
            for talks, _, _, volunteer in self._free_in.get(cell, ()):
                if best >= request.most - talks * rules.TALK_POINTS:
                    break
                if not fits(request, volunteer, now_ms):
                    continue
                if is_avoided(request, volunteer, now_ms):
                    avoided = avoided or volunteer
                    continue
                alike = likeness(request, volunteer)
                found[volunteer.id] = (volunteer, alike, talks)
                best = max(best, alike - talks * rules.TALK_POINTS)
                looked_at += 1
                if looked_at == LOOK_AT:
                    break
        if found:
            weight = rules.TALK_POINTS
            if len(found) < rules.ENOUGH_TO_CHOOSE and self._few_fit(request, now_ms):
                weight = 0.0
            return max(found.values(), key=lambda each: each[1] - weight * each[2])[0], False
        if avoided is not None and self._gives_way(request, now_ms):
            return avoided, True
        return None, False

    def _best_request(self, volunteer: Volunteer, now_ms: int) -> tuple[Request | None, bool]:
        """The best request that wants an offer, and whether soft rules gave way for it."""
        best: Request | None = None
        avoided: Request | None = None
        best_points = (0, float("-inf"))
        for cell in volunteer.cells:
            looked_at = 0
            for offers, since_ms, _, request in self._hungry_in.get(cell, ()):
                waited = -since_ms * rules.POINTS_A_MINUTE / rules.MINUTE_MS
                if best is not None and (-offers, waited + rules.MOST_POINTS) <= best_points:
                    break
                if not fits(request, volunteer, now_ms):
                    continue
                if is_avoided(request, volunteer, now_ms):
                    if avoided is None and self._gives_way(request, now_ms):
                        avoided = request
                    continue
                points = (-offers, waited + likeness(request, volunteer))
                if best is None or points > best_points:
                    best, best_points = request, points
                looked_at += 1
                if looked_at == LOOK_AT:
                    break
        return (best, False) if best is not None else (avoided, avoided is not None)

    def _gives_way(self, request: Request, now_ms: int) -> bool:
        """Whether soft rules give way; if not, remember to look again when they may."""
        if now_ms - request.since_ms >= rules.PATIENCE_MS or self._few_fit(request, now_ms):
            return True
        if request.id not in self._held:
            self._held.add(request.id)
            heappush(self._alarms, (request.since_ms + rules.PATIENCE_MS, request.id, False))
        return False

    def _few_fit(self, request: Request, now_ms: int) -> bool:
        """Whether fewer than three ready volunteers fit, those with an offer out among them."""
        seen: set[int] = set()
        for cell in request.cells:
            for volunteer in self._ready.get(cell, {}).values():
                if fits(request, volunteer, now_ms):
                    seen.add(volunteer.id)
                    if len(seen) == rules.ENOUGH_TO_CHOOSE:
                        return False
        return True

    # Keeping the queues

    def _offer(self, request: Request, volunteer: Volunteer, gave_way: bool, now_ms: int) -> Choice:
        self._not_free(volunteer)
        self._unlist(request)
        another = bool(request.offered)
        request.offered.add(volunteer.id)
        if request.first_ms is None:
            request.first_ms = now_ms
        self._offers_to.setdefault(volunteer.id, set()).add(request.id)
        self._list(request, now_ms)
        cell = next(cell for cell in request.cells if cell in volunteer.cells)
        return Choice(
            request=request.id,
            volunteer=volunteer.id,
            minutes=min(request.minutes, volunteer.minutes),
            language=request.cells[cell],
            way=cell[1],
            reasons=_reasons(request, volunteer, gave_way=gave_way, another=another),
        )

    def _take_in_changes(self, now_ms: int) -> None:
        """Ring the alarms that are due, then put everybody who changed where they belong."""
        while self._alarms and self._alarms[0][0] <= now_ms:
            _, each, is_volunteer = heappop(self._alarms)
            if is_volunteer:
                self._end_readiness(each, now_ms)
            elif each in self._requests:
                self._changed_requests.add(each)
        for each in self._changed_requests:
            self._unlist(self._requests[each])
            self._list(self._requests[each], now_ms)
        self._changed_requests &= self._hungry.keys()
        for each in self._changed_volunteers & self._volunteers.keys():
            self._settle(self._volunteers[each])
        self._changed_volunteers &= self._free.keys()

    def _end_readiness(self, volunteer_id: int, now_ms: int) -> None:
        volunteer = self._volunteers.get(volunteer_id)
        if volunteer and volunteer.until_ms is not None and volunteer.until_ms <= now_ms:
            self.drop_volunteer(volunteer_id)

    def _list(self, request: Request, now_ms: int) -> None:
        """Queue a request that wants another offer now, or set its alarm for the next wave."""
        if not request.wants_more(now_ms):
            next_ms = request.next_wave_ms(now_ms)
            if next_ms is not None:
                heappush(self._alarms, (next_ms, request.id, False))
            return
        place = (len(request.offered), request.since_ms, request.id)
        self._hungry[request.id] = place
        for cell in request.cells:
            if cell not in self._hungry_in:
                self._hungry_in[cell] = Queue()
            self._hungry_in[cell].add(place, request)

    def _unlist(self, request: Request) -> None:
        place = self._hungry.pop(request.id, None)
        if place is not None:
            for cell in request.cells:
                self._hungry_in[cell].remove(place)

    def _settle(self, volunteer: Volunteer) -> None:
        """Queue a volunteer who can take an offer; take one who cannot out of the queues."""
        is_free = volunteer.can_take and not self._offers_to.get(volunteer.id)
        if not is_free:
            self._not_free(volunteer)
        elif volunteer.id not in self._free:
            self._free[volunteer.id] = volunteer.place
            for cell in volunteer.cells:
                if cell not in self._free_in:
                    self._free_in[cell] = Queue()
                self._free_in[cell].add(volunteer.place, volunteer)

    def _not_free(self, volunteer: Volunteer) -> None:
        place = self._free.pop(volunteer.id, None)
        if place is not None:
            for cell in volunteer.cells:
                self._free_in[cell].remove(place)

    def _answered(self, request: Request, volunteer_id: int) -> None:
        request.offered.discard(volunteer_id)
        self._changed_requests.add(request.id)
        self._offer_over(request.id, volunteer_id)

    def _offer_over(self, request_id: int, volunteer_id: int) -> None:
        offers = self._offers_to.get(volunteer_id, set())
        offers.discard(request_id)
        if not offers:
            self._offers_to.pop(volunteer_id, None)
        self._changed_volunteers.add(volunteer_id)

    def _is_for_somebody(self, alarm: tuple[int, int, bool]) -> bool:
        _, each, is_volunteer = alarm
        return each in (self._volunteers if is_volunteer else self._requests)


def _reasons(
    request: Request, volunteer: Volunteer, *, gave_way: bool, another: bool
) -> tuple[str, ...]:
    told = (
        ("been_there", request.topics & volunteer.been_there),
        ("background", request.backgrounds & volunteer.backgrounds),
        ("rules_gave_way", gave_way),
        ("another", another),
    )
    return tuple(reason for reason, holds in told if holds)
