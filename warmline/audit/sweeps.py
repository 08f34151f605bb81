"""Retention: the record keeps a year."""

from __future__ import annotations

from datetime import datetime

from warmline.audit.services import prune
from warmline.core.sweeping import sweep


@sweep
def forget_old_entries(now: datetime) -> None:
    """What is older than a year."""
    prune(now)
