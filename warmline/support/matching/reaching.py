"""Whom to ask by a notice, when nobody who is ready fits.

The rules are those of `rules`: hard ones hold, soft ones choose. Three things are different. One
volunteer is asked at a time, and another after each minute without an answer: somebody is called
away from something else, so a few seconds of waiting weigh less. Who was asked by notices today
counts as one who had as many talks more. And requests are few here, since whoever is ready comes
first, so each pair is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from warmline.rooms.languages import fit_keys
from warmline.support.matching import rules
from warmline.support.matching.records import Cell
from warmline.support.matching.sides import Ready, Waiting

WAVES: tuple[tuple[int, int], ...] = (
    (0, 1),
    (rules.MINUTE_MS, 2),
    (2 * rules.MINUTE_MS, 3),
)
"""(ms since the first notice, how many notices of a request may wait for an answer at once)."""


class Out(NamedTuple):
    """Notices of a request: when the first went out, and how many wait for an answer."""

    first_ms: int
    waiting: int


class Reach(NamedTuple):
    """A notice to send now. `minutes`: how long the talk can be."""

    request: int
    volunteer: int
    minutes: int


def unserved(waiting: Iterable[Waiting], ready: Iterable[Ready], now_ms: int) -> list[Waiting]:
    """Requests that no ready volunteer fits, or may be asked about again now; longest waiting first."""
    here = _by_cell(ready)
    left = [
        each
        for each in waiting
        if not each.offered and not any(rules.fits(each, one, now_ms) for one in _near(each, here))
    ]
    return sorted(left, key=lambda each: (each.since_ms, each.id))


def choose(
    waiting: Iterable[Waiting],
    reachable: Iterable[Ready],
    out: Mapping[int, Out],
    asked: Mapping[int, int],
    now_ms: int,
) -> list[Reach]:
    """The notices to send now, one a request and one a volunteer.

    `waiting`: as `unserved` gives them. `out`: by request. `asked`: by volunteer, notices today.
    """
    free = {each.id: each for each in reachable if each.room_for > 0}
    chosen = []
    for request in waiting:
        if not free:
            break
        if not _wants_more(out.get(request.id), now_ms):
            continue
        fitting = [each for each in free.values() if rules.fits(request, each, now_ms)]
        if not rules.gives_way(request, len(fitting), now_ms):
            fitting = [each for each in fitting if not rules.is_avoided(request, each, now_ms)]
        liked = [each for each in fitting if not rules.is_avoided(request, each, now_ms)]
        best = max(
            liked or fitting,
            key=lambda each: _order(request, each, asked.get(each.id, 0), now_ms),
            default=None,
        )
        if best is not None:
            del free[best.id]
            chosen.append(Reach(request.id, best.id, rules.minutes(request, best)))
    return chosen


def _by_cell(ready: Iterable[Ready]) -> dict[Cell, list[Ready]]:
    """Volunteers by each language and way of theirs."""
    cells: defaultdict[Cell, list[Ready]] = defaultdict(list)
    for each in ready:
        for cell in fit_keys(each.languages, each.ways):
            cells[cell].append(each)
    return cells


def _near(request: Waiting, cells: Mapping[Cell, list[Ready]]) -> Iterator[Ready]:
    """Those who share a language and way with a request, some of them more than once."""
    for cell in fit_keys(request.languages, request.ways):
        yield from cells.get(cell, ())


def _wants_more(out: Out | None, now_ms: int) -> bool:
    if out is None:
        return True
    allowed = max((most for after, most in WAVES if out.first_ms + after <= now_ms), default=1)
    return out.waiting < allowed


def _order(request: Waiting, ready: Ready, asked: int, now_ms: int) -> tuple[float, int, int]:
    points = rules.score(request, ready, now_ms) - rules.TALK_POINTS * asked
    return points, -(ready.last_talk_ms or 0), -ready.id
