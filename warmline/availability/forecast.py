"""How likely it is that somebody comes, from what the last weeks were like. Pure: no database.

**The pattern.** Every hour that was watched says how many of its minutes somebody was ready, and from
how many of them somebody was ready within 20 minutes. Hours of the same weekday and time of day make
a cell, hours of the same time of day a band, all hours together the average; in the group's own
zone, so that a clock change moves nothing. Older hours count less (half after `HALF_LIFE`). A cell
leans on its band (`CELL_LEANS`) and the band on the average (`BAND_LEANS`), as if each had seen so
many hours more of it: a cell with little behind it says what its band says. What seekers met with is
added to the same sums.

**When it says nothing.** With fewer than `ENOUGH_HOURS` of a band watched, and where a band has fewer
than three different volunteers behind it: one person's habits are nobody's business. A cell with fewer
than three says what its band says.

**Ticks.** Of those who ticked *probably there* for an open hour each comes within 20 minutes of its
beginning with `SOON_BY_A_TICK`, whatever the others do. The pattern knows most of them already, so the
higher of the two chances counts. Fewer than three ticks say nothing by themselves, for the same reason
as above. They count for *next likely at* alone: the beginning is not within 20 minutes of now.

Half-life, leans and thresholds are our own choice; `bench.forecast` measures what they give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

HORIZON = timedelta(minutes=20)
"""What *soon* means."""
LOOKS_BACK = timedelta(weeks=8)
LOOKS_AHEAD = timedelta(days=7)
HALF_LIFE = timedelta(weeks=4)
BAND_LEANS = 1.0
CELL_LEANS = 4.0
"""Hours."""
ENOUGH_HOURS = 7
DIFFERENT = 3
"""Volunteers behind anything that is said."""
PROBABLE = 0.6
"""From here on it is said to be probable."""
SOON_BY_A_TICK = 0.35
"""Seven of ten come at all, and half of them within 20 minutes of the beginning: our guess."""
MET_AT_ONCE = timedelta(minutes=2)
"""Who was met so fast found somebody here; it says nothing about somebody coming."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HourSeen:
    """One whole hour for one language and way: minutes of 60, and marks of who was ready in it."""

    hour: datetime
    watched: int
    ready: int
    reached: int
    """Watched minutes from which somebody was ready within 20 minutes, the ready ones too."""
    marks: int = 0
    """Bits; as many different people at least as there are bits."""


@dataclass(frozen=True, slots=True)
class WaitSeen:
    """One wait of nobody's: its hour, how long, whether somebody came."""

    hour: datetime
    waited: timedelta
    met: bool


@dataclass(slots=True)
class _Sums:
    """Aged hours: watched, reached; without somebody, and of these reached."""

    hours: int = 0
    marks: int = 0
    watched: float = 0.0
    reached: float = 0.0
    empty: float = 0.0
    came: float = 0.0

    def add(self, seen: HourSeen, weight: float) -> None:
        share = weight / 60
        self.hours += 1
        self.marks |= seen.marks
        self.watched += share * seen.watched
        self.reached += share * seen.reached
        self.empty += share * (seen.watched - seen.ready)
        self.came += share * (seen.reached - seen.ready)

    @property
    def of_several(self) -> bool:
        return self.marks.bit_count() >= DIFFERENT


_Pick = Callable[[_Sums], tuple[float, float]]
"""(hits, tries) of a sum."""


