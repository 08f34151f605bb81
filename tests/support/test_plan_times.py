"""Agreed times of a week: on the wall clock of one zone, whatever its clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.support import plan_times
from warmline.support.plan_times import Window

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kathmandu",
            "UTC",
            "Australia/Lord_Howe",
            "Pacific/Apia",
        )
    ]
)
START = datetime(2025, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 365 * 24 * 3600).map(lambda each: START + timedelta(seconds=each))
windows = st.builds(
    lambda day, begins, length: Window(day, begins, min(begins + length, plan_times.DAY_MINUTES)),
    st.integers(0, 6),
    st.integers(0, plan_times.DAY_MINUTES - 1),
    st.integers(1, 300),
)


def test_it_is_on_between_its_hours_where_the_seeker_is() -> None:
    monday = Window(0, 18 * 60, 20 * 60)

    assert plan_times.is_on([monday], BERLIN, datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    assert not plan_times.is_on([monday], BERLIN, datetime(2026, 11, 23, 19, 0, tzinfo=UTC))
    assert not plan_times.is_on([monday], BERLIN, datetime(2026, 11, 24, 17, 0, tzinfo=UTC))


def test_the_next_begin_is_at_the_same_hour_after_the_clocks_change() -> None:
    monday = Window(0, 18 * 60, 20 * 60)
    summer = datetime(2026, 10, 20, 12, tzinfo=UTC)
    assert plan_times.next_begin([monday], BERLIN, summer) == datetime(2026, 10, 26, 17, tzinfo=UTC)


def test_one_until_midnight_ends_there() -> None:
    late = Window(5, 23 * 60, 24 * 60)

    assert plan_times.is_on([late], ZoneInfo("UTC"), datetime(2026, 11, 21, 23, 59, tzinfo=UTC))
    assert not plan_times.is_on([late], ZoneInfo("UTC"), datetime(2026, 11, 22, 0, 0, tzinfo=UTC))


@pytest.mark.parametrize("values", [(7, 0, 1), (0, 5, 5), (0, 0, 1441), (-1, 0, 5)])
def test_what_is_no_time_of_a_week_is_refused(values: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no window"):
        Window(*values)


@given(st.lists(windows, min_size=1, max_size=4), ZONES, moments)
def test_at_the_next_begin_one_is_on_and_none_before(
    chosen: list[Window], zone: ZoneInfo, now: datetime
) -> None:
    begins = plan_times.next_begin(chosen, zone, now)

    if begins is None:  # Only a clock put forward can swallow every one of them for a week.
        assert not plan_times.is_on(chosen, zone, now)
        return
    assert plan_times.is_on(chosen, zone, begins)
    assert begins >= now
    assert begins - now <= timedelta(days=8)
    if begins > now:
        assert not plan_times.is_on(chosen, zone, now)
        assert not plan_times.is_on(chosen, zone, begins - timedelta(microseconds=1))


def test_without_times_there_is_no_next_one() -> None:
    assert plan_times.next_begin([], BERLIN, datetime(2026, 1, 1, tzinfo=UTC)) is None
