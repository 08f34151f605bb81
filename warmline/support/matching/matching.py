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

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import compress, product

from warmline.support.matching import rules
from warmline.support.matching.assignment import best_pairs
from warmline.support.matching.records import (
    Request,
    Volunteer,
    is_avoided,
    likeness,
    may_meet,
)
from warmline.support.matching.roll import Roll
from warmline.support.matching.sides import Choice

FEW = 16
"""Up to so many on each side who come at once are paired in the best way there is."""
REQUESTS_LOOKED_AT = 2
VOLUNTEERS_LOOKED_AT = 4
"""Those who fit who are compared at the head of each queue; measured with `bench.matching`."""

ENOUGH = rules.ENOUGH_TO_CHOOSE
POINTS_A_MS = rules.POINTS_A_MINUTE / rules.MINUTE_MS

REASONS: dict[tuple[bool, ...], tuple[str, ...]] = {
    hold: tuple(compress(("been_there", "background", "rules_gave_way", "another"), hold))
    for hold in product((False, True), repeat=4)
}
"""Which of them hold → what a choice says."""


class Matching(Roll):
    """Everybody, and the choice among them. One thread at a time.

    Feed it with `put_*` and `remove_*`, or with `sync` from a full reading of the database: what is
    put replaces what was known, pending offers included. Then `next_offers`.
    """

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
        if volunteer.id in request.team or self._few_fit(request, now_ms):
            return points
        return points - volunteer.off

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
        if request.team and (member := self._of_team(request, now_ms)):
            return member, False
        best: Volunteer | None = None
        most_points = float("-inf")
        found: set[Volunteer] = set()
        avoided: Volunteer | None = None
        needs, seeker, never, again = request.needs, request.seeker, request.never, request.again
        topics, share, wished = request.topics, request.share, request.backgrounds
        heavy, tags, minutes, most = request.heavy, request.tags, request.minutes, request.most
        for queues in request.looks_in:
            for queue in queues:
                left = VOLUNTEERS_LOOKED_AT
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

    def _of_team(self, request: Request, now_ms: int) -> Volunteer | None:
        """The free volunteer of a request's team with the fewest talks, if no rule speaks against one."""
        free = [
            volunteer
            for volunteer in map(self._volunteers.get, sorted(request.team))
            if volunteer is not None
            and volunteer.entry is not None
            and not request.cells.keys().isdisjoint(volunteer.cells)
            and not request.needs & volunteer.refuses
            and may_meet(request, volunteer, now_ms)
            and not is_avoided(request, volunteer, now_ms)
        ]
        return max(free, key=lambda each: (each.order, -each.id), default=None)

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
            left = REQUESTS_LOOKED_AT
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
                if (request.seeker in met and me not in request.team) or (
                    resting and request.heavy
                ):
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
        for cell in request.cells:
            if cell in volunteer.cells:
                break
        return Choice(
            request.id,
            volunteer.id,
            min(request.minutes, volunteer.minutes),
            request.cells[cell],
            cell[1],
            REASONS[
                bool(request.topics & volunteer.been_there),
                bool(request.backgrounds & volunteer.backgrounds),
                gave_way,
                another,
            ],
        )
