from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from warmline.protocol import clock


@pytest.fixture(autouse=True)
def real_time_afterwards() -> Iterator[None]:
    yield
    clock.release()


def test_frozen_clock_stands_still_until_moved() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    clock.freeze(noon)
    before = clock.monotonic()

    clock.move(timedelta(seconds=90))

    assert clock.now() == noon + timedelta(seconds=90)
    assert clock.now_ms() == int(noon.timestamp() * 1000) + 90_000
    assert clock.monotonic() - before == pytest.approx(90)


def test_jump_changes_the_wall_clock_and_no_time_passes() -> None:
    clock.freeze()
    wall, passed = clock.now(), clock.monotonic()

    clock.jump(timedelta(hours=-3))

    assert clock.now() - wall == timedelta(hours=-3)
    assert clock.monotonic() == passed


def test_running_clock_moves_too_and_goes_on() -> None:
    before = clock.monotonic()
    clock.move(timedelta(minutes=1))
    first = clock.monotonic()
    assert 60 <= first - before < 61
    assert clock.monotonic() >= first


def test_time_never_moves_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        clock.move(timedelta(seconds=-1))


def test_release_brings_back_real_time() -> None:
    clock.freeze(datetime(2000, 1, 1, tzinfo=UTC))
    clock.release()
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5
