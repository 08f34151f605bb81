"""What the forecast sees of a made-up run; minutes are counted from `START`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from warmline.availability.forecast import LOOKS_BACK, HourSeen, Pattern, reached_bits

START = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(slots=True)
class Seen:
    """What the forecast has seen: minutes and marks by the hour of the run."""

    bits: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    marks: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _pattern: tuple[int, Pattern] | None = None

    def minute(self, minute: int, free: Iterable[int]) -> None:
        hour = minute // 60
        for volunteer in free:
            self.bits[hour] |= 1 << minute % 60
            self.marks[hour] |= 1 << (volunteer * 2_654_435_761 + hour % 24 * 40_503 >> 7) % 8

    def pattern(self, now: float) -> Pattern:
        """As it was at the beginning of this quarter of the day."""
        until = int(now // 360) * 6
        if self._pattern is None or self._pattern[0] != until:
            self._pattern = (until, Pattern.of(self._hours(until), now=at(until * 60), zone=UTC))
        return self._pattern[1]

    def _hours(self, until: int) -> list[HourSeen]:
        first = max(0, until - LOOKS_BACK // timedelta(hours=1))
        made = []
        for hour in range(first, until):
            bits = self.bits.get(hour, 0)
            reached = reached_bits(bits, self.bits.get(hour + 1, 0) if hour + 1 < until else 0)
            marks = self.marks.get(hour, 0)
            made.append(HourSeen(at(hour * 60), 60, bits.bit_count(), reached.bit_count(), marks))
        return made


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)
