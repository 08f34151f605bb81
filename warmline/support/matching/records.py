"""Requests and volunteers as `Matching` keeps them: sets as bit masks, rules worked out ahead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from warmline.rooms.languages import FitKey, Way, fit_keys
from warmline.support.matching import rules
from warmline.support.matching.queue import Entry, Queue
from warmline.support.matching.sides import NOBODY, Ready, Waiting

Cell = tuple[FitKey, Way]

NEW_HERE = 1
"""The bit for being new here; topics have the others."""


class Bits:
    """Gives every id a bit, for ever; topics and backgrounds are few."""

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}

    def mask(self, ids: Iterable[int]) -> int:
        mask = 0
        for each in sorted(ids):
            mask |= self._bits.setdefault(each, 2 * NEW_HERE << len(self._bits))
        return mask


class Request:
    """A waiting request.

    `needs` is what a volunteer must accept, as bits; `share` the points for each topic they have
    been there with; `most` the points nobody can exceed; `stands_in` the queues it waits in;
    `looks_in`, for each cell, the queues of volunteers it chooses from.
    """

    __slots__ = (
        "again", "backgrounds", "cells", "entry", "first_ms", "heavy", "id", "looks_in", "minutes",
        "most", "needs", "never", "offered", "seeker", "share", "since_ms", "stands_in", "tags",
        "team", "topics", "waiting",
    )  # fmt: skip

    stands_in: list[Queue[Request]]
    looks_in: list[list[Queue[Volunteer]]]

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
        self.team = waiting.team
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
        self.entry: Entry[Request] | None = None

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
        for after, _ in rules.WAVES:
            if self.first_ms + after > now_ms:
                return self.first_ms + after
        return None


class Volunteer:
    """A ready volunteer.

    `refuses` is every bit but those in `accepts` (a negative number); `off` the points off for
    talks lately; `stands_in` the queues they are free in; `looks_in` the queues of requests they
    choose from.
    """

    __slots__ = (
        "accepts", "backgrounds", "been_there", "blocked", "can_take", "cells", "entry", "id",
        "looks_in", "met", "minutes", "off", "ready", "refuses", "rests_until", "stands_in", "tags",
        "until_ms",
    )  # fmt: skip

    stands_in: list[Queue[Volunteer]]
    looks_in: list[Queue[Request]]

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
        self.off = rules.TALK_POINTS * min(ready.talks_lately, rules.TALKS_COUNTED)
        self.entry: Entry[Volunteer] | None = None

    @property
    def order(self) -> tuple[int, int]:
        """Fewest talks lately first, then who has not talked for longest."""
        return -min(self.ready.talks_lately, rules.TALKS_COUNTED), -(self.ready.last_talk_ms or 0)


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


def may_meet(request: Request, volunteer: Volunteer, now_ms: int) -> bool:
    """Every hard rule but language and way (the cells), *please not* (bits), and limits (queues)."""
    return not (
        volunteer.id in request.never
        or request.seeker in volunteer.blocked
        or (request.again and request.again.get(volunteer.id, now_ms) > now_ms)
    )


def is_avoided(request: Request, volunteer: Volunteer, now_ms: int) -> bool:
    """As `rules.is_avoided`."""
    met = request.seeker in volunteer.met and volunteer.id not in request.team
    return met or (request.heavy and now_ms < volunteer.rests_until)


def likeness(request: Request, volunteer: Volunteer) -> float:
    """The part of `rules.score` that only both together give, in points."""
    if volunteer.id in request.team:
        return rules.MOST_POINTS
    points = request.share * (request.topics & volunteer.been_there).bit_count()
    if request.backgrounds & volunteer.backgrounds:
        points += rules.BACKGROUND_POINTS
    if not request.tags.isdisjoint(volunteer.tags):
        points += rules.SAME_TAG_POINTS
    if volunteer.minutes >= request.minutes:
        return points + rules.TIME_POINTS
    return points + rules.TIME_POINTS * volunteer.minutes / request.minutes
