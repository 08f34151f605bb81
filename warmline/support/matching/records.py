"""Requests and volunteers as `Matching` keeps them: sets as bit masks, rules worked out ahead."""

from collections.abc import Iterable
from dataclasses import replace

from warmline.rooms.languages import FitKey, Way, fit_keys
from warmline.support.matching import rules
from warmline.support.matching.queue import Place
from warmline.support.matching.sides import NOBODY, Ready, Waiting

Cell = tuple[FitKey, Way]


class Bits:
    """Gives every id a bit, for ever; topics and backgrounds are few."""

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}

    def mask(self, ids: Iterable[int]) -> int:
        mask = 0
        for each in ids:
            # Bit 0 is taken: being new here.
            mask |= self._bits.setdefault(each, 2 << len(self._bits))
        return mask


NEW_HERE = 1


class Request:
    """A waiting request. `needs` is what a volunteer must accept, as bits."""

    __slots__ = (
        "again", "backgrounds", "cells", "first_ms", "heavy", "id", "minutes", "most", "needs",
        "never", "offered", "seeker", "share", "since_ms", "tags", "topics", "waiting",
    )  # fmt: skip

    def __init__(self, waiting: Waiting, topics: Bits, backgrounds: Bits) -> None:
        self.waiting = waiting
        self.id = waiting.id
        self.seeker = waiting.seeker
        self.cells: dict[Cell, str] = fit_keys(waiting.languages, waiting.ways)
        self.tags = frozenset(waiting.languages)
        self.topics = topics.mask(waiting.topics)
        self.needs = self.topics | (NEW_HERE if waiting.new_here else 0)
        self.share = rules.BEEN_THERE_POINTS / len(waiting.topics) if waiting.topics else 0.0
        self.heavy = waiting.heavy
        self.backgrounds = backgrounds.mask(waiting.backgrounds)
        self.since_ms = waiting.since_ms
        self.minutes = waiting.minutes
        self.never = waiting.said_no | waiting.blocked
        self.again = dict(waiting.ask_again)
        self.offered = set(waiting.offered)
        self.first_ms = waiting.first_offer_ms
        self.most = rules.SAME_TAG_POINTS + rules.TIME_POINTS
        self.most += rules.BEEN_THERE_POINTS if waiting.topics else 0
        self.most += rules.BACKGROUND_POINTS if waiting.backgrounds else 0

    def says(self, waiting: Waiting) -> bool:
        """Whether this is what is known already, its offers and answers included."""
        return (
            self.offered == waiting.offered
            and self.first_ms == waiting.first_offer_ms
            and self.again == waiting.ask_again
            and self.never == waiting.said_no | waiting.blocked
            and _lasting(self.waiting) == _lasting(waiting)
        )

    def wants_more(self, now_ms: int) -> bool:
        return len(self.offered) < rules.offers_at_once(self.first_ms, now_ms)

    def next_wave_ms(self, now_ms: int) -> int | None:
        """When another offer may go out; None: when an answer comes, not before."""
        if self.first_ms is None:
            return None
        waves = (self.first_ms + after for after, _ in rules.WAVES)
        return next((wave for wave in waves if wave > now_ms), None)


class Volunteer:
    """A ready volunteer. `refuses` is every bit but those in `accepts` (a negative number)."""

    __slots__ = (
        "accepts", "backgrounds", "been_there", "blocked", "can_take", "cells", "id", "met",
        "minutes", "place", "ready", "refuses", "rests_until", "tags", "until_ms",
    )  # fmt: skip

    def __init__(self, ready: Ready, topics: Bits, backgrounds: Bits) -> None:
        self.ready = ready
        self.id = ready.id
        self.cells: tuple[Cell, ...] = tuple(fit_keys(ready.languages, ready.ways))
        self.tags = frozenset(ready.languages)
        self.been_there = topics.mask(ready.been_there)
        self.accepts = self.been_there | topics.mask(ready.can_listen)
        self.accepts |= NEW_HERE if ready.takes_new else 0
        self.refuses = ~self.accepts
        self.backgrounds = backgrounds.mask(ready.backgrounds)
        self.minutes = min(ready.minutes_left, ready.longest_talk)
        self.can_take = ready.room_for > 0 and self.minutes >= rules.SHORTEST_TALK
        self.until_ms = ready.until_ms
        self.rests_until = rules.rests_until(ready)
        self.met = ready.met_lately
        self.blocked = ready.blocked | {ready.id}
        talks = min(ready.talks_lately, rules.TALKS_COUNTED)
        self.place: Place = (talks, ready.last_talk_ms or 0, ready.id)


def _lasting(waiting: Waiting) -> Waiting:
    """A request without what happens to it while it waits."""
    return replace(
        waiting,
        offered=NOBODY,
        first_offer_ms=None,
        ask_again={},
        said_no=NOBODY,
        blocked=NOBODY,
    )


def fits(request: Request, volunteer: Volunteer, now_ms: int) -> bool:
    """Every hard rule but language and way, which the cells are for, and the volunteer's state."""
    return not (
        request.needs & volunteer.refuses
        or volunteer.id in request.never
        or request.seeker in volunteer.blocked
        or (request.again and request.again.get(volunteer.id, now_ms) > now_ms)
    )


def is_avoided(request: Request, volunteer: Volunteer, now_ms: int) -> bool:
    """As `rules.is_avoided`."""
    return request.seeker in volunteer.met or (request.heavy and now_ms < volunteer.rests_until)


def likeness(request: Request, volunteer: Volunteer) -> float:
    """The part of `rules.score` that only both together give, in points."""
    points = request.share * (request.topics & volunteer.been_there).bit_count()
    if request.backgrounds & volunteer.backgrounds:
        points += rules.BACKGROUND_POINTS
    if not request.tags.isdisjoint(volunteer.tags):
        points += rules.SAME_TAG_POINTS
    if volunteer.minutes >= request.minutes:
        return points + rules.TIME_POINTS
    return points + rules.TIME_POINTS * volunteer.minutes / request.minutes