@dataclass(slots=True)
class Pattern:
    """The weekly and daily pattern of one language and way (or of all together)."""

    zone: tzinfo
    _all: _Sums = field(default_factory=_Sums)
    _bands: dict[int, _Sums] = field(default_factory=lambda: defaultdict(_Sums))
    _cells: dict[tuple[int, int], _Sums] = field(default_factory=lambda: defaultdict(_Sums))

    @classmethod
    def of(
        cls,
        seen: Iterable[HourSeen],
        waits: Iterable[WaitSeen] = (),
        *,
        now: datetime,
        zone: tzinfo,
    ) -> Pattern:
        """Built from what lies within `LOOKS_BACK` before ``now``."""
        pattern = cls(zone)
        for hour in seen:
            if now - LOOKS_BACK <= hour.hour < now and hour.watched:
                for sums in pattern._at(hour.hour):
                    sums.add(hour, _weight(now - hour.hour))
        for wait in waits:
            if now - LOOKS_BACK <= wait.hour < now:
                pattern._add_wait(wait, _weight(now - wait.hour))
        return pattern

    def coming(self, at: datetime) -> float | None:
        """The chance that somebody is ready within 20 minutes when nobody is at ``at``."""
        return self._chance(at, lambda sums: (sums.came, sums.empty))

    def there(self, at: datetime) -> float | None:
        """The chance that somebody is ready at ``at`` or within 20 minutes of it."""
        return self._chance(at, lambda sums: (sums.reached, sums.watched))

    def knows(self, at: datetime) -> bool:
        """Whether enough hours and different people are behind what is said of this time of day."""
        _all, band, _cell = self._at(at)
        return band.hours >= ENOUGH_HOURS and band.of_several

    def _chance(self, at: datetime, pick: _Pick) -> float | None:
        if not self.knows(at):
            return None
        every, band, cell = self._at(at)
        hits, tries = pick(every)
        average = hits / tries if tries else 0.0
        hits, tries = pick(band)
        of_band = (hits + BAND_LEANS * average) / (tries + BAND_LEANS)
        if not cell.of_several:
            return of_band
        hits, tries = pick(cell)
        return (hits + CELL_LEANS * of_band) / (tries + CELL_LEANS)

    def _at(self, at: datetime) -> tuple[_Sums, _Sums, _Sums]:
        local = at.astimezone(self.zone)
        return (
            self._all,
            self._bands[local.hour],
            self._cells[(local.weekday(), local.hour)],
        )

    def _add_wait(self, wait: WaitSeen, weight: float) -> None:
        """One who waited counts like an hour nobody was there in: met within 20 minutes or not."""
        if wait.met and wait.waited < MET_AT_ONCE:
            return
        if not wait.met and wait.waited < HORIZON:
            return
        came = weight if wait.met and wait.waited <= HORIZON else 0.0
        for sums in self._at(wait.hour):
            sums.empty += weight
            sums.came += came


def reached_bits(ready: int, later: int) -> int:
    """Minutes of an hour from which somebody is ready within 20; both are bits of 60 minutes."""
    both, reached = ready | later << 60, 0
    for minutes in range(HORIZON // timedelta(minutes=1) + 1):
        reached |= both >> minutes
    return reached & (1 << 60) - 1


def with_ticks(chance: float | None, ticks: int) -> float | None:
    """The chance of a time for which so many ticked *probably there*."""
    if ticks <= 0 or (chance is None and ticks < DIFFERENT):
        return chance
    return max(chance or 0.0, 1 - (1 - SOON_BY_A_TICK) ** ticks)


def next_likely(
    patterns: Iterable[Pattern], ticked: Iterable[tuple[datetime, int]], now: datetime
) -> datetime | None:
    """The first whole hour, or beginning of a ticked time, of the next 7 days that is probable."""
    patterns = list(patterns)
    ticks = dict(ticked)
    first = now.replace(minute=0, second=0, microsecond=0) + HOUR
    hours = [first + HOUR * number for number in range(LOOKS_AHEAD // HOUR)]
    for at in sorted({*hours, *(start for start in ticks if now < start < now + LOOKS_AHEAD)}):
        chance = best(pattern.there(at) for pattern in patterns)
        if is_probable(with_ticks(chance, ticks.get(at, 0))):
            return at
    return None


def best(chances: Iterable[float | None]) -> float | None:
    """The highest that is known: languages and ways are not independent, so they don't add up."""
    return max((chance for chance in chances if chance is not None), default=None)


def is_probable(chance: float | None) -> bool:
    """Whether it may be said."""
    return chance is not None and chance >= PROBABLE


def _weight(age: timedelta) -> float:
    return float(0.5 ** (age / HALF_LIFE))
