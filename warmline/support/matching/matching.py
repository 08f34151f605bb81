"""Everybody who waits and everybody who is ready, kept so that a change costs little.

Both sides stand in queues: requests that want another offer, longest waiting first, and volunteers
who are free, those with the fewest talks first. There is a queue for each cell (a fit key and a
way), and in each cell one for each trait (a topic somebody asks about or has been there with, a
background wished or shown), so that the best are near a head. Between two calls of `next_offers`
no request in a queue fits a volunteer in a queue. So a change needs a look at the other side for
those who changed, and at nobody else.

A decision looks at a few who fit at each head, and skips all who do not. So it finds somebody
whenever there is somebody, and nearly always the best. Where a few ask a few in the same moment,
all of them are looked at together (`assignment`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush

from warmline.support.matching import rules
from warmline.support.matching.assignment import best_pairs
from warmline.support.matching.queue import Queue, leave, stand
from warmline.support.matching.records import (
    Bits,
    Cell,
    Request,
    Volunteer,
    is_avoided,
    likeness,
    may_meet,
)
from warmline.support.matching.sides import Choice, Ready, Waiting

FEW = 16
"""Up to so many on each side who come at once are paired in the best way there is."""
LOOK_AT = 3
"""Those who fit who are compared at the head of a queue."""

ENOUGH = rules.ENOUGH_TO_CHOOSE
POINTS_A_MS = rules.POINTS_A_MINUTE / rules.MINUTE_MS

Trait = tuple[str, int]
Head = tuple[Cell, Trait | None]


class Matching:
    """The state of matching. One thread at a time.

    Feed it with `put_*` and `remove_*`, or with `sync` from a full reading of the database: what is
    put replaces what was known, pending offers included. Then `next_offers`.
    """

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

    # Feeding

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

    # Choosing

    def next_offers(self, now_ms: int) -> list[Choice]:
        """The offers to make now. They count as made; undo one with `ask_again`."""
        self._ring_alarms(now_ms)
        some_free, some_hungry = self._free, self._hungry
        asking = list(self._take_in_requests(now_ms))
        offering = list(self._take_in_volunteers())
        choices: list[Choice] = []
        if some_hungry and offering:
            # Those who found nobody until now come before those who ask now.
            for request in asking:
                self._enqueue_request(request)
            self._serve_volunteers(offering, choices, now_ms)
            if some_free:
                self._serve_requests(asking, choices, now_ms)
        else:
            for volunteer in offering:
                self._enqueue_volunteer(volunteer)
            self._serve_requests(asking, choices, now_ms)
        return choices

    def due_at(self) -> int | None:
        """When `next_offers` should be called next, if nothing is fed before; 0: now."""
        if self._changed_requests or self._changed_volunteers:
            return 0
        while self._alarms and not self._is_for_somebody(self._alarms[0]):
            heappop(self._alarms)
        return self._alarms[0][0] if self._alarms else None

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

    def _serve_requests(self, asking: list[Request], choices: list[Choice], now_ms: int) -> None:
        """Each request in turn takes its best volunteer; nobody a second before all had a first."""
        self._serve_a_few(asking, choices, now_ms)
        turns = [(len(each.offered), each.since_ms, each.id) for each in asking]
        heapify(turns)
        while turns:
            request = self._requests[heappop(turns)[2]]
            if not request.wants_more(now_ms):
                continue
            volunteer, gave_way = self._best_volunteer(request, now_ms)
            if volunteer is None:
                self._enqueue_request(request)
                continue
            choices.append(self._offer(request, volunteer, gave_way, now_ms))
            if request.wants_more(now_ms):
                heappush(turns, (len(request.offered), request.since_ms, request.id))

    def _serve_a_few(self, asking: list[Request], choices: list[Choice], now_ms: int) -> None:
        """First offers in the best way there is, where a few ask and a few are free."""
        if not (1 < len(asking) <= FEW and 1 < self._free <= FEW):
            return
        first = sorted((each for each in asking if not each.offered), key=lambda each: each.id)
        free = sorted(
            {entry[3] for each in first for queues in each.looks_in for entry in queues[-1]},
            key=lambda each: each.id,
        )
        points = [[self._points(request, each, now_ms) for each in free] for request in first]
        for row, column in best_pairs(points):
            choices.append(self._offer(first[row], free[column], False, now_ms))

    def _points(self, request: Request, volunteer: Volunteer, now_ms: int) -> float | None:
        """As `rules.score`; None for a pair that must not be, or is avoided."""
        if (
            request.cells.keys().isdisjoint(volunteer.cells)
            or request.needs & volunteer.refuses
            or not may_meet(request, volunteer, now_ms)
            or is_avoided(request, volunteer, now_ms)
        ):
            return None
        points = rules.turn(request.since_ms, 0, now_ms) + likeness(request, volunteer)
        return points if self._few_fit(request, now_ms) else points - volunteer.off

    def _serve_volunteers(
        self, offering: list[Volunteer], choices: list[Choice], now_ms: int
    ) -> None:
        """Each volunteer in turn takes the best request; those who accept the least come first."""
        offering.sort(key=lambda each: (each.accepts.bit_count(), -each.order[0], each.id))
        for volunteer in offering:
            if self._offers_to.get(volunteer.id):
                continue
            request, gave_way = self._best_request(volunteer, now_ms)
            if request is None:
                self._enqueue_volunteer(volunteer)
                continue
            choices.append(self._offer(request, volunteer, gave_way, now_ms))
            if request.wants_more(now_ms):
                self._enqueue_request(request)

    # The two loops below are most of the work. So they spell out `rules.fits`, `is_avoided` and
    # `score` on bit masks, and walk the queues' entries themselves: three times faster than calls.

    def _best_volunteer(self, request: Request, now_ms: int) -> tuple[Volunteer | None, bool]:
        """The best free volunteer, and whether soft rules gave way for it."""
        best: Volunteer | None = None
        most_points = float("-inf")
        found: set[Volunteer] = set()
        avoided: Volunteer | None = None
        needs, seeker, never, again = request.needs, request.seeker, request.never, request.again
        topics, share, wished = request.topics, request.share, request.backgrounds
        heavy, tags, minutes, most = request.heavy, request.tags, request.minutes, request.most
        for queues in request.looks_in:
            for queue in queues:
                left = LOOK_AT
                for entry in queue:
                    volunteer = entry[3]
                    if needs & volunteer.refuses:
                        continue
                    if most_points >= most - volunteer.off and len(found) >= ENOUGH:
                        break
                    if (
                        volunteer.id in never
                        or seeker in volunteer.blocked
                        or (again and again.get(volunteer.id, now_ms) > now_ms)
                    ):
                        continue
                    if seeker in volunteer.met or (heavy and volunteer.rests_until > now_ms):
                        avoided = avoided or volunteer
                        continue
                    points = share * (topics & volunteer.been_there).bit_count() - volunteer.off
                    if wished & volunteer.backgrounds:
                        points += rules.BACKGROUND_POINTS
                    if not tags.isdisjoint(volunteer.tags):
                        points += rules.SAME_TAG_POINTS
                    points += rules.TIME_POINTS * min(1.0, volunteer.minutes / minutes)
                    if points > most_points:
                        best, most_points = volunteer, points
                    if len(found) < ENOUGH:
                        found.add(volunteer)
                    left -= 1
                    if not left:
                        break
            if len(found) >= ENOUGH:
                break
        if best is None:
            if avoided is not None and self._gives_way(request, now_ms):
                return avoided, True
            return None, False
        if 1 < len(found) < ENOUGH and self._few_fit(request, now_ms):
            # Fairness has no say.
            best = max(found, key=lambda each: (likeness(request, each), each.order, -each.id))
        return best, False

    def _best_request(self, volunteer: Volunteer, now_ms: int) -> tuple[Request | None, bool]:
        """The best request that wants an offer, and whether soft rules gave way for it."""
        best: Request | None = None
        most_points = float("-inf")
        avoided: list[Request] = []
        refuses, me, blocked, met = (
            volunteer.refuses,
            volunteer.id,
            volunteer.blocked,
            volunteer.met,
        )
        been_there, shown, tags = volunteer.been_there, volunteer.backgrounds, volunteer.tags
        minutes, resting = volunteer.minutes, volunteer.rests_until > now_ms
        for queue in volunteer.looks_in:
            left = LOOK_AT
            for entry in queue:
                request = entry[3]
                if request.needs & refuses:
                    continue
                # `rules.turn`, less what all have in common.
                points = entry[1] * POINTS_A_MS + entry[0] * rules.ANOTHER_OFFER_POINTS
                if most_points >= points + rules.MOST_POINTS:
                    break
                if (
                    me in request.never
                    or request.seeker in blocked
                    or (request.again and request.again.get(me, now_ms) > now_ms)
                ):
                    continue
                if request.seeker in met or (resting and request.heavy):
                    avoided.append(request)
                    continue
                points += request.share * (request.topics & been_there).bit_count()
                if request.backgrounds & shown:
                    points += rules.BACKGROUND_POINTS
                if not tags.isdisjoint(request.tags):
                    points += rules.SAME_TAG_POINTS
                points += rules.TIME_POINTS * min(1.0, minutes / request.minutes)
                if points > most_points:
                    best, most_points = request, points
                left -= 1
                if not left:
                    break
        if best is None:
            best = next((each for each in avoided if self._gives_way(each, now_ms)), None)
            return best, best is not None
        return best, False

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
            for volunteer in self._ready[cell].values():
                if not request.needs & volunteer.refuses and may_meet(request, volunteer, now_ms):
                    seen.add(volunteer.id)
                    if len(seen) == rules.ENOUGH_TO_CHOOSE:
                        return False
        return True

    def _offer(self, request: Request, volunteer: Volunteer, gave_way: bool, now_ms: int) -> Choice:
        self._dequeue_volunteer(volunteer)
        self._dequeue_request(request)
        another = bool(request.offered)
        request.offered.add(volunteer.id)
        self._offers_to[volunteer.id].add(request.id)
        if request.first_ms is None:
            request.first_ms = now_ms
        if not request.wants_more(now_ms):
            self._wait_for_next_wave(request, now_ms)
        cell = next(cell for cell in request.cells if cell in volunteer.cells)
        return Choice(
            request.id,
            volunteer.id,
            min(request.minutes, volunteer.minutes),
            request.cells[cell],
            cell[1],
            _reasons(request, volunteer, gave_way=gave_way, another=another),
        )

    # Keeping the queues

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
