"""The only source of time.

Two clocks: the wall clock says when something happened (instants are aware UTC datetimes, or
integers: milliseconds since 1970), the monotonic clock says how long something took (seconds,
never goes back). Whoever measures a duration on the wall clock charges people for a clock that
jumps.

Tests move both with `freeze`, `move` and `jump`; nothing else calls those three.
"""

import time
from datetime import UTC, datetime, timedelta

_wall_shift = 0.0
_monotonic_shift = 0.0
_frozen: tuple[float, float] | None = None


def now() -> datetime:
    """The instant, aware, UTC."""
    return datetime.fromtimestamp(_wall(), UTC)


def now_ms() -> int:
    """The instant in whole milliseconds since 1970 UTC."""
    return int(_wall() * 1000)


def to_ms(instant: datetime) -> int:
    """An aware instant in whole milliseconds since 1970 UTC."""
    return int(instant.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The aware UTC instant of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def monotonic() -> float:
    """Seconds on a clock that only goes forward; its zero means nothing."""
    return (_frozen[1] if _frozen else time.monotonic()) + _monotonic_shift


def freeze(at: datetime | None = None) -> None:
    """For tests: both clocks stand still, the wall clock at `at` (aware) if given."""
    global _frozen, _wall_shift
    if _frozen is None:
        _frozen = (time.time(), time.monotonic())
    if at is not None:
        _wall_shift = at.timestamp() - _frozen[0]


def move(by: timedelta) -> None:
    """For tests: time passes on both clocks, frozen or running.

    Raises ValueError for a negative `by`: the monotonic clock can't go back.
    """
    global _wall_shift, _monotonic_shift
    if by < timedelta(0):
        raise ValueError("time passes forward; use jump() for a wall clock that is set back")
    _wall_shift += by.total_seconds()
    _monotonic_shift += by.total_seconds()


def jump(by: timedelta) -> None:
    """For tests: somebody sets the wall clock, forward or back; no time passes."""
    global _wall_shift
    _wall_shift += by.total_seconds()


def release() -> None:
    """For tests: real time again."""
    global _frozen, _wall_shift, _monotonic_shift
    _frozen, _wall_shift, _monotonic_shift = None, 0.0, 0.0


def _wall() -> float:
    return (_frozen[0] if _frozen else time.time()) + _wall_shift
