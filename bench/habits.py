"""When made-up volunteers are there, and when made-up seekers come: assumptions, nobody's data.

Volunteers are ready 25 minutes at a time, every second day each (practice, section 12). How much of it
is by habit, at random or inside common hours is said by who asks. Seekers come by the curve `DEMAND`.
Both curves are our guess of evenings and nights; UTC, the group's own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

MINUTES_A_DAY = 24 * 60
LENGTH = 25
VISITS_A_WEEK = 3.5
KEPT = 0.7
"""Of habits and of ticks."""
OPEN_HOURS = (19, 21)
"""Two common hours a day, each an hour long."""
DEMAND = (7, 6, 5, 4, 3, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 6, 7, 8, 9, 9, 8)
"""Seekers by hour, in proportion."""
FREE_TIME = (3, 2, 1, 1, 0, 0, 1, 2, 3, 3, 3, 3, 4, 3, 3, 3, 4, 5, 7, 9, 10, 10, 8, 5)
"""Volunteers' visits by hour, in proportion, those at random and the habits."""


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    """A volunteer is ready from ``start`` (minute of the run) for ``LENGTH`` minutes."""

    start: int
    volunteer: int
    ticked: bool = False
    comes: bool = True


def visits(
    random: Random, volunteers: int, days: int, *, by_habit: float, in_open_hours: float
) -> list[Visit]:
    """All of a run; the two shares are of each volunteer's visits, the rest is at random.

    Visits in open hours are ticked beforehand, and so are those that are not kept.
    """
    made: list[Visit] = []
    for number in range(volunteers):
        made += _habits(random, number, days, by_habit * VISITS_A_WEEK / KEPT)
        made += _in_open_hours(random, number, days, in_open_hours * VISITS_A_WEEK / KEPT)
        rest = max(0.0, 1 - by_habit - in_open_hours) * VISITS_A_WEEK / 7
        for day in range(days):
            if random.random() < rest:
                made.append(Visit(day * MINUTES_A_DAY + by_curve(random, FREE_TIME), number))
    return sorted(made)


def by_curve(random: Random, curve: tuple[int, ...]) -> int:
    """A minute of the day."""
    return random.choices(range(24), curve)[0] * 60 + random.randrange(60)


def _habits(random: Random, number: int, days: int, a_week: float) -> list[Visit]:
    """The same times each week, give or take 10 minutes, each kept with `KEPT`."""
    made = []
    for _ in range(_round(random, a_week)):
        usual = random.randrange(7) * MINUTES_A_DAY + by_curve(random, FREE_TIME)
        for week in range(0, days, 7):
            start = usual + week * MINUTES_A_DAY + random.randint(-10, 10)
            if random.random() < KEPT and 0 <= start < days * MINUTES_A_DAY:
                made.append(Visit(start, number))
    return made


def _in_open_hours(random: Random, number: int, days: int, a_week: float) -> list[Visit]:
    made = []
    for day in range(days):
        if random.random() < a_week / 7:
            begins = day * MINUTES_A_DAY + random.choice(OPEN_HOURS) * 60
            start = begins + random.randint(0, 60 - LENGTH)
            made.append(Visit(start, number, ticked=True, comes=random.random() < KEPT))
    return made


def _round(random: Random, number: float) -> int:
    return int(number) + (random.random() < number % 1)
