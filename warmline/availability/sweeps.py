"""What availability clears up."""

from __future__ import annotations

from datetime import datetime

from warmline.availability import history, telling
from warmline.core.sweeping import sweep


@sweep
def forget_notices(now: datetime) -> None:
    """Notices of no use, seekers' push addresses and mail addresses after 24 hours."""
    telling.forget_over(now)


@sweep
def total_ready_hours(now: datetime) -> None:
    """Hours that are over keep totals only, for 8 weeks."""
    history.close(now)
    history.forget(now)
