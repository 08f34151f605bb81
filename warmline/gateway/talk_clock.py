"""How much of its time a room has used.

Counted on the monotonic clock, written by compare-and-set, so that a jumping wall clock charges
nobody and no two processes count the same seconds. Here is the arithmetic only: `step` says what
to write, `settle` or `fail` what became of it; one step at a time.

If a step fails nobody knows whether it was written. What passed since the last beat that was
confirmed is given away: people don't pay for our failure.
"""

from datetime import timedelta
from math import inf
from typing import Final

from warmline.gateway.store import HELD_AT_MOST, ClockStep

BEAT: Final = timedelta(seconds=4)  # at most 5 s apart, with room for a slow commit
STALE: Final = timedelta(seconds=15)
_RETRY_SECONDS: Final = 5.0
_RETRY_AFTER_FAULT_SECONDS: Final = 1.0


class TalkClock:
    """`stale`: after how long another process's silence means its death; 0 if there are none."""

    def __init__(self, room: int, used_ms: int, granted_ms: int, stale: timedelta) -> None:
        self.room = room
        self.used_ms = used_ms
        self.granted_ms = granted_ms
        self._stale_ms = _ms(stale)
        self._held: int | None = None  # the last beat, if it is ours
        self._doubtful: tuple[int, ...] = ()  # last beats that may be ours
        self._counted_to = 0.0  # monotonic seconds
        self._not_before = 0.0  # monotonic seconds
        self._pending: tuple[ClockStep, float] | None = None
        self.quiet_until = 0.0  # monotonic seconds; no step is due before, if nothing changes

    @property
    def runs_here(self) -> bool:
        return self._held is not None

    @property
    def is_over(self) -> bool:
        return self.used_ms >= self.granted_ms

    @property
    def is_busy(self) -> bool:
        """A step is under way."""
        return self._pending is not None

    @property
    def is_at_rest(self) -> bool:
        """Nothing of ours is left to write."""
        return self._pending is None and self._held is None and not self._doubtful

    def used_now(self, at: float) -> int:
        """Milliseconds used, at `at` on the monotonic clock, written or not; at most granted."""
        if self._held is None:
            return self.used_ms
        return self.used_ms + self._uncounted(at)

    def step(self, at: float, now_ms: int, both_are_here: bool) -> ClockStep | None:
        """What to write now, if anything. `at` in monotonic seconds."""
        if self._pending is not None:
            return None
        step = self._next(at, now_ms, both_are_here)
        if step is not None:
            self._pending = (step, at)
            self.quiet_until = inf
        return step

    def settle(self, used_ms: int | None, at: float) -> None:
        """The step was written, or (None) the comparison failed: another process counts."""
        step, stepped_at = self._take_pending()
        self._doubtful = ()
        if used_ms is None:
            self._held = None
            self._not_before = at + _RETRY_SECONDS
            return
        self.used_ms = used_ms
        self._held = step.new_beat_ms if step.runs else None
        self._counted_to = at if step.starts else stepped_at

    def fail(self, at: float) -> None:
        """Nobody knows whether the step was written."""
        step, _ = self._take_pending()
        self._held = None
        if step.new_beat_ms not in step.held:
            self._doubtful = (*step.held, step.new_beat_ms)
        self._not_before = at + _RETRY_AFTER_FAULT_SECONDS

    def read(self, used_ms: int, granted_ms: int) -> None:
        """What another process counted, or Django granted."""
        self.granted_ms = granted_ms
        self.quiet_until = 0.0
        if self._held is None and self._pending is None:
            self.used_ms = max(self.used_ms, used_ms)

    def retry_now(self) -> None:
        """Somebody came or went elsewhere: no need to wait."""
        self._not_before = self.quiet_until = 0.0

    def _take_pending(self) -> tuple[ClockStep, float]:
        if self._pending is None:
            raise RuntimeError("no step is under way")
        pending, self._pending = self._pending, None
        self.quiet_until = 0.0
        return pending

    def _next(self, at: float, now_ms: int, both_are_here: bool) -> ClockStep | None:
        if self._held is not None:
            return self._beat_or_stop(self._held, at, now_ms, both_are_here)
        if not self._doubtful and (self.is_over or not both_are_here):
            self.quiet_until = inf
            return None
        self.quiet_until = self._not_before
        return self._start(now_ms) if at >= self._not_before else None

    def _start(self, now_ms: int) -> ClockStep:
        return ClockStep(
            room=self.room,
            now_ms=now_ms,
            new_beat_ms=self._new_start(now_ms),
            held=self._doubtful,
            starts=True,
            stale_ms=self._stale_ms,
        )

    def _new_start(self, now_ms: int) -> int:
        """After many failures the last candidate again, so that there are never more than three."""
        if len(self._doubtful) == HELD_AT_MOST:
            return self._doubtful[-1]
        return _other_than(self._doubtful, now_ms)

    def _beat_or_stop(
        self, held: int, at: float, now_ms: int, both_are_here: bool
    ) -> ClockStep | None:
        goes_on = both_are_here and self.used_now(at) < self.granted_ms
        left = (self.granted_ms - self.used_ms) / 1000
        self.quiet_until = self._counted_to + min(BEAT.total_seconds(), left)
        if goes_on and at < self.quiet_until:
            return None
        return ClockStep(
            room=self.room,
            now_ms=now_ms,
            new_beat_ms=_other_than((held,), now_ms),
            held=(held,),
            add_ms=self._uncounted(at),
            runs=goes_on,
        )

    def _uncounted(self, at: float) -> int:
        passed = int((at - self._counted_to) * 1000)
        return max(0, min(passed, self.granted_ms - self.used_ms))


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _other_than(beats: tuple[int, ...], now_ms: int) -> int:
    """A beat's instant that is none of these, so that a comparison can tell them apart."""
    return max(*beats, now_ms) + 1 if now_ms in beats else now_ms
