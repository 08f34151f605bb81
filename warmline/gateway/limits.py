"""Token buckets, and memory that can't grow without end."""

from collections import OrderedDict

from warmline.protocol import clock


class Bucket:
    """`burst` at once, `rate` a second in the long run."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._left = float(burst)
        self._at = clock.monotonic()

    def take(self) -> bool:
        """Whether one more is allowed now; takes it if so."""
        now = clock.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class SeatBuckets:
    """A bucket a seat, for the `size` seats that sent last, so that reconnecting fills none."""

    def __init__(self, rate: float, burst: int, size: int) -> None:
        self._rate = rate
        self._burst = burst
        self._size = size
        self._buckets: OrderedDict[tuple[int, int], Bucket] = OrderedDict()

    def take(self, room: int, seat: int) -> bool:
        """Whether this seat may send one more now; takes it if so."""
        bucket = self._buckets.get((room, seat))
        if bucket is None:
            bucket = self._buckets[room, seat] = Bucket(self._rate, self._burst)
            if len(self._buckets) > self._size:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end((room, seat))
        return bucket.take()


class UsedTickets:
    """Every `jti` that opened a socket, for as long as it could open another.

    Times are monotonic, so that a wall clock set back does not revive one. When `size` are
    remembered the oldest is forgotten.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._until: OrderedDict[str, float] = OrderedDict()

    def use(self, jti: str, seconds: float) -> bool:
        """Whether this is its first use; remembers it for that long."""
        now = clock.monotonic()
        if self._until.get(jti, 0.0) > now:
            return False
        self._until[jti] = now + seconds
        self._until.move_to_end(jti)
        self._forget(now)
        return True

    def _forget(self, now: float) -> None:
        while self._until:
            oldest = next(iter(self._until))
            if len(self._until) <= self._size and self._until[oldest] > now:
                return
            del self._until[oldest]
