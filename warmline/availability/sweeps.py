"""What availability clears up."""

from __future__ import annotations

from datetime import datetime

from warmline.availability import history, hours, telling
from warmline.availability.reachable_models import Reachable
from warmline.core.sweeping import sweep


@sweep
def forget_notices(now: datetime) -> None:
    """Notices of no use, seekers' push addresses and mail addresses after 24 hours."""
    telling.forget_over(now)


@sweep
def forget_how_often_asked(now: datetime) -> None:
    """How often a volunteer was asked by notices on a day that is over."""
    Reachable.forget_counts(now)


@sweep
def total_ready_hours(now: datetime) -> None:
    """Hours that are over keep totals only, for 8 weeks."""
    history.close(now)
    history.forget(now)


@sweep
def forget_open_hours(now: datetime) -> None:
    """Ticks and open hours that are over."""
    hours.forget_over(now)
