"""Agreed times of a week, on the wall clock of one time zone; when one is on, and when the next begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, order=True)
class Window:
    """A time of the week: ``weekday`` from 0 (Monday), ``begins`` and ``ends`` in minutes of that day.

    Raises ValueError for anything else; a window does not go past midnight.
    """

    weekday: int
    begins: int
    ends: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday < 7 and 0 <= self.begins < self.ends <= DAY_MINUTES):
            raise ValueError("no window of a week")

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From when to when it is on a day of its weekday, in UTC; a changed clock may shorten it."""
        return _at(day, self.begins, zone), _at(day, self.ends, zone)


def is_on(windows: Iterable[Window], zone: ZoneInfo, now: datetime) -> bool:
    """Whether one of them is on."""
    return any(begins <= now < ends for begins, ends in _around(windows, zone, now, days=1))


def next_begin(windows: Sequence[Window], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When one of them is on next: now, or when the next begins; None without any."""
    if is_on(windows, zone, now):
        return now
    begins = [begin for begin, end in _around(windows, zone, now, days=8) if now <= begin < end]
    return min(begins, default=None)


def _around(
    windows: Iterable[Window], zone: ZoneInfo, now: datetime, *, days: int
) -> Iterator[tuple[datetime, datetime]]:
    today = now.astimezone(zone).date()
    chosen = list(windows)
    for ahead in range(-1, days + 1):
        day = today + timedelta(days=ahead)
        yield from (each.on(day, zone) for each in chosen if each.weekday == day.weekday())


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    day += timedelta(days=minutes // DAY_MINUTES)
    hour, minute = divmod(minutes % DAY_MINUTES, 60)
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)
